"""Why a memory must be able to forget, and what each part of an LSTM is for (chapter 09).

The scoreboard is a cell of one unit with its gates set by hand; the rest is drawn from `results/ablation.json`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, one_of
from lstm_lab.chapters import experiments
from lstm_lab.interact import theme

OVERS = 20
FULL_BOARD = 200.0
RESET = "0 before each innings"
FORGET: dict[str, float | None] = {"1, as in 1997": 1.0, "0.95": 0.95, "0.8": 0.8, RESET: None}
"""What the forget gate of the scoreboard may do: stay at one value, or open and close."""

TASKS = ("adding", "continual Reber")
SOLVED_BELOW = 0.05
"""The root-mean-square error at which a network counts as having learnt to add."""


@cache
def runs(innings: int) -> Array:
    """Runs in each over of twenty-over innings, one after another: made up, Poisson with a mean of 8."""
    return (
        np.random.default_rng(2000).poisson(8.0, size=12 * OVERS)[: innings * OVERS].astype(float)
    )


def board(forget: str, innings: int) -> Array:
    """The state of one linear cell that adds up runs, c_t = f_t c_{t-1} + x_t, after each over."""
    value = FORGET[one_of("forget", forget, FORGET)]
    c, states = 0.0, []
    for over, x in enumerate(runs(innings)):
        f = (0.0 if over % OVERS == 0 else 1.0) if value is None else value
        c = f * c + x
        states.append(c)
    return np.array(states)


def scoreboard(forget: str = "1, as in 1997", innings: int = 4) -> go.Figure:
    """A cell that keeps the score of one match after another: its state, and how much a further run still changes."""
    state = board(forget, innings)
    truth = board(RESET, innings)
    overs = np.arange(1, len(state) + 1) / OVERS
    slope = 1 - np.tanh(state / FULL_BOARD) ** 2
    line = {"mode": "lines", "x": overs}
    off = state[-1] - truth[-1]
    error = (
        "which is the score"
        if abs(off) < 0.5
        else f"{abs(off):.0f} {'above' if off > 0 else 'below'} the score of this innings"
    )
    return theme.figure(
        [
            go.Scatter(
                y=truth,
                name="runs in this innings",
                line={"color": theme.GREY, "dash": "dot", "width": 2},
                **line,
            ),
            go.Scatter(
                y=state,
                name="state of the cell",
                line={"color": theme.VERMILION, "width": 2.5},
                **line,
            ),
            go.Scatter(
                y=slope,
                name="what a run still changes",
                line={"color": theme.BLUE, "dash": "dash", "width": 2.5},
                xaxis="x2",
                yaxis="y2",
                **line,
            ),
        ],
        f"Forget gate {forget}: after {innings} innings the state is {state[-1]:.0f}, {error}. One more run changes "
        f"the squashed output by {100 * slope[-1]:.2g} % of what it would on an empty board.",
        xaxis={"range": [0, innings], "anchor": "y", "showticklabels": False},
        yaxis={"title": "runs", "domain": [0.42, 1], "rangemode": "tozero"},
        xaxis2={"title": "innings", "range": [0, innings], "anchor": "y2", "matches": "x"},
        yaxis2={"title": "slope", "domain": [0, 0.32], "range": [-0.03, 1.05], "anchor": "x2"},
        height=460,
    )


# --- The ablation ----------------------------------------------------------------------------------------------------


def outcomes(task: str, variant: str) -> Array:
    """One number a seed.

    For "adding" the updates until the error is below 0.05 (infinity if it never was), for "continual Reber" the share
    of deciding symbols predicted right.
    """
    settings = experiments.load("ablation")["settings"]
    found = []
    for trial in trials(task, variant):
        if task == "continual Reber":
            found.append(trial["right"])
            continue
        below = [i for i, error in enumerate(trial["errors"]) if error < SOLVED_BELOW]
        found.append(below[0] * settings["adding_check_every"] if below else np.inf)
    return np.array(found, dtype=float)


def trials(task: str, variant: str) -> list[dict[str, Any]]:
    """The recorded trials of one variant on one task, in the order of seeds."""
    one_of("task", task, TASKS)
    return [
        trial
        for trial in experiments.load("ablation")["trials"]
        if (trial["task"], trial["variant"]) == (task, variant)
    ]


def variants() -> list[str]:
    """The names of the variants, in the order of the record."""
    return [name for name, *_ in experiments.load("ablation")["settings"]["variants"]]


def ablation(task: str = "adding") -> go.Figure:
    """Every network of the ablation as a point, and for each variant the median and the range over seeds.

    With five seeds, the range from the smallest to the largest covers the true median with a probability of
    1 - 2 (1/2)^5 = 94 %, whatever the distribution.
    """
    settings = experiments.load("ablation")["settings"]
    names = variants()
    most = settings["adding_updates"]
    never = 1.12 * most
    adding = task == "adding"
    points_x, points_y, range_x, range_y, medians = [], [], [], [], []
    words = []
    for row, name in enumerate(names):
        found = outcomes(task, name)
        drawn = np.minimum(found, never) if adding else 100 * found
        points_x += list(drawn)
        points_y += list(row + np.linspace(-0.2, 0.2, len(drawn)))
        range_x += [float(drawn.min()), float(drawn.max()), None]
        range_y += [row, row, None]
        medians.append(float(np.median(drawn)))
        solved = int(np.isfinite(found).sum())
        words.append(
            f"{name}: {solved} of {len(found)}"
            if adding
            else f"{name}: {100 * np.median(found):.0f} %"
        )
    said = (
        f"Adding, {settings['adding_length']} steps: networks that came below an error of {SOLVED_BELOW} within {most} "
        f"updates: {'; '.join(words)}."
        if adding
        else f"Continual Reber, after {settings['reber_updates'] * settings['reber_length']} steps without a reset: "
        f"median share of deciding symbols predicted right (chance is 50 %): {'; '.join(words)}."
    )
    ticks = [0, most // 3, 2 * most // 3] if adding else list(range(40, 101, 20))
    return theme.figure(
        [
            go.Scatter(
                x=range_x,
                y=range_y,
                mode="lines",
                name="range",
                line={"color": theme.GREY, "width": 5},
                opacity=0.45,
            ),
            go.Scatter(
                x=points_x,
                y=points_y,
                mode="markers",
                name="one network",
                marker={"color": theme.BLUE, "symbol": "circle-open", "size": 8},
            ),
            go.Scatter(
                x=medians,
                y=list(range(len(names))),
                mode="markers",
                name="median",
                marker={"color": theme.VERMILION, "symbol": "diamond", "size": 11},
            ),
        ],
        said,
        xaxis={
            "title": "updates needed" if adding else "deciding symbols right",
            "range": [0, 1.2 * most] if adding else [38, 103],
            "tickvals": [*ticks, never] if adding else ticks,
            "ticktext": [*map(str, ticks), "never"] if adding else [f"{tick} %" for tick in ticks],
        },
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [len(names) - 0.4, -0.6],
        },
        height=500,
        margin={"l": 125, "r": 20, "t": 20, "b": 55},
    )


GROWTH = {
    "no forget gate": (theme.VERMILION, "solid", "circle"),
    "peepholes": (theme.PURPLE, "dash", "triangle-up"),
    "forget bias 1": (theme.BLUE, "dashdot", "square"),
    "coupled gates": (theme.GREEN, "dot", "diamond"),
}


def state_growth() -> go.Figure:
    """The size of the cell state while networks learn from streams without resets: median and range over seeds."""
    settings = experiments.load("ablation")["settings"]
    steps = settings["reber_updates"] * settings["reber_length"]
    traces, ends = [], []
    for name, (colour, dash, symbol) in GROWTH.items():
        sizes = np.array([trial["state"] for trial in trials("continual Reber", name)])
        updates = np.arange(sizes.shape[1]) * max(1, settings["reber_updates"] // 20) + 1
        x = updates * settings["reber_length"]
        low, middle, high = np.log10(np.quantile(sizes, (0, 0.5, 1), axis=0))
        edge = {"x": x, "mode": "lines", "line": {"width": 0, "color": colour}, "showlegend": False}
        traces += [
            go.Scatter(y=low, hoverinfo="skip", **edge),
            go.Scatter(
                y=high, fill="tonexty", fillcolor=theme.faint(colour), hoverinfo="skip", **edge
            ),
            go.Scatter(
                x=x,
                y=middle,
                name=name,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2.5},
                marker={"symbol": symbol, "size": 7},
            ),
        ]
        ends.append(
            f"{name}: {10 ** middle[-1]:.2g}"
            if middle[-1] < 2
            else f"{name}: {10 ** middle[-1]:,.0f}"
        )
    return theme.figure(
        traces,
        f"After {x[-1]:,} steps of a stream without resets the mean size of a cell state is, as the median of "
        f"{settings['seeds']} networks: {'; '.join(ends)}.",
        xaxis={"title": "steps of the stream so far", "range": [0, steps]},
        yaxis={"title": "mean size of the cell state", **theme.power_axis(-1.5, 4.5)},
        shapes=[theme.across(0)],
    )
