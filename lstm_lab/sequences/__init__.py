"""The tasks of the course: what a network is given, what is asked of it, and when."""

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
    "distractors",
    "embedded_reber",
    "latch",
    "legal_next_symbols",
    "long_lag",
    "multiplication",
    "one_hot",
    "temporal_order",
    "two_classes",
    "xor_in_time",
]
