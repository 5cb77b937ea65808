"""The training of chapter 05 that a reader starts."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch05.figures import xor_learnt
from lstm_lab.interact.training import Field, Training


def xor_in_time() -> Training:
    """Predict the next bit: the error followed back further in one network than in the other (chapter 05)."""
    return Training(
        xor_learnt.xor_training,
        "xor-in-time",
        "Above: the error at each bit; it dips where the bit can be foretold. Below: its mean square, beside that of a "
        "network that knows nothing, the rule, or rule and clock. The picture shows how the settings above end.",
        steps_back=Field("steps followed back", "0 (copy)", tuple(xor_learnt.BACK)),
        beside=Field("beside it", "all (full BPTT)", tuple(xor_learnt.BACK)),
        hidden_units=Field("hidden units", 8, allowed=f"1 to {xor_learnt.MOST_UNITS}"),
        learning_rate=Field(
            "learning rate",
            xor_learnt.SETTINGS.learning_rate,
            allowed=f"0.000001 to {xor_learnt.FASTEST:g}",
        ),
        updates=Field("updates", 3000, allowed=f"1 to {xor_learnt.MOST_UPDATES}"),
        seed=Field("seed", 0, allowed="0 to 1000000"),
    )


TRAININGS: dict[str, Callable[[], Training]] = {"xor-in-time": xor_in_time}
