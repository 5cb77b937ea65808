"""How the cell of 1997 holds its bit against noise: with its input gates free, held at one half, or without feedback.

The latch of chapter 06. Of a trained network the input gate is measured while the sign is shown and after, and how far
its outputs for the two signs stand apart at each step, in standard deviations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array
from lstm_lab.models import LSTM1997, Readout
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import latch as latch_task
from lstm_lab.training import SGD, Network, train

GATES_HELD, NO_FEEDBACK = "input gates held at 1/2", "no feedback"


@dataclass(frozen=True)
class HoldingSettings:
    """Everything that decides the experiment."""

    variants: tuple[str, ...] = ("whole cell", GATES_HELD, NO_FEEDBACK)
    noises: tuple[float, ...] = (0.2, 1.0)
    lag: int = 40
    seeds: int = 10
    hidden_size: int = 16
    batch: int = 16
    learning_rate: float = 0.1
    updates: int = 1000
    clip: float = 1.0
    check_every: int = 25
    test_sequences: int = 400
    right_share: float = 0.99
    shown: tuple[int, ...] = (3, 5, 10, 20, 30, 40)


class HeldGates(SGD):
    """Gradient descent after which the input gates of a net are at one half as before: all that leads to them is 0."""

    def step(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Make one update."""
        super().step(parameters, gradients)
        cells = len(parameters["input_gate_bias"])
        for name in ("input_weights", "recurrent_weights"):
            parameters[name][cells : 2 * cells] = 0.0
        parameters["input_gate_bias"][...] = 0.0


def run(folder: Path = RESULTS, jobs: int = -1, settings: HoldingSettings | None = None) -> str:
    """Train the three variants, over seeds; returns one sentence about the outcome."""
    s = settings or HoldingSettings()
    keys = list(product(s.variants, s.noises, range(s.seeds)))
    trials = run_trials(folder / "holding.json", keys, holding_trial, s, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"holding: {solved} of {len(trials)} trials solved, in {folder / 'holding.json'}"


def holding_trial(settings: HoldingSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One network: updates to success (None if it never came), its gate, and how far apart its outputs stand."""
    variant, noise, seed = key
    s, rng = settings, np.random.default_rng(seed)
    model = LSTM1997(1, s.hidden_size, rng=rng, recurrent=variant != NO_FEEDBACK)
    network = Network(model, Readout(s.hidden_size, 1, rng=rng))
    optimiser = SGD(s.learning_rate)
    if variant == GATES_HELD:
        optimiser = HeldGates(s.learning_rate)
        optimiser.step(model.parameters, {name: 0.0 * w for name, w in model.parameters.items()})
    stream = latch_task(np.random.default_rng([seed, 1]), s.lag, s.batch, noise)
    test = next(latch_task(np.random.default_rng([seed, 2]), s.lag, s.test_sequences, noise))
    wanted = test.target[-1]

    def right() -> float:
        return float(np.mean(np.sign(network.outputs(test.x)[-1]) == wanted))

    history = train(
        network,
        stream,
        optimiser,
        s.updates,
        clip=s.clip,
        stop=lambda: right() >= s.right_share,
        check_every=s.check_every,
    )
    gate = model.forward(test.x).state[1:, :, model.parts["input_gate"]]
    signed = (network.outputs(test.x) * wanted)[..., 0]
    apart = np.abs(signed.mean(axis=1)) / signed.std(axis=1)
    return {
        "variant": variant,
        "noise": noise,
        "seed": seed,
        "updates": history.stopped_after,
        "right": round(right(), 4),
        "gate_at_sign": round(float(gate[:3].mean()), 3),
        "gate_after": round(float(gate[3:].mean()), 3),
        "apart": [round(float(apart[step - 1]), 2) for step in s.shown],
    }
