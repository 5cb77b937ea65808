"""What was tried before 1997, on one task, from `results/before_1997.json` (chapter 07)."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import one_of
from lstm_lab.chapters import experiments
from lstm_lab.interact import plots, theme

BETWEEN = {"in turn": 0.0, "one in ten at random": 0.1, "all at random": 1.0}
ASIDE = 0.03
STYLES = {
    "tanh RNN": plots.CELL_STYLE["tanh RNN"],
    "delays": plots.Style(theme.VERMILION, "dash", "x"),
    "time constants 10": plots.Style(theme.VERMILION, "dot", "triangle-up"),
    "time constants 100": plots.Style(theme.VERMILION, "dashdot", "triangle-down"),
    "chunker": plots.Style(theme.GREY, "longdash", "diamond"),
    "LSTM 1997": plots.CELL_STYLE["LSTM 1997"],
}


def trials(**wanted: Any) -> list[dict[str, Any]]:
    """The recorded trials that have these settings."""
    return [
        trial
        for trial in experiments.load("before_1997")["trials"]
        if all(trial[name] == value for name, value in wanted.items())
    ]


def solved(approach: str, random_share: float, lag: int, updates: int) -> int:
    """How many networks of an approach solve the task at a lag within so many updates."""
    some = trials(approach=approach, random_share=random_share, lag=lag)
    return sum(trial["updates"] is not None and trial["updates"] <= updates for trial in some)


def before_1997(between: str = "in turn", updates: int = 1000) -> go.Figure:
    """The share of networks that still know the first letter at the end, against the lag, for each approach."""
    share = BETWEEN[one_of("between", between, BETWEEN)]
    settings = experiments.load("before_1997")["settings"]
    lags, seeds = settings["lags"], settings["seeds"]
    places = np.log10(lags)
    traces, words, farthest = [], [], {}
    for number, (approach, style) in enumerate(STYLES.items()):
        counts = [solved(approach, share, lag, updates) for lag in lags]
        percent = [100 * count / seeds for count in counts]
        beside = places + ASIDE * (number - (len(STYLES) - 1) / 2)  # so that no point hides another
        traces.append(plots.line(beside, percent, approach, *style, size=9))
        words.append(f"{approach} {', '.join(map(str, counts))}")
        farthest[approach] = counts[-1]
    most = max(farthest.values())
    best = [approach for approach, count in farthest.items() if count == most]
    finding = "no network succeeds"
    if most:
        finding = f"the most networks succeed with {' and '.join(best)}, {most} of {seeds}"
    return theme.figure(
        traces,
        f"Letters between {between}, within {updates:,} updates: at a lag of {lags[-1]} {finding}. "
        f"Networks that solve it, at lags {', '.join(map(str, lags))}: {'; '.join(words)}.",
        xaxis={"title": "lag, steps", **plots.ticks(places, lags)},
        yaxis={"title": "networks that solve it, %", "range": [-4, 104]},
        legend=plots.legend(-0.22),
        margin={"l": 70, "r": 20, "t": 20, "b": 130},
        height=460,
    )
