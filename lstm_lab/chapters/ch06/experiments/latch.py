"""The latch experiment of chapter 06: one bit held over a lag, learnt by each cell, over seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab import gradients
from lstm_lab._validate import one_of
from lstm_lab.models import LSTM1997, Readout, make
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.sequences import latch as latch_task
from lstm_lab.training import SGD, Adam, Network, Optimiser, train


@dataclass(frozen=True)
class LatchSettings:
    """Everything that decides the latch experiment of chapter 06."""

    cells: tuple[tuple[str, str, dict[str, float]], ...] = (
        ("tanh RNN", "tanh RNN", {}),
        ("logistic RNN", "logistic RNN", {}),
        ("LSTM 1997", "LSTM 1997", {}),
        ("LSTM 2000, forget bias 0", "LSTM 2000", {"forget_bias": 0.0}),
        ("LSTM 2000, forget bias 1", "LSTM 2000", {"forget_bias": 1.0}),
    )
    optimisers: dict[str, float] = field(default_factory=lambda: {"SGD": 0.1, "Adam": 0.003})
    lags: tuple[int, ...] = (2, 5, 10, 20, 40, 80)
    noises: tuple[float, ...] = (0.2, 1.0)
    seeds: int = 10
    hidden_size: int = 16
    batch: int = 16
    updates: int = 1000
    clip: float = 1.0
    check_every: int = 25
    test_sequences: int = 200
    right_share: float = 0.99
    profile_lag: int = 40


def run(folder: Path = RESULTS, jobs: int = -1, settings: LatchSettings | None = None) -> str:
    """Train each cell to latch one bit over each lag, over seeds; returns one sentence about the outcome.

    A trial succeeds when, at a check, `right_share` of fresh test sequences have the right sign at the end. At one lag
    the gradient profile is measured before and after training, by :func:`lstm_lab.gradients.jacobian_norms`.
    """
    chosen = settings or LatchSettings()
    keys = list(
        product(
            range(len(chosen.cells)),
            chosen.optimisers,
            chosen.noises,
            chosen.lags,
            range(chosen.seeds),
        )
    )
    trials = run_trials(folder / "latch.json", keys, latch_trial, chosen, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"latch: {solved} of {len(trials)} trials solved, in {folder / 'latch.json'}"


def latch_trial(settings: LatchSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial: updates to success (None if it never came), and the gradient profiles where they are asked for."""
    cell_index, optimiser_name, noise, lag, seed = key
    label, cell, options = settings.cells[cell_index]
    rng = np.random.default_rng([seed, cell_index])
    model = make(cell, 1, settings.hidden_size, rng=rng, **options)
    network = Network(model, Readout(settings.hidden_size, 1, rng=rng))
    stream = latch_task(np.random.default_rng([seed, 1]), lag, settings.batch, noise)
    tests = latch_task(np.random.default_rng([seed, 2]), lag, settings.test_sequences, noise)

    def share_right() -> float:
        test = next(tests)
        return float(np.mean(np.sign(network.outputs(test.x)[-1]) == test.target[-1]))

    profiled = lag == settings.profile_lag
    before = _profile(network, noise, lag, seed) if profiled else None
    history = train(
        network,
        stream,
        _optimiser(optimiser_name, settings.optimisers[optimiser_name]),
        settings.updates,
        clip=settings.clip,
        stop=lambda: share_right() >= settings.right_share,
        check_every=settings.check_every,
    )
    trial = {
        "cell": label,
        "optimiser": optimiser_name,
        "noise": noise,
        "lag": lag,
        "seed": seed,
        "updates": history.stopped_after,
        "right": round(share_right(), 4),
    }
    if profiled:
        trial |= {"before": before, "after": _profile(network, noise, lag, seed)}
    return trial


def _optimiser(name: str, learning_rate: float) -> Optimiser:
    kinds: dict[str, Callable[[float], Optimiser]] = {"SGD": SGD, "Adam": Adam}
    return kinds[one_of("optimiser", name, kinds)](learning_rate)


def _profile(network: Network, noise: float, lag: int, seed: int) -> list[float | None]:
    """log10 of the norm of the full state Jacobian at lags 0, 4, 8 ..., on one test sequence; None for exactly zero.

    The LSTM of 1997 learns by its truncated gradient, but is measured by the full one, as every other cell.
    """
    model = network.model
    sequence = next(latch_task(np.random.default_rng([seed, 3]), lag, None, noise))
    trace = model.forward(sequence.x)
    truncated = isinstance(model, LSTM1997) and model.gradient == "truncated"
    if isinstance(model, LSTM1997):
        model.gradient = "full"
    norms = gradients.jacobian_norms(model, trace, lags=range(0, lag + 1, 4))
    if isinstance(model, LSTM1997) and truncated:
        model.gradient = "truncated"
    return [round(float(norm), 3) if np.isfinite(norm) else None for norm in norms]
