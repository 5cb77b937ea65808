"""Sequences side by side, as a batch."""

from __future__ import annotations

import collections.abc
from collections.abc import Iterator

import numpy as np

from lstm_lab._validate import positive_integer
from lstm_lab.sequences.sequence import Sequence


def by_length(stream: Iterator[Sequence], batch: int) -> Iterator[Sequence]:
    """Batches of equally long sequences: a length is given out when `batch` sequences of it have come. Chapter 09.

    Raises:
        TypeError, ValueError: if `batch` is not a positive integer.
    """
    positive_integer("batch", batch)
    waiting: dict[int, list[Sequence]] = {}
    for sequence in stream:
        group = waiting.setdefault(len(sequence), [])
        group.append(sequence)
        if len(group) == batch:
            yield side_by_side(group)
            group.clear()


def side_by_side(group: collections.abc.Sequence[Sequence]) -> Sequence:
    """Equally long sequences as one batch, (T, batch, ...), with the error mask of the first. Chapter 09."""
    x = np.stack([sequence.x for sequence in group], axis=1)
    target = np.stack([sequence.target for sequence in group], axis=1)
    return Sequence(x, target, group[0].error_mask)
