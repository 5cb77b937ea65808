"""What BPTT and RTRL cost, against loops over scalars that count (chapter 05)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.chapters.ch05.figures import gradient_cost
from lstm_lab.models import ElmanRNN


def example(seed: int = 0, inputs: int = 2, units: int = 3, steps: int = 7):
    rng = np.random.default_rng(seed)
    net = ElmanRNN(inputs, units, rng=rng)
    net.parameters["bias"][...] = rng.standard_normal(units)
    x = rng.standard_normal((steps, inputs))
    return net, x, rng.standard_normal((steps, units))


class Counter:
    """Multiplies and counts."""

    def __init__(self) -> None:
        self.count = 0

    def times(self, a: float, b: float) -> float:
        self.count += 1
        return a * b


def bptt_by_scalars(net, x, d_h, counter):
    """Equations eq-05-meet, eq-05-net and eq-05-sums, one multiplication at a time."""
    (n, m), U = net.parameters["input_weights"].shape, net.parameters["recurrent_weights"]
    h = net.forward(x).state
    slope = 1 - h**2
    dW, dU, db, later = np.zeros((n, m)), np.zeros((n, n)), np.zeros(n), np.zeros(n)
    for t in range(len(x), 0, -1):
        d_a = [counter.times(slope[t, i], d_h[t - 1, i] + later[i]) for i in range(n)]
        for i in range(n):
            db[i] += d_a[i]
            for k in range(m):
                dW[i, k] += counter.times(d_a[i], x[t - 1, k])
            for k in range(n):
                dU[i, k] += counter.times(d_a[i], h[t - 1, k])
        later = [sum(counter.times(U[i, k], d_a[i]) for i in range(n)) for k in range(n)]
    return dW, dU, db


def rtrl_by_scalars(net, x, d_h, counter):
    """Equation eq-05-rtrl, one multiplication at a time, for W, U and b as one matrix."""
    (n, m), U = net.parameters["input_weights"].shape, net.parameters["recurrent_weights"]
    h = net.forward(x).state
    slope = 1 - h**2
    P = np.zeros((n, n, m + n + 1))
    gradient = np.zeros((n, m + n + 1))
    for t in range(1, len(x) + 1):
        source = [*x[t - 1], *h[t - 1], 1.0]
        new = np.zeros_like(P)
        for i in range(n):
            for k in range(n):
                for w in range(m + n + 1):
                    inner = sum(counter.times(U[i, j], P[j, k, w]) for j in range(n))
                    new[i, k, w] = counter.times(slope[t, i], inner + (i == k) * source[w])
                    gradient[k, w] += counter.times(d_h[t - 1, i], new[i, k, w])
        P = new
    return gradient[:, :m], gradient[:, m : m + n], gradient[:, -1]


METHODS = {"BPTT": bptt_by_scalars, "RTRL": rtrl_by_scalars}


@pytest.mark.parametrize("method", METHODS)
def test_the_equations_of_the_text_give_the_gradient_of_the_model(method):
    net, x, d_h = example()
    book = net.backward(net.forward(x), d_h).parameters
    ours = METHODS[method](net, x, d_h, Counter())
    for gradient, name in zip(ours, ("input_weights", "recurrent_weights", "bias"), strict=True):
        np.testing.assert_allclose(gradient, book[name], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("inputs", "units"), [(1, 1), (2, 3), (1, 5)])
def test_the_multiplications_are_those_that_the_equations_make(method, inputs, units):
    counter, steps = Counter(), 4
    METHODS[method](*example(1, inputs, units, steps), counter)
    assert counter.count == steps * gradient_cost.multiplications(method, units, inputs)


def test_the_costs_grow_as_n_squared_and_n_to_the_fourth():
    for method, power in (("BPTT", 2), ("RTRL", 4)):
        big, bigger = (gradient_cost.multiplications(method, n) for n in (1000, 2000))
        assert np.log2(bigger / big) == pytest.approx(power, abs=0.01)


def test_bptt_keeps_more_beyond_a_length_near_n_squared():
    n = 100
    kept = gradient_cost.numbers_kept("RTRL", n, 1)
    assert gradient_cost.numbers_kept("BPTT", n, n * n) < kept * 1.02
    assert gradient_cost.numbers_kept("BPTT", n, n * n + n) > kept
    assert gradient_cost.numbers_kept("RTRL", n, 10**6) == kept


some = st.integers(1, 300)


@given(some, some, some)
def test_what_is_kept_is_counted_for_any_net(units, inputs, length):
    bptt = gradient_cost.numbers_kept("BPTT", units, length, inputs)
    rtrl = gradient_cost.numbers_kept("RTRL", units, length, inputs)
    assert bptt == length * gradient_cost.numbers_kept("BPTT", units, 1, inputs)
    assert rtrl == gradient_cost.numbers_kept("RTRL", units, length + 1, inputs)
    weights = ElmanRNN(1, 1, rng=np.random.default_rng(0)).parameters
    shapes = {"input_weights": inputs, "recurrent_weights": units, "bias": 1}
    assert rtrl == units * sum(units * shapes[name] for name in weights)


@given(some, some)
def test_rtrl_never_multiplies_less_and_both_grow_with_the_net(units, inputs):
    for method in METHODS:
        here = gradient_cost.multiplications(method, units, inputs)
        assert gradient_cost.multiplications(method, units + 1, inputs) > here
        assert gradient_cost.multiplications(method, units, inputs + 1) > here
    bptt, rtrl = (gradient_cost.multiplications(m, units, inputs) for m in ("BPTT", "RTRL"))
    assert rtrl >= bptt


@given(st.sampled_from(gradient_cost.COSTS), st.integers(1, 10**6))
def test_every_figure_has_two_curves_and_says_what_it_shows(cost, length):
    shown = gradient_cost.bptt_or_rtrl(cost, length)
    assert shown.to_json() == gradient_cost.bptt_or_rtrl(cost, length).to_json()
    assert [trace.name for trace in shown.data] == ["BPTT", "RTRL"]
    assert all(np.isfinite(trace.y).all() for trace in shown.data)
    summary = shown.layout.meta["summary"]
    assert summary.count(".") == 1
    assert (f"over {length:,} steps" in summary) == (cost == gradient_cost.COSTS[1])
    if cost == gradient_cost.COSTS[1]:
        cheaper = [n for n in 2 ** np.arange(11) if n * (2 * n + n * n) < length * (n + 1)]
        said = (
            f"RTRL keeps fewer up to {cheaper[-1]} unit"
            if cheaper
            else "BPTT keeps fewer at all sizes"
        )
        assert said in summary
