"""The margin of a set of examples: the widest gap between two classes, and the bound that follows from it.

Introduced in chapter 01.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, finite_array, positive_number
from lstm_lab.models.perceptron import signs


@dataclass(frozen=True, eq=False)
class Gap:
    """The plane through the origin that leaves the widest gap.

    `direction` is its unit normal u, `gap` is min d (u . x) with the labels d, or 0 if no plane separates the
    examples, and `radius` is max |x|.
    """

    direction: Array
    gap: float
    radius: float

    def bound(self, learning_rate: float = 1.0, start: Array | None = None) -> float:
        """How many mistakes a perceptron can make on these examples.

        The largest M with u . w0 + M rate gap <= sqrt(|w0|^2 + M rate^2 radius^2). For the start w0 = 0 this is
        Novikoff's (radius / gap)^2 at any rate. Infinite without a gap.

        Raises:
            TypeError, ValueError: for a rate that is not positive or a start of another length.
        """
        positive_number("learning_rate", learning_rate)
        size = len(self.direction)
        start = np.zeros(size) if start is None else finite_array("start", start, (size,))
        if self.gap <= 0:
            return np.inf
        along, length = float(self.direction @ start), float(np.linalg.norm(start))
        stride = learning_rate * self.gap
        half = (learning_rate * self.radius) ** 2 / 2 - along * stride
        rest = stride**2 * max(0.0, length**2 - along**2)
        return float((half + np.sqrt(half**2 + rest)) / stride**2)


def with_one(x: Array) -> Array:
    """The examples with a constant 1 appended, so that the bias is one more weight: (examples, input_size + 1)."""
    x = finite_array("x", x, ("examples", "input_size"))
    return np.column_stack([x, np.ones(len(x))])


def widest_gap(x: Array, labels: Array, *, tolerance: float = 1e-9) -> Gap:
    """The widest gap that a plane through the origin can leave between two classes.

    The largest gap is the length of the shortest vector in the convex hull of the points d x, and that vector is the
    normal of the plane. Found by P. Wolfe's algorithm ("Finding the nearest point in a polytope", Mathematical
    Programming 11:128-149, 1976). For a plane with a bias, give it `with_one(x)`.

    Args:
        x: the examples, (examples, input_size).
        labels: +1 or -1 for each, (examples,).
        tolerance: relative to the largest |x|^2.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind, shape or range, by its name.
    """
    x = finite_array("x", x, ("examples", "input_size"))
    labels = signs("labels", labels, (len(x),))
    positive_number("tolerance", tolerance)
    points = labels[:, np.newaxis] * x
    squares = (points**2).sum(axis=1)
    allowed = tolerance * float(squares.max())
    # Wolfe's words: the corral is the few points whose mean, in these shares, is the nearest so far
    corral, shares = [int(squares.argmin())], np.ones(1)
    for _ in range(100 * len(points)):
        nearest = shares @ points[corral]
        reach = points @ nearest
        new = int(reach.argmin())
        if reach[new] > nearest @ nearest - allowed or new in corral:
            break
        corral, shares = [*corral, new], np.append(shares, 0.0)
        while True:
            affine = _affine(points[corral])
            if (affine > 1e-12).all():  # the nearest point of the flat lies within the hull
                shares = affine
                break
            # else go towards it as far as the hull reaches, and drop the point that is left behind there
            falling = affine <= 1e-12
            step = float(np.min(shares[falling] / (shares[falling] - affine[falling])))
            shares = shares + min(1.0, step) * (affine - shares)
            stay = shares > 1e-12
            corral = [index for index, kept in zip(corral, stay, strict=True) if kept]
            shares = shares[stay] / shares[stay].sum()
    nearest = shares @ points[corral]
    length = float(np.linalg.norm(nearest))
    radius = float(np.sqrt(squares.max()))
    direction = nearest / length if length else np.zeros(x.shape[1])
    return Gap(direction, max(0.0, float((points @ direction).min())), radius)


def _affine(points: Array) -> Array:
    """The shares, summing to 1, of the shortest vector in the flat through some points."""
    count = len(points)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = points @ points.T
    right_side = np.zeros(count + 1)
    right_side[0] = 1.0
    return np.asarray(np.linalg.lstsq(system, right_side, rcond=None)[0][1:], dtype=float)
