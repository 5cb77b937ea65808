"""XOR learned by hidden units, drawn: the decision surface, the hidden space, the share that learns (chapter 03)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters.ch03.checks import XOR_INPUTS, XOR_TARGETS
from lstm_lab.interact import plots, theme
from lstm_lab.models import MLP
from lstm_lab.training import LOSSES, Runs, fresh_network, train_many

XOR_UPDATES = 3000
XOR_RATE = 1.0
XOR_UNIFORM = 1.0
XOR_SEEDS = tuple(range(1, 16))
XOR_HIDDEN = (1, 2, 3, 4)
XOR_KEPT = (0, 50, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 3000)
SIDE = 21

Line = tuple[list[float | None], list[float | None]]


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
    at = net.forward(XOR_INPUTS).output[:, 0]
    correct = (at > 0.5) == (XOR_TARGETS > 0.5)
    loss = runs.losses[update, runs.seeds.index(seed)]
    stuck = [str(number) for number, good in zip(runs.seeds, runs.learned, strict=True) if not good]
    count = len(runs.seeds)
    shown = ", ".join(
        f"{a:g}{b:g} gives {value:.2f}" for (a, b), value in zip(XOR_INPUTS, at, strict=True)
    )
    if len(stuck) == count:
        rest = ": every one is stuck."
    else:
        rest = f"; stuck: {', '.join(stuck)}." if stuck else "."
    summary = (
        f"{hidden_units} hidden unit{'s' if hidden_units > 1 else ''}, seed {seed}, after {update} updates: {shown}; "
        f"{int(correct.sum())} of 4 are right, the loss is {loss:.3f}. Of these {count} seeds, {count - len(stuck)} "
        f"have learned XOR after {XOR_UPDATES} updates{rest}"
    )
    side = {"range": [-0.5, 1.5], "tickvals": [0, 1], "showgrid": False, "zeroline": False}
    plane = plots.Panel({"title": "input x₁", **side}, {"title": "input x₂", **side}, y=(0.42, 1))
    losses = plots.Panel(
        {"title": "updates", "range": [0, XOR_UPDATES]},
        {"title": "loss L", "range": [0, 0.75]},
        y=(0, 0.26),
    )
    return theme.figure(
        [*surface(net, at, np.array(XOR_TARGETS)), *_losses(runs, seed, update)],
        summary,
        **plots.panels(plane, losses),
        height=640,
        showlegend=True,
    )


def surface(net: MLP, at: Array, targets: Array) -> list[go.Heatmap | go.Scatter]:
    """The output over the plane, the lines of the hidden units, and the four patterns with their outputs `at`."""
    side = np.linspace(-0.5, 1.5, SIDE)
    plane = np.array([[x1, x2] for x2 in side for x1 in side])
    fiftieths = np.round(50 * net.forward(plane).output[:, 0]).reshape(SIDE, SIDE)
    ink = "#000000"
    lines = _unit_lines(net.parameters["weights_1"], net.parameters["bias_1"])
    plane_of_outputs = plots.heatmap(
        fiftieths.tolist(),  # a list is packed to 16 bits and less
        side,
        side,
        zmin=0,
        zmax=50,
        colorscale=SURFACE,
        hovertemplate="x₁ %{x:.2f}, x₂ %{y:.2f}: output %{z} / 50<extra></extra>",
    )
    quiet: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False}
    units = plots.line(*lines, "hidden unit at one half", ink, "dash", width=1.8, **quiet)
    patterns = [
        plots.points(
            *plots.columns(XOR_INPUTS[target == targets]),
            f"target {target}",
            "#ffffff",
            symbol,
            40,
            marker={"line": {"color": ink, "width": 1.5}},
            mode="markers+text",
            text=[f"{value:.2f}" for value in at[target == targets]],
            textfont={"color": ink, "size": 12},
            **quiet,
        )
        for target, symbol in ((0, "circle"), (1, "square"))
    ]
    return [plane_of_outputs, units, *patterns]


def _losses(runs: Runs, seed: int, update: int) -> list[go.Scatter]:
    """The losses of all seeds, that of this one on top of them, and where it is now."""
    when = np.unique(
        np.r_[np.arange(0, 400, 20), np.linspace(400, XOR_UPDATES, 27).round()]
    ).astype(int)
    learned, stuck = (np.flatnonzero(runs.learned == good).tolist() for good in (True, False))
    mine = runs.losses[:, runs.seeds.index(seed)]
    now: dict[str, Any] = {"panel": "2", "showlegend": False}
    return [
        _many(runs, learned, when, "learned", theme.GREY, "solid", 1),
        _many(runs, stuck, when, "stuck", theme.VERMILION, "dash", 1.5),
        plots.line(when, mine[when].tolist(), "this seed", theme.BLUE, width=3, panel="2"),
        plots.points([update], [mine[update]], "now", theme.BLUE, "diamond", 11, **now),
    ]


def _many(
    runs: Runs, places: list[int], when: Array, name: str, colour: str, dash: str, width: float
) -> go.Scatter:
    """The losses of several seeds as one line with gaps."""
    x = [value for _ in places for value in [*when.tolist(), None]]
    y = [value for place in places for value in [*runs.losses[when, place].tolist(), None]]
    there: dict[str, Any] = {"hoverinfo": "skip", "visible": bool(places)}
    return plots.line(x or [None], y or [None], name, colour, dash, width=width, panel="2", **there)


def _unit_lines(weights: Array, bias: Array, low: float = -0.5, high: float = 1.5) -> Line:
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
    border = _unit_lines(net.parameters["weights_2"], net.parameters["bias_2"], -0.1, 1.1)
    names = [f"{a:g}{b:g}" for a, b in XOR_INPUTS]
    gap, near, far = _closest_of_different_targets(h)
    right = int(((y > 0.5) == (XOR_TARGETS > 0.5)).sum())
    traces = [
        plots.line(*border, "output at one half", theme.GREY, "dash", width=2, hoverinfo="skip"),
        *(
            plots.points(
                h[target == XOR_TARGETS, 0].tolist(),
                h[target == XOR_TARGETS, 1].tolist(),
                f"target {target}",
                colour,
                symbol,
                15,
                mode="markers+text",
                text=[name for name, d in zip(names, XOR_TARGETS, strict=True) if d == target],
                textposition=position,
                cliponaxis=False,
            )
            for target, symbol, colour, position in (
                (0, "circle", theme.BLUE, "top center"),
                (1, "square", theme.VERMILION, "bottom center"),
            )
        ),
    ]
    side = {"range": [-0.1, 1.1], "tickvals": [0, 0.5, 1]}
    return theme.figure(
        traces,
        f"Seed {seed}, after {update} updates: {right} of 4 are on the right side of the line. The two inputs of "
        f"different target that lie closest together for the hidden units are {near} and {far}, {gap:.2f} apart "
        f"(in the plane of the inputs they are {_apart(near, far):.2f} apart).",
        xaxis={"title": "hidden unit h₁", **side},
        yaxis={"title": "hidden unit h₂", **side},
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
    places = list(range(len(hidden)))
    styles = ((theme.BLUE, "solid", "circle"), (theme.VERMILION, "dash", "square"))
    traces = [
        plots.line(
            places, [100 * share for share in shares], loss, *style, size=9, cliponaxis=False
        )
        for (loss, shares), style in zip(table.items(), styles, strict=True)
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
            **plots.ticks(places, hidden),
            "range": [-0.3, len(hidden) - 0.7],
        },
        yaxis={"title": "learned, % of seeds", "range": [0, 105]},
        showlegend=True,
    )
