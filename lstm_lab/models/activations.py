"""Squashing functions with their slopes, in one small table.

A slope is written as a function of the *output* y = f(net), which a forward pass has at hand, so
that no net input need be kept. The three logistic shapes are equations 3 to 5 of Hochreiter &
Schmidhuber 1997. Introduced in chapter 03 (hidden units); the ranges of g and h in chapter 07.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, one_of


@dataclass(frozen=True)
class Activation:
    """A squashing function y = f(net).

    `value(net)` is f, `slope(y)` is f'(net) written in y, and `steepest` is the largest slope
    there is, reached at net = 0. All work elementwise on arrays of any shape.
    """

    name: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    steepest: float


def sigma(net: Array) -> Array:
    """The logistic function for the loop of a forward pass, which stands under `ignore_overflow`."""
    return 1.0 / (1.0 + np.exp(-net))


# Of a large negative net input exp(-net) overflows, and 1 / (1 + inf) is the 0 that is meant. The warning
# is switched off once for a forward pass and not once for each gate: that takes as long as a small layer's exp.
ignore_overflow = np.errstate(over="ignore")


@ignore_overflow
def logistic(net: Array) -> Array:
    """The logistic function 1 / (1 + exp(-net)), elementwise."""
    return sigma(net)


def relu(net: Array) -> Array:
    """The rectified linear unit max(0, net), elementwise."""
    return np.maximum(net, 0.0)


LOGISTIC = Activation("logistic", logistic, lambda y: y * (1 - y), 0.25)
TANH = Activation("tanh", np.tanh, lambda y: 1 - y * y, 1.0)
RELU = Activation("relu", relu, lambda y: (y > 0).astype(float), 1.0)
"""Not in the table below, whose functions have a slope everywhere: this one has a corner at 0, where
its slope counts as 0. For the simple network that starts from the identity (Le, Jaitly & Hinton 2015), chapter 06."""

ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        LOGISTIC,
        TANH,
        Activation(
            "logistic [-1, 1]", lambda net: np.tanh(net / 2), lambda y: (1 - y * y) / 2, 0.5
        ),
        Activation(
            "logistic [-2, 2]", lambda net: 2 * np.tanh(net / 2), lambda y: 1 - y * y / 4, 1.0
        ),
        Activation("identity", lambda net: +net, np.ones_like, 1.0),
    )
}
"""By name: 'logistic' in [0, 1], 'tanh' in [-1, 1], 'logistic [-1, 1]' = 2 / (1 + exp(-net)) - 1
(the h of 1997), 'logistic [-2, 2]' = 4 / (1 + exp(-net)) - 2 (the g of 1997), and 'identity'."""


def activation(name: str, value: object, choices: tuple[str, ...] | None = None) -> Activation:
    """Look up the activation called `value`; `name` is the argument that a message names.

    Raises `TypeError` if `value` is no string, `ValueError` if no such activation is among
    `choices` (by default the whole table).
    """
    return ACTIVATIONS[one_of(name, value, choices or tuple(ACTIVATIONS))]
