"""Grade one submission: the student's cells in the box, the tests here."""

from __future__ import annotations

import time
import warnings
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from . import intake, notebook, release, text, wire
from .box import Box, BoxError, Limits
from .source import Assignment

CALLS = 5000


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


class Student:
    """The student's work as a test sees it: calls that go to the box and come back as plain values."""

    def __init__(self, box: Box, seconds: float, failed: dict[str, str]):
        self._box, self._failed = box, failed
        self._until = time.monotonic() + seconds
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            values = {"args": wire.encode(list(args)), "kwargs": wire.encode(kwargs)}
            return self._ask({"do": "call", "name": name, **values}, f"{name}(...)")

        return call

    def run(self, code: str, names: list[str], **values: Any) -> list[Any]:
        """Run statements in a copy of the student's namespace; the values of `names` afterwards."""
        request = {"do": "run", "code": code, "names": list(names), "values": wire.encode(values)}
        found = self._ask(request, code.strip().splitlines()[-1])
        if not isinstance(found, list) or len(found) != len(names):
            raise StudentError(f"{code.strip()} gave nothing that can be used")
        return found

    def _ask(self, request: dict[str, Any], what: str) -> Any:
        if not self._box.test:
            raise StudentError("the process of the test has ended")
        self._calls += 1
        left = self._until - time.monotonic()
        if left <= 0 or self._calls > CALLS:
            raise StudentError(f"{what} took too long")
        answer = self._box.ask(request, left)
        if "ended" in answer:
            raise StudentError(_ending(answer["ended"], what))
        error = answer.get("error")
        if isinstance(error, dict):
            raise StudentError(self._explain(error, bool(answer.get("missing")), what))
        try:
            return wire.decode(answer.get("value"))
        except (ValueError, TypeError, RecursionError, OverflowError) as problem:
            raise StudentError(f"{what} gave an answer that is not plain data") from problem

    def _explain(self, error: dict[str, Any], missing: bool, what: str) -> str:
        name, message = str(error.get("name"))[:80], str(error.get("message"))[:600]
        if missing:
            why = "; ".join(self._failed.values())
            return f"{message[:80]} is not defined{f': {why}' if why else ''}"
        if name == "TimeUp":
            return f"{what} ran too long: is there a loop that does not end?"
        if name == "NotPlainError":
            return f"{what} returned {message}"
        if name == "NotImplementedError":
            return message or f"{what} is not written yet"
        return f"{what} stopped with {name}: {message}"


class StudentError(Exception):
    """The student's code failed under a test; the message is for the student."""


def _ending(code: Any, what: str) -> str:
    if code == "processes":
        return "your code left so many processes running that no test could be started"
    if code == -9:
        return f"{what} ran too long, or took too much memory, and was ended"
    if isinstance(code, int) and code < 0:
        return f"{what} crashed the Python process (signal {-code})"
    return f"{what} ended the Python process"


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
        except notebook.Unreadable as error:
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


def _run(sheet: Sheet, cells: list[notebook.GradeCell], box: Box, result: Graded) -> None:
    originals = {cell["name"]: cell for cell in sheet.cells}
    names: dict[str, Any] = {}
    secrets = False
    failed: dict[str, str] = {}
    for cell in cells:
        shown: dict[str, Any] = {"kind": cell.kind, "name": cell.name, "source": cell.source}
        if cell.kind == "written" and cell.source.strip():
            result.written[cell.name] = cell.source
        elif cell.kind == "test":
            if not secrets:
                names |= _prepare(sheet)
                secrets = True
            test = _test(originals[cell.name], dict(names), box, sheet.limits, failed)
            result.tests.append(test)
            shown["test"] = asdict(test)
        elif cell.kind != "text":
            shown |= _cell(cell, box, sheet.limits, failed)
        if cell.by_student:
            shown["source"] = shown["source"][:20_000]
        result.cells.append(shown)
    if box.dead:
        result.problems.append(box.dead)


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
    shown = {"text": str(answer.get("text", ""))[:11_000]}
    images = answer.get("images")
    shown["images"] = [str(image) for image in images] if isinstance(images, list) else []
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


def _prepare(sheet: Sheet) -> dict[str, Any]:
    """What the tests may use: the shared cells and the reference code. All of it is the teacher's."""
    names: dict[str, Any] = {"__name__": "tests"}
    for cell in sheet.cells:
        if cell["kind"] == "shared":
            exec(compile(cell["source"], f"<{cell['name']}>", "exec"), names)
    for number, source in enumerate(sheet.secrets):
        exec(compile(source, f"<secret {number}>", "exec"), names)
    return names


def _test(
    original: dict[str, Any],
    names: dict[str, Any],
    box: Box,
    limits: Limits,
    failed: dict[str, str],
) -> TestResult:
    """One test, with the student's process as it is now. What happens in it stays in it."""
    made = TestResult(original["name"], original["idea"], original["points"])
    seconds = limits.cell_seconds
    try:
        begun = box.begin_test(seconds)
        if "ended" in begun:
            made.message = _ending(begun["ended"], "the test")
            return made
        names["student"] = Student(box, seconds, failed)
        code = compile(original["test"], f"<{original['name']}>", "exec")
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                exec(code, names)
            made.earned = made.points
        except BoxError:
            raise
        except (AssertionError, StudentError) as error:
            made.message = str(error)
        except Exception as error:
            made.message = f"the result cannot be used ({type(error).__name__}: {str(error)[:200]})"
        box.end_test(seconds)
    except BoxError as error:
        made.earned, made.message = 0.0, str(error)
    return made
