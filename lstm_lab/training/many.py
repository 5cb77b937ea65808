"""Many small networks with one hidden layer, trained side by side from as many seeds. Chapter 03.

One array holds the weights of all of them, with the arithmetic of :class:`lstm_lab.models.MLP`, against
which a test holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    integer_in,
    number_in,
    of_kind,
    one_of,
    positive_integer,
    positive_number,
)
from lstm_lab.models import MLP, load_parameters
from lstm_lab.models.activations import logistic

PARAMETERS = ("weights_1", "bias_1", "weights_2", "bias_2")
LOSSES = ("half squared error", "cross entropy")
"""The losses of `train_many`."""


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
        """The parameters of one network after that many updates.

        Raises:
            ValueError: for a seed that was not run, or an update of which no weights are kept.
        """
        for name, value, known in (("seed", seed, self.seeds), ("update", update, self.kept)):
            if value not in known:
                raise ValueError(f"{name} must be one of {known}, got {value!r}")
        when, who = self.kept.index(update), self.seeds.index(seed)
        return {name: stack[when, who] for name, stack in self.weights.items()}

    def network(self, seed: int, update: int) -> MLP:
        """One network after that many updates."""
        return logistic_network(self.parameters(seed, update))


def logistic_network(parameters: Mapping[str, Array]) -> MLP:
    """A logistic network with one hidden layer and these parameters.

    Args:
        parameters: `weights_1`, (hidden, inputs), `bias_1`, `weights_2`, (outputs, hidden), and `bias_2`.

    Raises:
        TypeError, ValueError: if a name or a shape differs or a weight is no finite number.
    """
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters must be a mapping of names to arrays, got {parameters!r}")
    if set(parameters) != set(PARAMETERS):
        came = sorted(map(str, parameters))
        raise ValueError(f"parameters must have the names {sorted(PARAMETERS)}, got {came}")
    weights = finite_array("weights_1", parameters["weights_1"], ("hidden", "inputs"))
    hidden, inputs = weights.shape
    outputs = len(finite_array("bias_2", parameters["bias_2"], ("outputs",)))
    made = MLP([inputs, hidden, outputs], rng=np.random.default_rng(0), activation="logistic")
    load_parameters(made, parameters)
    return made


def fresh_network(inputs: int, hidden_units: int, seed: int, uniform: float) -> MLP:
    """A network with one output whose weights and biases are drawn uniformly from [-uniform, uniform].

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    positive_integer("inputs", inputs)
    positive_integer("hidden_units", hidden_units)
    integer_in("seed", seed, minimum=0)
    number_in("uniform", uniform, minimum=0)
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

    Raises:
        TypeError, ValueError: for an argument of the wrong kind, shape or range, by its name.
    """
    inputs, hidden = _one_shape(starts)
    x = finite_array("x", x, ("examples", inputs))
    targets = finite_array("targets", targets, (len(x),))
    if not np.isin(targets, (0, 1)).all():
        raise ValueError(f"targets must be 0 or 1, got {targets[~np.isin(targets, (0, 1))][0]}")
    integer_in("updates", updates, minimum=0)
    positive_number("learning_rate", learning_rate)
    number_in("momentum", momentum, minimum=0, maximum=1)
    one_of("loss", loss, LOSSES)
    kept = [integer_in("each of kept", update, minimum=0, maximum=updates) for update in kept]
    seeds, examples = len(starts), len(x)
    begin = {
        name: np.stack([start.parameters[name] for start in starts.values()]) for name in PARAMETERS
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


def _one_shape(starts: Mapping[int, MLP]) -> tuple[int, int]:
    """The inputs and the hidden units of networks of one shape."""
    if not isinstance(starts, Mapping):
        raise TypeError(f"starts must be a mapping of seeds to networks, got {starts!r}")
    if not starts:
        raise ValueError("starts must have at least one network, got none")
    nets = [of_kind("each of starts", net, MLP) for net in starts.values()]
    first, *others = (net.layer_sizes for net in nets)
    logistic_units = all(f.name == "logistic" for net in nets for f in net.activations)
    if len(first) != 3 or first[2] != 1 or not logistic_units:
        raise ValueError(
            "starts must be logistic networks with one hidden layer and one output, "
            f"got layers {first} of {nets[0].activations[0].name} units"
        )
    if any(sizes != first for sizes in others):
        raise ValueError(f"starts must be networks of one shape, got {[first, *others]}")
    return first[0], first[1]


def _loss(y: Array, d: Array, loss: str) -> Array:
    """The loss of each network, (seeds,), of outputs (examples, seeds), summed over the examples."""
    if loss == "cross entropy":
        of_target = np.where(
            d > 0.5, y, 1 - y
        )  # the probability that the output gives to the target
        return -np.log(np.maximum(of_target, np.finfo(float).tiny)).sum(axis=0)
    return ((y - d) ** 2).sum(axis=0) / 2
