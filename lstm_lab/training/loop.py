"""Training a recurrent network and its output layer: the loop, and the optimisers. Chapters 05 and 06."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lstm_lab._validate import Array, number_in, of_kind, positive_integer, positive_number
from lstm_lab.models import Readout, Recurrent
from lstm_lab.sequences import Sequence

Gradients = Mapping[str, Array]


class Optimiser(Protocol):
    """Changes parameters in place, given their gradients under the same names."""

    def step(self, parameters: Mapping[str, Array], gradients: Gradients) -> None:
        """Make one update."""
        ...


@dataclass
class SGD:
    """Plain gradient descent, W <- W - learning_rate dL/dW.

    Raises:
        TypeError, ValueError: if `learning_rate` is not a positive number.
    """

    learning_rate: float = 0.1

    def __post_init__(self) -> None:
        positive_number("learning_rate", self.learning_rate)

    def step(self, parameters: Mapping[str, Array], gradients: Gradients) -> None:
        """Make one update."""
        for name, weights in parameters.items():
            weights -= self.learning_rate * gradients[name]


@dataclass
class Adam:
    """Adam: each weight moves by its mean gradient over the root of its mean squared gradient.

        m <- beta1 m + (1 - beta1) g,   v <- beta2 v + (1 - beta2) g^2
        W <- W - learning_rate (m / (1 - beta1^n)) / (sqrt(v / (1 - beta2^n)) + epsilon)

    at update n. A gradient that is small everywhere is brought back to size; one that is small
    *beside another in the same weight* is not, which is why Adam alone does not undo vanishing.

    Raises:
        TypeError, ValueError: if a setting is out of range.

    Source: D. P. Kingma & J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    learning_rate: float = 0.01
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    updates: int = field(default=0, init=False)
    mean: dict[str, Array] = field(default_factory=dict, init=False, repr=False)
    square: dict[str, Array] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        positive_number("learning_rate", self.learning_rate)
        for name, beta in (("beta1", self.beta1), ("beta2", self.beta2)):
            if number_in(name, beta, minimum=0) >= 1:  # 1 - beta divides
                raise ValueError(
                    f"{name} must be a finite number of at least 0 and below 1, got {beta}"
                )
        positive_number("epsilon", self.epsilon)

    def step(self, parameters: Mapping[str, Array], gradients: Gradients) -> None:
        """Make one update."""
        self.updates += 1
        for name, weights in parameters.items():
            m = self.mean.setdefault(name, np.zeros_like(weights))
            v = self.square.setdefault(name, np.zeros_like(weights))
            m += (1 - self.beta1) * (gradients[name] - m)
            v += (1 - self.beta2) * (gradients[name] ** 2 - v)
            m_hat = m / (1 - self.beta1**self.updates)
            v_hat = v / (1 - self.beta2**self.updates)
            weights -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


def clip_norm(gradients: Gradients, threshold: float) -> tuple[dict[str, Array], float]:
    """Scale all gradients together so that their joint norm is at most `threshold`.

    Returns:
        the gradients, and the norm they had before.

    Raises:
        TypeError, ValueError: if `threshold` is not a positive number.
        FloatingPointError: if a gradient is not finite, by its name.

    Source: R. Pascanu, T. Mikolov & Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, section 3.2. Chapter 06.
    """
    positive_number("threshold", threshold)
    norm = _joint_norm(gradients)
    scale = threshold / norm if norm > threshold else 1.0
    return {name: scale * gradient for name, gradient in gradients.items()}, norm


def _joint_norm(gradients: Gradients) -> float:
    """The norm of all entries together, whose squares may be too large for a float."""
    with np.errstate(over="ignore"):
        norm = float(np.sqrt(sum(float(np.sum(np.square(g))) for g in gradients.values())))
    if np.isfinite(norm):
        return norm
    for name, gradient in gradients.items():
        if not np.isfinite(gradient).all():
            raise FloatingPointError(f"the gradient of {name} is not finite")
    largest = max(float(np.abs(gradient).max()) for gradient in gradients.values())
    return largest * _joint_norm({name: g / largest for name, g in gradients.items()})


def output_part(model: Recurrent) -> slice:
    """The part of the state that an output layer reads: the hidden layer, or what the cells put out."""
    return model.parts.get("hidden", model.parts.get("output", slice(None)))


@dataclass
class Network:
    """A recurrent model and the output layer that reads it."""

    model: Recurrent
    readout: Readout

    @property
    def parameters(self) -> dict[str, Array]:
        """All weights under one mapping, those of the output layer as `readout.NAME`."""
        return {
            **self.model.parameters,
            **{f"readout.{name}": weights for name, weights in self.readout.parameters.items()},
        }

    def outputs(self, x: Array) -> Array:
        """The output at every step, (T, [batch,] output_size)."""
        state = self.model.forward(x).state[1:]
        return self.readout.forward(state[..., output_part(self.model)]).output

    def loss_and_gradients(self, sequence: Sequence) -> tuple[float, dict[str, Array]]:
        """The loss, averaged over a batch if there is one, and its gradient by parameter.

        Raises:
            FloatingPointError: if the loss is not finite.
        """
        count = sequence.x.shape[1] if sequence.x.ndim == 3 else 1
        weight = np.zeros(sequence.x.shape[:-1])
        weight[sequence.error_mask] = 1 / count
        loss, gradients, _ = self.window(sequence.x, sequence.target, weight)
        return loss, gradients

    def window(
        self, x: Array, target: Array, weight: Array, state: Array | None = None
    ) -> tuple[float, dict[str, Array], Array]:
        """The loss of one window, its gradient by parameter, and the state after it, from which the next can go on.

        Args:
            x: inputs, (T, [batch,] input_size).
            target: what the outputs should be, (T, [batch,] output_size).
            weight: what the loss of each step is multiplied by, (T, [batch,]).
            state: the state before the window, ([batch,] state_size); zeros if None. No error goes back into it.

        Raises:
            FloatingPointError: if the loss is not finite.
        """
        trace = self.model.forward(x, state)
        part = output_part(self.model)
        read = self.readout.forward(trace.state[1:][..., part])
        loss = self.readout.loss(read, target, weight)
        if not np.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss}")
        back = self.readout.backward(read, target, weight)
        d_state = np.zeros_like(trace.state[1:])
        d_state[..., part] = back.x
        gradients = dict(self.model.backward(trace, d_state).parameters)
        gradients |= {f"readout.{name}": g for name, g in back.parameters.items()}
        return loss, gradients, trace.state[-1]


@dataclass(frozen=True)
class History:
    """What happened in training: the loss of every update, and after how many updates it stopped early."""

    losses: list[float]
    stopped_after: int | None


def train(
    network: Network,
    stream: Iterable[Sequence],
    optimiser: Optimiser,
    updates: int,
    *,
    clip: float | None = None,
    stop: Callable[[], bool] | None = None,
    check_every: int = 50,
    progress: bool = False,
) -> History:
    """Train on a stream of sequences, one update a sequence or batch.

    Args:
        network: its weights are changed in place.
        stream: sequences, or batches of them, from `lstm_lab.sequences`.
        optimiser: `SGD` or `Adam`.
        updates: at most so many.
        clip: the largest norm of a gradient (`clip_norm`); None for no clipping.
        stop: asked every `check_every` updates; True ends the training.
        check_every: how often `stop` is asked.
        progress: show a progress bar.

    Raises:
        TypeError, ValueError: for an argument out of range.
        FloatingPointError: if the loss, or a gradient to be clipped, is no longer finite.
    """
    of_kind("network", network, Network)
    positive_integer("updates", updates)
    positive_integer("check_every", check_every)
    if clip is not None:
        positive_number("clip", clip)
    if stop is not None and not callable(stop):
        raise TypeError(f"stop must be a function or None, got {stop!r}")
    losses: list[float] = []
    for sequence in _counted(stream, updates, progress):
        try:
            loss, gradients = network.loss_and_gradients(sequence)
            if clip is not None:
                gradients, _ = clip_norm(gradients, clip)
        except FloatingPointError as error:
            raise FloatingPointError(f"{error} after {len(losses)} updates") from None
        optimiser.step(network.parameters, gradients)
        losses.append(loss)
        if stop is not None and len(losses) % check_every == 0 and stop():
            return History(losses, len(losses))
    return History(losses, None)


def _counted(stream: Iterable[Sequence], updates: int, progress: bool) -> Iterator[Sequence]:
    """The first `updates` sequences of a stream, with a progress bar if that is asked for."""
    counted = (sequence for _, sequence in zip(range(updates), stream, strict=False))
    if not progress:
        return counted
    from rich.progress import track

    return iter(track(counted, description="training", total=updates))
