"""The explorers of chapter 10, a network that writes."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch10.figures import lit, next_letter
from lstm_lab.chapters.ch10.writer import CELLS
from lstm_lab.interact import Explorer, control


def the_next_letter() -> Explorer:
    """The odds of the next letter, and temperature (chapter 10)."""
    return Explorer(
        next_letter.next_letter,
        "next-letter",
        "The ten likeliest letters, from networks that have learnt from this book.",
        temperature=control(list(next_letter.TEMPERATURES), initial=1.0),
        beginning=list(next_letter.BEGINNINGS),
        cell=control(list(CELLS), initial="LSTM"),
    )


def lit_unit() -> Explorer:
    """One unit along a passage that the network has not seen (chapter 10)."""
    return Explorer(
        lit.lit,
        "lit-unit",
        "Bright where the unit is high. Underlined: the letters at which what is sought holds.",
        sought=list(lit.SOUGHT),
        passage=control([1, 2, 3, 4, 5, 6]),
        cell=control(list(CELLS), initial="LSTM"),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "next-letter": the_next_letter,
    "lit-unit": lit_unit,
}

EXACT = {"next-letter": {"temperature": (0.05, 10.0)}}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
