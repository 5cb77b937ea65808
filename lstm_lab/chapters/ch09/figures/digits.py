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
from lstm_lab.interact import plots, theme

CELLS = ("tanh RNN", "LSTM, forget bias 0", "LSTM, forget bias 1", "LSTM, forget bias 3")
ORDINALS = ("first", "second", "third")
BOTTOM, TOP = -12, 4


def trials(cell: str, asked: str = task.ASKED[0]) -> list[dict[str, Any]]:
    """The recorded networks of one kind that were asked for their answer at the end or at every pixel, by seeds."""
    one_of("cell", cell, CELLS)
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
    for cell in CELLS:
        right = 100 * np.array([trial["accuracy"] for trial in trials(cell)])
        low, middle, high = np.quantile(right[:, -1], (0, 0.5, 1))
        traces += _median_and_range(right, cell, *plots.CELL_STYLE[cell][:2])
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
    now = chances[pixels // every]
    best = int(now.argmax())
    says = f"its best guess is {best} with {100 * now[best]:.0f} %"
    if best != truth:
        says += f"; the right answer, {truth}, has {100 * now[truth]:.0f} %"
    picture = np.where(np.arange(task.PIXELS) < pixels, test[:, index, 0], np.nan).reshape(8, 8)
    steps = np.arange(len(chances)) * every
    answers = np.where(steps <= pixels, 100 * chances.T, np.nan)
    traces: list[Any] = [
        plots.heatmap(
            picture, np.arange(8), np.arange(8), zmin=0, zmax=1,
            hovertemplate="ink %{z:.2f}<extra></extra>",
        ),
        plots.heatmap(
            answers, steps, np.arange(task.CLASSES), zmin=0, zmax=100, panel="2",
            hovertemplate="after %{x} pixels: %{y} with %{z:.0f} %<extra></extra>",
        ),
        *_openings(reading, pixels),
    ]  # fmt: skip
    return theme.figure(
        traces,
        f"The {digit.partition(', ')[2]} {truth}, read by the {network}, trained to answer {asked}, up to pixel "
        f"{pixels} of {task.PIXELS}: {says}.",
        **plots.panels(*_reading_panels()),
        margin={"l": 30, "r": 20, "t": 40, "b": 100},
        legend=plots.legend(-0.2),
        height=500,
    )


def _openings(reading: dict[str, Any], pixels: int) -> list[go.Scatter]:
    """How open the forget and the input gates are, up to a pixel."""
    steps = np.arange(1, task.PIXELS + 1)
    there: dict[str, Any] = {"width": 2, "panel": "3", "visible": "forget_gate" in reading}
    traces = []
    for gate, colour, dash in (
        ("forget", theme.BLUE, "solid"),
        ("input", theme.VERMILION, "dash"),
    ):
        opening = np.array(reading.get(f"{gate}_gate", np.full(task.PIXELS, np.nan)))
        so_far = np.where(steps <= pixels, opening, np.nan)
        traces.append(plots.line(steps, so_far, f"{gate} gates", colour, dash, **there))
    return traces


def _reading_panels() -> tuple[plots.Panel, plots.Panel, plots.Panel]:
    """The picture at the left; at the right the answers, and below them the gates."""
    bare = {"showticklabels": False, "showgrid": False, "ticks": ""}
    steps = {"range": [-1, task.PIXELS + 1], "tickvals": list(range(0, 65, 16))}
    right = (0.46, 1)
    return (
        plots.Panel(
            {**bare, "range": [-0.5, 7.5], "title": "picture so far"},
            {**bare, "range": [7.5, -0.5]},
            x=(0, 0.34),
            y=(0.38, 1),
        ),
        plots.Panel(
            {**steps, "showticklabels": False},
            {"range": [9.5, -0.5], "tickvals": list(range(task.CLASSES))},
            x=right,
            y=(0.38, 1),
            heading="answer so far",
        ),
        plots.Panel(
            {**steps, "title": "pixels read"},
            {"range": [0, 1.02], "tickvals": [0, 0.5, 1]},
            x=right,
            y=(0, 0.28),
        ),
    )


READERS = (
    ("LSTM, forget bias 1", task.ASKED[1], "dashdot"),
    ("LSTM, forget bias 1", task.ASKED[0], "dot"),
    ("tanh RNN", task.ASKED[1], "solid"),
    ("tanh RNN", task.ASKED[0], "dash"),
)


def by_pixel() -> go.Figure:
    """How many held-out digits would be right if the network were asked early: median and range over seeds."""
    traces, words = [], []
    for cell, asked, dash in READERS:
        right = 100 * np.array([trial["by_pixel"] for trial in trials(cell, asked)])
        middle = np.median(right, axis=0)
        colour = plots.CELL_STYLE[cell].colour
        traces += _median_and_range(right, f"{cell}, {asked}", colour, dash)
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
        legend=plots.legend(-0.2),
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
    before, now = profile(cell, 0), profile(cell, epoch)
    assert before is not None
    assert now is not None
    path = profile(cell, epoch, "cell_profiles")
    low, middle, high = np.quantile(now, (0, 0.5, 1), axis=0)
    start = np.median(before, axis=0)
    along = np.median(path, axis=0) if path is not None else None
    right = np.median([trial["accuracy"] for trial in trials(cell)], axis=0) * 100
    lags = np.arange(0, task.PIXELS + 1, settings()["profile_every"])
    style = plots.CELL_STYLE[cell]
    beside: dict[str, Any] = {"panel": "2", "showlegend": False}
    traces = [
        *plots.band(lags, low, high, style.colour),
        plots.line(lags, start, "before training", *plots.BEFORE_TRAINING[:2], width=2),
        plots.line(lags, middle, "now, every path", *style),
        plots.line(
            lags if along is not None else [None], along if along is not None else [None],
            "now, along the cell alone", *plots.ALONG_THE_CELL,
            width=2, size=6, visible=along is not None,
        ),
        plots.line(np.arange(len(right)), right, "read right", style.colour, width=2, **beside),
        plots.points([epoch], [right[epoch]], "now", theme.GREY, size=11, **beside),
    ]  # fmt: skip
    when = "Before training" if epoch == 0 else f"After {epoch} epoch{'s' * (epoch > 1)}"
    summary = (
        f"{cell}. {when}, {task.PIXELS} pixels back the gradient is {theme.power_text(middle[-1])} times what entered "
        f"(median of {len(now)} networks; {theme.power_text(low[-1])} to {theme.power_text(high[-1])}); it was "
        f"{theme.power_text(start[-1])} before training. "
        f"{right[epoch]:.0f} % of held-out digits are read right."
    )
    if along is not None:
        summary += f" Along the cell alone: {theme.power_text(along[-1])}."
    flow = plots.Panel(
        {"title": "lag, pixels", "range": [0, task.PIXELS], "tickvals": list(range(0, 65, 16))},
        {"title": "gradient left", **theme.power_axis(BOTTOM, TOP, 9)},
        x=(0, 0.52),
    )
    reading = plots.Panel(
        {"title": "epoch", "tickvals": [0, 30, 60], "range": [-2, len(right) + 1]},
        {"title": "right, %", "range": [0, 100]},
        x=(0.82, 1),
    )
    return theme.figure(
        traces,
        summary,
        **plots.panels(flow, reading),
        shapes=[theme.across(0)],
        legend=plots.legend(-0.2),
        margin={"l": 70, "r": 20, "t": 20, "b": 110},
        height=470,
    )


def _median_and_range(rows: Array, name: str, colour: str, dash: str) -> list[go.Scatter]:
    """The range over seeds as a band, and the median as a line, against the place in a row."""
    low, middle, high = np.quantile(rows, (0, 0.5, 1), axis=0)
    return plots.line_in_band(np.arange(rows.shape[1]), low, middle, high, name, colour, dash)
