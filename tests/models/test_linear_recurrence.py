"""The scan against the loop, and the reach against finite differences."""

from pathlib import Path

import numpy as np
import pytest
from derivatives import finite_differences
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators

from lstm_lab.models import LSTM
from lstm_lab.models.linear_recurrence import linear_reach, loop, scan, scan_rounds
from lstm_lab.models.operation_counts import cost

CHAPTER = (Path(__file__).parents[2] / "chapters" / "11-patient-paper.md").read_text("utf-8")


@pytest.fixture
def drawn():
    rng = np.random.default_rng(10)
    return lambda *shape: rng.standard_normal(shape)


@pytest.mark.parametrize("length", [1, 2, 3, 16, 100])
def test_the_scan_is_the_loop(drawn, length):
    decay, news = drawn(length, 3), drawn(length, 3)
    np.testing.assert_allclose(scan(decay, news), loop(decay, news), rtol=1e-9, atol=1e-9)


def test_two_steps_are_one_as_equation_10_combine_says():
    (l1, u1), (l2, u2), c = (0.5, 2.0), (-3.0, 0.25), 7.0
    combined = (l2 * l1, l2 * u1 + u2)
    assert combined[0] * c + combined[1] == l2 * (l1 * c + u1) + u2
    held = scan_rounds(np.array([l1, l2]), np.array([u1, u2]))[1]
    assert (held[0][1], held[1][1]) == combined
    assert r"(\lambda_2 \lambda_1,\; \lambda_2 u_1 + u_2)" in CHAPTER


def test_an_lstm_without_recurrent_weights_is_a_linear_recurrence(drawn):
    cell = LSTM(4, 5, rng=np.random.default_rng(0))
    cell.parameters["recurrent_weights"][:] = 0
    trace = cell.forward(drawn(50, 4))
    states = scan(trace.forget_gate, trace.input_gate * trace.cell_input)
    np.testing.assert_allclose(states, trace.state[1:, cell.parts["cell"]], atol=1e-12)


def test_the_reach_of_a_linear_recurrence_agrees_with_finite_differences(drawn):
    x, W, decay = drawn(7, 4), drawn(3, 4), np.array([0.5, 0.8, 0.99])
    reach = linear_reach(decay, W, 7)
    for lag in range(7):
        wanted = finite_differences(lambda x: loop(np.tile(decay, (7, 1)), x @ W.T), x, lag)
        assert reach[lag] == pytest.approx(wanted, abs=1e-6)


widths = st.integers(1, 4)


@given(generators, st.integers(1, 70), widths)
def test_every_round_of_the_scan_knows_twice_as_far(rng, length, units):
    decay, news = rng.uniform(-1, 1, (length, units)), rng.standard_normal((length, units))
    rounds = scan_rounds(decay, news)
    assert len(rounds) - 1 == (length - 1).bit_length()
    assert len(rounds) == cost("linear recurrence", "longest path", length)
    for done, (kept, held) in enumerate(rounds):
        for t in range(length):
            since = max(0, t + 1 - 2**done)
            np.testing.assert_allclose(
                held[t], loop(decay[since : t + 1], news[since : t + 1])[-1], atol=1e-9
            )
            np.testing.assert_allclose(kept[t], decay[since : t + 1].prod(axis=0), atol=1e-9)
    np.testing.assert_allclose(scan(decay, news), loop(decay, news), atol=1e-9)


@given(generators, st.integers(1, 6), st.integers(2, 4))
@settings(max_examples=20)
def test_the_reach_is_the_slope_of_what_is_computed(rng, length, units):
    x, W = rng.standard_normal((length, units)), rng.standard_normal((units, units)) / 2
    decay = rng.uniform(0.3, 1, units)
    reach = linear_reach(decay, W, length)
    assert reach.shape == (length,)
    for lag in range(length):
        slope = finite_differences(lambda x: loop(np.tile(decay, (length, 1)), x @ W.T), x, lag)
        assert reach[lag] == pytest.approx(slope, abs=1e-4)
