"""Networks with a memory, drawn: the feedback, the unrolled net, its gradient, its cost, XOR in time (chapter 05)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import measurements
from lstm_lab._validate import Array, one_of, positive_integer
from lstm_lab.figures import theme
from lstm_lab.measurements.xor_in_time import ALL, TruncatedElmanRNN, batches
from lstm_lab.models import ElmanRNN, Readout
from lstm_lab.sequences import xor_in_time
from lstm_lab.training import Adam, Network, train

STEPS = 11
"""Steps of the unrolled net: the twelfth bit, which ends the fourth three, is what it has to foretell."""

UNITS = 4
TRAINING_UPDATES = 1500
UNIT_STYLE = (
    (theme.BLUE, "solid", "circle"),
    (theme.VERMILION, "dash", "square"),
    (theme.GREEN, "dot", "diamond"),
    (theme.PURPLE, "dashdot", "triangle-up"),
)
NETWORKS = ("untrained", "trained on XOR in time")
METHODS = {
    "BPTT": (theme.BLUE, "solid", "circle"),
    "RTRL": (theme.VERMILION, "dash", "square"),
}
COSTS = ("multiplications a step", "numbers kept")
INPUTS = 1

Box = tuple[float, float, str, str]
Arrow = tuple[float, float, float, float]


# --- Diagrams --------------------------------------------------------------------------------------------------------


def two_feedbacks() -> go.Figure:
    """Jordan 1986 and Elman 1990: what is copied back, and to where."""
    boxes: list[Box] = []
    up: list[Arrow] = []
    copied: list[Arrow] = []
    for left in (0.0, 6.0):
        boxes += [
            (left + 1.2, 0.5, "input", "x<sub>t</sub>"),
            (left + 2.2, 2.5, "hidden", "h<sub>t</sub>"),
            (left + 2.2, 4.5, "output", "y<sub>t</sub>"),
        ]
        up += [
            (left + 1.2, 1.0, left + 1.8, 2.0),
            (left + 3.6, 1.0, left + 2.7, 2.0),
            (left + 2.2, 3.0, left + 2.2, 4.0),
        ]
    boxes += [(3.6, 0.5, "state", "s<sub>t</sub>"), (9.6, 0.5, "context", "h<sub>t−1</sub>")]
    copied += [(3.2, 4.5, 5.0, 4.5), (5.0, 4.5, 5.0, 0.5), (5.0, 0.5, 4.6, 0.5)]
    copied += [(9.2, 2.5, 11.0, 2.5), (11.0, 2.5, 11.0, 0.5), (11.0, 0.5, 10.6, 0.5)]
    return _diagram(
        boxes,
        [
            _arrows(up, "weights, learnt", theme.BLUE, "solid", heads=range(6)),
            _arrows(copied, "copy, one step later", theme.VERMILION, "dash", heads=(2, 5)),
        ],
        "Two networks of three layers each: input, hidden, output. In Jordan's, the output is copied to state units, "
        "which go into the hidden layer at the next step. In Elman's, the hidden layer itself is copied, to context "
        "units. The arrows upwards carry weights that are learnt; the copies carry none.",
        (-0.1, 11.3),
        (-0.2, 5.9),
        [_note(2.2, 5.6, "<b>Jordan 1986</b>"), _note(8.2, 5.6, "<b>Elman 1990</b>")],
        height=380,
        half_width=1.0,
    )


def loop_and_line(steps: int = 4) -> go.Figure:
    """One network with a loop, and the same network unrolled over some steps."""
    steps = positive_integer("steps", steps)
    boxes: list[Box] = [(1.0, y, text, "") for y, text in zip((0.5, 2.5, 4.5), "xhy", strict=True)]
    arrows: list[Arrow] = [(1.0, 1.0, 1.0, 2.0), (1.0, 3.0, 1.0, 4.0)]
    loop: list[Arrow] = [
        (1.5, 2.7, 2.1, 2.7),
        (2.1, 2.7, 2.1, 3.5),
        (2.1, 3.5, 1.3, 3.5),
        (1.3, 3.5, 1.3, 3.0),
    ]
    notes = [
        _note(0.6, 1.5, "W"),
        _note(0.6, 3.5, "V"),
        _note(2.4, 3.2, "U"),
        _note(1.0, 5.6, "<b>the loop</b>"),
    ]
    for t in range(1, steps + 1):
        x = 2.4 + 2 * t
        boxes += [
            (x, y, f"{text}<sub>{t}</sub>", "")
            for y, text in zip((0.5, 2.5, 4.5), "xhy", strict=True)
        ]
        arrows += [(x, 1.0, x, 2.0), (x, 3.0, x, 4.0)]
        notes += [_note(x - 0.35, 1.5, "W"), _note(x - 0.35, 3.5, "V")]
        if t > 1:
            loop.append((x - 1.5, 2.5, x - 0.5, 2.5))
            notes.append(_note(x - 1.0, 2.9, "U"))
    middle = 3.4 + steps
    notes.append(_note(middle, 5.6, f"<b>unrolled over {steps} steps</b>"))
    return _diagram(
        boxes,
        [
            _arrows(arrows, "within a step", theme.BLUE, "solid", heads=range(len(arrows))),
            _arrows(loop, "to the next step", theme.VERMILION, "dash", heads=range(3, len(loop))),
        ],
        f"Left: input x feeds hidden layer h through W, h feeds output y through V, and h feeds itself through U. "
        f"Right: the loop drawn as a line of {steps} copies of the network, a copy a step; U leads from each hidden "
        f"layer to the next. All {steps} copies share one W, one U and one V.",
        (0.2, 3.0 + 2 * steps),
        (-0.2, 5.9),
        notes,
        height=360,
        half_width=0.5,
    )


def one_step() -> go.Figure:
    """One step of backpropagation through time, forward and backward, with the shape of everything on the way."""
    forward: list[Box] = [
        (1.1, 9.0, "h<sub>t−1</sub>", "(n,)"),
        (4.4, 9.0, "a<sub>t</sub>", "(n,)"),
        (7.4, 9.0, "h<sub>t</sub>", "(n,)"),
        (4.4, 7.0, "x<sub>t</sub>", "(m,)"),
        (7.4, 11.0, "y<sub>t</sub>", "(p,)"),
    ]
    ahead: list[Arrow] = [
        (1.9, 9.0, 3.6, 9.0),
        (5.2, 9.0, 6.6, 9.0),
        (8.2, 9.0, 9.8, 9.0),
        (4.4, 7.5, 4.4, 8.5),
        (7.4, 9.5, 7.4, 10.5),
    ]
    backward: list[Box] = [
        (1.1, 3.0, "∂L/∂h<sub>t−1</sub>", "(n,)"),
        (4.4, 3.0, "∂L/∂a<sub>t</sub>", "(n,)"),
        (7.4, 3.0, "∂L/∂h<sub>t</sub>", "(n,)"),
        (7.4, 5.0, "∂L/∂y<sub>t</sub>", "(p,)"),
        (2.4, 0.8, "∂L/∂W", "(n, m)"),
        (4.4, 0.8, "∂L/∂U", "(n, n)"),
        (6.4, 0.8, "∂L/∂b", "(n,)"),
    ]
    back: list[Arrow] = [
        (7.4, 4.5, 7.4, 3.5),
        (9.8, 3.0, 8.2, 3.0),
        (6.6, 3.0, 5.2, 3.0),
        (3.6, 3.0, 1.9, 3.0),
        (4.0, 2.5, 2.7, 1.3),
        (4.4, 2.5, 4.4, 1.3),
        (4.8, 2.5, 6.1, 1.3),
    ]
    notes = [
        _note(2.75, 9.4, "U (n, n)"),
        _note(5.9, 9.4, "f"),
        _note(9.0, 9.4, "U, next"),
        _note(3.6, 8.0, "W (n, m)"),
        _note(6.6, 10.0, "V (p, n)"),
        _note(6.6, 4.0, "Vᵀ (n, p)"),
        _note(9.0, 3.4, "Uᵀ (n, n)"),
        _note(5.9, 3.4, "× f′"),
        _note(2.75, 3.4, "Uᵀ (n, n)"),
        _note(2.7, 2.0, "x<sub>t</sub>"),
        _note(3.95, 1.75, "h<sub>t−1</sub>"),
        _note(6.0, 2.0, "1"),
        _note(1.5, 11.2, "<b>forward</b>"),
        _note(1.5, 5.2, "<b>backward</b>"),
    ]
    return _diagram(
        [*forward, *backward],
        [
            _arrows(ahead, "forward", theme.BLUE, "solid", heads=range(len(ahead))),
            _arrows(back, "backward", theme.VERMILION, "dash", heads=range(len(back))),
        ],
        "One step with m inputs, n hidden units and p outputs. Forward: W (n, m) takes x_t and U (n, n) takes h_(t−1) "
        "to the net input a_t (n,); f gives h_t (n,); V (p, n) gives y_t (p,). Backward: two errors meet in ∂L/∂h_t "
        "(n,), one from this step's output through V transposed, one from step t + 1 through U transposed. Times f′ "
        "that is ∂L/∂a_t (n,). It goes on to step t − 1 through U transposed, and with x_t, h_(t−1) and 1 it makes "
        "this step's share of the gradients of W (n, m), U (n, n) and b (n,).",
        (0.0, 10.2),
        (0.1, 11.8),
        notes,
        height=620,
        half_width=0.8,
    )


# --- The unrolled net, followed back ---------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def example_network(network: str = "untrained", recurrent_scale: float = 0.9) -> Network:
    """The network that the explorer follows back: four tanh units and one logistic output.

    The one trained on XOR in time had full backpropagation through time and Adam, `TRAINING_UPDATES` updates on
    batches of 16.
    """
    one_of("network", network, NETWORKS)
    rng = np.random.default_rng(1990)
    trained = network != "untrained"
    model = ElmanRNN(INPUTS, UNITS, rng=rng, recurrent_scale=1.0 if trained else recurrent_scale)
    made = Network(model, Readout(UNITS, 1, rng=rng, kind="logistic"))
    if trained:
        stream = batches(xor_in_time(np.random.default_rng(5), 8), 16)
        train(made, stream, Adam(0.01), TRAINING_UPDATES)
    return made


def followed_back(network: Network, x: Array, target: float, steps_back: int) -> dict[str, Array]:
    """The gradient of W, U and b for an error at the last step alone, followed so many steps back.

    Args:
        network: a recurrent net and its output layer.
        x: the input, (T, input_size).
        target: what the output at step T should be.
        steps_back: 0 for the last step alone, T - 1 for all there is.
    """
    trace = network.model.forward(x)
    read = network.readout.forward(trace.state[-1])
    injected = np.zeros_like(trace.state[1:])
    injected[-1] = network.readout.backward(read, np.array([target])).x
    model = network.model
    cut = TruncatedElmanRNN(
        model.input_size,
        model.hidden_size,
        rng=np.random.default_rng(0),
        activation=model.activations["hidden"].name,
        steps_back=steps_back,
    )
    cut.parameters = model.parameters
    return cut.backward(trace, injected).parameters


def unrolled_network(
    network: str = "untrained", recurrent_scale: float = 0.9, steps_back: int = 2, bits: int = 1
) -> go.Figure:
    """The unrolled net, its hidden state over time, and how good the gradient is if it is followed so far back."""
    net = example_network(network, recurrent_scale)
    line = next(xor_in_time(np.random.default_rng(bits), 4))
    x, target = line.x, float(line.target[-1, 0])
    hidden = net.model.forward(x).state[1:]
    flat = [
        np.concatenate([g.ravel() for g in followed_back(net, x, target, back).values()])
        for back in range(STEPS)
    ]
    length = np.array([np.linalg.norm(g) for g in flat])
    cosine = np.array([g @ flat[-1] for g in flat]) / (length * length[-1])
    share = length / length[-1]
    steps = np.arange(1, STEPS + 1)
    first = STEPS - steps_back
    forward: list[Arrow] = [(t + 0.3, 1, t + 0.7, 1) for t in range(1, STEPS)]
    forward += [(t, 0.28, t, 0.72) for t in range(1, STEPS + 1)] + [(STEPS, 1.28, STEPS, 1.72)]
    followed: list[Arrow] = [(STEPS + 0.15, 1.72, STEPS + 0.15, 1.28)]
    followed += [(t + 0.7, 0.86, t + 0.3, 0.86) for t in range(first, STEPS)]
    nodes = go.Scatter(
        x=[*steps, *steps, STEPS],
        y=[0] * STEPS + [1] * STEPS + [2],
        mode="markers",
        marker={"size": 17, "color": theme.GREY, "symbol": "circle-open"},
        hoverinfo="skip",
        showlegend=False,
    )
    reached = go.Scatter(
        x=steps[first - 1 :],
        y=[1] * (steps_back + 1),
        mode="markers",
        marker={"size": 17, "color": theme.VERMILION, "symbol": "square-open"},
        hoverinfo="skip",
        showlegend=False,
    )
    traces = [
        nodes,
        reached,
        _arrows(forward, "forward", theme.GREY, "solid", heads=range(len(forward)), size=0.1),
        _arrows(
            followed, "error, back", theme.VERMILION, "dash", heads=range(len(followed)), size=0.1
        ),
    ]
    for unit, (colour, dash, symbol) in enumerate(UNIT_STYLE):
        traces.append(
            go.Scatter(
                x=steps,
                y=hidden[:, unit],
                name=f"unit {unit + 1}",
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2},
                marker={"symbol": symbol, "size": 6},
                xaxis="x2",
                yaxis="y2",
            )
        )
    for values, name, colour, dash, symbol in (
        (cosine, "direction (cosine)", theme.GREY, "solid", "star"),
        (share, "length (ratio)", theme.GREY, "longdash", "x"),
    ):
        traces.append(
            go.Scatter(
                x=steps,
                y=values[::-1],
                name=name,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2},
                marker={"symbol": symbol, "size": 8},
                xaxis="x3",
                yaxis="y3",
            )
        )
    who = (
        "Trained on XOR in time"
        if network != "untrained"
        else f"Untrained, spectral radius {recurrent_scale:g}"
    )
    back = "not followed back at all" if steps_back == 0 else f"followed {_steps(steps_back)} back"
    angle = np.degrees(np.arccos(np.clip(cosine[steps_back], -1, 1)))
    summary = (
        f"{who}: the error at step {STEPS}, {back}, gives a gradient {100 * share[steps_back]:.0f} % as long as the "
        f"full one and {angle:.0f}° away from its direction (cosine {cosine[steps_back]:.2f})."
    )
    ticks = {"tickvals": list(range(1, STEPS + 1)), "range": [0.4, STEPS + 0.6]}
    quiet = {"showgrid": False, "zeroline": False, "showline": False, "ticks": ""}
    return theme.figure(
        traces,
        summary,
        xaxis={**ticks, **quiet, "anchor": "y", "showticklabels": False},
        yaxis={
            **quiet,
            "range": [-0.45, 2.45],
            "domain": [0.7, 1.0],
            "tickvals": [0, 1, 2],
            "ticktext": ["bit x", "hidden h", "output y"],
        },
        xaxis2={**ticks, "anchor": "y2", "showticklabels": False},
        yaxis2={"title": "hidden state h", "range": [-1.1, 1.1], "domain": [0.38, 0.66]},
        xaxis3={**ticks, "anchor": "y3", "title": "step t"},
        yaxis3={
            "title": "against the full",
            "range": [-0.6, 1.6],
            "domain": [0.0, 0.32],
        },
        shapes=[
            {
                "type": "rect",
                "xref": f"x{panel}",
                "yref": f"y{panel} domain",
                "x0": first - 0.5,
                "x1": STEPS + 0.5,
                "y0": 0,
                "y1": 1,
                "fillcolor": theme.faint(theme.VERMILION, 0.12),
                "line": {"width": 0},
                "layer": "below",
            }
            for panel in ("2", "3")
        ],
        annotations=[
            {
                "text": str(int(bit)),
                "x": t,
                "y": 0,
                "xref": "x",
                "yref": "y",
                "showarrow": False,
                "yanchor": "middle",
            }
            for t, bit in enumerate(x[:, 0], start=1)
        ],
        height=640,
        margin={"l": 70, "r": 12, "t": 70, "b": 50},
    )


# --- Cost ------------------------------------------------------------------------------------------------------------


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
        go.Scatter(
            x=np.log2(sizes),
            y=np.log10(values[method]),
            name=method,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 7},
        )
        for method, (colour, dash, symbol) in METHODS.items()
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
            "tickvals": list(range(0, 11, 2)),
            "ticktext": [str(2**p) for p in range(0, 11, 2)],
            "range": [-0.2, 10.2],
        },
        yaxis={"title": cost, **theme.power_axis(0, 13)},
    )


# --- XOR in time -----------------------------------------------------------------------------------------------------

NOTHING, RULE, RULE_ELSEWHERE = 0.5, 1 / 3, float(np.sqrt(5 / 18))
"""RMS errors: of the guess 1/2; of the best use of the XOR rule without knowing the place in the three, where the bit
can be foretold and where it cannot."""

LEVELS = {"nothing": 1 / 4, "the rule": 2 / 9, "rule and clock": 1 / 6}
"""What a network can know, and the mean square error over all bits that goes with it."""


def xor_errors(hidden_size: int, steps_back: int, updates: int) -> Array:
    """The measured errors, (seeds, steps): RMS error of the prediction of bits 2, 3, 4 ..., from `results/`."""
    result = measurements.load("xor_in_time")
    place = result["settings"]["checkpoints"].index(updates)
    return np.array(
        [
            trial["errors"][place]
            for trial in result["trials"]
            if (trial["hidden_size"], trial["steps_back"]) == (hidden_size, steps_back)
        ]
    )


def third_bit_error(hidden_size: int, steps_back: int, updates: int = 3000) -> Array:
    """One number a seed: the error at the bits that can be foretold, in the second half of the sequence."""
    settled = _second_half(xor_errors(hidden_size, steps_back, updates))
    return np.asarray(np.sqrt(np.mean(settled[:, 2::3] ** 2, axis=1)))


def mean_square_error(hidden_size: int, steps_back: int, updates: int = 3000) -> Array:
    """One number a seed: the mean square error over all bits of the second half of the sequence."""
    settled = _second_half(xor_errors(hidden_size, steps_back, updates))
    return np.asarray(np.mean(settled**2, axis=1))


def understood(hidden_size: int, steps_back: int, updates: int = 3000) -> dict[str, int]:
    """How many seeds are nearest to each level of `LEVELS` by their mean square error over all bits."""
    levels = np.array(list(LEVELS.values()))
    errors = mean_square_error(hidden_size, steps_back, updates)
    nearest = np.abs(errors[:, np.newaxis] - levels).argmin(axis=1)
    return {name: int(np.sum(nearest == place)) for place, name in enumerate(LEVELS)}


def _second_half(errors: Array) -> Array:
    """The errors at the last threes: there the network is far from the start, which tells the time by itself."""
    threes = (errors.shape[1] + 1) // 3
    return errors[:, -3 * (threes // 2) :]


def xor_error(hidden_size: int = 2, steps_back: int = ALL, updates: int = 3000) -> go.Figure:
    """The error at every bit: all seeds and their median, with the levels that a rule and a clock could reach."""
    errors = xor_errors(hidden_size, steps_back, updates)
    seeds, steps = errors.shape
    bits = np.arange(2, steps + 2)
    third = bits % 3 == 0
    median = np.median(errors, axis=0)
    traces = [
        go.Scatter(
            x=np.tile(bits, seeds),
            y=errors.ravel(),
            name="each seed",
            mode="markers",
            marker={"color": theme.GREY, "symbol": "circle-open", "size": 5},
        ),
        go.Scatter(
            x=bits,
            y=median,
            name="median",
            mode="lines",
            line={"color": theme.BLUE, "width": 2.5},
        ),
        go.Scatter(
            x=bits[third],
            y=median[third],
            name="median, every third bit",
            mode="markers",
            marker={"color": theme.VERMILION, "symbol": "diamond", "size": 9},
        ),
        *(
            go.Scatter(
                x=[2, steps + 1],
                y=[level, level],
                name=name,
                mode="lines",
                line={"color": colour, "dash": dash, "width": 1.5},
            )
            for level, name, colour, dash in (
                (NOTHING, "always ½", theme.GREY, "dash"),
                (RULE, "rule, no clock", theme.GREEN, "dot"),
            )
        ),
    ]
    at_third = third_bit_error(hidden_size, steps_back, updates)
    back = {0: "the error not followed back", 1: "the error followed 1 step back"}.get(
        steps_back, "full backpropagation through time"
    )
    elsewhere = float(np.median(errors[:, ~third]))
    counts = understood(hidden_size, steps_back, updates)
    knows = ", ".join(f"{count} {name}" for name, count in counts.items())
    return theme.figure(
        traces,
        f"{hidden_size} hidden units, {back}, after {updates} updates: the error at every third bit is "
        f"{np.median(at_third):.2f} (median of {seeds} seeds, {at_third.min():.2f} to {at_third.max():.2f}), at the "
        f"others {elsewhere:.2f}. By the mean square over all bits, of {seeds} seeds these know: {knows}.",
        xaxis={"title": "bit to be foretold", "tickvals": list(range(3, steps + 2, 3))},
        yaxis={"title": "error (root mean square)", "range": [0, 0.65]},
        margin={"l": 70, "r": 20, "t": 60, "b": 55},
    )


# --- Parts of figures ------------------------------------------------------------------------------------------------


def _diagram(
    boxes: Sequence[Box],
    arrows: Sequence[go.Scatter],
    summary: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    notes: Sequence[dict[str, Any]],
    height: int,
    half_width: float,
) -> go.Figure:
    """Boxes with a name and a shape each, arrows between them, and words."""
    bare = {"visible": False, "showgrid": False}
    shapes = [
        {
            "type": "rect",
            "xref": "x",
            "yref": "y",
            "x0": x - half_width,
            "x1": x + half_width,
            "y0": y - 0.5,
            "y1": y + 0.5,
            "fillcolor": theme.faint(theme.GREY, 0.18),
            "line": {"color": theme.GREY, "width": 1},
            "layer": "below",
        }
        for x, y, _, _ in boxes
    ]
    texts = [_note(x, y, f"{name}<br>{second}" if second else name) for x, y, name, second in boxes]
    return theme.figure(
        arrows,
        summary,
        xaxis={**bare, "range": list(x_range)},
        yaxis={**bare, "range": list(y_range)},
        shapes=shapes,
        annotations=[*texts, *notes],
        height=height,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
    )


def _note(x: float, y: float, text: str) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "x",
        "yref": "y",
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "middle",
        "font": {"size": 12},
    }


def _arrows(
    arrows: Sequence[Arrow],
    name: str,
    colour: str,
    dash: str,
    heads: Sequence[int],
    size: float = 0.16,
) -> go.Scatter:
    """Arrows as one line trace; `heads` are the places of those that have a head."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, (x0, y0, x1, y1) in enumerate(arrows):
        xs += [x0, x1, None]
        ys += [y0, y1, None]
        if place in heads:
            along = np.array([x1 - x0, y1 - y0], dtype=float)
            along *= size / np.linalg.norm(along)
            aside = np.array([-along[1], along[0]]) * 0.7
            for edge in (aside, -aside):
                corner = np.array([x1, y1]) - along + edge
                xs += [float(corner[0]), x1, None]
                ys += [float(corner[1]), y1, None]
    return go.Scatter(
        x=xs,
        y=ys,
        name=name,
        mode="lines",
        line={"color": colour, "dash": dash, "width": 2},
        hoverinfo="skip",
    )


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"
