"""The self-checks of chapter 01, 1958: a machine that learns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_lab import check

Array = np.ndarray


def one_example(answer: Callable[[Array, float, Array, int], Array]) -> check.Result:
    """`learn(w, b, x, d)`: weights and bias after one example, [w_1, ..., b], learning rate 1."""
    return check.function(
        answer,
        _learn,
        [
            (np.zeros(2), 0.0, np.array([4.0, 1.0]), 1),
            (np.array([4.0, 1.0]), 1.0, np.array([1.0, 2.0]), -1),
            (np.array([4.0, 1.0]), 1.0, np.array([3.0, 3.0]), 1),
            (np.array([1.0, -2.0]), 0.5, np.array([0.0, 2.0]), 1),
            (np.array([1.0, -2.0]), 3.0, np.array([1.0, 1.0]), -1),
        ],
        mistakes={
            "every example was learned; only a mistake is corrected.": lambda w, b, x, d: np.append(
                w + d * x, b + d
            ),
            "a net input of 0 counts as a mistake: d a <= 0, not d a < 0.": lambda w, b, x, d: (
                _learn(w, b, x, d) if w @ x + b != 0 else np.append(w, b)
            ),
            "the bias was left as it was; it is corrected too.": lambda w, b, x, d: np.append(
                _learn(w, b, x, d)[:-1], b
            ),
            "the example was added whatever its label; for d = -1 it is subtracted.": (
                lambda w, b, x, d: (
                    np.append(w + x, b + 1) if d * (w @ x + b) <= 0 else np.append(w, b)
                )
            ),
            "the bias is missing from the net input.": lambda w, b, x, d: (
                np.append(w + d * x, b + d) if d * (w @ x) <= 0 else np.append(w, b)
            ),
        },
    )


def _learn(w: Array, b: float, x: Array, d: int) -> Array:
    wrong = d * (w @ x + b) <= 0
    return np.append(w + wrong * d * x, b + wrong * d)


def the_bound(answer: Callable[[Array, Array, Array], float]) -> check.Result:
    """`mistakes_at_most(x, d, u)`: (R / gamma)^2 for a separating u of any length."""
    return check.function(
        answer,
        _bound,
        [_separable(1), _separable(2), _separable(5)],
        mistakes={
            "u has not length 1 here: divide by its length.": lambda x, d, u: (
                np.max(np.sum(x**2, axis=1)) / np.min(d * (x @ u)) ** 2
            ),
            "R / γ is not squared yet.": lambda x, d, u: np.sqrt(_bound(x, d, u)),
            "R is the length of the longest example, not the average length.": lambda x, d, u: (
                np.mean(np.linalg.norm(x, axis=1)) ** 2 / _margins(x, d, u).min() ** 2
            ),
            "the margin is that of the nearest example, not of the average one.": (
                lambda x, d, u: np.max(np.sum(x**2, axis=1)) / _margins(x, d, u).mean() ** 2
            ),
            "R² is the square of a length: sum over the inputs, then take the largest.": (
                lambda x, d, u: np.max(x**2) / _margins(x, d, u).min() ** 2
            ),
        },
    )


def _margins(x: Array, d: Array, u: Array) -> Array:
    return np.asarray(d * (x @ u) / np.linalg.norm(u))


def _bound(x: Array, d: Array, u: Array) -> float:
    return float(np.max(np.sum(x**2, axis=1)) / _margins(x, d, u).min() ** 2)


def _separable(seed: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(seed)
    u = rng.standard_normal(3)
    x = rng.standard_normal((8, 3))
    return x, np.sign(x @ u), u


def a_wider_margin(answer: Callable[[float, float, float, float], float]) -> check.Result:
    """`corrections_at_most(radius, gamma, learning_rate, mu)`: the bound for a perceptron with margin mu."""
    return check.function(
        answer,
        lambda radius, gamma, rate, mu: (radius**2 + 2 * mu / rate) / gamma**2,
        [(1.0, 0.1, 1.0, 0.0), (2.0, 0.1, 1.0, 1.0), (1.5, 0.2, 0.5, 3.0), (3.0, 0.3, 4.0, 1.0)],
        mistakes={
            "this is Novikoff's bound; the middle term of the square no longer only helps.": (
                lambda radius, gamma, rate, mu: (radius / gamma) ** 2
            ),
            "the middle term is 2 η μ: the 2 is missing.": lambda radius, gamma, rate, mu: (
                (radius**2 + mu / rate) / gamma**2
            ),
            "divide by η² on both sides: 2 η μ becomes 2 μ / η, not 2 μ η.": (
                lambda radius, gamma, rate, mu: (radius**2 + 2 * mu * rate) / gamma**2
            ),
            "the learning rate does not cancel here: 2 η μ stands beside η² R².": (
                lambda radius, gamma, rate, mu: (radius**2 + 2 * mu) / gamma**2
            ),
        },
    )
