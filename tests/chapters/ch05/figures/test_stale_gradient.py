"""RTRL while the weights move: exact while they stay, and stale by more, the more they move."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters.ch05.figures import stale_gradient


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 1.5))
@settings(max_examples=5)
def test_the_gradient_is_exact_while_the_weights_stay(seed: int, radius: float) -> None:
    assert stale_gradient.online(seed, 0.0, radius).max() < 1e-3


def test_it_is_the_staler_the_more_the_weights_move_and_the_longer_the_network_remembers() -> None:
    def late(rate: float, radius: float) -> float:
        return float(np.median(stale_gradient.angles(rate, radius)[:, 15:]))

    for radius in (0.5, 0.9, 1.2):
        assert 0 < late(0.01, radius) < late(0.1, radius) < late(0.3, radius)
    assert late(0.1, 0.5) < late(0.1, 0.9) < late(0.1, 1.2)


def test_the_figure_draws_the_angles_and_says_them() -> None:
    figure = stale_gradient.stale_rtrl(0.1, 0.9)
    drawn = next(trace for trace in figure.data if trace.name == "RTRL beside the true gradient")
    np.testing.assert_array_equal(drawn.y, np.median(stale_gradient.angles(0.1, 0.9), axis=0))
    late = np.median(stale_gradient.angles(0.1, 0.9)[:, 15:])
    assert f"is {late:.1f}° off the true one" in figure.layout.meta["summary"]
