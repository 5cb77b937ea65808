"""Experiment 1 once more, by the reader: her row, her number of ordinary hidden units, her seed.

Where Numba is there, the engine runs the trials; where it is not, in a browser for one, `NumpyNet` runs
them string by string. They are the same trials but for rounding.

Source: Hochreiter & Schmidhuber 1997, section 5.1. Chapter 08.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ... import _validate as check
from ..engine.network_setup import initial_weights
from ..engine.numpy_net import NumpyNet
from ..published import spec
from ..published.open_decisions import Decisions, decided
from ..published.schema import Row
from .string_sets import STRINGS, string_sets

ROWS = ("1-1", "1-2", "1-3", "1-4", "1-5")
CHECK_EVERY = 100
MOST_UNITS = 32


@dataclass(frozen=True)
class Rerun:
    """One trial of experiment 1.

    Attributes:
        trial: its number; with the row and the seed it fixes every random draw.
        weights: of its net, counted.
        succeeded: whether all 512 strings were right in time.
        strings: how many were learnt.
    """

    trial: int
    weights: int
    succeeded: bool
    strings: int


def experiment_1(
    row: str = "1-5", hidden_units: int = 4, seed: int = 1, trials: int = 1, most: int = 10_000
) -> list[Rerun]:
    """Run trials of a row with so many ordinary hidden units beside its memory cells.

    Args:
        row: "1-1" to "1-5".
        hidden_units: 0, as the paper's weights count, to 32.
        seed: of all random draws.
        trials: how many; without Numba one takes up to a minute.
        most: training strings after which a trial has failed.

    Returns:
        What became of each.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.1. Chapter 08.
    """
    decisions = _checked(row, hidden_units, seed, trials, most)
    try:
        from .run import reproduce
    except ModuleNotFoundError:
        return [in_numpy(row, hidden_units, seed, trial, most) for trial in range(trials)]
    weights = decided(spec.row(row), decisions).net.weight_count
    with tempfile.TemporaryDirectory() as folder:
        (record,) = reproduce(
            [row], trials, seed, 1, most, None, Path(folder), decisions, progress=False
        )
    return [
        Rerun(number, weights, one.succeeded, one.sequences)
        for number, one in sorted(record.trials.items())
    ]


def in_numpy(
    row: str = "1-5", hidden_units: int = 4, seed: int = 1, trial: int = 0, most: int = 10_000
) -> Rerun:
    """One trial in plain NumPy: what the engine does, but for rounding, some hundred times slower.

    Args:
        row: as in `experiment_1`, like those that follow.
        hidden_units: beside the memory cells.
        seed: of all random draws.
        trial: its number.
        most: training strings after which the trial has failed.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.

    Source: 1997, section 5.1. Chapter 08.
    """
    known = decided(spec.row(row), _checked(row, hidden_units, seed, 1, most))
    check.integer_in("trial", trial, minimum=0)
    for_weights, training, _ = spec.trial_generators(known, seed, trial)
    net = NumpyNet(known.net, initial_weights(known.net, for_weights), known.learning_rate)
    strings = _shown(known, seed, trial)
    done = 0
    while done < most:
        for n in training.integers(0, STRINGS, CHECK_EVERY):
            x, target, _ = strings[n]
            net.learn(x, target, np.ones(len(x), dtype=bool))
        done += CHECK_EVERY
        if all(_right(net, *one) for one in strings):
            return Rerun(trial, known.net.weight_count, True, done)
    return Rerun(trial, known.net.weight_count, False, done)


def _checked(row: str, hidden_units: int, seed: int, trials: int, most: int) -> Decisions:
    check.one_of("row", row, ROWS)
    check.integer_in("hidden_units", hidden_units, minimum=0, maximum=MOST_UNITS)
    check.integer_in("seed", seed, minimum=0)
    check.positive_integer("trials", trials)
    check.integer_in("most", most, minimum=CHECK_EVERY)
    return Decisions(hidden_units=hidden_units)


Shown = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]


def _shown(row: Row, seed: int, trial: int) -> list[Shown]:
    """All 512 strings, those that are learnt first: inputs, next symbols, and which may come next."""
    one_hot, out = np.eye(row.net.inputs), []
    for symbols, length, legal in zip(*string_sets(row, seed, trial), strict=True):
        allowed = legal[: length - 1, None] >> np.arange(row.net.inputs) & 1
        out.append((one_hot[symbols[: length - 1]], one_hot[symbols[1:length]], allowed > 0))
    return out


def _right(
    net: NumpyNet,
    x: NDArray[np.float64],
    target: NDArray[np.float64],
    allowed: NDArray[np.bool_],
) -> bool:
    """Whether at every step each symbol that may come next is more active than each that may not."""
    y = net.learn(x, target, np.zeros(len(x), dtype=bool))
    lowest = np.where(allowed, y, np.inf).min(axis=1)
    highest = np.where(allowed, -np.inf, y).max(axis=1)
    return bool((lowest > highest).all())


HEAD = ("trial", "weights", "all 512 strings right")


def told(trials: Sequence[Rerun]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A header and a line for each trial, as `Table` wants them."""
    return HEAD, [
        (
            f"{one.trial + 1}",
            f"{one.weights}",
            f"after {one.strings:,} strings"
            if one.succeeded
            else f"not within {one.strings:,} strings",
        )
        for one in trials
    ]
