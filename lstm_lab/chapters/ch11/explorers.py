"""The explorers of chapter 11, the patient paper."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch11.figures import attention, patience, timeline
from lstm_lab.chapters.ch11.figures.timeline_data import GRADES, STRANDS
from lstm_lab.interact import Explorer, control
from lstm_lab.models.operation_counts import QUANTITIES


def the_timeline() -> Explorer:
    """What happened, when, and on whose word (chapter 11)."""
    return Explorer(
        timeline.timeline,
        "timeline",
        "A row an entry; the marker's shape says the strand. In brackets, what it rests on: P a primary paper, C a "
        "company's announcement, J a report from outside, A an account by an interested person. Point at a marker, or "
        "tap it, for the sentence and its source.",
        strand=[timeline.ALL, *STRANDS],
        period=list(timeline.PERIODS),
        grade=control([timeline.ALL, *GRADES.values()], label="rests on"),
    )


def data_and_updates() -> Explorer:
    """What more data and more updates bring (chapter 11)."""
    return Explorer(
        patience.data_and_updates,
        "data-and-updates",
        "Line: the median of eight networks; band: from the worst to the best. Networks of 16 units hold one bit over "
        "40 steps of noise.",
        noise=control([0.5, 1.0], label="noise, standard deviation"),
        updates=control([100, 300, 600], label="updates", initial=600),
        tested=control(list(patience.TESTED), label="tested on"),
    )


def cost_of_length() -> Explorer:
    """What a longer sequence costs each kind of layer (chapter 11)."""
    return Explorer(
        attention.cost_of_length,
        "cost-of-length",
        "Counted, not timed. Both axes are logarithmic: a line twice as steep grows with the square.",
        quantity=list(QUANTITIES),
        width=control([32, 128, 512, 2048], initial=128, quantity="multiplications"),
    )


def who_reaches() -> Explorer:
    """The derivative of the last output by an early input (chapter 11)."""
    return Explorer(
        attention.who_reaches,
        "who-reaches",
        "One quantity for four layers: the spectral norm of the derivative of the last output by the input k steps "
        "before it. Medians and 10–90 % bands of ten untrained layers.",
        sequence_length=control([25, 50, 100, 200, 400], unit="steps", initial=100),
        forget_bias=control([1, 3, 5], label="forget bias of the LSTM", initial=3),
        slowest=control(
            [0.9, 0.99, 0.999], label="slowest decay of the linear recurrence", initial=0.99
        ),
    )


def scan_rounds() -> Explorer:
    """A linear recurrence computed by a loop, and by a scan (chapter 11)."""
    return Explorer(
        attention.scan_picture,
        "scan-rounds",
        "Row t: what position t holds, by input. Dark: not there yet. Both ways end with the same triangle.",
        method=["scan", "loop"],
        steps=control(list(range(17)), label="steps done", initial=4, method="loop"),
        rounds=control(list(range(5)), label="rounds done", initial=1, method="scan"),
        decay=control([0.7, 0.9, 1.0], label="decay λ", initial=0.9),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "timeline": the_timeline,
    "data-and-updates": data_and_updates,
    "cost-of-length": cost_of_length,
    "who-reaches": who_reaches,
    "scan-rounds": scan_rounds,
}

EXACT = {
    "cost-of-length": {"width": (1, 10_000)},
    "who-reaches": {
        "sequence_length": (2, 400),
        "forget_bias": (-5.0, 10.0),
        "slowest": (0.0, 1.0),
    },
    "scan-rounds": {"decay": (0.0, 1.0)},
}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
