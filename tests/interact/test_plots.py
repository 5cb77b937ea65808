import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.interact import plots, theme
from lstm_lab.interact.plots import Panel, band, panels, signed, upright

shares = st.floats(0, 1).map(lambda share: round(share, 3))
places = st.tuples(shares, shares).filter(lambda ends: ends[0] < ends[1])


def test_a_line_has_markers_when_it_has_a_symbol():
    plain = plots.line([1, 2], [3, 4], "a", theme.BLUE, "dash")
    assert (plain.mode, plain.line.dash, plain.line.color) == ("lines", "dash", theme.BLUE)
    marked = plots.line([1, 2], [3, 4], "a", theme.BLUE, "dash", "square", size=9, width=1)
    assert (marked.mode, marked.marker.symbol, marked.marker.size) == ("lines+markers", "square", 9)
    assert marked.line.width == 1


def test_a_trace_stands_on_the_axes_of_its_panel_and_without_a_name_outside_the_legend():
    def all_kinds(name, **panel):
        return [
            plots.line([1], [1], name, theme.BLUE, **panel),
            plots.points([1], [1], name, theme.BLUE, **panel),
            plots.area([1], [1], name, theme.BLUE, **panel),
            plots.bars([1], [1], name, theme.BLUE, **panel),
        ]

    named, unnamed = all_kinds("a"), all_kinds("", panel="2")
    assert {(trace.name, trace.xaxis, trace.showlegend) for trace in named} == {("a", None, None)}
    assert {(trace.name, trace.xaxis, trace.yaxis) for trace in unnamed} == {(None, "x2", "y2")}
    assert {trace.showlegend for trace in unnamed} == {False}
    assert plots.words([1], [1], ["word"]).showlegend is False
    assert plots.heatmap([[1]], [1], [1], panel="3").xaxis == "x3"


def test_points_and_bars_take_what_tells_them_apart():
    ring = plots.points(
        [1], [1], "a", theme.BLUE, "circle-open", 16, border=2, marker={"opacity": 0.5}
    )
    assert (ring.mode, ring.marker.size, ring.marker.line.width) == ("markers", 16, 2)
    assert (ring.marker.color, ring.marker.opacity) == (theme.BLUE, 0.5)
    assert plots.bars([1], [1], "a", theme.BLUE, 0.3, "/").marker.pattern.shape == "/"
    assert plots.bars([1], [1], "a", theme.BLUE).marker.pattern.shape is None


def test_an_area_has_no_border_unless_it_is_given_one():
    plain = plots.area([0, 1, 1], [0, 0, 1], "a", theme.BLUE)
    assert (plain.fill, plain.line.width) == ("toself", 0)
    edged = plots.area([0, 1, 1], [0, 0, 1], "a", theme.BLUE, line={"width": 2})
    assert edged.line.width == 2


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


def test_a_line_in_a_band_is_drawn_over_it_on_the_same_axes():
    traces = plots.line_in_band([1], [0], [1], [2], "a", theme.BLUE, "dot", xaxis="x", yaxis="y2")
    assert [trace.y for trace in traces] == [(0,), (2,), (1,)]
    assert [trace.name for trace in traces] == [None, None, "a"]
    assert {(trace.xaxis, trace.yaxis) for trace in traces} == {("x", "y2")}
    assert {trace.line.color for trace in traces} == {theme.BLUE}


@given(st.lists(st.tuples(places, places, st.booleans()), min_size=1, max_size=5))
def test_each_panel_stands_where_it_was_put_on_axes_that_belong_together(given_places):
    parts = [
        Panel({} if own or not n else None, {}, x, y, f"panel {n}")
        for n, (x, y, own) in enumerate(given_places)
    ]
    figure = theme.figure([], "Panels.", **panels(*parts, notes=[theme.in_the_corner("a note")]))
    layout = figure.layout
    own = ""
    for n, part in enumerate(parts):
        number = str(n + 1) if n else ""
        if part.xaxis is not None:
            own = number
            assert layout[f"xaxis{own}"].domain == part.x
        assert layout[f"yaxis{number}"].domain == part.y
        assert layout[f"yaxis{number}"].anchor == f"x{own}"
        last = n + 1 == len(parts) or parts[n + 1].xaxis is not None
        if last:  # a shared axis stands below the last panel that shares it
            assert layout[f"xaxis{own}"].anchor == f"y{number}"
    note, *headings = layout.annotations
    assert note.text == "a note"
    for part, heading in zip(parts, headings, strict=True):
        assert heading.text == part.heading
        assert heading.x == pytest.approx((part.x[0] + part.x[1]) / 2)
        assert heading.y > part.y[1]


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=6))
def test_the_coordinates_of_points_come_apart_and_none_are_a_gap(corners):
    x, y = plots.columns(corners)
    assert list(zip(x, y, strict=True)) == corners or not corners
    assert corners or (np.isnan(x).tolist(), np.isnan(y).tolist()) == ([True], [True])


def test_a_legend_stands_above_the_figure_or_below_it():
    assert plots.legend(1.02)["yanchor"] == "bottom"
    assert plots.legend(-0.2)["yanchor"] == "top"


def test_ticks_have_words_of_their_own():
    assert plots.ticks(np.array([0, 1]), [10, "ten"]) == {
        "tickvals": [0, 1],
        "ticktext": ["10", "ten"],
    }


def test_an_upright_line_goes_through_its_whole_panel():
    line = upright(12, "x2", "y2")
    assert (line["x0"], line["x1"]) == (12, 12)
    assert (line["yref"], line["y0"], line["y1"]) == ("y2 domain", 0, 1)


def test_a_minus_sign_is_one_and_zero_has_none():
    assert [signed(value) for value in (-1.5, -0.0, 2.0)] == ["−1.5", "0", "2"]
