"""The digits of chapter 09: handwritten digits read pixel by pixel, by an RNN and by LSTMs, over seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab import data, gradients
from lstm_lab._validate import Array, generator, one_of, positive_integer
from lstm_lab.models import LSTMTrace, Readout, make
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import Sequence as TaskSequence
from lstm_lab.training import Adam, Network, output_part, train

PIXELS, CLASSES = 64, 10
ASKED = ("at the end", "at every pixel")
"""When a network must give its answer, in training: after the last pixel, or after each."""


@dataclass(frozen=True)
class DigitSettings:
    """Everything that decides the digits of chapter 09."""

    cells: tuple[tuple[str, str, dict[str, float]], ...] = (
        ("tanh RNN", "tanh RNN", {}),
        ("LSTM, forget bias 0", "LSTM 2000", {"forget_bias": 0.0}),
        ("LSTM, forget bias 1", "LSTM 2000", {"forget_bias": 1.0}),
        ("LSTM, forget bias 3", "LSTM 2000", {"forget_bias": 3.0}),
    )
    asked_at_every_pixel: tuple[str, ...] = ("tanh RNN", "LSTM, forget bias 1")
    seeds: int = 5
    hidden_size: int = 32
    epochs: int = 60
    batch: int = 32
    learning_rate: float = 0.005
    clip: float = 1.0
    test_digits: int = 500
    profile_epochs: tuple[int, ...] = (0, 1, 2, 5, 10, 20, 30, 40, 60)
    profile_every: int = 4
    shown_per_class: int = 2
    shown_every: int = 2


@cache
def digits(test_digits: int = 500) -> tuple[tuple[Array, np.ndarray], tuple[Array, np.ndarray]]:
    """The 1,797 digits of :func:`lstm_lab.data.digits`, as sequences of pixels: those to learn from and those held out.

    A picture has 8 rows of 8 pixels, read row by row from the top, each 0 (paper) to 1 (ink).

    Returns:
        (pixels, labels) to learn from and (pixels, labels) held out; pixels are (64, digits, 1), labels (digits,).

    Source: E. Alpaydin & C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository,
    1998. Chapter 09.
    """
    pixels, labels = data.digits()
    order = np.random.default_rng(64).permutation(len(labels))
    held_out, learn = order[:test_digits], order[test_digits:]

    def read(chosen: np.ndarray) -> tuple[Array, np.ndarray]:
        return (pixels[chosen] / 16).T[..., np.newaxis], labels[chosen]

    return read(learn), read(held_out)


def shown_digits(settings: DigitSettings) -> list[int]:
    """The held-out digits that the chapter shows, by index: the first few of each class, in the order of classes."""
    labels = digits(settings.test_digits)[1][1]
    return [
        int(index)
        for kind in range(CLASSES)
        for index in np.flatnonzero(labels == kind)[: settings.shown_per_class]
    ]


def batches(
    rng: np.random.Generator,
    pixels: Array,
    labels: np.ndarray,
    batch: int,
    asked: str = ASKED[0],
) -> Iterator[TaskSequence]:
    """One epoch: every digit once, in a fresh order; what does not fill a batch is left for the next epoch."""
    order = generator("rng", rng).permutation(len(labels))
    positive_integer("batch", batch)
    mask = np.full(len(pixels), one_of("asked", asked, ASKED) == ASKED[1])
    mask[-1] = True
    for chosen in order[: len(order) // batch * batch].reshape(-1, batch):
        target = np.zeros((len(pixels), batch, CLASSES))
        target[mask] = np.eye(CLASSES)[labels[chosen]]
        yield TaskSequence(pixels[:, chosen], target, mask)


def run(folder: Path = RESULTS, jobs: int = -1, settings: DigitSettings | None = None) -> str:
    """Train each network to read digits pixel by pixel, over seeds; returns one sentence about the outcome."""
    chosen = settings or DigitSettings()
    names = [name for name, *_ in chosen.cells]
    again = [names.index(name) for name in chosen.asked_at_every_pixel]
    keys = [
        *product(range(len(names)), range(chosen.seeds), ASKED[:1]),
        *product(again, range(chosen.seeds), ASKED[1:]),
    ]
    trials = run_trials(folder / "digits.json", keys, digits_trial, chosen, jobs)
    best = max(trial["accuracy"][-1] for trial in trials)
    return f"digits: {len(trials)} networks, the best reads {100 * best:.1f} % right, in {folder / 'digits.json'}"


def digits_trial(settings: DigitSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One network: its accuracy after each epoch, its gradient profiles on the way, and for seed 0 how it reads.

    `accuracy` is the share of held-out digits read right after epochs 0, 1, 2 ...; `by_pixel` the share that would be
    right if the answer were asked for after pixel 0, 1 ... 64, at the end of training. A reading holds the
    probabilities of the ten classes and the mean of each gate over the cells. `profiles` and `cell_profiles`
    hold, for each of the profile epochs, log10 of the norm of the full state Jacobian and of the path along the cell at
    lags 0, profile_every ... 64: the median over the first held-out digit of each class.
    """
    cell_index, seed, asked = key
    label, cell, options = settings.cells[cell_index]
    rng = np.random.default_rng([seed, cell_index])
    model = make(cell, 1, settings.hidden_size, rng=rng, **options)
    network = Network(model, Readout(settings.hidden_size, CLASSES, rng=rng, kind="softmax"))
    (pixels, labels), (test, wanted) = digits(settings.test_digits)
    optimiser, order = Adam(settings.learning_rate), np.random.default_rng([seed, 1])
    accuracy, losses = [_right(network, test, wanted)[-1]], []
    profiles = {0: _profiles(network, settings)}
    for epoch in range(1, settings.epochs + 1):
        history = train(
            network,
            batches(order, pixels, labels, settings.batch, asked),
            optimiser,
            len(labels),
            clip=settings.clip,
        )
        answers = PIXELS if asked == ASKED[1] else 1
        losses.append(round(float(np.mean(history.losses)) / answers, 4))
        accuracy.append(_right(network, test, wanted)[-1])
        if epoch in settings.profile_epochs:
            profiles[epoch] = _profiles(network, settings)
    trial: dict[str, Any] = {
        "cell": label,
        "asked": asked,
        "seed": seed,
        "losses": losses,
        "accuracy": accuracy,
        "by_pixel": _right(network, test, wanted),
        "profiles": [state for state, _ in profiles.values()],
        "cell_profiles": [path for _, path in profiles.values()],
    }
    if seed == 0 and label in settings.asked_at_every_pixel:
        trial["readings"] = [
            _reading(network, test[:, index], settings.shown_every)
            for index in shown_digits(settings)
        ]
    return trial


def _right(network: Network, test: Array, wanted: np.ndarray) -> list[float]:
    """The share of digits whose likeliest class is the right one, after 0, 1 ... 64 pixels."""
    part = output_part(network.model)
    states = network.model.forward(test).state[..., part]
    answers = network.readout.forward(states).output.argmax(axis=-1)
    return [round(float(share), 4) for share in (answers == wanted).mean(axis=-1)]


def _profiles(network: Network, settings: DigitSettings) -> tuple[list[float], list[float] | None]:
    """log10 of the state Jacobian and of the path along the cell, the median over ten digits."""
    test = digits(settings.test_digits)[1][0]
    lags = range(0, PIXELS + 1, settings.profile_every)
    states, paths = [], []
    for index in shown_digits(settings)[:: settings.shown_per_class]:
        trace = network.model.forward(test[:, index])
        states.append(gradients.jacobian_norms(network.model, trace, lags=lags))
        paths.append(gradients.cell_path_norms(network.model, trace, lags=lags))
    alone = [path for path in paths if path is not None]
    return _rounded(np.median(states, axis=0), 3), (
        _rounded(np.median(alone, axis=0), 3) if alone else None
    )


def _reading(network: Network, pixels: Array, every: int) -> dict[str, Any]:
    """The answer after 0, every, 2 every ... 64 pixels of one digit, and how far the gates are open at every pixel."""
    trace = network.model.forward(pixels)
    states = trace.state[::every, output_part(network.model)]
    reading: dict[str, Any] = {
        "probabilities": [_rounded(row, 3) for row in network.readout.forward(states).output]
    }
    if isinstance(trace, LSTMTrace):
        for gate in ("input_gate", "forget_gate", "output_gate"):
            reading[gate] = _rounded(getattr(trace, gate).mean(axis=-1), 3)
    return reading


def _rounded(values: Array, places: int) -> list[float]:
    return [round(float(value), places) for value in values]
