"""The named explorers that the chapters show: a figure function, what to see, and its controls; a module a chapter."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab._validate import one_of
from lstm_lab.explore import Explorer
from lstm_lab.explorers import (
    chapter01,
    chapter02,
    chapter03,
    chapter04,
    chapter05,
    chapter06,
    chapter07,
    chapter08,
    chapter09,
    chapter10,
)

EXPLORERS: dict[str, Callable[[], Explorer]] = {
    **chapter01.EXPLORERS,
    **chapter02.EXPLORERS,
    **chapter03.EXPLORERS,
    **chapter04.EXPLORERS,
    **chapter05.EXPLORERS,
    **chapter06.EXPLORERS,
    **chapter07.EXPLORERS,
    **chapter08.EXPLORERS,
    **chapter09.EXPLORERS,
    **chapter10.EXPLORERS,
}
"""Every explorer of the book by its name; tests go through them all."""


def show(name: str) -> Explorer:
    """The explorer of that name: live in a notebook, static on the page.

    Raises:
        TypeError, ValueError: if there is none of that name.
    """
    return EXPLORERS[one_of("name", name, EXPLORERS)]()
