"""The patience experiment of chapter 11: what more data and more updates bring, to which cell, over seeds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import generator, positive_integer
from lstm_lab.models import Readout, make
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import Sequence as Task
from lstm_lab.sequences import latch as latch_task
from lstm_lab.training import Adam, Network, train


@dataclass(frozen=True)
class PatienceSettings:
    """Everything that decides the patience experiment of chapter 11."""

    cells: tuple[tuple[str, dict[str, float]], ...] = (
        ("tanh RNN", {}),
        ("LSTM 1997", {}),
        ("LSTM 2000", {"forget_bias": 1.0}),
    )
    noises: tuple[float, ...] = (0.5, 1.0)
    training_sequences: tuple[int, ...] = (16, 64, 256, 1024)
    lag: int = 40
    seeds: int = 8
    hidden_size: int = 16
    batch: int = 16
    checkpoints: tuple[int, ...] = (100, 300, 600)
    learning_rate: float = 0.01
    clip: float = 1.0
    test_sequences: int = 1000


def run(folder: Path = RESULTS, jobs: int = -1, settings: PatienceSettings | None = None) -> str:
    """Train each cell to latch one bit from a fixed number of sequences; returns one sentence about the outcome.

    The training sequences are drawn once and used over and over, as in a data set that somebody collected. At every
    checkpoint the network is tested on sequences that it never saw.
    """
    chosen = settings or PatienceSettings()
    keys = list(
        product(
            range(len(chosen.cells)),
            chosen.noises,
            chosen.training_sequences,
            range(chosen.seeds),
        )
    )
    trials = run_trials(folder / "patience.json", keys, patience_trial, chosen, jobs)
    solved = sum(trial["test"][-1] >= 0.99 for trial in trials)
    return f"patience: {solved} of {len(trials)} trials solved, in {folder / 'patience.json'}"


def patience_trial(settings: PatienceSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial: the share of right signs at each checkpoint, on the training sequences and on fresh ones."""
    cell_index, noise, count, seed = key
    cell, options = settings.cells[cell_index]
    rng = np.random.default_rng([seed, cell_index])
    model = make(cell, 1, settings.hidden_size, rng=rng, **options)
    network = Network(model, Readout(settings.hidden_size, 1, rng=rng))
    known = next(latch_task(np.random.default_rng([seed, 1]), settings.lag, count, noise))
    fresh = next(
        latch_task(np.random.default_rng([seed, 2]), settings.lag, settings.test_sequences, noise)
    )
    stream = batches(known, settings.batch, np.random.default_rng([seed, 3]))
    optimiser = Adam(settings.learning_rate)
    start, done = time.perf_counter(), 0
    train_right, test_right = [], []
    for checkpoint in settings.checkpoints:
        train(network, stream, optimiser, checkpoint - done, clip=settings.clip)
        done = checkpoint
        train_right.append(share_right(network, known))
        test_right.append(share_right(network, fresh))
    return {
        "cell": cell,
        "noise": noise,
        "training_sequences": count,
        "seed": seed,
        "train": train_right,
        "test": test_right,
        "seconds": round(time.perf_counter() - start, 2),
    }


def batches(known: Task, size: int, rng: np.random.Generator) -> Iterator[Task]:
    """Batches drawn from a fixed set, (T, count, ...): each without repetition, if the set is large enough."""
    generator("rng", rng)
    positive_integer("size", size)
    count = known.x.shape[1]
    while True:
        chosen = rng.choice(count, size, replace=count < size)
        yield Task(known.x[:, chosen], known.target[:, chosen], known.error_mask)


def share_right(network: Network, sequences: Task) -> float:
    """The share of sequences whose last output has the right sign."""
    said = np.sign(network.outputs(sequences.x)[-1])
    return round(float(np.mean(said == sequences.target[-1])), 4)
