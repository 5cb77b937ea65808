"""The self-checks of chapter NN, YEAR: the idea in a few words."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab import check


def steps_left(answer: Callable[[float, int], float]) -> check.Result:
    """`left(decay, steps)`: the share that is left."""
    return check.function(
        answer,
        lambda decay, steps: decay**steps,
        [(0.5, 3), (0.9, 10), (1.0, 7)],
        mistakes={
            "each step multiplies by the decay; it does not add it up.": (
                lambda decay, steps: decay * steps
            ),
        },
    )
