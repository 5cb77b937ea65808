"""Explorers off their grid: any number in a stated range, by the function that computed the grid.

Which arguments may take any number, and from where to where, a chapter says in `EXACT` of its `explorers.py`. Where a
figure reads recorded runs there is nothing between the recorded values, and no range.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from lstm_lab._validate import integer_in, number_in, one_of
from lstm_lab.chapters import explorers, parts
from lstm_lab.interact.training import typed_number

if TYPE_CHECKING:
    import plotly.graph_objects as go

Range = tuple[float, float]
"""The least and the largest number; both whole for an argument that takes whole numbers alone."""


def ranges(name: str) -> dict[str, Range]:
    """The arguments of an explorer that may take any number, with their ranges; none for an explorer without."""
    for chapter in parts("explorers"):
        found = _exact(chapter).get(name)
        if found:
            return found
    return {}


@cache
def _exact(chapter: str) -> dict[str, dict[str, Range]]:
    try:
        module = import_module(f"{__package__}.{chapter}.explorers")
    except ModuleNotFoundError:  # it needs a package that is not here
        return {}
    found: dict[str, dict[str, Range]] = getattr(module, "EXACT", {})
    return found


def figure(name: str, positions: Mapping[str, int], numbers: Mapping[str, str]) -> go.Figure:
    """The figure of an explorer with some of its arguments off the grid.

    Args:
        name: of the explorer.
        positions: where each of its controls stands.
        numbers: by argument, what a reader has typed.

    Raises:
        TypeError, ValueError: for an unknown name, an argument without a range, a text that is no number, and a number
            out of the range, by the argument's name; and for what the figure's function refuses.
    """
    explorer = explorers.show(name)
    settings = explorer.settings(positions)
    allowed = ranges(name)
    for argument, text in numbers.items():
        low, high = allowed[one_of("argument", argument, allowed)]
        value = typed_number(text)
        if isinstance(low, int) and isinstance(high, int):
            integer_in(argument, value, minimum=low, maximum=high)
        else:
            number_in(argument, value, minimum=low, maximum=high)
        if argument in settings:
            settings[argument] = value
    return explorer.figure(**settings)
