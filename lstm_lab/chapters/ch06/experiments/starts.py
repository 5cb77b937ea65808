"""Does the untrained gradient tell whether a network will learn? The latch of chapter 06, within one cell at a time.

The network starts from several radii, and so with more gradient or less; all else stays the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from lstm_lab.chapters.ch06.experiments.latch import LatchSettings, latch_trial
from lstm_lab.results import RESULTS, run_trials


@dataclass(frozen=True)
class StartSettings:
    """Everything that decides the experiment; what is not here is as in `LatchSettings`."""

    kinds: tuple[tuple[str, str, dict[str, Any], str, tuple[float, ...]], ...] = (
        ("tanh RNN", "tanh RNN", {}, "recurrent_scale", (0.5, 0.7, 0.9, 1.2, 1.5, 2.0)),
    )  # fmt: skip
    lag: int = 40
    noises: tuple[float, ...] = (0.2, 1.0)
    optimiser: str = "SGD"
    seeds: int = 10


def run(folder: Path = RESULTS, jobs: int = -1, settings: StartSettings | None = None) -> str:
    """Train each kind from each start, over seeds; returns one sentence about the outcome."""
    chosen = settings or StartSettings()
    keys = [
        key
        for kind, (*_, values) in enumerate(chosen.kinds)
        for key in product([kind], range(len(values)), chosen.noises, range(chosen.seeds))
    ]
    trials = run_trials(folder / "starts.json", keys, start_trial, chosen, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"starts: {solved} of {len(trials)} trials solved, in {folder / 'starts.json'}"


def start_trial(settings: StartSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial: log10 of the gradient over the lag before training, and the updates to success, None if none came."""
    kind, place, noise, seed = key
    label, cell, options, varied, values = settings.kinds[kind]
    latch = LatchSettings(
        cells=((label, cell, {**options, varied: values[place]}),), profile_lag=settings.lag
    )
    trial = latch_trial(latch, (0, settings.optimiser, noise, settings.lag, seed))
    return {
        "kind": label,
        "value": values[place],
        "noise": noise,
        "seed": seed,
        "gradient": trial["before"][-1],
        "updates": trial["updates"],
        "right": trial["right"],
    }
