"""Four small sequences, and the same values in another order, drawn (chapter 04)."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, one_of
from lstm_lab.interact import plots, theme

ORDERS = ("as it came", "backwards", "shuffled")
KINDS = ("speech", "sentence", "cricket innings", "electricity bill")

# Invented for the picture: runs off each ball of six overs, and the units of two years of bills.
RUNS = [0, 1, 4, 0, 1, 6, 4, 0, 1, 2, 4, 1, 4, 0, 6, 1, 1, 2]
RUNS += [0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 1, 1, 4]

UNITS = [120, 118, 150, 210, 265, 240, 190, 180, 170, 150, 124, 121]
UNITS += [126, 122, 158, 222, 281, 246, 201, 188, 176, 154, 130, 127]

BANK_SENTENCE = ["Meena", "asked", "about", "the", "boat", "people", "after", "tiffin"]
BANK_SENTENCE += ["near", "the", "bank"]


def a_sequence(name: str = "sentence") -> tuple[Array, list[str], str, str]:
    """A small example: its values, their words (none if they are numbers), the units of time and of value."""
    one_of("name", name, KINDS)
    if name == "speech":
        t = np.arange(160) / 8000
        wave = sum(
            np.sin(2 * np.pi * 125 * n * t)
            * (1 / (1 + ((125 * n - 700) / 130) ** 2) + 0.6 / (1 + ((125 * n - 1200) / 150) ** 2))
            for n in range(1, 20)
        )
        return np.asarray(wave) / np.abs(wave).max(), [], "8000 a second", "air pressure"
    if name == "sentence":
        order = list(dict.fromkeys(BANK_SENTENCE))
        places = np.array([order.index(word) for word in BANK_SENTENCE], dtype=float)
        return places, order, "word", "which word"
    if name == "cricket innings":
        return np.array(RUNS, dtype=float), [], "ball", "runs off the ball"
    return np.array(UNITS, dtype=float), [], "month", "units, kWh"


def in_order(name: str = "sentence", order: str = "as it came") -> go.Figure:
    """A small example of a sequence, and the same values in another order."""
    values, words, time, unit = a_sequence(name)
    one_of("order", order, ORDERS)
    places = {
        "as it came": np.arange(len(values)),
        "backwards": np.arange(len(values))[::-1],
        "shuffled": np.random.default_rng(0).permutation(len(values)),
    }[order]
    drawn = values[places]
    if words:
        ticks = plots.ticks(range(len(words)), words)
    else:
        ticks = plots.ticks(_ticks(values), [f"{tick:g}" for tick in _ticks(values)])
    steps = np.arange(1, len(values) + 1)
    look: dict[str, Any] = {"width": 1.5, "size": 6, "showlegend": False}
    traced = plots.line(steps, drawn, name, theme.BLUE, symbol="circle", **look)
    margin = 0.07 * (values.max() - values.min())
    return theme.figure(
        [traced],
        _sequence_summary(name, order, drawn),
        xaxis={"title": f"time step t: {time}", "range": [0, len(values) + 1]},
        yaxis={
            "title": unit,
            "range": [values.min() - margin, values.max() + margin],
            **ticks,
        },
    )


def _ticks(values: Array) -> list[float]:
    spread = float(np.ptp(values))
    step = next(step for step in (0.5, 1, 50) if spread / step < 7)
    return [
        float(v) for v in np.arange(np.ceil(values.min() / step) * step, values.max() + 1e-9, step)
    ]


def _sequence_summary(name: str, order: str, drawn: Array) -> str:
    count = f"{name.capitalize()}, {order}: {len(drawn)} values"
    if name == "sentence":
        places = list(dict.fromkeys(BANK_SENTENCE))
        return f"{count}, which read “{' '.join(places[int(v)] for v in drawn)}”."
    steps = np.abs(np.diff(drawn)).mean()
    if name == "cricket innings":
        quiet = np.convolve(drawn, np.ones(12), "valid").min()
        return f"{count}, {drawn.sum():.0f} runs in all; the quietest 12 balls in a row bring {quiet:.0f}."
    if name == "speech":
        return (
            f"{count}, 20 ms of a vowel; from one to the next they differ by {steps:.2f} on average, where the whole "
            f"range is {np.ptp(drawn):.2f}."
        )
    return (
        f"{count}, {drawn.sum():.0f} units in all in every order; from one month to the next the bill differs by "
        f"{steps:.0f} units on average."
    )
