"""One trial of a row: its net, and where it stands.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..engine.layout import Weights
from ..engine.network_setup import initial_weights
from ..published.open_decisions import Decisions
from ..published.schema import Row
from ..published.spec import trial_generators

Array = NDArray[np.float64]


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
        absent_cell_weights: the cell's output weights, as long as it is not there; see `Decisions`.
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
    absent_cell_weights: Array | None = None
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
    """Trial `number` of a row (as `open_decisions.decided` has it), with its initial weights."""
    weights_rng, training, _ = trial_generators(row, seed, number)
    weights = initial_weights(row.net, weights_rng)
    trial = Trial(row, decisions, seed, number, cap, weights, training)
    if decisions.update == "late":
        trial.changes = Weights(*(np.zeros_like(array) for array in weights))
    if row.task.name == "long_lag" and decisions.cell_added == "stall":
        trial.absent_cell_weights = weights.output[: row.net.cells].copy()
        weights.output[: row.net.cells] = 0.0
    return trial
