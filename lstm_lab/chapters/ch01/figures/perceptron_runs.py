"""What the figures of chapter 01 show: examples, and perceptrons that learn from them.

Every perceptron is :class:`lstm_lab.models.Perceptron`; this module brings data to it and keeps what it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lstm_lab import data
from lstm_lab._validate import Array
from lstm_lab.models import Learning, Perceptron
from lstm_lab.models.margin import Gap, widest_gap, with_one

START = np.array([-3.0, 1.0, 0.5])
"""Weights and bias of the "not zero" start of `perceptron.line`."""

CENTRE = np.array([1.2, 1.0])
"""Middle of the points of `perceptron.line`."""

PASSES = 200
GAPS = (0.02, 0.05, 0.1, 0.2, 0.4)
RETINA = 20
"""Width of the retina in points: that of the Mark I (20 by 20 photocells)."""

MARK = 4
PAIRS = ("0 and 1", "1 and 7", "4 and 9", "3 and 5", "3 and 8", "1 and 8")


# --- Points in a plane, and clouds -----------------------------------------------------------------------------------


def cloud(
    gap: float, rng: np.random.Generator, *, input_size: int = 2, examples: int = 60
) -> tuple[Array, Array]:
    """Points within distance 1 of the origin, on both sides of a plane, none closer to it than `gap`.

    The plane goes through the origin and its normal is drawn at random. The nearest point of each class is moved
    along the normal until it stands exactly at the distance `gap`, so that the gap is known.

    Returns:
        The examples, (examples, input_size), and their labels, +1 or -1, half of each, in random order.
    """
    normal = rng.standard_normal(input_size)
    normal /= np.linalg.norm(normal)
    labels = rng.permutation(np.resize([1.0, -1.0], examples))
    x = rng.standard_normal((examples, input_size))
    x *= rng.uniform(0, 1, (examples, 1)) ** (1 / input_size) / np.linalg.norm(
        x, axis=1, keepdims=True
    )
    height = x @ normal
    flat = x - np.outer(height, normal)
    height = gap + (1 - gap) * np.abs(height)
    for label in (1.0, -1.0):
        mine = np.flatnonzero(labels == label)
        height[mine[height[mine].argmin()]] = gap
    room = np.sqrt(np.maximum(0.0, 1 - height**2))
    width = np.linalg.norm(flat, axis=1)
    flat *= (np.minimum(width, room) / np.where(width > 0, width, 1.0))[:, np.newaxis]
    return flat + np.outer(labels * height, normal), labels


def shifted_cloud(gap: float) -> tuple[Array, Array]:
    """The forty points of `perceptron.line`: a flat cloud around `CENTRE`, so that the line needs a bias.

    The seed was picked from the first fourteen, so that every state of the explorer rests within twelve passes.
    """
    x, labels = cloud(gap, np.random.default_rng(1), examples=40)
    return x + CENTRE, labels


@lru_cache(maxsize=256)
def line_course(learning_rate: float, gap: float, start: str) -> tuple[Learning, Gap, float]:
    """The whole learning behind `perceptron.line`: its record, the widest gap, and the bound from that start."""
    x, labels = shifted_cloud(gap)
    best = widest_gap(with_one(x), labels)
    model = Perceptron(2, learning_rate=learning_rate)
    first = START if start == "not zero" else np.zeros(3)
    model.parameters["weights"][...] = first[:2]
    model.parameters["bias"][...] = first[2]
    learning = model.fit(x, labels, max_epochs=2000)
    return learning, best, best.bound(learning_rate, first)


@lru_cache(maxsize=4096)
def cloud_count(gap: float, seed: int, input_size: int, examples: int) -> tuple[int, float]:
    """Mistakes until the last, and the bound, of a perceptron without bias on one cloud."""
    rng = np.random.default_rng([seed, round(1000 * gap)])
    x, labels = cloud(gap, rng, input_size=input_size, examples=examples)
    learning = Perceptron(input_size, bias=False).fit(x, labels, max_epochs=100_000)
    assert learning.converged
    return sum(learning.mistakes), widest_gap(x, labels).bound()


@lru_cache(maxsize=16)
def right_angles(size: int) -> tuple[int, float]:
    """Mistakes and bound for `size` examples of length 1 at right angles to each other."""
    x, labels = np.eye(size), np.resize([1.0, -1.0], size)
    learning = Perceptron(size, bias=False).fit(x, labels)
    return sum(learning.mistakes), widest_gap(x, labels).bound()


# --- Cards -----------------------------------------------------------------------------------------------------------


def cards(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Cards with one square mark in the left half (-1) or in the right half (+1), as a retina sees them.

    Returns:
        The cards, (count, RETINA * RETINA) of 0 and 1, and their labels.
    """
    labels = rng.choice([-1.0, 1.0], count)
    left = rng.integers(0, RETINA // 2 - MARK + 1, count)
    row, column = (
        rng.integers(0, RETINA - MARK + 1, count),
        left + np.where(labels > 0, RETINA // 2, 0),
    )
    seen = np.zeros((count, RETINA, RETINA))
    for place in range(count):
        seen[place, row[place] : row[place] + MARK, column[place] : column[place] + MARK] = 1.0
    return seen.reshape(count, -1), labels


@lru_cache(maxsize=8)
def card_course(attempts: int = 200, seeds: int = 50) -> tuple[Array, Array, Array]:
    """What perceptrons learn from cards, each card shown once.

    Returns:
        The attempts after which the perceptron was tested; the share right on 500 fresh cards, (seeds, tests); the
        weights of the first perceptron after fifty attempts, (RETINA, RETINA).
    """
    tests = np.unique(np.concatenate([np.arange(0, 21, 2), np.arange(20, attempts + 1, 10)]))
    right = np.empty((seeds, len(tests)))
    weights = np.zeros((RETINA, RETINA))
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        shown, labels = cards(attempts, rng)
        fresh, wanted = cards(500, rng)
        model = Perceptron(RETINA * RETINA)
        for attempt in range(attempts + 1):
            if attempt in tests:
                at = int(np.searchsorted(tests, attempt))
                right[seed, at] = (model.predict(fresh) == wanted).mean()
            if seed == 0 and attempt == 50:
                weights = model.weights.reshape(RETINA, RETINA).copy()
            if attempt < attempts:
                model.correct(shown[attempt], labels[attempt])
    return tests, right, weights


# --- Digits and irises -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reading:
    """A perceptron that learned to tell two digits apart: what it learned from, its course, and fresh examples."""

    x: Array
    labels: Array
    fresh: Array
    wanted: Array
    learning: Learning

    def bound(self) -> float:
        """Novikoff's bound for these examples."""
        return widest_gap(with_one(self.x), self.labels).bound()

    def share_right(self, correction: int = -1) -> float:
        """The share right on the fresh examples, with the weights after so many corrections."""
        model = Perceptron(self.x.shape[1])
        model.parameters["weights"][...] = self.learning.weights[correction]
        model.parameters["bias"][...] = self.learning.bias[correction]
        return float((model.predict(self.fresh) == self.wanted).mean())


@lru_cache(maxsize=512)
def read_digits(first: int, second: int, seed: int = 0, passes: int = PASSES) -> Reading:
    """Teach a perceptron two of the 8 by 8 digits of :func:`lstm_lab.data.digits`: -1 for `first`, +1 for `second`.

    Two thirds of the examples, drawn at random, are learned; the others are fresh.
    """
    pixels, target = data.digits()
    mine = np.flatnonzero((target == first) | (target == second))
    mine = np.random.default_rng(seed).permutation(mine)
    x, labels = pixels[mine] / 16, np.where(target[mine] == second, 1.0, -1.0)
    cut = 2 * len(x) // 3
    model = Perceptron(x.shape[1])
    learning = model.fit(x[:cut], labels[:cut], max_epochs=passes)
    return Reading(x[:cut], labels[:cut], x[cut:], labels[cut:], learning)


@lru_cache(maxsize=16)
def digit_bound(pair: str) -> float:
    """Novikoff's bound for the images of a pair such as "4 and 9"."""
    first, second = (int(word) for word in pair.split(" and "))
    return read_digits(first, second).bound()


def iris(first: int, second: int) -> tuple[Array, Array]:
    """Two of the three kinds of iris, four measurements in cm: -1 for `first`, +1 for `second`.

    In an order drawn once at random.
    """
    measured, kinds = data.irises()
    mine = np.flatnonzero((kinds == first) | (kinds == second))
    mine = np.random.default_rng(0).permutation(mine)
    return measured[mine], np.where(kinds[mine] == second, 1.0, -1.0)


@lru_cache(maxsize=2)
def iris_course(passes: int = PASSES) -> tuple[Learning, Learning]:
    """Perceptrons on two pairs of irises: setosa and versicolor, versicolor and virginica."""
    return tuple(  # type: ignore[return-value]
        Perceptron(4).fit(*iris(*pair), max_epochs=passes) for pair in ((0, 1), (1, 2))
    )
