"""XOR learned by hidden units, drawn: the decision surface, the hidden space, the share that learns (chapter 03)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.exercises.chapter03 import XOR_INPUTS, XOR_TARGETS
from lstm_lab.figures import theme
from lstm_lab.training import LOSSES, Runs, fresh_network, train_many

XOR_UPDATES = 3000
XOR_RATE = 1.0
XOR_UNIFORM = 1.0
XOR_SEEDS = tuple(range(1, 16))
XOR_HIDDEN = (1, 2, 3, 4)
XOR_KEPT = (0, 50, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 3000)
SIDE = 27


@lru_cache(maxsize=32)
def train_xor(
    hidden_units: int,
    seeds: tuple[int, ...] = XOR_SEEDS,
    updates: int = XOR_UPDATES,
    loss: str = LOSSES[0],
) -> Runs:
    """Networks on XOR: learning rate 1, weights and biases at first uniform in [-1, 1]."""
    return train_many(
        {seed: fresh_network(2, hidden_units, seed, XOR_UNIFORM) for seed in seeds},
        XOR_INPUTS,
        XOR_TARGETS,
        updates,
        learning_rate=XOR_RATE,
        loss=loss,
        kept=[update for update in XOR_KEPT if update <= updates],
    )


SURFACE = [[0, "#0b4f80"], [0.5, "#a9cfea"], [0.5, "#f6cfae"], [1, "#b34700"]]
"""Blue below one half, orange above, with a jump between: the decision is where the colours meet."""


def xor_surface(hidden_units: int = 2, seed: int = 1, update: int = 0) -> go.Figure:
    """The output of one network over the plane of its two inputs, and the losses of all seeds below."""
    runs = train_xor(hidden_units)
    net = runs.network(seed, update)
    side = np.linspace(-0.5, 1.5, SIDE)
    plane = np.array([[x1, x2] for x2 in side for x1 in side])
    fiftieths = np.round(50 * net.forward(plane).output[:, 0]).reshape(SIDE, SIDE)
    at = net.forward(XOR_INPUTS).output[:, 0]
    who = runs.seeds.index(seed)
    correct = (at > 0.5) == (XOR_TARGETS > 0.5)
    lines = _unit_lines(net.parameters["weights_1"], net.parameters["bias_1"])
    when = np.unique(
        np.r_[np.arange(0, 400, 20), np.linspace(400, XOR_UPDATES, 27).round()]
    ).astype(int)
    stuck = [place for place in range(len(runs.seeds)) if not runs.learned[place]]
    fine = [place for place in range(len(runs.seeds)) if runs.learned[place]]
    traces = [
        go.Heatmap(
            x=side,
            y=side,
            z=fiftieths.tolist(),  # a list is packed to 16 bits and less
            zmin=0,
            zmax=50,
            colorscale=SURFACE,
            showscale=False,
            hovertemplate="x₁ %{x:.2f}, x₂ %{y:.2f}: output %{z} / 50<extra></extra>",
            xaxis="x",
            yaxis="y",
        ),
        go.Scatter(
            x=lines[0],
            y=lines[1],
            name="hidden unit at one half",
            mode="lines",
            line={"color": "#000000", "dash": "dash", "width": 1.8},
            hoverinfo="skip",
            showlegend=False,
        ),
        *(
            go.Scatter(
                x=XOR_INPUTS[target == XOR_TARGETS, 0],
                y=XOR_INPUTS[target == XOR_TARGETS, 1],
                text=[f"{value:.2f}" for value in at[target == XOR_TARGETS]],
                name=f"target {target}",
                mode="markers+text",
                textfont={"color": "#000000", "size": 12},
                marker={
                    "symbol": symbol,
                    "size": 40,
                    "color": "#ffffff",
                    "line": {"color": "#000000", "width": 1.5},
                },
                hoverinfo="skip",
                showlegend=False,
            )
            for target, symbol in ((0, "circle"), (1, "square"))
        ),
        _many(runs, fine, when, "learned", theme.GREY, "solid", 1),
        _many(runs, stuck, when, "stuck", theme.VERMILION, "dash", 1.5),
        go.Scatter(
            x=when,
            y=runs.losses[when, who].tolist(),
            name="this seed",
            mode="lines",
            line={"color": theme.BLUE, "width": 3},
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            x=[update],
            y=[runs.losses[update, who]],
            name="now",
            mode="markers",
            marker={"color": theme.BLUE, "size": 11, "symbol": "diamond"},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
        ),
    ]
    shown = ", ".join(
        f"{a:g}{b:g} gives {value:.2f}" for (a, b), value in zip(XOR_INPUTS, at, strict=True)
    )
    units = f"{hidden_units} hidden unit{'s' if hidden_units > 1 else ''}"
    count = len(runs.seeds)
    summary = (
        f"{units}, seed {seed}, after {update} updates: {shown}; {int(correct.sum())} of 4 are right, the loss is "
        f"{runs.losses[update, who]:.3f}. Of these {count} seeds, {len(fine)} have learned XOR after {XOR_UPDATES} "
        f"updates" + (f"; stuck: {', '.join(str(runs.seeds[place]) for place in stuck)}." if 0 < len(stuck) < count
                      else "." if fine else ": every one is stuck.")
    )  # fmt: skip
    return theme.figure(
        traces,
        summary,
        xaxis={
            "title": "input x₁",
            "range": [-0.5, 1.5],
            "tickvals": [0, 1],
            "anchor": "y",
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "title": "input x₂",
            "range": [-0.5, 1.5],
            "tickvals": [0, 1],
            "domain": [0.42, 1],
            "showgrid": False,
            "zeroline": False,
        },
        xaxis2={"title": "updates", "range": [0, XOR_UPDATES], "anchor": "y2"},
        yaxis2={"title": "loss L", "range": [0, 0.75], "domain": [0, 0.26], "anchor": "x2"},
        height=640,
        showlegend=True,
    )


def _many(
    runs: Runs, places: Sequence[int], when: Array, name: str, colour: str, dash: str, width: float
) -> go.Scatter:
    """The losses of several seeds as one line with gaps."""
    x = [value for _ in places for value in [*when.tolist(), None]] or [None]
    y = [value for place in places for value in [*runs.losses[when, place].tolist(), None]] or [
        None
    ]
    return go.Scatter(
        x=x,
        y=y,
        name=f"{name}",
        mode="lines",
        line={"color": colour, "dash": dash, "width": width},
        hoverinfo="skip",
        xaxis="x2",
        yaxis="y2",
        visible=bool(places),
    )


def _unit_lines(weights: Array, bias: Array, low: float = -0.5, high: float = 1.5) -> Any:
    """Where each unit's net input is zero inside the square, as one line with gaps: x and y."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for (w1, w2), b in zip(weights, bias, strict=True):
        ends = []
        for edge in (low, high):
            if w2 and low <= (at := -(w1 * edge + b) / w2) <= high:
                ends.append((edge, at))
            if w1 and low < (at := -(w2 * edge + b) / w1) < high:
                ends.append((at, edge))
        if len(ends) >= 2:
            xs += [ends[0][0], ends[-1][0], None]
            ys += [ends[0][1], ends[-1][1], None]
    return xs or [None], ys or [None]


def hidden_space(seed: int = 1, update: int = 0) -> go.Figure:
    """The four inputs of XOR as two hidden units see them, and the line that the output unit draws there."""
    runs = train_xor(2)
    net = runs.network(seed, update)
    trace = net.forward(XOR_INPUTS)
    h, y = trace.activations[1], trace.output[:, 0]
    line = _unit_lines(net.parameters["weights_2"], net.parameters["bias_2"], -0.1, 1.1)
    names = [f"{a:g}{b:g}" for a, b in XOR_INPUTS]
    gap, near, far = _closest_of_different_targets(h)
    right = int(((y > 0.5) == (XOR_TARGETS > 0.5)).sum())
    traces = [
        go.Scatter(
            x=line[0],
            y=line[1],
            name="output at one half",
            mode="lines",
            line={"color": theme.GREY, "dash": "dash", "width": 2},
            hoverinfo="skip",
        ),
        *(
            go.Scatter(
                x=h[target == XOR_TARGETS, 0].tolist(),
                y=h[target == XOR_TARGETS, 1].tolist(),
                text=[name for name, d in zip(names, XOR_TARGETS, strict=True) if d == target],
                textposition=position,
                name=f"target {target}",
                mode="markers+text",
                marker={"symbol": symbol, "size": 15, "color": colour},
                cliponaxis=False,
            )
            for target, symbol, colour, position in (
                (0, "circle", theme.BLUE, "top center"),
                (1, "square", theme.VERMILION, "bottom center"),
            )
        ),
    ]
    return theme.figure(
        traces,
        f"Seed {seed}, after {update} updates: {right} of 4 are on the right side of the line. The two inputs of "
        f"different target that lie closest together for the hidden units are {near} and {far}, {gap:.2f} apart "
        f"(in the plane of the inputs they are {_apart(near, far):.2f} apart).",
        xaxis={"title": "hidden unit h₁", "range": [-0.1, 1.1], "tickvals": [0, 0.5, 1]},
        yaxis={"title": "hidden unit h₂", "range": [-0.1, 1.1], "tickvals": [0, 0.5, 1]},
        showlegend=True,
    )


def _apart(near: str, far: str) -> float:
    return float(np.linalg.norm([int(a) - int(b) for a, b in zip(near, far, strict=True)]))


def _closest_of_different_targets(h: Array) -> tuple[float, str, str]:
    names = [f"{a:g}{b:g}" for a, b in XOR_INPUTS]
    pairs = [(i, j) for i in range(4) for j in range(i) if XOR_TARGETS[i] != XOR_TARGETS[j]]
    gaps = [float(np.linalg.norm(h[i] - h[j])) for i, j in pairs]
    i, j = pairs[int(np.argmin(gaps))]
    return min(gaps), names[j], names[i]


def learned_share(
    hidden: Sequence[int] = (1, 2, 3, 4, 8), seeds: int = 100, updates: int = XOR_UPDATES
) -> go.Figure:
    """The share of seeds that learn XOR, against the number of hidden units, for two losses."""
    table = {
        loss: [
            float(train_xor(n, tuple(range(seeds)), updates, loss).learned.mean()) for n in hidden
        ]
        for loss in LOSSES
    }
    style = (
        (theme.BLUE, "solid", "circle"),
        (theme.VERMILION, "dash", "square"),
    )
    traces = [
        go.Scatter(
            x=list(range(len(hidden))),
            y=[100 * share for share in shares],
            name=loss,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 9},
            cliponaxis=False,
        )
        for (loss, shares), (colour, dash, symbol) in zip(table.items(), style, strict=True)
    ]
    said = {
        loss: ", ".join(
            f"{100 * share:.3g} % with {n}" for n, share in zip(hidden, shares, strict=True)
        )
        for loss, shares in table.items()
    }
    return theme.figure(
        traces,
        f"Share of {seeds} seeds that learned XOR in {updates} updates, by hidden units. Half squared error: "
        f"{said[LOSSES[0]]}. Cross entropy: {said[LOSSES[1]]}.",
        xaxis={
            "title": "hidden units",
            "tickvals": list(range(len(hidden))),
            "ticktext": [str(n) for n in hidden],
            "range": [-0.3, len(hidden) - 0.7],
        },
        yaxis={"title": "learned, % of seeds", "range": [0, 105]},
        showlegend=True,
    )
