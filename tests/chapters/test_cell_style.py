"""A kind of cell has one look in every figure of the book: its colour in every trace of it, its dash and marker too."""

from __future__ import annotations

import random
from itertools import combinations

import plotly.graph_objects as go
import pytest

from lstm_lab.chapters import explorers
from lstm_lab.chapters.ch09.figures import digits, successors
from lstm_lab.interact import plots
from lstm_lab.interact.plots import CELL_STYLE
from lstm_lab.models import CELLS

LONGEST_FIRST = sorted(CELL_STYLE, key=len, reverse=True)
"""So that "LSTM 2000, forget bias 0" is found before the "LSTM 2000" that it begins with."""


def kind_of(name):
    """The kind of cell whose name a trace begins with: "tanh RNN" of "tanh RNN: every path"; None without one."""
    return next((kind for kind in LONGEST_FIRST if (name or "").startswith(kind)), None)


def unlike_its_kind(figure):
    """The traces that are called after a kind of cell and do not look like it; a longer name is held to the colour."""
    found = []
    for trace in figure.data:
        kind = kind_of(trace.name)
        if kind is None or trace.type != "scatter":
            continue
        colour, dash, symbol = CELL_STYLE[kind]
        drawn_colour = trace.line.color or trace.marker.color
        same = drawn_colour == colour
        if trace.name == kind:
            same &= "lines" not in trace.mode or (trace.line.dash or "solid") == dash
            same &= "markers" not in trace.mode or (trace.marker.symbol or "circle") == symbol
        if not same:
            found.append(trace.name)
    return found


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_a_kind_of_cell_looks_the_same_in_every_explorer(name):
    explorer = explorers.show(name)
    states = list(explorer.states())
    shown = {state.get("cell"): state for state in reversed(states)}  # the first of each cell
    for state in [explorer.initial, random.Random(name).choice(states), *shown.values()]:
        assert unlike_its_kind(explorer.figure(**state)) == [], state


@pytest.mark.parametrize("figure", [digits.accuracy_over_epochs, digits.by_pixel])
def test_a_kind_of_cell_looks_the_same_in_a_figure_without_controls(figure):
    drawn = figure()
    assert {kind_of(trace.name) for trace in drawn.data} >= {"tanh RNN", "LSTM, forget bias 1"}
    assert unlike_its_kind(drawn) == []


def test_a_cell_that_forgets_is_green_and_one_that_cannot_is_blue():
    colours = {trace.name: trace.line.color for trace in successors.state_growth().data}
    blue = CELL_STYLE["LSTM 1997"].colour
    assert [name for name in successors.GROWTH if colours[name] == blue] == ["no forget gate"]
    green = CELL_STYLE["LSTM 2000"].colour
    assert {colours[name] for name in successors.GROWTH} == {blue, green}


@pytest.mark.parametrize(
    "change",
    [
        {"line": {"color": CELL_STYLE["GRU"].colour}},
        {"line": {"dash": "dash"}},
        {"marker": {"symbol": "diamond"}},
        {"name": "tanh RNN, trained", "line": {"color": CELL_STYLE["GRU"].colour}},
    ],
)
def test_a_trace_that_looks_like_another_cell_would_be_found(change):
    figure = go.Figure(plots.line([1, 2], [1, 2], "tanh RNN", *CELL_STYLE["tanh RNN"]))
    assert unlike_its_kind(figure) == []
    figure.data[0].update(change)
    assert unlike_its_kind(figure) == [change.get("name", "tanh RNN")]


def test_every_cell_that_can_be_made_has_a_look_and_no_two_have_the_same():
    assert set(CELLS) <= set(CELL_STYLE)
    for one, other in combinations(CELL_STYLE, 2):
        same_cell = one.replace("LSTM 2000", "LSTM") == other.replace("LSTM 2000", "LSTM")
        default = {one, other} <= {
            "LSTM",
            "LSTM 2000",
            "LSTM, forget bias 1",
            "LSTM 2000, forget bias 1",
        }
        assert (CELL_STYLE[one][1:] == CELL_STYLE[other][1:]) == (same_cell or default), (
            one,
            other,
        )
