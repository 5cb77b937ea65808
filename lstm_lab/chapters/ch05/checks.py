"""The self-checks of chapter 05, 1986-1990: a network with a memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lstm_lab import check
from lstm_lab.models import ElmanRNN

Array = np.ndarray


def count_the_weights(answer: Callable[[int, int, int], int]) -> check.Result:
    """`parameters(m, n, p)`: the weights and biases of an Elman network."""
    return check.function(
        answer,
        lambda m, n, p: n * m + n * n + n + p * n + p,
        [(1, 2, 1), (3, 5, 2), (10, 100, 10)],
        mistakes={
            "the biases b and b_y are missing.": lambda m, n, p: n * m + n * n + p * n,
            "the recurrent weights U are missing: n of them for each of n units.": (
                lambda m, n, p: n * m + n + p * n + p
            ),
            "the recurrent weights are a matrix, n times n, not one weight a unit.": (
                lambda m, n, p: n * m + n + n + p * n + p
            ),
            "the bias b_y of the output is missing.": lambda m, n, p: n * m + n * n + n + p * n,
        },
    )


def what_arrives(answer: Callable[[Array, Array, Array], Array]) -> check.Result:
    """`arriving(U, h, d_h)`: the total dL/dh_t for t = 1..T of a tanh network."""
    return check.function(
        answer,
        _arriving,
        [_example(0, 2), _example(1, 5), _example(2, 12)],
        mistakes={
            "U must be transposed on the way back.": lambda U, h, d_h: _arriving(U.T, h, d_h),
            "the slope belongs to step t + 1, whose net input U leads to.": lambda U, h, d_h: (
                _arriving(U, np.concatenate([h[:1], h[:-1]]), d_h)
            ),
            "each error went back one step only; pass on the total, not what entered.": (
                lambda U, h, d_h: _truncated(U, h, d_h, 1)
            ),
            "the slope of tanh, 1 - h², is missing.": lambda U, h, d_h: _arriving(U, 0 * h, d_h),
            "this is only what enters from the outputs; nothing came back from later steps.": (
                lambda U, h, d_h: d_h
            ),
        },
    )


def _arriving(U: Array, h: Array, d_h: Array) -> Array:
    total = d_h.copy()
    for t in range(len(h) - 2, -1, -1):
        total[t] += U.T @ ((1 - h[t + 1] ** 2) * total[t + 1])
    return total


def _example(seed: int, steps: int, units: int = 4) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    net = ElmanRNN(1, units, rng=rng)
    h = net.forward(rng.standard_normal((steps, 1))).hidden
    return net.parameters["recurrent_weights"], h, rng.standard_normal((steps, units))


def truncate(answer: Callable[[Array, Array, Array, int], Array]) -> check.Result:
    """`truncated(U, h, d_h, K)`: the same, each error followed back K steps and no further."""
    return check.function(
        answer,
        _truncated,
        [(*_example(3, 5), 0), (*_example(4, 6), 1), (*_example(5, 12), 4), (*_example(6, 5), 4)],
        mistakes={
            "one step too many.": lambda U, h, d_h, K: _truncated(U, h, d_h, K + 1),
            "one step too few.": lambda U, h, d_h, K: _truncated(U, h, d_h, max(0, K - 1)),
            "only the last K + 1 steps got an error; every error, early or late, goes back K "
            "steps.": _only_the_last_steps,
            "nothing was cut: this is the full gradient.": lambda U, h, d_h, K: _arriving(
                U, h, d_h
            ),
        },
    )


def _truncated(U: Array, h: Array, d_h: Array, K: int) -> Array:
    wave, total = d_h.copy(), d_h.copy()
    for _ in range(K):
        wave = np.concatenate([((1 - h**2) * wave)[1:] @ U, np.zeros_like(wave[:1])])
        total += wave
    return total


def _only_the_last_steps(U: Array, h: Array, d_h: Array, K: int) -> Array:
    total = _arriving(U, h, d_h)
    total[: max(0, len(h) - 1 - K)] = 0
    return total


def rule_without_clock(answer: Sequence[float]) -> check.Result:
    """[q, error at every third bit, error at the others] of a network that knows the rule alone."""
    return check.value(
        answer,
        [2 / 3, 1 / 3, np.sqrt(5 / 18)],
        mistakes={
            "these are mean squares; take their roots.": [2 / 3, 1 / 9, 5 / 18],
            "q = 1 trusts the rule at every bit; it holds with probability 2/3 only.": [
                1.0,
                0.0,
                np.sqrt(1 / 2),
            ],
            "q = 1/2 makes no use of the rule.": [1 / 2, 1 / 2, 1 / 2],
            "the errors were averaged before squaring.": [2 / 3, 1 / 3, 1 / 2],
        },
    )
