"""The output layer, apart from the recurrent model that feeds it, and its losses.

Introduced in chapter 05; the losses in chapter 03. Half the squared error is what Hochreiter &
Schmidhuber 1997 descend (appendix A.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    generator,
    number_in,
    one_of,
    positive_integer,
)
from lstm_lab.models.activations import LOGISTIC, logistic
from lstm_lab.models.parameters import Bias, draw_matrix, initial_bias, over_examples
from lstm_lab.models.trace_origin import checked_trace

_LOSSES = {
    "linear": ("half squared error",),
    "logistic": ("half squared error", "cross entropy"),
    "softmax": ("cross entropy",),
}


@dataclass(frozen=True, eq=False)
class ReadoutTrace:
    """The input `x`, (..., input_size), and `net` and `output`, (..., output_size).

    `model` is the output layer whose forward pass it was, the only one that can take it back.
    """

    x: Array
    net: Array
    output: Array
    model: Readout = field(kw_only=True, repr=False)


@dataclass(frozen=True, eq=False)
class ReadoutGrads:
    """The gradient of the loss: of the weights by name, and `x` in the shape of the input."""

    parameters: dict[str, Array]
    x: Array


class Readout:
    """y = f_y(V h + b_y), of features h, with a loss against the target d.

    The kinds of f_y and the losses that go with them, per example and summed over outputs, in the
    net input net = V h + b_y::

        linear    y = net                          (y - d)^2 / 2
        logistic  y = 1 / (1 + exp(-net))          (y - d)^2 / 2
                                                   or -d log y - (1 - d) log(1 - y)
        softmax   y = exp(net) / sum exp(net)      -d log y

    With the cross entropies dL/dnet = y - d, as for a linear unit: the slope f_y' is gone. With the
    squared error of a logistic unit, dL/dnet = (y - d) y (1 - y).

    Parameters, by name and shape: `weights` V (output_size, input_size), `bias` b_y
    (output_size,) unless `bias` is None.

    Args:
        input_size: number of features: `trace.state[1:, ..., model.parts["hidden"]]`, say.
        output_size: number of outputs.
        rng: draws the initial weights.
        kind: "linear", "logistic" or "softmax".
        loss: "half squared error" or "cross entropy"; by default the first that the kind has.
        bias: the initial bias: a number, one number an output, "random" (uniform in
            [-uniform, uniform]), or None for no bias.
        weight_scale: V is N(0, weight_scale^2 / input_size).
        uniform: if given, V is drawn uniformly from [-uniform, uniform] instead.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Chapters 03 and 05.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        *,
        rng: np.random.Generator,
        kind: str = "linear",
        loss: str | None = None,
        bias: Bias = 0.0,
        weight_scale: float = 1.0,
        uniform: float | None = None,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.output_size = positive_integer("output_size", output_size)
        self.kind = one_of("kind", kind, _LOSSES)
        losses = _LOSSES[self.kind]
        self.loss_name = losses[0] if loss is None else one_of("loss", loss, losses)
        rng = generator("rng", rng)
        scale = number_in("weight_scale", weight_scale, minimum=0)
        shape = (self.output_size, self.input_size)
        self.parameters = {"weights": draw_matrix(rng, shape, scale, uniform)}
        if bias is not None:
            self.parameters["bias"] = initial_bias(
                "bias", bias, self.output_size, rng, uniform, groups=self.output_size
            )

    def forward(self, x: Array) -> ReadoutTrace:
        """Read features of shape (..., input_size): one step, a sequence, a batch of them."""
        x = finite_array("x", x)
        if x.ndim == 0 or x.shape[-1] != self.input_size or not x.size:
            raise ValueError(f"x must have shape (..., {self.input_size}), got {x.shape}")
        net = x @ self.parameters["weights"].T + self.parameters.get("bias", 0.0)
        if self.kind == "linear":
            return ReadoutTrace(x, net, net, model=self)
        if self.kind == "logistic":
            return ReadoutTrace(x, net, logistic(net), model=self)
        return ReadoutTrace(x, net, np.exp(_log_softmax(net)), model=self)

    def loss(self, trace: ReadoutTrace, target: Array, weight: Array | None = None) -> float:
        """The loss, summed over outputs and all leading axes.

        Args:
            trace: what `forward` returned.
            target: d, in the shape of `trace.output`; for a softmax, rows that count sum to 1.
            weight: multiplies the loss of each step (of each sequence), in the shape of
                `trace.output` less its last axis: 1 where a target counts, 0 where there is none.

        Raises:
            TypeError, ValueError: for an argument of the wrong kind, shape or range.
        """
        trace, target, weight = self._checked(trace, target, weight)
        if self.loss_name == "half squared error":
            each = (trace.output - target) ** 2 / 2  # eq-03-loss
        elif self.kind == "logistic":
            # -d log y - (1 - d) log (1 - y), written in the net input: no logarithm of a y that has rounded to 0
            each = np.logaddexp(0, trace.net) - target * trace.net
        else:
            each = -target * _log_softmax(trace.net)
        return float((weight * each.sum(axis=-1)).sum())

    def backward(
        self, trace: ReadoutTrace, target: Array, weight: Array | None = None
    ) -> ReadoutGrads:
        """The gradient of `loss`, with the same arguments and errors."""
        trace, target, weight = self._checked(trace, target, weight)
        d_net = (trace.output - target) * weight[..., np.newaxis]  # eq-03-cross
        if self.kind == "logistic" and self.loss_name == "half squared error":
            d_net *= LOGISTIC.slope(trace.output)
        every = {"weights": over_examples(d_net, trace.x), "bias": over_examples(d_net)}
        return ReadoutGrads(
            parameters={name: every[name] for name in self.parameters},
            x=d_net @ self.parameters["weights"],
        )

    def _checked(
        self, trace: object, target: object, weight: object
    ) -> tuple[ReadoutTrace, Array, Array]:
        """Check the arguments of `loss` and `backward`, with a weight of 1 for every target by default."""
        trace = checked_trace(self, trace, ReadoutTrace)
        target = finite_array("target", target, trace.output.shape)
        weight = (
            np.ones(target.shape[:-1])
            if weight is None
            else finite_array("weight", weight, target.shape[:-1])
        )
        counted = target[weight != 0]
        if self.loss_name == "cross entropy" and ((counted < 0) | (counted > 1)).any():
            raise ValueError(f"target must be in [0, 1], got {counted.min()} to {counted.max()}")
        total = counted.sum(axis=-1)
        if self.kind == "softmax" and not np.allclose(total, 1):
            wrong = total[~np.isclose(total, 1)][0]
            raise ValueError(f"target must sum to 1 over the outputs of a softmax, got {wrong}")
        return trace, target, weight


def _log_softmax(net: Array) -> Array:
    """Net - log sum exp(net), over the last axis; the largest is taken off first, so that exp stays finite."""
    shifted = net - net.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
