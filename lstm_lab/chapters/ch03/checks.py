"""The self-checks of chapter 03, 1986: hidden units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from lstm_lab import check
from lstm_lab.models.activations import logistic

Array = np.ndarray
Function = Callable[[Array], float]
Gradient = Callable[[Array, Array, Array, Array, float, float], Array]

XOR_INPUTS: Array = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS: Array = np.array([0.0, 1.0, 1.0, 0.0])


def error_of_an_output(answer: Callable[[float, float], float]) -> check.Result:
    """`output_delta(y, d)`: the derivative of half the squared error by a logistic unit's net input."""
    return check.function(
        answer,
        lambda y, d: (y - d) * y * (1 - y),
        [(0.6, 0.0), (0.6, 1.0), (0.99, 0.0), (0.5, 1.0)],
        mistakes={
            "the slope y (1 - y) is missing; this is the derivative by y, not by the net input.": (
                lambda y, d: y - d
            ),
            "the sign: the loss grows with y where y is above d.": lambda y, d: (
                (d - y) * y * (1 - y)
            ),
            "the logistic function was applied again; y is already its output.": lambda y, d: (
                (y - d) * logistic(np.asarray(y)) * (1 - logistic(np.asarray(y)))
            ),
            "this is the slope of tanh, 1 - y².": lambda y, d: (y - d) * (1 - y**2),
        },
    )


def the_check_itself(answer: Callable[[Function, Array, float], Array]) -> check.Result:
    """`central_difference(function, w, step)`: in every entry of the array w."""
    return check.function(
        answer,
        _central,
        [
            (_cubes, np.array([1.0, 2.0]), 0.1),
            (_squares_of_sines, np.array([[0.5, -1.0], [2.0, 0.1]]), 0.01),
        ],
        mistakes={
            "this is the one-sided difference.": _one_sided,
            "the points are two steps apart: divide by 2 step.": lambda function, w, step: (
                2 * _central(function, w, step)
            ),
            "the whole array was moved at once; move one entry at a time.": (
                lambda function, w, step: np.full_like(
                    w, (function(w + step) - function(w - step)) / (2 * step)
                )
            ),
        },
    )


def _moves(w: Array, step: float) -> Array:
    """Arrays of the shape of w, one for each of its entries, with the step there and 0 elsewhere."""
    return step * np.eye(w.size).reshape(w.size, *w.shape)


def _central(function: Function, w: Array, step: float) -> Array:
    each = [(function(w + move) - function(w - move)) / (2 * step) for move in _moves(w, step)]
    return np.array(each).reshape(w.shape)


def _one_sided(function: Function, w: Array, step: float) -> Array:
    each = [(function(w + move) - function(w)) / step for move in _moves(w, step)]
    return np.array(each).reshape(w.shape)


def _cubes(w: Array) -> float:
    return float(np.sum(w**3))


def _squares_of_sines(w: Array) -> float:
    return float(np.sum(np.sin(w) ** 2))


def the_backward_pass(answer: Gradient) -> check.Result:
    """`backward(W, V, x, h, y, d)`: dL/dW of the net with one hidden layer and one output."""
    return check.function(
        answer,
        _backward(),
        [_small_net(0, 2, 2), _small_net(1, 3, 2), _small_net(2, 4, 5)],
        mistakes={
            "the slope of the hidden units, h (1 - h), is missing.": _backward(hidden_slope=False),
            "the slope of the output, y (1 - y), is missing.": _backward(output_slope=False),
            "both slopes are missing.": _backward(hidden_slope=False, output_slope=False),
            "the error was not sent back along V.": lambda W, V, x, h, y, d: _backward()(
                W, np.ones_like(V), x, h, y, d
            ),
            "the shape is (hidden, inputs): delta down, x across.": lambda *net: (
                _backward()(*net).T
            ),
        },
    )


def _backward(output_slope: bool = True, hidden_slope: bool = True) -> Gradient:
    def gradient(W: Array, V: Array, x: Array, h: Array, y: float, d: float) -> Array:
        delta_y = (y - d) * (y * (1 - y) if output_slope else 1)
        return np.outer(delta_y * V * (h * (1 - h) if hidden_slope else 1), x)

    return gradient


def _small_net(
    seed: int, hidden: int, inputs: int
) -> tuple[Array, Array, Array, Array, float, float]:
    rng = np.random.default_rng(seed)
    W, V = rng.standard_normal((hidden, inputs)), rng.standard_normal(hidden)
    x = rng.standard_normal(inputs)
    h = logistic(W @ x)
    return W, V, x, h, float(logistic(V @ h)), 1.0


def why_random(answer: Callable[[int], int]) -> check.Result:
    """`distinct_units(updates)`: how many different hidden units a net that starts equal has."""
    return check.function(
        answer,
        lambda updates: 1,
        [(0,), (10,), (500,)],
        mistakes={
            "three units, but do they differ? Compare the rows of weights_1.": lambda updates: 3,
            "after the first update nothing tells the units apart either.": lambda updates: (
                1 if updates == 0 else 3
            ),
        },
    )


def ratios_of_symmetry(answer: Callable[[Sequence[float]], float]) -> check.Result:
    """`smallest_sum(sizes)`: the smallest absolute net input over all patterns that are not symmetric."""
    return check.function(
        answer,
        lambda sizes: _smallest(sizes, (-1, 0, 1)),
        [((1, 2, 4),), ((2, 3, 4),), ((1, 2, 3),), ((1, 1, 2),), ((5, 6, 7, 20),)],
        mistakes={
            "a pair may also agree, and contribute 0.": lambda sizes: _smallest(sizes, (-1, 1)),
            "the symmetric patterns count here too; leave them out.": lambda sizes: 0,
            "a pair contributes plus or minus its size: differences count as well as sums.": min,
        },
    )


def _smallest(sizes: Sequence[float], signs: Sequence[int]) -> float:
    return min(
        abs(float(np.dot(chosen, sizes)))
        for chosen in product(signs, repeat=len(sizes))
        if any(chosen)
    )
