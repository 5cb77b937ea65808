"""The trainings of chapter 10 that a reader starts."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch10.figures import lit, writing
from lstm_lab.chapters.ch10.writer import CELLS
from lstm_lab.interact.training import Field, Training


def write_on() -> Training:
    """A network that has learnt from this book writes, letter by letter (chapter 10)."""
    return Training(
        writing.write_on,
        "write-on",
        "Each letter stands on the value of one unit, bright for high. The picture shows how it ends.",
        beginning=Field("beginning", "The gradient ", allowed="1 to 80 letters", lines=2),
        temperature=Field("temperature", 0.6, allowed="0 to 10"),
        cell=Field("network", "LSTM", tuple(CELLS)),
        letters=Field("letters to write", 160, allowed=f"1 to {writing.MOST_LETTERS}"),
        sought=Field("the unit that goes with", "inside brackets", tuple(lit.SOUGHT)),
        seed=Field("seed", 0, allowed="0 to 1000000"),
    ).started_by("Write")


def learn_to_write() -> Training:
    """A small network learns the letters of this book from scratch (chapter 10)."""
    return Training(
        writing.learn_to_write,
        "learn-to-write",
        "Line: what a letter costs while the network learns. Thin lines: what counting alone would pay. Below: what it "
        "writes. The picture shows how the settings above end.",
        cell=Field("network", "LSTM", tuple(CELLS)),
        hidden_size=Field("units", 32, allowed=f"1 to {writing.MOST_UNITS}"),
        window=Field("letters that an error is followed back", 30, allowed="1 to 100"),
        learning_rate=Field("learning rate", 0.02, allowed="0.000001 to 1"),
        updates=Field("updates", 200, allowed=f"1 to {writing.MOST_UPDATES}"),
        temperature=Field("temperature", 0.6, allowed="0 to 10"),
        seed=Field("seed", 0, allowed="0 to 1000000"),
    )


TRAININGS: dict[str, Callable[[], Training]] = {
    "write-on": write_on,
    "learn-to-write": learn_to_write,
}
