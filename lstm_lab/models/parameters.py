"""Initial weights, and what can be done with the weights of any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from lstm_lab._validate import Array, finite_array, number_in, one_of

Bias = float | Sequence[float] | Array | str | None


class HasParameters(Protocol):
    """A model with named weights."""

    parameters: dict[str, Array]


def draw_matrix(
    rng: np.random.Generator, shape: tuple[int, int], scale: float, uniform: float | None
) -> Array:
    """Initial weights, (units, fan_in): N(0, scale^2 / fan_in), or uniform in [-uniform, uniform].

    The first keeps a sum over the fan-in about `scale` times the size of one input; the second is
    the usage of Hochreiter & Schmidhuber 1997, section 5.
    """
    if uniform is None:
        return rng.normal(0.0, scale / np.sqrt(shape[1]), shape)
    limit = number_in("uniform", uniform, minimum=0)
    return rng.uniform(-limit, limit, shape)


def initial_bias(
    name: str,
    bias: float | Sequence[float] | Array | str,
    size: int,
    rng: np.random.Generator,
    uniform: float | None,
    groups: int = 1,
) -> Array:
    """A bias vector of length `size` from a number, one number a group, or "random".

    "random" is uniform in [-uniform, uniform]. The groups are equally long runs of the vector.
    """
    if isinstance(bias, str):
        one_of(name, bias, ("random",))
        if uniform is None:
            raise ValueError(f"uniform must be given with {name} 'random', got None")
        limit = number_in("uniform", uniform, minimum=0)
        return rng.uniform(-limit, limit, size)
    values = finite_array(name, bias, (), (groups,))
    return np.repeat(np.broadcast_to(values, groups), size // groups)


def load_parameters(model: HasParameters, parameters: Mapping[str, object]) -> None:
    """Copy `parameters` into `model.parameters` in place. Chapter 03.

    Raises:
        TypeError, ValueError: if the names or a shape differ or a weight is no finite number;
            nothing is copied then.
    """
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters must be a mapping of names to arrays, got {parameters!r}")
    if set(parameters) != set(model.parameters):
        raise ValueError(
            f"parameters must have the names {sorted(model.parameters)}, got {sorted(map(str, parameters))}"
        )
    checked = {
        name: finite_array(name, parameters[name], old.shape)
        for name, old in model.parameters.items()
    }
    for name, new in checked.items():
        model.parameters[name][...] = new


def count_parameters(model: HasParameters) -> int:
    """The number of weights, biases included. Chapters 04 and 09."""
    return sum(weights.size for weights in model.parameters.values())


def over_examples(d_net: Array, source: Array | None = None) -> Array:
    """Gradient of the weights in net = W source + b, summed over all leading axes.

    The sum of the outer products of d_net, (..., n), and source, (..., m): that of W, (n, m).
    Without a source, that of b, (n,).
    """
    rows = d_net.reshape(-1, d_net.shape[-1])
    return rows.sum(axis=0) if source is None else rows.T @ source.reshape(len(rows), -1)
