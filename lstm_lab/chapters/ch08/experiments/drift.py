"""How far the cells of experiment 2c drift before they have learnt anything, and how far one error moves them.

Under the paper's weight counts the hidden layer feeds back into the cells too. A gate stands near one half at every
step, so its connection into a cell adds the same small amount q times. What that does to the state, and to the
derivative by which the state learns, is measured here on fresh nets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import one_of
from lstm_lab.chapters.experiments import load
from lstm_lab.models.activations import ACTIVATIONS
from lstm_lab.paper1997.engine.network_setup import initial_weights
from lstm_lab.paper1997.engine.numpy_net import NumpyNet
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import trained_nets
from lstm_lab.results import RESULTS, run_trials

WIRINGS = {"all": "into cells and gates", "gates": "into the gates alone"}
"""What the hidden layer feeds back into: the values of the decision `recurrence`, in words."""


@dataclass(frozen=True)
class DriftSettings:
    """Everything that decides the measurement of drift of chapter 08."""

    rows: tuple[str, ...] = tuple(name for name in spec.ROWS if name.startswith("2c"))
    readings: tuple[str, ...] = ("paper", "authors-program")
    recurrences: tuple[str, ...] = tuple(WIRINGS)
    nets: int = 40
    seed: int = 1997


def run(folder: Path = RESULTS, jobs: int = -1, settings: DriftSettings | None = None) -> str:
    """Measure state, slope and shift of untrained nets; returns one sentence about the outcome.

    On one sequence of its row, of T steps, each net gives for each of its cells s_c(T), the slope h'(s_c(T)) that every
    error on its way into the cell takes, and the shift. An error of 1 at s_c(T) changes each weight by
    ``alpha ds/dw`` (P_c and P_in of equations 26 and 27); with the changed weights the state moves, to first order and
    for alpha = 1, by the sum of ``(ds/dw)^2``. If the sources stay the same at every step, ds/dw grows as T, and the
    shift as T^2.

    Source: Hochreiter & Schmidhuber 1997, section 4, "internal state drift"; the shift is ours.
    """
    chosen = settings or DriftSettings()
    keys = list(product(chosen.rows, chosen.readings, chosen.recurrences, range(chosen.nets)))
    trials = run_trials(folder / "drift.json", keys, drift_trial, chosen, jobs)
    return f"drift: {len(trials)} nets, in {folder / 'drift.json'}"


def drift_trial(settings: DriftSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One net on one sequence: states, slopes and shifts of its cells."""
    row, reading, recurrence, number = key
    decisions = open_decisions.parse_decisions([f"recurrence={recurrence}"], reading)
    known = open_decisions.decided(spec.row(row), decisions)
    weights = initial_weights(known.net, spec.trial_generators(known, settings.seed, number)[0])
    sequence = next(trained_nets.stream(known, np.random.default_rng([settings.seed, number])))
    states, P_c, P_in = NumpyNet(known.net, weights, 1.0).carried(sequence.x)
    h = ACTIVATIONS[known.net.h]
    shifts = (P_c**2).sum(axis=1) + (P_in**2).sum(axis=1)
    return {
        "row": row,
        "reading": reading,
        "recurrence": recurrence,
        "net": number,
        "steps": len(sequence),
        "states": states.tolist(),
        "slopes": h.slope(h.value(states)).tolist(),
        "shifts": shifts.tolist(),
    }


@dataclass(frozen=True)
class Drift:
    """Where the cells of untrained nets of a row stand at a sequence's end: medians over the cells.

    Attributes:
        gap: q, the least number of steps to be bridged.
        state: |s_c(T)|.
        slope: h'(s_c(T)).
        shift: how far an error of 1 moves the state, at a rate of 1.
    """

    gap: int
    state: float
    slope: float
    shift: float


def measured(row: str, recurrence: str = "all", reading: str = "paper") -> Drift:
    """What is on record of a row.

    Args:
        row: "2c-1" to "2c-9".
        recurrence: what the hidden layer feeds back into, of `WIRINGS`.
        reading: "paper" or "authors-program".

    Raises:
        TypeError, ValueError: for a word that is not known, or a file that was changed.
    """
    found = _trials(row, recurrence, reading)
    states, slopes, shifts = (
        np.array([trial[name] for trial in found]) for name in ("states", "slopes", "shifts")
    )
    return Drift(
        spec.row(row).task.whole[1],
        float(np.median(np.abs(states))),
        float(np.median(slopes)),
        float(np.median(shifts)),
    )


@cache
def power(
    recurrence: str = "all", reading: str = "paper", resamples: int = 400
) -> tuple[float, float, float]:
    """With which power of q the shift grows over the rows with q = p; then its 95 % interval over nets.

    The slope of a straight line through (log q, log of the median shift); the interval is that of the bootstrap, which
    draws the nets of each row anew, with replacement.

    Args:
        recurrence: what the hidden layer feeds back into, of `WIRINGS`.
        reading: "paper" or "authors-program".
        resamples: of the bootstrap.

    Raises:
        TypeError, ValueError: as `measured`.
    """
    rows = [row for row in DriftSettings.rows if len(set(spec.row(row).task.whole)) == 1]
    gaps = np.log([spec.row(row).task.whole[1] for row in rows])
    shifts = [
        np.array([one["shifts"] for one in _trials(row, recurrence, reading)]) for row in rows
    ]

    def slope(chosen: Sequence[Any]) -> float:
        return float(np.polyfit(gaps, [np.log(np.median(one)) for one in chosen], 1)[0])

    rng = np.random.default_rng(0)
    drawn = [
        slope([one[rng.integers(0, len(one), len(one))] for one in shifts])
        for _ in range(resamples)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return slope(shifts), float(low), float(high)


def _trials(row: str, recurrence: str, reading: str) -> list[dict[str, Any]]:
    one_of("row", row, DriftSettings.rows)
    one_of("recurrence", recurrence, WIRINGS)
    one_of("reading", reading, DriftSettings.readings)
    return [
        one
        for one in load("drift")["trials"]
        if (one["row"], one["recurrence"], one["reading"]) == (row, recurrence, reading)
    ]
