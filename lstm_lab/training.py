"""Small training loops for the teaching models, with the two optimisers that the book needs.

`train` is for recurrent networks: introduced in chapter 05; chapter 06 uses it to ask what a vanishing
gradient does to learning. `train_many` trains small networks with one hidden layer from many seeds, for
chapter 03: one array holds the weights of all seeds, with the arithmetic of :class:`lstm_lab.models.MLP`,
against which a test holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lstm_lab._validate import Array, integer_in, number_in, positive_integer, positive_number
from lstm_lab.models import MLP, Readout, Recurrent, load_parameters
from lstm_lab.models.activations import logistic
from lstm_lab.sequences import Sequence

Gradients = Mapping[str, Array]
LOSSES = ("half squared error", "cross entropy")
"""The losses of `train_many`."""


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
        number_in("beta1", self.beta1, minimum=0, maximum=1)
        number_in("beta2", self.beta2, minimum=0, maximum=1)
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

    Source: R. Pascanu, T. Mikolov & Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, section 3.2. Chapter 06.
    """
    positive_number("threshold", threshold)
    norm = float(np.sqrt(sum(float(np.sum(np.square(g))) for g in gradients.values())))
    scale = threshold / norm if norm > threshold else 1.0
    return {name: scale * gradient for name, gradient in gradients.items()}, norm


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
        trace = self.model.forward(sequence.x)
        features = trace.state[1:][..., output_part(self.model)]
        read = self.readout.forward(features)
        count = sequence.x.shape[1] if sequence.x.ndim == 3 else 1
        weight = np.zeros(read.output.shape[:-1])
        weight[sequence.error_mask] = 1 / count
        loss = self.readout.loss(read, sequence.target, weight)
        if not np.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss}")
        back = self.readout.backward(read, sequence.target, weight)
        d_state = np.zeros_like(trace.state[1:])
        d_state[..., output_part(self.model)] = back.x
        gradients = dict(self.model.backward(trace, d_state).parameters)
        gradients |= {f"readout.{name}": g for name, g in back.parameters.items()}
        return loss, gradients


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
        FloatingPointError: if the loss is no longer finite.
    """
    positive_integer("updates", updates)
    integer_in("check_every", check_every, minimum=1)
    losses: list[float] = []
    for sequence in _counted(stream, updates, progress):
        try:
            loss, gradients = network.loss_and_gradients(sequence)
        except FloatingPointError as error:
            raise FloatingPointError(f"{error} after {len(losses)} updates") from None
        if clip is not None:
            gradients, _ = clip_norm(gradients, clip)
        optimiser.step(network.parameters, gradients)
        losses.append(loss)
        if stop is not None and len(losses) % check_every == 0 and stop():
            return History(losses, len(losses))
    return History(losses, None)


def _counted(stream: Iterable[Sequence], updates: int, progress: bool) -> Iterator[Sequence]:
    counted = (sequence for _, sequence in zip(range(updates), stream, strict=False))
    if not progress:
        return counted
    from rich.progress import track

    return iter(track(counted, description="training", total=updates))


# --- Many small networks side by side --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Runs:
    """Networks with one output trained from several seeds.

    `losses` is (updates + 1, seeds), the loss before each update and after the last; `right`, of the same shape, says
    whether all outputs are on the right side of one half. `kept` lists the updates of which `weights` holds the
    parameters, by their names in :class:`lstm_lab.models.MLP`, each (kept, seeds, ...).
    """

    seeds: tuple[int, ...]
    kept: tuple[int, ...]
    losses: Array
    right: np.ndarray
    weights: dict[str, Array]

    @property
    def learned(self) -> np.ndarray:
        """By seed, whether all examples are right after the last update."""
        return self.right[-1]

    @property
    def learned_after(self) -> np.ndarray:
        """By seed, the number of updates after which all examples are right for good; meant for learned ones."""
        return len(self.right) - np.cumprod(self.right[::-1], axis=0).sum(axis=0)

    def parameters(self, seed: int, update: int) -> dict[str, Array]:
        """The parameters of one network after that many updates."""
        when, who = self.kept.index(update), self.seeds.index(seed)
        return {name: stack[when, who] for name, stack in self.weights.items()}

    def network(self, seed: int, update: int) -> MLP:
        """One network after that many updates."""
        return logistic_network(self.parameters(seed, update))


def logistic_network(parameters: Mapping[str, Array]) -> MLP:
    """A logistic network with one hidden layer and these parameters."""
    hidden, inputs = parameters["weights_1"].shape
    outputs = len(parameters["bias_2"])
    made = MLP([inputs, hidden, outputs], rng=np.random.default_rng(0), activation="logistic")
    load_parameters(made, parameters)
    return made


def fresh_network(inputs: int, hidden_units: int, seed: int, uniform: float) -> MLP:
    """A network with one output whose weights and biases are drawn uniformly from [-uniform, uniform]."""
    rng = np.random.default_rng(seed)
    made = MLP([inputs, hidden_units, 1], rng=rng, activation="logistic", uniform=uniform)
    for name in ("bias_1", "bias_2"):
        made.parameters[name][...] = rng.uniform(-uniform, uniform, made.parameters[name].shape)
    return made


def train_many(
    starts: Mapping[int, MLP],
    x: Array,
    targets: Array,
    updates: int,
    *,
    learning_rate: float,
    momentum: float = 0.0,
    loss: str = LOSSES[0],
    kept: Iterable[int] = (),
) -> Runs:
    """Train networks of one shape on the same examples, an update for each sweep through all of them.

        change <- momentum change - learning_rate dL/dw,    w <- w + change

    with L summed over the examples: equations 3 to 9 of Rumelhart, Hinton & Williams (Nature, 1986).

    Args:
        starts: the networks by seed; they are left as they are.
        x: (examples, inputs).
        targets: (examples,), 0 or 1.
        updates: the number of sweeps.
        learning_rate: the paper's epsilon.
        momentum: the paper's alpha.
        loss: "half squared error" or "cross entropy".
        kept: the updates after which the weights are kept; the last one always is.
    """
    seeds, (examples, inputs) = len(starts), x.shape
    hidden = len(next(iter(starts.values())).parameters["bias_1"])
    begin = {
        name: np.stack([start.parameters[name] for start in starts.values()])
        for name in ("weights_1", "bias_1", "weights_2", "bias_2")
    }
    W = begin["weights_1"].reshape(seeds * hidden, inputs).T.copy()
    b, V, b_y = (begin[name].reshape(-1).copy() for name in ("bias_1", "weights_2", "bias_2"))
    d = targets[:, np.newaxis]
    parameters = (W, b, V, b_y)
    changes = [np.zeros_like(each) for each in parameters]
    shapes = [stack.shape for stack in begin.values()]
    losses, right = np.empty((updates + 1, seeds)), np.empty((updates + 1, seeds), dtype=bool)
    kept = tuple(sorted({*kept, updates}))
    snapshots = []
    for update in range(updates + 1):
        h = logistic(x @ W + b)
        y = logistic((h * V).reshape(examples, seeds, hidden).sum(axis=2) + b_y)
        losses[update] = _loss(y, d, loss)
        right[update] = ((y > 0.5) == (d > 0.5)).all(axis=0)
        if update in kept:
            now = (W.T, b, V, b_y)
            snapshots.append(
                [each.reshape(shape).copy() for each, shape in zip(now, shapes, strict=True)]
            )
        delta_y = y - d if loss == "cross entropy" else (y - d) * y * (1 - y)
        spread = np.repeat(delta_y, hidden, axis=1)
        delta = spread * V * h * (1 - h)
        gradients = (x.T @ delta, delta.sum(axis=0), (spread * h).sum(axis=0), delta_y.sum(axis=0))
        if update < updates:
            for each, change, gradient in zip(parameters, changes, gradients, strict=True):
                change *= momentum
                change -= learning_rate * gradient
                each += change
    weights = {
        name: np.stack(stack)
        for name, stack in zip(begin, zip(*snapshots, strict=True), strict=True)
    }
    return Runs(tuple(starts), kept, losses, right, weights)


def _loss(y: Array, d: Array, loss: str) -> Array:
    if loss == "cross entropy":
        likely = np.where(d > 0.5, y, 1 - y)
        return -np.log(np.maximum(likely, np.finfo(float).tiny)).sum(axis=0)
    return ((y - d) ** 2).sum(axis=0) / 2
