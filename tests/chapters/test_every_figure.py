"""What holds for every figure of the book, in whatever state a reader puts it."""

from __future__ import annotations

import json
import math

import numpy as np
import plotly.graph_objects as go
import pytest
from drawn import sample
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import explorers
from lstm_lab.chapters.ch01.figures import perceptron, perceptron_tasks
from lstm_lab.chapters.ch03.figures import hidden_units
from lstm_lab.chapters.ch04.figures import windows
from lstm_lab.chapters.ch05.figures import recurrent
from lstm_lab.chapters.ch06.figures import gradient
from lstm_lab.chapters.ch07.figures import memory_block
from lstm_lab.chapters.ch08.figures import curves1997, tasks1997
from lstm_lab.chapters.ch09.figures import cells2000, digits, successors
from lstm_lab.paper1997.published import spec

DENSE = [name for name, row in spec.ROWS.items() if row.net.dense_inputs]
ALONG_POINTS = ("x", "y", "text", "customdata", "hovertext")


def numbers_in(thing):
    """Every number in a figure."""
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, np.ndarray):
        thing = thing.tolist()
    if isinstance(thing, list | tuple):
        for part in thing:
            yield from numbers_in(part)
    elif isinstance(thing, int | float) and not isinstance(thing, bool):
        yield thing


def assert_well_made(figure):
    """One length along the points of a trace, tables without holes, finite numbers, axes that lead somewhere."""
    for trace in figure.data:
        if trace.visible is False:
            continue
        if trace.type == "heatmap":
            heights = {len(row) for row in trace.z}
            assert len(heights) == 1
            assert trace.x is None or len(trace.x) == heights.pop()
            assert trace.y is None or len(trace.y) == len(trace.z)
            continue
        given_along = [getattr(trace, name, None) for name in ALONG_POINTS]
        lengths = {len(each) for each in given_along if each is not None and np.ndim(each) > 0}
        assert len(lengths) <= 1, (trace.name, lengths)
    layout = figure.layout.to_plotly_json()
    drawn = [layout, *(trace.to_plotly_json() for trace in figure.data)]
    assert not any(math.isinf(number) for number in numbers_in(drawn))  # nan is a gap
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            low, high = axis.get("range", [0, 1])
            assert low != high
            assert len(axis.get("ticktext", [])) in (0, len(axis.get("tickvals", [])))
    text = figure.to_json()
    assert json.loads(go.Figure(json.loads(text)).to_json()) == json.loads(text)


def assert_says_what_it_shows(figure):
    summary = figure.layout.meta["summary"]
    assert summary.strip() == summary
    assert summary.endswith((".", "?", "!", ")", "”"))
    assert "nan" not in summary.lower().split()
    assert "inf" not in summary.lower().split()
    assert "  " not in summary


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_a_figure_is_well_made_in_sampled_states(name, drawn):
    for state in sample(name):
        figure = drawn(name, state)
        assert_well_made(figure)
        assert_says_what_it_shows(figure)


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_the_same_settings_give_the_same_figure_and_stay_as_they_are(name, drawn):
    state = sample(name)[-1]
    before = dict(state)
    again = explorers.show(name).figure(**state).to_json()
    assert json.loads(again) == json.loads(drawn(name, state).to_json())
    assert state == before


still_figures = st.one_of(
    st.tuples(st.just(curves1997.all_trials), st.sampled_from(list(spec.ROWS))),
    st.tuples(st.just(tasks1997.two_sequences), st.sampled_from(DENSE)),
    st.tuples(st.just(recurrent.loop_and_line), st.integers(1, 9)),
    st.tuples(st.just(memory_block.memory_block), st.sampled_from([1, 2])),
    st.tuples(
        st.just(gradient.vanish_or_explode),
        st.lists(st.floats(0.5, 1.5), min_size=2, max_size=5, unique=True),
        st.integers(2, 20),
    ),
    st.tuples(
        st.just(hidden_units.learned_share),
        st.lists(st.integers(1, 5), min_size=1, max_size=3, unique=True),
        st.just(3),
        st.just(20),
    ),
    *(
        st.just((drawing,))
        for drawing in (
            cells2000.gru, cells2000.lstm_2000, digits.accuracy_over_epochs, digits.by_pixel,
            memory_block.bare_carousel, perceptron.unit, perceptron_tasks.left_or_right,
            perceptron_tasks.never_stops, recurrent.one_step, recurrent.two_feedbacks, successors.state_growth,
            windows.cost,
        )
    ),
)  # fmt: skip


@given(still_figures)
@settings(max_examples=60)
def test_a_figure_without_controls_is_well_made(drawing):
    function, *arguments = drawing
    figure = function(*arguments)
    assert_well_made(figure)
    assert_says_what_it_shows(figure)


@pytest.mark.parametrize(
    "figure",
    [
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2, 3])),
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2], text=["one"])),
        go.Figure(go.Heatmap(z=[[1, 2], [3]])),
        go.Figure(go.Heatmap(z=[[1, 2]], x=[1])),
        go.Figure(go.Scatter(x=np.array([1, np.inf]), y=[1, 2])),
        go.Figure(layout={"xaxis": {"range": [1, 1]}}),
        go.Figure(layout={"yaxis": {"tickvals": [1, 2], "ticktext": ["one"]}}),
    ],
)
def test_a_figure_that_is_not_well_made_is_found(figure):
    with pytest.raises(AssertionError):
        assert_well_made(figure)


@pytest.mark.parametrize("summary", ["It rises", "It rises by nan .", " It rises.", "It  rises."])
def test_a_sentence_that_is_not_one_is_found(summary):
    figure = go.Figure(layout={"meta": {"summary": summary}})
    with pytest.raises(AssertionError):
        assert_says_what_it_shows(figure)
