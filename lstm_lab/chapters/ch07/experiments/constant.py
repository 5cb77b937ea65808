"""The abuse of chapter 07 with a place of its own for the constant: an output layer without a bias, and with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab.chapters.ch07.experiments.carousel import around_a_constant
from lstm_lab.models import LSTM1997, Readout
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.training import Adam, Network, train


@dataclass(frozen=True)
class ConstantSettings:
    """Everything that decides the experiment; the task and the networks are those of the carousel's abuse."""

    output_biases: tuple[bool, ...] = (False, True)
    rates: tuple[float, ...] = (0.003, 0.01)
    seeds: int = 10
    cells: int = 4
    length: int = 20
    uniform: float = 0.2
    batch: int = 32
    updates: int = 1500
    clip: float = 1.0
    check_every: int = 25
    test_sequences: int = 400
    right_share: float = 0.99


def run(folder: Path = RESULTS, jobs: int = -1, settings: ConstantSettings | None = None) -> str:
    """Train with and without a bias in the output layer, over seeds; returns one sentence about the outcome."""
    s = settings or ConstantSettings()
    keys = list(product(s.output_biases, s.rates, range(s.seeds)))
    trials = run_trials(folder / "constant.json", keys, constant_trial, s, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"constant: {solved} of {len(trials)} trials solved, in {folder / 'constant.json'}"


def constant_trial(settings: ConstantSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One network: updates until nearly all outputs are within 0.15, None if it never came to that."""
    s = settings
    output_bias, rate, seed = key
    rng = np.random.default_rng(seed)
    model = LSTM1997(2, s.cells, rng=rng, uniform=s.uniform)
    readout = Readout(s.cells, 1, rng=rng, bias=0.0 if output_bias else None, uniform=s.uniform)
    network = Network(model, readout)
    stream = around_a_constant(np.random.default_rng([seed, 1]), s.length, s.batch)
    test = next(around_a_constant(np.random.default_rng([seed, 2]), s.length, s.test_sequences))

    def right() -> float:
        error = network.outputs(test.x)[-1] - test.target[-1]
        return float(np.mean(np.abs(error) < 0.15))

    history = train(
        network,
        stream,
        Adam(rate),
        s.updates,
        clip=s.clip,
        stop=lambda: right() >= s.right_share,
        check_every=s.check_every,
    )
    return {
        "output_bias": output_bias,
        "rate": rate,
        "seed": seed,
        "updates": history.stopped_after,
        "right": round(right(), 4),
    }
