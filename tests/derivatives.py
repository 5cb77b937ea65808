"""Derivatives by finite differences, to hold against those that the package computes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def finite_differences(
    output: Callable[[np.ndarray], np.ndarray], x: np.ndarray, lag: int, step: float = 1e-6
) -> float:
    """log10 of the spectral norm of the last output by the input `lag` steps before it."""
    columns = []
    for j in range(x.shape[1]):
        up, down = x.copy(), x.copy()
        up[len(x) - 1 - lag, j] += step
        down[len(x) - 1 - lag, j] -= step
        columns.append((output(up)[-1] - output(down)[-1]) / (2 * step))
    return float(np.log10(np.linalg.norm(np.array(columns).T, 2)))
