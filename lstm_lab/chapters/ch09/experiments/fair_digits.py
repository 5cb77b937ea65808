"""The digits of chapter 09 once more, with a fair baseline: starts, sizes, learning rates and input scales controlled.

Each kind of network has the rate and input scale with which it did best in `digit_rates`, and seeds of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.experiments.digit_rates import RateSettings, accuracies, best
from lstm_lab.chapters.ch09.experiments.digits import digits
from lstm_lab.models import count_parameters, make
from lstm_lab.results import RESULTS, run_trials


def _chosen() -> dict[str, tuple[float, float]]:
    trials = experiments.load("digit_rates")["trials"]
    return {kind: best(trials, kind) for kind in RateSettings().kinds}


@dataclass(frozen=True)
class FairSettings:
    """Everything that decides the comparison; what is not here is as in `RateSettings`."""

    chosen: dict[str, tuple[float, float]] = field(default_factory=_chosen)
    seeds: int = 10
    first_seed: int = 100
    epochs: int = 20


def run(folder: Path = RESULTS, jobs: int = -1, settings: FairSettings | None = None) -> str:
    """Train every kind with its own rate and input scale, over seeds; returns one sentence about the outcome."""
    s = settings or FairSettings()
    keys = list(product(s.chosen, range(s.first_seed, s.first_seed + s.seeds)))
    trials = run_trials(folder / "fair_digits.json", keys, fair_trial, s, jobs)
    top = max(trial["accuracy"][-1] for trial in trials)
    file = folder / "fair_digits.json"
    return f"fair_digits: {len(trials)} networks, the best reads {100 * top:.1f} % right, in {file}"


def fair_trial(settings: FairSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One network: the share of the held-out digits that it reads right after each epoch, and its number of weights."""
    kind, seed = key
    tuned = RateSettings()
    cell, units, options = tuned.kinds[kind]
    learn, held_out = digits(tuned.test_digits)
    weights = count_parameters(make(cell, 1, units, rng=np.random.default_rng(0), **options))
    right = accuracies(
        tuned, (kind, *settings.chosen[kind], seed), learn, held_out, settings.epochs
    )
    return {"kind": kind, "seed": seed, "weights": weights, "accuracy": right}
