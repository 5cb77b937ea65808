"""Connectionist temporal classification on a small example: paths, their collapse, and the probability of a label."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, finite_array, positive_integer
from lstm_lab.interact import plots, theme

BLANK = "-"
SYMBOLS = "-ab"
"""The symbols of the example: the blank first, then two letters."""

WORDS = 6


def collapse(path: str) -> str:
    """What a path says: repeats are merged first, then blanks are dropped. "aa-ab-" says "aab"."""
    merged = [symbol for symbol, before in zip(path, " " + path, strict=False) if symbol != before]
    return "".join(merged).replace(BLANK, "")


def forward_table(y: Array, label: str) -> Array:
    r"""The forward variables alpha of a label, by dynamic programming.

    With l' the label with a blank before, between and after its letters, of length S::

        alpha_1(1) = y_1(blank),   alpha_1(2) = y_1(l'_2),   alpha_1(s) = 0 for s > 2
        alpha_t(s) = y_t(l'_s) (alpha_{t-1}(s) + alpha_{t-1}(s-1) + alpha_{t-1}(s-2))

    where the last term is left out if l'_s is a blank or equals l'_{s-2}. The probability of the label is
    alpha_T(S) + alpha_T(S-1).

    Args:
        y: (T, 3), the probability of each of `SYMBOLS` in each frame.
        label: letters of `SYMBOLS`, at least one.

    Returns:
        alpha, (T, S), with S = 2 len(label) + 1.

    Raises:
        ValueError: for a label with other letters or none, or probabilities of another shape.

    Source: Graves, Fernández, Gomez & Schmidhuber 2006, section 4.1. Chapter 09.
    """
    y = finite_array("y", y, ("T", len(SYMBOLS)))
    if not label or set(label) - set(SYMBOLS[1:]):
        raise ValueError(f"label must be made of {SYMBOLS[1:]}, got {label!r}")
    extended = BLANK + BLANK.join(label) + BLANK
    chance = y[:, [SYMBOLS.index(symbol) for symbol in extended]]
    alpha = np.zeros_like(chance)
    alpha[0, :2] = chance[0, :2]
    for t in range(1, len(y)):
        for s in range(len(extended)):
            reach = alpha[t - 1, max(s - 1, 0) : s + 1].sum()
            if s >= 2 and extended[s] not in (BLANK, extended[s - 2]):
                reach += alpha[t - 1, s - 2]
            alpha[t, s] = chance[t, s] * reach
    return alpha


def label_probability(y: Array, label: str) -> float:
    """The probability of a label: the sum over all paths that collapse to it (`forward_table`)."""
    return float(forward_table(y, label)[-1, -2:].sum())


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
def every_label(count: int) -> dict[str, tuple[float, int]]:
    """Each label that so many frames can say, with its probability and the number of its paths; the likeliest first.

    By brute force: all 3^count paths are written down, collapsed and added up.
    """
    y = frames(count)
    found: dict[str, tuple[float, int]] = {}
    for path in product(range(len(SYMBOLS)), repeat=count):
        label = collapse("".join(SYMBOLS[symbol] for symbol in path))
        chance, paths = found.get(label, (0.0, 0))
        found[label] = (chance + float(np.prod(y[np.arange(count), path])), paths + 1)
    return dict(sorted(found.items(), key=lambda item: -item[1][0]))


def _shares(y: Array, label: str) -> Array:
    """The share of the label's probability that passes through each place of the lattice: (T, S), rows sum to 1."""
    alpha = forward_table(y, label)
    backward = forward_table(y[::-1], label[::-1])[::-1, ::-1]
    extended = BLANK + BLANK.join(label) + BLANK
    chance = y[:, [SYMBOLS.index(symbol) for symbol in extended]]
    return np.asarray(alpha * backward / chance / alpha[-1, -2:].sum())


def ctc_lattice(label: str = "ab", count: int = 6) -> go.Figure:
    """The lattice of a label: which ways through the frames say it, and how much of its probability goes each way."""
    y = frames(count)
    extended = BLANK + BLANK.join(label) + BLANK
    every = every_label(count)
    chance, paths = every.get(label, (0.0, 0))
    possible = paths > 0
    share = _shares(y, label) if possible else np.zeros((count, len(extended)))
    moves_x: list[float | None] = []
    moves_y: list[float | None] = []
    for t in range(1, count):
        for s in range(len(extended)):
            for back in range(3):
                if back == 2 and (s < 2 or extended[s] in (BLANK, extended[s - 2])):
                    continue
                if s >= back and min(share[t - 1, s - back], share[t, s]) > 0:
                    moves_x += [t, t + 1, None]
                    moves_y += [s - back, s, None]
    columns, rows = np.meshgrid(np.arange(count) + 1, np.arange(len(extended)), indexing="ij")
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
    names = ["blank" if symbol == BLANK else symbol for symbol in extended]
    lattice = plots.Panel(
        {"title": "frame", "range": [0.4, count + 0.6], "tickvals": list(range(1, count + 1))},
        {**plots.ticks(range(7), [*names, *[""] * 7][:7]), "range": [len(extended) - 0.4, -0.6]},
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
