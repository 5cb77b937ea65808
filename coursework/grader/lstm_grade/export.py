"""Fill in the grade files of Canvas and Moodle as they were downloaded, and write Gradescope's results."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import intake, sheets, store, tables
from .feedback import number

SYSTEMS = ("canvas", "moodle", "gradescope")


def export(
    out: Path, system: str, downloaded: Path | None, column: str | None = None
) -> tuple[Path, list[str]]:
    """Write what a learning system takes. Returns the file or folder, and whom it could not place.

    Args:
        out: the folder of a run.
        system: "canvas", "moodle" or "gradescope".
        downloaded: the grade file as the system gave it (Canvas, Moodle).
        column: what the title of the assignment's column begins with (Canvas; else the assignment's title or name).
    """
    if system == "gradescope":
        return gradescope(out)
    if downloaded is None:
        raise ValueError(f"{system} needs the grade file that you downloaded: --file")
    header, rows = sheets.read_rows(downloaded)
    lines = {line["graded"].student: line for line in tables.totals(out)}
    fill = {"canvas": canvas, "moodle": moodle}.get(system)
    if fill is None:
        raise ValueError(f"system must be one of {', '.join(SYSTEMS)}, got {system!r}")
    found, where, names = fill(header, rows, store.note_of(out), column)
    placed = set()
    for row in rows:
        row += [""] * (len(header) - len(row))
        key = next((name for name in names(row) if name in lines), None)
        if key is None or not lines[key]["graded"].tests:
            continue
        placed.add(key)
        row[found] = number(lines[key]["total"])
        if where is not None:
            row[where] = comment(lines[key])
    path = out / f"{system}.csv"
    sheets.write(path, header, [[sheets.plain(cell) for cell in row] for row in rows])
    return path, sorted(set(lines) - placed)


Names = Callable[[list[str]], list[str]]


def canvas(
    header: list[str], rows: list[list[str]], note: dict[str, Any], column: str | None
) -> tuple[int, None, Names]:
    """Canvas: the column `Title (1234)`; students by ID, SIS User ID or SIS Login ID."""
    wanted = (column or note["title"], note["name"])
    places = [
        i
        for i, name in enumerate(header)
        if any(re.fullmatch(rf"{re.escape(w)}.*\(\d+\)", name.strip(), re.I) for w in wanted)
    ]
    if len(places) != 1:
        raise ValueError(
            f"the file must have one column {wanted[0]!r} with a number, it has {header}"
        )
    keys = [header.index(k) for k in ("ID", "SIS User ID", "SIS Login ID") if k in header]
    return places[0], None, lambda row: [row[key].strip() for key in keys]


def moodle(
    header: list[str], rows: list[list[str]], note: dict[str, Any], column: str | None
) -> tuple[int, int | None, Names]:
    """Moodle's offline grading worksheet: `Identifier` is "Participant 1234", the marks go into `Grade`."""
    if "Identifier" not in header or "Grade" not in header:
        raise ValueError(
            f"the worksheet must have the columns Identifier and Grade, it has {header}"
        )
    keys = [header.index(k) for k in ("ID number", "Username", "Email address") if k in header]
    participant = header.index("Identifier")
    comments = header.index("Feedback comments") if "Feedback comments" in header else None

    def names(row: list[str]) -> list[str]:
        number = re.search(r"\d+", row[participant])
        return [number[0] if number else "", *(row[key].strip() for key in keys)]

    return header.index("Grade"), comments, names


def comment(line: dict[str, Any]) -> str:
    """What was lost and why, as one line of text."""
    lost = [f"{t.idea}: {t.message}" for t in line["graded"].tests if not t.right]
    hand = [f"{q['name']}: {q['comment']}" for q in line["questions"] if q["comment"]]
    return " | ".join(" ".join(part.split()) for part in lost + hand)


def gradescope(out: Path) -> tuple[Path, list[str]]:
    """A results.json for each student, in the form that Gradescope's autograders write."""
    folder = out / "gradescope"
    for line in tables.totals(out):
        graded = line["graded"]
        if graded.tests:
            path = folder / intake.safe_name(graded.student) / "results.json"
            sheets.replace(path, json.dumps(gradescope_results(line), indent=1))
    return folder, [
        line["graded"].student for line in tables.totals(out) if not line["graded"].tests
    ]


def gradescope_results(line: dict[str, Any]) -> dict[str, Any]:
    """One student's results. The student's own words are given as text."""
    graded = line["graded"]
    tests = [
        {
            "name": test.idea,
            "score": test.earned,
            "max_score": test.points,
            "output": test.message or "right",
            "output_format": "text",
            "visibility": "visible",
        }
        for test in graded.tests
    ]
    tests += [
        {
            "name": question["name"],
            "score": question["points"] or 0.0,
            "max_score": question["out_of"],
            "output": question["comment"],
            "output_format": "text",
            "visibility": "visible",
        }
        for question in line["questions"]
        if question["points"] is not None
    ]
    found = {"score": line["total"], "execution_time": round(graded.seconds), "tests": tests}
    noticed = graded.problems + ([f"{line['days']} days late"] if line["days"] else [])
    return found | {"output": "\n".join(noticed), "output_format": "text"}
