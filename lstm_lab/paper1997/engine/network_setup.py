"""From a row of the paper to what the engine needs: first weights, connections, and a plan.

Source: Hochreiter & Schmidhuber 1997, section 5 and tables 10 and 11. Chapter 08.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..published.open_decisions import Decisions
from ..published.schema import Net, Row
from .layout import CLASS, LEGAL, VALUE, Plan, Weights

Array = NDArray[np.float64]

# name: (scale, shift) of scale * logistic(net) - shift; scale 0 stands for the identity.
_SQUASHING = {
    "logistic": (1.0, 0.0),
    "logistic [-1, 1]": (2.0, 1.0),
    "logistic [-2, 2]": (4.0, 2.0),
    "identity": (0.0, 0.0),
}
_THROUGH = {
    "truncated": (0, 0, 0, 0),
    "output gates": (0, 0, 1, 0),
    "full": (1, 1, 1, 1),
}


def initial_weights(net: Net, rng: np.random.Generator) -> Weights:
    """One lane of weights, uniform in [-init, init] but for the given biases."""
    columns = net.inputs - net.dense_inputs
    mask, _ = masks(net)

    def draw(*shape: int) -> Array:
        drawn = rng.uniform(-net.init, net.init, shape)
        if net.weight_grid and net.init:
            step = 2 * net.init / net.weight_grid
            drawn = np.floor((drawn + net.init) / step) * step - net.init
        return drawn

    hidden = draw(*mask.shape) * mask
    gates = (net.input_gate_bias, net.output_gate_bias if net.output_gate else None)
    for k, bias in enumerate(gates):
        first = net.cells + k * net.blocks
        if bias is not None and not isinstance(bias, str):
            hidden[-1, first : first + net.blocks] *= net.added_gate_bias
            hidden[-1, first : first + net.blocks] += bias
    output = draw(net.features + 1, net.outputs)
    output[-1] *= net.output_bias is not None
    return Weights(
        hidden,
        draw(columns, net.hidden),
        output,
        draw(columns if net.shortcuts else 0, net.outputs),
    )


def masks(net: Net) -> tuple[Array, Array]:
    """Which of the connections of `Weights.hidden` and `Weights.output` exist, as 0 and 1."""
    dense, first_unit = net.dense_inputs, net.cells + net.gates
    hidden = np.ones((dense + net.hidden + net.bias_unit + 1, net.hidden))
    if not net.recurrent:
        hidden[dense:-1] = 0.0
    if not net.into_cells:
        hidden[dense:-1, : net.cells] = 0.0
    if not net.hidden_units_feed_blocks:
        hidden[dense + first_unit : dense + net.hidden, :first_unit] = 0.0
    if not net.hidden_units_recurrent:
        hidden[dense:-1, first_unit:] = 0.0
    hidden[-1] = net.bias_of_hidden
    output = np.ones(net.features + 1)
    output[-1] = net.output_bias is not None
    return hidden, output


def make_plan(row: Row, decisions: Decisions) -> Plan:
    """What the compiled code must know of a row."""
    net = row.net
    hidden_mask, output_mask = masks(net)
    if row.task.name == "embedded_reber":
        targets = LEGAL
    else:
        targets = VALUE if net.outputs == 1 else CLASS
    return Plan(
        net.cells,
        net.blocks,
        net.hidden_units,
        int(net.output_gate),
        int(net.bias_unit),
        net.start_activation,
        *_SQUASHING[net.g],
        *_SQUASHING[net.h],
        row.learning_rate,
        int(net.linear_output),
        int(decisions.output_slope),
        int(decisions.update == "late"),
        targets,
        hidden_mask,
        output_mask,
        _THROUGH[decisions.error_paths],
    )
