"""Where a network starts: what it then passes back, and whether it learns (chapter 06)."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab._validate import one_of
from lstm_lab.chapters import experiments
from lstm_lab.interact import plots, theme

SEEDS = 10
UNITS = 32
STARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "tanh RNN": ("tanh RNN", {}),
    "tanh RNN, orthogonal": ("tanh RNN", {"initialisation": "orthogonal"}),
    "ReLU RNN, identity": ("ReLU RNN", {"initialisation": "identity"}),
    "LSTM 2000, chrono": ("LSTM 2000", {}),
}
"""The starts that are drawn side by side: cell and options."""


def better_starts(
    sequence_length: int = 100, recurrent_scale: float = 1.0, input_scale: float = 1.0
) -> go.Figure:
    """The gradient of chapter 06 in untrained networks from four starts, by every path, over the lag.

    The LSTM has its biases drawn for lags up to the length of the sequence.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    traces, ends = [], []
    for name, (cell, options) in STARTS.items():
        more = {"longest_lag": sequence_length} if cell == "LSTM 2000" else options
        lags = np.unique(np.linspace(0, sequence_length, 21).round().astype(int))
        flow = gradients.gradient_flow(
            cell,
            sequence_length,
            UNITS,
            recurrent_scale=recurrent_scale,
            input_scale=input_scale,
            seeds=SEEDS,
            lags=lags,
            **more,
        )
        drawn = [None if np.isneginf(size) else size for size in flow.state.median]
        traces.append(plots.line(lags, drawn, name, *plots.CELL_STYLE[name]))
        ends.append(f"{name} {theme.power_text(flow.state.median[-1])}")
    return theme.figure(
        traces,
        f"Recurrent scale {recurrent_scale:g}, inputs of standard deviation {input_scale:g}: {sequence_length} steps "
        f"back the gradient is, in units of what entered: {'; '.join(ends)} (medians of {SEEDS} networks of {UNITS} "
        "units).",
        xaxis={"title": "lag: steps back from the end", "range": [0, sequence_length]},
        yaxis={"title": "gradient, in units of what entered", **theme.power_axis(-30, 9)},
        shapes=[theme.across(0)],
        legend=plots.legend(-0.22),
        margin={"l": 70, "r": 20, "t": 20, "b": 120},
        height=460,
    )


def kinds() -> dict[str, tuple[str, list[float]]]:
    """The kinds of network of `lstm-lab measure starts`, each with what was varied and its values."""
    return {
        label: (varied, values)
        for label, _, _, varied, values in experiments.load("starts")["settings"]["kinds"]
    }


def trials(kind: str, noise: float) -> list[dict[str, Any]]:
    """The recorded trials of one kind under one noise."""
    return [
        trial
        for trial in experiments.load("starts")["trials"]
        if (trial["kind"], trial["noise"]) == (kind, noise)
    ]


def chance_that_more_means_learning(some: list[dict[str, Any]], alike: str | None = None) -> float:
    """Of all pairs of a network that learnt and one that did not, how often the first began with more gradient.

    1/2 if the gradient says nothing; a tie counts half, and nan stands for no such pair. With `alike`, only pairs that
    share that setting count.
    """
    pairs = [
        (_size(learnt) > _size(failed)) + 0.5 * (_size(learnt) == _size(failed))
        for learnt in some
        for failed in some
        if learnt["updates"] is not None
        and failed["updates"] is None
        and (alike is None or learnt[alike] == failed[alike])
    ]
    return float(np.mean(pairs)) if pairs else float("nan")


def _size(trial: dict[str, Any]) -> float:
    return -np.inf if trial["gradient"] is None else float(trial["gradient"])


def start_and_success(noise: float = 0.2, kind: str = "tanh RNN") -> go.Figure:
    """Each network of one kind by its gradient before training, a row a start: which learnt and which did not."""
    varied, values = kinds()[one_of("kind", kind, tuple(kinds()))]
    some = trials(kind, noise)
    seeds = experiments.load("starts")["settings"]["seeds"]
    lag = experiments.load("starts")["settings"]["lag"]
    colour = plots.CELL_STYLE["LSTM 2000" if "LSTM" in kind else "tanh RNN"].colour
    traces = []
    for name, learnt, look in (
        ("learns", True, (colour, "circle", 10)),
        ("does not learn", False, (theme.GREY, "x", 10)),
    ):
        chosen = [t for t in some if (t["updates"] is not None) == learnt]
        heights = [
            values.index(t["value"]) + 0.5 * (t["seed"] / max(1, seeds - 1) - 0.5) for t in chosen
        ]
        sizes = [max(_size(t), -25.0) for t in chosen]
        traces.append(plots.points(sizes or [None], heights or [None], name, *look))
    solved = [t for t in some if t["updates"] is not None]
    told = chance_that_more_means_learning(some)
    compared = (
        "Of a network that learns and one that does not, the first began with more gradient in "
        f"{100 * told:.0f} % of all pairs."
        if np.isfinite(told)
        else f"{'All' if solved else 'None'} of them learn."
    )
    return theme.figure(
        traces,
        f"{kind}, lag {lag}, noise {noise:g}: {len(solved)} of {len(some)} networks learn. {compared}",
        xaxis={"title": f"gradient over {lag} steps before training", **theme.power_axis(-26, 4)},
        yaxis={
            "title": varied.replace("_", " "),
            **plots.ticks(range(len(values)), [plots.signed(value) for value in values]),
            "range": [-0.6, len(values) - 0.4],
        },
    )
