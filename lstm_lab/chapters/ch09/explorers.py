"""The explorers of chapter 09, what came next."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch09.experiments import digits as task
from lstm_lab.chapters.ch09.figures import ctc, depth, digits, successors, warp
from lstm_lab.interact import Explorer, control


def scoreboard() -> Explorer:
    """Why a state that can't be reset grows (chapter 09)."""
    return Explorer(
        successors.scoreboard,
        "scoreboard",
        "A cell that adds up the runs of one innings after another. Above: its state, and the true score. Below: how "
        "much one more run still changes its squashed output, tanh(c/200); 1 is as much as on an empty board.",
        forget=control(list(successors.FORGET), label="forget gate"),
        innings=control([1, 2, 3, 4, 6, 8, 12], initial=4),
    )


def time_warp() -> Explorer:
    """The same message at another pace, read by a leaky unit and by one with a gate (chapter 09)."""
    return Explorer(
        warp.time_warp,
        "time-warp",
        "Dotted: the message, eight words of +1 or −1. Dashed: the state of the unit at the pace that it was made for. "
        "Solid: at another pace, drawn over the same places of the message. Where the two part, the pace has changed "
        "what is remembered.",
        pace=control(list(warp.PACES), initial="4 times slower"),
        unit=list(warp.UNITS),
    )


def over_depth() -> Explorer:
    """The gradient of chapter 06 over layers instead of steps (chapter 09)."""
    return Explorer(
        depth.over_depth,
        "over-depth",
        "Untrained stacks of 32 units, each layer with weights of its own: medians of ten.",
        depth=control([20, 50, 100], unit="layers", initial=50),
        scale=control([0.5, 1.0, 1.5, 2.0], label="scale of the weights", initial=1.0),
        gate_bias=control([0.0, -1.0, -2.0, -4.0], label="bias of the Highway gates", initial=-2.0),
    )


def ctc_lattice() -> Explorer:
    """Which paths say a label, and its probability (chapter 09)."""
    return Explorer(
        ctc.ctc_lattice,
        "ctc-lattice",
        "A made-up network hears something like “ab” in a number of frames. Left: every way through the frames that "
        "says the label; the area of a point is the share of its probability that passes there. Right: the likeliest "
        "labels of all.",
        label=["ab", "a", "ba", "aa", "aba"],
        count=control([2, 3, 4, 6, 8], label="frames", initial=6),
    )


def ablation() -> Explorer:
    """One part changed at a time, on two tasks (chapter 09)."""
    return Explorer(
        successors.ablation,
        "ablation",
        "Each circle is a network trained from fresh weights, the diamond the median, the bar the range of the five "
        "seeds: it covers the true median with a probability of 94 %.",
        task=list(successors.TASKS),
    )


def reading_a_digit() -> Explorer:
    """How a trained network reads a digit (chapter 09)."""
    return Explorer(
        digits.reading_a_digit,
        "reading-a-digit",
        "Left: the pixels read so far, row by row from the top. Right: what the network would answer after each of "
        "them, bright for likely, and below it the mean opening of its gates. The digits are the first two of each "
        "class among the held-out ones, the networks those with seed 0.",
        digit=control(list(digits.digit_names()), initial="8, first"),
        network=["LSTM, forget bias 1", "tanh RNN"],
        asked=control(list(task.ASKED[::-1]), label="trained to answer"),
        pixels=control(list(range(0, 65, 4)), label="pixels read", initial=16),
    )


def gradient_over_training() -> Explorer:
    """The gradient before, during and after training (chapter 09)."""
    return Explorer(
        digits.gradient_over_training,
        "gradient-over-training",
        "The quantity of chapter 06, the full state Jacobian, on held-out digits: median and range of five networks. "
        "The long-dashed line is the one before training. On the right, how many held-out digits are read right.",
        cell=list(digits.CELLS),
        epoch=control(
            list(digits.settings()["profile_epochs"]),
            label="epochs of training",
            initial=digits.settings()["profile_epochs"][-1],
        ),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "scoreboard": scoreboard,
    "time-warp": time_warp,
    "over-depth": over_depth,
    "ctc-lattice": ctc_lattice,
    "ablation": ablation,
    "reading-a-digit": reading_a_digit,
    "gradient-over-training": gradient_over_training,
}
