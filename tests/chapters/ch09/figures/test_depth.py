"""The gradient over depth, as drawn."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_lab.chapters.ch09.figures import depth


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_what_is_drawn_is_the_median_of_what_is_measured(scale: float) -> None:
    figure = depth.over_depth(20, scale, -2.0)
    for kind in depth.KINDS:
        drawn = next(trace for trace in figure.data if trace.name == kind)
        np.testing.assert_allclose(
            drawn.y, np.median(depth.measured(kind, 20, scale, -2.0), axis=0)[np.array(drawn.x)]
        )


def test_adding_carries_where_plain_layers_lose_and_a_gate_that_is_half_open_loses_too() -> None:
    ends = {kind: np.median(depth.measured(kind, 50, 0.5, -2.0)[:, -1]) for kind in depth.KINDS}
    assert ends["plain"] < -12 < ends["Highway"] < 0 < ends["residual"]
    shut = np.median(depth.measured("Highway", 50, 0.5, -4.0)[:, -1])
    assert ends["Highway"] < shut < 0
