"""Elman's XOR in time, drawn: the measured errors and the levels they are read against (chapter 05).

The errors come from `results/xor_in_time.json`, which `lstm-lab measure xor_in_time` writes.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch05.experiments.xor_in_time import ALL
from lstm_lab.interact import plots, theme

NOTHING, RULE, RULE_ELSEWHERE = 0.5, 1 / 3, float(np.sqrt(5 / 18))
"""RMS errors: of the guess 1/2; of the best use of the XOR rule without knowing the place in the three, where the bit
can be foretold and where it cannot."""

LEVELS = {"nothing": 1 / 4, "the rule": 2 / 9, "rule and clock": 1 / 6}
"""What a network can know, and the mean square error over all bits that goes with it."""


def xor_errors(hidden_size: int, steps_back: int, updates: int) -> Array:
    """The measured errors, (seeds, steps): RMS error of the prediction of bits 2, 3, 4 ..., from `results/`."""
    result = experiments.load("xor_in_time")
    place = result["settings"]["checkpoints"].index(updates)
    return np.array(
        [
            trial["errors"][place]
            for trial in result["trials"]
            if (trial["hidden_size"], trial["steps_back"]) == (hidden_size, steps_back)
        ]
    )


def third_bit_error(hidden_size: int, steps_back: int, updates: int = 3000) -> Array:
    """One number a seed: the error at the bits that can be foretold, in the second half of the sequence."""
    settled = second_half(xor_errors(hidden_size, steps_back, updates))
    return np.asarray(np.sqrt(np.mean(settled[:, 2::3] ** 2, axis=1)))


def mean_square_error(hidden_size: int, steps_back: int, updates: int = 3000) -> Array:
    """One number a seed: the mean square error over all bits of the second half of the sequence."""
    settled = second_half(xor_errors(hidden_size, steps_back, updates))
    return np.asarray(np.mean(settled**2, axis=1))


def understood(hidden_size: int, steps_back: int, updates: int = 3000) -> dict[str, int]:
    """How many seeds are nearest to each level of `LEVELS` by their mean square error over all bits."""
    known = [level(error) for error in mean_square_error(hidden_size, steps_back, updates)]
    return {name: known.count(name) for name in LEVELS}


def level(mean_square: float) -> str:
    """What a network with this mean square error over all bits knows: the nearest of `LEVELS`."""
    return min(LEVELS, key=lambda name: abs(LEVELS[name] - mean_square))


def second_half(errors: Array) -> Array:
    """The errors at the last threes, (..., steps): far from the start, which tells the time by itself."""
    threes = (errors.shape[-1] + 1) // 3
    return errors[..., -3 * (threes // 2) :]


def xor_error(hidden_size: int = 2, steps_back: int = ALL, updates: int = 3000) -> go.Figure:
    """The error at every bit: all seeds and their median, with the levels that a rule and a clock could reach."""
    errors = xor_errors(hidden_size, steps_back, updates)
    seeds, steps = errors.shape
    bits = np.arange(2, steps + 2)
    third = bits % 3 == 0
    median = np.median(errors, axis=0)
    ends = [2, steps + 1]
    traces = [
        plots.points(
            np.tile(bits, seeds), errors.ravel(), "each seed", theme.GREY, "circle-open", 5
        ),
        plots.line(bits, median, "median", theme.BLUE),
        plots.points(
            bits[third], median[third], "median, every third bit", theme.VERMILION, "diamond", 9
        ),
        plots.line(ends, [NOTHING] * 2, "always ½", theme.GREY, "dash", width=1.5),
        plots.line(ends, [RULE] * 2, "rule, no clock", theme.GREEN, "dot", width=1.5),
    ]
    at_third = third_bit_error(hidden_size, steps_back, updates)
    back = {0: "the error not followed back", 1: "the error followed 1 step back"}.get(
        steps_back, "full backpropagation through time"
    )
    elsewhere = float(np.median(errors[:, ~third]))
    counts = understood(hidden_size, steps_back, updates)
    knows = ", ".join(f"{count} {name}" for name, count in counts.items())
    return theme.figure(
        traces,
        f"{hidden_size} hidden units, {back}, after {updates} updates: the error at every third bit is "
        f"{np.median(at_third):.2f} (median of {seeds} seeds, {at_third.min():.2f} to {at_third.max():.2f}), at the "
        f"others {elsewhere:.2f}. By the mean square over all bits, of {seeds} seeds these know: {knows}.",
        xaxis={"title": "bit to be foretold", "tickvals": list(range(3, steps + 2, 3))},
        yaxis={"title": "error (root mean square)", "range": [0, 0.65]},
        margin={"l": 70, "r": 20, "t": 60, "b": 55},
    )
