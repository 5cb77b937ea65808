"""Make the student notebook and zip, and the instructor's notebook. The same source gives the same bytes.

nbgrader's own preprocessors take solutions and hidden tests out and check the result, so the notebook is one that
nbgrader and its formgrader know too.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lstm_lab import _student_values

from .source import Assignment, Cell, SourceError

STAMP = (2020, 1, 1, 0, 0, 0)
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SECRET_KINDS = ("secret", "marking")


def student_notebook(assignment: Assignment) -> Any:
    """The notebook that students get, as nbformat."""
    from nbgrader import preprocessors as nbgrader

    notebook = _notebook(assignment, [c for c in assignment.cells if c.kind not in SECRET_KINDS])
    steps = [
        nbgrader.LockCells(),
        nbgrader.ClearSolutions(code_stub={"python": STUB}, text_stub="YOUR ANSWER HERE"),
        nbgrader.ClearHiddenTests(),
        Headers(assignment),
        nbgrader.ComputeChecksums(),
        nbgrader.CheckCellMetadata(),
    ]
    resources: dict[str, Any] = {"unique_key": assignment.name}
    for step in steps:
        step.enabled = True
        notebook, resources = step.preprocess(notebook, resources)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        stub = f'raise NotImplementedError("{name} is not written yet")'
        cell.source = cell.source.replace("raise NotImplementedError()", stub).rstrip("\n")
        if re.search(r"#+\s*(BEGIN|END)\s+[A-Z]", cell.source):
            raise SourceError(f"{assignment.name}, {name}: a marker is left in the release")
    return notebook


class Headers:
    """Puts a line over each locked cell, by which `here` sees a change, and tells `here` the rule on imports."""

    def __init__(self, assignment: Assignment):
        self.assignment, self.enabled = assignment, True

    def preprocess(self, notebook: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        shown = {cell_id(cell): cell for cell in self.assignment.of("shared", "test")}
        rule = {name: list(self.assignment.settings[name]) for name in ("packages", "library")}
        told = f"here(globals(), packages={rule['packages']}, library={rule['library']})".replace(
            "'", '"'
        )
        for each in notebook.cells:
            cell = shown.get(each.id)
            if cell is None:
                continue
            each.source = each.source.replace("here(globals())", told).rstrip("\n")
            points = f"{cell.points:g} point{'s' if cell.points != 1 else ''}"
            what = "Given {name}" if cell.kind == "shared" else f"Test {{name}}, {points}"
            each.source = _student_values.header(each.source, cell.name, what)
        return notebook, resources


def instructor_notebook(assignment: Assignment) -> Any:
    """The whole source, with solutions, hidden tests, model answers and marking notes."""
    notebook = _notebook(assignment, list(assignment.cells))
    notebook.metadata.lstm_lab["version"] = "instructor: not for students"
    return notebook


def _notebook(assignment: Assignment, cells: list[Cell]) -> Any:
    made = []
    for cell in cells:
        new = new_code_cell if cell.is_code else new_markdown_cell
        made.append(new(cell.source, id=cell_id(cell), metadata=_metadata(cell)))
    notebook = new_notebook(cells=made)
    notebook.metadata.update(
        kernelspec=dict(KERNEL),
        language_info={"name": "python"},
        lstm_lab={
            "assignment": assignment.name,
            "generated": f"by `lstm-grade release {assignment.name}`: edit the source, not this file",
            "term": assignment.term,
        },
        mystnb={"execution_mode": "off"},
    )
    return notebook


def cell_id(cell: Cell) -> str:
    """The fixed id of a cell: of its name, or of its text if it has none."""
    key = cell.name if cell.kind not in ("plain", "text") else f"{cell.kind}\n{cell.source}"
    readable = f"{cell.name}-"[:40] if cell.kind not in ("plain", "text") else ""
    return readable + hashlib.sha256(key.encode()).hexdigest()[:12]


def _metadata(cell: Cell) -> dict[str, Any]:
    kind = cell.kind
    if cell.name == "install":
        return {"tags": ["remove-cell"]}  # not on the page
    if kind in ("plain", "text", "marking"):
        return {"editable": kind == "plain", "deletable": kind == "plain"}
    graded = kind in ("test", "written")
    ours = {
        "grade": graded,
        "grade_id": cell.name,
        "locked": kind in ("test", "shared", "secret"),
        "schema_version": 3,
        "solution": kind in ("answer", "written"),
        "task": False,
    }
    return {"nbgrader": ours | ({"points": cell.points} if graded else {})}


def notebook_text(notebook: Any) -> str:
    """The bytes of a notebook file; refuses one that the format forbids."""
    seen: set[str] = set()
    for cell in notebook.cells:
        while cell.id in seen:
            cell.id = hashlib.sha256(f"{cell.id} again".encode()).hexdigest()[:12]
        seen.add(cell.id)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def student_zip(assignment: Assignment) -> bytes:
    """The notebook and the files of data/, with one fixed date."""
    files = {f"{assignment.name}.ipynb": notebook_text(student_notebook(assignment)).encode()}
    for path in assignment.data:
        files[path.relative_to(assignment.folder).as_posix()] = path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{assignment.name}/{name}", STAMP)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return packed.getvalue()
