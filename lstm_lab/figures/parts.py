"""Small parts that several figures are made of: a band, an upright line, a signed number."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.figures import theme


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
