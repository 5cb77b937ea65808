"""No figure tells two things apart by colour alone: lines differ in dash, sign or width, bars in pattern or place."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import pytest
from drawn import sample
from plotly.colors import sequential

from lstm_lab.chapters import explorers
from lstm_lab.interact import theme

WIDER = 1.9


def looks(trace):
    """How a trace is drawn, without its colour; nothing if there is nothing to be told from others."""
    if trace.visible is False or trace.type not in ("bar", "scatter"):
        return None
    if trace.type == "bar":
        return ("bar", trace.marker.pattern.shape)
    mode = trace.mode or "lines"
    width = 2.0 if trace.line.width is None else trace.line.width
    if (mode == "lines" and width == 0) or "text" in mode:
        return None  # a border of a filled band, or words
    dash = (trace.line.dash or "solid") if "lines" in mode else None
    sign = (trace.marker.symbol or "circle") if "markers" in mode else None
    return ("scatter", dash, sign if sign is None or isinstance(sign, str) else tuple(sign), width)


def alike(one, other):
    """Whether two looks can be told apart by colour only."""
    if one is None or other is None or one[:3] != other[:3]:
        return False
    if one[0] == "bar" or one[1] is None:
        return True
    return max(one[3], other[3]) < WIDER * min(one[3], other[3])


def colour(trace):
    return str(
        trace.line.color if trace.type == "scatter" and trace.line.color else trace.marker.color
    )


def places(trace):
    """Where on the labelled axes something of a trace stands."""
    x, y = (np.asarray(values, dtype=object) for values in (trace.x, trace.y))
    return {
        (str(a), None if trace.type == "bar" else str(b))
        for a, b in zip(x, y, strict=True)
        if a is not None and b is not None and a == a and b == b
    }


def rows(trace):
    """The labelled rows on which a trace stands, where it is drawn along the other axis."""
    return {place[1] for place in places(trace)}


def confused(figure):
    """Pairs of traces of one panel that only their colour tells apart."""
    found, written = [], named_in_place(figure)
    for one, other in combinations(figure.data, 2):
        if (one.xaxis or "x", one.yaxis or "y") != (other.xaxis or "x", other.yaxis or "y"):
            continue
        if not alike(looks(one), looks(other)) or colour(one) == colour(other):
            continue
        if one.type == "bar" and not places(one) & places(other):
            continue
        if one.type == "scatter" and apart(one, other):
            continue
        if {one.name, other.name} <= written:
            continue
        if {colour(one), colour(other)} <= set(theme.SHADES):
            continue  # one is lighter than the other, as in a table of colours
        found.append((one.name, other.name))
    return found


def test_the_shades_are_those_of_the_tables_of_colours():
    assert list(theme.SHADES) == [shade.lower() for shade in sequential.Cividis]


def test_each_shade_is_lighter_than_the_one_before():
    parts = [[int(shade[i : i + 2], 16) for i in (1, 3, 5)] for shade in theme.SHADES]
    light = [np.dot([0.2126, 0.7152, 0.0722], (np.array(rgb) / 255) ** 2.2) for rgb in parts]
    assert np.all(np.diff(light) > 0)


def named_in_place(figure):
    """The names that stand at their traces instead of in a legend."""
    words = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    texts = [text for trace in words for text in trace.text]
    return {re.sub("<[^>]*>", "", text).strip() for text in texts}


def apart(one, other):
    """Whether each line keeps to a labelled row of its own, as the bars of a table do."""
    return len(rows(one)) == len(rows(other)) == 1 and rows(one) != rows(other)


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_nothing_is_told_by_colour_alone(name, drawn):
    for settings in sample(name):
        assert confused(drawn(name, settings)) == []


def test_what_only_colour_tells_would_be_found():
    red, blue = ({"color": paint} for paint in ("#d55e00", "#0f7fc4"))
    same = go.Figure(
        [go.Scatter(x=[0, 1], y=[0, 1], line=red), go.Scatter(x=[0, 1], y=[1, 0], line=blue)]
    )
    assert len(confused(same)) == 1
    same.data[1].line.dash = "dash"
    assert confused(same) == []
    bars = go.Figure([go.Bar(x=["a"], y=[1], marker=red), go.Bar(x=["a"], y=[2], marker=blue)])
    assert len(confused(bars)) == 1
    bars.data[1].marker.pattern.shape = "/"
    assert confused(bars) == []
