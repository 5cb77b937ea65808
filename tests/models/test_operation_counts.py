"""What a layer costs, against the multiplications of a run of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.models.attention import attention
from lstm_lab.models.linear_recurrence import scan, scan_rounds
from lstm_lab.models.operation_counts import LAYERS, QUANTITIES, cost, crossing


class Counted:
    """A number that counts the multiplications made with it."""

    made = 0

    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Counted(self.value + getattr(other, "value", other))

    __radd__ = __add__

    def __mul__(self, other):
        Counted.made += 1
        return Counted(self.value * getattr(other, "value", other))

    __rmul__ = __mul__

    def __truediv__(self, other):
        return Counted(self.value / getattr(other, "value", other))

    def exp(self):
        return Counted(np.exp(self.value))

    def tanh(self):
        return Counted(np.tanh(self.value))


def counted(array):
    return np.vectorize(Counted, otypes=[object])(array)


def multiplications(run):
    Counted.made = 0
    run()
    return Counted.made


@pytest.fixture
def drawn():
    rng = np.random.default_rng(10)
    return lambda *shape: rng.standard_normal(shape)


@pytest.mark.parametrize(("length", "n"), [(1, 2), (5, 3), (8, 2)])
def test_attention_costs_what_a_run_of_it_multiplies(drawn, length, n):
    x, weights = counted(drawn(length, n)), [counted(drawn(n, n)) for _ in range(3)]
    made = multiplications(lambda: attention(x, *weights))
    assert made == cost("attention", "multiplications", length, n)


@pytest.mark.parametrize(("length", "n"), [(1, 2), (5, 3), (8, 2)])
def test_the_scan_costs_what_a_run_of_it_multiplies(drawn, length, n):
    x, gate, put = counted(drawn(length, n)), counted(drawn(n, n)), counted(drawn(n, n))
    made = multiplications(lambda: scan(x @ gate.T, x @ put.T))
    assert made == cost("linear recurrence", "multiplications", length, n)


@pytest.mark.parametrize(("length", "n"), [(1, 2), (5, 3)])
def test_the_lstm_costs_what_its_equations_multiply(drawn, length, n):
    x, W, U = counted(drawn(length, n)), counted(drawn(4 * n, n)), counted(drawn(4 * n, n))

    def run():
        h, c = counted(np.zeros(n)), counted(np.zeros(n))
        for x_t in x:
            i, f, g, o = np.split(W @ x_t + U @ h, 4)
            c = f * c + i * g
            h = o * np.tanh(c)

    assert multiplications(run) == cost("LSTM", "multiplications", length, n)


def test_steps_and_paths():
    for quantity in QUANTITIES[1:]:
        assert cost("LSTM", quantity, 1000) == 1000
        assert cost("attention", quantity, 1000) == 1
        assert cost("linear recurrence", quantity, 1000) == 11
    assert len(scan_rounds(np.ones(1000), np.ones(1000))) == 11
    with pytest.raises(ValueError, match="layer must be one of 'LSTM'"):
        cost("GRU", "longest path", 10)


def test_attention_overtakes_the_lstm_where_the_exercise_says():
    for n in (1, 7, 32, 128):
        assert crossing(n) == 5 * n + 3


@given(
    st.sampled_from(LAYERS),
    st.sampled_from(QUANTITIES),
    st.integers(1, 10**6),
    st.integers(1, 200),
)
def test_a_longer_sequence_and_a_wider_layer_cost_no_less(layer, quantity, length, width):
    came = cost(layer, quantity, length, width)
    assert 1 <= came <= cost(layer, quantity, length + 1, width)
    assert came <= cost(layer, quantity, length, width + 1)


@given(st.integers(1, 150))
def test_attention_overtakes_the_lstm_once(width):
    first = crossing(width)
    for length in range(max(1, first - 3), first + 3):
        dearer = cost("attention", "multiplications", length, width) > cost(
            "LSTM", "multiplications", length, width
        )
        assert dearer == (length >= first)
