"""The chain rule on a net small enough to print, and the check of a gradient, drawn (chapter 03)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.exercises.chapter03 import XOR_INPUTS, XOR_TARGETS
from lstm_lab.figures import theme
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
    x = np.array([float(part) for part in inputs.split(" and ")])
    target = float(x[0] != x[1])
    net = logistic_network(SMALL_NET)
    trace = net.forward(x)
    h, y = trace.activations[1], float(trace.output[0])
    grads = net.backward(trace, trace.output - target)
    delta_y = (y - target) * y * (1 - y)
    delta = SMALL_NET["weights_2"][0] * delta_y * h * (1 - h)
    W = (grads.parameters if show == "gradient" else SMALL_NET)["weights_1"]
    V = (grads.parameters if show == "gradient" else SMALL_NET)["weights_2"]
    on_edges = [W[0, 0], W[1, 0], W[0, 1], W[1, 1], V[0, 0], V[0, 1]]
    values = {"x1": x[0], "x2": x[1], "h1": h[0], "h2": h[1], "y": y}
    slopes = {"h1": delta[0], "h2": delta[1], "y": delta_y}
    biases = {
        "h1": SMALL_NET["bias_1"][0],
        "h2": SMALL_NET["bias_1"][1],
        "y": SMALL_NET["bias_2"][0],
    }
    inside = {
        "weights": [name.translate(SUBSCRIPTS) for name in PLACES],
        "forward pass": [_short(values[name]) for name in PLACES],
        "backward pass": [_short(slopes[name], 3) if name in slopes else "" for name in PLACES],
        "gradient": [
            _short(slopes[name], 3) if name in slopes else _short(values[name]) for name in PLACES
        ],
    }[show]
    below = {
        "weights": {
            name: f"b{'<sub>y</sub>' if name == 'y' else ''} = {_short(bias, 1)}"
            for name, bias in biases.items()
        },
        "forward pass": {name: name.translate(SUBSCRIPTS) for name in PLACES},
        "backward pass": {name: f"∂L/∂a of {name.translate(SUBSCRIPTS)}" for name in slopes},
        "gradient": {name: f"∂L/∂b of {name.translate(SUBSCRIPTS)}" for name in slopes}
        | {name: name.translate(SUBSCRIPTS) for name in ("x1", "x2")},
    }[show]
    back = show == "backward pass"
    summary = {
        "weights": "Two inputs feed two hidden units, and these feed one output; the numbers on the lines are "
        "weights, b and b_y are biases. Nine numbers in all.",
        "forward pass": f"Inputs {inputs}: the hidden units give {h[0]:.3f} and {h[1]:.3f}, the output {y:.3f}. "
        f"The target is {target:g}, so the loss is {(y - target) ** 2 / 2:.4f}.",
        "backward pass": f"The error goes back: ∂L/∂a is {_short(delta_y, 4)} at the output, and through the weights "
        f"{_short(V[0, 0], 1)} and {_short(V[0, 1], 1)} and the slopes {h[0] * (1 - h[0]):.3f} and "
        f"{h[1] * (1 - h[1]):.3f} it becomes {_short(delta[0], 4)} and {_short(delta[1], 4)} at the hidden units.",
        "gradient": "Each weight's gradient is ∂L/∂a of the unit above times the value of the unit below: for the "
        f"line from x₁ to h₁ it is {_short(delta[0], 4)} × {x[0]:g} = {_short(W[0, 0], 4)}, for the line from h₁ to y "
        f"{_short(delta_y, 4)} × {h[0]:.3f} = {_short(V[0, 0], 4)}.",
    }[show]
    digits = 4 if show == "gradient" else 1
    traces = [
        *(_edge(start, end, "forward" if not back else "back") for start, end in EDGES),
        go.Scatter(
            x=[place[0] for place in PLACES.values()],
            y=[place[1] for place in PLACES.values()],
            mode="markers+text",
            text=inside,
            textfont={"size": 12},
            marker={
                "symbol": "circle-open",
                "size": 52,
                "color": theme.VERMILION if show in SHOWN[2:] else theme.BLUE,
                "line": {"width": 2.5},
            },
            hoverinfo="skip",
            showlegend=False,
        ),
        go.Scatter(
            x=[PLACES[name][0] for name in below],
            y=[PLACES[name][1] - 0.62 for name in below],
            mode="text",
            text=list(below.values()),
            textfont={"size": 12},
            hoverinfo="skip",
            showlegend=False,
        ),
        go.Scatter(
            x=[_along(*edge)[0] for edge in EDGES],
            y=[_along(*edge)[1] for edge in EDGES],
            mode="text",
            text=["" if back and start[0] == "x" else _short(v, digits)
                  for (start, _), v in zip(EDGES, on_edges, strict=True)],
            textfont={"size": 12},
            hoverinfo="skip",
            showlegend=False,
        ),
    ]  # fmt: skip
    bare = {"visible": False, "showgrid": False, "zeroline": False}
    return theme.figure(
        traces,
        summary,
        xaxis={**bare, "range": [-0.6, 4.7]},
        yaxis={**bare, "range": [-1.95, 1.6]},
        height=360,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        showlegend=False,
    )


def _edge(start: str, end: str, direction: str) -> go.Scatter:
    """A line between two units that stops short of both, with a small triangle where it arrives."""
    (x0, y0), (x1, y1) = (
        (PLACES[start], PLACES[end]) if direction == "forward" else (PLACES[end], PLACES[start])
    )
    quiet = direction == "back" and start[0] == "x"
    points = [(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in (0.2, 0.8)]
    return go.Scatter(
        x=[point[0] for point in points],
        y=[point[1] for point in points],
        mode="lines+markers",
        line={"color": theme.GREY, "width": 1.5, "dash": "dot" if quiet else "solid"},
        marker={
            "color": theme.GREY,
            "size": [0, 0 if quiet else 9],
            "symbol": "diamond",
        },
        hoverinfo="skip",
        showlegend=False,
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
    traces = [
        go.Scatter(
            x=powers.tolist(),
            y=floor[:, place].tolist(),
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 7},
        )
        for place, (name, colour, dash, symbol) in enumerate(
            (
                ("one-sided", theme.VERMILION, "dash", "square"),
                ("central", theme.BLUE, "solid", "circle"),
            )
        )
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
