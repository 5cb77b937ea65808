"""The net of 1997 with the full gradient, or any part of it: backpropagation through time, compiled.

One lane after the other, and the weights change at the end of a sequence. What the paper cuts off,
`Plan.through` opens; with nothing open this is the `truncated_gradient`, summed over a
sequence. Tested against `lstm_lab.models.LSTM1997` to 1e-10.

Source: Hochreiter & Schmidhuber 1997, section 4 ("truncated backprop") and appendix A.1. Chapter 08.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .caching import compiled
from .layout import (
    END,
    ERROR,
    JUDGE,
    LANES,
    LEGAL,
    START,
    VALUE,
    Errors,
    Nets,
    Order,
    Plan,
    Streams,
    Weights,
)
from .truncated_gradient import illegal

Array = NDArray[np.float64]


@compiled
def _f(x: float) -> float:
    return float(1.0 / (1.0 + np.exp(-x)))


class _Past(NamedTuple):
    """What a sequence leaves behind at each of its steps, for the way back.

    ``y`` the hidden layer, from before the first step on; ``s`` likewise the states; ``gates`` input
    and output gates, block by block; ``g``, ``slope`` of it, ``h`` of the cells; ``eps`` the errors at
    the features.
    """

    y: Array
    s: Array
    gates: Array
    g: Array
    slope: Array
    h: Array
    eps: Array


@compiled
def train_full(plan: Plan, nets: Nets, streams: Streams, order: Order, errors: Errors) -> None:
    """As `train`, with weights that change at the end of a sequence and error that flows further.

    Backpropagation through time, one lane after the other. `plan.through` opens the ways that
    the paper closes; with none open this is the truncated gradient, summed over a sequence.
    """
    weights = nets.weights
    S, H = weights.hidden.shape[0], weights.hidden.shape[1]
    past = _empty_past(plan, weights, _longest(streams, order.steps))
    u, y_k, d_net = np.ones(S), np.zeros(weights.output.shape[1]), np.zeros(H)
    through = np.zeros(H)
    first_out, first_unit = plan.cells + plan.blocks, H - plan.units
    through[: plan.cells], through[plan.cells : first_out] = plan.through[0], plan.through[1]
    through[first_out:first_unit], through[first_unit:] = plan.through[2], plan.through[3]
    for lane in range(LANES):
        W, WX = weights.hidden[:, :, lane].copy(), weights.columns[lane]
        V, VX = weights.output[:, :, lane].copy(), weights.output_columns[lane]
        dW, dWX, dV, dVX = np.zeros_like(W), np.zeros_like(WX), np.zeros_like(V), np.zeros_like(VX)
        begin = sequence = 0
        for now in range(order.steps):
            flags = streams.flags[now, lane]
            if flags & START:
                begin = now
            if not flags & END:
                continue
            length = now - begin + 1
            largest = total = judgements = 0.0
            dW[:], dWX[:], dV[:], dVX[:] = 0.0, 0.0, 0.0, 0.0
            past.y[0], past.s[0] = plan.start, 0.0
            for t in range(length):
                _sources(plan, streams, past, u, begin + t, t, lane)
                _forward(plan, W, WX, streams, past, u, begin + t, t, lane)
                if not streams.flags[begin + t, lane] & (ERROR | JUDGE):
                    continue
                judged, distance, far = _answer(
                    plan, V, VX, dV, dVX, streams, order, past, y_k, begin + t, t, lane
                )
                judgements += judged
                total += distance
                largest = largest + far if plan.targets == LEGAL else max(largest, far)
            errors.worst[sequence, lane] = largest
            errors.mean[sequence, lane] = total / (judgements * len(y_k))
            sequence += 1
            if not order.learn or sequence > order.limit[lane]:
                continue
            d_y, d_s = np.zeros(H), np.zeros(plan.cells)
            for t in range(length - 1, -1, -1):
                _net_errors(plan, past, d_y, d_s, d_net, t)
                _sources(plan, streams, past, u, begin + t, t, lane)
                _back(plan, W, dW, dWX, streams, through, u, d_y, d_net, begin + t, lane)
            alpha = plan.learning_rate
            W += alpha * order.has_cells[lane] * plan.hidden_mask * dW
            WX += alpha * order.has_cells[lane] * dWX
            V += alpha * dV
            VX += alpha * dVX
        weights.hidden[:, :, lane] = W
        weights.output[:, :, lane] = V


# The parts of it, put into `train_full` as if they were written there.


@njit(inline="always")
def _longest(streams: Streams, steps: int) -> int:
    """Steps of the longest sequence in any lane."""
    longest = run = 0
    for lane in range(LANES):
        for t in range(steps):
            run = 1 if streams.flags[t, lane] & START else run + 1
            if streams.flags[t, lane]:
                longest = max(longest, run)
    return longest


@njit(inline="always")
def _empty_past(plan: Plan, weights: Weights, longest: int) -> _Past:
    H, C = weights.hidden.shape[1], plan.cells
    return _Past(
        np.zeros((longest + 1, H)),
        np.zeros((longest + 1, C)),
        np.ones((longest, 2 * plan.blocks)),
        np.zeros((longest, C)),
        np.zeros((longest, C)),
        np.zeros((longest, C)),
        np.zeros((longest, C + plan.units)),
    )


@njit(inline="always")
def _sources(
    plan: Plan, streams: Streams, past: _Past, u: Array, at: int, t: int, lane: int
) -> None:
    """The inputs, the hidden layer of before, the bias unit, and 1."""
    D, H = streams.x.shape[1], past.y.shape[1]
    u[:D] = streams.x[at, :, lane]
    u[D : D + H] = past.y[t]
    if plan.bias_unit:
        u[D + H] = plan.start if t == 0 else 1.0


@njit(inline="always")
def _forward(
    plan: Plan,
    W: Array,
    WX: Array,
    streams: Streams,
    past: _Past,
    u: Array,
    at: int,
    t: int,
    lane: int,
) -> None:
    """The hidden layer of step t from its sources."""
    y, s, g, h, slope, gates = past.y, past.s, past.g, past.h, past.slope, past.gates
    C, blocks = plan.cells, plan.blocks
    size, first_out = C // blocks, C + blocks
    shown, has_symbols = streams.symbols[at, lane], WX.shape[0] > 0
    for i in range(y.shape[1]):
        net = WX[shown, i] if has_symbols else 0.0
        for j in range(len(u)):
            net += W[j, i] * u[j]
        y[t + 1, i] = _f(net)
    for c in range(C):
        b = c // size
        gates[t, b] = y[t + 1, C + b]
        if plan.output_gate:
            gates[t, blocks + b] = y[t + 1, first_out + b]
        sigma = y[t + 1, c]
        g[t, c] = plan.g_scale * sigma - plan.g_shift
        slope[t, c] = plan.g_scale * sigma * (1.0 - sigma)
        s[t + 1, c] = s[t, c] + gates[t, b] * g[t, c]
        h[t, c] = s[t + 1, c]
        if plan.h_scale != 0.0:
            h[t, c] = plan.h_scale * _f(s[t + 1, c]) - plan.h_shift
    for c in range(C):
        y[t + 1, c] = gates[t, blocks + c // size] * h[t, c]
    past.eps[t] = 0.0


@njit(inline="always")
def _answer(
    plan: Plan,
    V: Array,
    VX: Array,
    dV: Array,
    dVX: Array,
    streams: Streams,
    order: Order,
    past: _Past,
    y_k: Array,
    at: int,
    t: int,
    lane: int,
) -> tuple[float, float, float]:
    """The outputs of step t and their errors; 1 if it is judged, their sum, and the largest."""
    C, F, K = plan.cells, V.shape[0], V.shape[1]
    first_unit = past.y.shape[1] - plan.units
    shown, label = streams.symbols[at, lane], streams.target[at, lane]
    is_error = 1.0 if streams.flags[at, lane] & ERROR else 0.0
    is_judged = 1.0 if streams.flags[at, lane] & JUDGE else 0.0
    largest = total = 0.0
    for k in range(K):
        net = V[F - 1, k] + (VX[shown, k] if VX.shape[0] > 0 else 0.0)
        for c in range(F - 1):
            net += V[c, k] * past.y[t + 1, c if c < C else first_unit + c - C]
        y_k[k] = net if plan.output_linear else _f(net)
        target = 1.0 if label == k else 0.0
        if plan.targets == VALUE:
            target = label
        clean = streams.judged[at, lane] if plan.targets == VALUE else target
        if plan.targets != LEGAL:
            distance = is_judged * abs(clean - y_k[k])
            largest = max(largest, distance)
            total += distance
        e = (target - y_k[k]) * is_error
        if plan.output_slope and not plan.output_linear:
            e *= y_k[k] * (1.0 - y_k[k])
        dV[F - 1, k] += plan.output_mask[F - 1] * e
        if VX.shape[0] > 0:
            dVX[shown, k] += e
        for c in range(F - 1):
            y = past.y[t + 1, c if c < C else first_unit + c - C]
            dV[c, k] += order.has_cells[lane] * e * y
            past.eps[t, c] += V[c, k] * e
    if plan.targets == LEGAL and is_judged == 1.0:
        largest = illegal(y_k, np.int64(streams.judged[at, lane]))
        total = largest * K
    return is_judged, total, largest


@njit(inline="always")
def _net_errors(plan: Plan, past: _Past, d_y: Array, d_s: Array, d_net: Array, t: int) -> None:
    """The errors at the net inputs of step t, from those at y(t) and at the states."""
    eps, gates, g, h = past.eps, past.gates, past.g, past.h
    C, blocks, H = plan.cells, plan.blocks, len(d_net)
    size, first_out, first_unit = C // blocks, C + blocks, H - plan.units
    for b in range(blocks):
        y_in, y_out = gates[t, b], gates[t, blocks + b]
        d_in = d_y[C + b]
        d_out = d_y[first_out + b] if plan.output_gate else 0.0
        for c in range(b * size, (b + 1) * size):
            d_y_c = eps[t, c] + d_y[c]
            d_out += h[t, c] * d_y_c
            h_slope = 1.0
            if plan.h_scale != 0.0:
                sigma = (h[t, c] + plan.h_shift) / plan.h_scale
                h_slope = plan.h_scale * sigma * (1.0 - sigma)
            d_s[c] += y_out * h_slope * d_y_c
            d_in += g[t, c] * d_s[c]
            d_net[c] = d_s[c] * y_in * past.slope[t, c]
        d_net[C + b] = d_in * y_in * (1.0 - y_in)
        if plan.output_gate:
            d_net[first_out + b] = d_out * y_out * (1.0 - y_out)
    for i in range(plan.units):
        y = past.y[t + 1, first_unit + i]
        d_net[first_unit + i] = (eps[t, C + i] + d_y[first_unit + i]) * y * (1.0 - y)


@njit(inline="always")
def _back(
    plan: Plan,
    W: Array,
    dW: Array,
    dWX: Array,
    streams: Streams,
    through: Array,
    u: Array,
    d_y: Array,
    d_net: Array,
    at: int,
    lane: int,
) -> None:
    """What the net inputs' errors say of the weights, and what flows back into y(t-1)."""
    D, S, H = streams.x.shape[1], len(u), len(d_net)
    for j in range(S):
        for i in range(H):
            dW[j, i] += u[j] * d_net[i]
    if dWX.shape[0] > 0:
        for i in range(H):
            dWX[streams.symbols[at, lane], i] += d_net[i]
    for m in range(H):
        d_y[m] = 0.0
        for i in range(H):
            d_y[m] += through[i] * W[D + m, i] * d_net[i]
