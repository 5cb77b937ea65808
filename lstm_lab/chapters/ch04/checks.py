"""The self-checks of chapter 04, Why sequences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_lab import check

Array = np.ndarray


def cut_the_windows(answer: Callable[[Array, int], Array]) -> check.Result:
    """`windows_of(x, w)`: every window of width w of a series, the newest value first in its row."""
    return check.function(
        answer,
        _windows,
        [
            (np.arange(5.0), 2),
            (np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0]), 3),
            (np.arange(4.0), 1),
            (np.arange(4.0), 4),
        ],
        mistakes={
            "the oldest value stands first in each row.": lambda x, w: _windows(x, w)[:, ::-1],
            "the last window is missing: range stops one before its end.": lambda x, w: _windows(
                x[:-1], w
            ),
            "the windows do not overlap; each should start one step after the one before.": (
                lambda x, w: _windows(x, w)[::w]
            ),
        },
    )


def _windows(x: Array, w: int) -> Array:
    return np.array([x[t - w + 1 : t + 1][::-1] for t in range(w - 1, len(x))])


def the_bill(answer: Callable[[int, int, int], int]) -> check.Result:
    """`parameters(vocabulary, window, hidden)`: the weights and biases of a window network."""
    return check.function(
        answer,
        lambda vocabulary, window, hidden: hidden * (vocabulary * window + 1) + hidden + 1,
        [(60, 4, 8), (60, 32, 8), (50_000, 100, 200)],
        mistakes={
            "hidden * window * vocabulary + hidden: here either the biases or the output unit are "
            "missing.": lambda vocabulary, window, hidden: hidden * (vocabulary * window + 1),
            "the window has one matrix for each place; this counts only one.": (
                lambda vocabulary, window, hidden: hidden * (vocabulary + 1) + hidden + 1
            ),
            "places and words are added; each place has a weight for each word, so multiply.": (
                lambda vocabulary, window, hidden: hidden * (vocabulary + window + 1) + hidden + 1
            ),
        },
    )


def something_to_beat(answer: Callable[[Array, int, int], float]) -> check.Result:
    """`last_years_change(x, t, m)`: the forecast of month t + m made at month t."""
    months = np.arange(60)
    bills = 120 + 0.4 * months + 70 * np.sin(2 * np.pi * months / 12) + 9 * np.cos(months**2)
    return check.function(
        answer,
        lambda x, t, m: x[t] + x[t + m - 12] - x[t - 12],
        [(bills, 30, 3), (bills, 47, 1), (bills, 24, 12)],
        mistakes={
            "this is the value of a year before, without the growth since then.": lambda x, t, m: x[
                t + m - 12
            ],
            "this is last value; the change is missing.": lambda x, t, m: x[t],
            "this looks into the future: x[t + m] is what is to be forecast.": lambda x, t, m: x[
                t + m
            ],
            "the sign of the change.": lambda x, t, m: x[t] - x[t + m - 12] + x[t - 12],
        },
    )


def leaky_sum(answer: Callable[[Array, float], Array]) -> check.Result:
    """`leaky(x, keep)`: the last value of s_t = keep s_(t-1) + x_t, from s_0 = 0."""
    return check.function(
        answer,
        _leaky,
        [
            (np.eye(3), 0.5),
            (np.ones((6, 2)), 0.9),
            (np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), 0.8),
        ],
        mistakes={
            "nothing leaks: this is the plain sum.": lambda x, keep: x.sum(axis=0),
            "the new input leaks too: only the old sum is multiplied by keep.": lambda x, keep: (
                keep * _leaky(x, keep)
            ),
            "the sequence is read backwards.": lambda x, keep: _leaky(x[::-1], keep),
            "this is a running mean, keep s + (1 - keep) x.": lambda x, keep: (
                (1 - keep) * _leaky(x, keep)
            ),
        },
    )


def _leaky(x: Array, keep: float) -> Array:
    s = np.zeros(x.shape[1])
    for x_t in x:
        s = keep * s + x_t
    return s
