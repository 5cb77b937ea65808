"""Connectionist temporal classification: the probability of a label, summed over all paths that say it.

Source: A. Graves, S. Fernández, F. Gomez & J. Schmidhuber, "Connectionist temporal classification:
labelling unsegmented sequence data with recurrent neural networks", ICML 2006. Chapter 09.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from lstm_lab._validate import Array, finite_array

BLANK = "-"
SYMBOLS = "-ab"
"""The symbols of the example, the blank first, then two letters."""


def collapse(path: str) -> str:
    """What a path says: repeats are merged first, then blanks are dropped. "aa-ab-" says "aab".

    Chapter 09.
    """
    merged = [symbol for symbol, before in zip(path, " " + path, strict=False) if symbol != before]
    return "".join(merged).replace(BLANK, "")


def with_blanks(label: str) -> str:
    """A label with a blank before, between and after its letters: the places q of the lattice.

    Chapter 09.
    """
    return BLANK + BLANK.join(label) + BLANK


def forward_table(y: Array, label: str) -> Array:
    r"""The forward variables alpha of a label, by dynamic programming.

    With q the label with a blank before, between and after its letters, of length S::

        alpha_1(1) = y_1(blank),   alpha_1(2) = y_1(q_2),   alpha_1(s) = 0 for s > 2
        alpha_t(s) = y_t(q_s) (alpha_{t-1}(s) + alpha_{t-1}(s-1) + k_s alpha_{t-1}(s-2))

    where k_s is 0 if q_s is a blank or equals q_{s-2}, and otherwise 1. The probability of the
    label is alpha_T(S) + alpha_T(S-1).

    Args:
        y: (T, 3), the probability of each of `SYMBOLS` in each frame.
        label: letters of `SYMBOLS`, at least one.

    Returns:
        alpha, (T, S), with S = 2 len(label) + 1.

    Raises:
        TypeError, ValueError: for a label with other letters or none, or probabilities of another
            shape.

    Source: Graves, Fernández, Gomez & Schmidhuber 2006, section 4.1. Chapter 09.
    """
    y = finite_array("y", y, ("T", len(SYMBOLS)))
    if not isinstance(label, str):
        raise TypeError(f"label must be a text made of {SYMBOLS[1:]}, got {label!r}")
    if not label or set(label) - set(SYMBOLS[1:]):
        raise ValueError(f"label must be made of {SYMBOLS[1:]}, got {label!r}")
    q = with_blanks(label)
    y_q = _chances(y, q)
    alpha = np.zeros_like(y_q)
    alpha[0, :2] = y_q[0, :2]
    for t in range(1, len(y)):
        for s in range(len(q)):
            arriving = alpha[t - 1, s]  # eq-09-ctc, its three terms: stay,
            if s >= 1:
                arriving += alpha[t - 1, s - 1]  # move on by one place,
            if s >= 2 and q[s] not in (BLANK, q[s - 2]):
                arriving += alpha[t - 1, s - 2]  # or skip a blank between different letters
            alpha[t, s] = y_q[t, s] * arriving
    return alpha


def _chances(y: Array, q: str) -> Array:
    """y_t(q_s), the probability of the symbol at each place in each frame: (T, S)."""
    return y[:, [SYMBOLS.index(symbol) for symbol in q]]


def label_probability(y: Array, label: str) -> float:
    """The probability of a label: the sum over all paths that collapse to it (`forward_table`).

    Chapter 09.
    """
    return float(forward_table(y, label)[-1, -2:].sum())


def path_shares(y: Array, label: str) -> Array:
    """The share of the label's probability that passes through each place of the lattice.

    (T, S), rows sum to 1: by the forward table and the same table of everything read backwards. Both
    count the place's own frame, hence the division.

    Source: Graves et al. 2006, equations 13 and 14. Chapter 09.
    """
    alpha = forward_table(y, label)
    beta = forward_table(y[::-1], label[::-1])[::-1, ::-1]
    y_q = _chances(y, with_blanks(label))
    return np.asarray(alpha * beta / y_q / alpha[-1, -2:].sum())


def every_label(y: Array) -> dict[str, tuple[float, int]]:
    """Each label that the frames can say, with its probability and the number of its paths; the likeliest first.

    By brute force: all 3^T paths are written down, collapsed and added up.

    Raises:
        TypeError, ValueError: for probabilities of another shape than (T, 3).

    Chapter 09.
    """
    y = finite_array("y", y, ("T", len(SYMBOLS)))
    found: dict[str, tuple[float, int]] = {}
    for path in product(range(len(SYMBOLS)), repeat=len(y)):
        label = collapse("".join(SYMBOLS[symbol] for symbol in path))
        chance, paths = found.get(label, (0.0, 0))
        found[label] = (chance + float(np.prod(y[np.arange(len(y)), path])), paths + 1)
    return dict(sorted(found.items(), key=lambda item: -item[1][0]))
