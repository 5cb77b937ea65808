"""How a sequence is drawn: the laws of the tasks, each written once.

Every function here is plain Python in the subset that Numba compiles. `tasks` calls them as they
are; the engine of the 1997 paper compiles the very same functions. Both read the same
`numpy.random.Generator`, so one seed gives one sequence, bit for bit, on either side.

A function fills the array it is given and returns how many steps it has filled. Times in the
docstrings count from 1, as in the papers; indices count from 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .sequence import Array

Symbols = NDArray[np.int64]

# The Reber grammar as a table: NODE[n] holds two (symbol, next node) choices, each with p = 0.5.
# Symbols are indices into REBER_ALPHABET. Node 0 stands after the first B, node 5 before the E.
REBER_ALPHABET = "BTSXPVE"
B, T, S, X, P, V, E = range(7)
REBER_CHOICES = (
    ((T, 1), (P, 2)),
    ((S, 1), (X, 3)),
    ((T, 2), (V, 4)),
    ((X, 2), (S, 5)),
    ((P, 3), (V, 5)),
)
LAST_NODE = 5

FIRST_PAIR_NEUTRAL, FIRST_PAIR_REPLACED, FIRST_PAIR_MARKED = range(3)


def integer(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number, uniform in [low, high], both ends included."""
    return low + int(rng.random() * (high - low + 1))


def embedded_reber(rng: np.random.Generator, symbols: Symbols) -> int:
    """An embedded Reber string, `B (T reber T | P reber P) E` (section 5.1)."""
    outer = T if rng.random() < 0.5 else P
    symbols[0], symbols[1], symbols[2] = B, outer, B
    length, node = 3, 0
    while node != LAST_NODE:
        if length + 3 >= len(symbols):
            raise ValueError("the buffer is too short for this string")
        symbol, node = REBER_CHOICES[node][0 if rng.random() < 0.5 else 1]
        symbols[length] = symbol
        length += 1
    symbols[length], symbols[length + 1], symbols[length + 2] = E, outer, E
    return length + 3


def long_lag(rng: np.random.Generator, lag: int, random_middle: bool, symbols: Symbols) -> int:
    """Tasks 2a and 2b: the first symbol comes back after `lag` steps (section 5.2).

    Symbols are a_1 ... a_(lag-1), x, y as 0 ... lag. The middle is a_1 ... a_(lag-1) in order
    (2a), or as many of them at random (2b).
    """
    first = lag - 1 + integer(rng, 0, 1)
    symbols[0] = first
    for t in range(1, lag):
        symbols[t] = integer(rng, 0, lag - 2) if random_middle else t - 1
    symbols[lag] = first
    return lag + 1


def distractors(
    rng: np.random.Generator, distractor_count: int, minimal_gap: int, symbols: Symbols
) -> int:
    """Task 2c: b, x or y, at least `minimal_gap` distractors, e; then x or y again (section 5.2).

    Symbols are a_1 ... a_p, e, b, x, y as 0 ... p + 3. The last symbol is the target, not an
    input. After the first `minimal_gap` distractors another follows with probability 9/10.
    """
    e, b = distractor_count, distractor_count + 1
    kind = integer(rng, 0, 1)
    symbols[0], symbols[1] = b, b + 1 + kind
    length = 2
    while length < minimal_gap + 2 or rng.random() < 0.9:
        if length + 2 >= len(symbols):
            raise ValueError("the buffer is too short for this sequence")
        symbols[length] = integer(rng, 0, distractor_count - 1)
        length += 1
    symbols[length], symbols[length + 1] = e, b + 1 + kind
    return length + 2


def two_classes(
    rng: np.random.Generator,
    minimal_length: int,
    signal_steps: int,
    noise_std: float,
    noisy_signal: bool,
    x: Array,
) -> tuple[int, int]:
    """Experiment 3: +1 or -1 for the first steps, then noise; returns length and class."""
    length = integer(rng, minimal_length, minimal_length + minimal_length // 10)
    kind = integer(rng, 0, 1)
    for t in range(length):
        x[t, 0] = 0.0
        if t < signal_steps:
            x[t, 0] = 1.0 - 2.0 * kind
        if t >= signal_steps or noisy_signal:
            x[t, 0] += noise_std * rng.standard_normal()
    return length, kind


def marked_pairs(
    rng: np.random.Generator,
    minimal_length: int,
    low: float,
    product: bool,
    first_pair: int,
    x: Array,
) -> tuple[int, float]:
    """Experiments 4 and 5: pairs (value, marker), two of them marked; returns length and target.

    Values are uniform in [low, 1]. The first mark falls on one of the first ten pairs, the second
    on one of the first `minimal_length / 2 - 1` pairs that is not marked yet.
    """
    length = integer(rng, minimal_length, minimal_length + minimal_length // 10)
    for t in range(length):
        x[t, 0] = low + (1.0 - low) * rng.random()
        x[t, 1] = 0.0
    marked_1 = integer(rng, 0, 9)
    marked_2 = integer(rng, 0, minimal_length // 2 - 3)
    if marked_2 >= marked_1:
        marked_2 += 1
    x[marked_1, 1] = x[marked_2, 1] = 1.0
    neutral = 1.0 if product else 0.0
    value_1 = x[marked_1, 0] if marked_1 > 0 else neutral
    value_2 = x[marked_2, 0] if marked_2 > 0 else neutral
    if x[0, 1] == 1.0 and first_pair != FIRST_PAIR_NEUTRAL:
        x[0, 0] = neutral
    if first_pair != FIRST_PAIR_MARKED or x[0, 1] == 0.0:
        x[0, 1] = -1.0
    x[length - 1, 1] = -1.0
    target = value_1 * value_2 if product else 0.5 + (value_1 + value_2) / 4.0
    return length, target


def temporal_order(
    rng: np.random.Generator, windows: NDArray[np.int64], symbols: Symbols
) -> tuple[int, int]:
    """Experiment 6: where the X and Y stand says the class; returns length and class.

    Symbols are a, b, c, d, E, B, X, Y as 0 ... 7. `windows` is `(k, 2)`: the first and last time
    (from 1) at which each X or Y may stand. The class reads X as 0 and Y as 1, first digit first.
    """
    length = integer(rng, 100, 110)
    symbols[0] = 4
    for t in range(1, length - 1):
        symbols[t] = integer(rng, 0, 3)
    symbols[length - 1] = 5
    kind = 0
    for k in range(len(windows)):
        digit = integer(rng, 0, 1)
        symbols[integer(rng, windows[k, 0], windows[k, 1]) - 1] = 6 + digit
        kind = 2 * kind + digit
    return length, kind
