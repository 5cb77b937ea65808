"""Digits read pixel by pixel: accuracy, one reading, and the gradient while it is learnt (chapter 09).

Everything is drawn from `results/digits.json`, written by `lstm-lab measure digits`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, one_of
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.experiments import digits as task
from lstm_lab.interact import theme
from lstm_lab.interact.plots import band

STYLE = {
    "tanh RNN": (theme.VERMILION, "solid", "circle"),
    "LSTM, forget bias 0": (theme.GREEN, "dot", "x"),
    "LSTM, forget bias 1": (theme.BLUE, "dash", "square"),
    "LSTM, forget bias 3": (theme.PURPLE, "dashdot", "diamond"),
}
ORDINALS = ("first", "second", "third")
BOTTOM, TOP = -12, 4


def trials(cell: str, asked: str = task.ASKED[0]) -> list[dict[str, Any]]:
    """The recorded networks of one kind that were asked for their answer at the end or at every pixel, by seeds."""
    one_of("cell", cell, STYLE)
    one_of("asked", asked, task.ASKED)
    return [
        trial
        for trial in experiments.load("digits")["trials"]
        if (trial["cell"], trial["asked"]) == (cell, asked)
    ]


def settings() -> dict[str, Any]:
    """The settings of the record."""
    return dict(experiments.load("digits")["settings"])


def accuracy(cell: str, epoch: int = -1, asked: str = task.ASKED[0]) -> Array:
    """The share of held-out digits read right after an epoch, one number a seed."""
    return np.array([trial["accuracy"][epoch] for trial in trials(cell, asked)])


@cache
def shown() -> tuple[int, ...]:
    """The held-out digits that readings were kept of, by index."""
    return tuple(task.shown_digits(_settings()))


def _settings() -> task.DigitSettings:
    recorded = settings()
    return task.DigitSettings(
        test_digits=recorded["test_digits"], shown_per_class=recorded["shown_per_class"]
    )


def digit_names() -> dict[str, int]:
    """What a reader calls the digits shown ("3, first"), and the place of each among them."""
    per_class = settings()["shown_per_class"]
    return {f"{i // per_class}, {ORDINALS[i % per_class]}": i for i in range(len(shown()))}


def accuracy_over_epochs() -> go.Figure:
    """The share of held-out digits read right, epoch by epoch: median and range over seeds for each kind of network."""
    traces, ends = [], []
    for cell, (colour, dash, _) in STYLE.items():
        right = 100 * np.array([trial["accuracy"] for trial in trials(cell)])
        low, middle, high = np.quantile(right[:, -1], (0, 0.5, 1))
        traces += _band_and_line(right, cell, colour, dash)
        ends.append(f"{cell} {middle:.1f} % ({low:.1f} to {high:.1f})")
    epochs = right.shape[1] - 1
    return theme.figure(
        traces,
        f"Held-out digits read right after {epochs} epochs, median and range of {len(right)} networks: "
        f"{'; '.join(ends)}. Guessing gives 10 %.",
        xaxis={"title": "epochs", "range": [0, epochs]},
        yaxis={"title": "held-out digits read right, %", "range": [0, 100]},
        shapes=[theme.across(10)],
    )


def reading_a_digit(
    digit: str = "0, first",
    network: str = "LSTM, forget bias 1",
    asked: str = task.ASKED[1],
    pixels: int = 64,
) -> go.Figure:
    """One digit, read up to some pixel, what the network would answer at each pixel so far, and how open its gates are.

    The gates are means over the cells; a network without gates has none to show.
    """
    place = digit_names()[one_of("digit", digit, digit_names())]
    every = settings()["shown_every"]
    reading = trials(network, asked)[0]["readings"][place]
    chances = np.array(reading["probabilities"])
    _, (test, labels) = task.digits(settings()["test_digits"])
    index = shown()[place]
    truth = int(labels[index])
    picture = np.where(np.arange(task.PIXELS) < pixels, test[:, index, 0], np.nan).reshape(8, 8)
    steps = np.arange(len(chances)) * every
    drawn = np.where(steps <= pixels, 100 * chances.T, np.nan)
    now = chances[pixels // every]
    best = int(now.argmax())
    says = f"its best guess is {best} with {100 * now[best]:.0f} %"
    if best != truth:
        says += f"; the right answer, {truth}, has {100 * now[truth]:.0f} %"
    gated = "forget_gate" in reading
    traces: list[Any] = [
        go.Heatmap(
            z=picture,
            x=np.arange(8),
            y=np.arange(8),
            zmin=0,
            zmax=1,
            colorscale="Cividis",
            showscale=False,
            hovertemplate="ink %{z:.2f}<extra></extra>",
        ),
        go.Heatmap(
            z=drawn,
            x=steps,
            y=np.arange(task.CLASSES),
            zmin=0,
            zmax=100,
            colorscale="Cividis",
            showscale=False,
            xaxis="x2",
            yaxis="y2",
            hovertemplate="after %{x} pixels: %{y} with %{z:.0f} %<extra></extra>",
        ),
    ]
    for gate, (colour, dash) in {
        "forget": (theme.BLUE, "solid"),
        "input": (theme.VERMILION, "dash"),
    }.items():
        opening = np.array(reading.get(f"{gate}_gate", np.full(task.PIXELS, np.nan)))
        traces.append(
            go.Scatter(
                x=np.arange(1, task.PIXELS + 1),
                y=np.where(np.arange(task.PIXELS) < pixels, opening, np.nan),
                name=f"{gate} gates",
                mode="lines",
                line={"color": colour, "dash": dash, "width": 2},
                xaxis="x3",
                yaxis="y3",
                visible=gated,
            )
        )
    wide = {
        "range": [-1, task.PIXELS + 1],
        "tickvals": list(range(0, 65, 16)),
        "domain": [0.46, 1],
    }
    bare = {"showticklabels": False, "showgrid": False, "ticks": ""}
    return theme.figure(
        traces,
        f"The {digit.partition(', ')[2]} {truth}, read by the {network}, trained to answer {asked}, up to pixel "
        f"{pixels} of {task.PIXELS}: {says}.",
        xaxis={**bare, "range": [-0.5, 7.5], "domain": [0, 0.34], "title": "picture so far"},
        yaxis={**bare, "range": [7.5, -0.5], "domain": [0.38, 1]},
        xaxis2={**wide, "anchor": "y2", "showticklabels": False},
        yaxis2={
            "range": [9.5, -0.5],
            "tickvals": list(range(task.CLASSES)),
            "domain": [0.38, 1],
            "anchor": "x2",
        },
        xaxis3={**wide, "title": "pixels read", "anchor": "y3"},
        yaxis3={
            "range": [0, 1.02],
            "tickvals": [0, 0.5, 1],
            "domain": [0, 0.28],
            "anchor": "x3",
        },
        margin={"l": 30, "r": 20, "t": 40, "b": 100},
        legend={"orientation": "h", "x": 0, "y": -0.2, "xanchor": "left", "yanchor": "top"},
        annotations=[theme.heading("answer so far", 0.73)],
        height=500,
    )


READERS = (
    ("LSTM, forget bias 1", task.ASKED[1], theme.BLUE, "solid"),
    ("LSTM, forget bias 1", task.ASKED[0], theme.BLUE, "dot"),
    ("tanh RNN", task.ASKED[1], theme.VERMILION, "dash"),
    ("tanh RNN", task.ASKED[0], theme.VERMILION, "longdashdot"),
)


def by_pixel() -> go.Figure:
    """How many held-out digits would be right if the network were asked early: median and range over seeds."""
    traces, words = [], []
    for cell, asked, colour, dash in READERS:
        right = 100 * np.array([trial["by_pixel"] for trial in trials(cell, asked)])
        middle = np.median(right, axis=0)
        traces += _band_and_line(right, f"{cell}, {asked}", colour, dash)
        words.append(
            f"{cell} trained to answer {asked} {middle[32]:.0f} % after 32 pixels, {middle[48]:.0f} % after 48 and "
            f"{middle[64]:.0f} % after 64"
        )
    return theme.figure(
        traces,
        f"Held-out digits that would be right if the answer were asked for early (medians): {'; '.join(words)}.",
        xaxis={
            "title": "pixels read",
            "range": [0, task.PIXELS],
            "tickvals": list(range(0, 65, 8)),
        },
        yaxis={"title": "right, %", "range": [0, 100]},
        shapes=[theme.across(10)],
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0, "xanchor": "left"},
        margin={"l": 70, "r": 20, "t": 20, "b": 130},
        height=470,
    )


def profile(cell: str, epoch: int, which: str = "profiles") -> Array | None:
    """log10 of the gradient profiles after an epoch, (seeds, lags); None where a cell has none of that kind."""
    place = settings()["profile_epochs"].index(epoch)
    rows = [trial[which][place] for trial in trials(cell)]
    return None if rows[0] is None else np.array(rows, dtype=float)


def gradient_over_training(cell: str = "LSTM, forget bias 1", epoch: int = 0) -> go.Figure:
    """The gradient profile before, during and after training, and how well the networks read by then."""
    lags = np.arange(0, task.PIXELS + 1, settings()["profile_every"])
    colour, dash, symbol = STYLE[cell]
    before, now = profile(cell, 0), profile(cell, epoch)
    assert before is not None
    assert now is not None
    path = profile(cell, epoch, "cell_profiles")
    low, middle, high = np.quantile(now, (0, 0.5, 1), axis=0)
    start = np.median(before, axis=0)
    right = 100 * np.array([trial["accuracy"] for trial in trials(cell)])
    epochs = np.arange(right.shape[1])
    along = np.median(path, axis=0) if path is not None else None
    traces = [
        *band(lags, low, high, colour),
        go.Scatter(
            x=lags,
            y=start,
            name="before training",
            mode="lines",
            line={"color": theme.GREY, "dash": "longdash", "width": 2},
        ),
        go.Scatter(
            x=lags,
            y=middle,
            name="now, every path",
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 7},
        ),
        go.Scatter(
            x=lags if along is not None else [None],
            y=along if along is not None else [None],
            name="now, along the cell alone",
            mode="lines+markers",
            line={"color": theme.GREY, "dash": "dot", "width": 2},
            marker={"symbol": "diamond-open", "size": 6},
            visible=along is not None,
        ),
        go.Scatter(
            x=epochs,
            y=np.median(right, axis=0),
            mode="lines",
            line={"color": colour, "width": 2},
            name="read right",
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            x=[epoch],
            y=[np.median(right[:, epoch])],
            mode="markers",
            marker={"color": theme.GREY, "size": 11, "symbol": "circle"},
            name="now",
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
        ),
    ]
    when = "Before training" if epoch == 0 else f"After {epoch} epoch{'s' * (epoch > 1)}"
    summary = (
        f"{cell}. {when}, {task.PIXELS} pixels back the gradient is {theme.power_text(middle[-1])} times what entered "
        f"(median of {len(now)} networks; {theme.power_text(low[-1])} to {theme.power_text(high[-1])}); it was "
        f"{theme.power_text(start[-1])} before training. "
        f"{np.median(right[:, epoch]):.0f} % of held-out digits are read right."
    )
    if along is not None:
        summary += f" Along the cell alone: {theme.power_text(along[-1])}."
    return theme.figure(
        traces,
        summary,
        xaxis={
            "title": "lag, pixels",
            "range": [0, task.PIXELS],
            "tickvals": list(range(0, 65, 16)),
            "domain": [0, 0.52],
        },
        yaxis={"title": "gradient left", **theme.power_axis(BOTTOM, TOP, 9)},
        xaxis2={
            "title": "epoch",
            "tickvals": [0, 30, 60],
            "range": [-2, epochs[-1] + 2],
            "domain": [0.82, 1],
            "anchor": "y2",
        },
        yaxis2={"title": "right, %", "range": [0, 100], "anchor": "x2"},
        shapes=[theme.across(0)],
        legend={"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0, "xanchor": "left"},
        margin={"l": 70, "r": 20, "t": 20, "b": 110},
        height=470,
    )


def _band_and_line(rows: Array, name: str, colour: str, dash: str) -> list[go.Scatter]:
    """The range over seeds as a band, and the median as a line, against the place in a row."""
    x = np.arange(rows.shape[1])
    low, middle, high = np.quantile(rows, (0, 0.5, 1), axis=0)
    line = {"color": colour, "dash": dash, "width": 2.5}
    return [
        *band(x, low, high, colour),
        go.Scatter(x=x, y=middle, name=name, mode="lines", line=line),
    ]
