"""The figures of cards, digits and irises (chapter 01)."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_lab.chapters.ch01.figures import perceptron, perceptron_runs, perceptron_tasks


def test_the_digit_figure_adds_up():
    figure = perceptron_tasks.digit_weights(5, "3 and 8")
    learning = perceptron_runs.read_digits(3, 8).learning
    assert list(figure.data[1].y[:5]) == list(learning.mistakes[:5])
    assert not figure.data[1].y[5:].any()
    made = sum(learning.mistakes[:5])
    np.testing.assert_array_equal(np.ravel(figure.data[0].z), learning.weights[made])
    assert f"{made} mistakes so far" in figure.layout.meta["summary"]


@pytest.mark.parametrize(
    "draw", [perceptron.unit, perceptron_tasks.left_or_right, perceptron_tasks.never_stops]
)
def test_plain_figures_say_what_they_show(draw):
    assert len(draw().layout.meta["summary"]) > 80
