"""Connectionist temporal classification on a small example, drawn: the lattice of a label (chapter 09)."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, positive_integer
from lstm_lab.figures import theme
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
    traces = [
        go.Scatter(
            x=moves_x or [None],
            y=moves_y or [None],
            mode="lines",
            line={"color": theme.GREY, "width": 1},
            name="moves",
            hoverinfo="skip",
        ),
        go.Scatter(
            x=columns.ravel(),
            y=rows.ravel(),
            mode="markers",
            marker={
                "color": theme.BLUE,
                "size": 2 + 26 * np.sqrt(share.ravel()),
                "sizemode": "diameter",
                "opacity": 0.85,
            },
            customdata=share.ravel(),
            hovertemplate="frame %{x}: %{customdata:.2f}<extra></extra>",
            name="share of the paths",
        ),
        go.Bar(
            x=[100 * every[word][0] for word in words][::-1],
            y=[f"“{word}”" for word in words][::-1],
            orientation="h",
            marker={"color": theme.GREEN},
            xaxis="x2",
            yaxis="y2",
            name="probability",
        ),
    ]
    return theme.figure(
        traces,
        summary,
        xaxis={
            "title": "frame",
            "range": [0.4, count + 0.6],
            "tickvals": list(range(1, count + 1)),
            "domain": [0, 0.58],
        },
        yaxis={
            "tickvals": list(range(7)),
            "ticktext": [
                *("blank" if symbol == BLANK else symbol for symbol in places),
                *[""] * 7,
            ][:7],
            "range": [len(places) - 0.4, -0.6],
        },
        xaxis2={
            "title": "%",
            "range": [0, 65],
            "tickvals": [0, 30, 60],
            "domain": [0.79, 1],
            "anchor": "y2",
        },
        yaxis2={"anchor": "x2", "type": "category"},
        showlegend=False,
        margin={"l": 55, "r": 20, "t": 40, "b": 55},
        annotations=[
            theme.heading("ways to say the label", 0.29),
            theme.heading("likeliest", 0.89),
        ],
    )
