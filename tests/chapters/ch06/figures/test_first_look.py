import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab import gradients
from lstm_lab.chapters.ch06.figures import first_look
from lstm_lab.interact import theme

MOST = first_look.BALLS - first_look.FIRST
reaches = st.integers(1, MOST)


def curves(figure):
    return {trace.name: trace for trace in figure.data if trace.name and trace.mode != "text"}


def test_it_draws_what_gradients_measures_in_both_networks():
    drawn = curves(first_look.first_look(100))
    for cell, name in first_look.CELLS.items():
        lags = np.array(drawn[name].x)
        flow = gradients.gradient_flow(
            cell, 300, 32, recurrent_scale=0.9, input_scale=1.0, seeds=20, lags=lags
        )
        np.testing.assert_allclose(drawn[name].y, flow.state.median, rtol=0, atol=1e-9)


@given(reaches, reaches)
def test_a_line_grows_on_axes_that_stay(one, other):
    short, long = sorted((one, other))
    first, second = first_look.first_look(short), first_look.first_look(long)
    assert first.layout.xaxis.to_plotly_json() == second.layout.xaxis.to_plotly_json()
    assert first.layout.yaxis.to_plotly_json() == second.layout.yaxis.to_plotly_json()
    for name, trace in curves(first).items():
        there = dict(zip(curves(second)[name].x, curves(second)[name].y, strict=True))
        inner = list(zip(trace.x, trace.y, strict=True))[:-1]
        assert all(there[x] == y for x, y in inner)
        low, high = first.layout.yaxis.range
        assert all(low < y < high for y in trace.y)


@given(reaches)
def test_the_sentence_says_the_ends_of_the_curves(reach):
    figure = first_look.first_look(reach)
    ends = [theme.power_text(trace.y[-1]) for trace in curves(figure).values()]
    assert all(trace.x[-1] == reach for trace in curves(figure).values())
    said = figure.layout.meta["summary"]
    assert said.startswith(f"Ball {300 - reach} hears {ends[0]} times the error at ball 300")
    assert f"{ends[1]} times it through the LSTM of 1997" in said


@pytest.mark.parametrize(
    ("reach", "error"), [(0, ValueError), (MOST + 1, ValueError), (1.5, TypeError)]
)
def test_a_reach_beyond_the_innings_is_refused(reach, error):
    with pytest.raises(error, match=r"sequence_length must be an integer .*288"):
        first_look.first_look(reach)
