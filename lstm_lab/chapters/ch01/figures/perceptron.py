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
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import Arrow, arrows_of, drawn, note


def unit() -> go.Figure:
    """The parts of a perceptron: inputs, weights, sum, threshold."""
    places = {"x₁": (0, 2), "x₂": (0, 1), "1": (0, 0)}
    weights = {"x₁": "w₁", "x₂": "w₂", "1": "b"}
    wires = [_wire(*place, 2, 1) for place in places.values()]
    wires += [(2.33, 1.0, 3.15, 1.0), (4.05, 1.0, 4.7, 1.0)]
    traces = [
        arrows_of(wires, "what is carried", theme.GREY, "solid", heads=range(len(wires)), size=0.1),
        plots.points([0, 0, 0], [2, 1, 0], "", theme.GREY, "circle-open", 34),
        plots.points([2], [1], "", theme.BLUE, "circle-open", 38),
        plots.line([3.25, 3.6, 3.6, 3.95], [0.8, 0.8, 1.2, 1.2], "", theme.VERMILION, width=3),
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
    return theme.figure(
        traces,
        "A perceptron. Each input is multiplied by its weight: x₁ by w₁, x₂ by w₂, and a constant 1 by the bias b. "
        "The products are added to the net input a = w₁x₁ + w₂x₂ + b. A threshold turns it into the output y: +1 if a "
        "is above zero, −1 if not. What the machine learns is w₁, w₂ and b; nothing else changes.",
        height=280,
        xaxis=plots.no_axis(-0.4, 5.4),
        yaxis=plots.no_axis(-0.5, 2.8),
        annotations=notes,
        margin={"l": 5, "r": 5, "t": 5, "b": 5},
        showlegend=False,
        meta=drawn("A perceptron. What it learns is w₁, w₂ and b."),
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
    traces = [
        *_labelled(x, labels, wrong),
        *_line_and_widest(_drawn(weights, bias), _drawn(best.direction[:2], best.direction[2])),
        _thick(np.log10(max(made, 1)), 1.7, theme.GREEN),
        _thick(np.log10(bound), 0.0, theme.GREY),
    ]
    finished = learning.converged and epochs >= len(learning.mistakes) - 1
    if finished:
        state = f"The last mistake fell in pass {len(learning.mistakes) - 1}; the line rests."
    elif weights.any():
        state = f"{int(wrong.sum())} of {len(x)} points are on the wrong side."
    else:
        state = "With w = 0 every net input is 0: no point has an answer yet."
    angle = np.degrees(np.arctan2(weights[0], -weights[1])) % 180
    slope = f"Direction of the line: {angle:.0f}°" if weights.any() else "There is no line yet"
    started = "zero" if start == "zero" else f"w = ({START[0]:g}, {START[1]:g}), b = {START[2]:g}"
    summary = (
        f"Margin of the data {gap:g}, learning rate {learning_rate:g}, start {started}: after {epochs} "
        f"{'pass' if epochs == 1 else 'passes'} the perceptron has made {made} "
        f"{'mistake' if made == 1 else 'mistakes'}; the bound is {bound:,.0f}. {slope}, "
        f"|w| = {np.linalg.norm(weights):.3g}. {state}"
    )
    plane = plots.Panel(
        {"range": [0.1, 2.3], "title": "input x₁"},
        {"range": [-0.1, 2.1], "scaleanchor": "x", "title": "input x₂"},
        y=(0.36, 1),
    )
    scale = plots.Panel(
        {"title": "number of mistakes", **theme.power_axis(0, 5.0)},
        {
            "range": [-0.5, 3.2],
            "showticklabels": False,
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
        },
        y=(0, 0.19),
    )
    words = [_label(f"mistakes so far: {made}", 1.7), _label(f"the bound: {bound:,.0f}", 0.0)]
    return theme.figure(
        traces,
        summary,
        height=560,
        **plots.panels(plane, scale, notes=words),
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
    at_right_angles = (
        np.log10([limit for _, limit in worst]),
        np.log10([count for count, _ in worst]),
    )
    ends_of_bound = np.array([0.0, 5.0])
    traces = [
        plots.line(ends_of_bound, ends_of_bound, "the bound", theme.GREY, "dash", width=2),
        plots.points(np.array(xs), np.array(ys), "random clouds", theme.BLUE, size=7),
        plots.points(
            *at_right_angles, "examples at right angles", theme.VERMILION, "diamond-open", 9
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
        annotations=[note(1.2, 3.5, "not possible", size=13)],
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


def _labelled(x: Array, labels: Array, wrong: Array) -> list[go.Scatter]:
    """The points by their labels, and a ring around each that is on the wrong side."""
    rings = np.where(wrong[:, np.newaxis], x, np.nan)
    return [
        plots.points(*plots.columns(x[labels > 0]), "label +1", theme.BLUE),
        plots.points(*plots.columns(x[labels < 0]), "label −1", theme.VERMILION, "square-open"),
        plots.points(*plots.columns(rings), "wrong", theme.PURPLE, "circle-open", 16),
    ]


def _line_and_widest(
    drawn: tuple[Array, Array, Array], goal: tuple[Array, Array, Array]
) -> list[go.Scatter]:
    """The line with its normal, and the line of the widest margin; each as `_drawn` gives it."""
    ends = np.array([-4.0, 4.0])[:, np.newaxis]
    foot, along, normal = drawn
    place, widest = foot + ends * along, goal[0] + ends * goal[1]
    arrow = np.array([foot, foot + 0.45 * normal])
    return [
        plots.line(*plots.columns(place), "line", theme.GREEN, width=3),
        plots.line(*plots.columns(arrow), "w", theme.GREEN, "dot", "diamond", width=2, size=8),
        plots.line(*plots.columns(widest), "widest", theme.GREY, "dash", width=1.5),
    ]


def _thick(end: float, y: float, colour: str) -> go.Scatter:
    """A bar drawn as a thick line, from 1 to an end, on an axis of powers of ten."""
    ends = np.array([0.0, end])
    return plots.line(ends, np.array([y, y]), "", colour, width=12, panel="2", hoverinfo="skip")


def _label(text: str, y: float) -> dict[str, Any]:
    """The words above a bar."""
    above = {"xref": "x2", "yref": "y2", "yanchor": "bottom"}
    return {**note(0.05, y + 0.3, text, "left", 13), **above}


def _wire(x0: float, y0: float, x1: float, y1: float) -> Arrow:
    """An arrow from one part to another, cut short at both ends."""
    start, end = np.array([x0, y0]), np.array([x1, y1])
    cut = 0.33 * (end - start) / np.linalg.norm(end - start)
    (x0, y0), (x1, y1) = start + 0.7 * cut, end - cut
    return float(x0), float(y0), float(x1), float(y1)
