"""Figures on a retina, drawn: what the features of a machine look at, and what is connected (chapter 02)."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in
from lstm_lab.interact import theme


def order_diagram() -> go.Figure:
    """A perceptron of limited order: features that look at few points each, one weighted sum."""
    black = [(1, 4), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1), (2, 1)]
    cells = [(x, y) for x in range(5) for y in range(5)]
    looks = (((1, 4), (3, 3)), ((2, 2), (4, 3), (4, 1)), ((1, 1), (3, 0)))
    features = ((7.5, 4.0), (7.5, 2.0), (7.5, 0.0))
    unit = (11.0, 2.0)
    lines_x: list[float | None] = []
    lines_y: list[float | None] = []
    for points, (x, y) in zip(looks, features, strict=True):
        for px, py in points:
            lines_x += [px, x, None]
            lines_y += [py, y, None]
    sums_x = [value for x, _ in features for value in (x, unit[0], None)]
    sums_y = [value for _, y in features for value in (y, unit[1], None)]
    line = {"width": 1.5, "color": theme.GREY}
    traces = [
        go.Scatter(
            x=[x for x, y in cells if (x, y) not in black],
            y=[y for x, y in cells if (x, y) not in black],
            mode="markers",
            marker={"symbol": "square-open", "size": 17, "color": theme.GREY},
            name="white point, 0",
        ),
        go.Scatter(
            x=[x for x, _ in black],
            y=[y for _, y in black],
            mode="markers",
            marker={"symbol": "square", "size": 17, "color": theme.PURPLE},
            name="black point, 1",
        ),
        go.Scatter(x=lines_x, y=lines_y, mode="lines", line=line, showlegend=False),
        go.Scatter(
            x=[x for points in looks for x, _ in points],
            y=[y for points in looks for _, y in points],
            mode="markers",
            marker={
                "symbol": "circle-open",
                "size": 27,
                "color": theme.GREEN,
                "line": {"width": 2},
            },
            name="point that a feature sees",
        ),
        go.Scatter(
            x=sums_x,
            y=sums_y,
            mode="lines",
            line={"width": 2.5, "color": theme.BLUE},
            name="weight, learnt",
        ),
        go.Scatter(
            x=[x for x, _ in features],
            y=[y for _, y in features],
            mode="markers",
            marker={"symbol": "circle", "size": 16, "color": theme.GREEN},
            name="feature, fixed",
        ),
        go.Scatter(
            x=[unit[0]],
            y=[unit[1]],
            mode="markers",
            marker={"symbol": "diamond", "size": 20, "color": theme.BLUE},
            name="sum and threshold",
        ),
    ]
    hidden = {"visible": False, "showgrid": False, "fixedrange": True}
    return theme.figure(
        traces,
        f"A figure lies on a retina of points, here 5 by 5, that are 0 or 1. Each feature computes anything it "
        f"likes, but from the few points it is joined to: here {', '.join(str(len(points)) for points in looks)}. One "
        f"unit adds the features with learnt weights and compares with a threshold. The order of this machine is "
        f"{max(len(points) for points in looks)}, the most points that one of its features looks at.",
        xaxis={**hidden, "range": [-0.8, 12.2]},
        yaxis={**hidden, "range": [-1.0, 5.0]},
        annotations=[
            _word("retina", 2, 4.75),
            _word("features", 7.5, 4.75),
            _word("unit", 11, 2.6),
        ],
        margin={"l": 10, "r": 10, "t": 70, "b": 10},
        height=380,
    )


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
    x: list[float] = []
    y: list[float] = []
    notes = []
    words = []
    for place, (left, right) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        across, up = 15 * (place % 2), -8 * (place // 2)
        image = strip(left, right)
        for row, column in np.argwhere(image):
            x.append(across + float(column))
            y.append(up - float(row))
        pieces = parts(image)
        text = "connected" if pieces == 1 else f"{pieces} pieces"
        words.append(f"ends {left} and {right}: {text}")
        notes.append(_word(f"ends {left}, {right}: {text}", across + (STRIP - 1) / 2, up + 1.0))
    hidden = {"visible": False, "showgrid": False, "fixedrange": True}
    return theme.figure(
        [
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={"symbol": "square", "size": 9, "color": theme.BLUE},
                showlegend=False,
                name="black point",
            )
        ],
        f"Four figures of three bars, {STRIP} points long, with one link at each end: between the upper two bars (0) "
        f"or the lower two (1). {'; '.join(words).capitalize()}. They differ at their ends only.",
        xaxis={**hidden, "range": [-1, 27]},
        yaxis={**hidden, "range": [-13, 2.4]},
        annotations=notes,
        margin={"l": 5, "r": 5, "t": 10, "b": 10},
        height=300,
    )


def _word(text: str, x: float, y: float) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "showarrow": False, "yanchor": "bottom"}
