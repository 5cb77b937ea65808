"""The cells of a page: which there are, what each needs, which are exercises, and the HTML in which they can be run."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx_exercise.nodes import is_exercise_node, is_solution_node

from bookbuild.python import cell_dependencies

WHY_NOT = {
    "numba": "Numba, which compiles to machine code",
    "llvmlite": "Numba, which compiles to machine code",
    "torch": "PyTorch, which does not run in a browser",
    "sklearn": "scikit-learn, which this page does not carry",
}
SLOW = (
    '<p class="lab-slow" data-needs-script hidden>It takes long: many seconds on a laptop, minutes on a phone. '
    "Stop ends it.</p>"
)
ALREADY_ALIVE = ("explorers.show(", "trainings.show(")
"""A cell that is no more than this shows an explorer or a training, which have controls of their own."""


@dataclass(frozen=True)
class Cell:
    """A code cell of a chapter.

    Attributes:
        key: its name in the page.
        code: its source.
        exercise: the label of the exercise that it answers, or an empty text.
        needs: the keys of the cells that must run before it, in order.
        missing: the package for want of which it cannot run in the page, or None.
        slow: whether it, or a cell that it needs, takes long.
    """

    key: str
    code: str
    exercise: str
    needs: tuple[str, ...]
    missing: str | None
    slow: bool = False

    @property
    def hash(self) -> str:
        """What tells this cell from one with another text: an answer to one is none to the other."""
        return hash_of(self.code)

    @property
    def runs(self) -> bool:
        """Whether the page offers to run it."""
        return self.missing is None and not self.shows_an_explorer

    @property
    def shows_an_explorer(self) -> bool:
        """Whether it only shows an explorer."""
        return self.code.strip().startswith(ALREADY_ALIVE) and "\n" not in self.code.strip()


def hash_of(code: str) -> str:
    """What tells one code from another, in a few signs."""
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def sources(tree: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    """The source of each code cell of a page, in order, with the exercise whose answer stands there."""
    exercise = ""
    for node in tree.findall(nodes.Element):
        if is_exercise_node(node):
            exercise = node["label"]
        elif is_solution_node(node) or _begins_a_section(node):
            exercise = ""
        elif node.get("nb_element") == "cell_code_source":
            yield node, exercise
            exercise = ""


def _begins_a_section(node: nodes.Element) -> bool:
    """Whether this is a section of the page, and not the one in which sphinx-exercise wraps an exercise's text."""
    return isinstance(node, nodes.section) and not is_exercise_node(node.parent)


def cells_of(
    codes: Sequence[str], exercises: Sequence[str], slow: Sequence[bool] = ()
) -> list[Cell]:
    """The cells of a page.

    Args:
        codes: their sources.
        exercises: the exercises that they answer, an empty text for none.
        slow: whether each takes long by itself; none does, if it is empty.
    """
    keys = [exercise or f"cell-{place}" for place, exercise in enumerate(exercises, start=1)]
    needed = cell_dependencies.needs(codes)
    missing = cell_dependencies.missing(codes)
    # What another exercise's answer defines is the reader's; no cell may rest on it unasked.
    needed = [[above for above in places if not exercises[above]] for places in needed]
    long = [any(slow[at] for at in (place, *needed[place]) if slow) for place in range(len(codes))]
    return [
        Cell(
            keys[place],
            code,
            exercises[place],
            tuple(keys[above] for above in needed[place]),
            missing[place],
            long[place],
        )
        for place, code in enumerate(codes)
    ]


def page_json(
    chapter: str,
    cells: Sequence[Cell],
    exact: Mapping[str, Mapping[str, Sequence[float]]],
    numbers: Mapping[str, Mapping[str, str]],
) -> str:
    """What the page's scripts are told.

    Args:
        chapter: of the page.
        cells: of the page.
        exact: by explorer, the arguments that may take any number, with their ranges.
        numbers: by cell, the numbers that it made for the text.
    """
    needed = {
        cell.key: {
            "needs": cell.needs,
            **({"numbers": numbers[cell.key]} if cell.key in numbers else {}),
        }
        for cell in cells
    }
    told = {"chapter": chapter, "cells": needed, "exact": exact}
    written = json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="lab-cells">{written}</script>'


def cell_html(cell: Cell, coloured: str, prefix: str) -> str:
    """A cell as HTML: readable as it stands; `cells.js` makes it one that can be changed and run.

    Args:
        cell: the cell.
        coloured: its code as Pygments writes it.
        prefix: begins the ids of this page's elements.
    """
    if not cell.runs:
        return f'<div class="lab-cell" data-cell="{cell.key}">{_editor(coloured)}{_why_not(cell)}</div>'
    identity = f"{prefix}-{cell.key}"
    exercise = f' data-exercise="{html.escape(cell.exercise)}"' if cell.exercise else ""
    label = "Your answer, in Python" if cell.exercise else "Python, which you can change"
    field = (
        f'<textarea id="{identity}" name="code" spellcheck="false" autocapitalize="off" autocomplete="off" '
        f'autocorrect="off" data-needs-script hidden></textarea>'
    )
    buttons = "".join(
        f'<button type="button" name="{name}"{more}>{words}</button>'
        for name, words, more in (
            ("run", "Run", ""),
            ("stop", "Stop", " disabled"),
            ("reset", "Reset", ""),
            ("copy", "Copy for a notebook", ""),
        )
    )
    warning = SLOW if cell.slow else ""
    tick = '<span class="lab-tick" hidden>✓ solved</span>' if cell.exercise else ""
    return (
        f'<div class="lab-cell" data-cell="{cell.key}"{exercise} data-hash="{cell.hash}" data-state="idle">'
        f'<label class="lab-label" for="{identity}" data-needs-script hidden>{label}</label>'
        f"{_editor(coloured, field)}"
        f'{warning}<div class="lab-buttons" data-needs-script hidden>{buttons}{tick}'
        f'<span class="lab-status" role="status"></span></div>'
        f'<div class="lab-output" aria-live="polite"></div></div>'
    )


def _editor(coloured: str, field: str = "") -> str:
    return f'<div class="lab-editor">{coloured}{field}</div>'


def _why_not(cell: Cell) -> str:
    if cell.missing is None:
        return ""
    reason = WHY_NOT.get(cell.missing, cell.missing)
    return (
        f'<p class="lab-not-here">This cell needs {reason}: it runs in the chapter\'s notebook.</p>'
    )


def cell_around(source: nodes.Element) -> Any:
    """The cell, source and output together, that a source belongs to."""
    cell: Any = source.parent
    while cell.get("nb_element") != "cell_code":
        cell = cell.parent
    return cell


def _outputs(source: nodes.Element) -> list[Any]:
    return [
        output
        for output in cell_around(source).children
        if output.get("nb_element") == "cell_code_output"
    ]


def takes_long(source: nodes.Element) -> bool:
    """Whether a cell has the tag `slow`."""
    return "tag_slow" in cell_around(source)["classes"]


def only_prepares(source: nodes.Element) -> bool:
    """Whether a reader sees nothing of a cell but a mark that opens its code: it makes numbers for the text."""
    hidden = "tag_hide-input" in cell_around(source)["classes"]
    return hidden and not any(output.children for output in _outputs(source))


def without_recorded_answer(source: nodes.Element) -> None:
    """Take the recorded output of an exercise's empty answer, "Not answered yet", out of the page."""
    for output in _outputs(source):
        output.parent.remove(output)
