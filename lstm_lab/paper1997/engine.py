"""The net of 1997, compiled: eight trials at a time, one update as soon as an error comes.

The arithmetic is that of `lstm_lab.models.LSTM1997` with an output layer on top, against which
it is tested to 1e-10. What differs is the order of the work:

- **Truncated gradient, on-line** (`train`): no backward pass in time. Each cell carries the
  derivatives of its state by its weights along (the paper's equations 26 and 27, the P of the
  code), so that a weight can change at the step where an error comes in. That costs the same at
  every step and needs no memory of the past.
- **Eight lanes** (`lanes.py`): the trials of a row are independent, so eight of them run in the
  lanes of a SIMD register. Their sequences have different lengths. Each lane therefore reads its
  own stream of steps, in which flags say where a sequence starts and ends; no lane waits.
- **One-hot inputs** cost one column of the weights, not a product with a matrix.
- **The full gradient**, or any part of it, is another loop: `full.py`.

Step t, from the input x(t) and the hidden layer y(t-1) of the step before (section 5's three
stages; ``u`` is x, y and a constant 1 in one vector)::

    y_in, y_out = f(net_in), f(net_out)        net = W u
    s_c += y_in g(net_c)                       y_c = y_out h(s_c)
    P_c  += y_in g'(net_c) u                   d s_c / d w_c
    P_in += g(net_c) f'(net_in) u              d s_c / d w_in
    y_k = f(V (y_c, 1))                        and, where an error comes in:
    e_k = f'(net_k) (t_k - y_k)                eps_c = sum_k V_kc e_k
    dV_kc  = alpha e_k y_c                     dW_out = alpha f'(net_out) sum_c h(s_c) eps_c  u
    dW_c   = alpha y_out h'(s_c) eps_c P_c     dW_in  = alpha sum_c y_out h'(s_c) eps_c P_in

Source: Hochreiter & Schmidhuber 1997, section 4 and appendix A.1. Chapter 08.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiled import compiled
from .lanes import (
    LANES,
    equals,
    fma,
    load,
    logistic,
    magnitude,
    maximum,
    spread,
    store,
)

Array = NDArray[np.float64]

# What happens at a step of a lane's stream.
START, ERROR, JUDGE, END = 1, 2, 4, 8
# How targets are written, and what counts as an error of a judged step.
VALUE, CLASS, LEGAL = range(3)


class Weights(NamedTuple):
    """The weights of eight nets. S sources, H hidden units, C cells, K outputs, A symbols.

    Hidden units are in the order of `LSTM1997`: cells, input gates, output gates.

    Attributes:
        hidden: ``(S, H, LANES)``; the sources are the dense inputs, the hidden units, and 1.
        columns: ``(LANES, A, H)``, from the symbols to the hidden units; A = 0 for dense inputs.
        output: ``(C + 1, K, LANES)``, from the cells and 1 to the outputs.
        output_columns: ``(LANES, A, K)``, from the symbols to the outputs; A = 0 if there are none.
    """

    hidden: Array
    columns: Array
    output: Array
    output_columns: Array


class Plan(NamedTuple):
    """What a net is and how it learns, for the compiled code.

    Attributes:
        cells, blocks: how many memory cells and blocks.
        output_gate: whether blocks have an output gate (1 or 0).
        g_scale, g_shift: g(net) = g_scale f(net) - g_shift.
        h_scale, h_shift: likewise h; h is the identity where h_scale is 0.
        learning_rate: alpha.
        output_slope: 1 if f'(net_k) stands in the error of an output, 0 if it is left out.
        targets: VALUE, CLASS (one-hot) or LEGAL (one-hot, judged by the most active output).
        hidden_mask: ``(S, H)``, 1 where a connection exists and learns, else 0.
        output_mask: ``(C + 1,)``, likewise.
        through: for `full.train_full`: does error flow back into y(t-1) through the net inputs of
            cells, input gates and output gates? (0, 0, 0) is the truncated gradient.
    """

    cells: int
    blocks: int
    output_gate: int
    g_scale: float
    g_shift: float
    h_scale: float
    h_shift: float
    learning_rate: float
    output_slope: int
    targets: int
    hidden_mask: Array
    output_mask: Array
    through: tuple[int, int, int]


class Streams(NamedTuple):
    """What eight lanes read, step by step.

    Attributes:
        x: ``(steps, D, LANES)``, the dense inputs; D = 0 for symbols.
        symbols: ``(steps, LANES)``, which symbol is shown; not read for dense inputs.
        flags: ``(steps, LANES)``, START, ERROR, JUDGE, END.
        wanted: ``(steps, LANES)``, the target: a value, or the number of a class.
        judged: ``(steps, LANES)``, the target without noise, or the set of legal symbols as bits.
    """

    x: Array
    symbols: NDArray[np.int64]
    flags: NDArray[np.uint8]
    wanted: Array
    judged: Array


def empty_streams(steps: int, dense_inputs: int) -> Streams:
    """Streams of `steps` steps to be filled in."""
    return Streams(
        np.zeros((steps, dense_inputs, LANES)),
        np.zeros((steps, LANES), dtype=np.int64),
        np.zeros((steps, LANES), dtype=np.uint8),
        np.zeros((steps, LANES)),
        np.zeros((steps, LANES)),
    )


@compiled
def train(
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
    """Run eight lanes along their streams; learn on-line by the truncated gradient.

    Args:
        plan: what the nets are.
        weights: theirs; changed in place.
        streams: what they read.
        steps: how many steps of the streams to run.
        limit: ``(LANES,)``: a lane learns from this many of its sequences, then only runs on.
        grown: ``(LANES,)``: 1, or 0 for a lane whose hidden layer is not there yet.
        learn: False for a test.
        worst: ``(sequences, LANES)``, filled with the largest absolute error of each lane's
            sequences over judged steps and outputs. Under LEGAL: the number of steps at which an
            illegal output was at least as active as a legal one.
        mean: likewise the mean absolute error. Under LEGAL: the share of such steps.
    """
    W, WX, V, VX = weights
    D, S, H = streams.x.shape[1], W.shape[0], W.shape[1]
    K, C, blocks = V.shape[1], plan.cells, plan.blocks
    size = C // blocks
    first_out = C + blocks
    has_symbols, has_shortcuts, legal = WX.shape[1] > 0, VX.shape[1] > 0, plan.targets == LEGAL
    u, y_c, activation = np.zeros((S, LANES)), np.zeros((C + 1, LANES)), np.zeros((H, LANES))
    s, h, h_slope = np.zeros((C, LANES)), np.zeros((C, LANES)), np.zeros((C, LANES))
    P, PX = np.zeros((S, 2 * C, LANES)), np.zeros((LANES, WX.shape[1], 2 * C))
    entry = np.zeros((2 * C, LANES))
    eps, e_s, e_out = np.zeros((C, LANES)), np.zeros((C, LANES)), np.zeros((blocks, LANES))
    column = np.zeros((max(H, K), LANES))
    y_k, e_k = np.zeros((K, LANES)), np.zeros((K, LANES))
    is_error, is_judged, alpha = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    largest, total, judgements = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    sequence = np.zeros(LANES, dtype=np.int64)
    u[S - 1], y_c[C] = 1.0, 1.0
    for lane in range(LANES):
        alpha[lane] = plan.learning_rate * (limit[lane] > 0)

    for t in range(steps):
        some = 0
        for lane in range(LANES):
            flags = streams.flags[t, lane]
            some |= flags
            if flags & START:
                s[:, lane] = 0.0
                for j in range(D, D + H):
                    u[j, lane] = 0.0
                largest[lane] = total[lane] = judgements[lane] = 0.0
                if learn:
                    P[:, :, lane] = 0.0
                    PX[lane] = 0.0

        # the hidden layer
        for j in range(D):
            store(u, j, load(streams.x, t * D + j))
        if has_symbols:
            for lane in range(LANES):
                shown = streams.symbols[t, lane]
                for i in range(H):
                    column[i, lane] = WX[lane, shown, i]
        for i in range(H):
            net = load(column, i) if has_symbols else spread(0.0)
            for j in range(S):
                net = fma(load(W, j * H + i), load(u, j), net)
            store(activation, i, logistic(net))
        for c in range(C):
            y_in = load(activation, C + c // size)
            sigma = load(activation, c)
            g = plan.g_scale * sigma - plan.g_shift
            state = fma(y_in, g, load(s, c))
            store(s, c, state)
            store(entry, c, y_in * (plan.g_scale * sigma * (1.0 - sigma)))
            store(entry, C + c, g * (y_in * (1.0 - y_in)))
            if plan.h_scale == 0.0:
                store(h, c, state)
                store(h_slope, c, spread(1.0))
            else:
                sigma = logistic(state)
                store(h, c, plan.h_scale * sigma - plan.h_shift)
                store(h_slope, c, plan.h_scale * sigma * (1.0 - sigma))
            y_out = load(activation, first_out + c // size) if plan.output_gate else spread(1.0)
            store(y_c, c, y_out * load(h, c))

        # what the cells' states owe to each weight
        if learn:
            for j in range(S):
                source = load(u, j)
                for i in range(2 * C):
                    place = j * 2 * C + i
                    store(P, place, fma(load(entry, i), source, load(P, place)))
            if has_symbols:
                for lane in range(LANES):
                    shown = streams.symbols[t, lane]
                    for i in range(2 * C):
                        PX[lane, shown, i] += entry[i, lane]

        # the outputs, and the errors that come in
        if some & (ERROR | JUDGE):
            for lane in range(LANES):
                is_error[lane] = 1.0 if streams.flags[t, lane] & ERROR else 0.0
                is_judged[lane] = 1.0 if streams.flags[t, lane] & JUDGE else 0.0
                judgements[lane] += is_judged[lane]
                if has_shortcuts:
                    shown = streams.symbols[t, lane]
                    for k in range(K):
                        column[k, lane] = VX[lane, shown, k]
            wanted, judged = load(streams.wanted, t), load(streams.judged, t)
            for c in range(C):
                store(eps, c, spread(0.0))
            for k in range(K):
                net = load(column, k) if has_shortcuts else spread(0.0)
                for c in range(C + 1):
                    net = fma(load(V, c * K + k), load(y_c, c), net)
                y = logistic(net)
                store(y_k, k, y)
                if plan.targets == VALUE:
                    error, distance = wanted - y, magnitude(judged - y)
                else:
                    error = equals(wanted, spread(float(k))) - y
                    distance = magnitude(error)
                if not legal:
                    distance = distance * load(is_judged, 0)
                    store(largest, 0, maximum(distance, load(largest, 0)))
                    store(total, 0, load(total, 0) + distance)
                e = error * load(is_error, 0)
                if plan.output_slope:
                    e = e * (y * (1.0 - y))
                store(e_k, k, e)
                for c in range(C):
                    store(eps, c, fma(load(V, c * K + k), e, load(eps, c)))
            if legal:
                for lane in range(LANES):
                    if is_judged[lane] == 1.0:
                        wrong = illegal(y_k[:, lane], np.int64(streams.judged[t, lane]))
                        largest[lane] += wrong
                        total[lane] += wrong * K

        # the weights
        if learn and some & ERROR:
            rate = load(alpha, 0)
            rate_hidden = rate * load(grown, 0)
            for k in range(K):
                e = rate * load(e_k, k)
                e_hidden = rate_hidden * load(e_k, k)
                for c in range(C):
                    place = c * K + k
                    store(V, place, fma(e_hidden, load(y_c, c), load(V, place)))
                place = C * K + k
                store(V, place, fma(spread(plan.output_mask[C]), e, load(V, place)))
            if has_shortcuts:
                for lane in range(LANES):
                    if is_error[lane] == 1.0:
                        shown = streams.symbols[t, lane]
                        for k in range(K):
                            VX[lane, shown, k] += alpha[lane] * e_k[k, lane]
            for c in range(C):
                y_out = load(activation, first_out + c // size) if plan.output_gate else spread(1.0)
                store(e_s, c, rate_hidden * load(eps, c) * y_out * load(h_slope, c))
            if plan.output_gate:
                for b in range(blocks):
                    e = spread(0.0)
                    for c in range(b * size, (b + 1) * size):
                        e = fma(load(h, c), load(eps, c), e)
                    y_out = load(activation, first_out + b)
                    store(e_out, b, rate_hidden * e * (y_out * (1.0 - y_out)))
            for j in range(S):
                source, row, trace = load(u, j), j * H, j * 2 * C
                for c in range(C):
                    e = plan.hidden_mask[j, c] * load(e_s, c)
                    store(W, row + c, fma(e, load(P, trace + c), load(W, row + c)))
                for b in range(blocks):
                    place = row + C + b
                    w = load(W, place)
                    for c in range(b * size, (b + 1) * size):
                        e = plan.hidden_mask[j, C + b] * load(e_s, c)
                        w = fma(e, load(P, trace + C + c), w)
                    store(W, place, w)
                    if plan.output_gate:
                        place = row + first_out + b
                        e = plan.hidden_mask[j, first_out + b] * load(e_out, b)
                        store(W, place, fma(e, source, load(W, place)))
            if has_symbols:
                for lane in range(LANES):
                    if is_error[lane] == 1.0 and alpha[lane] * grown[lane] > 0.0:
                        for a in range(WX.shape[1]):
                            for c in range(C):
                                WX[lane, a, c] += e_s[c, lane] * PX[lane, a, c]
                                WX[lane, a, C + c // size] += e_s[c, lane] * PX[lane, a, C + c]
                        if plan.output_gate:
                            shown = streams.symbols[t, lane]
                            for b in range(blocks):
                                WX[lane, shown, first_out + b] += e_out[b, lane]

        # the end of sequences
        for c in range(C):
            store(u, D + c, load(y_c, c))
        for i in range(C, H):
            store(u, D + i, load(activation, i))
        if some & END:
            for lane in range(LANES):
                if streams.flags[t, lane] & END:
                    worst[sequence[lane], lane] = largest[lane]
                    mean[sequence[lane], lane] = total[lane] / (judgements[lane] * K)
                    sequence[lane] += 1
                    if sequence[lane] >= limit[lane]:
                        alpha[lane] = 0.0


@compiled
def illegal(y: Array, legal: int) -> float:
    """1.0 unless every legal output is more active than every illegal one."""
    lowest, highest = 2.0, -1.0
    for k in range(len(y)):
        if legal >> k & 1:
            lowest = min(lowest, y[k])
        else:
            highest = max(highest, y[k])
    return 0.0 if lowest > highest else 1.0
