"""The explorers of chapter 06, 1991: the gradient that vanishes."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch06.figures import edge, first_look, gradient, latch, scene, starts
from lstm_lab.interact import Explorer, control
from lstm_lab.models import CELLS


def look() -> Explorer:
    """The two curves that the book is about, on its first page (chapter 06)."""
    return Explorer(
        first_look.first_look,
        "first-look",
        "Median and 10–90 % band of 20 untrained networks of each kind, in powers of ten.",
        sequence_length=control(
            list(scene.LENGTHS), label="the way back", unit="balls", initial=10
        ),
    )


def one_unit() -> Explorer:
    """One unit: weight times slope, step after step (chapter 06)."""
    return Explorer(
        gradient.one_unit,
        "one-unit",
        "Grey squares: the factor of each step. Solid line: their product, from the end of the sequence backwards. "
        "Dashed: the most that weight and slope allow.",
        weight=control([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 8.0], label="weight w", initial=5.0),
        activation=["logistic", "tanh"],
        input_scale=control([0.0, 0.1, 1.0, 3.0], label="input, standard deviation", initial=1.0),
        sequence_length=control([10, 20, 30, 50], unit="steps", initial=20),
    )


def gradient_flow() -> Explorer:
    """The central explorer of the book: one quantity for every cell (chapter 06)."""
    return Explorer(
        scene.gradient_flow,
        "gradient-flow",
        "Strip: bright where the error is whole, dark where it is gone. Lines: medians of 20 untrained networks of 32 "
        "units; band: 10 to 90 %.",
        sequence_length=control(list(scene.LENGTHS), unit="steps", initial=50),
        cell=list(CELLS),
        axis=list(scene.AXES),
        recurrent_scale=control([0.5, 0.9, 1.0, 1.2, 1.5], initial=0.9),
        input_scale=control([0.0, 0.1, 1.0], label="input, standard deviation", initial=1.0),
        forget_bias=control([0, 1, 3, 5], initial=1, cell="LSTM 2000"),
    )


def where_it_is_lost() -> Explorer:
    """Weights or slopes: which of the two loses the gradient (chapter 06)."""
    return Explorer(
        gradient.where_it_is_lost,
        "where-it-is-lost",
        "Left: what the recurrent weights alone would pass back, and what weights and slopes pass together. Right: how "
        "steep the units are, over all units and steps of 20 networks; the leftmost bar holds the saturated ones.",
        activation=["tanh", "logistic"],
        recurrent_scale=control(
            [0.5, 0.9, 1.0, 1.2, 1.5, 2.0, 4.0], label="spectral radius", initial=0.9
        ),
        input_scale=control(
            [0.0, 0.1, 0.5, 1.0, 3.0], label="input, standard deviation", initial=1.0
        ),
    )


def edge_of_chaos() -> Explorer:
    """Over radius and input, where the gradient vanishes and where it explodes (chapter 06)."""
    return Explorer(
        edge.edge_of_chaos,
        "edge-of-chaos",
        "Left: the growth of the gradient a step, dark where it vanishes and light where it explodes, and the line "
        "between. Right: the gradient of the network in the ring, median and 10–90 % band of ten seeds.",
        units=control(list(edge.SIZES), initial=32),
        recurrent_scale=control(list(edge.RADII), label="spectral radius", initial=1.5),
        input_scale=control(list(edge.INPUTS), label="input, standard deviation", initial=1.0),
    )


def latch_success() -> Explorer:
    """Which cells learn to hold one bit, and over which lag (chapter 06)."""
    return Explorer(
        latch.latch_success,
        "latch-success",
        "Each point: the share of ten networks, trained from fresh weights, that solved the task at that lag.",
        optimiser=["SGD", "Adam"],
        noise=control([0.2, 1.0], label="noise, standard deviation"),
    )


def latch_profile() -> Explorer:
    """The gradient before and after training (chapter 06)."""
    return Explorer(
        latch.latch_profile,
        "latch-profile",
        "The same quantity as above, on a test sequence of the latch task with lag 40: long grey dashes before "
        "training, the cell's own line after it, with the 10–90 % bands of ten networks.",
        cell=list(latch.CELLS),
        optimiser=["SGD", "Adam"],
        noise=control([0.2, 1.0], label="noise, standard deviation"),
    )


def better_starts() -> Explorer:
    """The central quantity once more, for the rival cure: initialisation (chapter 06)."""
    return Explorer(
        starts.better_starts,
        "better-starts",
        "Untrained networks of 32 units, by every path, medians of ten seeds. The gates of the LSTM are set for lags "
        "up to the length of the sequence.",
        sequence_length=control([50, 100, 200], unit="steps", initial=100),
        recurrent_scale=control([0.9, 1.0, 1.1], initial=1.0),
        input_scale=control([0.0, 0.1, 0.3, 1.0], label="input, standard deviation", initial=1.0),
    )


def start_and_success() -> Explorer:
    """Whether the gradient of an untrained network tells if it will learn, within one kind of cell (chapter 06)."""
    return Explorer(
        starts.start_and_success,
        "start-and-success",
        "A mark a network, trained on the latch with lag 40; a row for each radius that the networks start from.",
        noise=control([0.2, 1.0], label="noise, standard deviation"),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "first-look": look,
    "one-unit": one_unit,
    "gradient-flow": gradient_flow,
    "where-it-is-lost": where_it_is_lost,
    "edge-of-chaos": edge_of_chaos,
    "better-starts": better_starts,
    "latch-success": latch_success,
    "start-and-success": start_and_success,
    "latch-profile": latch_profile,
}

EXACT = {
    "one-unit": {
        "weight": (0.05, 20.0),
        "input_scale": (0.0, 10.0),
        "sequence_length": (1, 500),
    },
    "gradient-flow": {
        "sequence_length": (1, 300),
        "recurrent_scale": (0.0, 4.0),
        "input_scale": (0.0, 10.0),
        "forget_bias": (-5.0, 10.0),
    },
    "where-it-is-lost": {"recurrent_scale": (0.05, 8.0), "input_scale": (0.0, 10.0)},
}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
