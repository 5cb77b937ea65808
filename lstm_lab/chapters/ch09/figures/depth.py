"""The quantity of chapter 06 over depth instead of time (chapter 09)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.interact import plots, theme
from lstm_lab.models.deep import KINDS, DeepStack

UNITS, SEEDS = 32, 10
LOOKS = {
    "plain": plots.Style(theme.VERMILION, "solid", "circle"),
    "Highway": plots.Style(theme.GREEN, "dashdot", "diamond"),
    "residual": plots.Style(theme.BLUE, "dash", "square"),
}


def measured(kind: str, depth: int, scale: float, gate_bias: float) -> Array:
    """`DeepStack.norms` over seeds, (seeds, depth + 1), from h_0 of standard normal numbers."""
    rows = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        stack = DeepStack(kind, depth, UNITS, rng=rng, scale=scale, gate_bias=gate_bias)
        rows.append(stack.norms(rng.standard_normal(UNITS)))
    return np.stack(rows)


def over_depth(depth: int = 50, scale: float = 1.0, gate_bias: float = -2.0) -> go.Figure:
    """How much of an error at the top of untrained layers is left so many layers below, for three kinds of layer.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    traces, ends = [], []
    for kind in KINDS:
        found = np.median(measured(kind, depth, scale, gate_bias), axis=0)
        lags = np.unique(np.linspace(0, depth, 21).round().astype(int))
        traces.append(plots.line(lags, found[lags], kind, *LOOKS[kind]))
        ends.append(f"{kind} {theme.power_text(found[-1])}")
    return theme.figure(
        traces,
        f"{depth} untrained layers, weights of scale {scale:g}, Highway gates with bias {gate_bias:g}: an error at the "
        f"top is at the bottom, in units of what entered: {'; '.join(ends)} (medians of {SEEDS} stacks of {UNITS} "
        "units).",
        xaxis={"title": "layers down from the top", "range": [0, depth]},
        yaxis={"title": "gradient, in units of what entered", **theme.power_axis(-16, 16)},
        shapes=[theme.across(0)],
        showlegend=True,
    )
