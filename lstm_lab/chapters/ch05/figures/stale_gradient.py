"""Real-time recurrent learning while the weights move: how far its gradient is from the one that it stands for."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, number_in
from lstm_lab.interact import plots, theme
from lstm_lab.models import ElmanRNN
from lstm_lab.models.activations import logistic
from lstm_lab.sequences import xor_in_time

UNITS, STEPS, EVERY, SEEDS = 6, 180, 6, 10


def online(seed: int, learning_rate: float, recurrent_scale: float) -> Array:
    """Degrees between RTRL's gradient and the true one, at every `EVERY`-th step of learning on line.

    A tanh network foretells the next bit of XOR in time, and after every bit its weights change. RTRL carries
    P_t = dh_t / d[W U b], which was made of the slopes and weights of the steps before; the true gradient is that of
    the same error with the weights of this moment, as if they had been there from the first step on. Chapter 05.
    """
    rng = np.random.default_rng(seed)
    net = ElmanRNN(1, UNITS, rng=rng, recurrent_scale=recurrent_scale)
    v = rng.standard_normal(UNITS) / np.sqrt(UNITS)
    line = next(xor_in_time(rng, STEPS // 3 + 1))
    bits = 2.0 * line.x - 1.0
    W, U, b = (net.parameters[name] for name in ("input_weights", "recurrent_weights", "bias"))
    h, P, angles = np.zeros(UNITS), np.zeros((UNITS, UNITS, UNITS + 2)), []
    for t in range(STEPS):
        source = np.concatenate([bits[t], h, [1.0]])
        h_new = np.tanh(W @ bits[t] + U @ h + b)
        direct = np.eye(UNITS)[:, :, np.newaxis] * source
        P = (1 - h_new**2)[:, np.newaxis, np.newaxis] * (np.tensordot(U, P, 1) + direct)
        h = h_new
        error = float(logistic(v @ h) - line.target[t, 0])
        ours = np.tensordot(error * v, P, 1)
        if (t + 1) % EVERY == 0:
            angles.append(_between(ours, _true_gradient(net, bits[: t + 1], v, line.target[t, 0])))
        W -= learning_rate * ours[:, :1]
        U -= learning_rate * ours[:, 1:-1]
        b -= learning_rate * ours[:, -1]
        v = v - learning_rate * error * h
    return np.array(angles)


def _true_gradient(net: ElmanRNN, x: Array, v: Array, target: float) -> Array:
    """The gradient of the error at the last step, by backpropagation through all steps with the present weights."""
    trace = net.forward(x)
    d_h = np.zeros((len(x), UNITS))
    d_h[-1] = float(logistic(v @ trace.state[-1]) - target) * v
    found = net.backward(trace, d_h).parameters
    return np.column_stack([found["input_weights"], found["recurrent_weights"], found["bias"]])


def _between(one: Array, other: Array) -> float:
    """The angle between two gradients, in degrees."""
    cosine = np.sum(one * other) / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@lru_cache(maxsize=64)
def angles(learning_rate: float, recurrent_scale: float) -> Array:
    """`online` for all seeds, (seeds, steps / EVERY)."""
    return np.stack([online(seed, learning_rate, recurrent_scale) for seed in range(SEEDS)])


def stale_rtrl(learning_rate: float = 0.1, recurrent_scale: float = 0.9) -> go.Figure:
    """How stale the derivatives become that RTRL carries along, while the network learns at every step.

    Raises:
        TypeError, ValueError: if an argument is no finite number of at least 0.
    """
    number_in("learning_rate", learning_rate, minimum=0)
    number_in("recurrent_scale", recurrent_scale, minimum=0)
    found = angles(learning_rate, recurrent_scale)
    steps = np.arange(EVERY, STEPS + 1, EVERY)
    low, middle, high = np.quantile(found, (0.1, 0.5, 0.9), axis=0)
    late = float(np.median(found[:, len(steps) // 2 :]))
    worst = float(np.quantile(found[:, len(steps) // 2 :], 0.9))
    return theme.figure(
        plots.line_in_band(
            steps, low, middle, high, "RTRL beside the true gradient", *plots.CELL_STYLE["tanh RNN"]
        ),
        f"Learning rate {learning_rate:g}, spectral radius {recurrent_scale:g}: in the second half the gradient of "
        f"RTRL is {late:.1f}° off the true one (median over steps and {SEEDS} networks; in a tenth of the cases "
        f"{worst:.1f}° or more).",
        xaxis={"title": "steps (the weights change after each)", "range": [0, STEPS]},
        yaxis={"title": "angle, degrees", "range": [-2, 92], "dtick": 15},
        showlegend=False,
    )
