"""Two real sequences of a task of 1997 whose inputs are numbers (chapter 08)."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.interact import theme
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
    layout: dict[str, Any] = {}
    said, notes = [], []
    domains = ((0.57, 0.95), (0.0, 0.38))
    for n, sequence in enumerate((first, other)):
        number = "" if n == 0 else "2"
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        steps, values = np.arange(1, len(sequence) + 1), sequence.x[:, 0]
        marked = trained_nets.relevant(row, sequence)
        wanted = float(sequence.noise_free_target[-1, 0])
        traces += [
            go.Scatter(
                x=steps,
                y=values,
                name="input",
                mode="lines+markers",
                line={"color": theme.GREY, "width": 1},
                marker={"color": theme.GREY, "symbol": "circle", "size": 3},
                showlegend=n == 0,
                **axes,
            ),
            go.Scatter(
                x=steps[marked],
                y=values[marked],
                name="what must be remembered",
                mode="markers",
                marker={"color": theme.VERMILION, "symbol": "diamond", "size": 10},
                showlegend=n == 0,
                **axes,
            ),
        ]
        low, high = (-1.8, 1.8) if one.task.name == "two_classes" else (-1.1, 1.1)
        if one.task.whole[1:2] == (1,) and one.task.name == "marked_pairs":
            low = -0.1
        layout[f"xaxis{number}"] = {
            "anchor": axes["yaxis"],
            "range": [0, len(steps) + 1],
            **({"title": "time step"} if n else {}),
        }
        layout[f"yaxis{number}"] = {
            "anchor": axes["xaxis"],
            "domain": list(domains[n]),
            "range": [low, high],
            "title": "value",
        }
        notes.append(
            {**theme.heading(f"wanted at the end: {wanted:.2f}", 0.5), "y": domains[n][1] + 0.01}
        )
        picked = ", ".join(
            f"{v:.2f} at step {t}" for t, v in zip(steps[marked], values[marked], strict=True)
        )
        said.append(f"{picked}; after {len(steps)} steps {wanted:.2f} is wanted")
    return theme.figure(
        traces,
        f"Two sequences of row {row} ({one.title}). First: {said[0]}. Second: {said[1]}.",
        **layout,
        annotations=notes,
        height=360,
        meta={"name": f"task-{row}"},
        margin={"l": 60, "r": 15, "t": 40, "b": 50},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
    )
