import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab import gradients
from lstm_lab.chapters.ch06.figures import first_look

MOST = first_look.LENGTHS[-1]
reaches = st.integers(1, MOST)


def curves(figure):
    return {trace.name: trace for trace in figure.data if trace.name and trace.mode != "text"}


def test_it_draws_what_gradients_measures_in_both_networks():
    drawn = curves(first_look.first_look(100))
    for cell in first_look.CELLS:
        lags = np.array(drawn[cell].x)
        flow = gradients.gradient_flow(
            cell, 300, 32, recurrent_scale=0.9, input_scale=1.0, seeds=20, lags=lags
        )
        np.testing.assert_allclose(drawn[cell].y, flow.state.median, rtol=0, atol=1e-9)


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
def test_the_sentence_says_the_ends_of_the_curves_and_the_handle_stands_at_one(reach):
    figure = first_look.first_look(reach)
    plain, lstm = curves(figure).values()
    assert plain.x[-1] == lstm.x[-1] == reach
    said = figure.layout.meta["summary"]
    assert f"ball {300 - reach} gets {first_look.left(plain.y[-1])} in a simple recurrent" in said
    assert f"and {first_look.left(lstm.y[-1])} in the LSTM of 1997" in said
    (handle,) = figure.layout.meta["handles"]
    assert handle["y"]["stands"] == plain.y[-1]


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0.4, "up to 2.5 times as much"),
        (0.0, "at most 100 %"),
        (-1.77, "at most 1.7 %"),
        (-3.77, "less than 1 part in 1,000"),
        (-10.8, "less than 1 part in 10¹⁰"),
        (-66.0, "less than 1 part in 10⁶⁶"),
    ],
)
def test_what_is_left_in_words(size, said):
    assert first_look.left(size) == said


@given(st.floats(-90, -2.01))
def test_a_part_in_so_many_is_the_next_power_of_ten_above(size):
    text = first_look.left(size).removeprefix("less than 1 part in ").replace(",", "")
    digits = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    power = len(text) - 1 if set(text) <= set("10") else int(digits.removeprefix("10"))
    assert -power - 1 < size <= -power


@pytest.mark.parametrize(
    ("reach", "error"), [(0, ValueError), (MOST + 1, ValueError), (1.5, TypeError)]
)
def test_a_reach_beyond_the_innings_is_refused(reach, error):
    with pytest.raises(error, match=r"sequence_length must be an integer .*288"):
        first_look.first_look(reach)
