"""The training of chapter 03 that a reader starts."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch03.figures import table_learnt
from lstm_lab.interact.training import Field, Training
from lstm_lab.training import LOSSES


def two_switches() -> Training:
    """Hidden units learn a table of two switches by back-propagation (chapter 03)."""
    return Training(
        table_learnt.learn_table,
        "two-switches",
        "Above: the output over the two inputs; the decision is where the colours meet. Below: the loss. The picture "
        "shows how the settings above end.",
        table=Field("lamp", "XOR: exactly one", tuple(table_learnt.TABLES)),
        hidden_units=Field("hidden units", 2, allowed=f"1 to {table_learnt.MOST_UNITS}"),
        learning_rate=Field("learning rate", 1.0, allowed=f"0.000001 to {table_learnt.FASTEST:g}"),
        uniform=Field("weights at first, up to", 1.0, allowed=f"0 to {table_learnt.WIDEST:g}"),
        loss=Field("loss", LOSSES[0], tuple(LOSSES)),
        updates=Field("updates", 3000, allowed=f"1 to {table_learnt.MOST_UPDATES}"),
        seed=Field("seed", 1, allowed="0 to 1000000"),
    )


TRAININGS: dict[str, Callable[[], Training]] = {"two-switches": two_switches}
