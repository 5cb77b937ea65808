"""The self-checks of chapter 08, six experiments."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from lstm_lab import check
from lstm_lab.paper1997.published import spec

NETS = ("1-1", "1-2", "2c-1", "3a-1", "4-1", "6a", "6b")


def weight_count(answer: Callable[[int, int, int, int, int], int]) -> check.Result:
    """`weights(inputs, outputs, blocks, size, biases)`: how many weights a net of 1997 has."""
    cases = []
    for name in NETS:
        net = spec.ROWS[name].net
        biases = sum(net.bias_of_hidden) + (net.outputs if net.output_bias else 0)
        cases.append((net.inputs, net.outputs, net.blocks, net.block_size, biases))
    return check.function(
        answer,
        _weights,
        cases,
        mistakes={
            "the gates are units too: they receive from, and send to, every hidden unit.": (
                lambda n, m, b, s, biases: b * s * (n + b * s) + m * b * s + biases
            ),
            "the gates receive connections, but as sources they were left out: cells and gates also see all gates.": (
                lambda n, m, b, s, biases: (b * s + 2 * b) * (n + b * s) + m * b * s + biases
            ),
            "the outputs see the cells alone, not the gates.": (
                lambda n, m, b, s, biases: (
                    (b * s + 2 * b) * (n + b * s + 2 * b) + m * (b * s + 2 * b) + biases
                )
            ),
            "a block has two gates, however many cells it has.": (
                lambda n, m, b, s, biases: 3 * b * s * (n + 3 * b * s) + m * b * s + biases
            ),
            "the biases are missing.": lambda n, m, b, s, biases: _weights(n, m, b, s, 0),
        },
    )


def _weights(n: int, m: int, blocks: int, size: int, biases: int) -> int:
    hidden = blocks * size + 2 * blocks
    return hidden * (n + hidden) + m * blocks * size + biases


PREFIXES = (
    "B",
    "BT",
    "BP",
    "BTB",
    "BTBT",
    "BPBTX",
    "BTBTXX",
    "BPBTSXX",
    "BTBPVPS",
    "BPBTXSE",
    "BTBTXSET",
)
NEXT = {
    1: {"T": 2, "P": 3},
    2: {"S": 2, "X": 4},
    3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6},
    5: {"P": 4, "V": 6},
}


def legal_successors(answer: Callable[[str], str]) -> check.Result:
    """`successors(prefix)`: the symbols that may follow, as a text, list, tuple, set or array, in any order."""

    def tidy(prefix: str) -> Any:
        came = answer(prefix)
        symbols = list(came.ravel()) if isinstance(came, np.ndarray) else came
        if not isinstance(symbols, Collection) or isinstance(symbols, bytes):
            return came
        if not all(isinstance(symbol, str) for symbol in symbols):
            return came
        return "".join(sorted("".join(symbols)))

    tidy.__name__ = getattr(answer, "__name__", "successors")
    if not callable(answer):
        return check.function(answer, _successors, [("B",)])
    return check.function(
        tidy,
        _successors,
        [(prefix,) for prefix in PREFIXES],
        mistakes={
            "after the inner E comes the symbol that stood second, not either of T and P.": (
                lambda prefix: "PT" if _successors(prefix) in "PT" else _successors(prefix)
            ),
            "the inner string ends with an E before the outer T or P.": lambda prefix: (
                prefix[1] if _inner(prefix) == 6 and prefix[-1] != "E" else _successors(prefix)
            ),
            "the outer string is treated as if it were an inner one.": lambda prefix: (
                _successors("BT" + prefix) if len(prefix) > 1 else _successors(prefix)
            ),
        },
    )


def _inner(prefix: str) -> int:
    """The node of the inner grammar after a prefix; 0 outside of it."""
    node = 1 if len(prefix) >= 3 else 0
    for symbol in prefix[3:]:
        if node == 6 or not node:
            break
        node = NEXT[node].get(symbol, 0)
    return node


def _successors(prefix: str) -> str:
    if len(prefix) < 3:
        return ("PT", "B")[len(prefix) - 1]
    node = 1
    for place, symbol in enumerate(prefix[3:], start=3):
        if node == 6:
            after = len(prefix) - place  # how much of "E, outer, E" has come
            return ("E", prefix[1], "E")[after]
        node = NEXT[node].get(symbol, 0)
        if not node:
            return ""
    return "E" if node == 6 else "".join(sorted(NEXT[node]))


def mean_square_bound(answer: Callable[[int, int, float], float]) -> check.Result:
    """`most(wrong, total, tolerance)`: the largest mean square error that these counts allow."""
    return check.function(
        answer,
        lambda wrong, total, tolerance: (wrong + (total - wrong) * tolerance**2) / total,
        [(14, 2560, 0.04), (139, 2560, 0.04), (0, 100, 0.2), (100, 100, 0.2)],
        mistakes={
            "the right sequences have an error too, up to the tolerance.": (
                lambda wrong, total, tolerance: wrong / total
            ),
            "the tolerance is a distance; its square counts.": (
                lambda wrong, total, tolerance: (wrong + (total - wrong) * tolerance) / total
            ),
            "a wrong sequence can be off by 1, from 0 to 1, not by the tolerance only.": (
                lambda wrong, total, tolerance: tolerance**2
            ),
        },
    )


def expected_wait(answer: Callable[[float, int], float]) -> check.Result:
    """`wait(p, n)`: sequences until n in a row are right, on average, each wrong with probability p."""
    return check.function(
        answer,
        _wait,
        [(0.5, 1), (0.5, 2), (0.1, 5), (0.001, 2000), (0.002, 2000)],
        mistakes={
            "this is the probability that n given sequences are all right; how long until such a run?": (
                lambda p, n: (1 - p) ** n
            ),
            "1 / q^n counts attempts of n sequences each; an attempt ends at its first wrong sequence, and a run "
            "may begin anywhere.": lambda p, n: 1 / (1 - p) ** n,
            "n / q^n counts every failed attempt as n sequences; it ends at its first wrong one.": (
                lambda p, n: n / (1 - p) ** n
            ),
            "the run of n itself also takes n sequences.": lambda p, n: _wait(p, n) - n,
        },
    )


def _wait(p: float, n: int) -> float:
    return float(np.expm1(-n * np.log1p(-p)) / p)
