"""The values of one term for the assignment "perceptron", and the worked examples that rest on them."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np


def values(rng: Random, number: int) -> dict[str, Any]:
    low = rng.choice([-1, 0])
    bias_first = number % 2 == 0
    columns = number // 2 % 2 == 0
    backwards = rng.choice([True, False])
    margin = rng.choice([0.5, 0.75, 1.25, 1.5, 1.75, 2.25, 2.5, 2.75, 3.25, 3.5, 3.75])
    tie = rng.choice([1, low])
    turn = -1 if tie == 1 else 1  # so that the net input without the bias would say the other class
    odd = rng.choice([True, False])
    given = {
        "low": low,
        "bias_first": bias_first,
        "bias_place": "first" if bias_first else "last",
        "columns": columns,
        "each": "column" if columns else "row",
        "shape": "(d, n)" if columns else "(n, d)",
        "backwards": backwards,
        "order": "from the last example to the first"
        if backwards
        else "from the first to the last",
        "margin": margin,
        "tie": tie,
        "tie_weights": (
            turn * np.array([-1.0, 1.0, 0.0] if bias_first else [1.0, 0.0, -1.0])
        ).tolist(),
        "odd": odd,
        "parity": "odd" if odd else "even",
        "total": rng.choice([1, 2, 3, 5, 10, 12, 60, 100]),
        "hidden_seed": rng.randrange(10**6),
    }
    return given | crossing(rng, low) | worked(bias_first, margin, backwards)


def crossing(rng: Random, low: int) -> dict[str, Any]:
    """Four points: the segment between two of one class crosses the segment between two of the other."""
    middle = np.array([rng.randrange(2, 6), rng.randrange(2, 6)])
    along, across = rng.choice(
        [((1, 0), (0, 1)), ((1, 1), (1, -1)), ((2, 1), (0, 1)), ((1, 0), (1, 2))]
    )
    (a, b), (c, d) = rng.sample([1, 2, 3], 2), rng.sample([1, 2, 3], 2)
    points = [
        middle + a * np.array(along),
        middle + c * np.array(across),
        middle - b * np.array(along),
        middle - d * np.array(across),
    ]
    return {"cross": [point.tolist() for point in points], "cross_labels": [1, low, 1, low]}


def worked(bias_first: bool, margin: float, backwards: bool) -> dict[str, Any]:
    """Two small cases: one correction of zero weights, by (2, -1) of the lower class at rate 0.5; and a cycle."""
    step = -0.5 * np.array([1, 2, -1] if bias_first else [2, -1, 1]) + 0.0
    w, seen = 0.0, [0.0]  # one input, always 1: its weight and the bias stay equal
    while True:
        for s in (-1, 1) if backwards else (1, -1):
            w += s * (s * 2 * w <= margin)
        if w in seen:
            break
        seen.append(w)
    cycle = [seen.index(w), len(seen) - seen.index(w)]
    return {"worked_after": step.tolist(), "worked_cycle": cycle}
