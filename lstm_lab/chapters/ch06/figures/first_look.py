"""The two curves that the book is about, for its first page; `scene` has every cell and every setting (chapter 06)."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab._validate import integer_in
from lstm_lab.chapters.ch06.figures.scene import BALLS, HIDDEN_SIZE, LENGTHS, SEEDS
from lstm_lab.interact import plots, theme

CELLS = {"tanh RNN": "simple recurrent<br>network", "LSTM 1997": "LSTM of 1997"}
FLOOR, TOP = -80, 12
DRAWN = (0, 5, *range(12, LENGTHS[-1], 24))
"""The lags at which a curve is drawn, beside its end: at the same ones whatever its length, so that it grows."""
TICKS = (0, 100, 200, LENGTHS[-1])


def first_look(sequence_length: int = 10) -> go.Figure:
    """How much of the error at ball 300 is left a number of balls earlier, in a simple RNN and in the LSTM of 1997.

    Both networks have 32 units, are untrained, and read the same 300 random inputs. The quantity is the spectral norm
    of the full state Jacobian (:func:`lstm_lab.gradients.gradient_flow`): median and 10-90 % band over 20 seeds.
    `sequence_length` is how many balls the error has travelled back.

    Raises:
        TypeError, ValueError: if it is no whole number from 1 to 288.
    """
    reach = integer_in("sequence_length", sequence_length, minimum=1, maximum=LENGTHS[-1])
    lags = [*(lag for lag in DRAWN if lag < reach), reach]
    traces, ends = [], []
    for cell, name in CELLS.items():
        state = _flow(cell).state
        low, middle, high = (values[lags] for values in (state.low, state.median, state.high))
        traces += plots.line_in_band(lags, low, middle, high, cell, *plots.CELL_STYLE[cell], size=5)
        side = "right" if reach > BALLS // 2 else "left"
        place = f"{'top' if cell == 'LSTM 1997' else 'bottom'} {side}"
        traces.append(
            plots.words([reach], [middle[-1]], [name], textposition=place, textfont={"size": 14})
        )
        ends.append(float(middle[-1]))
    plain, lstm = (left(end) for end in ends)
    return theme.figure(
        traces,
        f"Of an error at ball {BALLS}, ball {BALLS - reach} gets {plain} in a simple recurrent network,\n"
        f"and {lstm} in the LSTM of 1997.",
        meta={
            "handles": [
                {
                    "x": {"axis": "x", "control": "sequence_length", "at": list(LENGTHS)},
                    "y": {"axis": "y", "stands": ends[0]},
                }
            ]
        },
        height=300,
        xaxis={
            "title": "← the error, on its way back",
            "range": [BALLS, 0],
            **plots.ticks(TICKS, [f"ball {BALLS - lag}" for lag in TICKS]),
        },
        yaxis={"title": "what is left of it", **theme.power_axis(FLOOR, TOP, 6)},
        shapes=[theme.across(0)],
        showlegend=False,
    )


def left(size: float) -> str:
    """How much of an error is left, in words: the norm, as log10, is the most that any error keeps."""
    if size >= np.log10(1.05):
        return f"up to {10**size:.2g} times as much"
    if size >= -2:
        percent = float(f"{100 * 10**size:.2g}")
        return f"at most {percent:g} %"
    power = int(-size)
    parts = f"{10**power:,}" if power < 6 else theme.power_text(power).removeprefix("1.0 × ")
    return f"less than 1 part in {parts}"


@cache
def _flow(cell: str) -> gradients.GradientFlow:
    """What is left of the error at every lag, once for all states."""
    return gradients.gradient_flow(
        cell, BALLS, HIDDEN_SIZE, recurrent_scale=0.9, input_scale=1.0, seeds=SEEDS,
        lags=range(LENGTHS[-1] + 1),
    )  # fmt: skip
