"""The net of 1997, compiled: eight trials at a time, learning on-line by the truncated gradient.

The arithmetic is that of `lstm_lab.models.LSTM1997` with an output layer on top, against which
it is tested to 1e-10; with everything that a decision can add, that of `numpy_net`. What differs
is the order of the work:

- **Truncated gradient, on-line** (`train`): no backward pass in time. Each cell carries the
  derivatives of its state by its weights along (the paper's equations 26 and 27, the P of the
  code), so that a weight can change at the step where an error comes in. That costs the same at
  every step and needs no memory of the past.
- **Eight lanes** (`simd.py`): the trials of a row are independent, so eight of them run in the
  lanes of a SIMD register. Their sequences have different lengths. Each lane therefore reads its
  own stream of steps, in which flags say where a sequence starts and ends; no lane waits.
- **One-hot inputs** cost one column of the weights, not a product with a matrix.
- **The full gradient**, or any part of it, is another loop: `full_gradient.py`.

Step t, from the input x(t) and the hidden layer y(t-1) of the step before (section 5's three
stages; ``u`` is x, y and a constant 1 in one vector)::

    y_in, y_out, y_i = f(net_in), f(net_out), f(net_i)      net = W u
    s_c += y_in g(net_c)                       y_c = y_out h(s_c)
    P_c  += y_in g'(net_c) u                   d s_c / d w_c
    P_in += g(net_c) f'(net_in) u              d s_c / d w_in
    y_k = f(V (y_c, y_i, 1))                   and, where an error comes in:
    e_k = f'(net_k) (t_k - y_k)                eps_c = sum_k V_kc e_k,  eps_i likewise
    dV_kc  = alpha e_k y_c                     dW_out = alpha f'(net_out) sum_c h(s_c) eps_c  u
    dW_c   = alpha y_out h'(s_c) eps_c P_c     dW_in  = alpha sum_c y_out h'(s_c) eps_c P_in
    dW_i   = alpha f'(net_i) eps_i u

The y_i are ordinary hidden units beside the memory cells; the rows of the paper have none.

Source: Hochreiter & Schmidhuber 1997, section 4 and appendix A.1. Chapter 08.
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
from .simd import equals, fma, load, logistic, magnitude, maximum, spread, store

Array = NDArray[np.float64]


class _Layer(NamedTuple):
    """The activations of a step: what flows forward.

    ``u`` the sources, ``features`` what the outputs see, ``activation`` f(net) of the hidden units,
    ``s``, ``h``, ``h_slope`` of the cells, ``entry`` what u is multiplied by on its way into P,
    ``P`` and ``PX`` the carried derivatives, by sources and by symbols, ``column`` the weights of
    the symbols shown.
    """

    u: Array
    features: Array
    activation: Array
    s: Array
    h: Array
    h_slope: Array
    entry: Array
    P: Array
    PX: Array
    column: Array


class _Answer(NamedTuple):
    """The outputs of a step, their errors, what has come of the sequence so far, and the rates.

    ``e`` the errors of the outputs, ``eps`` those that reach the features, ``e_s`` and ``e_gate``
    those at states and at output gates and ordinary units, times the rate.
    """

    y: Array
    e: Array
    eps: Array
    e_s: Array
    e_gate: Array
    is_error: Array
    is_judged: Array
    largest: Array
    total: Array
    judgements: Array
    alpha: Array
    sequence: NDArray[np.int64]


@compiled
def train(plan: Plan, nets: Nets, streams: Streams, order: Order, errors: Errors) -> None:
    """Run eight lanes along their streams; learn on-line by the truncated gradient.

    Args:
        plan: what the nets are.
        nets: theirs; changed in place.
        streams: what they read.
        order: how far they run.
        errors: filled in.
    """
    layer = _empty_layer(plan, nets.weights, streams)
    answer = _empty_answer(plan, nets.weights)
    _run(plan, nets, streams, order, errors, layer, answer)


@njit(error_model="numpy", _nrt=False)  # nothing is allocated below, so no references are counted
def _run(
    plan: Plan,
    nets: Nets,
    streams: Streams,
    order: Order,
    errors: Errors,
    layer: _Layer,
    answer: _Answer,
) -> None:
    weights, changes = nets.weights, nets.changes
    for lane in range(LANES):
        answer.alpha[lane] = plan.learning_rate * (order.limit[lane] > 0)
    for t in range(order.steps):
        some = 0
        for lane in range(LANES):
            flags = streams.flags[t, lane]
            some |= flags
            if flags & START:
                _begin_sequence(plan, streams, layer, answer, lane, order.learn)
        _hidden_layer(plan, weights, streams, layer, t)
        if order.learn:
            _carry(plan, weights, streams, layer, t)
        if some & (ERROR | JUDGE):
            _outputs(plan, weights, streams, layer, answer, t)
        if order.learn:
            if some & ERROR:
                _contribute_to_outputs(plan, changes, streams, layer, answer, order, t)
                _contribute_to_hidden(plan, changes, layer, answer, order)
                _contribute_to_columns(plan, changes, streams, layer, answer, order, t)
            if plan.late and some & START:
                _apply_late(nets, streams, answer, t)
        _feed_back(plan, streams, layer)
        if some & END:
            _end_sequences(streams, answer, order, errors, t)


# The parts of a step. Each is put into `train` as if it were written there: no call, no copy.


@njit(inline="always")
def _empty_layer(plan: Plan, weights: Weights, streams: Streams) -> _Layer:
    S, H, K = weights.hidden.shape[0], weights.hidden.shape[1], weights.output.shape[1]
    C, F, A = plan.cells, weights.output.shape[0], weights.columns.shape[1]
    layer = _Layer(
        np.zeros((S, LANES)),
        np.zeros((F, LANES)),
        np.zeros((H, LANES)),
        np.zeros((C, LANES)),
        np.zeros((C, LANES)),
        np.zeros((C, LANES)),
        np.zeros((2 * C, LANES)),
        np.zeros((S, 2 * C, LANES)),
        np.zeros((LANES, A, 2 * C)),
        np.zeros((max(H, K), LANES)),
    )
    layer.u[S - 1], layer.features[F - 1] = 1.0, 1.0
    return layer


@njit(inline="always")
def _empty_answer(plan: Plan, weights: Weights) -> _Answer:
    K, F = weights.output.shape[1], weights.output.shape[0]
    return _Answer(
        np.zeros((K, LANES)),
        np.zeros((K, LANES)),
        np.zeros((F, LANES)),
        np.zeros((plan.cells, LANES)),
        np.zeros((plan.blocks + plan.units, LANES)),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES),
        np.zeros(LANES, dtype=np.int64),
    )


@njit(inline="always")
def _begin_sequence(
    plan: Plan, streams: Streams, layer: _Layer, answer: _Answer, lane: int, learn: bool
) -> None:
    """States at 0, the hidden layer at its start, nothing carried and nothing judged."""
    layer.s[:, lane] = 0.0
    for j in range(streams.x.shape[1], len(layer.u) - 1):
        layer.u[j, lane] = plan.start
    answer.largest[lane] = answer.total[lane] = answer.judgements[lane] = 0.0
    if learn:
        layer.P[:, :, lane] = 0.0
        layer.PX[lane] = 0.0


@njit(inline="always")
def _hidden_layer(plan: Plan, weights: Weights, streams: Streams, layer: _Layer, t: int) -> None:
    """Gates, cells and ordinary units, from the input of now and the hidden layer of before."""
    W, WX, x, symbols = weights.hidden, weights.columns, streams.x, streams.symbols
    u, activation, column, features = layer.u, layer.activation, layer.column, layer.features
    s, h, h_slope, entry = layer.s, layer.h, layer.h_slope, layer.entry
    D, S, H = x.shape[1], W.shape[0], W.shape[1]
    C, first_out = plan.cells, plan.cells + plan.blocks
    size, has_symbols = C // plan.blocks, WX.shape[1] > 0
    for j in range(D):
        store(u, j, load(x, t * D + j))
    if has_symbols:
        for lane in range(LANES):
            shown = symbols[t, lane]
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
        store(features, c, y_out * load(h, c))
    for i in range(plan.units):
        store(features, C + i, load(activation, H - plan.units + i))


@njit(inline="always")
def _carry(plan: Plan, weights: Weights, streams: Streams, layer: _Layer, t: int) -> None:
    """What the cells' states owe to each weight, one step further (equations 26 and 27)."""
    P, PX, u, entry, symbols = layer.P, layer.PX, layer.u, layer.entry, streams.symbols
    C = plan.cells
    for j in range(len(u)):
        source = load(u, j)
        for i in range(2 * C):
            place = j * 2 * C + i
            store(P, place, fma(load(entry, i), source, load(P, place)))
    if weights.columns.shape[1] > 0:
        for lane in range(LANES):
            shown = symbols[t, lane]
            for i in range(2 * C):
                PX[lane, shown, i] += entry[i, lane]


@njit(inline="always")
def _outputs(
    plan: Plan, weights: Weights, streams: Streams, layer: _Layer, answer: _Answer, t: int
) -> None:
    """The outputs, the errors that come in, and what they are back at the features."""
    V, VX, features, column = weights.output, weights.output_columns, layer.features, layer.column
    y_k, e_k, eps = answer.y, answer.e, answer.eps
    is_error, is_judged, judgements = answer.is_error, answer.is_judged, answer.judgements
    largest, total = answer.largest, answer.total
    F, K = V.shape[0], V.shape[1]
    has_shortcuts, legal = VX.shape[1] > 0, plan.targets == LEGAL
    for lane in range(LANES):
        is_error[lane] = 1.0 if streams.flags[t, lane] & ERROR else 0.0
        is_judged[lane] = 1.0 if streams.flags[t, lane] & JUDGE else 0.0
        judgements[lane] += is_judged[lane]
        if has_shortcuts:
            shown = streams.symbols[t, lane]
            for k in range(K):
                column[k, lane] = VX[lane, shown, k]
    target, judged = load(streams.target, t), load(streams.judged, t)
    for c in range(F - 1):
        store(eps, c, spread(0.0))
    for k in range(K):
        net = load(column, k) if has_shortcuts else spread(0.0)
        for c in range(F):
            net = fma(load(V, c * K + k), load(features, c), net)
        y = net if plan.output_linear else logistic(net)
        store(y_k, k, y)
        if plan.targets == VALUE:
            error, distance = target - y, magnitude(judged - y)
        else:
            error = equals(target, spread(float(k))) - y
            distance = magnitude(error)
        if not legal:
            distance = distance * load(is_judged, 0)
            store(largest, 0, maximum(distance, load(largest, 0)))
            store(total, 0, load(total, 0) + distance)
        e = error * load(is_error, 0)
        if plan.output_slope and not plan.output_linear:
            e = e * (y * (1.0 - y))
        store(e_k, k, e)
        for c in range(F - 1):
            store(eps, c, fma(load(V, c * K + k), e, load(eps, c)))
    if legal:
        for lane in range(LANES):
            if is_judged[lane] == 1.0:
                wrong = illegal(y_k[:, lane], np.int64(streams.judged[t, lane]))
                largest[lane] += wrong
                total[lane] += wrong * K


@njit(inline="always")
def _contribute_to_outputs(
    plan: Plan,
    changes: Weights,
    streams: Streams,
    layer: _Layer,
    answer: _Answer,
    order: Order,
    t: int,
) -> None:
    """What the errors of this step change in the weights of the outputs."""
    V, VX, features, e_k = changes.output, changes.output_columns, layer.features, answer.e
    F, K = V.shape[0], V.shape[1]
    rate = load(answer.alpha, 0)
    rate_hidden = rate * load(order.has_cells, 0)
    for k in range(K):
        e = rate * load(e_k, k)
        e_hidden = rate_hidden * load(e_k, k)
        for c in range(F - 1):
            place = c * K + k
            store(V, place, fma(e_hidden, load(features, c), load(V, place)))
        place = (F - 1) * K + k
        store(V, place, fma(spread(plan.output_mask[F - 1]), e, load(V, place)))
    if VX.shape[1] > 0:
        for lane in range(LANES):
            if answer.is_error[lane] == 1.0:
                shown = streams.symbols[t, lane]
                for k in range(K):
                    VX[lane, shown, k] += answer.alpha[lane] * e_k[k, lane]


@njit(inline="always")
def _contribute_to_hidden(
    plan: Plan, changes: Weights, layer: _Layer, answer: _Answer, order: Order
) -> None:
    """What they change in the weights of cells, gates and ordinary units, symbols apart."""
    W, u, P, h, h_slope, activation = (
        changes.hidden,
        layer.u,
        layer.P,
        layer.h,
        layer.h_slope,
        layer.activation,
    )
    eps, e_s, e_gate, mask = answer.eps, answer.e_s, answer.e_gate, plan.hidden_mask
    S, H, C, blocks = W.shape[0], W.shape[1], plan.cells, plan.blocks
    size, first_out, first_unit = C // blocks, C + blocks, H - plan.units
    rate_hidden = load(answer.alpha, 0) * load(order.has_cells, 0)
    for c in range(C):
        y_out = load(activation, first_out + c // size) if plan.output_gate else spread(1.0)
        store(e_s, c, rate_hidden * load(eps, c) * y_out * load(h_slope, c))
    if plan.output_gate:
        for b in range(blocks):
            e = spread(0.0)
            for c in range(b * size, (b + 1) * size):
                e = fma(load(h, c), load(eps, c), e)
            y_out = load(activation, first_out + b)
            store(e_gate, b, rate_hidden * e * (y_out * (1.0 - y_out)))
    for i in range(plan.units):
        y = load(activation, first_unit + i)
        store(e_gate, blocks + i, rate_hidden * load(eps, C + i) * (y * (1.0 - y)))
    for j in range(S):
        source, row, trace = load(u, j), j * H, j * 2 * C
        for c in range(C):
            e = mask[j, c] * load(e_s, c)
            store(W, row + c, fma(e, load(P, trace + c), load(W, row + c)))
        for b in range(blocks):
            place = row + C + b
            w = load(W, place)
            for c in range(b * size, (b + 1) * size):
                e = mask[j, C + b] * load(e_s, c)
                w = fma(e, load(P, trace + C + c), w)
            store(W, place, w)
            if plan.output_gate:
                place = row + first_out + b
                e = mask[j, first_out + b] * load(e_gate, b)
                store(W, place, fma(e, source, load(W, place)))
        for i in range(plan.units):
            place = row + first_unit + i
            e = mask[j, first_unit + i] * load(e_gate, blocks + i)
            store(W, place, fma(e, source, load(W, place)))


@njit(inline="always")
def _contribute_to_columns(
    plan: Plan,
    changes: Weights,
    streams: Streams,
    layer: _Layer,
    answer: _Answer,
    order: Order,
    t: int,
) -> None:
    """What they change in the weights from symbols to the hidden layer."""
    WX, PX, e_s, e_gate = changes.columns, layer.PX, answer.e_s, answer.e_gate
    C, blocks = plan.cells, plan.blocks
    size, first_out, first_unit = C // blocks, C + blocks, WX.shape[2] - plan.units
    if WX.shape[1] > 0:
        for lane in range(LANES):
            if answer.is_error[lane] == 1.0 and answer.alpha[lane] * order.has_cells[lane] > 0.0:
                for a in range(WX.shape[1]):
                    for c in range(C):
                        WX[lane, a, c] += e_s[c, lane] * PX[lane, a, c]
                        WX[lane, a, C + c // size] += e_s[c, lane] * PX[lane, a, C + c]
                shown = streams.symbols[t, lane]
                if plan.output_gate:
                    for b in range(blocks):
                        WX[lane, shown, first_out + b] += e_gate[b, lane]
                for i in range(plan.units):
                    WX[lane, shown, first_unit + i] += e_gate[blocks + i, lane]


@njit(inline="always")
def _apply_late(nets: Nets, streams: Streams, answer: _Answer, t: int) -> None:
    """Put what has been added up to the weights of the lanes that have made a first step."""
    weights, changes = nets.weights, nets.changes
    for lane in range(LANES):
        if streams.flags[t, lane] & START and answer.alpha[lane] > 0.0:
            _add(weights.hidden[:, :, lane], changes.hidden[:, :, lane])
            _add(weights.output[:, :, lane], changes.output[:, :, lane])
            _add(weights.columns[lane], changes.columns[lane])
            _add(weights.output_columns[lane], changes.output_columns[lane])


@njit(inline="always")
def _add(weights: Array, changes: Array) -> None:
    """Put the changes to the weights, and begin with none."""
    for j in range(weights.shape[0]):
        for i in range(weights.shape[1]):
            weights[j, i] += changes[j, i]
            changes[j, i] = 0.0


@njit(inline="always")
def _feed_back(plan: Plan, streams: Streams, layer: _Layer) -> None:
    """Make the hidden layer a source of the step to come."""
    D, C, H = streams.x.shape[1], plan.cells, len(layer.activation)
    for c in range(C):
        store(layer.u, D + c, load(layer.features, c))
    for i in range(C, H):
        store(layer.u, D + i, load(layer.activation, i))
    if plan.bias_unit:
        store(layer.u, D + H, spread(1.0))


@njit(inline="always")
def _end_sequences(streams: Streams, answer: _Answer, order: Order, errors: Errors, t: int) -> None:
    """Note what came of the sequences that end here; a lane at its limit learns no more."""
    K = len(answer.y)
    for lane in range(LANES):
        if streams.flags[t, lane] & END:
            number = answer.sequence[lane]
            errors.worst[number, lane] = answer.largest[lane]
            errors.mean[number, lane] = answer.total[lane] / (answer.judgements[lane] * K)
            answer.sequence[lane] += 1
            if answer.sequence[lane] >= order.limit[lane]:
                answer.alpha[lane] = 0.0


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
