"""A recurrent network that nobody trains: what its state still holds of inputs k steps ago (chapter 05)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, number_in, positive_integer
from lstm_lab.interact import plots, theme
from lstm_lab.models import ElmanRNN

RADII = (0.2, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.5)
UNITS = (10, 20, 40)
INPUTS = (0.1, 1.0)
SEEDS, STEPS, WASHOUT = 5, 2400, 200


def recalled(net: ElmanRNN, x: Array, longest: int, washout: int = WASHOUT) -> Array:
    """How much of x_{t-k} a linear readout finds in h_t, for k = 0 ... longest, as R^2 between 0 and 1.

    For each k a readout is fitted by least squares to one half of the steps and judged on the other half,
    R^2 = 1 - mean squared error / variance, and 0 if that is negative. The sum over k is the memory capacity, of which
    a network with n units has at most n.

    Source: H. Jaeger, "Short term memory in echo state networks", GMD Report 152, 2001. Chapter 05.

    Raises:
        TypeError, ValueError: if `longest` is negative, or x too short for it.
    """
    integer_in("longest", longest, minimum=0, maximum=len(x) // 4)
    start = max(integer_in("washout", washout, minimum=0), longest)
    h = net.forward(x).hidden[start:]
    targets = np.stack([x[start - k : len(x) - k, 0] for k in range(longest + 1)], axis=1)
    features = np.column_stack([h, np.ones(len(h))])
    half = len(h) // 2
    V = np.linalg.lstsq(features[:half], targets[:half], rcond=None)[0]
    missed = np.mean((features[half:] @ V - targets[half:]) ** 2, axis=0)
    return np.maximum(0.0, 1.0 - missed / targets[half:].var(axis=0))


@lru_cache(maxsize=100)
def memory(units: int, radius: float, input_scale: float) -> Array:
    """The median of `recalled` over untrained networks, for k = 0 ... 2 units."""
    found = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        net = ElmanRNN(1, units, rng=rng, recurrent_scale=radius, input_weight_scale=input_scale)
        found.append(recalled(net, rng.uniform(-1, 1, (STEPS, 1)), 2 * units))
    middle: Array = np.median(found, axis=0)
    return middle


def reservoir(units: int = 20, radius: float = 0.9, input_scale: float = 0.1) -> go.Figure:
    """The memory capacity of untrained networks over the radius, and for one radius how far back the readout sees.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    positive_integer("units", units)
    number_in("radius", radius, minimum=0)
    number_in("input_scale", input_scale, minimum=0)
    found = memory(units, radius, input_scale)
    capacities = [memory(units, each, input_scale).sum() for each in RADII]
    best = RADII[int(np.argmax(capacities))]
    good = np.flatnonzero(found < 0.5)
    far = int(good[0]) if len(good) else len(found)
    style = plots.CELL_STYLE["tanh RNN"]
    return theme.figure(
        [
            plots.line(RADII, capacities, "memory capacity", *style),
            plots.points([radius], [found.sum()], "", theme.BLUE, "circle-open", 16, border=4),
            plots.line(np.arange(len(found)), found, "", style.colour, panel="2"),
        ],
        f"{units} tanh units that are never trained, radius {radius:g}, input weights of size {input_scale:g}: a "
        f"linear readout finds more than half of each of the last {far} inputs, and {found.sum():.1f} in all, of at "
        f"most {units} (median of {SEEDS}). The capacity is largest at radius {best:g}, {max(capacities):.1f}.",
        **plots.panels(
            plots.Panel(
                {"title": "spectral radius", "range": [0.1, 1.6]},
                {"title": "memory capacity, steps", "range": [0, 21]},
                x=(0, 0.45),
            ),
            plots.Panel(
                {"title": "steps ago", "range": [0, 2 * units]},
                {"title": "share recalled, R²", "range": [-0.04, 1.04]},
                x=(0.62, 1),
            ),
        ),
        showlegend=False,
    )
