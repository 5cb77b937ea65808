"""The tasks of the course: what a network is given, what is asked of it, and when."""

from .batches import by_length, side_by_side
from .reber import legal_next_symbols, one_hot
from .sequence import Sequence
from .tasks import (
    adding,
    distractors,
    embedded_reber,
    latch,
    long_lag,
    multiplication,
    temporal_order,
    two_classes,
    xor_in_time,
)

__all__ = [
    "Sequence",
    "adding",
    "by_length",
    "distractors",
    "embedded_reber",
    "latch",
    "legal_next_symbols",
    "long_lag",
    "multiplication",
    "one_hot",
    "side_by_side",
    "temporal_order",
    "two_classes",
    "xor_in_time",
]
