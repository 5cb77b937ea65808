"""The self-checks of chapter 07, 1997: the constant error carousel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_lab import check
from lstm_lab.models.activations import ACTIVATIONS, logistic

Array = np.ndarray

VALUES = np.array([-1.0, -1.0, 1.0, -1.0, 1.0, -1.0, -1.0, -1.0])
"""The eight values of the first exercise; those of steps 3 and 5 are to be added and told at step 8."""

G, H = ACTIVATIONS["logistic [-2, 2]"], ACTIVATIONS["logistic [-1, 1]"]


def set_the_gates(input_gate: Any, output_gate: Any) -> check.Result:
    """Two lists of eight gate values, so that the cell adds steps 3 and 5 and tells the sum at step 8."""
    if any(gate is None or gate is Ellipsis for gate in (input_gate, output_gate)):
        return check.value(None, 0.0)
    gates = []
    for name, gate in (("input_gate", input_gate), ("output_gate", output_gate)):
        try:
            values = np.asarray(gate, dtype=float)
        except (TypeError, ValueError):
            values = np.array([])
        if values.shape != VALUES.shape or not ((values >= 0) & (values <= 1)).all():
            return check.Result(
                False, f"Expected {len(VALUES)} numbers from 0 to 1 in {name}, got {gate!r}."
            )
        gates.append(values)
    store, tell = _at(3, 5), _at(8)
    always, late = np.ones(len(VALUES)), _at(4, 6)
    return check.value(
        _told(*gates),
        _told(store, tell),
        mistakes={
            "the input gate lets every value in.": _told(always, tell),
            "the input gate opens one step late.": _told(late, tell),
            "the output gate is open all the time; the cell must be silent before step 8.": _told(
                store, always
            ),
            "the output gate opens one step early.": _told(store, _at(7)),
            "only step 3 is stored.": _told(_at(3), tell),
            "only step 5 is stored.": _told(_at(5), tell),
            "the two lists are exchanged.": _told(tell, store),
        },
    )


def _at(*steps: int) -> Array:
    gate = np.zeros(len(VALUES))
    gate[np.array(steps) - 1] = 1.0
    return gate


def _told(input_gate: Array, output_gate: Array) -> Array:
    return output_gate * H.value(np.cumsum(input_gate * G.value(VALUES)))


def the_cell(answer: Callable[[Array, Array, Array, Array], Array]) -> check.Result:
    """`cell(x, W, U, b)`: c_t and h_t at every step, (T, 2), of a block of one cell."""
    return check.function(
        answer,
        _cell,
        [_weights(0, 1), _weights(1, 2), _weights(2, 8), _weights(3, 30)],
        mistakes={
            "the gates and the cell see z of this step; they must see that of the step before, "
            "all of it at once.": lambda x, W, U, b: _cell(x, W, U, b, partly_new=True),
            "z holds h alone; the two gates feed the hidden layer too.": lambda x, W, U, b: _cell(
                x, W, U * np.array([1.0, 0.0, 0.0]), b
            ),
            "the state was multiplied by 1 - i, a kind of forgetting; in 1997 nothing multiplies it.": (
                lambda x, W, U, b: _cell(x, W, U, b, forget=True)
            ),
            "g is tanh here; in 1997 it is 4 σ(a) − 2, which reaches from −2 to 2.": (
                lambda x, W, U, b: _cell(x, W, U, b, g=np.tanh)
            ),
            "h is tanh here; in 1997 it is 2 σ(c) − 1.": lambda x, W, U, b: _cell(
                x, W, U, b, h=np.tanh
            ),
            "the state leaves without being squashed by h.": lambda x, W, U, b: _cell(
                x, W, U, b, h=lambda c: c
            ),
            "the new value replaces the state; it must be added to it.": lambda x, W, U, b: _cell(
                x, W, U, b, keep=0.0
            ),
        },
    )


def _cell(
    x: Array,
    W: Array,
    U: Array,
    b: Array,
    *,
    g: Callable[[Any], Any] = G.value,
    h: Callable[[Any], Any] = H.value,
    keep: float = 1.0,
    forget: bool = False,
    partly_new: bool = False,
) -> Array:
    """The forward pass of equations eq-07-gates and eq-07-cell, and of some that are wrong."""
    c, z, path = 0.0, np.zeros(3), []
    for x_t in x:
        a = W @ x_t + U @ z + b
        i, o = logistic(a[1:])
        if partly_new:
            new = np.array([z[0], i, o])
            a[0] = W[0] @ x_t + U[0] @ new + b[0]
        c = (1 - i if forget else keep) * c + i * g(a[0])
        z = np.array([o * h(c), i, o])
        path.append([c, z[0]])
    return np.array(path)


def _weights(seed: int, steps: int) -> tuple[Array, Array, Array, Array]:
    rng = np.random.default_rng(seed)
    x, W = rng.standard_normal((steps, 2)), rng.standard_normal((3, 2))
    return x, W, rng.standard_normal((3, 3)), rng.standard_normal(3)


def gate_weights(answer: Callable[[float, float], Array]) -> check.Result:
    """`gate_weights(opened, leak)`: weight and bias of a gate that sees one mark."""
    return check.function(
        answer,
        lambda opened, leak: np.array([_logit(opened) - _logit(leak), _logit(leak)]),
        [(0.9, 0.1), (0.99, 0.001), (0.5, 0.01)],
        mistakes={
            "the bias is there at the mark too: the weight has to bring only the difference.": (
                lambda opened, leak: np.array([_logit(opened), _logit(leak)])
            ),
            "weight and bias are exchanged.": lambda opened, leak: np.array(
                [_logit(leak), _logit(opened) - _logit(leak)]
            ),
            "these are values of the gate; its net input is what goes into the logistic function.": (
                lambda opened, leak: np.array([opened - leak, leak])
            ),
            "the sign of the logit: ln(p / (1 − p)).": lambda opened, leak: np.array(
                [_logit(leak) - _logit(opened), -_logit(leak)]
            ),
        },
    )


def _logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def cell_path_gradient(answer: Callable[[float, Array, Array, Array], Array]) -> check.Result:
    """`gradient(e, g, i, source)`: the truncated gradient of the weights into cell and input gate, (2, n)."""
    return check.function(
        answer,
        _cell_path_gradient,
        [_walked(0, 1), _walked(1, 4), _walked(2, 20)],
        mistakes={
            "only the last step is there; a weight took part at every step, and the error is e at all of "
            "them.": lambda e, g, i, source: _cell_path_gradient(e, g[-1:], i[-1:], source[-1:]),
            "the slope of g is 1 − g²/4: g reaches from −2 to 2, tanh from −1 to 1.": (
                lambda e, g, i, source: _cell_path_gradient(
                    e, g, i, source, slope=lambda g: 1 - g**2
                )
            ),
            "the slope of g is missing.": lambda e, g, i, source: _cell_path_gradient(
                e, g, i, source, slope=np.ones_like
            ),
            "the slope of the input gate, i (1 − i), is missing.": lambda e, g, i, source: np.stack(
                [_cell_path_gradient(e, g, i, source)[0], e * (g @ source)]
            ),
            "the two rows are exchanged.": lambda e, g, i, source: _cell_path_gradient(
                e, g, i, source
            )[::-1],
            "the error is missing: this is ∂c/∂w, not ∂L/∂w.": lambda e, g, i, source: (
                _cell_path_gradient(1.0, g, i, source)
            ),
        },
    )


def _cell_path_gradient(
    e: float,
    g: Array,
    i: Array,
    source: Array,
    slope: Callable[[Array], Array] = lambda g: 1 - g**2 / 4,
) -> Array:
    """Equation eq-07-eligibility, summed over the steps, for an error e = dL/dc_T at the end."""
    return e * np.stack([(i * slope(g)) @ source, (g * i * (1 - i)) @ source])


def _walked(seed: int, steps: int) -> tuple[float, Array, Array, Array]:
    rng = np.random.default_rng(seed)
    g, i = G.value(rng.standard_normal(steps)), logistic(rng.standard_normal(steps))
    return float(rng.normal(0.3)), g, i, rng.standard_normal((steps, 5))
