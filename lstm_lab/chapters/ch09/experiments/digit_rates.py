"""Learning rates and input scales for the digits of chapter 09, tried for every kind of network alike.

A part of the digits to learn from is kept back to judge by; the held-out digits of the comparison are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array
from lstm_lab.chapters.ch09.experiments.digits import CLASSES, batches, digits
from lstm_lab.models import Readout, make
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.training import Adam, Network, output_part, train


@dataclass(frozen=True)
class RateSettings:
    """Everything that decides which rate and scale a kind of network gets; kinds are (cell, units, options)."""

    kinds: dict[str, tuple[str, int, dict[str, Any]]] = field(
        default_factory=lambda: {
            "tanh RNN, orthogonal": ("tanh RNN", 32, {"initialisation": "orthogonal"}),
            "tanh RNN, orthogonal, 64 units": ("tanh RNN", 64, {"initialisation": "orthogonal"}),
            "ReLU RNN, identity, 64 units": ("ReLU RNN", 64, {"initialisation": "identity"}),
            "LSTM, forget bias 1": ("LSTM 2000", 32, {"forget_bias": 1.0}),
        }
    )
    rates: tuple[float, ...] = (0.001, 0.003, 0.01)
    input_scales: tuple[float, ...] = (0.3, 1.0)
    seeds: int = 1
    epochs: int = 10
    kept_back: int = 297
    batch: int = 32
    clip: float = 1.0
    test_digits: int = 500


def run(folder: Path = RESULTS, jobs: int = -1, settings: RateSettings | None = None) -> str:
    """Train every kind with every rate and input scale; returns one sentence about the outcome."""
    s = settings or RateSettings()
    keys = list(product(s.kinds, s.rates, s.input_scales, range(s.seeds)))
    trials = run_trials(folder / "digit_rates.json", keys, rate_trial, s, jobs)
    return f"digit_rates: {len(trials)} networks, in {folder / 'digit_rates.json'}"


def rate_trial(settings: RateSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One network: the share of the digits kept back that it reads right after the last epoch."""
    kind, rate, input_scale, seed = key
    pixels, labels = digits(settings.test_digits)[0]
    learn, judge = slice(settings.kept_back, None), slice(settings.kept_back)
    right = accuracies(
        settings,
        key,
        (pixels[:, learn], labels[learn]),
        (pixels[:, judge], labels[judge]),
        settings.epochs,
    )
    return {
        "kind": kind,
        "rate": rate,
        "input_scale": input_scale,
        "seed": seed,
        "accuracy": right[-1],
    }


def accuracies(
    settings: RateSettings,
    key: Sequence[Any],
    learn: tuple[Array, np.ndarray],
    judge: tuple[Array, np.ndarray],
    epochs: int,
) -> list[float]:
    """Train one network, named by its key, and give the share of `judge` that it reads right after each epoch.

    A training whose loss overflows is no better than a guess from there on.
    """
    kind, rate, input_scale, seed = key
    cell, units, options = settings.kinds[kind]
    rng = np.random.default_rng([seed, list(settings.kinds).index(kind)])
    model = make(cell, 1, units, rng=rng, input_weight_scale=input_scale, **options)
    network = Network(model, Readout(units, CLASSES, rng=rng, kind="softmax"))
    optimiser, order = Adam(rate), np.random.default_rng([seed, 1])
    right: list[float] = []
    for _ in range(epochs):
        stream = batches(order, *learn, settings.batch)
        try:
            train(network, stream, optimiser, len(learn[1]), clip=settings.clip)
        except FloatingPointError:
            return right + [1 / CLASSES] * (epochs - len(right))
        last = network.model.forward(judge[0]).state[-1][..., output_part(model)]
        answers = network.readout.forward(last).output.argmax(axis=-1)
        right.append(round(float(np.mean(answers == judge[1])), 4))
    return right


def best(trials: Sequence[dict[str, Any]], kind: str) -> tuple[float, float]:
    """The rate and input scale with which this kind read most of the digits kept back, mean over seeds."""
    tried = sorted({(t["rate"], t["input_scale"]) for t in trials if t["kind"] == kind})

    def mean(setting: tuple[float, float]) -> float:
        some = [
            t["accuracy"]
            for t in trials
            if (t["kind"], t["rate"], t["input_scale"]) == (kind, *setting)
        ]
        return float(np.mean(some))

    return max(tried, key=mean)
