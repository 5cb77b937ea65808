"""The multi-layer perceptron and the back-propagation of errors.

Source: D. E. Rumelhart, G. E. Hinton & R. J. Williams, "Learning representations by
back-propagating errors", Nature 323:533-536, 1986, equations 1 to 7. Introduced in chapter 03.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lstm_lab._validate import Array, finite_array, generator, number_in, positive_integer
from lstm_lab.models.activations import activation as named_activation
from lstm_lab.models.parameters import draw_matrix, over_examples
from lstm_lab.models.trace_origin import checked_trace


@dataclass(frozen=True, eq=False)
class MLPTrace:
    """The activations of every layer, the input first and the output last, each (..., units).

    `model` is the network whose forward pass it was, the only one that can take it back.
    """

    activations: tuple[Array, ...]
    model: MLP = field(kw_only=True, repr=False)

    @property
    def output(self) -> Array:
        """The activations of the last layer, (..., layer_sizes[-1])."""
        return self.activations[-1]


@dataclass(frozen=True, eq=False)
class MLPGrads:
    """The gradient of a loss L: of the weights by name, and of every layer in `activations`.

    `parameters` is summed over the examples; `activations[l]` is dL/dy_l, so that
    `activations[0]` is dL/dx.
    """

    parameters: dict[str, Array]
    activations: tuple[Array, ...]


class MLP:
    """Layers of units, each fully connected to the one before.

    Forward::

        y_0 = x,        y_l = f(W_l y_{l-1} + b_l)        for l = 1..L

    Backward, from dL/dy_L::

        dL/dnet_l = f'(net_l) dL/dy_l,        dL/dy_{l-1} = W_l^T dL/dnet_l

    Parameters, by name and shape, l counted from 1: `weights_l` W_l (size of l, size of l - 1) and
    `bias_l` b_l (size of l,).

    Args:
        layer_sizes: the input, the hidden layers and the output: [2, 3, 1].
        rng: draws the initial weights.
        activation: of the hidden layers, "tanh" or "logistic".
        output_activation: "tanh", "logistic" or "identity"; by default as the hidden layers.
        weight_scale: W_l is N(0, weight_scale^2 / size of l - 1). The biases start at zero.
        uniform: if given, W_l is drawn uniformly from [-uniform, uniform] instead.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: Rumelhart, Hinton & Williams 1986. Chapter 03.
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        *,
        rng: np.random.Generator,
        activation: str = "tanh",
        output_activation: str | None = None,
        weight_scale: float = 1.0,
        uniform: float | None = None,
    ) -> None:
        if isinstance(layer_sizes, str) or not isinstance(layer_sizes, Sequence):
            raise TypeError(f"layer_sizes must be a list of integers, got {layer_sizes!r}")
        self.layer_sizes = [positive_integer("each of layer_sizes", n) for n in layer_sizes]
        if len(self.layer_sizes) < 2:
            raise ValueError(
                f"layer_sizes must name an input and an output at least, got {layer_sizes!r}"
            )
        hidden = named_activation("activation", activation, ("tanh", "logistic"))
        output = named_activation(
            "output_activation",
            hidden.name if output_activation is None else output_activation,
            ("tanh", "logistic", "identity"),
        )
        rng = generator("rng", rng)
        scale = number_in("weight_scale", weight_scale, minimum=0)

        self.layers = len(self.layer_sizes) - 1
        self.activations = (*[hidden] * (self.layers - 1), output)
        self.parameters: dict[str, Array] = {}
        for layer in range(1, self.layers + 1):
            fan_in, units = self.layer_sizes[layer - 1 : layer + 1]
            self.parameters[f"weights_{layer}"] = draw_matrix(rng, (units, fan_in), scale, uniform)
            self.parameters[f"bias_{layer}"] = np.zeros(units)

    def forward(self, x: Array) -> MLPTrace:
        """Run one example, (layer_sizes[0],), or many, (examples, layer_sizes[0])."""
        n = self.layer_sizes[0]
        y = [finite_array("x", x, (n,), ("examples", n))]
        for layer, f in enumerate(self.activations, start=1):
            W, b = self.parameters[f"weights_{layer}"], self.parameters[f"bias_{layer}"]
            y.append(f.value(y[-1] @ W.T + b))  # eq-03-forward
        return MLPTrace(tuple(y), model=self)

    def backward(self, trace: MLPTrace, d_output: Array) -> MLPGrads:
        """Propagate dL/dy_L, in the shape of `trace.output`, back to every layer and weight."""
        y = checked_trace(self, trace, MLPTrace).activations
        d_y = [finite_array("d_output", d_output, y[-1].shape)]
        parameters = {}
        for layer in range(self.layers, 0, -1):
            # eq-03-delta-out and, once d_y comes from the layer above, eq-03-delta-hidden
            d_net = self.activations[layer - 1].slope(y[layer]) * d_y[0]
            parameters[f"weights_{layer}"] = over_examples(d_net, y[layer - 1])  # eq-03-gradient
            parameters[f"bias_{layer}"] = over_examples(d_net)
            d_y.insert(0, d_net @ self.parameters[f"weights_{layer}"])
        return MLPGrads({name: parameters[name] for name in self.parameters}, tuple(d_y))
