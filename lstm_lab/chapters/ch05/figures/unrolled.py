"""The unrolled network, its error followed back, and the gradient that comes of it, drawn (chapter 05)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, one_of
from lstm_lab.chapters.ch05.experiments.xor_in_time import batches
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import Arrow, arrows_of, note
from lstm_lab.models import ElmanRNN, Readout, TruncatedElmanRNN
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


@lru_cache(maxsize=64)
def example_network(network: str = "untrained", recurrent_scale: float = 0.9) -> Network:
    """The network that the explorer follows back: four tanh units and one logistic output.

    The one trained on XOR in time had full backpropagation through time and Adam, `TRAINING_UPDATES` updates on
    batches of 16.
    """
    one_of("network", network, NETWORKS)
    rng = np.random.default_rng(1990)
    trained = network != "untrained"
    model = ElmanRNN(1, UNITS, rng=rng, recurrent_scale=1.0 if trained else recurrent_scale)
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
    return cut.backward(cut.forward(x), injected).parameters


def unrolled_network(
    network: str = "untrained", recurrent_scale: float = 0.9, steps_back: int = 2, bits: int = 1
) -> go.Figure:
    """The unrolled net, its hidden state over time, and how good the gradient is if it is followed so far back."""
    net = example_network(network, recurrent_scale)
    sequence = next(xor_in_time(np.random.default_rng(bits), 4))
    x, target = sequence.x, float(sequence.target[-1, 0])
    hidden = net.model.forward(x).state[1:]
    cosine, share = _against_the_full(net, x, target)
    steps = np.arange(1, STEPS + 1)
    look: dict[str, Any] = {"width": 2, "size": 6, "panel": "2"}
    against: dict[str, Any] = {"width": 2, "size": 8, "panel": "3"}
    traces = [
        *_net_drawn(steps_back),
        *(
            plots.line(steps, hidden[:, unit], f"unit {unit + 1}", *style, **look)
            for unit, style in enumerate(UNIT_STYLE)
        ),
        plots.line(steps, cosine[::-1], "direction", theme.GREY, "solid", "star", **against),
        plots.line(steps, share[::-1], "length", theme.GREY, "longdash", "x", **against),
    ]
    who = (
        "Trained on XOR in time"
        if network != "untrained"
        else f"Untrained, spectral radius {recurrent_scale:g}"
    )
    back = "not followed back at all" if steps_back == 0 else f"followed {_steps(steps_back)} back"
    angle = np.degrees(np.arccos(np.clip(cosine[steps_back], -1, 1)))
    summary = (
        f"{who}, sequence {bits} of bits: the error at step {STEPS}, {back}, gives a gradient "
        f"{100 * share[steps_back]:.0f} % as long as the full one and {angle:.0f}° away "
        f"from its direction (cosine {cosine[steps_back]:.2f})."
    )
    return theme.figure(
        traces,
        summary,
        **plots.panels(
            *_three_panels(),
            notes=[note(t, 0, str(int(bit)), size=13) for t, bit in enumerate(x[:, 0], start=1)],
        ),
        shapes=[_reached(STEPS - steps_back, panel) for panel in ("2", "3")],
        height=640,
        margin={"l": 70, "r": 12, "t": 70, "b": 50},
    )


def _against_the_full(net: Network, x: Array, target: float) -> tuple[Array, Array]:
    """Direction and length of the gradient beside the full one, by how many steps it is followed back."""
    flat = [
        np.concatenate([g.ravel() for g in followed_back(net, x, target, back).values()])
        for back in range(STEPS)
    ]
    length = np.array([np.linalg.norm(g) for g in flat])
    return np.array([g @ flat[-1] for g in flat]) / (length * length[-1]), length / length[-1]


def _net_drawn(steps_back: int) -> list[go.Scatter]:
    """The units of the unrolled net, those that the error reaches, and the ways forward and back."""
    steps = list(range(1, STEPS + 1))
    first = STEPS - steps_back
    forward: list[Arrow] = [(t + 0.3, 1, t + 0.7, 1) for t in range(1, STEPS)]
    forward += [(t, 0.28, t, 0.72) for t in steps] + [(STEPS, 1.28, STEPS, 1.72)]
    back: list[Arrow] = [(STEPS + 0.15, 1.72, STEPS + 0.15, 1.28)]
    back += [(t + 0.7, 0.86, t + 0.3, 0.86) for t in range(first, STEPS)]
    ahead, behind = range(len(forward)), range(len(back))
    x, y = [*steps, *steps, STEPS], [0] * STEPS + [1] * STEPS + [2]
    reached_x, reached_y = steps[first - 1 :], [1] * (steps_back + 1)
    skip: dict[str, Any] = {"hoverinfo": "skip"}
    return [
        plots.points(x, y, "", theme.GREY, "circle-open", 17, **skip),
        plots.points(reached_x, reached_y, "", theme.VERMILION, "square-open", 17, **skip),
        arrows_of(forward, "forward", theme.GREY, "solid", heads=ahead, size=0.1),
        arrows_of(back, "error, back", theme.VERMILION, "dash", heads=behind, size=0.1),
    ]


def _three_panels() -> tuple[plots.Panel, plots.Panel, plots.Panel]:
    """The net, its hidden state, and its gradient, one below the other on the same steps."""
    steps = {"tickvals": list(range(1, STEPS + 1)), "range": [0.4, STEPS + 0.6]}
    bare = {"showgrid": False, "zeroline": False, "showline": False, "ticks": ""}
    layers = plots.ticks([0, 1, 2], ["bit x", "hidden h", "output y"])
    return (
        plots.Panel(
            {**steps, **bare, "showticklabels": False},
            {**bare, "range": [-0.45, 2.45], **layers},
            y=(0.7, 1.0),
        ),
        plots.Panel(
            {**steps, "showticklabels": False},
            {"title": "hidden state h", "range": [-1.1, 1.1]},
            y=(0.38, 0.66),
        ),
        plots.Panel(
            {**steps, "title": "step t"},
            {"title": "against the full", "range": [-0.6, 1.6]},
            y=(0.0, 0.32),
        ),
    )


def _reached(first: int, panel: str) -> dict[str, Any]:
    """A shade behind the steps of a panel that the error reaches."""
    return {
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


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
