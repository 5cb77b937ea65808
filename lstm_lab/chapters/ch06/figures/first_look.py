"""The two curves that the book is about, for its first page (chapter 06 has every cell and every setting)."""

from __future__ import annotations

from functools import cache

import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab._validate import integer_in
from lstm_lab.interact import plots, theme

BALLS = 300
"""Of a cricket innings: what the networks read, one a step. The error enters at the last."""
FIRST = 12
"""The ball at which the match was decided."""
SEEDS, HIDDEN_SIZE = 20, 32
FLOOR, TOP = -80, 12
CELLS = {"tanh RNN": "simple recurrent network", "LSTM 1997": "LSTM of 1997"}
DRAWN = (0, 5, *range(12, BALLS - FIRST, 24))
"""The lags at which a curve is drawn, beside its end: at the same ones whatever its length, so that it grows."""
TICKS = (0, 100, 200, BALLS - FIRST)


def first_look(sequence_length: int = 10) -> go.Figure:
    """How much of the error at ball 300 is left a number of balls earlier, in a simple RNN and in the LSTM of 1997.

    Both networks have 32 units, are untrained, and read the same 300 random inputs. The quantity is the spectral norm
    of the full state Jacobian (:func:`lstm_lab.gradients.gradient_flow`): median and 10-90 % band over 20 seeds.
    `sequence_length` is how many balls the error has travelled back.

    Raises:
        TypeError, ValueError: if it is no whole number from 1 to 288.
    """
    reach = integer_in("sequence_length", sequence_length, minimum=1, maximum=BALLS - FIRST)
    traces, left = [], []
    for cell, name in CELLS.items():
        flow = _flow(cell)
        lags = [*(lag for lag in DRAWN if lag < reach), reach]
        low, middle, high = (
            values[lags] for values in (flow.state.low, flow.state.median, flow.state.high)
        )
        traces += plots.line_in_band(lags, low, middle, high, name, *plots.CELL_STYLE[cell], size=5)
        side = "left" if reach > BALLS // 2 else "right"
        up = "top" if cell == "LSTM 1997" else "bottom"
        traces.append(
            plots.words(
                [reach], [middle[-1]], [name],
                textposition=f"{up} {side}", textfont={"size": 14},
            )
        )  # fmt: skip
        left.append(theme.power_text(middle[-1]))
    return theme.figure(
        traces,
        f"Ball {BALLS - reach} hears {left[0]} times the error at ball {BALLS} through a simple recurrent network, and "
        f"{left[1]} times it through the LSTM of 1997.",
        height=300,
        xaxis={
            "title": "the error, on its way back",
            "range": [0, BALLS],
            **plots.ticks(TICKS, [f"ball {BALLS - lag}" for lag in TICKS]),
        },
        yaxis={"title": "what is left of it", **theme.power_axis(FLOOR, TOP, 6)},
        shapes=[theme.across(0)],
        showlegend=False,
    )


@cache
def _flow(cell: str) -> gradients.GradientFlow:
    """What is left of the error at every lag, once for all states."""
    return gradients.gradient_flow(
        cell, BALLS, HIDDEN_SIZE, recurrent_scale=0.9, input_scale=1.0, seeds=SEEDS,
        lags=range(BALLS - FIRST + 1),
    )  # fmt: skip
