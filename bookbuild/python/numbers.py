"""Where a page's numbers come from: the cell of each, its seeds, the versions; and the record that `verify` reads."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes

from bookbuild.python.page_cells import WHY_NOT, Cell
from lstm_lab import verify
from lstm_lab.results import write_whole

ROLE = re.compile(r"\{glue:text\}`(\w+)")


def recorded(folder: Path, docname: str) -> dict[str, str]:
    """The numbers that the cells of a page have glued, by name, in order; none for a page without.

    Args:
        folder: `jupyter_execute`, in which MyST-NB keeps what was run.
        docname: the page.
    """
    file = folder / f"{docname}.glue.json"
    if not file.is_file():
        return {}
    read = json.loads(file.read_text("utf-8"))
    return {name: str(ast.literal_eval(one["data"]["text/plain"])) for name, one in read.items()}


def by_cell(cells: Sequence[Cell], numbers: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The numbers that each cell glues, by the cell's key."""
    patterns = [
        (pattern, cell.key) for cell in cells for pattern in _found(verify.glued, cell.code)
    ]
    patterns.sort(
        key=lambda one: "+" in one[0]
    )  # a name that is written out goes before one that is computed
    found: dict[str, dict[str, str]] = {}
    for name, value in numbers.items():
        made = next((key for pattern, key in patterns if re.fullmatch(pattern, name)), None)
        if made:
            found.setdefault(made, {})[name] = value
    return found


def mark(tree: nodes.document, source: str, numbers: Mapping[str, str]) -> int:
    """Mark the numbers in a page's text with their names, so that a press finds their cell; returns how many.

    What the text shows stands in the order of its source; a place whose number is another than recorded is left alone.
    """
    places = [node for node in tree.findall(nodes.inline) if "pasted-text" in node["classes"]]
    names = ROLE.findall(source)
    if len(places) != len(names):
        return 0
    marked = 0
    for place, name in zip(places, names, strict=True):
        if straight(numbers.get(name, "")) == straight(place.astext()):
            shown = html.escape(place.astext())
            span = f'<span class="pasted-text" data-lab-press="numbers" data-number="{name}">{shown}</span>'
            place.parent.replace(place, nodes.raw("", span, format="html"))
            marked += 1
    return marked


def straight(text: str) -> str:
    """A text with straight quotes and apostrophes, which a page bends."""
    return text.translate(str.maketrans("’‘“”", "''\"\""))


def numbers_html(
    cells: Sequence[Cell], found: Mapping[str, Mapping[str, str]], shown: set[str]
) -> str:
    """A fold at the end of a page: each cell that computes numbers, what it computes, with which seeds.

    Args:
        cells: of the page.
        found: from :func:`by_cell`.
        shown: the keys of the cells that stand on the page.
    """
    if not found:
        return ""
    codes = {cell.key: cell.code for cell in cells}
    rows = "".join(
        _row(cell, found[cell.key], codes, cell.key in shown) for cell in cells if cell.key in found
    )
    said = ", ".join(f"{what} {version}" for what, version in verify.versions().items())
    return (
        '<details class="lab-numbers"><summary>Is it me or the book? Where the numbers of this page come from</summary>'
        f"<p>The cells of this page computed the numbers in its text, with {html.escape(said)}. Press a number in the "
        "text to find its cell here. A cell that can run in the page can compute its numbers again; "
        "<code>lstm-lab verify</code> does it for every cell, on your machine.</p>"
        f"{rows}</details>"
    )


def _row(cell: Cell, numbers: Mapping[str, str], codes: Mapping[str, str], shown: bool) -> str:
    every = [codes[key] for key in (*cell.needs, cell.key)]
    seeds = sorted({seed for code in every for seed in _found(verify.seeds, code)})
    files = sorted({file for code in every for file in _found(verify.reads, code)})
    drawn = f"Seeds: <code>{html.escape('; '.join(seeds))}</code>. " if seeds else ""
    drawn += f"It reads {', '.join(files)}, in which the seeds stand. " if files else ""
    drawn = drawn or "It draws no random number of its own. "
    where = f'<a href="#lab-{cell.key}">Its code</a>. ' if shown and cell.runs else ""
    values = ", ".join(
        f'<code data-name="{name}">{name.partition("_")[2]}</code> = {html.escape(value)}'
        for name, value in numbers.items()
    )
    if cell.runs:
        act = (
            '<div class="lab-buttons" data-needs-script hidden><button type="button" name="again" '
            'data-lab-press="numbers">Compute again</button><button type="button" name="stop" '
            'data-lab-press="numbers" disabled>Stop</button><span class="lab-status" role="status"></span></div>'
            '<div class="lab-output" aria-live="polite"></div>'
        )
    else:
        reason = WHY_NOT.get(cell.missing or "", cell.missing or "the notebook")
        act = f"<p>It needs {html.escape(reason)}: it runs in the chapter's notebook.</p>"
    return (
        f'<div class="lab-made" data-cell-of="{cell.key}" data-state="idle" tabindex="-1">'
        f"<p>{values}. {drawn}{where}</p>{act}</div>"
    )


def _found(look: Callable[[str], list[str]], code: str) -> list[str]:
    """What is found in a cell; nothing in one that is no Python, such as one with a magic of IPython."""
    try:
        return look(code)
    except SyntaxError:
        return []


def write_record(out: Path, pages: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the record of the whole book: by chapter its cells' code and its numbers, and the versions."""
    record = {"versions": verify.versions(), "chapters": dict(sorted(pages.items()))}
    write_whole(out / verify.RECORD, (json.dumps(record, ensure_ascii=False) + "\n").encode())
