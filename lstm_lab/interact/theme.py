"""One look for every figure: colours that a colour-blind reader can tell apart, on white and on black paper.

Colour never speaks alone: each line also has its own dash or marker. The four hues keep a contrast of at least 3 to 1
against both papers (a test computes it), so that one figure serves both; only ink and grid change with the mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from lstm_lab._validate import integer_in

BLUE, VERMILION, GREEN, PURPLE, GREY = "#0f7fc4", "#d55e00", "#00946c", "#b0569b", "#808080"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, GREY)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
PAPER = {"light": "#ffffff", "dark": "#121212"}
SHADES = (
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838",
)  # fmt: skip
"""From dark for little to light for much: Plotly's Cividis, which a colour-blind eye reads too."""
INK = {"light": "#222832", "dark": "#ced6dd"}
GRID = {"light": "#d9dce1", "dark": "#3b4148"}
HEIGHT = 420
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""From tick to tick of an axis of powers of ten."""


def template(mode: str) -> go.layout.Template:
    """The Plotly template of a mode, "light" or "dark"."""
    axis = {
        "gridcolor": GRID[mode],
        "linecolor": INK[mode],
        "zerolinecolor": GRID[mode],
        "ticks": "outside",
        "tickcolor": INK[mode],
        "showline": True,
        "automargin": True,
        "ticklabeloverflow": "allow",  # else every label is measured once for each label
        "title": {"standoff": 8},
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": INK[mode], "size": 13, "family": "system-ui, sans-serif"},
            "colorway": list(COLOURS),
            "xaxis": axis,
            "yaxis": axis,
            "hovermode": "closest",
            "legend": {"bgcolor": "rgba(0,0,0,0)"},
        }
    )


def faint(colour: str, opacity: float = 0.2) -> str:
    """A colour for the band around a line."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def figure(traces: Sequence[Any], summary: str, **layout: Any) -> go.Figure:
    """A figure in the book's look that says in one sentence what it shows.

    Args:
        traces: Plotly traces.
        summary: the sentence, with the figure's numbers; a screen reader speaks it, and it stands below the figure.
        **layout: anything of `plotly.graph_objects.Layout`.
    """
    defaults: dict[str, Any] = {
        "template": template("light"),
        "height": HEIGHT,
        "margin": {"l": 70, "r": 20, "t": 20, "b": 55},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "dragmode": False,
    }
    meta = {**layout.pop("meta", {}), "summary": summary}
    made = go.Figure(list(traces), {**defaults, **layout})
    made.layout.meta = meta
    return made


def power_axis(low: float, high: float, most: int = 7) -> dict[str, Any]:
    """Ticks for an axis that holds log10 of a quantity: 10^-3 stands at -3.

    Values beyond what a float can hold (10^-400, say) have a place on such an axis, which a logarithmic one could not
    give them.

    Args:
        low: the lower end of the axis, in powers of ten.
        high: the upper end.
        most: the most ticks there may be, at least 2.

    Raises:
        TypeError, ValueError: if `most` is no whole number of at least 2.
    """
    room = integer_in("most", most, minimum=2) - 1
    span = max(1, int(high - low))
    step = next(step for step in STEPS if span / step <= room)
    first = -(-int(low // 1) // step) * step
    values = [
        value for value in range(first - step, int(high) + step + 1, step) if low <= value <= high
    ]
    return {
        "tickmode": "array",
        "tickvals": values,
        "ticktext": [
            f"10<sup>{value}</sup>".replace("-", "\u2212") if value else "1" for value in values
        ],
        "range": [low, high],
    }


def power_text(log10: float) -> str:
    """10 to a power as a reader writes it: 0.031, 12, 8.6e-7 as "8.6 × 10⁻⁷", and "0" for minus infinity."""
    if log10 == float("-inf"):
        return "0"
    if -3 <= log10 < 4:
        return f"{float(f'{10**log10:.2g}'):g}"
    exponent = int(log10 // 1)
    mantissa = f"{10 ** (log10 - exponent):.1f}"
    if mantissa == "10.0":
        mantissa, exponent = "1.0", exponent + 1
    return f"{mantissa} × 10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def across(at: float, x_ref: str = "x domain", y_ref: str = "y") -> dict[str, Any]:
    """A thin line across a panel, at a height of its y axis."""
    return {
        "type": "line",
        "xref": x_ref,
        "yref": y_ref,
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "line": {"color": GREY, "width": 1},
    }


def heading(text: str, x: float) -> dict[str, Any]:
    """A heading above a panel, centred at a share `x` of the figure's width."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": 1.01,
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
    }


def in_the_corner(text: str) -> dict[str, Any]:
    """Words in the lower right corner of the first panel."""
    return {
        "text": text,
        "xref": "x domain",
        "yref": "y domain",
        "x": 1,
        "y": 0.02,
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
    }
