"""Two real sequences of a task of 1997 whose inputs are numbers (chapter 08)."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.interact import plots, theme
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.runner import trained_nets

SHOWN = 2


def two_sequences(row: str = "4-1") -> go.Figure:
    """The first two sequences that differ in their answer: values, what must be remembered, and the answer.

    Raises:
        ValueError: for a row whose inputs are symbols.
    """
    one = spec.row(row)
    if one.net.inputs > 2:
        raise ValueError(
            f"row must be one whose inputs are numbers, got {row!r}, whose inputs are symbols"
        )
    drawn = list(islice(trained_nets.stream(one, np.random.default_rng(1998)), 20))
    first = drawn[0]
    other = next(s for s in drawn if s.noise_free_target[-1, 0] != first.noise_free_target[-1, 0])
    traces: list[Any] = []
    parts: list[plots.Panel] = []
    said = []
    domains = ((0.57, 0.95), (0.0, 0.38))
    for n, sequence in enumerate((first, other)):
        number = "" if n == 0 else "2"
        steps, values = np.arange(1, len(sequence) + 1), sequence.x[:, 0]
        marked = trained_nets.relevant(row, sequence)
        wanted = float(sequence.noise_free_target[-1, 0])
        traces += [
            plots.line(
                steps,
                values,
                "input",
                theme.GREY,
                symbol="circle",
                width=1,
                size=3,
                panel=number,
                showlegend=n == 0,
            ),
            plots.points(
                steps[marked],
                values[marked],
                "what must be remembered",
                theme.VERMILION,
                "diamond",
                10,
                panel=number,
                showlegend=n == 0,
            ),
        ]
        low, high = (-1.8, 1.8) if one.task.name == "two_classes" else (-1.1, 1.1)
        if one.task.whole[1:2] == (1,) and one.task.name == "marked_pairs":
            low = -0.1
        parts.append(
            plots.Panel(
                {"range": [0, len(steps) + 1], **({"title": "time step"} if n else {})},
                {"range": [low, high], "title": "value"},
                y=domains[n],
                heading=f"wanted at the end: {wanted:.2f}",
            )
        )
        picked = ", ".join(
            f"{v:.2f} at step {t}" for t, v in zip(steps[marked], values[marked], strict=True)
        )
        said.append(f"{picked}; after {len(steps)} steps {wanted:.2f} is wanted")
    return theme.figure(
        traces,
        f"Two sequences of row {row} ({one.title}). First: {said[0]}. Second: {said[1]}.",
        **plots.panels(*parts),
        height=360,
        meta={"name": f"task-{row}"},
        margin={"l": 60, "r": 15, "t": 40, "b": 50},
        legend=plots.legend(1.02),
    )
