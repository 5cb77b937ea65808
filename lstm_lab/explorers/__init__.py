"""The named explorers that the chapters show: a figure function, what to see, and its controls; a module a chapter.

A module is loaded when one of its explorers is asked for: those of chapter 08 bring Numba, which takes time to load and
is not to be had everywhere a chapter runs (in a browser, for one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lstm_lab._validate import one_of
from lstm_lab.explore import Explorer


def modules() -> list[str]:
    """The names of the modules, in the order of the chapters."""
    return sorted(file.stem for file in Path(__file__).parent.glob("chapter*.py"))


def show(name: str) -> Explorer:
    """The explorer of that name: live in a notebook, static on the page.

    Raises:
        TypeError, ValueError: if there is none of that name.
        ModuleNotFoundError: if there is none in the modules that load, and one did not for want of a package.
    """
    missing: ModuleNotFoundError | None = None
    known: dict[str, Callable[[], Explorer]] = {}
    for module in modules():
        try:
            known |= _explorers_of(module)
        except ModuleNotFoundError as error:
            missing = missing or error
        if name in known:
            break
    else:
        if missing:
            raise missing
    return known[one_of("name", name, known)]()


def _explorers_of(module: str) -> dict[str, Callable[[], Explorer]]:
    explorers: dict[str, Callable[[], Explorer]] = import_module(f"{__name__}.{module}").EXPLORERS
    return explorers


def _all() -> Iterator[tuple[str, Callable[[], Explorer]]]:
    for module in modules():
        yield from _explorers_of(module).items()


def __getattr__(name: str) -> Any:
    """`EXPLORERS`: every explorer of the book by its name, which loads them all; tests go through it."""
    if name == "EXPLORERS":
        globals()[name] = dict(_all())
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
