"""Attention against its equation, and its reach against finite differences."""

from pathlib import Path

import numpy as np
import pytest
from derivatives import finite_differences
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators

from lstm_lab.models.attention import attention, attention_reach

CHAPTER = (Path(__file__).parents[2] / "chapters" / "11-patient-paper.md").read_text("utf-8")


@pytest.fixture
def drawn():
    rng = np.random.default_rng(10)
    return lambda *shape: rng.standard_normal(shape)


def test_attention_is_equation_10_attention(drawn):
    x, W_q, W_k, W_v = drawn(6, 3), drawn(4, 3), drawn(4, 3), drawn(4, 3)
    y = attention(x, W_q, W_k, W_v)
    for t in range(6):
        scores = np.array([np.exp((W_q @ x[t] / 2) @ (W_k @ x[s])) for s in range(t + 1)])
        weights = scores / scores.sum()
        mean = sum(w * (W_v @ x[s]) for s, w in enumerate(weights))
        np.testing.assert_allclose(y[t], mean, atol=1e-12)
    assert r"q_t = W_q x_t / \sqrt{n}" in CHAPTER
    assert r"w_{ts} = \frac{\exp(q_t \cdot k_s)}{\sum_{r=1}^{t} \exp(q_t \cdot k_r)}" in CHAPTER


def test_the_reach_of_attention_agrees_with_finite_differences(drawn):
    x, weights = drawn(7, 4), [drawn(4, 4) / 2 for _ in range(3)]
    reach = attention_reach(x, *weights)
    for lag in range(7):
        wanted = finite_differences(lambda x: attention(x, *weights), x, lag)
        assert reach[lag] == pytest.approx(wanted, abs=1e-6)


lengths, widths = st.integers(1, 9), st.integers(1, 4)


@given(generators, lengths, widths, widths, st.data())
def test_attention_is_a_mean_of_values_that_knows_no_future(rng, length, inputs, units, data):
    x = rng.standard_normal((length, inputs))
    query, key, value = (rng.standard_normal((units, inputs)) for _ in range(3))
    y = attention(x, query, key, value)
    values = x @ value.T
    for t in range(length):
        assert (y[t] <= values[: t + 1].max(axis=0) + 1e-9).all()
        assert (y[t] >= values[: t + 1].min(axis=0) - 1e-9).all()
    till = data.draw(st.integers(1, length))
    np.testing.assert_allclose(attention(x[:till], query, key, value), y[:till])
    earlier = rng.permutation(length - 1)
    moved = attention(x[[*earlier, length - 1]], query, key, value)
    np.testing.assert_allclose(moved[-1], y[-1], atol=1e-9)


@given(generators, st.integers(1, 6), st.integers(2, 4))
@settings(max_examples=20)
def test_the_reach_is_the_slope_of_what_is_computed(rng, length, units):
    x = rng.standard_normal((length, units))
    weights = [rng.standard_normal((units, units)) / 2 for _ in range(3)]
    reach = attention_reach(x, *weights)
    assert reach.shape == (length,)
    for lag in range(length):
        slope = finite_differences(lambda x: attention(x, *weights), x, lag)
        assert reach[lag] == pytest.approx(slope, abs=1e-4)
