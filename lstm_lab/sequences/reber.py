"""The embedded Reber grammar: what may follow what."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .. import _validate as check
from . import draw
from .sequence import Array


def one_hot(symbols: np.ndarray, alphabet_size: int) -> Array:
    """The local code: a row per symbol, 1 in the symbol's place and 0 elsewhere. Chapter 08.

    Args:
        symbols: whole numbers from 0 to alphabet_size - 1, of any shape.
        alphabet_size: the length of a row.

    Returns:
        ``(*symbols.shape, alphabet_size)``.

    Raises:
        TypeError, ValueError: for symbols that are no whole numbers, or outside of the alphabet.
    """
    check.positive_integer("alphabet_size", alphabet_size)
    symbols = np.asarray(symbols)
    if symbols.dtype.kind not in "iu":
        raise TypeError(f"symbols must be whole numbers, got an array of {symbols.dtype}")
    outside = symbols[(symbols < 0) | (symbols >= alphabet_size)]
    if outside.size:
        raise ValueError(f"symbols must be from 0 to {alphabet_size - 1}, got {outside.flat[0]}")
    return np.asarray(np.eye(alphabet_size)[symbols])


def legal_next_symbols(string: str | tuple[str, ...]) -> NDArray[np.bool_]:
    """Which symbols may follow each prefix of an embedded Reber string.

    Args:
        string: a whole string over ``BTSXPVE``, from its first B to its last E.

    Returns:
        ``(len(string) - 1, 7)``: row t says what may come after the first t + 1 symbols. In the
        inner string two symbols may, outside of it one, except after the first B (T or P).

    Raises:
        TypeError: for anything but symbols.
        ValueError: where the string breaks the grammar, naming the place.

    Source: Hochreiter & Schmidhuber 1997, section 5.1 and its transition diagrams. Chapter 08.
    """
    if not isinstance(string, str | tuple) or not all(isinstance(one, str) for one in string):
        raise TypeError(f"string must be a text or a tuple of symbols, got {string!r}")
    unknown = set(string) - set(draw.REBER_ALPHABET)
    if unknown:
        raise ValueError(f"string must be made of {draw.REBER_ALPHABET}, got {min(unknown)!r}")
    symbols = [draw.REBER_ALPHABET.index(symbol) for symbol in string]
    prefix = ((draw.B,), (draw.T, draw.P), (draw.B,))
    suffix = ((draw.E,), tuple(symbols[1:2]), (draw.E,))
    legal = np.zeros((len(symbols), len(draw.REBER_ALPHABET)), dtype=bool)
    node = after_walk = 0
    for t, symbol in enumerate(symbols):
        allowed: tuple[int, ...] = ()
        if t < len(prefix):
            allowed = prefix[t]
        elif node != draw.LAST_NODE:
            allowed = tuple(choice for choice, _ in draw.REBER_CHOICES[node])
            node = dict(draw.REBER_CHOICES[node]).get(symbol, node)
        elif after_walk < len(suffix):
            allowed = suffix[after_walk]
            after_walk += 1
        if symbol not in allowed:
            raise ValueError(
                f"string must be an embedded Reber string, got {''.join(string)!r}, "
                f"which breaks the grammar at symbol {t + 1}"
            )
        legal[t, list(allowed)] = True
    if after_walk < len(suffix):
        raise ValueError(
            f"string must be an embedded Reber string, got {''.join(string)!r}, "
            "which ends too early"
        )
    return legal[1:]
