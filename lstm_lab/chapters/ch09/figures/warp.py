"""The same message at another pace: what a leak can follow, and what takes a gate (chapter 09)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, one_of
from lstm_lab.interact import plots, theme

WORDS, STEPS_A_WORD = 8, 20
LEAK = 0.1
SELF_WEIGHT, INPUT_WEIGHT = 0.8, 2.0
PACES = ("as taught", "4 times slower", "2 times faster", "slower and slower", "in fits and starts")
UNITS = ("leak", "gate")


def speeds(pace: str) -> Array:
    """How much of the message passes at each step, 1 as taught; over the whole message it sums to the same length."""
    length = WORDS * STEPS_A_WORD
    if pace == "slower and slower":
        rate = np.geomspace(2.0, 0.25, 4 * length)
    elif pace == "in fits and starts":
        rate = np.tile(np.repeat([2.0, 0.25], [8, 24]), length)
    else:
        rate = np.full(
            4 * length, {"as taught": 1.0, "4 times slower": 0.25, "2 times faster": 2.0}[pace]
        )
    return rate[: int(np.searchsorted(np.cumsum(rate), length - 1e-9)) + 1]


def message() -> Array:
    """One value a word."""
    return np.random.default_rng(2018).choice([-1.0, 1.0], WORDS)


def read(x: Array, rates: Array) -> Array:
    """The state of one unit, h_t = (1 - z_t) h_{t-1} + z_t tanh(w x_t + u h_{t-1}) from 0, after each step.

    With every z_t the same it is a leaky unit (eq-09-leak); with z_t = 1 a simple recurrent one. Chapter 09.
    """
    h, states = 0.0, []
    for x_t, z_t in zip(x, rates, strict=True):
        new = np.tanh(INPUT_WEIGHT * x_t + SELF_WEIGHT * h)
        h = (1 - z_t) * h + z_t * new  # eq-09-warp
        states.append(h)
    return np.array(states)


def states(unit: str, pace: str) -> tuple[Array, Array]:
    """Where in the message each step ends, in words, and the state of a unit there.

    The leak is right for the pace that it was taught; the gate is that leak times the speed of the moment.
    """
    one_of("unit", unit, UNITS)
    speed = speeds(one_of("pace", pace, PACES))
    place = np.cumsum(speed) / STEPS_A_WORD
    word = np.minimum(np.ceil(place - 1e-9).astype(int) - 1, WORDS - 1)
    x = message()[np.maximum(word, 0)]
    rate = LEAK * speed if unit == "gate" else np.full_like(speed, LEAK)
    return place, read(x, rate)


def gap(unit: str, pace: str) -> float:
    """By how much a unit is off its own state at the same places of the message as taught, root mean square."""
    place, here = states(unit, pace)
    taught_place, taught = states(unit, PACES[0])
    inside = place >= taught_place[0]
    return float(np.sqrt(np.mean((here - np.interp(place, taught_place, taught))[inside] ** 2)))


def time_warp(pace: str = "4 times slower", unit: str = "leak") -> go.Figure:
    """The state of one unit over the place in the message, as taught and at another pace."""
    place, here = states(unit, pace)
    taught_place, taught = states(unit, PACES[0])
    every = max(1, len(place) // 160)
    x, y = stairs(message())
    return theme.figure(
        [
            plots.line(x, y, "what comes in", theme.GREY, "dot", width=1.5),
            plots.line(taught_place, taught, "as taught", theme.BLUE, "dash", width=3),
            plots.line(place[::every], here[::every], pace, theme.VERMILION),
        ],
        f"{unit.capitalize()}, {pace}: {len(place)} steps instead of {len(taught_place)}, and at the same places "
        f"of the message the state is {gap(unit, pace):.2f} off (root mean square).",
        xaxis={"title": "place in the message, words", "range": [0, WORDS]},
        yaxis={"title": "state h", "range": [-1.15, 1.15]},
        showlegend=True,
    )


def stairs(values: Array) -> tuple[Array, Array]:
    """The corners of a line that holds each value for one word."""
    return np.repeat(np.arange(WORDS + 1.0), 2)[1:-1], np.repeat(values, 2)
