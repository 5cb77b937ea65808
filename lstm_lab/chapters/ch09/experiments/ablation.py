"""The ablation of chapter 09: the LSTM with one part changed at a time, on two tasks, over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array, one_of, positive_integer
from lstm_lab.models import GRU, Readout, VariantLSTM
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import Sequence as TaskSequence
from lstm_lab.sequences import adding, by_length, embedded_reber, side_by_side
from lstm_lab.training import Adam, Network, clip_norm, train

SYMBOLS = "BTSXPVE"


@dataclass(frozen=True)
class AblationSettings:
    """Everything that decides the ablation of chapter 09."""

    variants: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("forget bias 0", "LSTM", {"forget_bias": 0.0}),
        ("forget bias 1", "LSTM", {}),
        ("forget bias 3", "LSTM", {"forget_bias": 3.0}),
        ("no forget gate", "LSTM", {"forget": "none"}),
        ("no input gate", "LSTM", {"input_gate": False}),
        ("no output gate", "LSTM", {"output_gate": False}),
        ("no output squash", "LSTM", {"squash": False}),
        ("coupled gates", "LSTM", {"forget": "coupled"}),
        ("peepholes", "LSTM", {"peepholes": True}),
        ("GRU, update bias 0", "GRU", {}),
        ("GRU, update bias 1", "GRU", {"update_bias": 1.0}),
    )
    tasks: tuple[str, ...] = ("adding", "continual Reber")
    seeds: int = 5
    hidden_size: int = 12
    batch: int = 16
    learning_rate: float = 0.01
    clip: float = 1.0
    adding_length: int = 30
    adding_updates: int = 1500
    adding_check_every: int = 100
    adding_test_sequences: int = 160
    reber_length: int = 60
    reber_updates: int = 600
    test_steps: int = 1000


def run(folder: Path = RESULTS, jobs: int = -1, settings: AblationSettings | None = None) -> str:
    """Train each variant on each task, over seeds; returns one sentence about the outcome."""
    chosen = settings or AblationSettings()
    keys = list(product(chosen.tasks, range(len(chosen.variants)), range(chosen.seeds)))
    trials = run_trials(folder / "ablation.json", keys, ablation_trial, chosen, jobs)
    return f"ablation: {len(trials)} trials, in {folder / 'ablation.json'}"


def ablation_trial(settings: AblationSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One variant on one task; see the functions of the tasks for what is measured."""
    task, variant, seed = key
    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "adding": _adding,
        "continual Reber": _continual_reber,
    }
    label, cell, options = settings.variants[variant]
    measured = tasks[one_of("task", task, tasks)](settings, cell, options, seed)
    return {"task": task, "variant": label, "seed": seed, **measured}


def make_network(
    settings: AblationSettings,
    cell: str,
    options: dict[str, Any],
    seed: int,
    input_size: int,
    readout: tuple[int, str],
) -> Network:
    """The untrained network of a trial; variants of the LSTM start from the same weights where they have them."""
    rng = np.random.default_rng(seed)
    cells: dict[str, Callable[..., VariantLSTM | GRU]] = {"LSTM": VariantLSTM, "GRU": GRU}
    model = cells[cell](input_size, settings.hidden_size, rng=rng, **options)
    size, kind = readout
    return Network(model, Readout(settings.hidden_size, size, rng=rng, kind=kind))


def reber_stream(rng: np.random.Generator, length: int) -> TaskSequence:
    """Embedded Reber strings one after another with nothing between them; predict the next symbol.

    The stream begins at the beginning of a string and is cut after `length` steps. `error_mask` is true everywhere;
    `deciding` finds the steps that need the long memory.

    Source: the continual task of Gers, Schmidhuber & Cummins 2000, made of the strings of 1997. Chapter 09.
    """
    positive_integer("length", length)
    symbols: list[str] = []
    strings = embedded_reber(rng)
    while len(symbols) <= length:
        symbols += next(strings).symbols
    kept = symbols[: length + 1]
    codes = np.eye(len(SYMBOLS))[[SYMBOLS.index(symbol) for symbol in kept]]
    return TaskSequence(codes[:-1], codes[1:], np.ones(length, dtype=bool), symbols=tuple(kept))


def deciding(symbols: Sequence[str]) -> list[int]:
    """The steps of a stream, counted from 0, at which the next symbol is the T or P that repeats a string's second.

    They are the E's that end the inner strings: the only ones with an E two places after them.
    """
    return [step for step in range(len(symbols) - 2) if symbols[step] == symbols[step + 2] == "E"]


def _adding(
    settings: AblationSettings, cell: str, options: dict[str, Any], seed: int
) -> dict[str, Any]:
    """The root-mean-square error on held-out sequences of the adding problem, before training and every few updates."""
    network = make_network(settings, cell, options, seed, 2, (1, "linear"))
    batches = by_length(
        adding(np.random.default_rng([seed, 1]), settings.adding_length), settings.batch
    )
    held_out = by_length(adding(np.random.default_rng(2), settings.adding_length), settings.batch)
    tests = list(islice(held_out, settings.adding_test_sequences // settings.batch))

    def error() -> float:
        off = [network.outputs(test.x)[-1] - test.target[-1] for test in tests]
        return round(float(np.sqrt(np.mean(np.square(off)))), 4)

    optimiser, errors = Adam(settings.learning_rate), [error()]
    for _ in range(0, settings.adding_updates, settings.adding_check_every):
        train(network, batches, optimiser, settings.adding_check_every, clip=settings.clip)
        errors.append(error())
    return {"errors": errors}


def _continual_reber(
    settings: AblationSettings, cell: str, options: dict[str, Any], seed: int
) -> dict[str, Any]:
    """Learn from streams that never end: the state is carried from segment to segment and never reset.

    The error goes back to the beginning of its segment. `right` is the share of deciding symbols predicted right as
    the streams run on after training; `state` the mean |c_t| (|h_t| for a cell without c) over units and streams after
    the first update and every twentieth part of the training from there.
    """
    network = make_network(settings, cell, options, seed, 7, (7, "softmax"))
    stream = Continual(settings, network, seed, settings.reber_updates)
    losses, sizes = zip(*(stream.learn() for _ in range(settings.reber_updates)), strict=True)
    return {
        "right": round(stream.right(), 4),
        "state": [round(size, 3) for size in sizes[:: max(1, len(sizes) // 20)]],
        "losses": _twentieths(losses),
    }


class Continual:
    """A network that learns along streams of embedded Reber strings; its state is never reset.

    Args:
        settings: how long a segment is, how many streams there are, how fast it learns.
        network: seven inputs, softmax over seven symbols; its weights are changed in place.
        seed: of the streams.
        updates: so many segments there are to learn from.
    """

    def __init__(
        self, settings: AblationSettings, network: Network, seed: int, updates: int
    ) -> None:
        self.settings, self.network = settings, network
        length = updates * settings.reber_length + settings.test_steps
        self.streams = [
            reber_stream(np.random.default_rng([seed, 1, place]), length)
            for place in range(settings.batch)
        ]
        self.whole, self.optimiser = side_by_side(self.streams), Adam(settings.learning_rate)
        self.state: Array | None = None
        self.read = 0

    def learn(self) -> tuple[float, float]:
        """One segment and one update: the mean loss a step, and the mean |c_t| at its end (|h_t| if there is no c)."""
        model = self.network.model
        segment = slice(self.read, self.read + self.settings.reber_length)
        x, target = self.whole.x[segment], self.whole.target[segment]
        loss, gradients, self.state = _segment(self.network, x, target, self.state)
        gradients, _ = clip_norm(gradients, self.settings.clip)
        self.optimiser.step(self.network.parameters, gradients)
        self.read = segment.stop
        part = model.parts.get("cell", model.parts["hidden"])
        return loss, float(np.abs(self.state[..., part]).mean())

    def right(self) -> float:
        """The share of deciding symbols predicted right as the streams run on from here; nothing is learnt."""
        model, last = self.network.model, self.read + self.settings.test_steps
        states = model.forward(self.whole.x[self.read : last], self.state).state[1:]
        output = self.network.readout.forward(states[..., model.parts["hidden"]]).output
        right = []
        for column, stream in enumerate(self.streams):
            for step in deciding(stream.symbols):
                if self.read <= step < last:
                    chances = output[step - self.read, column][
                        [SYMBOLS.index("T"), SYMBOLS.index("P")]
                    ]
                    right.append("TP"[int(chances.argmax())] == stream.symbols[step + 1])
        return float(np.mean(right))


def _segment(
    network: Network, x: Array, target: Array, state: Array | None
) -> tuple[float, dict[str, Array], Array]:
    """The mean loss a step of one segment, its gradients by parameter, and the state to go on with."""
    model = network.model
    trace = model.forward(x, state)
    part = model.parts["hidden"]
    read = network.readout.forward(trace.state[1:, ..., part])
    weight = np.full(target.shape[:-1], 1 / target[..., 0].size)
    back = network.readout.backward(read, target, weight)
    d_state = np.zeros_like(trace.state[1:])
    d_state[..., part] = back.x
    gradients = dict(model.backward(trace, d_state).parameters)
    gradients |= {f"readout.{name}": gradient for name, gradient in back.parameters.items()}
    return network.readout.loss(read, target, weight), gradients, trace.state[-1]


def _twentieths(values: Sequence[float]) -> list[float]:
    """The mean of every twentieth part."""
    return [round(float(part.mean()), 4) for part in np.array_split(np.array(values), 20)]
