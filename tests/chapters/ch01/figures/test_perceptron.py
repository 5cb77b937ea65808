"""What the figures of chapter 01 draw, against independent computations."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_lab.chapters.ch01.figures import perceptron, perceptron_runs
from lstm_lab.models import Perceptron


def test_a_correction_moves_the_net_input_as_the_chapter_says():
    x, y, rate = np.array([1.0, 2.0]), -1.0, 0.7
    model = Perceptron(2, learning_rate=rate)
    model.parameters["weights"][...] = 4.0, 1.0
    before = y * model.activation(x)
    assert model.correct(x, y)
    assert y * model.activation(x) == pytest.approx(before + rate * (x @ x + 1))


@pytest.mark.parametrize("gap", [0.05, 0.4])
def test_from_zero_every_rate_draws_the_same_lines(gap):
    slow, fast = (perceptron.line(3, rate, gap, "zero") for rate in (0.1, 10.0))
    for place in range(6):
        for axis in "xy":
            np.testing.assert_allclose(slow.data[place][axis], fast.data[place][axis], atol=1e-9)
    slow, fast = (perceptron.line(3, rate, gap, "not zero") for rate in (0.1, 10.0))
    assert not np.allclose(slow.data[3].x, fast.data[3].x)


@pytest.mark.parametrize("epochs", [1, 4, 12])
def test_the_line_is_where_the_net_input_is_zero(epochs):
    learning, _, limit = perceptron_runs.line_course(0.3, 0.1, "not zero")
    figure = perceptron.line(epochs, 0.3, 0.1, "not zero")
    made = sum(learning.mistakes[:epochs])
    points = np.column_stack([figure.data[3].x, figure.data[3].y])
    np.testing.assert_allclose(points @ learning.weights[made] + learning.bias[made], 0, atol=1e-9)
    arrow = np.diff(np.column_stack([figure.data[4].x, figure.data[4].y]), axis=0)[0]
    assert arrow @ learning.weights[made] > 0
    assert arrow @ np.diff(points, axis=0)[0] == pytest.approx(0, abs=1e-9)
    assert f"has made {made} mistakes; the bound is {limit:,.0f}" in figure.layout.meta["summary"]
    assert 10 ** figure.data[6].x[1] == pytest.approx(made)
    assert 10 ** figure.data[7].x[1] == pytest.approx(limit)


def test_rings_mark_what_the_perceptron_gets_wrong():
    learning, _, _ = perceptron_runs.line_course(1.0, 0.05, "zero")
    made = learning.mistakes[0]
    x, labels = perceptron_runs.shifted_cloud(0.05)
    wrong = labels * (x @ learning.weights[made] + learning.bias[made]) <= 0
    figure = perceptron.line(1, 1.0, 0.05, "zero")
    np.testing.assert_array_equal(~np.isnan(figure.data[2].x), wrong)
    rested = perceptron.line(12, 1.0, 0.05, "zero")
    assert np.isnan(rested.data[2].x).all()
    assert "the line rests" in rested.layout.meta["summary"]


def test_before_the_first_example_there_is_no_line():
    figure = perceptron.line(0, 1.0, 0.1, "zero")
    assert np.isnan(figure.data[3].x).all()
    assert "There is no line yet" in figure.layout.meta["summary"]


def test_clouds_stay_below_the_bound_and_right_angles_reach_it():
    figure = perceptron.bound(10, 20)
    limit, clouds, worst = figure.data
    assert (np.array(clouds.y) <= np.array(clouds.x) + 1e-9).all()
    assert len(clouds.x) == 100
    np.testing.assert_allclose(worst.x, worst.y, atol=1e-9)
    np.testing.assert_allclose(10 ** np.array(worst.y), 2 ** np.arange(8))
    assert list(limit.x) == list(limit.y)
