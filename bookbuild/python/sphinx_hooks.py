"""The hooks in Sphinx: cells become ones that run in the page, and what that takes is put among the static files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from bookbuild.python import numbers, page_bundle, trainings
from bookbuild.python.page_cells import (
    Cell,
    cell_around,
    cell_html,
    cells_of,
    only_prepares,
    page_json,
    sources,
    takes_long,
    without_recorded_answer,
)
from bookbuild.python.pinned_files import SupplyError, cache_folder, supply
from lstm_lab.chapters import exactly

SCRIPTS = ("colours.js", "output.js", "press.js", "steps.js", "cells.js")
AT_A_PRESS = ("loader.js", "engine.js", "train.js", "exact.js", "numbers.js")
"""Loaded by press.js."""
PAGE = Path(__file__).parent / "page"
logger = logging.getLogger(__name__)


class cell_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A code cell that runs in the page: `cell`, and `language` for its colours."""


def visit_cell(translator: Any, node: cell_node) -> None:
    """Write the cell."""
    cell: Cell = node["cell"]
    coloured = translator.highlighter.highlight_block(cell.code, node["language"], location=node)
    translator.body.append(cell_html(cell, coloured, "lab"))
    raise nodes.SkipNode


def is_site(app: Sphinx) -> bool:
    """Whether pages for a browser are written, rather than an e-book or text."""
    return app.builder.format == "html" and app.builder.name != "epub"


def provide(app: Sphinx) -> None:
    """Fetch and pack Python; without it the book is built whole, its cells to read."""
    app.lab_python = False  # type: ignore[attr-defined]
    if not is_site(app) or not app.config.lab_python:
        return
    kept = Path(app.outdir).parent / ".lab" / "python"
    try:
        files = supply(cache_folder())
    except SupplyError as error:
        tell = logger.warning if error.refused else logger.info
        tell("The book is built without Python in its pages: %s", error)
        return
    page_bundle.write(page_bundle.payloads(files), kept / "python")
    for name in (*SCRIPTS, *AT_A_PRESS, "cells.css"):
        (kept / "cells").mkdir(exist_ok=True)
        (kept / "cells" / name).write_bytes((PAGE / name).read_bytes())
    app.config.html_static_path.append(str(kept))
    app.lab_python = True  # type: ignore[attr-defined]


def note_exercises(app: Sphinx, tree: nodes.document) -> None:
    """Note a page's exercises with a cell to answer in, for other pages to count, and the code of its cells."""
    found = list(sources(tree))
    noted(app.env)[app.env.docname] = [exercise for _, exercise in found if exercise]
    noted_cells(app.env)[app.env.docname] = [source.astext() for source, _ in found]


def noted(env: Any) -> dict[str, list[str]]:
    """The exercises of every page, by the page's name."""
    if not hasattr(env, "lab_exercises"):
        env.lab_exercises = {}
    found: dict[str, list[str]] = env.lab_exercises
    return found


def noted_cells(env: Any) -> dict[str, list[str]]:
    """The code of the cells of every page, by the page's name."""
    if not hasattr(env, "lab_codes"):
        env.lab_codes = {}
    found: dict[str, list[str]] = env.lab_codes
    return found


def forget(app: Sphinx, env: Any, docname: str) -> None:
    """A page is read anew or gone."""
    noted(env).pop(docname, None)
    noted_cells(env).pop(docname, None)


def merge(app: Sphinx, env: Any, docnames: set[str], other: Any) -> None:
    """Take over what another process has read."""
    for part in (noted, noted_cells):
        part(env).update({name: part(other)[name] for name in docnames if name in part(other)})


def bring_to_life(app: Sphinx, tree: nodes.document, docname: str) -> None:
    """Put cells that run in the place of the code that is only shown."""
    if not is_site(app):
        return
    found = list(sources(tree))
    for source, exercise in found:
        if exercise:
            without_recorded_answer(source)
    if not app.lab_python or not found:  # type: ignore[attr-defined]
        return
    blocks = [next(iter(source.findall(nodes.literal_block)), None) for source, _ in found]
    codes = [block.astext() if block is not None else "" for block in blocks]
    slow = [takes_long(source) for source, _ in found]
    cells = cells_of(codes, [exercise for _, exercise in found], slow)
    wanted = {key for cell in cells if cell.runs for key in cell.needs}
    made = numbers.recorded(executed(app), docname)
    numbers.mark(tree, Path(app.env.doc2path(docname)).read_text("utf-8"), made)
    by_cell = numbers.by_cell(cells, made)
    shown = {cell.key for cell in cells}
    for (source, _), block, cell in zip(found, blocks, cells, strict=True):
        if not cell.runs and cell.key not in wanted and only_prepares(source):
            around = cell_around(source)
            around.parent.remove(around)
            shown.remove(cell.key)
        elif block is not None:
            source.replace(block, cell_node(cell=cell, language=block.get("language", "python")))
    told = page_json(chapter_of(docname), cells, off_the_grid(tree), by_cell)
    origin = numbers.numbers_html(cells, by_cell, shown)
    tree.append(nodes.raw("", origin + told, format="html"))


def executed(app: Sphinx) -> Path:
    """Where MyST-NB keeps what cells have put out."""
    return Path(app.outdir).parent / "jupyter_execute"


def record_numbers(app: Sphinx, exception: Exception | None) -> None:
    """Write what `lstm-lab verify` compares with: the cells of every page, and the numbers that they made."""
    if exception is not None or not is_site(app):
        return
    pages = {}
    for docname, cells in noted_cells(app.env).items():
        made = numbers.recorded(executed(app), docname)
        if made:
            pages[chapter_of(docname)] = {"cells": cells, "numbers": made}
    numbers.write_record(Path(app.outdir), pages)


def off_the_grid(tree: nodes.document) -> dict[str, dict[str, exactly.Range]]:
    """The page's explorers with arguments that may take any number, and the ranges of these."""
    names = [node["page"]["name"] for node in tree.findall(nodes.Element) if "page" in node]
    return {name: found for name in names if (found := exactly.ranges(name))}


def chapter_of(docname: str) -> str:
    """What a page is called in the reader's record: the last part of its name."""
    return docname.rpartition("/")[2]


def book_of(app: Sphinx) -> str:
    """The name under which a device keeps what its reader did."""
    return "-".join(app.config.project.lower().split())


def name_the_book(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """Tell each page whose answers it keeps, and give those with cells their scripts."""
    if not is_site(app):
        return
    tag = f'<meta name="lab-book" content="{book_of(app)}">'
    context["metatags"] = context.get("metatags", "") + f"\n    {tag}"
    if app.lab_python and tree is not None and next(iter(tree.findall(cell_node)), None):  # type: ignore[attr-defined]
        for name in SCRIPTS:
            app.add_js_file(f"cells/{name}", loading_method="defer")
        app.add_css_file("cells/cells.css")


def clear_away(app: Sphinx, exception: Exception | None) -> None:
    """Delete payloads that an earlier build left among the static files: what changes has another name then."""
    written = Path(app.outdir, "_static", "python")
    kept = Path(app.outdir).parent / ".lab" / "python" / "python"
    if exception is None and is_site(app) and written.is_dir():
        wanted = {file.name for file in kept.glob("*.js")} if app.lab_python else set()  # type: ignore[attr-defined]
        for file in written.glob("*.js"):
            if file.name not in wanted:
                file.unlink()


def setup(app: Sphinx) -> None:
    """Tell Sphinx of these hooks."""
    app.add_config_value("lab_python", True, "env", [bool])
    app.add_node(cell_node, html=(visit_cell, None))
    trainings.setup(app)
    app.connect("builder-inited", provide)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", note_exercises, priority=900)  # when exercises have their cells
    app.connect("doctree-resolved", bring_to_life, priority=900)
    app.connect("html-page-context", name_the_book)
    app.connect("build-finished", clear_away)
    app.connect("build-finished", record_numbers)
