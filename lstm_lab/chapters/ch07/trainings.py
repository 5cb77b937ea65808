"""The training of chapter 07 that a reader starts."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch07.figures import gates_learnt
from lstm_lab.interact.training import Field, Training


def store_and_tell() -> Training:
    """Memory cells of 1997 learn to store a value and to tell it, with and without their gates (chapter 07)."""
    return Training(
        gates_learnt.store_and_tell_training,
        "store-and-tell",
        "Above: the share of fresh sequences with every step right. Below: what each network says in one of them, from "
        "the step that is stored (dotted) to the one that asks (dashed). The picture shows how the settings above end.",
        gates=Field("gates", "input gate", gates_learnt.GATES),
        beside=Field("beside it", "both gates", gates_learnt.GATES),
        cells=Field("cells", 1, allowed=f"1 to {gates_learnt.MOST_CELLS}"),
        length=Field(
            "length, steps",
            gates_learnt.SETTINGS.gate_length,
            allowed=f"{gates_learnt.SHORTEST} to {gates_learnt.LONGEST}",
        ),
        learning_rate=Field(
            "learning rate",
            gates_learnt.SETTINGS.learning_rates["Adam"],
            allowed=f"0.000001 to {gates_learnt.FASTEST:g}",
        ),
        updates=Field("updates", 600, allowed=f"1 to {gates_learnt.MOST_UPDATES}"),
        seed=Field("seed", 0, allowed="0 to 1000000"),
    )


TRAININGS: dict[str, Callable[[], Training]] = {"store-and-tell": store_and_tell}
