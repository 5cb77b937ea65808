"""Learn to foretell the letters of this book: a simple RNN, a GRU and an LSTM of as many weights. Chapter 10."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.writer import CELLS, Writer, fresh, packed, round_weights, size_for
from lstm_lab.results import RESULTS, read, result_bytes, run_trials, write_whole
from lstm_lab.training import Adam, clip_norm


@dataclass(frozen=True)
class WritingSettings:
    """Everything that decides the experiment of chapter 10.

    `kept_seed` is the one whose weights are kept with the result.
    """

    cells: tuple[str, ...] = tuple(CELLS)
    learning_rates: tuple[float, ...] = (0.003, 0.01, 0.03)
    seeds: int = 3
    weights: int = 80_000
    updates: int = 3000
    window: int = 50
    batch: int = 32
    clip: float = 1.0
    last_share: float = 0.1
    measured_every: int = 100
    kept_seed: int = 0


def run(folder: Path = RESULTS, jobs: int = -1, settings: WritingSettings | None = None) -> str:
    """Train each cell at each learning rate over seeds; returns one sentence on the outcome."""
    chosen = settings or WritingSettings()
    keys = list(product(chosen.cells, chosen.learning_rates, range(chosen.seeds)))
    file = folder / "writing.json"
    run_trials(file, keys, writing_trial, chosen, jobs)
    trials = keep_the_best(file)
    best = min(trials, key=lambda trial: trial["choose_bits"])
    return (
        f"writing: {len(trials)} trials; the best on the part that settings are chosen by, {best['cell']} at rate "
        f"{best['learning_rate']:g}, needs {best['test_bits']:.2f} bits a letter on the tests, in "
        f"{file}"
    )


def keep_the_best(file: Path) -> list[dict[str, Any]]:
    """Leave out the weights of rates that did worse for their cell, which nobody needs; returns the trials."""
    content = read(file)
    trials: list[dict[str, Any]] = content["trials"]
    for trial in trials:
        if trial["learning_rate"] != best_rate(trials, trial["cell"]):
            trial["kept"] = None
    write_whole(file, result_bytes(content["settings"], content["versions"], trials))
    return trials


def best_rate(trials: Sequence[dict[str, Any]], cell: str) -> float:
    """The learning rate of a cell whose trials need the fewest bits on the part that settings are chosen by."""
    bits: dict[float, list[float]] = {}
    for trial in trials:
        if trial["cell"] == cell:
            bits.setdefault(trial["learning_rate"], []).append(trial["choose_bits"])
    return min(bits, key=lambda rate: float(np.mean(bits[rate])))


def writing_trial(settings: WritingSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial: bits a letter while it learns and at the end, measured with the weights rounded as they are kept."""
    cell, rate, seed = key
    alphabet, text = corpus.alphabet(), corpus.parts()
    size = size_for(cell, settings.weights, len(alphabet))
    writer = fresh(cell, size, alphabet, np.random.default_rng([seed, 0]))
    curve: list[tuple[int, float]] = []
    lately: list[float] = []
    for update, loss in enumerate(learn(writer, settings, rate, seed), start=1):
        lately.append(loss)
        if update % settings.measured_every == 0:
            curve.append((update, round(float(np.mean(lately)), 4)))
            lately = []
    round_weights(writer)
    return {
        "cell": cell,
        "learning_rate": rate,
        "seed": seed,
        "hidden_size": size,
        "weights": writer.size,
        "curve": curve,
        "choose_bits": round(float(writer.bits(text.choose).mean()), 4),
        "test_bits": round(float(writer.bits(text.test).mean()), 4),
        "kept": packed(writer) if seed == settings.kept_seed else None,
    }


def learn(writer: Writer, settings: WritingSettings, rate: float, seed: int) -> Iterator[float]:
    """Train by truncated backpropagation through time with carried state; yields bits a letter, update by update.

    The text is cut into `batch` pieces that are read side by side, from places that the seed decides; each window goes
    on where the one before has ended. The learning rate falls in a straight line to `last_share` of itself.
    """
    streams = pieces(writer, settings.batch, np.random.default_rng([seed, 1]))
    optimiser = Adam(rate)
    windows = (len(streams) - 1) // settings.window
    state: Array | None = None
    for update in range(settings.updates):
        at = update % windows * settings.window
        if at == 0:
            state = None  # each piece begins anew
        loss, gradients, state = writer.learn_from(streams[at : at + settings.window + 1], state)
        clipped, _ = clip_norm(gradients, settings.clip)
        optimiser.learning_rate = rate * (1 - (1 - settings.last_share) * update / settings.updates)
        optimiser.step(writer.network.parameters, clipped)
        yield loss / np.log(2)


def pieces(writer: Writer, batch: int, rng: np.random.Generator) -> np.ndarray:
    """The text to learn from as pieces side by side, (letters, batch): it begins at a random place, and goes round."""
    numbers = np.roll(writer.alphabet.numbers(corpus.parts().learn), int(rng.integers(1_000_000)))
    length = len(numbers) // batch
    return np.asarray(numbers[: length * batch].reshape(batch, length).T)
