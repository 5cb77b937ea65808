"""How two networks learn a sequence, drawn as they do: loss, gradient a step back, single units along the sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step
from lstm_lab.playground.task import CLIP, Task
from lstm_lab.sequences import Sequence
from lstm_lab.training import Adam, Network, output_part, train
from lstm_lab.training.watched import profile

LOOKS, UNITS, SHOWN = 25, 6, 40


def learn(**settings: Any) -> Iterator[Step]:
    """Train both networks, side by side.

    Args:
        **settings: of :class:`lstm_lab.playground.task.Task`.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: as `Task`, before anything is trained.
    """
    task = Task(**settings)
    return _steps(task)


def _steps(task: Task) -> Iterator[Step]:
    every = -(-task.updates // LOOKS)
    tests, naive = task.tests(), task.naive()
    probe = Sequence(tests.x[:, 0], tests.target[:, 0], tests.error_mask)
    going = {
        name: (network, Adam(task.learning_rate), task.batches())
        for name, network in task.networks().items()
    }
    seen: dict[str, list[tuple[int, float, Array]]] = {name: [] for name in going}
    failed: dict[str, str] = {}
    done = 0
    while True:
        for name, (network, *_) in going.items():
            if name not in failed:
                loss = _loss(network, tests)
                seen[name].append(
                    (done, task.per_step(loss), profile(network, probe, range(task.steps_back + 1)))
                )
        networks = {name: network for name, (network, *_) in going.items()}
        yield Step(done / task.updates, _figure(task, seen, naive, networks, failed, done))
        if done == task.updates or len(failed) == len(going):
            return
        count = min(every, task.updates - done)
        for name, (network, optimiser, stream) in going.items():
            if name not in failed:
                try:
                    train(network, stream, optimiser, count, clip=CLIP)
                except FloatingPointError as error:
                    failed[name] = f"{error}, of those since update {done}"
        done += count


def _loss(network: Network, tests: Sequence) -> float:
    """The loss over a window, averaged over the tests."""
    read = network.readout.forward(
        network.model.forward(tests.x).state[1:][..., output_part(network.model)]
    )
    return network.readout.loss(read, tests.target) / tests.x.shape[1]


def _figure(
    task: Task,
    seen: dict[str, list[tuple[int, float, Array]]],
    naive: float,
    networks: dict[str, Network],
    failed: dict[str, str],
    done: int,
) -> go.Figure:
    lags = np.arange(task.steps_back + 1)
    traces: list[Any] = [
        plots.line([0, task.updates], [naive, naive], "naive rule", theme.GREY, "dot", width=2)
    ]
    said, lowest = [], -4.0
    for name, found in seen.items():
        look = plots.CELL_STYLE[name]
        last = found[-1]
        lowest = min([lowest, *(value for value in last[2] if np.isfinite(value))])
        traces += [
            plots.line([one[0] for one in found], [one[1] for one in found], name, *look),
            plots.line(
                lags, [v if np.isfinite(v) else None for v in last[2]], "", *look, panel="2", size=5
            ),
        ]
        said.append(
            f"{name} {last[1]:.3g}, with {theme.power_text(last[2][-1])} of the gradient left {lags[-1]} steps back"
            + (f" (ended, since {failed[name]})" if name in failed else "")
        )
    x = task.given.x[: min(SHOWN, len(task.given.x))]
    for panel, network in zip("34", networks.values(), strict=True):
        part = network.model.parts.get("cell", output_part(network.model))
        units = network.model.forward(x).state[1:, part][:, :UNITS].T
        traces.append(
            plots.heatmap(
                units, np.arange(1, len(x) + 1), np.arange(1, len(units) + 1), panel=panel
            )
        )
    first, second = networks
    layout = plots.panels(
        plots.Panel(
            {"title": "updates", "range": [0, task.updates]},
            {"title": task.unit, "rangemode": "tozero"},
            y=(0.75, 1),
        ),
        plots.Panel(
            {"title": "steps back", "range": [0, int(lags[-1])]},
            {"title": "gradient", **theme.power_axis(max(-45, 5 * (lowest // 5)), 2, 5)},
            y=(0.44, 0.63),
        ),
        plots.Panel(
            _along(task, len(x)), {"title": "unit", "dtick": 1}, y=(0.2, 0.32), heading=first
        ),
        plots.Panel(
            _along(task, len(x)), {"title": "unit", "dtick": 1}, y=(0, 0.12), heading=second
        ),
    )
    sample = task.sample(networks[second]) if done == task.updates else ""
    sentences = [
        task.given.note,
        f"After {done} of {task.updates} updates the loss on what was kept for tests is, in {task.unit}: "
        f"{'; '.join(said)}; the naive rule, {task.naive_rule}, {naive:.3g}.",
        f"The {second} writes: \u2068{sample}\u2069" if sample else "",
    ]
    return theme.figure(traces, " ".join(filter(None, sentences)), height=860, **layout)


def _along(task: Task, length: int) -> dict[str, Any]:
    """The axis along the first steps of the sequence, with the letters of a text."""
    axis: dict[str, Any] = {"range": [0.5, length + 0.5]}
    if task.given.letters:
        axis |= plots.ticks(range(1, length + 1), list(task.given.symbols[:length])) | {
            "tickangle": 0
        }
    else:
        axis["title"] = "step"
    return axis
