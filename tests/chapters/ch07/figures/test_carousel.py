"""What was measured about the cell of 1997, drawn: what drives the drift, and how close the two gradients are."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_lab.chapters.ch07.figures import carousel


def drifted(**settings):
    """The median size of the state after all values."""
    figure = carousel.state_drift(**settings)
    return 10 ** next(trace for trace in figure.data if trace.name == "size of the state").y[-1]


def test_without_a_mean_the_cells_are_driven_by_their_gates_and_not_by_noise():
    """The claim of chapter 07: values add little, gates that feed the cells nearly all."""
    whole, silent, ungated, noise = (drifted(mean=0.0, left_out=part) for part in carousel.LEFT_OUT)
    assert silent == pytest.approx(whole, rel=0.2)
    assert ungated < whole / 4
    assert noise < 2


def test_with_a_mean_the_values_alone_are_enough():
    assert drifted(mean=1.0, left_out="all feedback") == pytest.approx(drifted(mean=1.0), rel=0.3)


@pytest.mark.parametrize("squash", carousel.SQUASH)
def test_a_closed_input_gate_slows_the_drift(squash):
    sizes = [drifted(input_gate_bias=bias, squash=squash) for bias in (0, -1, -3, -6)]
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_left_out_is_named_and_checked():
    figure = carousel.state_drift(0.0, left_out="the values")
    assert "left out: the values" in figure.layout.meta["summary"]
    with pytest.raises(ValueError, match=r"left_out must be one of 'nothing', .*got 'all'"):
        carousel.state_drift(left_out="all")


def far(gradient, scale, bias):
    figure = carousel.cell_gradient(100, gradient, scale, bias)
    return 10 ** next(t for t in figure.data if t.name == "LSTM 1997, this gradient").y[-1]


def test_the_two_gradients_come_close_at_small_scales_only():
    """The claim of chapter 07, over the range of its explorer."""
    scales = (0.5, 1.0, 2.0, 4.0)
    shut = [far("full", scale, -3) for scale in scales]
    wide = [far("full", scale, 0) for scale in scales]
    assert shut == sorted(shut)
    assert all(one < other for one, other in zip(shut, wide, strict=True))
    assert shut[0] < 2 < 10 < shut[-1]
    np.testing.assert_allclose([far("truncated", scale, -3) for scale in scales], 1, atol=0.15)
