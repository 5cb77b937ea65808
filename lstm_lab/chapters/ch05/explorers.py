"""The explorers of chapter 05, 1986-1990: a network with a memory."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch05.experiments.xor_in_time import ALL
from lstm_lab.chapters.ch05.figures import (
    elman_xor,
    gradient_cost,
    reservoir,
    stale_gradient,
    unrolled,
)
from lstm_lab.interact import Explorer, control


def unrolled_network() -> Explorer:
    """How far back the error is followed, and what that does to the gradient (chapter 05)."""
    return Explorer(
        unrolled.unrolled_network,
        "unrolled-network",
        "Top: the unrolled net, with the path of the error. Middle: its four hidden units. Bottom: the gradient that "
        "you get if the error is followed back to step t, beside the full one; 1 means equal.",
        network=control(list(unrolled.NETWORKS), initial="trained on XOR in time"),
        steps_back=control(list(range(unrolled.STEPS)), label="steps followed back", initial=0),
        recurrent_scale=control(
            [0.5, 0.9, 1.2, 1.5], label="spectral radius", initial=0.9, network="untrained"
        ),
        bits=control({"first": 1, "second": 2, "third": 3}, label="sequence of bits"),
    )


def bptt_or_rtrl() -> Explorer:
    """What the two exact gradients cost (chapter 05)."""
    return Explorer(
        gradient_cost.bptt_or_rtrl,
        "bptt-or-rtrl",
        "Counted, not timed. Both axes are logarithmic, so a straight line is a power of n: the steeper, the higher.",
        cost=list(gradient_cost.COSTS),
        sequence_length=control(
            [10, 100, 1000, 10000, 100000],
            label="sequence length",
            unit="steps",
            initial=100,
            cost=gradient_cost.COSTS[1],
        ),
    )


def stale_rtrl() -> Explorer:
    """RTRL while it is used for what it was made for: learning at every step (chapter 05)."""
    return Explorer(
        stale_gradient.stale_rtrl,
        "stale-rtrl",
        "A small network reads bits and learns after each. The angle between the gradient that RTRL carries along and "
        "that of the same error by the weights of this moment: median and 10–90 % band of ten networks.",
        learning_rate=control([0.0, 0.01, 0.03, 0.1, 0.3], initial=0.0),
        recurrent_scale=control([0.5, 0.9, 1.2], label="spectral radius", initial=0.9),
    )


def xor_error() -> Explorer:
    """Elman's XOR in time, over seeds (chapter 05)."""
    return Explorer(
        elman_xor.xor_error,
        "xor-error",
        "The error of the prediction at each bit of fresh sequences. Only every third bit can be foretold.",
        steps_back=control(
            {"0 (copy)": 0, "1": 1, "all (full BPTT)": ALL},
            label="steps followed back",
        ),
        updates=control([0, 100, 300, 1000, 3000], label="updates of training", initial=3000),
        hidden_size=control([2, 4, 8], label="hidden units", initial=4),
    )


def reservoir_memory() -> Explorer:
    """What an untrained network remembers (chapter 05)."""
    return Explorer(
        reservoir.reservoir,
        "reservoir",
        "Left: how many steps of random input a linear readout can recover from the state, over the radius. Right: at "
        "the radius in the ring, how much of each earlier input. Only the readout is fitted; it is judged on steps "
        "that it has not seen.",
        units=control(list(reservoir.UNITS), initial=20),
        radius=control(list(reservoir.RADII), label="spectral radius", initial=0.9),
        input_scale=control(list(reservoir.INPUTS), label="size of the input weights"),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "unrolled-network": unrolled_network,
    "bptt-or-rtrl": bptt_or_rtrl,
    "stale-rtrl": stale_rtrl,
    "xor-error": xor_error,
    "reservoir": reservoir_memory,
}

EXACT = {
    "unrolled-network": {"recurrent_scale": (0.0, 3.0)},
    "bptt-or-rtrl": {"sequence_length": (1, 10_000_000)},
}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
