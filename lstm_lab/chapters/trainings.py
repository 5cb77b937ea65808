"""The trainings that a reader starts, of all chapters: found in `chNN/trainings.py`, as explorers are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from lstm_lab._validate import one_of
from lstm_lab.chapters import parts
from lstm_lab.interact.training import Training
from lstm_lab.playground.training import playground


def show(name: str) -> Training:
    """The training of that name: live in a notebook, run by the page's Python on the page.

    Raises:
        TypeError, ValueError: if there is none of that name.
    """
    known: dict[str, Callable[[], Training]] = {"playground": playground}
    for chapter in parts("trainings"):
        known |= import_module(f"{__package__}.{chapter}.trainings").TRAININGS
    return known[one_of("name", name, known)]()
