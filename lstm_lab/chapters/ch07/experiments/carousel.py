"""The experiments of chapter 07 on the memory cell of 1997: gates, bias cells, drift and truncation, over seeds.

All four tasks show a value, +1 or -1, at a marked step and ask for it later; what stands between is to be ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array, generator, integer_in, number_in, positive_integer
from lstm_lab.models import LSTM1997, Readout
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import Sequence as Example
from lstm_lab.training import SGD, Adam, Network, Optimiser, train

HELD_OPEN = 30.0
"""A gate without weights and with this bias is 1 to 13 digits, whatever comes: no gate at all."""


@dataclass(frozen=True)
class CarouselSettings:
    """Everything that decides the experiments of chapter 07."""

    gates: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "no gates": (),
            "input gate": ("input_gate",),
            "output gate": ("output_gate",),
            "both gates": ("input_gate", "output_gate"),
        }
    )
    gate_cells: tuple[int, ...] = (1, 2, 4)
    gate_length: int = 12
    gate_updates: int = 1500
    output_biases: dict[str, tuple[float, ...]] = field(
        default_factory=lambda: {
            "0": (0.0, 0.0, 0.0, 0.0),
            "-2": (-2.0, -2.0, -2.0, -2.0),
            "-1 to -4": (-1.0, -2.0, -3.0, -4.0),
        }
    )
    abuse_length: int = 20
    abuse_updates: int = 1500
    abuse_loss: float = 0.1
    abuse_uniform: float = 0.2
    abuse_rates: tuple[float, ...] = (0.003, 0.01)
    drift_remedies: dict[str, tuple[float, str]] = field(
        default_factory=lambda: {
            "0": (0.0, "logistic [-1, 1]"),
            "-3": (-3.0, "logistic [-1, 1]"),
            "-6": (-6.0, "logistic [-1, 1]"),
            "0, h(c) = c": (0.0, "identity"),
        }
    )
    drift_cells: int = 2
    drift_length: int = 100
    drift_mean: float = 1.0
    drift_std: float = 0.5
    drift_updates: int = 600
    product_lengths: tuple[int, ...] = (12, 24)
    product_cells: int = 4
    product_updates: int = 1500
    seeds: int = 10
    batch: int = 32
    learning_rates: dict[str, float] = field(default_factory=lambda: {"SGD": 0.1, "Adam": 0.01})
    clip: float = 1.0
    check_every: int = 25
    test_sequences: int = 400
    right_share: float = 0.99


# --- Tasks -----------------------------------------------------------------------------------------------------------


def store_and_tell(
    rng: np.random.Generator, length: int = 12, batch: int = 32
) -> Iterator[Example]:
    """Store the marked value, say nothing, and tell it when asked.

    Three inputs a step: a value, +1 or -1 at random; 1 at the step whose value is to be stored, one of the first
    third; 1 at the step that asks for it, one of the last third. The target is the stored value at the step that asks
    and 0 at every other, so the net must ignore (input conflict) and be silent (output conflict). Chapter 07.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range.
    """
    x, lanes, third = _values(rng, length, batch, 3)

    def stream() -> Iterator[Example]:
        while True:
            x[...] = 0.0
            x[..., 0] = _signs(rng, (length, batch))
            stored, asked = (
                rng.integers(0, third, batch),
                rng.integers(length - third, length, batch),
            )
            x[stored, lanes, 1] = 1.0
            x[asked, lanes, 2] = 1.0
            target = np.zeros((length, batch, 1))
            target[asked, lanes, 0] = x[stored, lanes, 0]
            yield Example(x.copy(), target, np.ones(length, dtype=bool))

    return stream()


def around_a_constant(
    rng: np.random.Generator, length: int = 20, batch: int = 32
) -> Iterator[Example]:
    """Store the marked value and say 0.5 + 0.3 times it at the end: mostly a constant.

    Two inputs a step, the value and the mark, one of the first third. Chapter 07.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range.
    """
    x, lanes, third = _values(rng, length, batch, 2)

    def stream() -> Iterator[Example]:
        while True:
            x[...] = 0.0
            x[..., 0] = _signs(rng, (length, batch))
            stored = rng.integers(0, third, batch)
            x[stored, lanes, 1] = 1.0
            yield _at_the_end(x, 0.5 + 0.3 * x[stored, lanes, 0])

    return stream()


def one_sided(
    rng: np.random.Generator,
    length: int = 100,
    batch: int = 32,
    mean: float = 1.0,
    std: float = 0.5,
) -> Iterator[Example]:
    """Store the marked value among distractors that have a mean, and tell it at the end.

    Two inputs a step, the value and the mark, which is one of the first tenth. All other values are Gaussian with the
    given mean and standard deviation: for the default nearly all are positive. Chapter 07.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range.
    """
    x, lanes, _ = _values(rng, length, batch, 2)
    number_in("mean", mean)
    number_in("std", std, minimum=0)

    def stream() -> Iterator[Example]:
        while True:
            x[...] = 0.0
            x[..., 0] = mean + std * rng.standard_normal((length, batch))
            stored = rng.integers(0, max(1, length // 10), batch)
            kind = _signs(rng, (batch,))
            x[stored, lanes] = np.stack([kind, np.ones(batch)], axis=-1)
            yield _at_the_end(x, kind)

    return stream()


def product_of_two(
    rng: np.random.Generator, length: int = 12, batch: int = 32
) -> Iterator[Example]:
    """Tell the product of two marked values at the end: a delayed XOR.

    Two inputs a step, the value and the mark; one mark in the first third, one in the second. Chapter 07.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range.
    """
    x, lanes, third = _values(rng, length, batch, 2)

    def stream() -> Iterator[Example]:
        while True:
            x[...] = 0.0
            x[..., 0] = _signs(rng, (length, batch))
            first, second = rng.integers(0, third, batch), rng.integers(third, 2 * third, batch)
            x[first, lanes, 1] = 1.0
            x[second, lanes, 1] = 1.0
            yield _at_the_end(x, x[first, lanes, 0] * x[second, lanes, 0])

    return stream()


def _values(
    rng: np.random.Generator, length: int, batch: int, inputs: int
) -> tuple[Array, np.ndarray, int]:
    generator("rng", rng)
    integer_in("length", length, minimum=3)
    positive_integer("batch", batch)
    return np.zeros((length, batch, inputs)), np.arange(batch), length // 3


def _signs(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.where(rng.random(shape) < 0.5, -1.0, 1.0)


def _at_the_end(x: Array, wanted: Array) -> Example:
    target = np.zeros((*x.shape[:2], 1))
    target[-1, :, 0] = wanted
    mask = np.zeros(len(x), dtype=bool)
    mask[-1] = True
    return Example(x.copy(), target, mask)


# --- Networks --------------------------------------------------------------------------------------------------------


def gated(inputs: int, cells: int, gates: Sequence[str], rng: np.random.Generator) -> Network:
    """Memory cells of 1997 with a linear output, in which only the named gates are there; the others are held open.

    All such networks have the same weights at the start, except that a gate held open has none.
    """
    model = LSTM1997(inputs, cells, rng=rng)
    for name in ("input_gate", "output_gate"):
        if name not in gates:
            part = model.parts[name]
            rows = slice(part.start - cells, part.stop - cells)
            model.parameters["input_weights"][rows] = 0.0
            model.parameters["recurrent_weights"][rows] = 0.0
            model.parameters[f"{name}_bias"][...] = HELD_OPEN
    return Network(model, Readout(cells, 1, rng=rng))


def contributions(network: Network, x: Array) -> tuple[Array, Array]:
    """What each cell adds to the output at the end of x, over its sequences: size of the mean, standard deviation."""
    model = network.model
    out = model.forward(x).state[-1][:, model.parts["output"]]
    added = out * network.readout.parameters["weights"][0]
    return np.abs(added.mean(axis=0)), added.std(axis=0)


# --- Trials ----------------------------------------------------------------------------------------------------------


def run(folder: Path = RESULTS, jobs: int = -1, settings: CarouselSettings | None = None) -> str:
    """Run the four experiments of chapter 07 over seeds; returns one sentence about the outcome."""
    s = settings or CarouselSettings()
    keys: list[list[Any]] = []
    for seed in range(s.seeds):
        keys += [["gates", cells, gates, seed] for cells in s.gate_cells for gates in s.gates]
        keys += [
            ["abuse", biases, rate, seed] for biases in s.output_biases for rate in s.abuse_rates
        ]
        keys += [
            ["drift", remedy, optimiser, seed]
            for remedy in s.drift_remedies
            for optimiser in s.learning_rates
        ]
    keys += [
        ["product", length, gradient, seed]
        for length in s.product_lengths
        for gradient in ("truncated", "full")
        for seed in range(s.seeds)
    ]
    trials = run_trials(folder / "carousel.json", keys, carousel_trial, s, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"carousel: {solved} of {len(trials)} trials solved, in {folder / 'carousel.json'}"


def carousel_trial(settings: CarouselSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial of the experiment that the key names first: updates to success, None if it never came."""
    trial: dict[str, Callable[..., dict[str, Any]]] = {
        "gates": _gates,
        "abuse": _abuse,
        "drift": _drift,
        "product": _product,
    }
    return {"experiment": key[0], **trial[key[0]](settings, *key[1:]), "seed": key[-1]}


def _gates(s: CarouselSettings, cells: int, gates: str, seed: int) -> dict[str, Any]:
    """Which gates the task needs: shares with the right sign when asked, told within 0.5, right at every step."""
    network = gated(3, cells, s.gates[gates], np.random.default_rng(seed))
    train_set, test = data(s, store_and_tell, seed, s.gate_length)
    updates = _train(
        s, network, train_set, "Adam", s.gate_updates, lambda: told(network, test)["right"]
    )
    return {"cells": cells, "gates": gates, "updates": updates, **told(network, test)}


def told(network: Network, test: Example) -> dict[str, float]:
    """On sequences of :func:`store_and_tell`: the shares with the right sign when asked, told, and right throughout."""
    asked = test.target[..., 0] != 0
    output = network.outputs(test.x)
    close = (np.abs(output - test.target) < 0.5)[..., 0]
    right_sign = (np.sign(output) == test.target)[..., 0]
    return {
        "sign": round(float(right_sign[asked].mean()), 4),
        "told": round(float(close[asked].mean()), 4),
        "right": round(float(close.all(axis=0).mean()), 4),
    }


def _abuse(s: CarouselSettings, biases: str, rate: float, seed: int) -> dict[str, Any]:
    """What the cells are used for when the loss first reaches that of the best constant, about."""
    rng = np.random.default_rng(seed)
    initial = s.output_biases[biases]
    small = s.abuse_uniform
    model = LSTM1997(2, len(initial), rng=rng, output_gate_bias=initial, uniform=small)
    network = Network(model, Readout(len(initial), 1, rng=rng, bias=None, uniform=small))
    train_set, test = data(s, around_a_constant, seed, s.abuse_length)
    early: dict[str, Any] = {}

    def share() -> float:
        error = network.outputs(test.x)[-1] - test.target[-1]
        if not early and np.mean(error**2) < s.abuse_loss:
            constant, varying = contributions(network, test.x)
            early.update(constant=constant.round(5).tolist(), varying=varying.round(5).tolist())
        return float(np.mean(np.abs(error) < 0.15))

    updates = _train(s, network, train_set, "Adam", s.abuse_updates, share, rate)
    return {"biases": biases, "rate": rate, "updates": updates, "right": round(share(), 4), **early}


def _drift(s: CarouselSettings, remedy: str, optimiser: str, seed: int) -> dict[str, Any]:
    """Whether a net whose states drift learns, and how far they drift before training."""
    rng = np.random.default_rng(seed)
    bias, h = s.drift_remedies[remedy]
    model = LSTM1997(2, s.drift_cells, rng=rng, input_gate_bias=bias, h=h)
    network = Network(model, Readout(s.drift_cells, 1, rng=rng))
    train_set, test = data(s, one_sided, seed, s.drift_length, mean=s.drift_mean, std=s.drift_std)
    trace = model.forward(test.x)
    state = np.median(np.abs(trace.state[-1][:, model.parts["cell"]]))
    slope = np.median(model.activations["squashed_cell"].slope(trace.squashed_cell[-1]))

    def share() -> float:
        return float(np.mean(np.sign(network.outputs(test.x)[-1]) == test.target[-1]))

    updates = _train(s, network, train_set, optimiser, s.drift_updates, share)
    return {
        "remedy": remedy,
        "optimiser": optimiser,
        "updates": updates,
        "right": round(share(), 4),
        "state": float(f"{state:.4g}"),
        "slope": float(f"{slope:.4g}"),
    }


def _product(s: CarouselSettings, length: int, gradient: str, seed: int) -> dict[str, Any]:
    """Whether the truncated gradient learns what needs two stored values at once."""
    rng = np.random.default_rng(seed)
    model = LSTM1997(2, s.product_cells, rng=rng, gradient=gradient)
    network = Network(model, Readout(s.product_cells, 1, rng=rng))
    train_set, test = data(s, product_of_two, seed, length)

    def share() -> float:
        return float(np.mean(np.sign(network.outputs(test.x)[-1]) == test.target[-1]))

    updates = _train(s, network, train_set, "Adam", s.product_updates, share)
    return {"length": length, "gradient": gradient, "updates": updates, "right": round(share(), 4)}


def data(
    s: CarouselSettings, task: Callable[..., Iterator[Example]], seed: int, length: int, **more: Any
) -> tuple[Iterator[Example], Example]:
    """An endless training stream, and one batch of other sequences to test on."""
    stream = task(np.random.default_rng([seed, 1]), length, s.batch, **more)
    return stream, next(task(np.random.default_rng([seed, 2]), length, s.test_sequences, **more))


def _train(
    s: CarouselSettings,
    network: Network,
    stream: Iterator[Example],
    optimiser: str,
    updates: int,
    share_right: Callable[[], float],
    rate: float | None = None,
) -> int | None:
    rate = rate or s.learning_rates[optimiser]
    chosen: Optimiser = SGD(rate) if optimiser == "SGD" else Adam(rate)
    return train(
        network,
        stream,
        chosen,
        updates,
        clip=s.clip,
        stop=lambda: share_right() >= s.right_share,
        check_every=s.check_every,
    ).stopped_after
