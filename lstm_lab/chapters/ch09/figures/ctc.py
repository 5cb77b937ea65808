"""Connectionist temporal classification on a small example, drawn: the lattice of a label (chapter 09)."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, positive_integer
from lstm_lab.interact import plots, theme
from lstm_lab.models import ctc
from lstm_lab.models.ctc import BLANK

WORDS = 6


def frames(count: int) -> Array:
    """What a network might put out while it hears "ab" in so many frames: (count, 3), rows that sum to 1."""
    at = (np.arange(positive_integer("count", count)) + 0.5) / count
    score = np.stack(
        [
            np.full(count, 0.6),
            2.6 * np.exp(-(((at - 0.3) / 0.18) ** 2)),
            2.2 * np.exp(-(((at - 0.72) / 0.18) ** 2)),
        ],
        axis=1,
    )
    return np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)


@cache
def _every_label(count: int) -> dict[str, tuple[float, int]]:
    """`models.ctc.every_label` of so many `frames`, which each state of the figure asks for again."""
    return ctc.every_label(frames(count))


def ctc_lattice(label: str = "ab", count: int = 6) -> go.Figure:
    """The lattice of a label: which ways through the frames say it, and how much of its probability goes each way."""
    y = frames(count)
    places = ctc.with_blanks(label)
    every = _every_label(count)
    chance, paths = every.get(label, (0.0, 0))
    possible = paths > 0
    share = ctc.path_shares(y, label) if possible else np.zeros((count, len(places)))
    moves_x: list[float | None] = []
    moves_y: list[float | None] = []
    for t in range(1, count):
        for s in range(len(places)):
            for back in range(3):
                if back == 2 and (s < 2 or places[s] in (BLANK, places[s - 2])):
                    continue
                if s >= back and min(share[t - 1, s - back], share[t, s]) > 0:
                    moves_x += [t, t + 1, None]
                    moves_y += [s - back, s, None]
    columns, rows = np.meshgrid(np.arange(count) + 1, np.arange(len(places)), indexing="ij")
    words = list(every)[:WORDS]
    likeliest = words[0]
    summary = (
        f"{count} frames, three symbols: {3**count} paths. {paths} of them collapse to “{label}”; together their "
        f"probability is {chance:.3f}. The likeliest label is “{likeliest}” with {every[likeliest][0]:.3f}."
        if possible
        else f"No path of {count} frames collapses to “{label}”: a repeated letter needs a blank between, so it "
        f"takes {sum(a == b for a, b in pairwise(label)) + len(label)} frames at least."
    )
    look: dict[str, Any] = {
        "marker": {"sizemode": "diameter", "opacity": 0.85},
        "customdata": share.ravel(),
        "hovertemplate": "frame %{x}: %{customdata:.2f}<extra></extra>",
    }
    traces = [
        plots.line(
            moves_x or [None], moves_y or [None], "moves", theme.GREY, width=1, hoverinfo="skip"
        ),
        plots.points(
            columns.ravel(), rows.ravel(), "share of the paths", theme.BLUE,
            size=2 + 26 * np.sqrt(share.ravel()), **look,
        ),
        plots.bars(
            [100 * every[word][0] for word in words][::-1], [f"“{word}”" for word in words][::-1],
            "probability", theme.GREEN, orientation="h", panel="2",
        ),
    ]  # fmt: skip
    names = ["blank" if symbol == BLANK else symbol for symbol in places]
    lattice = plots.Panel(
        {"title": "frame", "range": [0.4, count + 0.6], "tickvals": list(range(1, count + 1))},
        {**plots.ticks(range(7), [*names, *[""] * 7][:7]), "range": [len(places) - 0.4, -0.6]},
        x=(0, 0.58),
        heading="ways to say the label",
    )
    likely = plots.Panel(
        {"title": "%", "range": [0, 65], "tickvals": [0, 30, 60]},
        {"type": "category"},
        x=(0.79, 1),
        heading="likeliest",
    )
    return theme.figure(
        traces,
        summary,
        **plots.panels(lattice, likely),
        showlegend=False,
        margin={"l": 55, "r": 20, "t": 40, "b": 55},
    )
