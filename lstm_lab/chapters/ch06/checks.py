"""The self-checks of chapter 06, 1991: the gradient that vanishes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_lab import check
from lstm_lab.models import ElmanRNN

Array = np.ndarray


def one_factor(answer: Callable[[float, float], float]) -> check.Result:
    """`factor(w, h)`: |w f'(a)| of a tanh unit, in its new state h."""
    return check.function(
        answer,
        lambda w, h: abs(w) * (1 - h**2),
        [(1.0, 0.0), (0.5, 0.5), (-2.0, 0.9), (4.0, -0.99)],
        mistakes={
            "the sign of w is still there; the size of a factor has none.": lambda w, h: (
                w * (1 - h**2)
            ),
            "this is the slope of the logistic function, h (1 - h).": lambda w, h: (
                abs(w) * h * (1 - h)
            ),
            "tanh was applied to h again; h is already tanh(a).": lambda w, h: (
                abs(w) * (1 - np.tanh(h) ** 2)
            ),
            "the slope is 1 - h², not 1 - h.": lambda w, h: abs(w) * (1 - h),
        },
    )


def the_product(answer: Callable[[Array, Array], Array]) -> check.Result:
    """`profile(U, hidden)`: the norms of the products of step Jacobians, from the end backwards."""
    return check.function(
        answer,
        _profile,
        [_example(0, 1), _example(1, 5), _example(2, 12)],
        mistakes={
            "the product starts at step 1; the error starts at step T.": lambda U, hidden: _profile(
                U, hidden[::-1]
            ),
            "the slopes multiply U from the left: diag(f') U, not U diag(f').": lambda U, hidden: (
                _profile(U, hidden, left=False)
            ),
            "the norms of the steps were multiplied, which is only a bound; multiply the matrices, "
            "then take the norm.": lambda U, hidden: np.cumprod(
                [1.0, *(np.linalg.norm(np.diag(1 - h**2) @ U, 2) for h in hidden[::-1])]
            ),
        },
    )


def _profile(U: Array, hidden: Array, left: bool = True) -> Array:
    product, norms = np.eye(len(U)), [1.0]
    for h in hidden[::-1]:
        slopes = np.diag(1 - h**2)
        product = product @ (slopes @ U if left else U @ slopes)
        norms.append(float(np.linalg.norm(product, 2)))
    return np.array(norms)


def _example(seed: int, steps: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    net = ElmanRNN(1, 4, rng=rng)
    hidden = net.forward(rng.standard_normal((steps, 1))).state[1:]
    return net.parameters["recurrent_weights"], hidden


def forget_bias(answer: Callable[[int, float], float]) -> check.Result:
    """`needed_bias(steps, left)`: the bias at which the share `left` remains after `steps`."""
    return check.function(
        answer,
        lambda steps, left: -np.log(left ** (-1 / steps) - 1),
        [(10, 0.5), (100, 0.1), (1000, 0.5)],
        mistakes={
            "this is the forget gate; the bias is what goes into its logistic function.": (
                lambda steps, left: left ** (1 / steps)
            ),
            "the root is missing: the gate is applied at every step.": lambda steps, left: (
                -np.log(1 / left - 1)
            ),
            "the sign: a larger bias opens the gate.": lambda steps, left: np.log(
                left ** (-1 / steps) - 1
            ),
        },
    )
