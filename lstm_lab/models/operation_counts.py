"""What one layer of an LSTM, of attention and of a linear recurrence costs over a sequence.

Source: the comparison of A. Vaswani et al., "Attention is all you need", NIPS 2017, section 4,
table 1. Chapter 11.
"""

from __future__ import annotations

from math import ceil, log2

from lstm_lab._validate import one_of, positive_integer

LAYERS = ("LSTM", "attention", "linear recurrence")
"""The layers whose cost is known."""

QUANTITIES = ("multiplications", "steps one after another", "longest path")
"""What is counted; see `cost`."""


def cost(layer: str, quantity: str, sequence_length: int, width: int = 32) -> int:
    """What one layer costs forward over a sequence, with as many inputs as outputs.

    Of multiplications are counted those in products of matrices and in gates. A step is whatever can be done at once
    for all positions. The longest path is the number of such steps from the first input to the last output.

    Args:
        layer: one of `LAYERS`; "LSTM" has a forget gate, and the "linear recurrence" has one gate for the
            decay and one input for the news, both made of x_t alone, and is computed by the scan.
        quantity: one of `QUANTITIES`.
        sequence_length: T.
        width: n, of input and output.

    Raises:
        TypeError, ValueError: for an unknown layer or quantity, or a size that is not a positive integer.

    Source: the comparison of Vaswani et al. 2017, section 4, table 1. Chapter 11.
    """
    one_of("layer", layer, LAYERS)
    one_of("quantity", quantity, QUANTITIES)
    length = positive_integer("sequence_length", sequence_length)
    n = positive_integer("width", width)
    rounds = ceil(log2(length)) if length > 1 else 0
    if quantity != "multiplications":
        return {"LSTM": length, "attention": 1, "linear recurrence": 1 + rounds}[layer]
    taken = sum(length - 2**r for r in range(rounds))
    return {
        "LSTM": length * (8 * n * n + 3 * n),
        "attention": 3 * length * n * n + length * (length + 1) * n,
        "linear recurrence": 2 * length * n * n + 2 * taken * n,
    }[layer]


def crossing(width: int) -> int:
    """The shortest sequence over which attention multiplies more often than an LSTM of the same width.

    Raises:
        TypeError, ValueError: for a width that is not a positive integer.

    Chapter 11.
    """
    n = positive_integer("width", width)
    return next(
        length
        for length in range(1, 10 * n + 10)
        if cost("attention", QUANTITIES[0], length, n) > cost("LSTM", QUANTITIES[0], length, n)
    )
