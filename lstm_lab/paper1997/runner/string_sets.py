"""The strings of experiment 1: which a net learns, and which it is tested on. Needs NumPy alone.

Source: Hochreiter & Schmidhuber 1997, section 5.1. Chapter 08.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ...sequences import draw, legal_next_symbols
from ..published.schema import Row
from ..published.spec import strings_generator

STRINGS = 256


@cache
def string_sets(
    row: Row, seed: int, trial: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """256 training strings, then 256 others for the test: symbols, lengths, legal sets as bits."""
    rng = strings_generator(row, seed, trial)
    buffer = np.zeros(200, dtype=np.int64)
    found: list[tuple[int, ...]] = []
    while len(found) < 2 * STRINGS:
        string = tuple(buffer[: draw.embedded_reber(rng, buffer)].tolist())
        if len(found) < STRINGS or string not in found[:STRINGS]:
            found.append(string)
    lengths = np.array([len(string) for string in found])
    strings = np.zeros((len(found), lengths.max()), dtype=np.int64)
    legal = np.zeros_like(strings)
    for n, string in enumerate(found):
        strings[n, : len(string)] = string
        sets = legal_next_symbols("".join(draw.REBER_ALPHABET[k] for k in string))
        legal[n, : len(sets)] = sets @ (1 << np.arange(sets.shape[1]))
    return strings, lengths, legal
