"""Initialisation as the rival cure of chapter 06: the latch over lags, and adding, from better starts and by LSTMs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab.chapters.ch06.experiments.latch import LatchSettings, latch_trial
from lstm_lab.models import Readout, make
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import adding, by_length
from lstm_lab.training import Adam, Network, train


@dataclass(frozen=True)
class RivalSettings:
    """Everything that decides the comparison. A `longest_lag` of 0 stands for the lag of the task."""

    kinds: dict[str, tuple[str, dict[str, Any]]] = field(
        default_factory=lambda: {
            "tanh RNN": ("tanh RNN", {}),
            "tanh RNN, orthogonal": ("tanh RNN", {"initialisation": "orthogonal"}),
            "ReLU RNN, identity": ("ReLU RNN", {"initialisation": "identity"}),
            "LSTM 2000, forget bias 1": ("LSTM 2000", {"forget_bias": 1.0}),
            "LSTM 2000, chrono": ("LSTM 2000", {"longest_lag": 0}),
        }
    )
    latch_lags: tuple[int, ...] = (20, 80)
    latch_noises: tuple[float, ...] = (0.2, 1.0)
    latch_rate: float = 0.003
    latch_seeds: int = 5
    adding_lengths: tuple[int, ...] = (30, 100)
    adding_rate: float = 0.01
    adding_updates: int = 1500
    adding_error: float = 0.1
    adding_seeds: int = 5
    hidden_size: int = 16
    batch: int = 16
    clip: float = 1.0
    check_every: int = 50
    test_sequences: int = 160


def run(folder: Path = RESULTS, jobs: int = -1, settings: RivalSettings | None = None) -> str:
    """Train each kind on both tasks, over seeds; returns one sentence about the outcome."""
    s = settings or RivalSettings()
    keys: list[list[Any]] = [
        ["latch", kind, noise, lag, seed]
        for kind, noise, lag, seed in product(
            s.kinds, s.latch_noises, s.latch_lags, range(s.latch_seeds)
        )
    ]
    keys += [
        ["adding", kind, rate, length, seed]
        for kind, rate, length, seed in product(
            s.kinds, [s.adding_rate], s.adding_lengths, range(s.adding_seeds)
        )
    ]
    trials = run_trials(folder / "rivals.json", keys, rival_trial, s, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"rivals: {solved} of {len(trials)} trials solved, in {folder / 'rivals.json'}"


def rival_trial(settings: RivalSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One network on one task: updates to success, None if it never came; none comes of a training that overflows."""
    task, kind, setting, length, seed = key
    cell, options = settings.kinds[kind]
    if "longest_lag" in options:
        options = {"longest_lag": length}
    measure = {"latch": _latch, "adding": _adding}[task]
    try:
        measured = measure(settings, cell, options, setting, length, seed)
    except FloatingPointError:
        measured = {"updates": None, "overflow": True}
    name = {"latch": "noise", "adding": "rate"}[task]
    return {"task": task, "kind": kind, name: setting, "length": length, "seed": seed, **measured}


def _latch(
    s: RivalSettings, cell: str, options: dict[str, Any], noise: float, lag: int, seed: int
) -> dict[str, Any]:
    """The latch of `latch_trial` at one lag, with Adam."""
    latch = LatchSettings(
        cells=((cell, cell, options),),
        optimisers={"Adam": s.latch_rate},
        hidden_size=s.hidden_size,
        profile_lag=0,
    )
    trial = latch_trial(latch, (0, "Adam", noise, lag, seed))
    return {"updates": trial["updates"], "right": trial["right"]}


def _adding(
    s: RivalSettings, cell: str, options: dict[str, Any], rate: float, length: int, seed: int
) -> dict[str, Any]:
    """Adding, until the root-mean-square error on held-out sequences is below `adding_error`; the least that came."""
    rng = np.random.default_rng(seed)
    model = make(cell, 2, s.hidden_size, rng=rng, **options)
    network = Network(model, Readout(s.hidden_size, 1, rng=rng))
    stream = by_length(adding(np.random.default_rng([seed, 1]), length), s.batch)
    held_out = by_length(adding(np.random.default_rng(2), length), s.batch)
    tests = list(islice(held_out, s.test_sequences // s.batch))
    errors: list[float] = []

    def solved() -> bool:
        off = [network.outputs(test.x)[-1] - test.target[-1] for test in tests]
        errors.append(float(np.sqrt(np.mean(np.square(off)))))
        return errors[-1] < s.adding_error

    history = train(
        network,
        stream,
        Adam(rate),
        s.adding_updates,
        clip=s.clip,
        stop=solved,
        check_every=s.check_every,
    )
    return {"updates": history.stopped_after, "error": round(min(errors), 4)}
