"""The gradient that flows back through time, drawn (chapter 06).

All sizes stand on an axis of powers of ten, as absolute values: no curve is divided by its own maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab.chapters.ch06.figures.scene import FLOAT32_ZERO, HIDDEN_SIZE, SEEDS
from lstm_lab.interact import plots, theme
from lstm_lab.models import ElmanRNN, make


def one_unit(
    weight: float = 1.0,
    activation: str = "logistic",
    input_scale: float = 1.0,
    sequence_length: int = 30,
) -> go.Figure:
    """One unit, h_t = f(w h_{t-1} + x_t): the factor w f'(a_t) of each step, and their product back through time."""
    rng = np.random.default_rng(1991)
    unit = ElmanRNN(1, 1, rng=rng, activation=activation)
    unit.parameters["recurrent_weights"][...] = weight
    unit.parameters["input_weights"][...] = 1.0
    trace = unit.forward(input_scale * rng.standard_normal((sequence_length, 1)))
    product = gradients.jacobian_norms(unit, trace)
    lags = np.arange(sequence_length + 1)
    slope = unit.activations["hidden"]
    factors = np.abs(weight) * slope.slope(trace.state[1:, 0])[::-1]
    bound = lags * np.log10(abs(weight) * slope.steepest)
    factor = "factor |w f′(a)| of one step"
    traces = [
        plots.points(lags[1:] - 0.5, np.log10(factors), factor, theme.GREY, "square", 6),
        plots.line(lags, product, "product of the factors so far", theme.VERMILION),
        plots.line(lags, bound, "at most: (|w| × steepest slope) each step", theme.BLUE, "dash"),
    ]
    ceiling = abs(weight) * slope.steepest
    says = "so it must vanish" if ceiling < 1 else "so the bound alone forbids nothing"
    return theme.figure(
        traces,
        f"One {activation} unit with weight {weight:g}, inputs of standard deviation {input_scale:g}: a step "
        f"multiplies the gradient by at most {weight:g} × {slope.steepest:g} = {ceiling:g}, {says}. Over these "
        f"{sequence_length} steps the factors average "
        f"{10 ** np.mean(np.log10(factors)):.2g}, and {theme.power_text(product[-1])} of the gradient is left.",
        xaxis={"title": "lag: steps back from the end", "range": [0, sequence_length]},
        yaxis={"title": "size", **theme.power_axis(-30, 15)},
        shapes=[theme.across(0)],
        annotations=[_off_chart(product[-1], floor=-30)],
    )


def vanish_or_explode(
    radii: Sequence[float] = (0.8, 0.9, 1.0, 1.1, 1.2), sequence_length: int = 50
) -> go.Figure:
    """The same tanh networks without input, where the radius decides, and with input, where it does not."""
    colours = (theme.BLUE, theme.GREEN, theme.GREY, theme.PURPLE, theme.VERMILION)
    symbols = ("circle", "square", "diamond", "triangle-up", "x")
    traces, ends = [], {}
    for panel, input_scale in (("", 0.0), ("2", 1.0)):
        for place, radius in enumerate(radii):
            flow = gradients.gradient_flow(
                "tanh RNN",
                sequence_length,
                HIDDEN_SIZE,
                recurrent_scale=radius,
                input_scale=input_scale,
                seeds=SEEDS,
                lags=_spread(sequence_length),
            )
            ends[input_scale, radius] = flow.state.median[-1]
            look = (colours[place % 5], theme.DASHES[place % 5], symbols[place % 5])
            traces.append(
                plots.line(
                    flow.lags, flow.state.median, f"radius {radius:g}", *look, size=5, panel=panel,
                    showlegend=not panel, legendgroup=str(radius),
                )
            )  # fmt: skip
    axis = {"title": "lag", "range": [0, sequence_length]}
    size = theme.power_axis(-15, 6)
    low, high = min(radii), max(radii)
    return theme.figure(
        traces,
        f"Without input the gradient after {sequence_length} steps goes from "
        f"{theme.power_text(ends[0.0, low])} at radius {low:g} to {theme.power_text(ends[0.0, high])} at radius "
        f"{high:g}. With inputs of standard deviation 1, the same networks all lose it: "
        f"{theme.power_text(ends[1.0, low])} at radius {low:g}, still "
        f"{theme.power_text(ends[1.0, high])} at radius {high:g}.",
        **plots.panels(
            plots.Panel(axis, {**size, "title": "gradient left"}, x=(0, 0.47), heading="no input"),
            plots.Panel(
                axis,
                {**size, "showticklabels": False, "matches": "y"},
                x=(0.53, 1),
                heading="input, size 1",
            ),
        ),
        shapes=[theme.across(0), theme.across(0, "x2 domain", "y2")],
        margin={"l": 70, "r": 20, "t": 70, "b": 55},
        legend=plots.legend(1.12),
    )


def where_it_is_lost(
    activation: str = "tanh", recurrent_scale: float = 0.9, input_scale: float = 1.0
) -> go.Figure:
    """What the weights alone would do, what the network does, and how the slopes of its units are spread."""
    length, lags = 50, _spread(50)
    cell = f"{activation} RNN"

    def weights_alone(model: Any, _trace: Any) -> np.ndarray:
        weights = model.parameters["recurrent_weights"]
        return np.array(
            [np.log10(np.linalg.norm(np.linalg.matrix_power(weights, lag), 2)) for lag in lags]
        )

    def measured(measure: Any) -> gradients.Band:
        return gradients.over_seeds(
            lambda rng: make(cell, 1, HIDDEN_SIZE, rng=rng, recurrent_scale=recurrent_scale),
            lambda rng: input_scale * rng.standard_normal((length, 1)),
            SEEDS,
            measure,
        )

    alone = measured(weights_alone)
    full = measured(lambda model, trace: gradients.jacobian_norms(model, trace, lags=lags))
    setting = (cell, recurrent_scale, input_scale, length)
    shares = np.concatenate([_slope_shares(*setting, seed) for seed in range(SEEDS)])
    counts = np.histogram(shares, bins=10, range=(0, 1))[0] / len(shares)
    saturated = float(np.mean(shares < gradients.SATURATED_BELOW))
    by_weights = 10 ** (alone.median[-1] / length)
    by_slopes = 10 ** ((full.median[-1] - alone.median[-1]) / length)
    traces = [
        plots.line(lags, alone.median, "weights alone", theme.GREY, "longdash"),
        *plots.line_in_band(
            lags, full.low, full.median, full.high, "weights and slopes", *plots.CELL_STYLE[cell][:2]
        ),
        plots.bars(
            (np.arange(10) + 0.5) / 10, 100 * counts, "slopes", theme.GREY, 0.09,
            panel="2", showlegend=False,
        ),
    ]  # fmt: skip
    flow = plots.Panel(
        {"title": "lag, steps", "range": [0, length]},
        {"title": "gradient left", **theme.power_axis(-45, 15)},
        x=(0, 0.54),
    )
    slopes = plots.Panel(
        {"title": "f′ / max f′", "range": [0, 1]},
        {"title": "units, %", "range": [0, 100]},
        x=(0.76, 1),
    )
    return theme.figure(
        traces,
        f"{cell}, spectral radius {recurrent_scale:g}, inputs of standard deviation {input_scale:g}: a step "
        f"multiplies the gradient by {by_weights:.2f} through the weights and by {by_slopes:.2f} through the slopes, "
        f"together {by_weights * by_slopes:.2f}. {100 * saturated:.0f} % of the units have less than a tenth of the "
        f"steepest slope.",
        **plots.panels(flow, slopes, notes=[_off_chart(full.median[-1])]),
        shapes=[theme.across(0)],
    )


def _slope_shares(
    cell: str, recurrent_scale: float, input_scale: float, length: int, seed: int
) -> np.ndarray:
    """The slope of every unit at every step of one network, as a share of the steepest there is."""
    rng = np.random.default_rng(seed)
    model = make(cell, 1, HIDDEN_SIZE, rng=rng, recurrent_scale=recurrent_scale)
    trace = model.forward(input_scale * rng.standard_normal((length, 1)))
    squashing = model.activations["hidden"]
    return (squashing.slope(trace.state[1:]) / squashing.steepest).ravel()


# --- Parts of figures ------------------------------------------------------------------------------------------------


def _spread(sequence_length: int) -> np.ndarray:
    """The lags drawn: all of a short sequence, 25 evenly spread ones and 0 of a long one."""
    if sequence_length <= 30:
        return np.arange(sequence_length + 1)
    return np.linspace(0, sequence_length, 26).round().astype(int)


def _off_chart(end: float, floor: float = FLOAT32_ZERO) -> dict[str, Any]:
    """A note in the corner when the curve leaves the chart."""
    gone = end < floor
    return theme.in_the_corner(f"off the chart: {theme.power_text(end)} at the end" if gone else "")
