"""The chain rule on a net small enough to print, and the check of a gradient, drawn (chapter 03)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters.ch03.checks import XOR_INPUTS, XOR_TARGETS
from lstm_lab.interact import plots, theme
from lstm_lab.models import MLP
from lstm_lab.training import fresh_network, logistic_network

SMALL_NET: dict[str, Array] = {
    "weights_1": np.array([[1.0, -0.5], [0.5, 1.0]]),
    "bias_1": np.array([0.0, -0.5]),
    "weights_2": np.array([[1.0, -1.0]]),
    "bias_2": np.array([0.5]),
}
"""The net that chapter 03 differentiates by hand: two inputs, two hidden units, one output."""

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PLACES = {"x1": (0, 1), "x2": (0, -1), "h1": (2, 1), "h2": (2, -1), "y": (4, 0)}
EDGES = (("x1", "h1"), ("x1", "h2"), ("x2", "h1"), ("x2", "h2"), ("h1", "y"), ("h2", "y"))
SHOWN = ("weights", "forward pass", "backward pass", "gradient")


def chain_rule(inputs: str = "1 and 1", show: str = "weights") -> go.Figure:
    """The small net of chapter 03 as a drawing: its weights, or one pass through it, with every number."""
    one = _one_pass(inputs)
    on_edges = (one.gradient if show == "gradient" else one.weights).values()
    digits = 4 if show == "gradient" else 1
    back = show == "backward pass"
    inside, below = _written(one, show)
    colour = theme.VERMILION if show in SHOWN[2:] else theme.BLUE
    quiet: dict[str, Any] = {"textfont": {"size": 12}, "hoverinfo": "skip"}
    traces = [
        *(_edge(start, end, "back" if back else "forward") for start, end in EDGES),
        plots.points(
            *plots.columns(list(PLACES.values())), "", colour, "circle-open", 52,
            border=2.5, mode="markers+text", text=inside, **quiet,
        ),
        plots.words(
            [PLACES[name][0] for name in below], [PLACES[name][1] - 0.62 for name in below],
            list(below.values()), **quiet,
        ),
        plots.words(
            *plots.columns([_along(*edge) for edge in EDGES]),
            ["" if back and start[0] == "x" else _short(v, digits)
             for (start, _), v in zip(EDGES, on_edges, strict=True)],
            **quiet,
        ),
    ]  # fmt: skip
    return theme.figure(
        traces,
        _said(one, show),
        xaxis=plots.no_axis(-0.6, 4.7),
        yaxis=plots.no_axis(-1.95, 1.6),
        height=360,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        showlegend=False,
    )


@dataclass(frozen=True)
class _Pass:
    """The small net on one pair of inputs: its numbers by unit, `slopes` being dL/da, and by edge of `EDGES`."""

    inputs: str
    target: float
    values: dict[str, float]
    slopes: dict[str, float]
    weights: dict[tuple[str, str], float]
    gradient: dict[tuple[str, str], float]


def _one_pass(inputs: str) -> _Pass:
    """Forward and backward through the small net for inputs as "1 and 0"."""
    x = np.array([float(part) for part in inputs.split(" and ")])
    target = float(x[0] != x[1])
    net = logistic_network(SMALL_NET)
    trace = net.forward(x)
    h, y = trace.activations[1], float(trace.output[0])
    delta_y = (y - target) * y * (1 - y)
    delta = SMALL_NET["weights_2"][0] * delta_y * h * (1 - h)

    def on_edges(parameters: dict[str, Array]) -> dict[tuple[str, str], float]:
        numbers = [*parameters["weights_1"].T.ravel(), *parameters["weights_2"][0]]
        return dict(zip(EDGES, map(float, numbers), strict=True))

    return _Pass(
        inputs,
        target,
        {"x1": x[0], "x2": x[1], "h1": h[0], "h2": h[1], "y": y},
        {"h1": delta[0], "h2": delta[1], "y": delta_y},
        on_edges(SMALL_NET),
        on_edges(net.backward(trace, trace.output - target).parameters),
    )


def _written(one: _Pass, show: str) -> tuple[list[str], dict[str, str]]:
    """What stands in every unit, and what below some of them."""
    names = {name: name.translate(SUBSCRIPTS) for name in PLACES}
    values = {name: _short(value) for name, value in one.values.items()}
    slopes = {name: _short(slope, 3) for name, slope in one.slopes.items()}
    if show == "weights":
        biases = zip(("h1", "h2", "y"), [*SMALL_NET["bias_1"], *SMALL_NET["bias_2"]], strict=True)
        signs = {"y": "b<sub>y</sub>"}
        return list(names.values()), {
            name: f"{signs.get(name, 'b')} = {_short(bias, 1)}" for name, bias in biases
        }
    if show == "forward pass":
        return list(values.values()), names
    if show == "backward pass":
        inside = [slopes.get(name, "") for name in PLACES]
        return inside, {name: f"∂L/∂a of {names[name]}" for name in slopes}
    inputs = {name: names[name] for name in ("x1", "x2")}
    inside = [slopes.get(name, values[name]) for name in PLACES]
    return inside, {name: f"∂L/∂b of {names[name]}" for name in slopes} | inputs


def _said(one: _Pass, show: str) -> str:
    """The sentence below the drawing."""
    h = {name: one.values[name] for name in ("h1", "h2")}
    y, slopes = one.values["y"], one.slopes
    if show == "weights":
        return (
            "Two inputs feed two hidden units, and these feed one output; the numbers on the lines are "
            "weights, b and b_y are biases. Nine numbers in all."
        )
    if show == "forward pass":
        return (
            f"Inputs {one.inputs}: the hidden units give {h['h1']:.3f} and {h['h2']:.3f}, the output {y:.3f}. "
            f"The target is {one.target:g}, so the loss is {(y - one.target) ** 2 / 2:.4f}."
        )
    if show == "backward pass":
        weights = [_short(one.weights[name, "y"], 1) for name in h]
        bends = [f"{value * (1 - value):.3f}" for value in h.values()]
        return (
            f"The error goes back: ∂L/∂a is {_short(slopes['y'], 4)} at the output, and through the weights "
            f"{' and '.join(weights)} and the slopes {' and '.join(bends)} it becomes {_short(slopes['h1'], 4)} and "
            f"{_short(slopes['h2'], 4)} at the hidden units."
        )
    return (
        "Each weight's gradient is ∂L/∂a of the unit above times the value of the unit below: for the line from x₁ to "
        f"h₁ it is {_short(slopes['h1'], 4)} × {one.values['x1']:g} = {_short(one.gradient['x1', 'h1'], 4)}, for the "
        f"line from h₁ to y {_short(slopes['y'], 4)} × {h['h1']:.3f} = {_short(one.gradient['h1', 'y'], 4)}."
    )


def _edge(start: str, end: str, direction: str) -> go.Scatter:
    """A line between two units that stops short of both, with a small sign where it arrives."""
    (x0, y0), (x1, y1) = (
        (PLACES[start], PLACES[end]) if direction == "forward" else (PLACES[end], PLACES[start])
    )
    quiet = direction == "back" and start[0] == "x"
    x, y = plots.columns([(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in (0.2, 0.8)])
    marker = {"color": theme.GREY, "size": [0, 0 if quiet else 9], "symbol": "diamond"}
    dash = "dot" if quiet else "solid"
    return plots.line(
        x, y, "", theme.GREY, dash, "diamond", width=1.5, marker=marker, hoverinfo="skip"
    )


def _along(start: str, end: str) -> tuple[float, float]:
    """Where the number of a line stands: near its start, a little to the outside."""
    (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
    if y0 == y1:
        return (x0 + x1) / 2, y0 + 0.16
    side = 0.1 if y1 < y0 else -0.1
    return x0 + 0.32 * (x1 - x0) + 0.2, y0 + 0.32 * (y1 - y0) + side


def _short(value: float, digits: int = 2) -> str:
    """A number with a true minus sign and no needless zeros; 0 is never negative."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        return "0"
    return text.replace("-", "−")


MISTAKES = (
    "none",
    "slope of the output forgotten",
    "slope of the hidden units forgotten",
    "sign of the biases",
)


def gradient_check(mistake: str = MISTAKES[0]) -> go.Figure:
    """How far differences are from a gradient by the chain rule, against the step that the differences take."""
    net = fresh_network(2, 3, 1986, 1.0)
    x, d = XOR_INPUTS, XOR_TARGETS[:, np.newaxis]
    given = np.concatenate([each.ravel() for each in _faulty_gradient(net, x, d, mistake).values()])
    powers = np.arange(0, -15.5, -0.5)
    both = np.array([_differences(net, x, d, 10.0**power) for power in powers])
    gaps = np.linalg.norm(both - given, axis=2) / np.linalg.norm(given)
    floor = np.log10(np.maximum(gaps, 1e-16))
    best = floor.min(axis=0)
    one_sided, central = floor.T.tolist()
    steps = powers.tolist()
    traces = [
        plots.line(steps, one_sided, "one-sided", theme.VERMILION, "dash", "square"),
        plots.line(steps, central, "central", theme.BLUE, "solid", "circle"),
    ]
    what = (
        "The gradient by the chain rule is right"
        if mistake == "none"
        else f"The gradient by the chain rule has a mistake ({mistake})"
    )
    at = 10.0 ** powers[int(floor[:, 1].argmin())]
    verdict = (
        f"Central differences agree with it to {theme.power_text(best[1])} at a step of "
        f"{theme.power_text(np.log10(at))}, one-sided ones to {theme.power_text(best[0])} at best."
        if mistake == "none"
        else f"No step brings the differences closer than {theme.power_text(best.min())} to it."
    )
    return theme.figure(
        traces,
        f"{what}. {verdict}",
        xaxis={"title": "step ε", **theme.power_axis(-15, 0)},
        yaxis={"title": "relative difference", **theme.power_axis(-12, 2)},
        showlegend=True,
    )


def _faulty_gradient(net: MLP, x: Array, d: Array, mistake: str) -> dict[str, Array]:
    trace = net.forward(x)
    _, h, y = trace.activations
    if mistake in (MISTAKES[0], MISTAKES[3]):
        right = net.backward(trace, y - d).parameters
        sign = {"bias_1": -1, "bias_2": -1} if mistake == MISTAKES[3] else {}
        return {name: sign.get(name, 1) * gradient for name, gradient in right.items()}
    delta_y = (y - d) * (1 if mistake == MISTAKES[1] else y * (1 - y))
    slope = 1 if mistake == MISTAKES[2] else h * (1 - h)
    delta = slope * (delta_y @ net.parameters["weights_2"])
    return {
        "weights_1": delta.T @ x,
        "bias_1": delta.sum(axis=0),
        "weights_2": delta_y.T @ h,
        "bias_2": delta_y.sum(axis=0),
    }


def _differences(net: MLP, x: Array, d: Array, step: float) -> Array:
    """One-sided and central differences of the loss in every parameter, (2, parameters)."""

    def loss() -> float:
        return float(((net.forward(x).output - d) ** 2).sum() / 2)

    here, rows = loss(), []
    for weights in net.parameters.values():
        for place in np.ndindex(weights.shape):
            old = weights[place]
            weights[place] = old + step
            above = loss()
            weights[place] = old - step
            below = loss()
            weights[place] = old
            rows.append(((above - here) / step, (above - below) / (2 * step)))
    return np.array(rows).T
