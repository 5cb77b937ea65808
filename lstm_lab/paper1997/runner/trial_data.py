"""The training and test sequences of a trial, written into the streams of the engine.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine import sampling
from ..engine.layout import Streams, empty_streams
from ..published.schema import Row, TestSet
from .string_sets import STRINGS, string_sets
from .trial import Trial

Array = NDArray[np.float64]

CHUNK_STEPS = 20_000
LONGEST_TAIL = 500

_KINDS = {
    "long_lag": sampling.LONG_LAG,
    "distractors": sampling.DISTRACTORS,
    "two_classes": sampling.TWO_CLASSES,
    "marked_pairs": sampling.MARKED_PAIRS,
    "temporal_order": sampling.TEMPORAL_ORDER,
}


def chunk_size(row: Row) -> int:
    """How many sequences of a row are learnt at a stretch."""
    rule = row.stages[-1].rule
    if isinstance(rule, TestSet):
        return rule.check_every
    return int(np.clip(CHUNK_STEPS // row.task.typical_length, 10, 100))


def room(row: Row, count: int) -> Streams:
    """Empty streams with room for so many sequences of a row in every lane."""
    steps = count * row.task.typical_length + LONGEST_TAIL
    return empty_streams(steps, row.net.dense_inputs)


def fill(row: Row, rng: np.random.Generator, into: Streams, lane: int, count: int) -> int:
    """Write fresh sequences of a row into a lane; how many steps they take."""
    task = row.task
    whole = np.array(task.whole, dtype=np.int64)
    real = np.array(task.real or (0.0,))
    return int(sampling.fill(_KINDS[task.name], whole, real, rng, into, lane, count))


def fill_training(trial: Trial, into: Streams, lane: int) -> int:
    """The next chunk of training sequences of a trial."""
    count = chunk_size(trial.row)
    if trial.row.task.name != "embedded_reber":
        return fill(trial.row, trial.training, into, lane, count)
    order = trial.training.integers(0, STRINGS, count)
    if trial.decisions.exemplars == "sweeps":
        numbers = np.arange(trial.sequences, trial.sequences + count)
        order = np.array([_sweep(trial, int(n) // STRINGS)[n % STRINGS] for n in numbers])
    return fill_strings(trial, order, into, lane)


def fill_strings(trial: Trial, order: NDArray[np.int64], into: Streams, lane: int) -> int:
    """Write strings of experiment 1 into a lane, by their numbers; how many steps they take."""
    strings = string_sets(trial.row, trial.seed, trial.number)
    remembered = trial.decisions.judged == "remembered"
    return int(sampling.fill_strings(*strings, remembered, order, into, lane))


def _sweep(trial: Trial, number: int) -> NDArray[np.int64]:
    return np.random.default_rng([trial.seed, trial.number, number]).permutation(STRINGS)
