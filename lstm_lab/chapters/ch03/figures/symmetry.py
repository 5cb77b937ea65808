"""The symmetry task of the Nature paper of 1986: networks that learn it, their solutions, and their weights drawn.

Introduced in chapter 03.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.interact import plots, theme
from lstm_lab.training import Runs, fresh_network, train_many

RATES = (0.1, 0.02)
SEEDS = tuple(range(12))
KEPT = (0, 25, 50, 100, 200, 400, 600, 800, 1000, 1250, 1425, 1750, 2000, 2500, 3000, 5000)


def symmetry_task(inputs: int = 6) -> tuple[Array, Array]:
    """All patterns of so many bits, (2^inputs, inputs), and 1 for those that read the same backwards."""
    x = np.array(list(product([0.0, 1.0], repeat=inputs)))
    return x, (x == x[:, ::-1]).all(axis=1).astype(float)


@lru_cache(maxsize=8)
def train_symmetry(
    learning_rate: float = 0.1,
    seeds: tuple[int, ...] = SEEDS,
    updates: int = KEPT[-1],
) -> Runs:
    """The symmetry task with the settings of figure 1 of the Nature paper: momentum 0.9, first weights within ±0.3."""
    return train_many(
        {seed: fresh_network(6, 2, seed, 0.3) for seed in seeds},
        *symmetry_task(),
        updates,
        learning_rate=learning_rate,
        momentum=0.9,
        kept=[update for update in KEPT if update <= updates],
    )


def mirror_error(weights: Array) -> float:
    """How far the weights of the hidden units are from w_i = -w_(7-i), as a share of the largest weight."""
    return float(np.abs(weights + weights[:, ::-1]).max() / np.abs(weights).max())


def pair_sizes(weights: Array) -> Array:
    """The mean sizes of the three mirror pairs, over both hidden units, from small to large, the largest as 4."""
    half = weights.shape[1] // 2
    pairs = (np.abs(weights[:, :half]) + np.abs(weights[:, ::-1][:, :half])) / 2
    mean = np.sort(pairs.mean(axis=0))
    return 4 * mean / mean[-1]


def solution_kind(weights: Array, tolerance: float = 0.1) -> str:
    """Which solution of the symmetry task these weights, (2, 6), are: "1:2:4", "2:3:4" or "other".

    Mirror pairs must cancel, and the two units be opposite, to within `tolerance` times the largest weight; the pair
    sizes must be within 2.5 `tolerance` of the ratio, the largest counted as 4.
    """
    opposite = np.abs(weights.sum(axis=0)).max() / np.abs(weights).max()
    if mirror_error(weights) > tolerance or opposite > tolerance:
        return "other"
    sizes = pair_sizes(weights)
    for name, ratio in (("1:2:4", [1, 2, 4]), ("2:3:4", [2, 3, 4])):
        if np.abs(sizes - ratio).max() <= 2.5 * tolerance:
            return name
    return "other"


def symmetry_weights(learning_rate: float = 0.1, seed: int = 1, sweep: int = 0) -> go.Figure:
    """The weights from the six inputs to the two hidden units, in the course of training on the symmetry task."""
    runs = train_symmetry(learning_rate)
    weights = runs.parameters(seed, sweep)["weights_1"]
    x, d = symmetry_task()
    y = runs.network(seed, sweep).forward(x).output[:, 0]
    right = int(((y > 0.5) == (d > 0.5)).sum())
    found = int(((y > 0.5) & (d > 0.5)).sum())
    traces = [
        plots.bars(
            np.arange(1, 7) + shift,
            weights[unit].tolist(),
            f"hidden unit {unit + 1}",
            colour,
            0.36,
            pattern,
        )
        for unit, (shift, colour, pattern) in enumerate(
            ((-0.19, theme.BLUE, ""), (0.19, theme.VERMILION, "/"))
        )
    ]
    small, middle, large = pair_sizes(weights)
    kind = solution_kind(weights)
    if right == len(d):
        verdict = f"The pairs stand {small:.2f} : {middle:.2f} : {large:.0f}" + (
            f", which is the solution {kind}."
            if kind != "other"
            else ", which is no simple ratio yet."
        )
    else:
        verdict = f"It finds {found} of the 8 symmetric patterns."
    return theme.figure(
        traces,
        f"Learning rate {learning_rate:g}, seed {seed}, after {sweep} sweeps: {right} of 64 patterns are right, loss "
        f"{runs.losses[sweep, runs.seeds.index(seed)]:.3f}. {verdict} From perfect mirroring with opposite sign the "
        f"weights are off by {100 * mirror_error(weights):.0f} % of the largest.",
        xaxis={"title": "input", "tickvals": [1, 2, 3, 4, 5, 6], "range": [0.4, 6.6]},
        yaxis={"title": "weight", "range": [-18, 18]},
        shapes=[plots.upright(3.5)],
        showlegend=True,
    )
