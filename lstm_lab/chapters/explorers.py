"""The named explorers of all chapters: a figure function, what to see, and its controls; found in `chNN/explorers.py`.

A module is loaded when one of its explorers is asked for: those of chapter 08 bring Numba, which takes time to load and
is not to be had everywhere a chapter runs (in a browser, for one).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from lstm_lab._validate import one_of
from lstm_lab.chapters import parts
from lstm_lab.interact import Explorer


def show(name: str) -> Explorer:
    """The explorer of that name: live in a notebook, static on the page.

    Raises:
        TypeError, ValueError: if there is none of that name.
        ModuleNotFoundError: if there is none in the modules that load, and one did not for want of a package.
    """
    missing: ModuleNotFoundError | None = None
    known: dict[str, Callable[[], Explorer]] = {}
    for chapter in parts("explorers"):
        try:
            known |= explorers_of(chapter)
        except ModuleNotFoundError as error:
            missing = missing or error
        if name in known:
            break
    else:
        if missing:
            raise missing
    return known[one_of("name", name, known)]()


def explorers_of(chapter: str) -> dict[str, Callable[[], Explorer]]:
    """The explorers of a chapter, `"ch06"`, by their names."""
    explorers: dict[str, Callable[[], Explorer]]
    explorers = import_module(f"{__package__}.{chapter}.explorers").EXPLORERS
    return explorers


def __getattr__(name: str) -> Any:
    """`EXPLORERS`: every explorer of the book by its name, which loads them all; tests go through it."""
    if name == "EXPLORERS":
        found = {
            name: make
            for chapter in parts("explorers")
            for name, make in explorers_of(chapter).items()
        }
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
