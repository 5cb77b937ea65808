"""Hidden units and what they learn, drawn (chapter 03): the chain rule, XOR, and the symmetry task of 1986.

Many networks are trained side by side: one array holds the weights of all seeds. The arithmetic is that of
:class:`lstm_lab.models.MLP`, against which a test holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.figures import theme
from lstm_lab.models import MLP, load_parameters
from lstm_lab.models.activations import logistic

XOR_INPUTS: Array = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS: Array = np.array([0.0, 1.0, 1.0, 0.0])
XOR_UPDATES = 3000
XOR_RATE = 1.0
XOR_UNIFORM = 1.0
XOR_SEEDS = tuple(range(1, 16))
XOR_HIDDEN = (1, 2, 3, 4)
XOR_KEPT = (0, 50, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 3000)
LOSSES = ("half squared error", "cross entropy")

SYMMETRY_RATES = (0.1, 0.02)
SYMMETRY_SEEDS = tuple(range(12))
SYMMETRY_KEPT = (0, 25, 50, 100, 200, 400, 600, 800, 1000, 1250, 1425, 1750, 2000, 2500, 3000, 5000)

SMALL_NET: dict[str, Array] = {
    "weights_1": np.array([[1.0, -0.5], [0.5, 1.0]]),
    "bias_1": np.array([0.0, -0.5]),
    "weights_2": np.array([[1.0, -1.0]]),
    "bias_2": np.array([0.5]),
}
"""The net that chapter 03 differentiates by hand: two inputs, two hidden units, one output."""

SIDE = 27
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


# --- Many networks at once -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Runs:
    """Networks with one output trained from several seeds.

    `losses` is (updates + 1, seeds), the loss before each update and after the last; `right`, of the same shape, says
    whether all outputs are on the right side of one half. `kept` lists the updates of which `weights` holds the
    parameters, by their names in :class:`lstm_lab.models.MLP`, each (kept, seeds, ...).
    """

    seeds: tuple[int, ...]
    kept: tuple[int, ...]
    losses: Array
    right: np.ndarray
    weights: dict[str, Array]

    @property
    def learned(self) -> np.ndarray:
        """By seed, whether all examples are right after the last update."""
        return self.right[-1]

    @property
    def learned_after(self) -> np.ndarray:
        """By seed, the number of updates after which all examples are right for good; meant for learned ones."""
        return len(self.right) - np.cumprod(self.right[::-1], axis=0).sum(axis=0)

    def parameters(self, seed: int, update: int) -> dict[str, Array]:
        """The parameters of one network after that many updates."""
        when, who = self.kept.index(update), self.seeds.index(seed)
        return {name: stack[when, who] for name, stack in self.weights.items()}

    def network(self, seed: int, update: int) -> MLP:
        """One network after that many updates."""
        return network(self.parameters(seed, update))


def network(parameters: Mapping[str, Array]) -> MLP:
    """A logistic network with one hidden layer and these parameters."""
    hidden, inputs = parameters["weights_1"].shape
    outputs = len(parameters["bias_2"])
    made = MLP([inputs, hidden, outputs], rng=np.random.default_rng(0), activation="logistic")
    load_parameters(made, parameters)
    return made


def fresh(inputs: int, hidden_units: int, seed: int, uniform: float) -> MLP:
    """A network with one output whose weights and biases are drawn uniformly from [-uniform, uniform]."""
    rng = np.random.default_rng(seed)
    made = MLP([inputs, hidden_units, 1], rng=rng, activation="logistic", uniform=uniform)
    for name in ("bias_1", "bias_2"):
        made.parameters[name][...] = rng.uniform(-uniform, uniform, made.parameters[name].shape)
    return made


def train_many(
    starts: Mapping[int, MLP],
    x: Array,
    targets: Array,
    updates: int,
    *,
    learning_rate: float,
    momentum: float = 0.0,
    loss: str = LOSSES[0],
    kept: Sequence[int] = (),
) -> Runs:
    """Train networks of one shape on the same examples, an update for each sweep through all of them.

        change <- momentum change - learning_rate dL/dw,    w <- w + change

    with L summed over the examples: equations 3 to 9 of Rumelhart, Hinton & Williams (Nature, 1986).

    Args:
        starts: the networks by seed; they are left as they are.
        x: (examples, inputs).
        targets: (examples,), 0 or 1.
        updates: the number of sweeps.
        learning_rate: the paper's epsilon.
        momentum: the paper's alpha.
        loss: "half squared error" or "cross entropy".
        kept: the updates after which the weights are kept; the last one always is.
    """
    seeds, (examples, inputs) = len(starts), x.shape
    hidden = len(next(iter(starts.values())).parameters["bias_1"])
    begin = {
        name: np.stack([start.parameters[name] for start in starts.values()])
        for name in ("weights_1", "bias_1", "weights_2", "bias_2")
    }
    W = begin["weights_1"].reshape(seeds * hidden, inputs).T.copy()
    b, V, b_y = (begin[name].reshape(-1).copy() for name in ("bias_1", "weights_2", "bias_2"))
    d = targets[:, np.newaxis]
    parameters = (W, b, V, b_y)
    changes = [np.zeros_like(each) for each in parameters]
    shapes = [stack.shape for stack in begin.values()]
    losses, right = np.empty((updates + 1, seeds)), np.empty((updates + 1, seeds), dtype=bool)
    kept = tuple(sorted({*kept, updates}))
    snapshots = []
    for update in range(updates + 1):
        h = logistic(x @ W + b)
        y = logistic((h * V).reshape(examples, seeds, hidden).sum(axis=2) + b_y)
        losses[update] = _loss(y, d, loss)
        right[update] = ((y > 0.5) == (d > 0.5)).all(axis=0)
        if update in kept:
            now = (W.T, b, V, b_y)
            snapshots.append(
                [each.reshape(shape).copy() for each, shape in zip(now, shapes, strict=True)]
            )
        delta_y = y - d if loss == "cross entropy" else (y - d) * y * (1 - y)
        spread = np.repeat(delta_y, hidden, axis=1)
        delta = spread * V * h * (1 - h)
        gradients = (x.T @ delta, delta.sum(axis=0), (spread * h).sum(axis=0), delta_y.sum(axis=0))
        if update < updates:
            for each, change, gradient in zip(parameters, changes, gradients, strict=True):
                change *= momentum
                change -= learning_rate * gradient
                each += change
    weights = {
        name: np.stack(stack)
        for name, stack in zip(begin, zip(*snapshots, strict=True), strict=True)
    }
    return Runs(tuple(starts), kept, losses, right, weights)


def _loss(y: Array, d: Array, loss: str) -> Array:
    if loss == "cross entropy":
        likely = np.where(d > 0.5, y, 1 - y)
        return -np.log(np.maximum(likely, np.finfo(float).tiny)).sum(axis=0)
    return ((y - d) ** 2).sum(axis=0) / 2


@lru_cache(maxsize=32)
def train_xor(
    hidden_units: int,
    seeds: tuple[int, ...] = XOR_SEEDS,
    updates: int = XOR_UPDATES,
    loss: str = LOSSES[0],
) -> Runs:
    """Networks on XOR: learning rate 1, weights and biases at first uniform in [-1, 1]."""
    return train_many(
        {seed: fresh(2, hidden_units, seed, XOR_UNIFORM) for seed in seeds},
        XOR_INPUTS,
        XOR_TARGETS,
        updates,
        learning_rate=XOR_RATE,
        loss=loss,
        kept=[update for update in XOR_KEPT if update <= updates],
    )


def symmetry_task(inputs: int = 6) -> tuple[Array, Array]:
    """All patterns of so many bits, (2^inputs, inputs), and 1 for those that read the same backwards."""
    x = np.array(list(product([0.0, 1.0], repeat=inputs)))
    return x, (x == x[:, ::-1]).all(axis=1).astype(float)


@lru_cache(maxsize=8)
def train_symmetry(
    learning_rate: float = 0.1,
    seeds: tuple[int, ...] = SYMMETRY_SEEDS,
    updates: int = SYMMETRY_KEPT[-1],
) -> Runs:
    """The symmetry task with the settings of figure 1 of the Nature paper: momentum 0.9, first weights within ±0.3."""
    return train_many(
        {seed: fresh(6, 2, seed, 0.3) for seed in seeds},
        *symmetry_task(),
        updates,
        learning_rate=learning_rate,
        momentum=0.9,
        kept=[update for update in SYMMETRY_KEPT if update <= updates],
    )


def mirror_error(weights: Array) -> float:
    """How far the weights of the hidden units are from w_i = -w_(7-i), as a share of the largest weight."""
    return float(np.abs(weights + weights[:, ::-1]).max() / np.abs(weights).max())


def pair_sizes(weights: Array) -> Array:
    """The mean sizes of the three mirror pairs, over both hidden units, from small to large, the largest as 4."""
    half = weights.shape[1] // 2
    pairs = (np.abs(weights[:, :half]) + np.abs(weights[:, ::-1][:, :half])) / 2
    mean = np.sort(pairs.mean(axis=0))
    return 4 * mean / mean[-1]


def solution_kind(weights: Array, tolerance: float = 0.1) -> str:
    """Which solution of the symmetry task these weights, (2, 6), are: "1:2:4", "2:3:4" or "other".

    Mirror pairs must cancel, and the two units be opposite, to within `tolerance` times the largest weight; the pair
    sizes must be within 2.5 `tolerance` of the ratio, the largest counted as 4.
    """
    opposite = np.abs(weights.sum(axis=0)).max() / np.abs(weights).max()
    if mirror_error(weights) > tolerance or opposite > tolerance:
        return "other"
    sizes = pair_sizes(weights)
    for name, ratio in (("1:2:4", [1, 2, 4]), ("2:3:4", [2, 3, 4])):
        if np.abs(sizes - ratio).max() <= 2.5 * tolerance:
            return name
    return "other"


# --- The chain rule on a small net -----------------------------------------------------------------------------------

PLACES = {"x1": (0, 1), "x2": (0, -1), "h1": (2, 1), "h2": (2, -1), "y": (4, 0)}
EDGES = (("x1", "h1"), ("x1", "h2"), ("x2", "h1"), ("x2", "h2"), ("h1", "y"), ("h2", "y"))
SHOWN = ("weights", "forward pass", "backward pass", "gradient")


def chain_rule(inputs: str = "1 and 1", show: str = "weights") -> go.Figure:
    """The small net of chapter 03 as a drawing: its weights, or one pass through it, with every number."""
    x = np.array([float(part) for part in inputs.split(" and ")])
    target = float(x[0] != x[1])
    net = network(SMALL_NET)
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
        "weights": {name: f"b = {_short(bias, 1)}" for name, bias in biases.items()},
        "forward pass": {name: name.translate(SUBSCRIPTS) for name in PLACES},
        "backward pass": {name: f"∂L/∂a of {name.translate(SUBSCRIPTS)}" for name in slopes},
        "gradient": {name: f"∂L/∂b of {name.translate(SUBSCRIPTS)}" for name in slopes}
        | {name: name.translate(SUBSCRIPTS) for name in ("x1", "x2")},
    }[show]
    back = show == "backward pass"
    summary = {
        "weights": "Two inputs feed two hidden units, and these feed one output; the numbers on the lines are "
        "weights, b is a bias. Nine numbers in all.",
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


# --- The gradient check ----------------------------------------------------------------------------------------------

MISTAKES = (
    "none",
    "slope of the output forgotten",
    "slope of the hidden units forgotten",
    "sign of the biases",
)


def gradient_check(mistake: str = MISTAKES[0]) -> go.Figure:
    """How far differences are from a gradient by the chain rule, against the step that the differences take."""
    net = fresh(2, 3, 1986, 1.0)
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


# --- XOR -------------------------------------------------------------------------------------------------------------

SURFACE = [[0, "#0b4f80"], [0.5, "#a9cfea"], [0.5, "#f6cfae"], [1, "#b34700"]]
"""Blue below one half, orange above, with a jump between: the decision is where the colours meet."""


def xor_surface(hidden_units: int = 2, seed: int = 1, update: int = 0) -> go.Figure:
    """The output of one network over the plane of its two inputs, and the losses of all seeds below."""
    runs = train_xor(hidden_units)
    net = runs.network(seed, update)
    side = np.linspace(-0.5, 1.5, SIDE)
    plane = np.array([[x1, x2] for x2 in side for x1 in side])
    fiftieths = np.round(50 * net.forward(plane).output[:, 0]).reshape(SIDE, SIDE)
    at = net.forward(XOR_INPUTS).output[:, 0]
    who = runs.seeds.index(seed)
    correct = (at > 0.5) == (XOR_TARGETS > 0.5)
    lines = _unit_lines(net.parameters["weights_1"], net.parameters["bias_1"])
    when = np.unique(
        np.r_[np.arange(0, 400, 20), np.linspace(400, XOR_UPDATES, 27).round()]
    ).astype(int)
    stuck = [place for place in range(len(runs.seeds)) if not runs.learned[place]]
    fine = [place for place in range(len(runs.seeds)) if runs.learned[place]]
    traces = [
        go.Heatmap(
            x=side,
            y=side,
            z=fiftieths.tolist(),  # a list is packed to 16 bits and less
            zmin=0,
            zmax=50,
            colorscale=SURFACE,
            showscale=False,
            hovertemplate="x₁ %{x:.2f}, x₂ %{y:.2f}: output %{z} / 50<extra></extra>",
            xaxis="x",
            yaxis="y",
        ),
        go.Scatter(
            x=lines[0],
            y=lines[1],
            name="hidden unit at one half",
            mode="lines",
            line={"color": "#000000", "dash": "dash", "width": 1.8},
            hoverinfo="skip",
            showlegend=False,
        ),
        *(
            go.Scatter(
                x=XOR_INPUTS[target == XOR_TARGETS, 0],
                y=XOR_INPUTS[target == XOR_TARGETS, 1],
                text=[f"{value:.2f}" for value in at[target == XOR_TARGETS]],
                name=f"target {target}",
                mode="markers+text",
                textfont={"color": "#000000", "size": 12},
                marker={
                    "symbol": symbol,
                    "size": 40,
                    "color": "#ffffff",
                    "line": {"color": "#000000", "width": 1.5},
                },
                hoverinfo="skip",
                showlegend=False,
            )
            for target, symbol in ((0, "circle"), (1, "square"))
        ),
        _many(runs, fine, when, "learned", theme.GREY, "solid", 1),
        _many(runs, stuck, when, "stuck", theme.VERMILION, "dash", 1.5),
        go.Scatter(
            x=when,
            y=runs.losses[when, who].tolist(),
            name="this seed",
            mode="lines",
            line={"color": theme.BLUE, "width": 3},
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            x=[update],
            y=[runs.losses[update, who]],
            name="now",
            mode="markers",
            marker={"color": theme.BLUE, "size": 11, "symbol": "diamond"},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
        ),
    ]
    shown = ", ".join(
        f"{a:g}{b:g} gives {value:.2f}" for (a, b), value in zip(XOR_INPUTS, at, strict=True)
    )
    units = f"{hidden_units} hidden unit{'s' if hidden_units > 1 else ''}"
    count = len(runs.seeds)
    summary = (
        f"{units}, seed {seed}, after {update} updates: {shown}; {int(correct.sum())} of 4 are right, the loss is "
        f"{runs.losses[update, who]:.3f}. Of these {count} seeds, {len(fine)} have learned XOR after {XOR_UPDATES} "
        f"updates" + (f"; stuck: {', '.join(str(runs.seeds[place]) for place in stuck)}." if 0 < len(stuck) < count
                      else "." if fine else ": every one is stuck.")
    )  # fmt: skip
    return theme.figure(
        traces,
        summary,
        xaxis={
            "title": "input x₁",
            "range": [-0.5, 1.5],
            "tickvals": [0, 1],
            "anchor": "y",
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "title": "input x₂",
            "range": [-0.5, 1.5],
            "tickvals": [0, 1],
            "domain": [0.42, 1],
            "showgrid": False,
            "zeroline": False,
        },
        xaxis2={"title": "updates", "range": [0, XOR_UPDATES], "anchor": "y2"},
        yaxis2={"title": "loss L", "range": [0, 0.75], "domain": [0, 0.26], "anchor": "x2"},
        height=640,
        showlegend=True,
    )


def _many(
    runs: Runs, places: Sequence[int], when: Array, name: str, colour: str, dash: str, width: float
) -> go.Scatter:
    """The losses of several seeds as one line with gaps."""
    x = [value for _ in places for value in [*when.tolist(), None]] or [None]
    y = [value for place in places for value in [*runs.losses[when, place].tolist(), None]] or [
        None
    ]
    return go.Scatter(
        x=x,
        y=y,
        name=f"{name}",
        mode="lines",
        line={"color": colour, "dash": dash, "width": width},
        hoverinfo="skip",
        xaxis="x2",
        yaxis="y2",
        visible=bool(places),
    )


def _unit_lines(weights: Array, bias: Array, low: float = -0.5, high: float = 1.5) -> Any:
    """Where each unit's net input is zero inside the square, as one line with gaps: x and y."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for (w1, w2), b in zip(weights, bias, strict=True):
        ends = []
        for edge in (low, high):
            if w2 and low <= (at := -(w1 * edge + b) / w2) <= high:
                ends.append((edge, at))
            if w1 and low < (at := -(w2 * edge + b) / w1) < high:
                ends.append((at, edge))
        if len(ends) >= 2:
            xs += [ends[0][0], ends[-1][0], None]
            ys += [ends[0][1], ends[-1][1], None]
    return xs or [None], ys or [None]


def hidden_space(seed: int = 1, update: int = 0) -> go.Figure:
    """The four inputs of XOR as two hidden units see them, and the line that the output unit draws there."""
    runs = train_xor(2)
    net = runs.network(seed, update)
    trace = net.forward(XOR_INPUTS)
    h, y = trace.activations[1], trace.output[:, 0]
    line = _unit_lines(net.parameters["weights_2"], net.parameters["bias_2"], -0.1, 1.1)
    names = [f"{a:g}{b:g}" for a, b in XOR_INPUTS]
    gap, near, far = _closest_of_different_targets(h)
    right = int(((y > 0.5) == (XOR_TARGETS > 0.5)).sum())
    traces = [
        go.Scatter(
            x=line[0],
            y=line[1],
            name="output at one half",
            mode="lines",
            line={"color": theme.GREY, "dash": "dash", "width": 2},
            hoverinfo="skip",
        ),
        *(
            go.Scatter(
                x=h[target == XOR_TARGETS, 0].tolist(),
                y=h[target == XOR_TARGETS, 1].tolist(),
                text=[name for name, d in zip(names, XOR_TARGETS, strict=True) if d == target],
                textposition=position,
                name=f"target {target}",
                mode="markers+text",
                marker={"symbol": symbol, "size": 15, "color": colour},
                cliponaxis=False,
            )
            for target, symbol, colour, position in (
                (0, "circle", theme.BLUE, "top center"),
                (1, "square", theme.VERMILION, "bottom center"),
            )
        ),
    ]
    return theme.figure(
        traces,
        f"Seed {seed}, after {update} updates: {right} of 4 are on the right side of the line. The two inputs of "
        f"different target that lie closest together for the hidden units are {near} and {far}, {gap:.2f} apart "
        f"(in the plane of the inputs they are {_apart(near, far):.2f} apart).",
        xaxis={"title": "hidden unit h₁", "range": [-0.1, 1.1], "tickvals": [0, 0.5, 1]},
        yaxis={"title": "hidden unit h₂", "range": [-0.1, 1.1], "tickvals": [0, 0.5, 1]},
        showlegend=True,
    )


def _apart(near: str, far: str) -> float:
    return float(np.linalg.norm([int(a) - int(b) for a, b in zip(near, far, strict=True)]))


def _closest_of_different_targets(h: Array) -> tuple[float, str, str]:
    names = [f"{a:g}{b:g}" for a, b in XOR_INPUTS]
    pairs = [(i, j) for i in range(4) for j in range(i) if XOR_TARGETS[i] != XOR_TARGETS[j]]
    gaps = [float(np.linalg.norm(h[i] - h[j])) for i, j in pairs]
    i, j = pairs[int(np.argmin(gaps))]
    return min(gaps), names[j], names[i]


def learned_share(
    hidden: Sequence[int] = (1, 2, 3, 4, 8), seeds: int = 100, updates: int = XOR_UPDATES
) -> go.Figure:
    """The share of seeds that learn XOR, against the number of hidden units, for two losses."""
    table = {
        loss: [
            float(train_xor(n, tuple(range(seeds)), updates, loss).learned.mean()) for n in hidden
        ]
        for loss in LOSSES
    }
    style = (
        (theme.BLUE, "solid", "circle"),
        (theme.VERMILION, "dash", "square"),
    )
    traces = [
        go.Scatter(
            x=list(range(len(hidden))),
            y=[100 * share for share in shares],
            name=loss,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 9},
            cliponaxis=False,
        )
        for (loss, shares), (colour, dash, symbol) in zip(table.items(), style, strict=True)
    ]
    said = {
        loss: ", ".join(
            f"{100 * share:.3g} % with {n}" for n, share in zip(hidden, shares, strict=True)
        )
        for loss, shares in table.items()
    }
    return theme.figure(
        traces,
        f"Share of {seeds} seeds that learned XOR in {updates} updates, by hidden units. Half squared error: "
        f"{said[LOSSES[0]]}. Cross entropy: {said[LOSSES[1]]}.",
        xaxis={
            "title": "hidden units",
            "tickvals": list(range(len(hidden))),
            "ticktext": [str(n) for n in hidden],
            "range": [-0.3, len(hidden) - 0.7],
        },
        yaxis={"title": "learned, % of seeds", "range": [0, 105]},
        showlegend=True,
    )


# --- Symmetry --------------------------------------------------------------------------------------------------------


def symmetry_weights(learning_rate: float = 0.1, seed: int = 1, sweep: int = 0) -> go.Figure:
    """The weights from the six inputs to the two hidden units, in the course of training on the symmetry task."""
    runs = train_symmetry(learning_rate)
    weights = runs.parameters(seed, sweep)["weights_1"]
    x, d = symmetry_task()
    y = runs.network(seed, sweep).forward(x).output[:, 0]
    right = int(((y > 0.5) == (d > 0.5)).sum())
    found = int(((y > 0.5) & (d > 0.5)).sum())
    traces = [
        go.Bar(
            x=np.arange(1, 7) + shift,
            y=weights[unit].tolist(),
            width=0.36,
            name=f"hidden unit {unit + 1}",
            marker={"color": colour, "pattern": {"shape": pattern, "fillmode": "overlay"}},
        )
        for unit, (shift, colour, pattern) in enumerate(
            ((-0.19, theme.BLUE, ""), (0.19, theme.VERMILION, "/"))
        )
    ]
    small, middle, large = pair_sizes(weights)
    kind = solution_kind(weights)
    if right == len(d):
        verdict = f"The pairs stand {small:.2f} : {middle:.2f} : {large:.0f}" + (
            f", which is the solution {kind}."
            if kind != "other"
            else ", which is no simple ratio yet."
        )
    else:
        verdict = f"It finds {found} of the 8 symmetric patterns."
    return theme.figure(
        traces,
        f"Learning rate {learning_rate:g}, seed {seed}, after {sweep} sweeps: {right} of 64 patterns are right, loss "
        f"{runs.losses[sweep, runs.seeds.index(seed)]:.3f}. {verdict} From perfect mirroring with opposite sign the "
        f"weights are off by {100 * mirror_error(weights):.0f} % of the largest.",
        xaxis={"title": "input", "tickvals": [1, 2, 3, 4, 5, 6], "range": [0.4, 6.6]},
        yaxis={"title": "weight", "range": [-18, 18]},
        shapes=[
            {
                "type": "line",
                "x0": 3.5,
                "x1": 3.5,
                "xref": "x",
                "yref": "y domain",
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.GREY, "width": 1, "dash": "dot"},
            }
        ],
        showlegend=True,
    )
