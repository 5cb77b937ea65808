"""Grade one submission: the student's cells in the box, the tests here."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from . import intake, notebook, pictures, release, text, trial
from .box import Box, BoxError, Limits
from .source import Assignment

SHOWN = 500_000  # characters of a notebook that are kept to be shown


@dataclass(frozen=True)
class Sheet:
    """What grading needs of an assignment, as plain data that goes to every worker."""

    name: str
    term: str
    title: str
    limits: Limits
    cells: tuple[dict[str, Any], ...]
    secrets: tuple[str, ...]


@dataclass
class TestResult:
    """Whether a test passed, and if not, why."""

    __test__ = False
    name: str
    idea: str
    points: float
    earned: float = 0.0
    message: str = ""

    @property
    def right(self) -> bool:
        return self.earned >= self.points


@dataclass
class Graded:
    """A submission with its marks. `cells` is what the feedback page shows, `error` why nothing was graded."""

    student: str
    tests: list[TestResult] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    cells: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    error: str = ""

    @property
    def points(self) -> float:
        return sum(test.earned for test in self.tests)

    @property
    def look(self) -> list[str]:
        """Why a teacher has to look at it."""
        noted = [each for each in self.problems if each.startswith(notebook.LOOK)]
        return ([self.error] if self.error else []) + noted

    def as_dict(self) -> dict[str, Any]:
        """Plain data, in which every text is fit to be shown."""
        return dict(text.tidy(asdict(self))) | {"student": self.student}


def from_dict(kept: dict[str, Any]) -> Graded:
    """The inverse of `Graded.as_dict`."""
    return Graded(**(kept | {"tests": [TestResult(**test) for test in kept["tests"]]}))


def sheet(assignment: Assignment) -> Sheet:
    """Prepare an assignment for grading: the cells of the release, with the whole text of each test."""
    notebook = release.student_notebook(assignment)
    shown = {cell.id: cell for cell in notebook.cells}
    cells = []
    for cell in assignment.cells:
        key = release.cell_id(cell)
        if cell.kind in release.SECRET_KINDS:
            continue
        cells.append(
            {
                "kind": cell.kind,
                "name": cell.name,
                "type": shown[key].cell_type,
                "id": key,
                "source": shown[key].source,
                "points": cell.points,
                "idea": cell.idea,
                "test": cell.source if cell.kind == "test" else "",
            }
        )
    settings = assignment.settings
    limits = Limits(
        cell_seconds=float(settings["cell_seconds"]),
        total_seconds=float(settings["total_seconds"]),
        memory_mb=int(settings["memory_mb"]),
        packages=tuple(settings["packages"]),
        library=tuple(settings["library"]),
    )
    secrets = tuple(cell.source for cell in assignment.of("secret"))
    title = settings["title"]
    return Sheet(assignment.name, assignment.term, title, limits, tuple(cells), secrets)


def grade(sheet: Sheet, hand_in: intake.HandIn, boxed: bool = True) -> Graded:
    """Grade a hand-in. Whatever it holds, there is a result with a reason; only a missing box raises."""
    began = time.monotonic()
    result, cells = _take_in(sheet, hand_in)
    if cells:
        with Box(sheet.limits, boxed) as box:
            _run(sheet, cells, box, result)
    result.seconds = round(time.monotonic() - began, 2)
    return result


def grade_trusted(sheet: Sheet, hand_ins: list[intake.HandIn], boxed: bool = True) -> list[Graded]:
    """Grade notebooks that the teacher wrote: one box for all, a copy of its process for each."""
    found: list[Graded] = []
    while len(found) < len(hand_ins):
        with Box(sheet.limits, boxed) as box:
            box.ask({"do": "cell", "code": "import numpy", "seconds": 20}, 20)
            while len(found) < len(hand_ins) and not box.dead:
                result, cells = _take_in(sheet, hand_ins[len(found)])
                with box.branch():
                    _run(sheet, cells, box, result)
                found.append(result)
    return found


def _take_in(sheet: Sheet, hand_in: intake.HandIn) -> tuple[Graded, list[notebook.GradeCell]]:
    """The cells to be run, and a result that says why there are none."""
    result = Graded(hand_in.student, problems=list(hand_in.notes))
    cells: list[notebook.GradeCell] = []
    reason = hand_in.error
    if not reason:
        try:
            content = notebook.stripped(hand_in.content)
            reason = another(sheet, content)
            if not reason:
                cells, notes = notebook.rebuild(list(sheet.cells), content)
                result.problems += notes
        except notebook.UnreadableError as error:
            reason = str(error)
    if reason:
        result.error = reason
        result.problems.append(reason)
        tests = [cell for cell in sheet.cells if cell["kind"] == "test"]
        result.tests = [TestResult(c["name"], c["idea"], c["points"], 0.0, reason) for c in tests]
    return result, cells


def another(sheet: Sheet, content: bytes) -> str:
    """Why a notebook is not one of this assignment and term, or nothing."""
    about, cells = notebook.about(content), notebook.read_cells(content)
    if about.get("assignment", sheet.name) != sheet.name:
        if notebook.share(list(sheet.cells), cells) < 2 * intake.OURS:
            return f"this is the notebook of {about['assignment']!r}, not of {sheet.name!r}"
    elif about.get("term", sheet.term) != sheet.term:
        return f"this is the notebook of the term {about['term']!r}, but the term {sheet.term!r} is graded"
    return ""


@dataclass
class Seen:
    """What was shown of a submission so far: room that is left, and the numbers that hidden tests gave to it."""

    room: int = SHOWN
    pictures: pictures.Room = field(default_factory=pictures.Room)
    inputs: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)


def _run(sheet: Sheet, cells: list[notebook.GradeCell], box: Box, result: Graded) -> None:
    originals = {cell["name"]: cell for cell in sheet.cells}
    names: dict[str, Any] = {}
    seen = Seen()
    failed: dict[str, str] = {}
    for cell in cells:
        shown: dict[str, Any] = {"kind": cell.kind, "name": cell.name, "source": cell.source}
        if cell.kind == "written" and cell.source.strip():
            result.written[cell.name] = cell.source
        elif cell.kind == "test":
            if not names:
                names, given = _prepare(sheet)
                seen.shown |= given
            test = _test(originals[cell.name], dict(names), box, sheet.limits, failed, seen)
            result.tests.append(test)
        elif cell.kind != "text":
            shown |= _cell(cell, box, sheet.limits, failed)
            shown["images"] = seen.pictures.fitting(shown.get("images"))
        if cell.by_student:
            shown["source"] = shown["source"][:20_000]
        seen.room -= len(shown["source"]) + len(shown.get("text", "")) + 100
        if seen.room > 0:
            result.cells.append(shown)
        elif shown["kind"] == "test":
            result.cells.append(shown | {"source": ""})
    _cut(result, seen.inputs - seen.shown)
    if box.dead:
        result.problems.append(box.dead)


def _cut(result: Graded, inputs: set[str]) -> None:
    """Take out what shows the inputs of hidden tests, which a student's code may have kept for later cells."""
    for shown in result.cells:
        if shown["kind"] not in ("test", "text", "shared", "written"):
            for part in ("text", "error"):
                shown[part] = trial.cut(shown.get(part, ""), inputs)
    for test in result.tests:
        test.message = trial.cut(test.message, inputs)


def _cell(
    cell: notebook.GradeCell, box: Box, limits: Limits, failed: dict[str, str]
) -> dict[str, Any]:
    """Run a cell in the box; what it printed and drew, or why it stopped."""
    where = f"the cell {cell.name}" if cell.name else "a cell that you added"
    try:
        request = {"do": "cell", "code": cell.source, "seconds": limits.cell_seconds}
        answer = box.ask(request, limits.cell_seconds)
    except BoxError as error:
        failed.setdefault(cell.name, str(error))
        return {"error": str(error)}
    shown: dict[str, Any] = {"text": str(answer.get("text", ""))[:11_000]}
    shown["images"] = answer.get("images")
    error = answer.get("error")
    if isinstance(error, dict):
        line = f" in line {error['line']}" if isinstance(error.get("line"), int) else ""
        name, message = str(error.get("name"))[:80], str(error.get("message"))[:600]
        said = (
            f"ran longer than {limits.cell_seconds:g} seconds"
            if name == "TimeUp"
            else (f"stopped{line} with {name}: {message}")
        )
        shown["error"] = f"{where} {said}"
        failed[cell.name] = shown["error"]
    return shown


def _prepare(sheet: Sheet) -> tuple[dict[str, Any], set[str]]:
    """What the tests may use: the shared cells and the reference code, the teacher's; and numbers that students see."""
    names: dict[str, Any] = {"__name__": "tests"}
    for cell in sheet.cells:
        if cell["kind"] == "shared":
            exec(compile(cell["source"], f"<{cell['name']}>", "exec"), names)
    given = set(trial.signs({k: v for k, v in names.items() if k != "__builtins__"}))
    for number, source in enumerate(sheet.secrets):
        exec(compile(source, f"<secret {number}>", "exec"), names)
    return names, given


def _test(
    original: dict[str, Any],
    names: dict[str, Any],
    box: Box,
    limits: Limits,
    failed: dict[str, str],
    seen: Seen,
) -> TestResult:
    """One test, with the student's process as it is now. What happens in it stays in it."""
    made = TestResult(original["name"], original["idea"], original["points"])
    seconds = limits.cell_seconds
    try:
        begun = box.begin_test(seconds)
        if "ended" in begun:
            made.message = trial.ending(begun["ended"], "the test")
            return made
        file = f"<{original['name']}>"
        outcome = trial.apart(original["test"], file, names, box, limits, failed)
        seen.inputs |= set(outcome.inputs)
        seen.shown |= set(outcome.shown)
        made.message = outcome.message[:3000]
        made.earned = made.points if outcome.right else min(made.points, max(0.0, outcome.credit))
        box.end_test(seconds)
    except BoxError as error:
        made.earned, made.message = 0.0, str(error)
    return made
