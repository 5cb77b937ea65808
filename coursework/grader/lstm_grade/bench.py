"""How long 100 submissions take, beside plain `nbgrader autograde` on the same ones in the same run.

The set is made of a class: mostly right and wrong answers, some cheats; and once more with ten that kill what runs
them. nbgrader gets the same notebooks, the same
tests (with `student` set up in the notebook) and a time limit, and runs them in kernels without a box.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat

from . import grade, prove, release, run, source
from .source import Assignment

AT_MOST = 0.25  # times nbgrader's time
# Cheats that write nothing outside and end by themselves: nbgrader runs them without a box.
CHEATS = {
    "allclose": "import numpy as np\nnp.allclose = lambda *a, **k: True\nnp.shape = lambda a: (3,)",
    "transformer": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "everything_is_same": (
        "import lstm_lab.check as check\n"
        "class Yes:\n"
        "    def __getattr__(self, name): return Yes()\n"
        "    def __call__(self, *a, **k): return Yes()\n"
        "    def __eq__(self, other): return True\n"
        "    def __getitem__(self, i): return Yes()\n"
        "    def __iter__(self): return iter((Yes(), Yes()))\n"
        "check.here = lambda names: Yes()"
    ),
    "own_same": "same = lambda *a, **k: True\nnp.shape = lambda a: (3,)",
    "no_assertions": (
        "import ast\n"
        "class Drop(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)\n"
        "get_ipython().ast_transformers.append(Drop())"
    ),
    "exit": "import os\nos._exit(0)",
}
# What ends the process that runs it, or takes the machine. nbgrader, which has no box, gets none of these.
KILLERS = {
    "exit": "import os\nos._exit(0)",
    "kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "kill_all": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "crash": "import ctypes\nctypes.string_at(0)",
    "loop": "while True:\n    pass",
    "memory": "held = []\nwhile True:\n    held.append(bytearray(b'1') * 2**27)",
    "memory_files": "import os\nfor i in range(50):\n    os.write(os.memfd_create('a'), bytes(2**26))",
    "processes": "import os\nwhile True:\n    os.fork()",
    "channel": "import os\nos.closerange(3, 200)",
    "output": "while True:\n    print('x' * 10**6)",
}
BEFORE = {
    "everything_is_same": "setup",
    "own_same": "predict",
}  # where each stands; else at the top


def class_of(assignment: Assignment, size: int) -> dict[str, bytes]:
    """A class of `size`: the pseudo-students over and over, with a few cheats whose answers are wrong."""
    released = release.notebook_text(release.student_notebook(assignment))
    made = {}
    everyone = prove.pseudos(assignment)
    for number in range(size):
        pseudo = everyone[number % len(everyone)]
        made[f"s{number:04d}"] = pseudo.content
    for number, (name, code) in enumerate(CHEATS.items()):
        notebook = nbformat.reads(released, as_version=4)
        for cell in notebook.cells:
            cell.source = re.sub(r"raise NotImplementedError\(.*\)", "return [0]", cell.source)
        names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        place = names.index(BEFORE[name]) if name in BEFORE else 0
        notebook.cells.insert(place, nbformat.v4.new_code_cell(code, id=f"cheat-{name}"[:60]))
        made[f"s{number:04d}"] = nbformat.writes(notebook).encode()
    return made


def killing(assignment: Assignment, made: dict[str, bytes]) -> dict[str, bytes]:
    """The class with submissions of each killing kind in the places of as many others, spread over it."""
    released = release.notebook_text(release.student_notebook(assignment))
    found, students = dict(made), list(made)
    for number, (name, code) in enumerate(KILLERS.items()):
        notebook = nbformat.reads(released, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(code, id=f"killer-{name}"[:60]))
        found[students[number * len(students) // len(KILLERS)]] = nbformat.writes(notebook).encode()
    return found


def cheats() -> list[str]:
    """The students of `class_of` who cheat."""
    return [f"s{number:04d}" for number in range(len(CHEATS))]


def grade_100_s(size: int = 100, nbgrader_size: int | None = 100, jobs: int = 2) -> dict[str, Any]:
    """Measure. `nbgrader_size` submissions go through nbgrader too (None: no comparison), in the same run.

    Returns:
        grade_100_s: seconds for 100 submissions, feedback included (scaled from `size`).
        killing_100_s: the same for a class in which ten are of killing kinds.
        grade_vs_nbgrader, killing_vs_nbgrader: seconds a submission, over those of nbgrader on `jobs` cores (without
            the killing ones: it has no box).
        grade_1000_s: what 1,000 would take at this rate.
        cheats_rewarded, cheats_rewarded_nbgrader: of the cheats, how many got any points.
        killed_others: students whose result a killing one has changed.
        submissions, nbgrader_submissions, jobs, cores: what was measured, and on what.
    """
    if size < len(KILLERS):
        raise ValueError(
            f"size must be at least {len(KILLERS)}, one for each killing kind, got {size}"
        )
    assignment = source.load("perceptron")
    made = class_of(assignment, size)
    with tempfile.TemporaryDirectory() as name:
        seconds, points = graded(assignment, made, Path(name) / "class", jobs)
        worse = killing(assignment, made)
        killing_seconds, after = graded(assignment, worse, Path(name) / "killing", jobs)
        kept = [student for student in made if made[student] == worse[student]]
        found: dict[str, Any] = {
            "grade_100_s": round(100 * seconds / size, 1),
            "grade_1000_s": round(1000 * seconds / size),
            "killing_100_s": round(100 * killing_seconds / size, 1),
            "submissions": size,
            "jobs": jobs,
            "cores": os.cpu_count(),
            "cheats": len(CHEATS),
            "cheats_rewarded": sum(points[student] > 0 for student in cheats()),
            "killers": len(KILLERS),
            "killed_others": sum(points[student] != after.get(student) for student in kept),
        }
        if nbgrader_size:
            some = dict(list(made.items())[:nbgrader_size])
            theirs, marks = nbgrader_seconds(assignment, some, Path(name) / "nbgrader", jobs)
            each = theirs / nbgrader_size
            found |= {
                "nbgrader_submissions": nbgrader_size,
                "nbgrader_100_s": round(100 * each, 1),
                "grade_vs_nbgrader": round(seconds / size / each, 2),
                "killing_vs_nbgrader": round(killing_seconds / size / each, 2),
                "cheats_rewarded_nbgrader": sum(marks.get(s, 0.0) > 0 for s in cheats()),
            }
    return found


def graded(
    assignment: Assignment, made: dict[str, bytes], folder: Path, jobs: int
) -> tuple[float, dict[str, float]]:
    """Seconds for a class, and its points by student."""
    there = folder / "in"
    there.mkdir(parents=True)
    for student, content in made.items():
        (there / f"{student}.ipynb").write_bytes(content)
    began = time.perf_counter()
    entries = run.run(grade.sheet(assignment), there, folder / "out", jobs=jobs)
    seconds = time.perf_counter() - began
    return seconds, {e.hand_in.student: e.graded.points for e in entries if e.graded}


def broken(figures: dict[str, Any]) -> list[str]:
    """What the figures should not be."""
    found = []
    for name, what in (
        ("grade_vs_nbgrader", "grading"),
        ("killing_vs_nbgrader", "a class with killers"),
    ):
        if figures.get(name, 0) > AT_MOST:
            found.append(f"{what} takes more than {AT_MOST} of nbgrader's time")
    if figures["cheats_rewarded"]:
        found.append(f"{figures['cheats_rewarded']} cheats got points")
    if figures.get("killed_others"):
        found.append(f"{figures['killed_others']} results were changed by another's")
    return found


def nbgrader_seconds(
    assignment: Assignment, made: dict[str, bytes], folder: Path, jobs: int
) -> tuple[float, dict[str, float]]:
    """Seconds and marks of plain nbgrader: autograde, feedback and export, shared among `jobs` processes."""
    courses = [folder / f"course{number}" for number in range(jobs)]
    students = list(made)
    name = assignment.name
    for number, course in enumerate(courses):
        (course / "source" / name).mkdir(parents=True)
        (course / "source" / name / f"{name}.ipynb").write_text(nbgrader_source(assignment))
        (course / "nbgrader_config.py").write_text(
            "c = get_config()\nc.ExecutePreprocessor.timeout = 20\nc.CourseDirectory.course_id = 'c'\n"
        )
        nbgrader(course, ["generate_assignment", name]).wait()
        for student in students[number::jobs]:
            there = course / "submitted" / student / name
            there.mkdir(parents=True)
            (there / f"{name}.ipynb").write_bytes(made[student])
    began = time.perf_counter()
    for step in (["autograde", name], ["generate_feedback", name], ["export"]):
        for process in [nbgrader(course, step) for course in courses]:
            process.wait()
    seconds = time.perf_counter() - began
    marks = {}
    for course in courses:
        if (course / "grades.csv").is_file():
            for row in csv.DictReader(io.StringIO((course / "grades.csv").read_text())):
                marks[row["student_id"]] = float(row["raw_score"] or 0)
    if not marks:
        raise RuntimeError("nbgrader graded nothing")
    return seconds, marks


def nbgrader(course: Path, arguments: list[str]) -> subprocess.Popen[bytes]:
    program = shutil.which("nbgrader", path=str(Path(sys.executable).parent)) or "nbgrader"
    quiet = subprocess.DEVNULL
    path = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # it calls alembic
    )
    more = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": path}
    return subprocess.Popen(
        [program, *arguments], cwd=course, stdout=quiet, stderr=quiet, env=os.environ | more
    )


def nbgrader_source(assignment: Assignment) -> str:
    """The instructor's notebook as nbgrader takes it: the reference code stands in each hidden test."""
    notebook = release.instructor_notebook(assignment)
    secrets = "\n".join(cell.source for cell in assignment.of("secret"))
    gone = {release.cell_id(cell) for cell in assignment.of("secret", "marking")}
    notebook.cells = [cell for cell in notebook.cells if cell.id not in gone]
    mark = "### BEGIN HIDDEN TESTS\n"
    for cell in notebook.cells:
        if mark in cell.source:
            cell.source = cell.source.replace(mark, f"{mark}{secrets}\n")
    return nbformat.writes(notebook)
