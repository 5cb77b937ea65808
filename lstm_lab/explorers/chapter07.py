"""The explorers of chapter 07, 1997: the constant error carousel."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.explore import Explorer, control
from lstm_lab.figures import memory_cell

STEPS = list(range(1, memory_cell.STEPS + 1))
SEQUENCES = list(memory_cell.SEQUENCES)


def memory_cell_by_hand() -> Explorer:
    """A sequence walks through one cell whose gates the reader sets (chapter 07)."""
    return Explorer(
        memory_cell.by_hand,
        "memory-cell",
        "From top to bottom: what comes in, what is held, what goes out, and how much of an error at the last step "
        "shown comes back to each step before it.",
        sequence=SEQUENCES,
        input_gate=list(memory_cell.INPUT_GATES),
        output_gate=list(memory_cell.OUTPUT_GATES),
        step=control(STEPS, initial=memory_cell.STEPS),
    )


def learned_cell() -> Explorer:
    """The same walk through a cell that learns its gates (chapter 07)."""
    return Explorer(
        memory_cell.learned,
        "learned-cell",
        "The same four panels for a cell that was trained on random sequences, after so many updates. Rings in the "
        "third panel: what should have been said.",
        sequence=SEQUENCES,
        updates=control(list(memory_cell.UPDATES), label="updates of training", initial=400),
        step=control(STEPS, initial=memory_cell.STEPS),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "memory-cell": memory_cell_by_hand,
    "learned-cell": learned_cell,
}
