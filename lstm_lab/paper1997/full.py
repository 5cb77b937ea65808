"""The net of 1997 with the full gradient, or any part of it: backpropagation through time, compiled.

One lane after the other, and the weights change at the end of a sequence. What the paper cuts off,
`Plan.through` opens; with nothing open this is the truncated gradient of `engine`, summed over a
sequence. Tested against `lstm_lab.models.LSTM1997` to 1e-10.

Source: Hochreiter & Schmidhuber 1997, section 4 ("truncated backprop") and appendix A.1. Chapter 08.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .engine import END, ERROR, JUDGE, LEGAL, START, VALUE, Plan, Streams, Weights, illegal
from .lanes import LANES

Array = NDArray[np.float64]


@compiled
def _f(x: float) -> float:
    return float(1.0 / (1.0 + np.exp(-x)))


@compiled
def train_full(
    plan: Plan,
    weights: Weights,
    streams: Streams,
    steps: int,
    limit: NDArray[np.int64],
    grown: Array,
    learn: bool,
    worst: Array,
    mean: Array,
) -> None:
    """As `train`, with weights that change at the end of a sequence and error that flows further.

    Backpropagation through time, one lane after the other. `plan.through` opens the ways that
    the paper closes; with none open this is the truncated gradient, summed over a sequence.
    """
    D, A, S, H = (
        streams.x.shape[1],
        weights.columns.shape[1],
        weights.hidden.shape[0],
        weights.hidden.shape[1],
    )
    K, C, blocks = weights.output.shape[1], plan.cells, plan.blocks
    size = C // blocks
    first_out = C + blocks
    has_shortcuts = weights.output_columns.shape[1] > 0
    longest = run = 0
    for lane in range(LANES):
        for t in range(steps):
            run = 1 if streams.flags[t, lane] & START else run + 1
            if streams.flags[t, lane]:
                longest = max(longest, run)
    y, s = np.zeros((longest + 1, H)), np.zeros((longest + 1, C))
    g, h, slope, eps = (
        np.zeros((longest, C)),
        np.zeros((longest, C)),
        np.zeros((longest, C)),
        np.zeros((longest, C)),
    )
    gates = np.ones((longest, 2 * blocks))
    u, y_k, d_net = np.ones(S), np.zeros(K), np.zeros(H)
    through = np.zeros(H)
    through[:C], through[C:first_out], through[first_out:] = plan.through

    for lane in range(LANES):
        W, WX = weights.hidden[:, :, lane].copy(), weights.columns[lane]
        V, VX = weights.output[:, :, lane].copy(), weights.output_columns[lane]
        dW, dWX, dV, dVX = np.zeros((S, H)), np.zeros_like(WX), np.zeros_like(V), np.zeros_like(VX)
        begin = sequence = 0
        for now in range(steps):
            flags = streams.flags[now, lane]
            if flags & START:
                begin = now
            if not flags & END:
                continue
            length = now - begin + 1
            learning = learn and sequence < limit[lane]
            largest = total = judgements = 0.0
            dW[:], dWX[:], dV[:], dVX[:] = 0.0, 0.0, 0.0, 0.0

            for t in range(length):
                at = begin + t
                shown = streams.symbols[at, lane]
                u[:D] = streams.x[at, :, lane]
                u[D : D + H] = y[t]
                for i in range(H):
                    net = WX[shown, i] if A else 0.0
                    for j in range(S):
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
                    eps[t, c] = 0.0
                if not streams.flags[at, lane] & (ERROR | JUDGE):
                    continue
                is_error = 1.0 if streams.flags[at, lane] & ERROR else 0.0
                is_judged = 1.0 if streams.flags[at, lane] & JUDGE else 0.0
                judgements += is_judged
                for k in range(K):
                    net = V[C, k] + (VX[shown, k] if has_shortcuts else 0.0)
                    for c in range(C):
                        net += V[c, k] * y[t + 1, c]
                    y_k[k] = _f(net)
                    wanted = streams.wanted[at, lane]
                    target = 1.0 if wanted == k else 0.0
                    if plan.targets == VALUE:
                        target = wanted
                    clean = streams.judged[at, lane] if plan.targets == VALUE else target
                    if plan.targets != LEGAL:
                        distance = is_judged * abs(clean - y_k[k])
                        largest = max(largest, distance)
                        total += distance
                    e = (target - y_k[k]) * is_error
                    if plan.output_slope:
                        e *= y_k[k] * (1.0 - y_k[k])
                    dV[C, k] += plan.output_mask[C] * e
                    if has_shortcuts:
                        dVX[shown, k] += e
                    for c in range(C):
                        dV[c, k] += grown[lane] * e * y[t + 1, c]
                        eps[t, c] += V[c, k] * e
                if plan.targets == LEGAL and is_judged == 1.0:
                    wrong = illegal(y_k, np.int64(streams.judged[at, lane]))
                    largest += wrong
                    total += wrong * K

            worst[sequence, lane], mean[sequence, lane] = largest, total / (judgements * K)
            sequence += 1
            if not learning:
                continue
            d_y, d_s = np.zeros(H), np.zeros(C)
            for t in range(length - 1, -1, -1):
                at = begin + t
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
                        d_net[c] = d_s[c] * y_in * slope[t, c]
                    d_net[C + b] = d_in * y_in * (1.0 - y_in)
                    if plan.output_gate:
                        d_net[first_out + b] = d_out * y_out * (1.0 - y_out)
                u[:D] = streams.x[at, :, lane]
                u[D : D + H] = y[t]
                for j in range(S):
                    for i in range(H):
                        dW[j, i] += u[j] * d_net[i]
                if A:
                    for i in range(H):
                        dWX[streams.symbols[at, lane], i] += d_net[i]
                for m in range(H):
                    d_y[m] = 0.0
                    for i in range(H):
                        d_y[m] += through[i] * W[D + m, i] * d_net[i]
            alpha = plan.learning_rate
            W += alpha * grown[lane] * plan.hidden_mask * dW
            WX += alpha * grown[lane] * dWX
            V += alpha * dV
            VX += alpha * dVX
        weights.hidden[:, :, lane] = W
        weights.output[:, :, lane] = V
