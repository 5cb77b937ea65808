"""The parity experiment of chapter 02: what the perceptron rule reaches when its features may look at few inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from itertools import product as every
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import Array, finite_array, generator, integer_in, positive_integer
from lstm_lab.models import Perceptron
from lstm_lab.results import RESULTS, run_trials


@dataclass(frozen=True)
class ParitySettings:
    """Everything that decides the parity experiment of chapter 02."""

    product_bits: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8)
    product_seeds: int = 10
    product_passes: int = 50
    random_bits: tuple[int, ...] = (2, 3, 4)
    random_units: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    random_seeds: int = 20
    random_passes: int = 200


def run(folder: Path = RESULTS, jobs: int = -1, settings: ParitySettings | None = None) -> str:
    """Train perceptrons on parity, over seeds; returns one sentence about the outcome.

    Two machines: "products" gives the perceptron every product of at most `order` inputs; "random units" gives it
    `units` association units, each with random connections to `order` of the inputs.
    """
    chosen = settings or ParitySettings()
    keys: list[tuple[str, int, int, int, int]] = [
        ("products", bits, order, 0, seed)
        for bits in chosen.product_bits
        for order in range(1, bits + 1)
        for seed in range(chosen.product_seeds)
    ]
    keys += [
        ("random units", bits, order, units, seed)
        for bits in chosen.random_bits
        for order in range(1, bits + 1)
        for units in chosen.random_units
        for seed in range(chosen.random_seeds)
    ]
    trials = run_trials(folder / "parity.json", keys, parity_trial, chosen, jobs)
    solved = sum(trial["solved"] for trial in trials)
    return f"parity: {solved} of {len(trials)} trials solved, in {folder / 'parity.json'}"


def parity_trial(settings: ParitySettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial: whether the rule came to rest, how often it corrected, and the most patterns it ever had right.

    The best state is the one that a pocket keeps: each weight vector that the rule passed through is tried on all 2^n
    patterns.
    """
    machine, bits, order, units, seed = key
    rng = np.random.default_rng([bits, order, units, seed])
    x, labels = patterns(bits), parity(bits)
    if machine == "products":
        features, passes = products(x, order), settings.product_passes
    else:
        features, passes = random_units(x, units, order, rng), settings.random_passes
    mixed = rng.permutation(len(x))
    learner = Perceptron(features.shape[1])
    learning = learner.fit(features[mixed], labels[mixed], max_epochs=passes)
    says = features @ learning.weights.T + learning.bias > 0
    right = int((says == (labels > 0)[:, None]).sum(axis=0).max())
    return {
        "machine": machine,
        "bits": bits,
        "order": order,
        "units": units,
        "seed": seed,
        "solved": bool(learning.converged),
        "corrections": len(learning.examples),
        "right": right,
    }


def patterns(bits: int) -> Array:
    """All 2^n patterns of n inputs that are 0 or 1, (2^n, n), in the order of counting."""
    return np.array(list(every((0.0, 1.0), repeat=positive_integer("bits", bits))))


def parity(bits: int) -> Array:
    """+1 for each pattern with an odd number of ones, -1 for each with an even number, (2^n,)."""
    return np.where(patterns(bits).sum(axis=1) % 2 == 1, 1.0, -1.0)


def products(x: Array, order: int) -> Array:
    """Every product of 1 to `order` different inputs, each input written as -1 or +1, (examples, products).

    With them a perceptron can form any sum of functions that look at no more than `order` inputs each: the products of
    the inputs of one function, 1 included, span the functions of those inputs.

    Args:
        x: the inputs, 0 or 1, (examples, n).
        order: from 1 to n.

    Raises:
        TypeError, ValueError: for inputs that are not 0 or 1, or an order out of range.
    """
    x = _bits(x)
    n = x.shape[1]
    order = integer_in("order", order, minimum=1, maximum=n)
    signs = 2 * x - 1
    chosen = [which for size in range(1, order + 1) for which in combinations(range(n), size)]
    return np.stack([signs[:, which].prod(axis=1) for which in chosen], axis=1)


def random_units(x: Array, units: int, order: int, rng: np.random.Generator) -> Array:
    """Association units with random connections, as 0 or 1, (examples, units).

    Each is connected to `order` inputs, excites (+1) or inhibits (-1) through each connection, and fires when the sum
    is above a threshold, drawn such that the unit fires for some patterns and not for others.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: F. Rosenblatt, Psychological Review 65(6):386-408, 1958, whose A-units these follow in a simple form.
    """
    x = _bits(x)
    generator("rng", rng)
    n = x.shape[1]
    order = integer_in("order", order, minimum=1, maximum=n)
    fired = np.empty((len(x), positive_integer("units", units)))
    for unit in range(units):
        which = rng.choice(n, size=order, replace=False)
        connections = rng.choice((-1.0, 1.0), size=order)
        lowest = np.minimum(connections, 0).sum()
        threshold = lowest + rng.integers(order) + 0.5
        fired[:, unit] = x[:, which] @ connections > threshold
    return fired


def _bits(x: object) -> Array:
    """Check inputs: 0 or 1 each, (examples, n)."""
    x = finite_array("x", x, ("examples", "n"))
    if not np.isin(x, (0, 1)).all():
        raise ValueError(f"x must be 0 or 1 everywhere, got {x[~np.isin(x, (0, 1))][0]}")
    return x
