"""The figures of attention beside recurrence, and what they measure."""

import re

import numpy as np
import pytest
from derivatives import finite_differences
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators

from lstm_lab import training
from lstm_lab.chapters.ch11.figures import attention
from lstm_lab.models import make


@pytest.fixture
def drawn():
    rng = np.random.default_rng(10)
    return lambda *shape: rng.standard_normal(shape)


@pytest.mark.parametrize("cell", ["tanh RNN", "LSTM 2000"])
def test_the_reach_of_a_recurrent_net_agrees_with_finite_differences(drawn, cell):
    x, model = drawn(7, 4), make(cell, 4, 4, rng=np.random.default_rng(3))
    part = model.parts["hidden"]
    reach = attention.recurrent_reach(model, x)
    for lag in range(7):
        wanted = finite_differences(lambda x: model.forward(x).state[:, part], x, lag)
        assert reach[lag] == pytest.approx(wanted, abs=1e-5)


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


@given(generators, st.integers(1, 6), st.integers(2, 4))
@settings(max_examples=20)
def test_the_reach_is_the_slope_of_what_is_computed(rng, length, units):
    x, model = rng.standard_normal((length, units)), make("tanh RNN", units, units, rng=rng)
    part = training.output_part(model)
    reach = attention.recurrent_reach(model, x)
    assert reach.shape == (length,)
    for lag in range(length):
        slope = finite_differences(lambda x: model.forward(x).state[:, part], x, lag)
        assert reach[lag] == pytest.approx(slope, abs=1e-4)
