"""A net of the engine as the models that a reader knows from the chapters.

Chapter 08 shows the cells and gates of trained nets with it, and the tests compare the engine with
these models, weight by weight.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...models import LSTM1997
from ...models.parameters import load_parameters
from ...models.readout import Readout
from ..engine.layout import Weights
from ..engine.network_setup import initial_weights
from ..published.open_decisions import decided
from ..published.schema import Bias, Net
from ..published.spec import ROWS, trial_generators
from .records import Record

Array = NDArray[np.float64]


def readable(net: Net, weights: Weights, gradient: str = "truncated") -> tuple[LSTM1997, Readout]:
    """The hidden layer and the output layer of one lane, as `LSTM1997` and `Readout`.

    The readout sees the outputs of the cells; where the net has shortcuts, those and then x.

    Args:
        net: its topology.
        weights: its weights, one lane.
        gradient: "truncated" or "full", as in `LSTM1997`.

    Returns:
        The two models; their parameters are copies.

    Raises:
        ValueError: for a net with what these models do not have; `NumpyNet` has everything.
    """
    for name in ("hidden_units", "bias_unit", "start_activation", "linear_output"):
        if value := getattr(net, name):
            raise ValueError(
                f"net must have {name} {type(value)()} to be read as LSTM1997 and Readout (NumpyNet "
                f"reads every net), got {value}"
            )
    rng = np.random.default_rng(0)  # draws weights that are replaced at once

    def zero_or_none(bias: Bias) -> float | None:
        return None if bias is None else 0.0

    lstm = LSTM1997(
        net.inputs,
        net.cells,
        rng=rng,
        block_size=net.block_size,
        gradient=gradient,
        g=net.g,
        h=net.h,
        output_gate=net.output_gate,
        recurrent=net.recurrent,
        cell_bias=zero_or_none(net.cell_bias),
        input_gate_bias=zero_or_none(net.input_gate_bias),
        output_gate_bias=zero_or_none(net.output_gate_bias),
    )
    features = net.cells + (net.inputs if net.shortcuts else 0)
    readout = Readout(
        features, net.outputs, rng=rng, kind="logistic", bias=zero_or_none(net.output_bias)
    )
    hidden, output = parameters(net, weights)
    load_parameters(lstm, {name: hidden[name] for name in lstm.parameters})
    load_parameters(readout, {name: output[name] for name in readout.parameters})
    return lstm, readout


def before_and_after(record: Record) -> tuple[Weights, Weights]:
    """The weights of a row's first trial, before training and after.

    Raises:
        ValueError: if the first trial is not on record, or its net too large to be kept.
    """
    first = record.trials.get(0)
    if first is None or first.weights is None:
        raise ValueError(f"record must hold the weights of its first trial, got {record.name}")
    row = decided(ROWS[record.row], record.decisions)
    before = initial_weights(row.net, trial_generators(row, record.seed, 0)[0])
    after = Weights(*(np.array(first.weights[name]) for name in Weights._fields))
    return before, Weights(*(a.reshape(b.shape) for a, b in zip(after, before, strict=True)))


def parameters(net: Net, weights: Weights) -> tuple[dict[str, Array], dict[str, Array]]:
    """One lane of weights under the names that `LSTM1997` and `Readout` give them."""
    dense = len(weights.hidden) - net.hidden - 1
    first_out = net.cells + net.blocks
    bias = weights.hidden[-1]
    hidden = {
        "input_weights": np.concatenate([weights.hidden[:dense], weights.columns]).T,
        "recurrent_weights": weights.hidden[dense:-1].T,
        "cell_bias": bias[: net.cells],
        "input_gate_bias": bias[net.cells : first_out],
        "output_gate_bias": bias[first_out:],
    }
    from_cells = [weights.output[:-1], weights.output_columns]
    output = {"weights": np.concatenate(from_cells).T, "bias": weights.output[-1]}
    return hidden, output
