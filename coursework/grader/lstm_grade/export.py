"""Fill in the grade files of Canvas and Moodle as they were downloaded, and write Gradescope's results."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import intake, roster, sheets, store, tables
from .feedback import number
from .foreign import Table

SYSTEMS = ("canvas", "moodle", "gradescope")
# Titles of columns, as the systems write them in English and German; others by option.
KEYS = ["id", "identifier", "kennung", "sis user id", "sis login id", "id number", "id-nummer", "username",
        "anmeldename", "email address", "e-mail-adresse"]  # fmt: skip
GRADES = ("Grade", "Bewertung", "Note", "Calificación", "Nota", "Valutazione")
COMMENTS = ("Feedback comments", "Feedback als Kommentar", "Feedback als Kommentare")
COMMENT = re.compile(r"feedback|retroa|coment|comment|kommentar", re.I)
MAXIMUM = re.compile(r"m[aá](x|ss)im", re.I)
MAXIMA = ("Maximum Grade", "Maximum grade", "Bestwertung", "Höchste Bewertung")


@dataclass
class Done:
    """What an export wrote, by which column students were found, and what has no counterpart on the other side."""

    path: Path
    key: str = ""
    filled: int = 0
    not_in_file: list[str] = field(default_factory=list)
    not_in_run: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def export(
    out: Path,
    system: str,
    downloaded: Path | None,
    column: str | None = None,
    key: str | None = None,
) -> Done:
    """Write what a learning system takes.

    Args:
        out: the folder of a run.
        system: "canvas", "moodle" or "gradescope".
        downloaded: the grade file as the system gave it (Canvas, Moodle).
        column: the column for the marks: its exact title, with or without its number, or the number alone.
        key: the column by which students are found (default: the one that has most of them).
    """
    if system not in SYSTEMS:
        raise ValueError(f"system must be one of {', '.join(SYSTEMS)}, got {system!r}")
    lines = {line["graded"].student: line for line in tables.totals(out) if not line["absent"]}
    ready = {student: line for student, line in lines.items() if line["graded"].tests}
    unmarked = sum(q["points"] is None for line in ready.values() for q in line["questions"])
    said = (
        [f"{unmarked} written answers are not marked: they count 0 in this file"]
        if unmarked
        else []
    )
    if system == "gradescope":
        return Done(
            gradescope(out, ready), "", len(ready), sorted(set(lines) - set(ready)), [], said
        )
    if downloaded is None:
        raise ValueError(f"{system} needs the grade file that you downloaded: --file")
    table, note = Table(downloaded), store.note_of(out)
    if system == "canvas":
        marks, comments = canvas_column(table.header, note, column), None
    else:
        marks = named(table.header, (column,) if column else GRADES, "the marks", "--column")
        comments = named(table.header, COMMENTS)
        if comments is None:  # in other languages
            comments = next((i for i, t in enumerate(table.header) if COMMENT.search(t)), None)
    assert marks is not None
    place = key_column(table, ready, key)
    rows = found(table, place, ready, said)
    most = sum(note["tests"].values()) + sum(note["written"].values())
    done = Done(out / f"{system}.csv", table.header[place], len(rows), said=said)
    for row, student in rows.items():
        points = ready[student]["total"] * scale(table, row, most, said)
        table.set(row, marks, table.decimal(number(points)))
        if comments is not None:
            table.set(row, comments, sheets.safe(comment(ready[student])))
    done.not_in_file = sorted(set(lines) - set(rows.values()))
    people = [row for row in range(1, len(table.rows)) if is_person(table, row, place)]
    done.not_in_run = [identity(table, row, place) for row in people if row not in rows]
    sheets.replace_bytes(done.path, table.bytes())
    return done


def canvas_column(header: list[str], note: dict[str, Any], column: str | None) -> int:
    """Canvas's column `Title (1234)`: by its title, by its number, or as a whole; exactly one."""
    wanted = [column] if column else [note["title"], note["name"]]
    parts = [re.fullmatch(r"(?P<title>.*?)\s*\((?P<id>\d+)\)", name) for name in header]
    for want in (each.strip().casefold() for each in wanted):
        places = [
            i
            for i, part in enumerate(parts)
            if part and want in (header[i].casefold(), part["title"].strip().casefold(), part["id"])
        ]
        if len(places) == 1:
            return places[0]
        if places:
            names = ", ".join(header[i] for i in places)
            raise ValueError(
                f"several columns are called {want!r}: give the number of one, of {names}"
            )
    titles = [header[i] for i, part in enumerate(parts) if part]
    raise ValueError(
        f"the file must have one column {wanted[0]!r} with a number (--column); it has {titles}"
    )


def named(
    header: list[str], wanted: Sequence[str | None], what: str = "", option: str = ""
) -> int | None:
    """The place of the one column that is called so."""
    titles = [each.casefold() for each in wanted if each]
    places = [i for i, name in enumerate(header) if name.casefold() in titles]
    if len(places) == 1 or (places and not what):
        return places[0]
    if what:
        raise ValueError(
            f"the file needs one column for {what}, such as {wanted[0]} ({option}); it has {header}"
        )
    return None


def key_column(table: Table, students: dict[str, Any], key: str | None) -> int:
    """The one column by which students are found: as told, else the one that has most of them."""
    if key is not None:
        place = named(table.header, (key,), "the students", "--key")
        assert place is not None
        return place
    places = [i for i, name in enumerate(table.header) if name.casefold() in KEYS]
    if not places:
        raise ValueError(
            f"the file has no column by which students are known (--key); it has {table.header}"
        )
    counts = [
        (len(found(table, i, students, [])), -KEYS.index(table.header[i].casefold()), i)
        for i in places
    ]
    best = max(counts)
    if not best[0]:
        titles = [table.header[i] for i in places]
        raise ValueError(
            f"no student of the run is in the file, by none of {titles}: is it of this class? (--key)"
        )
    return best[2]


def found(table: Table, place: int, students: dict[str, Any], said: list[str]) -> dict[int, str]:
    """The student of each row, by one column; a row or a student that would match twice matches nobody."""
    rows: dict[int, str] = {}
    for row in range(1, len(table.rows)):
        given = identity(table, row, place)
        student = given if given in students else roster.zeros_lost(given, list(students))
        if student is not None:
            rows[row] = student
            if student != given:
                said.append(
                    f"{given!r} in the file was taken for {student!r} (a spreadsheet took the zeros)"
                )
    exact = {row for row, student in rows.items() if identity(table, row, place) == student}
    count, exactly = Counter(rows.values()), Counter(rows[row] for row in exact)
    twice = {s for s, n in count.items() if exactly[s] > 1 or (n > 1 and not exactly[s])}
    for student in sorted(twice):
        said.append(f"{student!r} stands in several rows of the file: none of them was filled in")
    return {
        row: student
        for row, student in rows.items()
        if student not in twice and (row in exact or not exactly[student])
    }


def identity(table: Table, row: int, place: int) -> str:
    """Who a row is of; of Moodle's "Participant 1234" the number."""
    given = table.value(row, place)
    return roster.participant(given) if _of_moodle(table, place) else given


def _of_moodle(table: Table, place: int) -> bool:
    """Whether a column is Moodle's "Participant 1234", which stands first, in any language: one word, and numbers."""
    if table.header[place].casefold() in ("identifier", "kennung"):
        return True
    cells = [table.value(row, place) for row in range(1, len(table.rows))]
    words = {re.sub(r"\s*\d+$", "", cell) for cell in cells if cell}
    return place == 0 and len(words) == 1 and re.fullmatch(r"\D+", words.pop()) is not None


def is_person(table: Table, row: int, place: int) -> bool:
    first = table.value(row, 0)
    return bool(identity(table, row, place)) and first not in ("Points Possible", "Student, Test")


def scale(table: Table, row: int, most: float, said: list[str]) -> float:
    """What a point is worth where Moodle's maximum is another than ours."""
    place = named(table.header, MAXIMA)
    if place is None:  # in other languages
        place = next((i for i, name in enumerate(table.header) if MAXIMUM.search(name)), None)
    if place is None:
        return 1.0
    try:
        theirs = float(table.value(row, place).replace(",", "."))
    except ValueError:
        return 1.0
    if theirs > 0 and abs(theirs - most) > 1e-9:
        text = f"the file's maximum is {theirs:g} and ours {most:g}: points were scaled"
        said += [text] if text not in said else []
        return theirs / most
    return 1.0


def comment(line: dict[str, Any]) -> str:
    """What was lost and why, as one line of text."""
    lost = [f"{t.idea}: {t.message}" for t in line["graded"].tests if not t.right]
    hand = [f"{q['name']}: {q['comment']}" for q in line["questions"] if q["comment"]]
    return " | ".join(" ".join(part.split()) for part in lost + hand)


def gradescope(out: Path, lines: dict[str, dict[str, Any]]) -> Path:
    """A results.json for each student, in the form that Gradescope's autograders write."""
    folder = out / "gradescope"
    for student, line in lines.items():
        path = folder / intake.safe_name(student) / "results.json"
        sheets.replace(path, json.dumps(gradescope_results(line), indent=1))
    return folder


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
