"""What `lstm-lab measure writing` has recorded: trials at each cell's best rate, and the networks that were kept."""

from __future__ import annotations

from functools import cache
from typing import Any

from lstm_lab._validate import one_of
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.experiments.writing import best_rate
from lstm_lab.chapters.ch10.writer import CELLS, Writer, unpacked

Trial = dict[str, Any]


@cache
def best() -> dict[str, list[Trial]]:
    """Of each cell the trials at the rate that did best on the part that settings are chosen by, in order of seed."""
    trials = experiments.load("writing")["trials"]
    found = {}
    for cell in CELLS:
        rate = best_rate(trials, cell)
        found[cell] = [
            trial for trial in trials if (trial["cell"], trial["learning_rate"]) == (cell, rate)
        ]
    return found


@cache
def writer(cell: str) -> Writer:
    """The network of a cell that was kept: the first seed's, at the best rate.

    Raises:
        TypeError, ValueError: for an unknown cell.
    """
    one_of("cell", cell, CELLS)
    trial = next(one for one in best()[cell] if one["kept"])
    return unpacked(cell, trial["hidden_size"], corpus.alphabet(), trial["kept"])
