"""How what entered once fades: a first figure for chapter NN, to be replaced."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import number_in, positive_integer
from lstm_lab.interact import theme

STEPS = 50


def left_of(decay: float, steps: int = STEPS) -> np.ndarray:
    """What is left of 1 after 0, 1, ... `steps` steps that each multiply by `decay` (equation eq-NN-first).

    Raises:
        TypeError, ValueError: if `decay` is no number from 0 to 1, or `steps` no positive integer.
    """
    decay = number_in("decay", decay, minimum=0, maximum=1)
    return decay ** np.arange(positive_integer("steps", steps) + 1)


def fading(decay: float = 0.9) -> go.Figure:
    """The share that is left, step after step."""
    left = left_of(decay)
    return theme.figure(
        [go.Scatter(x=np.arange(STEPS + 1), y=left, mode="lines", name="left")],
        f"With a decay of {decay:g}, {100 * left[10]:.2g} % is left after 10 steps, "
        f"{100 * left[-1]:.2g} % after {STEPS}.",
        xaxis={"title": "steps", "range": [0, STEPS]},
        yaxis={"title": "share that is left", "range": [0, 1.05]},
    )
