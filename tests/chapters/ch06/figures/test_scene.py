"""The central scene: what it draws is what `gradients` measures, and what it says is so."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab import gradients
from lstm_lab.chapters.ch06.figures import scene
from lstm_lab.interact import theme
from lstm_lab.models import CELLS


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name and trace.visible is not False)


@pytest.mark.parametrize("cell", CELLS)
def test_the_central_figure_draws_what_gradients_measures(cell):
    gate = {"forget_bias": 3.0} if cell == "LSTM 2000" else {}
    figure = scene.gradient_flow(20, cell, "powers of ten", 1.2, 0.1, **gate)
    for each in CELLS:
        options = gate if each == cell else {}
        flow = gradients.gradient_flow(
            each,
            20,
            32,
            recurrent_scale=1.2,
            input_scale=0.1,
            seeds=20,
            lags=scene.lags(20),
            **options,
        )
        drawn = line(figure, each)
        np.testing.assert_array_equal(drawn.x, flow.lags)
        np.testing.assert_array_equal(drawn.y, flow.state.median)
        assert (drawn.line.width == scene.BOLD) == (each == cell)
        if each == cell:
            path = next(trace for trace in figure.data if trace.name == "along the cell alone")
            assert path.visible == (flow.cell_path is not None)
            if flow.cell_path is not None:
                np.testing.assert_array_equal(path.y, flow.cell_path.median)
            low, high = figure.data[:2]
            assert np.all(np.array(low.y) <= np.array(drawn.y))
            assert np.all(np.array(high.y) >= np.array(drawn.y))


def test_plain_numbers_are_the_powers_of_ten():
    powers, plain = (scene.gradient_flow(12, "LSTM 1997", axis) for axis in scene.AXES)
    for cell in CELLS:
        np.testing.assert_allclose(line(plain, cell).y, 10.0 ** np.array(line(powers, cell).y))


@pytest.mark.parametrize("axis", scene.AXES)
@pytest.mark.parametrize("length", [1, 5, 30, 100, 288])
def test_the_strip_is_as_long_as_the_sequence_and_as_bright_as_the_curve(length, axis):
    figure = scene.gradient_flow(length, "tanh RNN", axis)
    curve = line(scene.gradient_flow(length, "tanh RNN"), "tanh RNN")
    shades = {trace.line.color: np.array(trace.x) for trace in figure.data if trace.yaxis == "y2"}
    covered = []
    for brightness, colour in enumerate(theme.SHADES):
        pieces = shades[colour]
        for start, end in zip(pieces[:-1:3], pieces[1::3], strict=True):
            covered.append((start, end))
            box = length / min(length, scene.BOXES)
            for middle in np.arange(start + box / 2, end, box):
                left = np.interp(middle, curve.x, curve.y)
                share = 1 + left / 45 if axis == scene.AXES[0] else 10**left
                assert np.clip(share, 0, 1) * 9 == pytest.approx(brightness, abs=0.5 + 1e-9)
    starts, ends = np.array(sorted(covered)).T
    np.testing.assert_allclose([0, *ends], [*starts, length])
    assert list(line(figure, "first step").x) == [length]


def test_the_handle_stands_where_the_slider_does():
    from lstm_lab.chapters import explorers

    control = explorers.show("gradient-flow").controls["sequence_length"]
    (handle,) = scene.gradient_flow(5).layout.meta["handles"]
    assert handle["x"]["control"] == "sequence_length"
    assert tuple(handle["x"]["at"]) == control.values == scene.LENGTHS
    assert scene.BALLS - max(scene.LENGTHS) == 12  # the wicket of the chapter's opening


@given(st.integers(1, scene.BALLS))
def test_lags_go_from_none_to_all_by_ever_larger_steps(length):
    lags = scene.lags(length)
    assert lags[0] == 0
    assert lags[-1] == length
    assert len(lags) <= 19
    assert np.all(np.diff(lags) > 0)


@given(st.floats(-400, 60), st.integers(0, 299))
def test_what_is_said_of_a_ball_is_so(size, ball):
    sentence = scene.heard(size, ball)
    assert f"ball {ball}" in sentence
    assert "ball 300" in sentence
    assert ("32 bits" in sentence) == (size < scene.FLOAT32_ZERO)
    if found := re.search(r"less than 1 part in ([0-9,]+) ", sentence):
        assert 10**size < 1 / float(found[1].replace(",", "")) <= 10 * 10**size
    elif found := re.search(r"less than 1 part in 10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", sentence):
        power = int(found[1].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
        assert size <= -power < size + 1
    elif found := re.search(r"at most ([0-9.e+]+) %", sentence):
        assert float(found[1]) == pytest.approx(100 * 10**size, rel=0.05)
    else:
        assert size > 0
        assert "times as large" in sentence


@given(st.lists(st.floats(-60, 20), min_size=1, max_size=6))
def test_names_stand_apart_and_within_the_chart(heights):
    placed = scene.apart(heights, 4.0, -45.0, 15.0)
    assert min(placed) >= -45
    assert max(placed) <= 15
    assert np.all(np.diff(sorted(placed)) >= 4.0 - 1e-9)
    assert np.all(np.diff(np.array(placed)[np.argsort(heights, kind="stable")]) > 0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"forget_bias": 3.0},
            TypeError,
            "forget_bias must not be given for 'tanh RNN', .*got 3.0",
        ),
        ({"cell": "LSTM 1997", "forget_bias": 1.0}, TypeError, "forget_bias must not be given"),
        ({"cell": "LSTM 2000", "forget_bias": "1"}, TypeError, "forget_bias must be a finite"),
        ({"cell": "GRU"}, ValueError, "cell must be one of 'tanh RNN', .*got 'GRU'"),
        ({"sequence_length": "5"}, TypeError, "sequence_length must be an integer"),
        ({"axis": "miles"}, ValueError, "axis must be one of 'powers of ten', .*got 'miles'"),
        ({"sequence_length": 301}, ValueError, "sequence_length must be an integer .*300, got 301"),
        ({"input_scale": -1}, ValueError, "input_scale must be a finite number of at least 0"),
    ],
)
def test_the_central_figure_refuses_what_its_cell_does_not_have(arguments, error, message):
    with pytest.raises(error, match=message):
        scene.gradient_flow(**{"sequence_length": 5, **arguments})
