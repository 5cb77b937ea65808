import numpy as np

from lstm_lab.interact import theme
from lstm_lab.interact.plots import band, signed, upright


def test_a_band_is_filled_between_its_edges_and_takes_no_place_in_the_legend():
    low, high = band(
        [1, 2, 3], np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]), theme.BLUE, "2"
    )
    assert list(low.y) == [0, 1, 2]
    assert list(high.y) == [1, 2, 3]
    assert (low.fill, high.fill) == (None, "tonexty")
    assert {low.xaxis, high.xaxis} == {"x2"}
    assert not low.showlegend
    assert not high.showlegend


def test_an_upright_line_goes_through_its_whole_panel():
    line = upright(12, "x2", "y2")
    assert (line["x0"], line["x1"]) == (12, 12)
    assert (line["yref"], line["y0"], line["y1"]) == ("y2 domain", 0, 1)


def test_a_minus_sign_is_one_and_zero_has_none():
    assert [signed(value) for value in (-1.5, -0.0, 2.0)] == ["−1.5", "0", "2"]
