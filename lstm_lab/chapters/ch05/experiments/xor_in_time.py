"""The experiment of chapter 05: XOR in time, learnt with the error followed one step back or all the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array, positive_integer
from lstm_lab.models import Readout, TruncatedElmanRNN
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import Sequence as TaskSequence
from lstm_lab.sequences import xor_in_time
from lstm_lab.training import Adam, Network, train

ALL = 10**6
"""More steps back than any sequence has: the whole gradient."""


@dataclass(frozen=True)
class XorSettings:
    """Everything that decides the experiment of chapter 05."""

    hidden_sizes: tuple[int, ...] = (2, 4, 8)
    steps_back: tuple[int, ...] = (0, 1, ALL)
    seeds: int = 10
    activation: str = "logistic"
    learning_rate: float = 0.01
    batch: int = 16
    triples: int = 8
    checkpoints: tuple[int, ...] = (0, 100, 300, 1000, 3000)
    test_sequences: int = 500


def batches(stream: Iterator[TaskSequence], size: int) -> Iterator[TaskSequence]:
    """Sequences of equal length, `size` at a time side by side: (T, size, 1); fewer at the end are left out."""
    positive_integer("size", size)
    while len(group := list(islice(stream, size))) == size:
        x = np.stack([sequence.x for sequence in group], axis=1)
        target = np.stack([sequence.target for sequence in group], axis=1)
        yield TaskSequence(x, target, group[0].error_mask)


def make_network(
    hidden_size: int, steps_back: int, seed: int, settings: XorSettings | None = None
) -> Network:
    """The untrained network of a trial."""
    chosen = settings or XorSettings()
    rng = np.random.default_rng([seed, hidden_size])
    model = TruncatedElmanRNN(
        1, hidden_size, rng=rng, activation=chosen.activation, steps_back=steps_back
    )
    return Network(model, Readout(hidden_size, 1, rng=rng, kind="logistic"))


def root_mean_square_error(network: Network, test: TaskSequence) -> Array:
    """The error of the prediction of bits 2, 3, 4 ..., one number a step, over the sequences of a batch."""
    return np.sqrt(np.mean((network.outputs(test.x) - test.target) ** 2, axis=(1, 2)))


def run(folder: Path = RESULTS, jobs: int = -1, settings: XorSettings | None = None) -> str:
    """Train on XOR in time with the error followed 0, 1 or all steps back; one sentence about the outcome."""
    chosen = settings or XorSettings()
    keys = list(product(chosen.hidden_sizes, chosen.steps_back, range(chosen.seeds)))
    file = folder / "xor_in_time.json"
    trials = run_trials(file, keys, xor_trial, chosen, jobs)
    return f"xor_in_time: {len(trials)} trials in {file}"


def xor_trial(settings: XorSettings, key: Sequence[int]) -> dict[str, Any]:
    """One network: its error at each step of fresh test sequences, at each checkpoint of its training."""
    hidden_size, steps_back, seed = key
    network = make_network(hidden_size, steps_back, seed, settings)
    triples = settings.triples
    stream = batches(xor_in_time(np.random.default_rng([seed, 1]), triples), settings.batch)
    tests = batches(xor_in_time(np.random.default_rng([seed, 2]), triples), settings.test_sequences)
    test, optimiser, made, errors = next(tests), Adam(settings.learning_rate), 0, []
    for checkpoint in settings.checkpoints:
        if checkpoint > made:
            train(network, stream, optimiser, checkpoint - made)
            made = checkpoint
        errors.append([round(float(e), 4) for e in root_mean_square_error(network, test)])
    return {
        "hidden_size": hidden_size,
        "steps_back": steps_back,
        "seed": seed,
        "errors": errors,
    }
