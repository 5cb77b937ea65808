"""One trial of a row: its net, and where it stands.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import layout
from .choices import Decisions
from .kinds import Net, Row
from .layout import Plan, Weights
from .spec import trial_generators

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


@dataclass
class Reached:
    """A stopping rule that a trial has met, and what the net was worth then.

    `wrong` and `test_error` are the count and the mean absolute error on the final test set,
    ``None`` where the row has none.
    """

    stage: str
    sequences: int
    wrong: int | None
    test_error: float | None


@dataclass
class Trial:
    """A trial: what it is, and where it stands.

    Attributes:
        row, decisions, seed, number, cap: what it is; the row is as the decisions have it.
        weights: one lane of `Weights`.
        changes: what is to be added to them, where they change late.
        training: where the next sequences come from.
        sequences: how many have been learnt.
        latest_error: the mean error of the last chunk.
        seedling: the cell's output weights, as long as it is not there; see `Decisions`.
        wrong, error: of the last sequences, whether each was wrong, and its mean absolute error.
        reached: the rules met so far.
        curve: (sequences, mean error, share wrong) of the training sequences, in points of equal
            width, up to that many sequences.
        pending: chunks that are not on the curve yet.
        chunks_per_point: how many chunks make a point.
        seconds: of one core.
        finished: succeeded, or cut off by the cap.
    """

    row: Row
    decisions: Decisions
    seed: int
    number: int
    cap: int
    weights: Weights
    training: np.random.Generator
    sequences: int = 0
    latest_error: float = np.inf
    changes: Weights | None = None
    seedling: Array | None = None
    wrong: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    error: Array = field(default_factory=lambda: np.zeros(0))
    reached: list[Reached] = field(default_factory=list)
    curve: list[tuple[int, float, float]] = field(default_factory=list)
    pending: list[tuple[float, float]] = field(default_factory=list)
    chunks_per_point: int = 1
    seconds: float = 0.0
    finished: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether the last stopping rule is met."""
        return len(self.reached) == len(self.row.stages)


def start(row: Row, decisions: Decisions, seed: int, number: int, cap: int) -> Trial:
    """Trial `number` of a row (as `choices.decided` has it), with its initial weights."""
    weights_rng, training, _ = trial_generators(row, seed, number)
    weights = initial_weights(row.net, weights_rng)
    trial = Trial(row, decisions, seed, number, cap, weights, training)
    if decisions.update == "late":
        trial.changes = Weights(*(np.zeros_like(array) for array in weights))
    if row.task.name == "long_lag" and decisions.cell_added == "stall":
        trial.seedling = weights.output[: row.net.cells].copy()
        weights.output[: row.net.cells] = 0.0
    return trial


def initial_weights(net: Net, rng: np.random.Generator) -> Weights:
    """One lane of weights, uniform in [-init, init] but for the given biases."""
    columns = net.inputs - net.dense_inputs
    mask, _ = masks(net)

    def draw(*shape: int) -> Array:
        drawn = rng.uniform(-net.init, net.init, shape)
        if net.weight_grid:
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
        targets = layout.LEGAL
    else:
        targets = layout.VALUE if net.outputs == 1 else layout.CLASS
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
