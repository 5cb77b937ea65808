"""Small parts that several figures are made of: a band, an upright line, a signed number."""

from __future__ import annotations

from typing import Any, NamedTuple

import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.interact import theme


class Style(NamedTuple):
    """How a kind of cell is drawn: its colour, dash and marker."""

    colour: str
    dash: str
    symbol: str


CELL_STYLE = {
    "tanh RNN": Style(theme.VERMILION, "solid", "circle"),
    "logistic RNN": Style(theme.PURPLE, "dash", "triangle-up"),
    "LSTM 1997": Style(theme.BLUE, "solid", "square"),
    "LSTM 2000": Style(theme.GREEN, "dashdot", "diamond"),
}
"""The one look of each kind of cell, in every figure of the book."""


def band(x: Any, low: Array, high: Array, colour: str, panel: str = "") -> list[go.Scatter]:
    """A band from `low` to `high`: two lines without width and the fill between them."""
    edge = {
        "x": x,
        "mode": "lines",
        "line": {"width": 0, "color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }
    return [
        go.Scatter(y=low, **edge),
        go.Scatter(y=high, fill="tonexty", fillcolor=theme.faint(colour), **edge),
    ]


def upright(at: float, x_ref: str, y_ref: str) -> dict[str, Any]:
    """A thin dotted line up a panel, at a place of its x axis."""
    line = {"color": theme.GREY, "width": 1, "dash": "dot"}
    return {
        "type": "line", "xref": x_ref, "yref": f"{y_ref} domain", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": line,
    }  # fmt: skip


def signed(value: float) -> str:
    """A number with a minus sign as it is printed."""
    return f"{value + 0.0:g}".replace("-", "\u2212")
