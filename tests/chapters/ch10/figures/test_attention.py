import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators

from lstm_lab import training
from lstm_lab.chapters.ch10.figures import attention
from lstm_lab.models import LSTM, make

CHAPTER = (Path(__file__).parents[4] / "chapters" / "10-patient-paper.md").read_text("utf-8")


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
    made = multiplications(lambda: attention.attention(x, *weights))
    assert made == attention.cost("attention", "multiplications", length, n)


@pytest.mark.parametrize(("length", "n"), [(1, 2), (5, 3), (8, 2)])
def test_the_scan_costs_what_a_run_of_it_multiplies(drawn, length, n):
    x, gate, put = counted(drawn(length, n)), counted(drawn(n, n)), counted(drawn(n, n))
    made = multiplications(lambda: attention.scan(x @ gate.T, x @ put.T))
    assert made == attention.cost("linear recurrence", "multiplications", length, n)


@pytest.mark.parametrize(("length", "n"), [(1, 2), (5, 3)])
def test_the_lstm_costs_what_its_equations_multiply(drawn, length, n):
    x, W, U = counted(drawn(length, n)), counted(drawn(4 * n, n)), counted(drawn(4 * n, n))

    def run():
        h, c = counted(np.zeros(n)), counted(np.zeros(n))
        for x_t in x:
            i, f, g, o = np.split(W @ x_t + U @ h, 4)
            c = f * c + i * g
            h = o * np.tanh(c)

    assert multiplications(run) == attention.cost("LSTM", "multiplications", length, n)


def test_steps_and_paths():
    for quantity in attention.QUANTITIES[1:]:
        assert attention.cost("LSTM", quantity, 1000) == 1000
        assert attention.cost("attention", quantity, 1000) == 1
        assert attention.cost("linear recurrence", quantity, 1000) == 11
    assert len(attention.scan_rounds(np.ones(1000), np.ones(1000))) == 11
    with pytest.raises(ValueError, match="layer must be one of 'LSTM'"):
        attention.cost("GRU", "longest path", 10)


def test_attention_overtakes_the_lstm_where_the_exercise_says():
    for n in (1, 7, 32, 128):
        assert attention.crossing(n) == 5 * n + 3


def test_attention_is_equation_10_attention(drawn):
    x, W_q, W_k, W_v = drawn(6, 3), drawn(4, 3), drawn(4, 3), drawn(4, 3)
    y = attention.attention(x, W_q, W_k, W_v)
    for t in range(6):
        scores = np.array([np.exp((W_q @ x[t] / 2) @ (W_k @ x[s])) for s in range(t + 1)])
        weights = scores / scores.sum()
        mean = sum(w * (W_v @ x[s]) for s, w in enumerate(weights))
        np.testing.assert_allclose(y[t], mean, atol=1e-12)
    assert r"q_t = W_q x_t / \sqrt{n}" in CHAPTER
    assert r"w_{ts} = \frac{\exp(q_t \cdot k_s)}{\sum_{r=1}^{t} \exp(q_t \cdot k_r)}" in CHAPTER


@pytest.mark.parametrize("length", [1, 2, 3, 16, 100])
def test_the_scan_is_the_loop(drawn, length):
    decay, news = drawn(length, 3), drawn(length, 3)
    np.testing.assert_allclose(
        attention.scan(decay, news), attention.loop(decay, news), rtol=1e-9, atol=1e-9
    )


def test_two_steps_are_one_as_equation_10_combine_says():
    (l1, u1), (l2, u2), c = (0.5, 2.0), (-3.0, 0.25), 7.0
    combined = (l2 * l1, l2 * u1 + u2)
    assert combined[0] * c + combined[1] == l2 * (l1 * c + u1) + u2
    held = attention.scan_rounds(np.array([l1, l2]), np.array([u1, u2]))[1]
    assert (held[0][1], held[1][1]) == combined
    assert r"(\lambda_2 \lambda_1,\; \lambda_2 u_1 + u_2)" in CHAPTER


def test_an_lstm_without_recurrent_weights_is_a_linear_recurrence(drawn):
    cell = LSTM(4, 5, rng=np.random.default_rng(0))
    cell.parameters["recurrent_weights"][:] = 0
    trace = cell.forward(drawn(50, 4))
    states = attention.scan(trace.forget_gate, trace.input_gate * trace.cell_input)
    np.testing.assert_allclose(states, trace.state[1:, cell.parts["cell"]], atol=1e-12)


def finite_differences(output, x, lag, step=1e-6):
    columns = []
    for j in range(x.shape[1]):
        up, down = x.copy(), x.copy()
        up[len(x) - 1 - lag, j] += step
        down[len(x) - 1 - lag, j] -= step
        columns.append((output(up)[-1] - output(down)[-1]) / (2 * step))
    return np.log10(np.linalg.norm(np.array(columns).T, 2))


def test_the_reach_of_attention_agrees_with_finite_differences(drawn):
    x, weights = drawn(7, 4), [drawn(4, 4) / 2 for _ in range(3)]
    reach = attention.attention_reach(x, *weights)
    for lag in range(7):
        wanted = finite_differences(lambda x: attention.attention(x, *weights), x, lag)
        assert reach[lag] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("cell", ["tanh RNN", "LSTM 2000"])
def test_the_reach_of_a_recurrent_net_agrees_with_finite_differences(drawn, cell):
    x, model = drawn(7, 4), make(cell, 4, 4, rng=np.random.default_rng(3))
    part = model.parts["hidden"]
    reach = attention.recurrent_reach(model, x)
    for lag in range(7):
        wanted = finite_differences(lambda x: model.forward(x).state[:, part], x, lag)
        assert reach[lag] == pytest.approx(wanted, abs=1e-5)


def test_the_reach_of_a_linear_recurrence_agrees_with_finite_differences(drawn):
    x, W, decay = drawn(7, 4), drawn(3, 4), np.array([0.5, 0.8, 0.99])
    reach = attention.linear_reach(decay, W, 7)
    for lag in range(7):
        wanted = finite_differences(
            lambda x: attention.loop(np.tile(decay, (7, 1)), x @ W.T), x, lag
        )
        assert reach[lag] == pytest.approx(wanted, abs=1e-6)


def test_attention_is_level_and_recurrence_falls():
    level = attention.reach("attention", 100)[0]
    falling = attention.reach("LSTM", 100, 1.0)[0]
    assert abs(level[25] - level[99]) < 0.5
    assert falling[25] - falling[99] > 3


def test_the_figures_say_what_they_draw():
    dear = attention.cost_of_length("multiplications", 128).layout.meta["summary"]
    assert "overtakes the LSTM at 643 steps" in dear
    steps = attention.cost_of_length("steps one after another").layout.meta["summary"]
    assert "100,000 (LSTM), 1 (attention), 18 (linear recurrence)" in steps
    told = attention.who_reaches(25, 1.0, 0.9).layout.meta["summary"]
    assert re.search(r"forget bias 1, slowest decay 0\.9", told)


@pytest.mark.parametrize("decay", [0.7, 1.0])
def test_loop_and_scan_end_with_the_same_triangle(decay):
    scanned = attention.scan_picture("scan", rounds=4, decay=decay).data[0].z
    looped = attention.scan_picture("loop", steps=16, decay=decay).data[0].z
    lags = np.subtract.outer(np.arange(16), np.arange(16))
    wanted = np.where(lags >= 0, float(decay) ** np.maximum(lags, 0), 0)
    np.testing.assert_allclose(scanned, wanted)
    np.testing.assert_allclose(looped, wanted)
    started = attention.scan_picture("scan", rounds=1, decay=decay).data[0].z
    assert np.count_nonzero(started[-1]) == 2


# --- over generated sizes and weights

lengths, widths = st.integers(1, 9), st.integers(1, 4)


@given(generators, lengths, widths, widths, st.data())
def test_attention_is_a_mean_of_values_that_knows_no_future(rng, length, inputs, units, data):
    x = rng.standard_normal((length, inputs))
    query, key, value = (rng.standard_normal((units, inputs)) for _ in range(3))
    y = attention.attention(x, query, key, value)
    values = x @ value.T
    for t in range(length):
        assert (y[t] <= values[: t + 1].max(axis=0) + 1e-9).all()
        assert (y[t] >= values[: t + 1].min(axis=0) - 1e-9).all()
    till = data.draw(st.integers(1, length))
    np.testing.assert_allclose(attention.attention(x[:till], query, key, value), y[:till])
    earlier = rng.permutation(length - 1)
    moved = attention.attention(x[[*earlier, length - 1]], query, key, value)
    np.testing.assert_allclose(moved[-1], y[-1], atol=1e-9)


@given(generators, st.integers(1, 70), widths)
def test_every_round_of_the_scan_knows_twice_as_far(rng, length, units):
    decay, news = rng.uniform(-1, 1, (length, units)), rng.standard_normal((length, units))
    rounds = attention.scan_rounds(decay, news)
    assert len(rounds) - 1 == (length - 1).bit_length()
    assert len(rounds) == attention.cost("linear recurrence", "longest path", length)
    for done, (kept, held) in enumerate(rounds):
        for t in range(length):
            since = max(0, t + 1 - 2**done)
            np.testing.assert_allclose(
                held[t], attention.loop(decay[since : t + 1], news[since : t + 1])[-1], atol=1e-9
            )
            np.testing.assert_allclose(kept[t], decay[since : t + 1].prod(axis=0), atol=1e-9)
    np.testing.assert_allclose(attention.scan(decay, news), attention.loop(decay, news), atol=1e-9)


@given(
    st.sampled_from(list(attention.LAYERS)),
    st.sampled_from(attention.QUANTITIES),
    st.integers(1, 10**6),
    st.integers(1, 200),
)
def test_a_longer_sequence_and_a_wider_layer_cost_no_less(layer, quantity, length, width):
    cost = attention.cost(layer, quantity, length, width)
    assert 1 <= cost <= attention.cost(layer, quantity, length + 1, width)
    assert cost <= attention.cost(layer, quantity, length, width + 1)


@given(st.integers(1, 150))
def test_attention_overtakes_the_lstm_once(width):
    crossing = attention.crossing(width)
    for length in range(max(1, crossing - 3), crossing + 3):
        dearer = attention.cost("attention", "multiplications", length, width) > attention.cost(
            "LSTM", "multiplications", length, width
        )
        assert dearer == (length >= crossing)


@given(generators, st.integers(1, 6), st.integers(2, 4))
@settings(max_examples=20)
def test_reaches_are_the_slopes_of_what_is_computed(rng, length, units):
    x = rng.standard_normal((length, units))
    query, key, value = (rng.standard_normal((units, units)) / 2 for _ in range(3))
    decay = rng.uniform(0.3, 1, units)
    model = make("tanh RNN", units, units, rng=rng)
    part = training.output_part(model)
    for found, output in (
        (
            attention.attention_reach(x, query, key, value),
            lambda x: attention.attention(x, query, key, value),
        ),
        (
            attention.linear_reach(decay, value, length),
            lambda x: attention.loop(np.tile(decay, (length, 1)), x @ value.T),
        ),
        (attention.recurrent_reach(model, x), lambda x: model.forward(x).state[:, part]),
    ):
        assert found.shape == (length,)
        for lag in range(length):
            assert found[lag] == pytest.approx(finite_differences(output, x, lag), abs=1e-4)


@given(
    st.sampled_from([("attention", 0.0), ("linear recurrence", 0.9), ("LSTM", 1.0)]),
    st.integers(1, 12),
)
@settings(max_examples=8)
def test_a_band_of_reaches_holds_its_median(layer, length):
    middle, low, high = attention.reach(layer[0], length, layer[1])
    assert middle.shape == (length,)
    assert (low <= middle).all()
    assert (middle <= high).all()
