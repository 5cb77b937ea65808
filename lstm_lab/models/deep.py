"""Layers stacked in depth instead of time: plain, with a gate (Highway), and with a carousel (residual). Chapter 09.

Each layer has weights of its own, where a recurrent network uses the same ones at every step.
"""

from __future__ import annotations

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    generator,
    integer_in,
    number_in,
    one_of,
    positive_integer,
)
from lstm_lab.models.activations import logistic
from lstm_lab.models.parameters import draw_matrix

KINDS = ("plain", "Highway", "residual")


class DeepStack:
    """`depth` layers of `units` units, from h_0 to h_depth, all of one kind.

    The kinds::

        plain       h_l = tanh(W_l h_{l-1})
        Highway     h_l = (1 - z_l) h_{l-1} + z_l tanh(W_l h_{l-1}),   z_l = sigma(V_l h_{l-1} + gate_bias)
        residual    h_l = h_{l-1} + tanh(W_l h_{l-1})

    Args:
        kind: one of `KINDS`.
        depth: number of layers.
        units: units in each.
        rng: draws the weights, W_l and V_l from N(0, scale^2 / units).
        scale: as `recurrent_scale` of a recurrent network.
        gate_bias: of the Highway alone: below 0 its layers begin by carrying on.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: R. K. Srivastava, K. Greff & J. Schmidhuber, "Training very deep networks", NIPS 2015, equation 3; K. He,
    X. Zhang, S. Ren & J. Sun, "Deep residual learning for image recognition", CVPR 2016, equation 1. Chapter 09.
    """

    def __init__(
        self,
        kind: str,
        depth: int,
        units: int,
        *,
        rng: np.random.Generator,
        scale: float = 1.0,
        gate_bias: float = -2.0,
    ) -> None:
        self.kind = one_of("kind", kind, KINDS)
        positive_integer("depth", depth)
        positive_integer("units", units)
        number_in("scale", scale, minimum=0)
        self.gate_bias = number_in("gate_bias", gate_bias)
        generator("rng", rng)
        self.W = np.stack([draw_matrix(rng, (units, units), scale, None) for _ in range(depth)])
        self.V = np.stack([draw_matrix(rng, (units, units), scale, None) for _ in range(depth)])

    def forward(self, h: Array) -> Array:
        """h_0 ... h_depth from h_0, (units,): (depth + 1, units)."""
        states = [finite_array("h", h, self.W.shape[1:2])]
        for W, V in zip(self.W, self.V, strict=True):
            h = states[-1]
            new = np.tanh(W @ h)
            if self.kind == "plain":
                states.append(new)
            elif self.kind == "residual":
                states.append(h + new)  # eq-09-residual
            else:
                z = logistic(V @ h + self.gate_bias)
                states.append((1 - z) * h + z * new)  # eq-09-highway
        return np.stack(states)

    def jacobian(self, states: Array, layer: int) -> Array:
        """dh_l / dh_{l-1} at the states of `forward`, for l = `layer` from 1 on: (units, units).

        Raises:
            TypeError, ValueError: for a layer that the stack does not have, or states of another shape.
        """
        depth, units = self.W.shape[:2]
        states = finite_array("states", states, (depth + 1, units))
        number = integer_in("layer", layer, minimum=1, maximum=depth)
        h, W, V = states[number - 1], self.W[number - 1], self.V[number - 1]
        new = np.tanh(W @ h)
        inner = (1 - new**2)[:, np.newaxis] * W
        if self.kind == "plain":
            return inner
        if self.kind == "residual":
            return np.eye(units) + inner
        z = logistic(V @ h + self.gate_bias)
        d_gate = ((new - h) * z * (1 - z))[:, np.newaxis] * V
        return np.diag(1 - z) + z[:, np.newaxis] * inner + d_gate

    def norms(self, h: Array) -> Array:
        """log10 of the spectral norm of dh_depth / dh_{depth-k}, for k = 0 ... depth: the quantity of chapter 06."""
        states, product, logs = self.forward(h), np.eye(len(h)), [0.0]
        shift = 0.0
        for layer in range(len(states) - 1, 0, -1):
            product = product @ self.jacobian(states, layer)
            size = np.linalg.norm(product, 2)
            product, shift = product / size, shift + float(np.log10(size))
            logs.append(shift)
        return np.array(logs)
