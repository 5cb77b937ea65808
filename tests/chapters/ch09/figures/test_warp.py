"""Time warped: a gate passes the same places at any pace, a leak at the pace that it was made for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.chapters.ch09.figures import warp


@pytest.mark.parametrize("pace", warp.PACES)
def test_every_pace_brings_the_whole_message(pace: str) -> None:
    whole = warp.WORDS * warp.STEPS_A_WORD
    assert whole - 1e-9 <= warp.speeds(pace).sum() < whole + 2


@pytest.mark.parametrize("pace", warp.PACES[1:])
def test_the_gate_keeps_to_the_places_of_the_message_and_the_leak_does_not(pace: str) -> None:
    assert warp.gap("gate", pace) < 0.06 < 0.1 < warp.gap("leak", pace)


def test_as_taught_the_two_are_one() -> None:
    np.testing.assert_array_equal(
        warp.states("leak", "as taught"), warp.states("gate", "as taught")
    )
    assert warp.gap("leak", "as taught") == 0


@given(st.floats(0.05, 1), st.integers(1, 30))
def test_a_leaky_unit_with_no_input_weight_on_nothing_decays_or_stays_in_range(
    rate: float, steps: int
) -> None:
    states = warp.read(np.ones(steps), np.full(steps, rate))
    assert (np.diff(states) >= -1e-12).all()  # it rises to its fixed point
    assert (np.abs(states) < 1).all()


def test_the_figure_says_how_far_off_it_is() -> None:
    figure = warp.time_warp("4 times slower", "leak")
    assert f"is {warp.gap('leak', '4 times slower'):.2f} off" in figure.layout.meta["summary"]
    assert "640 steps instead of 160" in figure.layout.meta["summary"]
    with pytest.raises(ValueError, match="pace must be one of"):
        warp.time_warp("asleep")
