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
from lstm_lab.interact import plots, theme

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
    off = state[-1] - truth[-1]
    error = (
        "which is the score"
        if abs(off) < 0.5
        else f"{abs(off):.0f} {'above' if off > 0 else 'below'} the score of this innings"
    )
    above = plots.Panel(
        {"range": [0, innings], "showticklabels": False},
        {"title": "runs", "rangemode": "tozero"},
        y=(0.42, 1),
    )
    below = plots.Panel(
        {"title": "innings", "range": [0, innings], "matches": "x"},
        {"title": "slope", "range": [-0.03, 1.05]},
        y=(0, 0.32),
    )
    changes = "what a run still changes"
    return theme.figure(
        [
            plots.line(overs, truth, "runs in this innings", theme.GREY, "dot", width=2),
            plots.line(overs, state, "state of the cell", theme.VERMILION),
            plots.line(overs, slope, changes, theme.BLUE, "dash", panel="2"),
        ],
        f"Forget gate {forget}: after {innings} innings the state is {state[-1]:.0f}, {error}. One more run changes "
        f"the squashed output by {100 * slope[-1]:.2g} % of what it would on an empty board.",
        **plots.panels(above, below),
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
    rows = list(range(len(names)))
    if adding:
        said = (
            f"Adding, {settings['adding_length']} steps: networks that came below an error of {SOLVED_BELOW} within "
            f"{most} updates: {'; '.join(words)}."
        )
        updates = [0, most // 3, 2 * most // 3]
        axis = {
            "title": "updates needed",
            "range": [0, 1.2 * most],
            **plots.ticks([*updates, never], [*updates, "never"]),
        }
    else:
        said = (
            f"Continual Reber, after {settings['reber_updates'] * settings['reber_length']} steps without a reset: "
            f"median share of deciding symbols predicted right (chance is 50 %): {'; '.join(words)}."
        )
        shares = range(40, 101, 20)
        axis = {
            "title": "deciding symbols right",
            "range": [38, 103],
            **plots.ticks(shares, [f"{share} %" for share in shares]),
        }
    return theme.figure(
        [
            plots.line(range_x, range_y, "range", theme.GREY, width=5, opacity=0.45),
            plots.points(points_x, points_y, "one network", theme.BLUE, "circle-open"),
            plots.points(medians, rows, "median", theme.VERMILION, "diamond", 11),
        ],
        said,
        xaxis=axis,
        yaxis={**plots.ticks(rows, names), "range": [len(names) - 0.4, -0.6]},
        height=500,
        margin={"l": 125, "r": 20, "t": 20, "b": 55},
    )


GROWTH = {
    "no forget gate": plots.CELL_STYLE["LSTM 1997"],  # which has none either
    "peepholes": plots.CELL_STYLE["LSTM 2000, peepholes"],
    "forget bias 1": plots.CELL_STYLE["LSTM 2000, forget bias 1"],
    "coupled gates": plots.CELL_STYLE["LSTM 2000, coupled gates"],
}


def state_growth() -> go.Figure:
    """The size of the cell state while networks learn from streams without resets: median and range over seeds."""
    settings = experiments.load("ablation")["settings"]
    steps = settings["reber_updates"] * settings["reber_length"]
    traces, ends = [], []
    for name, style in GROWTH.items():
        sizes = np.array([trial["state"] for trial in trials("continual Reber", name)])
        updates = np.arange(sizes.shape[1]) * max(1, settings["reber_updates"] // 20) + 1
        x = updates * settings["reber_length"]
        low, middle, high = np.log10(np.quantile(sizes, (0, 0.5, 1), axis=0))
        traces += plots.line_in_band(x, low, middle, high, name, *style)
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
