"""A window of months on the carbon dioxide of Mauna Loa, drawn (chapter 04).

The errors come from `results/windows.json`, which `lstm-lab measure windows` writes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch04.figures.windows import trials
from lstm_lab.interact import theme
from lstm_lab.interact.plots import band, upright

CO2_SHOWN = 72
"""Months drawn at the end of the held-out years."""


def co2_window(ahead: int = 3, window: int = 6) -> go.Figure:
    """Forecasts of the held-out months through a window of months, and the error against the width of the window."""
    settings = windows.WindowSettings()
    years, values = windows.monthly_co2(settings.first_year)
    months = windows.split_months(settings)[1]
    shown = months[-CO2_SHOWN:]
    chosen = trials("co2", ahead=ahead, window=window)
    forecast = next(trial["forecast"] for trial in chosen if trial["seed"] == 0)[-CO2_SHOWN:]
    widths = list(settings.co2_windows)
    errors = np.array(
        [[t["held_out"] for t in trials("co2", ahead=ahead, window=w)] for w in widths]
    )
    naive = windows.naive_errors(settings, ahead)
    linear = [linear_error(ahead, w) for w in widths]
    median = np.median(errors, axis=1)
    here = widths.index(window)
    best = min(("last value", "last year's change"), key=lambda name: naive[name])
    top = 1.12 * max(naive["last value"], float(errors.max()))
    flat = {"mode": "lines", "x": [0, 37], "xaxis": "x2", "yaxis": "y2"}
    traces = [
        go.Scatter(
            x=years[shown],
            y=values[shown],
            name="measured",
            mode="lines",
            line={"color": theme.GREY, "width": 2.5},
        ),
        go.Scatter(
            x=years[shown],
            y=forecast,
            name="forecast",
            mode="lines+markers",
            line={"color": theme.VERMILION, "width": 1, "dash": "dot"},
            marker={"symbol": "circle-open", "size": 5},
        ),
        *band(widths, errors.min(axis=1), errors.max(axis=1), theme.VERMILION, "2"),
        go.Scatter(
            x=widths,
            y=median,
            name="network",
            mode="lines+markers",
            line={"color": theme.VERMILION, "width": 2.5},
            marker={"symbol": "circle", "size": 6},
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            x=widths,
            y=linear,
            name="linear fit",
            mode="lines",
            line={"color": theme.BLUE, "width": 2, "dash": "dash"},
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            y=[naive["last value"]] * 2,
            name="naive: last value",
            line={"color": theme.GREY, "width": 2, "dash": "dot"},
            **flat,
        ),
        go.Scatter(
            y=[naive["last year's change"]] * 2,
            name="naive: last year's change",
            line={"color": theme.GREEN, "width": 2, "dash": "dashdot"},
            **flat,
        ),
        go.Scatter(
            x=[window],
            y=[median[here]],
            mode="markers",
            marker={
                "color": theme.PURPLE,
                "symbol": "diamond-open",
                "size": 15,
                "line": {"width": 2.5},
            },
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
        ),
    ]
    return theme.figure(
        traces,
        f"{_months(ahead)} ahead through a window of {_months(window)} the error is {median[here]:.2f} ppm on the "
        f"held-out years (median of {errors.shape[1]} networks; {errors[here].min():.2f} to {errors[here].max():.2f}); "
        f"the better naive rule, {best}, has {naive[best]:.2f}.",
        xaxis={"range": [1995.9, 2002.1], "tickvals": list(range(1996, 2003, 2)), "anchor": "y"},
        yaxis={"title": "CO₂, ppm", "domain": [0.6, 1], "range": [355, 377]},
        xaxis2={
            "title": "window, months",
            "range": [0, 37],
            "tickvals": [1, 6, 12, 18, 24, 30, 36],
            "anchor": "y2",
        },
        yaxis2={
            "title": "error, ppm",
            "domain": [0, 0.48],
            "anchor": "x2",
            "range": [0, top],
        },
        shapes=[upright(12, "x2", "y2")],
        height=640,
    )


@lru_cache(maxsize=256)
def linear_error(ahead: int, window: int) -> float:
    """The error of a least-squares fit on the same inputs, on the held-out months."""
    settings = windows.WindowSettings()
    _, values = windows.monthly_co2(settings.first_year)
    learn, held_out = windows.split_months(settings)
    x, change = windows.shapes_before(values, window, ahead, learn)
    x[:, 0] = 1.0
    weights = np.linalg.lstsq(x, change, rcond=None)[0]
    x, change = windows.shapes_before(values, window, ahead, held_out)
    x[:, 0] = 1.0
    return windows.root_mean_square(x @ weights - change)


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
