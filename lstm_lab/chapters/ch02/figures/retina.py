"""Figures on a retina, drawn: what the features of a machine look at, and what is connected (chapter 02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import drawn

Point = tuple[float, float]


def order_diagram() -> go.Figure:
    """A perceptron of limited order: features that look at few points each, one weighted sum."""
    black = [(1, 4), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1), (2, 1)]
    white = [(x, y) for x in range(5) for y in range(5) if (x, y) not in black]
    looks = (((1, 4), (3, 3)), ((2, 2), (4, 3), (4, 1)), ((1, 1), (3, 0)))
    features = ((7.5, 4.0), (7.5, 2.0), (7.5, 0.0))
    unit = (11.0, 2.0)
    seen = [point for points in looks for point in points]
    wires = [(p, feature) for points, feature in zip(looks, features, strict=True) for p in points]
    sums = [(feature, unit) for feature in features]
    traces = [
        plots.points(*plots.columns(white), "white point, 0", theme.GREY, "square-open", 17),
        plots.points(*plots.columns(black), "black point, 1", theme.PURPLE, "square", 17),
        plots.line(*_joined(wires), "", theme.GREY, width=1.5),
        plots.points(
            *plots.columns(seen),
            "point that a feature sees",
            theme.GREEN,
            "circle-open",
            27,
            border=2,
        ),
        plots.line(*_joined(sums), "weight, learnt", theme.BLUE),
        plots.points(*plots.columns(features), "feature, fixed", theme.GREEN, "circle", 16),
        plots.points(*plots.columns([unit]), "sum and threshold", theme.BLUE, "diamond", 20),
    ]
    return theme.figure(
        traces,
        f"A figure lies on a retina of points, here 5 by 5, that are 0 or 1. Each feature computes anything it "
        f"likes, but from the few points it is joined to: here {', '.join(str(len(points)) for points in looks)}. One "
        f"unit adds the features with learnt weights and compares with a threshold. The order of this machine is "
        f"{max(len(points) for points in looks)}, the most points that one of its features looks at.",
        xaxis=plots.no_axis(-0.8, 12.2),
        yaxis=plots.no_axis(-1.0, 5.0),
        annotations=[
            _word("retina", 2, 4.75),
            _word("features", 7.5, 4.75),
            _word("unit", 11, 2.6),
        ],
        margin={"l": 10, "r": 10, "t": 70, "b": 10},
        height=380,
        meta=drawn("Each feature sees a few points; one unit adds up what the features say."),
    )


def _joined(pairs: Sequence[tuple[Point, Point]]) -> tuple[list[float | None], list[float | None]]:
    """The coordinates of wires from point to point, as one line with gaps."""
    x = [value for (x0, _), (x1, _) in pairs for value in (x0, x1, None)]
    y = [value for (_, y0), (_, y1) in pairs for value in (y0, y1, None)]
    return x, y


STRIP = 12


def strip(left: int, right: int) -> Array:
    """Three bars with one link at each end, as 0 and 1, (5, 12).

    Args:
        left: the link at the left end, 0 between the upper two bars, 1 between the lower two.
        right: the same at the right end.
    """
    image = np.zeros((5, STRIP))
    image[[0, 2, 4]] = 1
    image[1 + 2 * integer_in("left", left, minimum=0, maximum=1), 0] = 1
    image[1 + 2 * integer_in("right", right, minimum=0, maximum=1), -1] = 1
    return image


def parts(image: Array) -> int:
    """In how many connected pieces the black points of an image lie (neighbours share a side)."""
    left = {(int(row), int(column)) for row, column in np.argwhere(image)}
    count = 0
    while left:
        count += 1
        edge = [left.pop()]
        while edge:
            row, column = edge.pop()
            for near in (
                (row - 1, column),
                (row + 1, column),
                (row, column - 1),
                (row, column + 1),
            ):
                if near in left:
                    left.remove(near)
                    edge.append(near)
    return count


def connectedness() -> go.Figure:
    """Four figures that only their two ends tell apart; whether they are connected is the XOR of the ends."""
    black: list[Point] = []
    notes = []
    words = []
    for place, (left, right) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        across, up = 15 * (place % 2), -8 * (place // 2)
        image = strip(left, right)
        black += [(across + float(column), up - float(row)) for row, column in np.argwhere(image)]
        pieces = parts(image)
        text = "connected" if pieces == 1 else f"{pieces} pieces"
        words.append(f"ends {left} and {right}: {text}")
        notes.append(_word(f"ends {left}, {right}: {text}", across + (STRIP - 1) / 2, up + 1.0))
    return theme.figure(
        [
            plots.points(
                *plots.columns(black), "black point", theme.BLUE, "square", 9, showlegend=False
            )
        ],
        f"Four figures of three bars, {STRIP} points long, with one link at each end: between the upper two bars (0) "
        f"or the lower two (1). {'; '.join(words).capitalize()}. They differ at their ends only.",
        xaxis=plots.no_axis(-1, 27),
        yaxis=plots.no_axis(-13, 2.4),
        annotations=notes,
        margin={"l": 5, "r": 5, "t": 10, "b": 10},
        height=300,
    )


def _word(text: str, x: float, y: float) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "showarrow": False, "yanchor": "bottom"}
