"""The assignment, its submissions, and the box, which must be there in CI."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from lstm_grade import box, grade, intake, prove, release, run, sheets, source

from coursework import hostile
from coursework.test_source import put

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process for these: they share one run of the grader, which itself uses all cores."""
    for item in items:
        if "tests/coursework" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("coursework"))


@pytest.fixture(scope="session")
def assignment() -> source.Assignment:
    return source.load("perceptron", "public")


@pytest.fixture(scope="session")
def sheet(assignment: source.Assignment) -> grade.Sheet:
    """The assignment with short limits."""
    whole = grade.sheet(assignment)
    limits = dataclasses.replace(whole.limits, cell_seconds=4.0, total_seconds=60.0, memory_mb=1536)
    return dataclasses.replace(whole, limits=limits)


@pytest.fixture(scope="session")
def working_box(sheet: grade.Sheet) -> None:
    why = box.available()
    if why and not IN_CI:
        pytest.skip(why)
    assert why is None, why


@pytest.fixture(scope="session")
def reference(assignment: source.Assignment) -> dict[str, str]:
    return prove.reference(assignment)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """An assignment of one function and one written answer."""
    folder = put(
        tmp_path_factory.mktemp("sources"), variants="def values(rng):\n    return {'factor': 2}\n"
    )
    return source.read(folder, "tiny", "public")


@pytest.fixture(scope="module")
def sheet_(tiny):
    return grade.sheet(tiny)


@pytest.fixture
def quick(monkeypatch):
    """Without boxes: the points are read off the source. All around it is as it is."""

    def graded(sheet, hand_in, boxed=True):
        result, cells = grade._take_in(sheet, hand_in)
        if cells:
            double = next((c.source for c in cells if c.name == "double"), "")
            points = 2.0 if "2 * x" in double else 0.0
            result.tests = [
                grade.TestResult("doubles", "it doubles", 2.0, points, "" if points else "wrong")
            ]
            result.written = {c.name: c.source for c in cells if c.kind == "written" and c.source}
            result.cells = [{"kind": "extra", "name": "", "source": c.source} for c in cells]
        return result

    def in_turn(sheet, todo, *rest):
        return (run.one(sheet, each.key, each.hand_in, True) for each in todo)

    monkeypatch.setattr(run, "grade", graded)
    monkeypatch.setattr(run, "carry_out", in_turn)
    monkeypatch.setattr(run, "prove", lambda limits: [])
    monkeypatch.setattr(run, "end_with", lambda parent: None)


def submission(
    assignment: source.Assignment, released: str, case: hostile.Hostile, facts: dict[str, Any]
) -> bytes:
    """The notebook of a hostile submission."""
    right = prove.reference(assignment)
    bodies = right | (hostile.WRONG if case.wrong else {}) | case.bodies
    if case.mutant:
        bodies |= prove.bodies(assignment, assignment.folder / "mutants" / f"{case.mutant}.py")[0]

    def placed(text: str) -> str:
        for name, value in (
            facts | {f"right_{each}": body for each, body in right.items()}
        ).items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    answers = {name: placed(body) for name, body in bodies.items()}
    notebook = json.loads(prove.submission(assignment, answers, released))
    if case.first:
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].insert(0, cell | {"source": placed(case.first)})
    if case.edit:
        case.edit(notebook)
    return json.dumps(notebook).encode()


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def workers() -> list[str]:
    """The workers and what they started, as far as they are alive."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        ours = "/course/worker.py" in line or "sleep 1000" in line
        if ours and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(line)
    return found


@pytest.fixture(scope="session")
def graded(
    assignment: source.Assignment,
    sheet: grade.Sheet,
    working_box: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> SimpleNamespace:
    """All hostile submissions, graded in one run, with what lay around before and after."""
    base = tmp_path_factory.mktemp("class")
    base.parent.chmod(0o755)
    folder, out, victim = base / "in", base / "out", base / "victim"
    folder.mkdir()
    victim.mkdir(mode=0o777)
    victim.chmod(0o777)
    (victim / "thesis.txt").write_text("years of work")
    with socket.create_server(("127.0.0.1", 0)) as server:
        facts = {"victim": victim, "port": server.getsockname()[1]}
        released = release.notebook_text(release.student_notebook(assignment))
        for case in hostile.HOSTILE:
            path = folder / f"{case.name}.ipynb"
            path.write_bytes(submission(assignment, released, case, facts))
        before = snapshot(victim), snapshot(folder)
        folders_before = set(Path(tempfile.gettempdir()).glob("lstm-grade-*"))
        began = time.monotonic()
        entries = run.run(sheet, folder, out, jobs=2)
        seconds = time.monotonic() - began
        left = workers()
        after = snapshot(victim), snapshot(folder)
        folders = set(Path(tempfile.gettempdir()).glob("lstm-grade-*")) - folders_before
        server.setblocking(False)
        try:
            server.accept()
            connected = True
        except BlockingIOError:
            connected = False
    results = {entry.hand_in.student: entry.graded for entry in entries}
    return SimpleNamespace(
        folder=folder,
        out=out,
        results=results,
        before=before,
        after=after,
        left=left,
        folders=folders,
        connected=connected,
        seconds=seconds,
        scores={row["student"]: row for row in sheets.read(out / "scores.csv")},
        problems=sheets.read(out / "problems.csv"),
        feedback={
            name: (out / "feedback" / f"{intake.safe_name(name)}.html").read_text("utf-8")
            for name in results
        },
    )
