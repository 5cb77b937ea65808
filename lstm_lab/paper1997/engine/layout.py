"""How nets, sequences and errors lie in memory for the compiled code, eight trials at a time.

Chapter 08 rests on it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LANES = 8

# What happens at a step of a lane's stream.
START, ERROR, JUDGE, END = 1, 2, 4, 8
# How targets are written, and what counts as an error of a judged step.
VALUE, CLASS, LEGAL = range(3)


class Weights(NamedTuple):
    """The weights of eight nets. S sources, H hidden units, F features, K outputs, A symbols.

    Hidden units are in the order of `LSTM1997`, cells, input gates, output gates; then come the
    ordinary units. Features are what the outputs see: the cells, the ordinary units, and 1.

    Attributes:
        hidden: ``(S, H, LANES)``; the sources are the dense inputs, the hidden units, the bias unit
            where there is one, and 1.
        columns: ``(LANES, A, H)``, from the symbols to the hidden units; A = 0 for dense inputs.
        output: ``(F, K, LANES)``, from the features to the outputs.
        output_columns: ``(LANES, A, K)``, from the symbols to the outputs; A = 0 if there are none.
    """

    hidden: Array
    columns: Array
    output: Array
    output_columns: Array


class Nets(NamedTuple):
    """Eight nets.

    Attributes:
        weights: what they compute with.
        changes: where contributions to the weights go: `weights` itself where these change at once,
            else as much again, added to them by `Plan.late`.
    """

    weights: Weights
    changes: Weights


class Plan(NamedTuple):
    """What a net is and how it learns, for the compiled code.

    Attributes:
        cells, blocks, units: how many memory cells, blocks, ordinary hidden units.
        output_gate: whether blocks have an output gate (1 or 0).
        bias_unit: whether the hidden layer holds a constant unit (1 or 0).
        start: the activation of every hidden unit before a sequence; states are 0 there.
        g_scale, g_shift: g(net) = g_scale f(net) - g_shift.
        h_scale, h_shift: likewise h; h is the identity where h_scale is 0.
        learning_rate: alpha.
        output_linear: 1 if an output is its net input, 0 if logistic.
        output_slope: 1 if f'(net_k) stands in the error of an output, 0 if it is left out.
        late: 1 if what a sequence contributes is added up, and put to the weights after the first
            step of the next one, with what that step contributes.
        targets: VALUE, CLASS (one-hot) or LEGAL (one-hot, judged by the most active output).
        hidden_mask: ``(S, H)``, 1 where a connection exists and learns, else 0.
        output_mask: ``(F,)``, likewise.
        through: for the full gradient: does error flow back into y(t-1) through the net inputs of
            cells, input gates, output gates and ordinary units? (0, 0, 0, 0) is the truncated
            gradient.
    """

    cells: int
    blocks: int
    units: int
    output_gate: int
    bias_unit: int
    start: float
    g_scale: float
    g_shift: float
    h_scale: float
    h_shift: float
    learning_rate: float
    output_linear: int
    output_slope: int
    late: int
    targets: int
    hidden_mask: Array
    output_mask: Array
    through: tuple[int, int, int, int]


class Streams(NamedTuple):
    """What eight lanes read, step by step.

    Attributes:
        x: ``(steps, D, LANES)``, the dense inputs; D = 0 for symbols.
        symbols: ``(steps, LANES)``, which symbol is shown; not read for dense inputs.
        flags: ``(steps, LANES)``, START, ERROR, JUDGE, END.
        target: ``(steps, LANES)``, a value, or the number of a class.
        judged: ``(steps, LANES)``, the target without noise, or the set of legal symbols as bits.
    """

    x: Array
    symbols: NDArray[np.int64]
    flags: NDArray[np.uint8]
    target: Array
    judged: Array


class Order(NamedTuple):
    """How far eight lanes run, and which of them learn.

    Attributes:
        steps: how many steps of the streams to run.
        limit: ``(LANES,)``: a lane learns from this many of its sequences, then only runs on.
        has_cells: ``(LANES,)``: 1, or 0 for a lane whose hidden layer is not there yet.
        learn: False for a test.
    """

    steps: int
    limit: NDArray[np.int64]
    has_cells: Array
    learn: bool


class Errors(NamedTuple):
    """What came of the sequences of each lane, filled in by `train`.

    Attributes:
        worst: ``(sequences, LANES)``, the largest absolute error over judged steps and outputs. Under
            LEGAL: the number of steps at which an illegal output was at least as active as a legal
            one.
        mean: likewise the mean absolute error. Under LEGAL: the share of such steps.
    """

    worst: Array
    mean: Array


def empty_streams(steps: int, dense_inputs: int) -> Streams:
    """Streams of `steps` steps to be filled in."""
    return Streams(
        np.zeros((steps, dense_inputs, LANES)),
        np.zeros((steps, LANES), dtype=np.int64),
        np.zeros((steps, LANES), dtype=np.uint8),
        np.zeros((steps, LANES)),
        np.zeros((steps, LANES)),
    )


def empty_errors(sequences: int) -> Errors:
    """Room for the errors of `sequences` sequences a lane."""
    return Errors(np.zeros((sequences, LANES)), np.zeros((sequences, LANES)))


def copy_of(nets: Nets) -> Nets:
    """A copy; changes that are the weights themselves stay so."""
    weights = Weights(*(array.copy() for array in nets.weights))
    if nets.changes is nets.weights:
        return Nets(weights, weights)
    return Nets(weights, Weights(*(array.copy() for array in nets.changes)))


def into_lanes(lanes: list[Weights]) -> Weights:
    """Weights of up to eight nets, side by side; spare lanes stay zero."""
    hidden = np.zeros((*lanes[0].hidden.shape, LANES))
    output = np.zeros((*lanes[0].output.shape, LANES))
    columns = np.zeros((LANES, *lanes[0].columns.shape))
    output_columns = np.zeros((LANES, *lanes[0].output_columns.shape))
    for lane, weights in enumerate(lanes):
        hidden[..., lane], output[..., lane] = weights.hidden, weights.output
        columns[lane], output_columns[lane] = weights.columns, weights.output_columns
    return Weights(hidden, columns, output, output_columns)


def out_of_lanes(weights: Weights, lane: int) -> Weights:
    """The weights of one lane."""
    return Weights(
        weights.hidden[..., lane].copy(),
        weights.columns[lane].copy(),
        weights.output[..., lane].copy(),
        weights.output_columns[lane].copy(),
    )
