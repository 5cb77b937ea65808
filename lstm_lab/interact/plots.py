"""The vocabulary of the figures: the look of each kind of cell, lines, points, bands, bars, and panels to put them in.

A trace stands on the axes of its panel: `panel=""` for the first, `"2"` for the second, as Plotly counts them. What
else Plotly knows about a trace goes through `**more`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
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
    "logistic RNN": Style(theme.VERMILION, "dash", "triangle-up"),
    "tanh RNN, orthogonal": Style(theme.VERMILION, "dot", "square-open"),
    "ReLU RNN, identity": Style(theme.VERMILION, "longdash", "diamond-open"),
    "LSTM 1997": Style(theme.BLUE, "solid", "square"),
    "LSTM 2000": Style(theme.GREEN, "dashdot", "diamond"),
    "LSTM 2000, forget bias 0": Style(theme.GREEN, "dot", "x"),
    "LSTM 2000, forget bias 1": Style(theme.GREEN, "dashdot", "diamond"),
    "LSTM 2000, forget bias 3": Style(theme.GREEN, "dash", "star"),
    "LSTM 2000, chrono": Style(theme.GREEN, "longdash", "square-open"),
    "LSTM 2000, peepholes": Style(theme.GREEN, "longdash", "triangle-down"),
    "LSTM 2000, coupled gates": Style(theme.GREEN, "longdashdot", "circle-open"),
    "GRU": Style(theme.GREEN, "solid", "cross"),
    "attention": Style(theme.PURPLE, "dash", "triangle-down"),
    "linear recurrence": Style(theme.GREY, "solid", "star"),
}
"""The one look of each kind of cell, in every figure of the book.

A colour is a family: vermilion the simple recurrent networks, blue the cell of 1997, green the cells with a gate that
forgets, purple attention, grey the linear recurrence. Dash and marker tell the members of a family apart.
"""

CELL_STYLE |= {
    kind.replace("LSTM 2000", "LSTM"): style
    for kind, style in CELL_STYLE.items()
    if kind.startswith("LSTM 2000")
}  # an LSTM without a year is that of 2000, as in every library

BEFORE_TRAINING = Style(theme.GREY, "longdash", "diamond-open")
ALONG_THE_CELL = Style(theme.GREY, "dot", "diamond-open")


# --- Traces ----------------------------------------------------------------------------------------------------------


def line(
    x: Any,
    y: Any,
    name: str,
    colour: str,
    dash: str = "solid",
    symbol: str = "",
    *,
    width: float = 2.5,
    size: float = 7,
    panel: str = "",
    **more: Any,
) -> go.Scatter:
    """A line, with markers if it is given a symbol: `line(x, y, cell, *CELL_STYLE[cell])`."""
    if symbol:
        more = {"marker": {"symbol": symbol, "size": size}, **more}
    return go.Scatter(
        x=x,
        y=y,
        mode="lines+markers" if symbol else "lines",
        line={"color": colour, "dash": dash, "width": width},
        **{**_named(name), **_axes(panel), **more},
    )


def points(
    x: Any,
    y: Any,
    name: str,
    colour: str,
    symbol: str = "circle",
    size: Any = 8,
    *,
    border: float | None = None,
    panel: str = "",
    **more: Any,
) -> go.Scatter:
    """Markers without a line; `border` is the width of an open marker's outline."""
    outline = {} if border is None else {"line": {"width": border}}
    marker = {"color": colour, "symbol": symbol, "size": size, **outline, **more.pop("marker", {})}
    given = {"mode": "markers", **_named(name), **_axes(panel), **more}
    return go.Scatter(x=x, y=y, marker=marker, **given)


def words(x: Any, y: Any, text: Sequence[str], *, panel: str = "", **more: Any) -> go.Scatter:
    """Words at points that move with the state of the figure; words that stay are annotations (`diagram.note`)."""
    return go.Scatter(
        x=x,
        y=y,
        text=text,
        mode="text",
        **{"hoverinfo": "skip", **_named(""), **_axes(panel), **more},
    )


def area(
    x: Any, y: Any, name: str, colour: str, opacity: float = 0.2, *, panel: str = "", **more: Any
) -> go.Scatter:
    """The inside of a closed outline, by its corners; without a border unless it is given a `line`."""
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        fillcolor=theme.faint(colour, opacity),
        hoverinfo="skip",
        **{"line": {"width": 0, "color": colour}, **_named(name), **_axes(panel), **more},
    )


def band(
    x: Any, low: Any, high: Any, colour: str, panel: str = "", **more: Any
) -> list[go.Scatter]:
    """A band from `low` to `high`: two lines without width and the fill between them."""
    edge = {
        "x": x,
        "mode": "lines",
        "line": {"width": 0, "color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
        **_axes(panel),
        **more,
    }
    return [
        go.Scatter(y=low, **edge),
        go.Scatter(y=high, fill="tonexty", fillcolor=theme.faint(colour), **edge),
    ]


def line_in_band(
    x: Any,
    low: Any,
    middle: Any,
    high: Any,
    name: str,
    colour: str,
    dash: str = "solid",
    symbol: str = "",
    *,
    size: float = 7,
    **place: Any,
) -> list[go.Scatter]:
    """A line, a median for one, in the band that goes from `low` to `high`; `place` is their panel, or their axes."""
    return [
        *band(x, low, high, colour, **place),
        line(x, middle, name, colour, dash, symbol, size=size, **place),
    ]


def bars(
    x: Any,
    y: Any,
    name: str,
    colour: str,
    width: float | None = None,
    pattern: str = "",
    *,
    panel: str = "",
    **more: Any,
) -> go.Bar:
    """Bars; `pattern` tells them from bars of another colour."""
    marker: dict[str, Any] = {"color": colour}
    if pattern:
        marker["pattern"] = {"shape": pattern}
    given = {**_named(name), **_axes(panel), **more}
    return go.Bar(x=x, y=y, width=width, marker=marker, **given)


def heatmap(z: Any, x: Any, y: Any, *, panel: str = "", **more: Any) -> go.Heatmap:
    """A table as colours, from dark for low to light for high, without a scale beside it."""
    return go.Heatmap(
        z=z, x=x, y=y, **{"colorscale": "Cividis", "showscale": False, **_axes(panel), **more}
    )


def columns(corners: Any) -> tuple[Array, Array]:
    """The coordinates of points, (points, 2), apart, as a trace wants them; a gap if there are none."""
    both = np.array(corners, dtype=float) if len(corners) else np.full((1, 2), np.nan)
    return both[:, 0], both[:, 1]


def _named(name: str) -> dict[str, Any]:
    """A trace without a name has no place in the legend."""
    return {"name": name} if name else {"showlegend": False}


def _axes(panel: str) -> dict[str, str]:
    """The axes of a panel, as a trace names them."""
    return {"xaxis": f"x{panel}", "yaxis": f"y{panel}"} if panel else {}


# --- Layout ----------------------------------------------------------------------------------------------------------


class Panel(NamedTuple):
    """One of several panels of a figure.

    Attributes:
        xaxis: its horizontal axis; None if it shares that of the panel before it.
        yaxis: its vertical axis.
        x: from where to where it goes, as shares of the figure's width.
        y: the same of the height, from the bottom.
        heading: the words above it.
    """

    xaxis: dict[str, Any] | None
    yaxis: dict[str, Any]
    x: tuple[float, float] = (0, 1)
    y: tuple[float, float] = (0, 1)
    heading: str = ""


def panels(*parts: Panel, notes: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The layout of a figure of several panels: each on axes of its own, in its place, with its heading.

    A horizontal axis that is shared stands below the last panel that shares it.

    Args:
        *parts: the panels; the second has the axes "x2" and "y2", and so on.
        notes: further annotations.
    """
    layout: dict[str, Any] = {}
    headings = []
    own = ""
    for place, part in enumerate(parts, start=1):
        number = str(place) if place > 1 else ""
        if part.xaxis is not None:
            own = number
            layout[f"xaxis{own}"] = {"domain": list(part.x), **part.xaxis}
        layout[f"xaxis{own}"]["anchor"] = f"y{number}"
        layout[f"yaxis{number}"] = {"anchor": f"x{own}", "domain": list(part.y), **part.yaxis}
        if part.heading:
            above = theme.heading(part.heading, sum(part.x) / 2)
            headings.append({**above, "y": part.y[1] + 0.01})
    return {**layout, "annotations": [*notes, *headings]}


def no_axis(low: float, high: float) -> dict[str, Any]:
    """An axis that is not to be seen, of a drawing."""
    return {"visible": False, "showgrid": False, "range": [low, high]}


def ticks(places: Any, texts: Sequence[Any]) -> dict[str, Any]:
    """Ticks of an axis with words of their own."""
    return {"tickvals": list(places), "ticktext": [str(text) for text in texts]}


def legend(y: float) -> dict[str, Any]:
    """A legend in a row at a height of the figure: above it from 1 on, below it under 0."""
    edge = "top" if y < 0 else "bottom"
    return {"orientation": "h", "y": y, "yanchor": edge, "x": 0, "xanchor": "left"}


def upright(at: float, x_ref: str = "x", y_ref: str = "y", dash: str = "dot") -> dict[str, Any]:
    """A thin line up a panel, at a place of its x axis."""
    return {
        "type": "line",
        "xref": x_ref,
        "yref": f"{y_ref} domain",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.GREY, "width": 1, "dash": dash},
    }


def signed(value: float) -> str:
    """A number with a minus sign as it is printed."""
    return f"{value + 0.0:g}".replace("-", "\u2212")
