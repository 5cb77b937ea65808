"""The perceptron, drawn: its parts, the line that moves, and the bound on its mistakes (chapter 01)."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters.ch01.figures.perceptron_runs import (
    CENTRE,
    GAPS,
    START,
    cloud_count,
    line_course,
    right_angles,
    shifted_cloud,
)
from lstm_lab.interact import theme
from lstm_lab.interact.diagram import Arrow, arrows_of, note


def unit() -> go.Figure:
    """The parts of a perceptron: inputs, weights, sum, threshold."""
    places = {"x₁": (0, 2), "x₂": (0, 1), "1": (0, 0)}
    weights = {"x₁": "w₁", "x₂": "w₂", "1": "b"}
    wires = [_wire(*place, 2, 1) for place in places.values()]
    wires += [(2.33, 1.0, 3.15, 1.0), (4.05, 1.0, 4.7, 1.0)]
    step = {"color": theme.VERMILION, "width": 3}
    traces = [
        arrows_of(wires, "what is carried", theme.GREY, "solid", heads=range(len(wires)), size=0.1),
        go.Scatter(
            x=np.array([0, 0, 0]),
            y=np.array([2, 1, 0]),
            mode="markers",
            marker={"size": 34, "color": theme.GREY, "symbol": "circle-open"},
            showlegend=False,
        ),
        go.Scatter(
            x=np.array([2.0]),
            y=np.array([1.0]),
            mode="markers",
            marker={"size": 38, "color": theme.BLUE, "symbol": "circle-open"},
            showlegend=False,
        ),
        go.Scatter(
            x=np.array([3.25, 3.6, 3.6, 3.95]),
            y=np.array([0.8, 0.8, 1.2, 1.2]),
            mode="lines",
            line=step,
            showlegend=False,
        ),
    ]
    notes = [note(*place, name) for name, place in places.items()]
    notes += [note(0.9, 0.55 * place[1] + 0.7, weights[name]) for name, place in places.items()]
    notes += [
        note(2, 1, "Σ"),
        note(2, 0.45, "net input a"),
        note(3.6, 1.45, "threshold f"),
        note(4.85, 1, "y"),
        note(0, 2.5, "inputs"),
        note(0.95, 2.5, "weights"),
        note(4.85, 1.45, "output"),
        note(4.85, 0.55, "+1 or −1"),
    ]
    hidden = {"visible": False, "fixedrange": True}
    return theme.figure(
        traces,
        "A perceptron. Each input is multiplied by its weight: x₁ by w₁, x₂ by w₂, and a constant 1 by the bias b. "
        "The products are added to the net input a = w₁x₁ + w₂x₂ + b. A threshold turns it into the output y: +1 if a "
        "is above zero, −1 if not. What the machine learns is w₁, w₂ and b; nothing else changes.",
        height=280,
        xaxis={**hidden, "range": [-0.4, 5.4]},
        yaxis={**hidden, "range": [-0.5, 2.8]},
        annotations=notes,
        margin={"l": 5, "r": 5, "t": 5, "b": 5},
        showlegend=False,
    )


def line(
    epochs: int = 0, learning_rate: float = 1.0, gap: float = 0.1, start: str = "zero"
) -> go.Figure:
    """The line of a perceptron after so many passes through forty points, and its mistakes beside their bound."""
    x, labels = shifted_cloud(gap)
    learning, best, bound = line_course(learning_rate, gap, start)
    made = sum(learning.mistakes[:epochs])
    weights, bias = learning.weights[made], float(learning.bias[made])
    wrong = labels * (x @ weights + bias) <= 0
    finished = learning.converged and epochs >= len(learning.mistakes) - 1
    foot, along, normal = _drawn(weights, bias)
    goal_foot, goal_along, _ = _drawn(best.direction[:2], float(best.direction[2]))
    ends = np.array([-4.0, 4.0])[:, np.newaxis]
    place, goal = foot + ends * along, goal_foot + ends * goal_along
    tip = foot + 0.45 * normal
    most = 5.0
    traces = [
        go.Scatter(
            x=x[labels > 0, 0],
            y=x[labels > 0, 1],
            name="label +1",
            mode="markers",
            marker={"color": theme.BLUE, "symbol": "circle", "size": 8},
        ),
        go.Scatter(
            x=x[labels < 0, 0],
            y=x[labels < 0, 1],
            name="label −1",
            mode="markers",
            marker={"color": theme.VERMILION, "symbol": "square-open", "size": 8},
        ),
        go.Scatter(
            x=np.where(wrong, x[:, 0], np.nan),
            y=np.where(wrong, x[:, 1], np.nan),
            name="wrong",
            mode="markers",
            marker={"color": theme.PURPLE, "symbol": "circle-open", "size": 16},
        ),
        go.Scatter(
            x=place[:, 0],
            y=place[:, 1],
            name="line",
            mode="lines",
            line={"color": theme.GREEN, "width": 3},
        ),
        go.Scatter(
            x=np.array([foot[0], tip[0]]),
            y=np.array([foot[1], tip[1]]),
            name="w",
            mode="lines+markers",
            line={"color": theme.GREEN, "width": 2, "dash": "dot"},
            marker={"symbol": "diamond", "size": 8, "color": theme.GREEN},
        ),
        go.Scatter(
            x=goal[:, 0],
            y=goal[:, 1],
            name="widest",
            mode="lines",
            line={"color": theme.GREY, "width": 1.5, "dash": "dash"},
        ),
        _thick(np.log10(max(made, 1)), 1.7, theme.GREEN, "xaxis2", "yaxis2"),
        _thick(np.log10(bound), 0.0, theme.GREY, "xaxis2", "yaxis2"),
    ]
    if finished:
        state = f"The last mistake fell in pass {len(learning.mistakes) - 1}; the line rests."
    elif weights.any():
        state = f"{int(wrong.sum())} of {len(x)} points are on the wrong side."
    else:
        state = "With w = 0 every net input is 0: no point has an answer yet."
    angle = np.degrees(np.arctan2(*along[::-1])) % 180
    slope = f"Direction of the line: {angle:.0f}°" if weights.any() else "There is no line yet"
    started = "zero" if start == "zero" else f"w = ({START[0]:g}, {START[1]:g}), b = {START[2]:g}"
    summary = (
        f"Margin of the data {gap:g}, learning rate {learning_rate:g}, start {started}: after {epochs} "
        f"{'pass' if epochs == 1 else 'passes'} the perceptron has made {made} "
        f"{'mistake' if made == 1 else 'mistakes'}; the bound is {bound:,.0f}. {slope}, "
        f"|w| = {np.linalg.norm(weights):.3g}. {state}"
    )
    return theme.figure(
        traces,
        summary,
        height=560,
        xaxis={"range": [0.1, 2.3], "domain": [0, 1], "anchor": "y", "title": "input x₁"},
        yaxis={
            "range": [-0.1, 2.1],
            "domain": [0.36, 1],
            "scaleanchor": "x",
            "title": "input x₂",
        },
        xaxis2={
            "anchor": "y2",
            "domain": [0, 1],
            "title": "number of mistakes",
            **theme.power_axis(0, most),
        },
        yaxis2={
            "anchor": "x2",
            "domain": [0, 0.19],
            "range": [-0.5, 3.2],
            "showticklabels": False,
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
        },
        annotations=[
            _label(f"mistakes so far: {made}", 1.7),
            _label(f"the bound: {bound:,.0f}", 0.0),
        ],
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
    )


def bound(input_size: int = 2, examples: int = 60) -> go.Figure:
    """Mistakes against the bound: random clouds at every margin, and examples at right angles, the worst case."""
    xs, ys, ends = [], [], {}
    for gap in GAPS:
        made = [cloud_count(gap, seed, input_size, examples) for seed in range(20)]
        xs += [np.log10(limit) for _, limit in made]
        ys += [np.log10(count) for count, _ in made]
        ends[gap] = np.median([count for count, _ in made]), np.median([limit for _, limit in made])
    sizes = 2 ** np.arange(0, 8)
    worst = [right_angles(int(size)) for size in sizes]
    traces = [
        go.Scatter(
            x=np.array([0.0, 5.0]),
            y=np.array([0.0, 5.0]),
            name="the bound",
            mode="lines",
            line={"color": theme.GREY, "width": 2, "dash": "dash"},
        ),
        go.Scatter(
            x=np.array(xs),
            y=np.array(ys),
            name="random clouds",
            mode="markers",
            marker={"color": theme.BLUE, "symbol": "circle", "size": 7},
        ),
        go.Scatter(
            x=np.log10([limit for _, limit in worst]),
            y=np.log10([count for count, _ in worst]),
            name="examples at right angles",
            mode="markers",
            marker={"color": theme.VERMILION, "symbol": "diamond-open", "size": 9},
        ),
    ]
    over = int(np.sum(np.array(ys) > np.array(xs) + 1e-9))
    narrow, wide = min(GAPS), max(GAPS)
    share = 10 ** np.array(ys) / 10 ** np.array(xs)
    return theme.figure(
        traces,
        f"{examples} examples with {input_size} inputs, {len(ys)} clouds: {over} of them above the bound. Median at "
        f"margin {narrow:g}: {ends[narrow][0]:.0f} mistakes, bound {ends[narrow][1]:,.0f}; at margin {wide:g}: "
        f"{ends[wide][0]:.0f}, bound {ends[wide][1]:.0f}. The cloud nearest to its bound reached "
        f"{100 * share.max():.0f} % of it; examples at right angles reach "
        f"{100 * min(count / limit for count, limit in worst):.0f} %.",
        xaxis={"title": "bound (R/γ)²", **theme.power_axis(0, 5)},
        yaxis={"title": "mistakes until the last", **theme.power_axis(-0.1, 5)},
        annotations=[
            {
                "text": "not possible",
                "x": 1.2,
                "y": 3.5,
                "xref": "x",
                "yref": "y",
                "showarrow": False,
            }
        ],
    )


# --- Parts of figures ------------------------------------------------------------------------------------------------


def _drawn(weights: Array, bias: float) -> tuple[Array, Array, Array]:
    """The point of the line nearest to the middle, its direction and its normal; without weights, no numbers."""
    length = float(np.linalg.norm(weights))
    if not length:
        nothing = np.full(2, np.nan)
        return nothing, nothing, nothing
    normal = weights / length
    foot = CENTRE - (float(CENTRE @ normal) + bias / length) * normal
    return foot, np.array([-normal[1], normal[0]]), normal


def _thick(end: float, y: float, colour: str, x_axis: str, y_axis: str) -> go.Scatter:
    """A bar drawn as a thick line, from 1 to an end, on an axis of powers of ten."""
    return go.Scatter(
        x=np.array([0.0, end]),
        y=np.array([y, y]),
        mode="lines",
        line={"color": colour, "width": 12},
        showlegend=False,
        hoverinfo="skip",
        xaxis=x_axis.replace("axis", ""),
        yaxis=y_axis.replace("axis", ""),
    )


def _label(text: str, y: float) -> dict[str, Any]:
    """The words above a bar."""
    return {
        "text": text,
        "x": 0.05,
        "y": y + 0.3,
        "xref": "x2",
        "yref": "y2",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _wire(x0: float, y0: float, x1: float, y1: float) -> Arrow:
    """An arrow from one part to another, cut short at both ends."""
    start, end = np.array([x0, y0]), np.array([x1, y1])
    cut = 0.33 * (end - start) / np.linalg.norm(end - start)
    (x0, y0), (x1, y1) = start + 0.7 * cut, end - cut
    return float(x0), float(y0), float(x1), float(y1)
