"""How fast the engine is, against PyTorch and NumPy, in one run and on one thread.

All nets are those of experiment 4 (two blocks of two cells) or have as many cells, learn on-line at
batch 1, and are timed for forward, backward and update. Competitors take turns, several times, and
the least time of each counts, so that other work on the machine disturbs as little as it can.

The engine runs eight trials side by side; its time per step is that of one of the eight. With a
single trial a step costs about eight times as much, which `alone` measures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from ... import _validate as check
from ...sequences import adding
from ..engine import network_setup
from ..engine.layout import LANES
from ..published import open_decisions, spec
from . import trial, trial_group
from .as_models import readable

LENGTH = 100


def engine_us_per_step(
    length: int = LENGTH, blocks: int = 2, block_size: int = 2, repeats: int = 5
) -> float:
    """Microseconds the engine takes for one time step of one of eight trials.

    Args:
        length: T of the adding problem.
        blocks: memory cell blocks.
        block_size: cells in each.
        repeats: how often it is timed; the least counts.
    """
    return _least(_engine(length, blocks, block_size, LANES), repeats)


def speed(repeats: int = 5, length: int = LENGTH) -> dict[str, float]:
    """Microseconds per time step of the engine and of its competitors, and how many times faster.

    Returns:
        `engine_us_per_step`, `engine_alone_us_per_step` (one trial, not eight),
        `torch_lstm_us_per_step`, `autograd_loop_us_per_step`, `numpy_us_per_step`, and the ratios
        `engine_vs_torch_lstm`, `engine_vs_autograd_loop`, `engine_vs_numpy`.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.
    """
    check.positive_integer("repeats", repeats)
    check.integer_in("length", length, minimum=22)
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        timed = {
            "engine": _engine(length, 2, 2, LANES),
            "engine_alone": _engine(length, 2, 2, 1),
            "torch_lstm": _torch_lstm(length),
            "autograd_loop": _autograd_loop(length),
            "numpy": _numpy(length),
        }
        least = dict.fromkeys(timed, np.inf)
        for _ in range(repeats):
            for name, run in timed.items():
                least[name] = min(least[name], run())
    finally:
        torch.set_num_threads(threads)
    figures = {f"{name}_us_per_step": value for name, value in least.items()}
    for name in ("torch_lstm", "autograd_loop", "numpy"):
        figures[f"engine_vs_{name}"] = least[name] / least["engine"]
    return figures


def growth(repeats: int = 3) -> dict[str, dict[int, float]]:
    """How the engine's microseconds per step grow with the number of cells and with T."""
    return {
        "cells": {
            2 * blocks: engine_us_per_step(LENGTH, blocks, 2, repeats) for blocks in (1, 2, 4, 8)
        },
        "length": {length: engine_us_per_step(length, 2, 2, repeats) for length in (50, 200, 1000)},
    }


def state_bytes(name: str) -> int:
    """Bytes of everything that a group of eight trials of a row holds while it runs."""
    row = open_decisions.decided(spec.row(name), open_decisions.Decisions())
    group = trial_group.Group(
        [trial.start(row, open_decisions.Decisions(), 0, n, 1) for n in range(LANES)]
    )
    weights = group.nets.weights
    return sum(array.nbytes for array in (*group.streams, *weights, *weights))


def _least(run: Callable[[], float], repeats: int) -> float:
    check.positive_integer("repeats", repeats)
    return min(run() for _ in range(repeats))


def _engine(length: int, blocks: int, block_size: int, trials: int) -> Callable[[], float]:
    decisions = open_decisions.Decisions()
    row = spec.row("4-1")
    bias = tuple(-3.0 * (b + 1) for b in range(blocks))
    net = replace(row.net, blocks=blocks, block_size=block_size, input_gate_bias=bias)
    task = replace(row.task, whole=(length, 0), typical_length=length + length // 10)
    row = open_decisions.decided(replace(row, net=net, task=task), decisions)
    group = trial_group.Group([trial.start(row, decisions, 0, n, 10**9) for n in range(trials)])
    group.step()  # compiles, or loads what was compiled before

    def run() -> float:
        chunks = 0
        began = time.perf_counter()
        while time.perf_counter() - began < 0.2:
            group.step()
            chunks += 1
        spent = time.perf_counter() - began
        steps = chunks * group.count * trials * (length + length / 20)  # lengths: T to 1.1 T
        return spent / steps * 1e6

    return run


def _data(length: int, count: int = 4) -> list[Any]:
    return list(islice(adding(np.random.default_rng(0), length), count))


def _torch_lstm(length: int) -> Callable[[], float]:
    import torch

    lstm = torch.nn.LSTM(2, 4, dtype=torch.float64)
    readout = torch.nn.Linear(4, 1, dtype=torch.float64)
    optimiser = torch.optim.SGD([*lstm.parameters(), *readout.parameters()], lr=0.5)

    def step(x: Any, target: Any) -> None:
        optimiser.zero_grad()
        y, _ = lstm(x)
        loss = (torch.sigmoid(readout(y[-1])) - target).square().sum() / 2
        loss.backward()
        optimiser.step()

    return _torch_timer(step, length)


def _autograd_loop(length: int) -> Callable[[], float]:
    import torch

    from ...twins import twin

    row = spec.row("4-1")
    lstm, readout = readable(
        row.net, network_setup.initial_weights(row.net, np.random.default_rng(0))
    )
    cell, output = twin(lstm), twin(readout)
    optimiser = torch.optim.SGD([*cell.parameters(), *output.parameters()], lr=0.5)

    def step(x: Any, target: Any) -> None:
        optimiser.zero_grad()
        y = cell(x)[-1, lstm.parts["output"]]
        loss = (torch.sigmoid(output(y)) - target).square().sum() / 2
        loss.backward()
        optimiser.step()

    return _torch_timer(step, length)


def _torch_timer(step: Callable[[Any, Any], None], length: int) -> Callable[[], float]:
    import torch

    data = [(torch.tensor(s.x), torch.tensor(s.target[-1])) for s in _data(length)]

    def run() -> float:
        began = time.perf_counter()
        for x, target in data:
            step(x, target)
        return (time.perf_counter() - began) / sum(len(x) for x, _ in data) * 1e6

    run()
    return run


def _numpy(length: int) -> Callable[[], float]:
    row = spec.row("4-1")
    lstm, readout = readable(
        row.net, network_setup.initial_weights(row.net, np.random.default_rng(0))
    )
    data = _data(length)

    def run() -> float:
        began = time.perf_counter()
        for sequence in data:
            trace = lstm.forward(sequence.x)
            out = readout.forward(trace.state[1:, lstm.parts["output"]])
            grads = readout.backward(out, sequence.target, sequence.error_mask.astype(float))
            d_state = np.zeros((len(sequence), lstm.state_size))
            d_state[:, lstm.parts["output"]] = grads.x
            d_lstm = lstm.backward(trace, d_state)
            for model, d in ((lstm, d_lstm), (readout, grads)):
                for name, array in model.parameters.items():
                    array -= 0.5 * d.parameters[name]
        return (time.perf_counter() - began) / sum(map(len, data)) * 1e6

    return run
