"""What the two exact gradients of a recurrent network cost, counted and drawn: BPTT and RTRL (chapter 05)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import one_of, positive_integer
from lstm_lab.interact import plots, theme

METHODS = {
    "BPTT": (theme.BLUE, "solid", "circle"),
    "RTRL": (theme.VERMILION, "dash", "square"),
}

COSTS = ("multiplications a step", "numbers kept")
INPUTS = 1


def multiplications(method: str, hidden_size: int, input_size: int = INPUTS) -> int:
    """Multiplications a step for the gradient of W, U and b, besides those of the forward pass.

    With n units and m inputs there are w = n m + n^2 + n weights. BPTT: n for f', n^2 for U^T, n (m + n) for the outer
    products. RTRL: n^2 w for U times the n x w derivatives, n w for f', n w to weigh them with dL/dh.
    """
    n, m = positive_integer("hidden_size", hidden_size), positive_integer("input_size", input_size)
    if one_of("method", method, METHODS) == "BPTT":
        return n + n * n + n * (m + n)
    weights = n * m + n * n + n
    return n * n * weights + 2 * n * weights


def numbers_kept(
    method: str, hidden_size: int, sequence_length: int, input_size: int = INPUTS
) -> int:
    """Numbers that must be kept for the gradient: BPTT x_t and h_t of every step, RTRL the derivatives of h_t."""
    n, m = positive_integer("hidden_size", hidden_size), positive_integer("input_size", input_size)
    length = positive_integer("sequence_length", sequence_length)
    if one_of("method", method, METHODS) == "BPTT":
        return length * (m + n)
    return n * (n * m + n * n + n)


def bptt_or_rtrl(cost: str = COSTS[0], sequence_length: int = 100) -> go.Figure:
    """What BPTT and RTRL cost, against the number of hidden units."""
    one_of("cost", cost, COSTS)
    sizes = 2 ** np.arange(0, 11)
    values = {
        method: [
            multiplications(method, int(n))
            if cost == COSTS[0]
            else numbers_kept(method, int(n), sequence_length)
            for n in sizes
        ]
        for method in METHODS
    }
    traces = [
        plots.line(np.log2(sizes), np.log10(values[method]), method, *style)
        for method, style in METHODS.items()
    ]
    at = 7
    bptt, rtrl = (values[method][at] for method in METHODS)
    if cost == COSTS[0]:
        says = f"RTRL multiplies {rtrl / bptt:,.0f} times as often as BPTT, at every step, whatever the length"
    else:
        cheaper = [int(n) for n, b, r in zip(sizes, *values.values(), strict=True) if r < b]
        says = f"over {sequence_length:,} steps RTRL keeps {rtrl:,} numbers, BPTT {bptt:,}"
        says += (
            f"; RTRL keeps fewer up to {_units(cheaper[-1])}" if cheaper else "; BPTT keeps fewer"
        )
    return theme.figure(
        traces,
        f"With {sizes[at]} hidden units and one input, {says}.".replace(
            "fewer.", "fewer at all sizes."
        ),
        xaxis={
            "title": "hidden units n",
            **plots.ticks(range(0, 11, 2), [2**power for power in range(0, 11, 2)]),
            "range": [-0.2, 10.2],
        },
        yaxis={"title": cost, **theme.power_axis(0, 13)},
    )


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"
