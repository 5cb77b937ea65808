"""Read an assignment: one MyST file with its solutions, tests, model answers and marking notes.

The kind of a cell stands in its options (``:answer: predict``). `coursework/README.md` describes the form.
"""

from __future__ import annotations

import ast
import inspect
import os
import random
import re
import runpy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import jupytext
import yaml

from bookbuild.site.address import Address, declared

TERM = "LSTM_LAB_TERM"
OVERLAY = "LSTM_LAB_OVERLAY"
FOLDER = Path(__file__).resolve().parents[2]
KINDS = ("answer", "test", "shared", "secret", "written", "marking")
CODE = ("answer", "test", "shared", "secret", "plain")
SETTINGS = {
    "title": "",
    "hours": "",
    "packages": ["numpy", "matplotlib"],
    "library": ["check"],
    "extras": [],
    "cell_seconds": 20,
    "total_seconds": 180,
    "memory_mb": 2048,
}
RESTORED = (
    "The set-up cell and the tests begin with a line that asks you to leave them as they are. In their place the "
    "original is run, so imports and helpers of yours belong in a cell of your own. Text goes where it says "
    "`YOUR ANSWER HERE`; a new cell right below is found, too. Hand in this notebook, saved, under any name."
)
MARKERS = {"answer": "SOLUTION", "test": "HIDDEN TESTS"}
MARKER = re.compile(r"^\s*#+\s*(BEGIN|END)\s+(\S.*?)\s*$", re.M)
NAME = re.compile(r"[a-z][a-z0-9-]*")
INSTALL = """\
# Where what this notebook needs is missing, as on Colab, this installs it. Elsewhere it does nothing.
import importlib.util
from pathlib import Path

if {missing}:
    address = "{address}"
    here = [folder for folder in Path.cwd().parents if (folder / "lstm_lab" / "models").is_dir()]
    source = here[0].as_uri() if here else address
    if not source:
        raise ModuleNotFoundError(
            "the package of the course is not installed here, and this notebook does not say where to get it. "
            "Get the course's repository and run: pip install 'FOLDER{extras}', FOLDER being where it is."
        )
    print(f"Installing the package of the course from {source}, which takes a minute or two.")
    get_ipython().run_line_magic("pip", f"install --quiet 'lstm-lab{extras} @ {source}'")
    importlib.invalidate_caches()"""
NEEDED = {
    "engine": "numba",
    "torch": "torch",
}  # what an extra of lstm-lab brings, to see whether it is there


class SourceError(ValueError):
    """The source of an assignment does not have the form; the message says where."""


@dataclass(frozen=True)
class Cell:
    """A cell of the source. `kind` is one of KINDS, or "plain" for code and "text" for what is just shown."""

    kind: str
    name: str
    source: str
    points: float = 0.0
    idea: str = ""

    @property
    def is_code(self) -> bool:
        return self.kind in CODE


@dataclass(frozen=True)
class Assignment:
    """An assignment with the values of one term put in."""

    name: str
    folder: Path
    term: str
    values: dict[str, Any]
    settings: dict[str, Any]
    cells: tuple[Cell, ...]
    data: tuple[Path, ...] = field(default=())

    def of(self, *kinds: str) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind in kinds]

    def cell(self, name: str) -> Cell:
        return next(cell for cell in self.cells if cell.name == name)

    @property
    def automatic(self) -> float:
        return sum(cell.points for cell in self.of("test"))

    @property
    def manual(self) -> float:
        return sum(cell.points for cell in self.of("written"))


def folders(overlay: Path | None = None) -> dict[str, Path]:
    """The folder of each assignment by name. One in the overlay replaces the public one of that name."""
    named = os.environ.get(OVERLAY)
    places = [FOLDER, overlay or (Path(named) if named else None)]
    found = {}
    for place in places:
        if place is None:
            continue
        if not place.is_dir():
            raise SourceError(f"the overlay must be a folder, got {place}")
        for folder in sorted(place.iterdir()):
            if (folder / f"{folder.name}.md").is_file():
                found[re.sub(r"^\d+-", "", folder.name)] = folder
    return found


def load(name: str, term: str | None = None, overlay: Path | None = None) -> Assignment:
    """Read the assignment called `name` for a term (the variable LSTM_LAB_TERM, or "public")."""
    known = folders(overlay)
    name = re.sub(r"^\d+-", "", name)
    if name not in known:
        raise SourceError(f"no assignment {name!r}; there are: {', '.join(sorted(known))}")
    return read(known[name], name, term or os.environ.get(TERM) or "public")


def read(folder: Path, name: str, term: str) -> Assignment:
    """Read the assignment in `folder`, with the values of `term`."""
    values = term_values(folder, name, term)
    path = folder / f"{folder.name}.md"
    text = path.read_text("utf-8")
    settings = dict(SETTINGS) | front_matter(text, path)
    unknown = sorted(set(settings) - set(SETTINGS)) + sorted(set(settings["extras"]) - set(NEEDED))
    if unknown:
        raise SourceError(f"{path.name}: unknown settings {unknown}")
    rules = {"assignment": name, "term": term, "rule": rule(settings), "hours": settings["hours"]}
    rules["restored"] = RESTORED
    both = sorted(set(rules) & set(values))
    if both:
        raise SourceError(f"{folder.name}/variants.py: these names are given already: {both}")
    notebook = jupytext.reads(fill(text, rules | values, path.name), fmt="md:myst")
    cells = [_cell(place, cell, path.name) for place, cell in enumerate(notebook.cells)]
    first = next((place for place, cell in enumerate(cells) if cell.is_code), len(cells))
    cells.insert(first, Cell("plain", "install", install(settings["extras"])))
    data = tuple(sorted(file for file in (folder / "data").rglob("*") if file.is_file()))
    assignment = Assignment(name, folder, term, values, settings, tuple(cells), data)
    lint(assignment)
    return assignment


def front_matter(text: str, path: Path) -> dict[str, Any]:
    """The settings under `assignment` in the header of the file."""
    parts = text.split("---\n", 2)
    header = yaml.safe_load(parts[1]) if text.startswith("---\n") and len(parts) == 3 else {}
    if not isinstance(header.get("assignment"), dict) or not header["assignment"].get("title"):
        raise SourceError(f"{path.name}: the header needs `assignment:` with a title")
    return header["assignment"]


def term_values(folder: Path, name: str, term: str) -> dict[str, Any]:
    """What `variants.py` beside the source gives for a term: `values(rng)` or `values(rng, number)`, plain values.

    `number` is made of the digits of the term: with it, a variant can be told from that of the year before.
    """
    path = folder / "variants.py"
    if not path.is_file():
        return {}
    values, rng = runpy.run_path(str(path))["values"], random.Random(f"{name}/{term}")
    digits = re.sub(r"\D", "", term)
    number = int(digits[-9:]) if digits else rng.randrange(10**6)
    found = values(rng, number) if len(inspect.signature(values).parameters) > 1 else values(rng)
    for key, value in found.items():
        if not isinstance(value, str | int | float | bool | list | tuple):
            raise SourceError(f"{folder.name}/variants.py: {key} must be plain, got {value!r}")
    return dict(found)


def fill(text: str, values: dict[str, Any], where: str) -> str:
    """Put the values in: `<<name>>`, and `<% if name %> ... <% endif %>`. An unknown name is an error."""
    environment = jinja2.Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,
    )
    try:
        return environment.from_string(text).render(values)
    except jinja2.TemplateError as error:
        line = getattr(error, "lineno", None)
        raise SourceError(f"{where}{f', line {line}' if line else ''}: {error}") from error


def install(extras: list[str]) -> str:
    """The cell that installs `lstm_lab` where it is missing. The address is the one of `pyproject.toml`."""
    wanted = ["lstm_lab", *(NEEDED[extra] for extra in extras)]
    missing = " or ".join(f'importlib.util.find_spec("{name}") is None' for name in wanted)
    address = Address.parse(declared(FOLDER.parent).get("repository", ""))
    where = f"git+{address.url}@{address.branch}" if address else ""
    text = INSTALL.replace("{missing}", missing).replace("{address}", where)
    return text.replace("{extras}", f"[{','.join(extras)}]" if extras else "")


def rule(settings: dict[str, Any]) -> str:
    """The rule on imports, as the students read it. The box enforces it."""
    library = [f"`lstm_lab.{part}`" for part in settings["library"]]
    names = [f"`{package}`" for package in settings["packages"]] + library
    return (
        f"When your notebook is graded, {', '.join(names[:-1])} and {names[-1]} can be imported, and Python's own "
        "library. Nothing else is there: not the rest of `lstm_lab`, and no other package. The point is to write "
        "it yourself. A cell that imports something else stops at that line, and what it should have defined "
        "is missing."
    )


def _cell(place: int, cell: Any, where: str) -> Cell:
    given = [kind for kind in KINDS if kind in cell.metadata]
    name = f"cell {place + 1}"
    if len(given) > 1:
        raise SourceError(f"{where}, {name}: one of {given} is enough")
    kind = given[0] if given else ("plain" if cell.cell_type == "code" else "text")
    if given:
        name = str(cell.metadata[kind])
    extra = set(cell.metadata) - {kind, "points", "idea", "tags"}
    if extra:
        raise SourceError(f"{where}, {name}: unknown options {sorted(extra)}")
    if (kind in CODE) != (cell.cell_type == "code"):
        raise SourceError(f"{where}, {name}: {kind!r} cannot stand on a {cell.cell_type} cell")
    points = cell.metadata.get("points", 0)
    if (kind in ("test", "written")) != isinstance(points, int | float) or points < 0:
        points = -1 if kind in ("test", "written") or points else 0
    if points == -1 or (kind in ("test", "written") and not points):
        raise SourceError(f"{where}, {name}: tests and written questions have points, nothing else")
    idea = str(cell.metadata.get("idea", ""))
    return Cell(kind, name if given else f"{kind}-{place:03d}", cell.source, float(points), idea)


def lint(assignment: Assignment) -> None:
    """Raise SourceError unless names are unique, markers pair up and every assertion says what is wrong."""
    where = f"{assignment.folder.name}.md"
    named = [cell.name for cell in assignment.of(*KINDS)]
    for name in named:
        if not NAME.fullmatch(name):
            raise SourceError(f"{where}: a name is lower-case words with hyphens, got {name!r}")
        if named.count(name) > 1:
            raise SourceError(f"{where}: the name {name!r} stands twice")
    if not assignment.of("answer") or not assignment.of("test"):
        raise SourceError(f"{where}: an assignment has at least one answer and one test")
    if rule(assignment.settings) not in "\n".join(c.source for c in assignment.of("text")):
        raise SourceError(f"{where}: the rule on imports must be stated: write <<rule>>")
    for cell in assignment.cells:
        _lint_markers(cell, where)
        if cell.is_code:
            tree = _parse(cell, where)
            for node in ast.walk(tree):
                if cell.kind == "test" and isinstance(node, ast.Assert) and node.msg is None:
                    line = f"line {node.lineno}"
                    raise SourceError(f"{where}, {cell.name}, {line}: the assertion has no message")
        if cell.kind == "test" and not any(isinstance(n, ast.Assert) for n in ast.walk(tree)):
            raise SourceError(f"{where}, {cell.name}: a test needs an assertion")
        if cell.kind == "test" and not cell.idea:
            raise SourceError(f"{where}, {cell.name}: say what is tested in one phrase (:idea:)")


def _lint_markers(cell: Cell, where: str) -> None:
    wanted = MARKERS.get(cell.kind)
    found = [(side, what) for side, what in MARKER.findall(cell.source)]
    for place, (side, what) in enumerate(found):
        if what != wanted or side != ("BEGIN", "END")[place % 2]:
            message = f"{side} {what} cannot stand here"
            raise SourceError(f"{where}, {cell.name} ({cell.kind}): {message}")
    if len(found) % 2:
        raise SourceError(f"{where}, {cell.name}: a region is not closed")
    if cell.kind == "answer" and not found:
        raise SourceError(f"{where}, {cell.name}: an answer needs ### BEGIN SOLUTION and END")


def _parse(cell: Cell, where: str) -> ast.AST:
    try:
        return ast.parse(cell.source)
    except SyntaxError as error:
        raise SourceError(f"{where}, {cell.name}: {error}") from error
