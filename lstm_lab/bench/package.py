"""What the package itself costs: to import, a gradient, a step of the engine."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

PEAK = """
import sys
from pathlib import Path

status = Path("/proc/self/status")
if status.is_file():  # Linux, where ru_maxrss counts what the parent had needed, too
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    print(int(line.split()[1]) * 1024)
else:
    import resource

    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""
"""A program that prints how many bytes its own process needed at most."""


ENGINE = (
    "engine_us_per_step",
    "engine_vs_torch_lstm",
    "engine_vs_autograd_loop",
    "engine_vs_numpy",
)


def importing() -> dict[str, float]:
    """How long the package takes to import."""
    code = "from time import perf_counter as t; a = t(); import lstm_lab; print(t() - a)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(7)
    ]
    return {"import_s": statistics.median(times)}


def gradient_flow() -> dict[str, float]:
    """The state Jacobians of `gradients` against the same by torch autograd, one thread each."""
    import torch

    from lstm_lab import gradients, twins
    from lstm_lab.models import make

    torch.set_num_threads(1)
    model = make("LSTM 2000", 1, 32, rng=np.random.default_rng(0))

    def trace_of(steps: int) -> Any:
        return model.forward(np.random.default_rng(1).standard_normal((steps, 1)))

    trace, lags = trace_of(200), set(range(0, 201, 5))
    twin, inputs = twins.twin(model), torch.tensor(trace_of(200).x)

    def by_autograd() -> list[float]:
        states, product, norms = twin(inputs).detach(), torch.eye(64, dtype=torch.float64), []
        for lag, t in enumerate(range(200, 0, -1), start=1):
            step = partial(twin.step, inputs[t - 1])
            product = product @ torch.autograd.functional.jacobian(
                step, states[t - 1], vectorize=True
            )
            if lag in lags:
                norms.append(float(torch.linalg.matrix_norm(product, 2)))
        return norms

    ours = _best(lambda: gradients.jacobian_norms(model, trace, lags=sorted(lags)))
    theirs = _best(by_autograd, repeats=2)
    same = gradients.jacobian_norms(model, trace, lags=sorted(lags - {0}))
    np.testing.assert_allclose(np.log10(by_autograd()), same, rtol=1e-6)
    sizes = [100, 200, 400, 800, 1600]
    times = [
        _best(partial(gradients.jacobian_norms, model, trace_of(size), lags=[size]))
        for size in sizes
    ]
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    return {"gradient_vs_autograd": theirs / ours, "gradient_time_exponent": float(exponent)}


def engine() -> dict[str, float]:
    """The compiled engine of the 1997 experiments against PyTorch and NumPy, one thread each."""
    from lstm_lab.paper1997.runner.speed import speed

    measured = speed()
    return {name: measured[name] for name in ENGINE}


def engine_growth() -> dict[str, float]:
    """How the engine's time of a step grows with the cells and with the length."""
    from lstm_lab.paper1997.runner.speed import growth

    def exponent(times: dict[int, float]) -> float:
        return float(np.polyfit(np.log(list(times)), np.log(list(times.values())), 1)[0])

    grown = growth()
    return {
        "engine_cells_exponent": exponent({n: t for n, t in grown["cells"].items() if n >= 4}),
        "engine_length_exponent": exponent(grown["length"]),
    }


def engine_memory() -> dict[str, float]:
    """The memory of a process that runs eight trials."""
    from lstm_lab.paper1997.runner.speed import state_bytes

    code = (
        "from lstm_lab.paper1997.published import open_decisions, spec\n"
        "from lstm_lab.paper1997.runner import trial, trial_group\n"
        "decisions = open_decisions.Decisions()\n"
        "row = open_decisions.decided(spec.row('4-3'), decisions)\n"
        "trials = [trial.start(row, decisions, 0, n, 10**6) for n in range(8)]\n"
        "trial_group.advance(trials, 1.0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code + PEAK], capture_output=True, check=True)
    return {
        "engine_peak_mb": int(done.stdout) / 1e6,
        "engine_state_mb": state_bytes("4-3") / 1e6,
    }


def _best(work: Callable[[], Any], repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)
