"""The explorers of chapter 01, 1958: a machine that learns."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch01.figures import perceptron, perceptron_runs, perceptron_tasks
from lstm_lab.interact import Explorer, control


def perceptron_line() -> Explorer:
    """The line moves with every mistake; the bound stands beside the count (chapter 01)."""
    return Explorer(
        perceptron.line,
        "perceptron-line",
        "Above: the points, the line of the perceptron and its weight vector w, which points to the side called +1. "
        "The dashed line has the widest margin. Below: the mistakes so far and the most there can be.",
        epochs=control((0, 12), label="passes", initial=1),
        learning_rate=control([0.1, 0.3, 1.0, 3.0, 10.0], initial=1.0),
        gap=control([0.05, 0.1, 0.2, 0.4], label="margin of the data", initial=0.1),
        start=control(["zero", "not zero"], label="first weights"),
    )


def perceptron_bound() -> Explorer:
    """Mistakes against their bound, on clouds and in the worst case (chapter 01)."""
    return Explorer(
        perceptron.bound,
        "perceptron-bound",
        "Each point is one perceptron, trained until it makes no mistake: twenty random clouds at each of five "
        "margins. Diamonds: examples at right angles to each other. Above the dashed line there can be no point.",
        input_size=control([2, 10, 50], label="number of inputs", initial=2),
        examples=control([20, 60, 200], label="number of examples", initial=60),
    )


def perceptron_digits() -> Explorer:
    """The weights that tell two digits apart (chapter 01)."""
    return Explorer(
        perceptron_tasks.digit_weights,
        "perceptron-digits",
        "Left: a weight for each of the 64 points of the image, light where ink speaks for the second digit, dark "
        "where it speaks for the first. Right: mistakes in each pass.",
        epochs=control((0, 22), label="passes", initial=2),
        pair=list(perceptron_runs.PAIRS),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "perceptron-line": perceptron_line,
    "perceptron-bound": perceptron_bound,
    "perceptron-digits": perceptron_digits,
}

EXACT = {
    "perceptron-line": {"learning_rate": (0.01, 100.0), "gap": (0.02, 0.45)},
    "perceptron-bound": {"input_size": (2, 100), "examples": (2, 400)},
}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
