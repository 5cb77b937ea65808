"""One threshold unit over the four patterns of XOR, drawn (chapter 02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.interact import plots, theme
from lstm_lab.interact.plots import signed

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LAMP = np.array([False, True, True, False])
"""Whether the staircase lamp is on, for each of the corners: exactly one switch is up."""

LOW, HIGH = -0.5, 1.5
WEIGHTS = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
"""The values of w1, w2 and b that can be chosen."""

MIDDLE, ARROW = (
    0.5,
    0.3,
)  # the arrow (w1, w2) starts at the middle of the square, and is so much shorter


def net_inputs(w1: float, w2: float, bias: float, product: float = 0.0) -> Array:
    """The net input a = w1 x1 + w2 x2 + v x1 x2 + b at the four corners, in the order of `CORNERS`."""
    x1, x2 = CORNERS.T
    return w1 * x1 + w2 * x2 + product * x1 * x2 + bias


def xor_unit(w1: float = 1.0, w2: float = 0.0, bias: float = -0.5) -> go.Figure:
    """One threshold unit over the four corners: its line, the four inequalities, and which are violated."""
    a = net_inputs(w1, w2, bias)
    right = (a > 0) == LAMP
    outer, inner = a[0] + a[3], a[1] + a[2]
    handles = [_arrow_tip(w1, w2), *_middle_of_the_line(w1, w2, bias)]
    return _unit_figure(
        a,
        *_half_plane(w1, w2, bias),
        (
            "b<br>≤ 0",
            "w<sub>2</sub>+b<br>> 0",
            "w<sub>1</sub>+b<br>> 0",
            "w<sub>1</sub>+w<sub>2</sub>+b<br>≤ 0",
        ),
        f"With w₁ = {signed(w1)}, w₂ = {signed(w2)} and b = {signed(bias)} the unit is right on {right.sum()} of 4 "
        f"patterns; {_violated(right)}. The two net inputs that must be positive sum to {signed(inner)}, the two that "
        f"must not be sum to {signed(outer)}: the same.",
        5.0,
        [_arrow(w1, w2), _grips(handles)],
        {"handles": handles},
    )


def xor_with_product(
    weight: float = 1.0, product_weight: float = 0.0, bias: float = -0.5
) -> go.Figure:
    """The same unit with a third input, the product x1 x2: the border may bend, and the two sums come apart."""
    a = net_inputs(weight, weight, bias, product_weight)
    right = (a > 0) == LAMP
    outer, inner = a[0] + a[3], a[1] + a[2]
    return _unit_figure(
        a,
        *_bent_region(weight, bias, product_weight),
        ("b<br>≤ 0", "w+b<br>> 0", "w+b<br>> 0", "2w+v+b<br>≤ 0"),
        f"With w₁ = w₂ = {signed(weight)}, v = {signed(product_weight)} and b = {signed(bias)} the unit is right on "
        f"{right.sum()} of 4 patterns; {_violated(right)}. The two net inputs that must be positive sum to "
        f"{signed(inner)}, the two that must not be sum to {signed(outer)}: they differ by v.",
        7.0,
    )


def _unit_figure(
    a: Array,
    region: tuple[Array, Array],
    border: tuple[Array, Array],
    inequalities: tuple[str, ...],
    summary: str,
    height: float,
    over: Sequence[go.Scatter] = (),
    meta: Mapping[str, Any] | None = None,
) -> go.Figure:
    """The unit in the square of its inputs, and below it the four net inputs, on an axis up to `height`."""
    names = [
        f"({x1:g}, {x2:g})<br>{needed}"
        for (x1, x2), needed in zip(CORNERS, inequalities, strict=True)
    ]
    square = plots.Panel(
        {
            "title": "switch x<sub>1</sub>",
            "range": [LOW, HIGH],
            **plots.ticks([0, 1], ["0, down", "1, up"]),
        },
        {"title": "switch x<sub>2</sub>", "range": [LOW, HIGH], "tickvals": [0, 1]},
        y=(0.55, 1),
    )
    sums = plots.Panel(
        {
            "range": [-0.5, 3.5],
            **plots.ticks(range(4), names),
            "tickangle": 0,
            "tickfont": {"size": 12},
            "showgrid": False,
        },
        {
            "title": "net input a",
            "range": [-1.2 * height, 1.2 * height],
            "dtick": 2,
            "zeroline": False,
        },
        y=(0, 0.31),
    )
    return theme.figure(
        [*_unit_in_the_square(a, region, border), *over, *_four_net_inputs(a, height)],
        summary,
        meta=dict(meta or {}),
        height=660,
        barmode="overlay",
        margin={"l": 60, "r": 20, "t": 60, "b": 80},
        **plots.panels(square, sums),
        shapes=[theme.across(0.0, "x2 domain", "y2")],
    )


def _arrow(w1: float, w2: float) -> go.Scatter:
    """The weights as an arrow from the middle of the square: it stands across the line, towards "on"."""
    return plots.line(
        [MIDDLE, MIDDLE + ARROW * w1], [MIDDLE, MIDDLE + ARROW * w2], "weights",
        theme.GREY, "dot", width=2, hoverinfo="skip",
    )  # fmt: skip


def _arrow_tip(w1: float, w2: float) -> dict[str, Any]:
    """The tip of the arrow, which can be dragged to any two weights."""
    places = [MIDDLE + ARROW * value for value in WEIGHTS]
    return {
        "x": {"axis": "x", "control": "w1", "at": places, "stands": MIDDLE + ARROW * w1},
        "y": {"axis": "y", "control": "w2", "at": places, "stands": MIDDLE + ARROW * w2},
    }


def _middle_of_the_line(w1: float, w2: float, bias: float) -> list[dict[str, Any]]:
    """The point of the line nearest to the middle of the square, which can be dragged towards it: that moves the bias.

    None where there is no line, or it lies outside the square.
    """
    weights = np.array([w1, w2])
    if not weights.any():
        return []

    def nearest(of_bias: float) -> Array:
        return MIDDLE - (weights.sum() * MIDDLE + of_bias) / (weights @ weights) * weights

    here = nearest(bias)
    if here.min() < LOW or here.max() > HIGH:
        return []
    along = int(abs(w2) > abs(w1))  # the axis on which the line moves further
    sides = [{"axis": axis, "stands": float(here[k])} for k, axis in enumerate("xy")]
    moving = {"control": "bias", "at": [float(nearest(value)[along]) for value in WEIGHTS]}
    sides[along] = {**sides[along], **moving}
    return [dict(zip("xy", sides, strict=True))]


def _grips(handles: Sequence[Mapping[str, Any]]) -> go.Scatter:
    """What can be dragged."""
    x, y = ([handle[name]["stands"] for handle in handles] for name in "xy")
    hidden = [np.nan] * (2 - len(handles))
    return plots.points(
        [*x, *hidden], [*y, *hidden], "drag", theme.GREY, "diamond", 16, hoverinfo="skip"
    )


def _unit_in_the_square(
    a: Array, region: tuple[Array, Array], border: tuple[Array, Array]
) -> list[go.Scatter]:
    """Where the unit says on, its border, and the four patterns with a cross at each wrong one."""
    wrong = (a > 0) != LAMP
    crosses = np.where(wrong[:, np.newaxis], CORNERS - [0, 0.21], np.nan)
    return [
        plots.area(*region, "unit says on", theme.BLUE, 0.18),
        plots.line(*border, "a = 0", theme.BLUE, hoverinfo="skip"),
        plots.points(*plots.columns(CORNERS[LAMP]), "lamp on", theme.GREEN, "circle", 15),
        plots.points(
            *plots.columns(CORNERS[~LAMP]), "lamp off", theme.PURPLE, "square-open", 15, border=3
        ),
        plots.points(*plots.columns(crosses), "wrong", theme.VERMILION, "x", 11),
    ]


def _four_net_inputs(a: Array, height: float) -> list[go.Bar | go.Scatter]:
    """A bar for each pattern with its net input as a number, and a cross where its inequality is violated."""
    right = (a > 0) == LAMP
    places, side = np.arange(4), np.where(a > 0, 1.0, -1.0)
    holds, violated = np.where(right, a, np.nan), np.where(right, np.nan, a)
    crosses = np.where(right, np.nan, places)
    below: dict[str, Any] = {"panel": "2", "showlegend": False}
    return [
        plots.bars(places, holds, "holds", theme.GREY, 0.5, **below),
        plots.bars(places, violated, "violated", theme.VERMILION, 0.5, **below),
        plots.points(crosses, -side * 0.17 * height, "violated", theme.VERMILION, "x", 11, **below),
        plots.words(places, a + side * 0.14 * height, [signed(v) for v in a], panel="2"),
    ]


def _half_plane(
    w1: float, w2: float, bias: float
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The part of the square where a > 0, as a polygon, and the line a = 0 across it."""
    square = np.array([[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]])
    a = square @ [w1, w2] + bias
    kept: list[Array] = []
    crossings: list[Array] = []
    for here in range(4):
        there = (here + 1) % 4
        if a[here] > 0:
            kept.append(square[here])
        if (a[here] > 0) != (a[there] > 0):
            part = a[here] / (a[here] - a[there])
            crossing = square[here] + part * (square[there] - square[here])
            kept.append(crossing)
            crossings.append(crossing)
    return plots.columns(kept), plots.columns(crossings)


def _bent_region(
    weight: float, bias: float, product: float
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The same for a = w (x1 + x2) + v x1 x2 + b, column by column: within one, a is linear in x2."""
    if product == 0:
        return _half_plane(weight, weight, bias)
    upright = -weight / product
    jump = [upright - 1e-9, upright + 1e-9] if LOW < upright < HIGH else []
    x1 = np.sort([*np.linspace(LOW, HIGH, 60), *jump])
    slope, start = weight + product * x1, weight * x1 + bias
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.clip(-start / slope, LOW, HIGH)
    root = np.where(slope == 0, LOW, root)
    low = np.where(slope > 0, root, LOW)
    high = np.where(slope < 0, root, HIGH)
    never = (slope == 0) & (start <= 0)
    high = np.where(never, low, high)
    border = np.where(slope > 0, low, high)
    inside = (border > LOW) & (border < HIGH) & (slope != 0)
    around = (np.concatenate([x1, x1[::-1]]), np.concatenate([low, high[::-1]]))
    line = np.where(inside, border, np.nan)
    if jump and weight * upright + bias == 0:  # the hyperbola is a cross of two lines
        x1 = np.concatenate([x1, [np.nan, upright, upright]])
        line = np.concatenate([line, [np.nan, LOW, HIGH]])
    return around, (x1, line)


def _violated(right: Array) -> str:
    """Which of the four inequalities do not hold, in words."""
    wrong = [f"({x1:g}, {x2:g})" for (x1, x2), good in zip(CORNERS, right, strict=True) if not good]
    if not wrong:
        return "all four inequalities hold"
    if len(wrong) == 1:
        return f"the inequality of {wrong[0]} is violated"
    return f"the inequalities of {', '.join(wrong[:-1])} and {wrong[-1]} are violated"
