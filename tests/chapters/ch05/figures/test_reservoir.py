"""The memory of untrained networks: its bound, its best radius, and what the figure says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters.ch05.figures import reservoir
from lstm_lab.models import ElmanRNN


@given(st.integers(1, 8), st.floats(0, 1.5), st.floats(0.01, 3), st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_the_capacity_is_no_more_than_the_units(
    units: int, radius: float, scale: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    net = ElmanRNN(1, units, rng=rng, recurrent_scale=radius, input_weight_scale=scale)
    found = reservoir.recalled(net, rng.uniform(-1, 1, (2000, 1)), 2 * units)
    assert ((found >= 0) & (found <= 1)).all()
    assert found.sum() <= units + 0.1  # judged on a finite sample


def test_without_recurrence_only_the_present_is_there() -> None:
    rng = np.random.default_rng(0)
    net = ElmanRNN(1, 4, rng=rng, recurrent_scale=0.0, input_weight_scale=0.1)
    found = reservoir.recalled(net, rng.uniform(-1, 1, (2000, 1)), 6)
    assert found[0] > 0.99
    assert found[1:].max() < 0.02


def test_a_chain_of_almost_linear_units_remembers_as_many_steps_as_it_has_units() -> None:
    """A delay line: unit i hands its value to unit i + 1."""
    net = ElmanRNN(1, 5, rng=np.random.default_rng(0))
    net.parameters["recurrent_weights"][...] = np.eye(5, k=-1)
    net.parameters["input_weights"][...] = [[0.01], [0], [0], [0], [0]]
    x = np.random.default_rng(1).uniform(-1, 1, (2000, 1))
    found = reservoir.recalled(net, x, 8)
    assert found[:5].min() > 0.999
    assert found[5:].max() < 0.02


def test_small_inputs_are_remembered_best_just_below_radius_one() -> None:
    for units in (20, 40):
        capacity = [reservoir.memory(units, radius, 0.1).sum() for radius in reservoir.RADII]
        assert 0.85 < reservoir.RADII[int(np.argmax(capacity))] < 1.01


def test_the_figure_says_the_capacity_it_draws() -> None:
    figure = reservoir.reservoir(20, 0.9, 0.1)
    drawn = next(trace for trace in figure.data if trace.name == "memory capacity")
    at = reservoir.RADII.index(0.9)
    assert f"{drawn.y[at]:.1f} in all, of at most 20" in figure.layout.meta["summary"]
    with pytest.raises(ValueError, match="radius must be"):
        reservoir.reservoir(20, -1.0, 0.1)
    with pytest.raises(ValueError, match="longest must be an integer from 0 to 5"):
        reservoir.recalled(ElmanRNN(1, 2, rng=np.random.default_rng(0)), np.zeros((20, 1)), 9)
