"""A window of months on the carbon dioxide of Mauna Loa, drawn (chapter 04).

The errors come from `results/windows.json`, which `lstm-lab measure windows` writes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch04.figures.windows import trials
from lstm_lab.interact import plots, theme

CO2_SHOWN = 72
"""Months drawn at the end of the held-out years."""


def co2_window(ahead: int = 3, window: int = 6) -> go.Figure:
    """Forecasts of the held-out months through a window of months, and the error against the width of the window."""
    settings = windows.WindowSettings()
    widths = list(settings.co2_windows)
    errors = np.array(
        [[t["held_out"] for t in trials("co2", ahead=ahead, window=w)] for w in widths]
    )
    naive = windows.naive_errors(settings, ahead)
    here = widths.index(window)
    median = np.median(errors[here])
    best = min(("last value", "last year's change"), key=lambda name: naive[name])
    above = plots.Panel(
        {"range": [1995.9, 2002.1], "tickvals": list(range(1996, 2003, 2))},
        {"title": "CO₂, ppm", "range": [355, 377]},
        y=(0.6, 1),
    )
    below = plots.Panel(
        {"title": "window, months", "range": [0, 37], "tickvals": [1, 6, 12, 18, 24, 30, 36]},
        {"title": "error, ppm", "range": [0, 1.12 * max(naive["last value"], float(errors.max()))]},
        y=(0, 0.48),
    )
    traces = [*_forecast(ahead, window), *_errors(ahead, widths, errors, naive)]
    state: dict[str, Any] = {"border": 2.5, "panel": "2"}
    traces.append(plots.points([window], [median], "", theme.PURPLE, "diamond-open", 15, **state))
    return theme.figure(
        traces,
        f"{_months(ahead)} ahead through a window of {_months(window)} the error is {median:.2f} ppm on the "
        f"held-out years (median of {errors.shape[1]} networks; {errors[here].min():.2f} to {errors[here].max():.2f}); "
        f"the better naive rule, {best}, has {naive[best]:.2f}.",
        **plots.panels(above, below),
        shapes=[plots.upright(12, "x2", "y2")],
        height=640,
    )


def _forecast(ahead: int, window: int) -> list[go.Scatter]:
    """The last held-out months as measured and as one network foretold them."""
    settings = windows.WindowSettings()
    years, values = windows.monthly_co2(settings.first_year)
    shown = windows.split_months(settings)[1][-CO2_SHOWN:]
    chosen = trials("co2", ahead=ahead, window=window)
    forecast = next(trial["forecast"] for trial in chosen if trial["seed"] == 0)[-CO2_SHOWN:]
    dotted: dict[str, Any] = {"width": 1, "size": 5}
    return [
        plots.line(years[shown], values[shown], "measured", theme.GREY),
        plots.line(
            years[shown], forecast, "forecast", theme.VERMILION, "dot", "circle-open", **dotted
        ),
    ]


def _errors(
    ahead: int, widths: list[int], errors: Array, naive: dict[str, float]
) -> list[go.Scatter]:
    """The error against the width of the window: of the networks, of a linear fit, and of two rules without one."""
    low, middle, high = errors.min(axis=1), np.median(errors, axis=1), errors.max(axis=1)
    linear = [linear_error(ahead, width) for width in widths]
    below: dict[str, Any] = {"width": 2, "panel": "2"}
    return [
        *plots.line_in_band(
            widths,
            low,
            middle,
            high,
            "network",
            theme.VERMILION,
            symbol="circle",
            size=6,
            panel="2",
        ),
        plots.line(widths, linear, "linear fit", theme.BLUE, "dash", **below),
        *(
            plots.line([0, 37], [naive[rule]] * 2, f"naive: {rule}", colour, dash, **below)
            for rule, colour, dash in (
                ("last value", theme.GREY, "dot"),
                ("last year's change", theme.GREEN, "dashdot"),
            )
        ),
    ]


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
