"""The self-checks of chapter 10, a network that writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_lab import check

Array = np.ndarray


def _softmax(net: Array) -> Array:
    odds = np.exp(net - net.max())
    return np.asarray(odds / odds.sum())


def _with_temperature(net: Array, temperature: float) -> Array:
    return _softmax(np.asarray(net, dtype=float) / temperature)


def temperature(answer: Callable[[Array, float], Array]) -> check.Result:
    """`odds(net, temperature)`: softmax(net / temperature), for net inputs of any size."""
    cases = [
        (np.array([0.0, 1.0, 2.0]), 1.0),
        (np.array([0.0, 1.0, 2.0]), 0.5),
        (np.array([-3.0, 4.0, 0.5, 0.5]), 2.0),
        (np.array([1000.0, 1001.0]), 1.0),
    ]

    return check.function(
        answer,
        _with_temperature,
        cases,
        mistakes={
            "the net input is divided by the temperature, not multiplied by it.": (
                lambda net, heat: _softmax(np.asarray(net) * heat)
            ),
            "the odds were divided by the temperature after the softmax; then they no longer sum to 1.": (
                lambda net, heat: _softmax(np.asarray(net)) / heat
            ),
            "the temperature was left out.": lambda net, heat: _softmax(np.asarray(net)),
        },
    )


def perplexity(answer: Callable[[Array], float]) -> check.Result:
    """`perplexity(odds)`: from the odds that a model gave each letter of a text that came."""
    cases = [
        (np.full(4, 0.25),),
        (np.array([0.5, 0.125]),),
        (np.array([1.0, 1.0, 0.5, 0.25, 0.01]),),
    ]
    return check.function(
        answer,
        lambda odds: float(2 ** np.mean(-np.log2(odds))),
        cases,
        mistakes={
            "that is the mean of the bits; the perplexity is 2 to that power.": lambda odds: float(
                np.mean(-np.log2(odds))
            ),
            "the mean is taken of the bits, not of the odds.": lambda odds: float(
                1 / np.mean(odds)
            ),
            "the bits were added, not averaged.": lambda odds: float(2 ** np.sum(-np.log2(odds))),
            "log2 goes with powers of 2, the natural logarithm with powers of e.": lambda odds: (
                float(2 ** np.mean(-np.log(odds)))
            ),
        },
    )


def _windows(letters: int, window: int) -> list[tuple[int, int]]:
    return [(at, min(at + window, letters - 1)) for at in range(0, letters - 1, window)]


def windows(answer: Callable[[int, int], Any]) -> check.Result:
    """`windows(letters, window)`: where each window of letters that are read begins, and where it ends."""
    return check.function(
        answer,
        _windows,
        [(9, 4), (10, 4), (5, 4), (2, 10), (101, 25)],
        mistakes={
            "the last letter is foretold, but never read: there is nothing after it to foretell.": (
                lambda letters, window: [
                    (at, min(at + window, letters)) for at in range(0, letters, window)
                ]
            ),
            "a short window is left at the end: it counts too.": lambda letters, window: [
                (at, at + window) for at in range(0, letters - window, window)
            ],
            "the windows overlap: each goes on where the one before has ended, with its state.": (
                lambda letters, window: [
                    (at, min(at + window, letters - 1)) for at in range(letters - 1)
                ]
            ),
        },
    )


def _depth(text: str) -> list[int]:
    found, depth = [], 0
    for letter in text:
        depth = max(0, depth + (letter == "(") - (letter == ")"))
        found.append(depth)
    return found


def counter(answer: Callable[[str], Any]) -> check.Result:
    """`depth(text)`: after each letter, how many round brackets are open; one that closes nothing does nothing."""

    def below_zero(text: str) -> list[int]:
        return [text[: k + 1].count("(") - text[: k + 1].count(")") for k in range(len(text))]

    def one_late(text: str) -> list[int]:
        return [0, *_depth(text)][: len(text)]

    return check.function(
        answer,
        _depth,
        [("a(b)c",), ("((x)",), ("no",), (")(",), ("f(g(h)) + (k",)],
        mistakes={
            "a closing bracket with none open must leave the count at 0.": below_zero,
            "the count after a bracket includes that bracket.": one_late,
            "brackets in brackets: the count goes above 1.": lambda text: [
                min(1, one) for one in _depth(text)
            ],
        },
    )
