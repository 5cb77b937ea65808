"""What a task hands to a network: one sequence with its targets."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sequence:
    """One training or test sequence, time first. Chapter 05.

    Attributes:
        x: inputs, ``(T, input_size)``, or ``(T, batch, input_size)`` where a task makes batches.
        target: what the outputs should be, ``(T, output_size)`` (or with the batch in between).
            Rows where ``error_mask`` is false are zero and mean nothing.
        error_mask: ``(T,)``, true at the steps at which an error is injected.
        noise_free_target: the target without its noise, by which experiment 3c judges; the
            same array as ``target`` in every other task.
        symbols: the name of the symbol at each step, for the tasks made of symbols.
    """

    x: Array
    target: Array
    error_mask: NDArray[np.bool_]
    noise_free_target: Array = field(default=None)  # type: ignore[arg-type]
    symbols: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.noise_free_target is None:
            object.__setattr__(self, "noise_free_target", self.target)

    def __len__(self) -> int:
        return len(self.x)
