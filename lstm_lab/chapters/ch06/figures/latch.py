"""What a vanishing gradient does to learning: the latch experiment of chapter 06, from `results/latch.json`."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.chapters import experiments
from lstm_lab.interact import plots, theme

CELLS = (
    "tanh RNN",
    "logistic RNN",
    "LSTM 1997",
    "LSTM 2000, forget bias 0",
    "LSTM 2000, forget bias 1",
)


def latch_success(optimiser: str = "SGD", noise: float = 0.2) -> go.Figure:
    """The share of trained networks that solve the latch task, against the lag, for each cell."""
    result = experiments.load("latch")
    lags = result["settings"]["lags"]
    places = np.log10(lags)
    traces, failing = [], []
    for cell in CELLS:
        shares = [success_share(cell, optimiser, noise, lag) for lag in lags]
        percent = [100 * share for share in shares]
        traces.append(plots.line(places, percent, cell, *plots.CELL_STYLE[cell], size=9))
        solved = [lag for lag, share in zip(lags, shares, strict=True) if share >= 0.5]
        failing.append(f"{cell} up to lag {max(solved)}" if solved else f"{cell} at no lag")
    seeds = result["settings"]["seeds"]
    return theme.figure(
        traces,
        f"Trained with {optimiser}, noise {noise:g}: at least half of {seeds} networks solve the task for "
        f"{'; '.join(failing)} (of {', '.join(map(str, lags))}).",
        xaxis={"title": "lag, steps", **plots.ticks(places, lags)},
        yaxis={"title": "networks that solve it, %", "range": [-4, 104]},
        legend=plots.legend(-0.22),
        margin={"l": 70, "r": 20, "t": 20, "b": 120},
        height=460,
    )


def latch_profile(cell: str = "tanh RNN", optimiser: str = "SGD", noise: float = 0.2) -> go.Figure:
    """The gradient profile of one cell on the latch task before and after training, median and band over seeds."""
    result = experiments.load("latch")
    lag = result["settings"]["profile_lag"]
    lags = np.arange(0, lag + 1, 4)
    chosen = _trials(cell, optimiser, noise, lag)
    solved = sum(trial["updates"] is not None for trial in chosen)
    traces, ends = [], []
    for when, style in {
        "before": plots.BEFORE_TRAINING,
        "after": plots.CELL_STYLE[cell],
    }.items():
        profiles = np.array(
            [[-np.inf if v is None else v for v in trial[when]] for trial in chosen]
        )
        low, median, high = np.quantile(profiles, (0.1, 0.5, 0.9), axis=0)
        ends.append(theme.power_text(median[-1]))
        low, median, high = (_drawable(each) for each in (low, median, high))
        traces += plots.line_in_band(lags, low, median, high, f"{when} training", *style)
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
    solved = [trial["updates"] is not None for trial in _trials(cell, optimiser, noise, lag)]
    return float(np.mean(solved))


def _trials(cell: str, optimiser: str, noise: float, lag: int) -> list[dict[str, Any]]:
    """The recorded trials with these settings."""
    return [
        trial
        for trial in experiments.load("latch")["trials"]
        if (trial["cell"], trial["optimiser"], trial["noise"], trial["lag"])
        == (cell, optimiser, noise, lag)
    ]


def _drawable(values: np.ndarray) -> list[Any]:
    return [None if np.isneginf(value) else float(value) for value in values]
