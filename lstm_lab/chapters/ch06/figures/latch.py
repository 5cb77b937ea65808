"""What a vanishing gradient does to learning: the latch experiment of chapter 06, from `results/latch.json`."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.chapters import experiments
from lstm_lab.interact import theme

STYLE = {
    "tanh RNN": (theme.VERMILION, "solid", "circle"),
    "logistic RNN": (theme.PURPLE, "dash", "triangle-up"),
    "LSTM 1997": (theme.BLUE, "solid", "square"),
    "LSTM 2000, forget bias 0": (theme.GREEN, "dot", "x"),
    "LSTM 2000, forget bias 1": (theme.GREEN, "dashdot", "diamond"),
}


def latch_success(optimiser: str = "SGD", noise: float = 0.2) -> go.Figure:
    """The share of trained networks that solve the latch task, against the lag, for each cell."""
    result = experiments.load("latch")
    lags = result["settings"]["lags"]
    traces, failing = [], []
    for cell, (colour, dash, symbol) in STYLE.items():
        shares = [success_share(cell, optimiser, noise, lag) for lag in lags]
        traces.append(
            go.Scatter(
                x=np.log10(lags),
                y=[100 * share for share in shares],
                name=cell,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2.5},
                marker={"symbol": symbol, "size": 9},
            )
        )
        solved = [lag for lag, share in zip(lags, shares, strict=True) if share >= 0.5]
        failing.append(f"{cell} up to lag {max(solved)}" if solved else f"{cell} at no lag")
    seeds = result["settings"]["seeds"]
    return theme.figure(
        traces,
        f"Trained with {optimiser}, noise {noise:g}: at least half of {seeds} networks solve the task for "
        f"{'; '.join(failing)} (of {', '.join(map(str, lags))}).",
        xaxis={
            "title": "lag, steps",
            "tickvals": np.log10(lags),
            "ticktext": [str(lag) for lag in lags],
        },
        yaxis={"title": "networks that solve it, %", "range": [-4, 104]},
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0, "xanchor": "left"},
        margin={"l": 70, "r": 20, "t": 20, "b": 120},
        height=460,
    )


def latch_profile(cell: str = "tanh RNN", optimiser: str = "SGD", noise: float = 0.2) -> go.Figure:
    """The gradient profile of one cell on the latch task before and after training, median and band over seeds."""
    result = experiments.load("latch")
    lag = result["settings"]["profile_lag"]
    lags = np.arange(0, lag + 1, 4)
    chosen = [
        trial
        for trial in result["trials"]
        if (trial["cell"], trial["optimiser"], trial["noise"], trial["lag"])
        == (cell, optimiser, noise, lag)
    ]
    solved = sum(trial["updates"] is not None for trial in chosen)
    traces, ends = [], []
    for when, (colour, dash, symbol) in {
        "before": (theme.GREY, "dash", "diamond-open"),
        "after": (theme.VERMILION, "solid", "circle"),
    }.items():
        profiles = np.array(
            [[-np.inf if v is None else v for v in trial[when]] for trial in chosen]
        )
        low, median, high = np.quantile(profiles, (0.1, 0.5, 0.9), axis=0)
        ends.append(theme.power_text(median[-1]))
        edge = {
            "x": lags,
            "mode": "lines",
            "line": {"width": 0, "color": colour},
            "showlegend": False,
        }
        traces += [
            go.Scatter(y=_drawable(low), **edge),
            go.Scatter(y=_drawable(high), fill="tonexty", fillcolor=theme.faint(colour), **edge),
            go.Scatter(
                x=lags,
                y=_drawable(median),
                name=f"{when} training",
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2.5},
                marker={"symbol": symbol, "size": 7},
            ),
        ]
    return theme.figure(
        traces,
        f"{cell}, trained with {optimiser} on lag {lag}, noise {noise:g} ({solved} of {len(chosen)} networks solve "
        f"it): {lag} steps back the gradient is {ends[0]} times what entered before training and {ends[1]} times after "
        f"(medians).",
        xaxis={"title": "lag: steps back from the end", "range": [0, lag]},
        yaxis={"title": "gradient, in units of what entered", **theme.power_axis(-45, 15, 9)},
        shapes=[theme.across(0)],
    )


def success_share(cell: str, optimiser: str, noise: float, lag: int) -> float:
    """The share of seeds that solved the task, of the recorded trials."""
    trials = [
        trial["updates"] is not None
        for trial in experiments.load("latch")["trials"]
        if (trial["cell"], trial["optimiser"], trial["noise"], trial["lag"])
        == (cell, optimiser, noise, lag)
    ]
    return float(np.mean(trials))


def _drawable(values: np.ndarray) -> list[Any]:
    return [None if np.isneginf(value) else float(value) for value in values]
