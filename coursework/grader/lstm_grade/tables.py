"""Scores, problems, written answers and feedback, from what a run keeps; and marks by hand back from a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from . import feedback, packing, roster, sheets, store, text
from .grade import Graded
from .late import Policy
from .notebook import LOOK
from .store import FAILED, note_of

EVERYONE = "all"


def totals(out: Path) -> list[dict[str, Any]]:
    """One line a student: points by tests and by hand, late days, total. What the tables and exports show."""
    note, marks, overrides = note_of(out), store.marks(out), store.overrides(out)
    policy = Policy(**note["policy"])
    lines = []
    for graded in store.results(out):
        about = note["students"][graded.student]
        try:
            lines.append(_line(graded, about, note, marks, overrides, policy))
        except Exception as error:
            failed = Graded(graded.student, problems=[f"{FAILED}: {type(error).__name__}"])
            lines.append(_line(failed, about, note, {}, {}, policy))
    return lines


def _line(
    graded: Graded,
    about: dict[str, Any],
    note: dict[str, Any],
    marks: dict[str, Any],
    overrides: dict[str, Any],
    policy: Policy,
) -> dict[str, Any]:
    look = list(graded.look)
    changes = overrides.get(EVERYONE, {}) | overrides.get(graded.student, {})
    tests = []
    for test in graded.tests:
        change = changes.get(test.name)
        if change:
            said = f"{change['points']:g} points by hand: {change['reason']}"
            test = replace(test, earned=change["points"], message=said)
            if change.get("of") not in (None, about["content"]):
                look.append(
                    f"{LOOK}{test.name} was changed by hand before this notebook was handed in"
                )
        tests.append(test)
    graded = replace(graded, tests=tests)
    questions = []
    for name, out_of in note["written"].items():
        given, answer = marks.get(graded.student, {}).get(name, {}), graded.written.get(name, "")
        points, said = given.get("points"), given.get("comment", "")
        if given and given.get("of", store.digest(answer)) != store.digest(answer):
            was = "" if points is None else f" with {points:g} points"
            look.append(f"{LOOK}{name} was marked{was}, and then another answer was handed in")
            points, said = None, ""
        if points is None and not answer and (graded.error or not look):
            points = 0.0
        questions.append(
            {"name": name, "out_of": out_of, "points": points, "comment": said, "answer": answer}
        )
    by_hand = sum(question["points"] or 0.0 for question in questions)
    when, late = about["when"], about["late"]
    days = policy.apply(graded.student, when, graded.points + by_hand, late)
    if about["absent"]:
        days, look = {"days": 0, "penalty": 0.0, "total": 0.0}, []
        questions = [question | {"points": 0.0} for question in questions]
    elif why := policy.unknown(graded.student, when, late):
        look.append(f"{LOOK}{why}")
    line = {"graded": graded, "name": about["name"], "questions": questions, "by_hand": by_hand}
    return line | days | {"look": list(dict.fromkeys(look)), "absent": about["absent"]}


def write(out: Path) -> int:
    """Write scores.csv, problems.csv, manual.csv and the feedback pages. How many students need a look."""
    note, lines = note_of(out), totals(out)
    rows, manual = [], []
    problems = [["", f"{each}"] for each in note["aside"]]
    for line in lines:
        try:
            _page(out, note, line)
        except Exception as error:
            line["look"].append(f"{LOOK}no feedback page could be made ({type(error).__name__})")
        graded = line["graded"]
        rows.append(_scores(note, line))
        said = dict.fromkeys([*graded.problems, *line["look"]])
        problems += [[graded.student, problem] for problem in said]
        if line["days"]:
            problems.append([graded.student, f"{line['days']} days late"])
        manual += [
            [
                graded.student,
                line["name"],
                q["name"],
                q["points"],
                q["out_of"],
                q["comment"],
                q["answer"][:20_000],
            ]
            for q in line["questions"]
            if q["answer"] or (line["look"] and graded.tests and not graded.error)
        ]
    header = ["student", "name", *note["tests"], "automatic", *note["written"]]
    header += ["late days", "penalty", "total", "out of", "status"]
    sheets.write(out / "scores.csv", header, rows)
    sheets.write(out / "problems.csv", ["student", "problem"], problems)
    packing.who(out)
    header = ["student", "name", "question", "points", "out of", "comment", "answer"]
    sheets.write(out / "manual.csv", header, _with_pencil(out, manual))
    return sum(
        bool(line["look"]) or not line["graded"].tests for line in lines if not line["absent"]
    )


def _page(out: Path, note: dict[str, Any], line: dict[str, Any]) -> None:
    if not line["absent"]:
        page = feedback.page(note["title"], line["graded"], line["questions"], line)
        file = note["students"][line["graded"].student]["file"]
        sheets.replace(out / "feedback" / f"{file}.html", page)


def _scores(note: dict[str, Any], line: dict[str, Any]) -> list[Any]:
    """The row of a student."""
    graded = line["graded"]
    earned = {test.name: test.earned for test in graded.tests}
    most = sum(note["tests"].values()) + sum(note["written"].values())
    unmarked = sum(question["points"] is None for question in line["questions"])
    status = [] if graded.tests else ["NOT GRADED"]
    if line["absent"]:
        status = [store.ABSENT]
    elif graded.tests and unmarked:
        status = [f"{unmarked} written answers to mark"]
    if line["look"]:
        first = line["look"][0].removeprefix(LOOK)
        status.append(f"{LOOK}{first}")
    points = [earned.get(name) for name in note["tests"]]
    by_hand = [question["points"] for question in line["questions"]]
    end = [line["days"], line["penalty"], line["total"], most, "; ".join(status) or "graded"]
    return [graded.student, line["name"], *points, graded.points, *by_hand, *end]


def _with_pencil(out: Path, rows: list[list[Any]]) -> list[list[Any]]:
    """Keep the points and comments that stand in manual.csv beside the same answer and were not read back yet."""
    path = out / "manual.csv"
    if not path.is_file():
        return rows
    try:
        there = {(row.get("student"), row.get("question")): row for row in sheets.read(path)}
    except ValueError:
        return rows
    for row in rows:
        old = there.get((row[0], row[2]))
        same = old and text.line(old.get("answer", "")) == text.line(row[6])
        if old and same and row[3] is None and not row[5]:
            row[3], row[5] = old.get("points", ""), old.get("comment", "")
    return rows


def read_manual(out: Path, path: Path) -> tuple[int, list[str]]:
    """Read points and comments back from manual.csv. All of it is checked before any of it counts.

    Returns how many answers are marked, and what was taken for what.
    """
    note, given = note_of(out), store.marks(out)
    answers = {graded.student: graded.written for graded in store.results(out)}
    count = 0
    said: list[str] = []
    for place, row in enumerate(sheets.read(path), start=2):
        if not any(row.values()):
            continue
        where = f"{path.name}, line {place}"
        student, question = (
            _student(row.get("student", ""), note["students"], where, said),
            row.get("question", ""),
        )
        if question not in note["written"]:
            raise ValueError(f"{where}: there is no written question {question!r}")
        points = sheets.number(row.get("points", ""), f"{where}: points")
        if points is not None and points > note["written"][question]:
            most = note["written"][question]
            raise ValueError(f"{where}: {points:g} points, but {question} has {most:g}")
        comment = row.get("comment", "")
        count += points is not None
        if points is None and not comment and question not in given.get(student, {}):
            continue
        of = store.digest(answers.get(student, {}).get(question, ""))
        given.setdefault(student, {})[question] = {"points": points, "comment": comment, "of": of}
    store.write_marks(out, given)
    write(out)
    return count, said


def _student(given: str, students: dict[str, Any], where: str, said: list[str]) -> str:
    """The student of a line, though a spreadsheet took the zeros from the front of the id."""
    if given in students:
        return given
    found = roster.zeros_lost(given.strip(), list(students))
    if found is None:
        hint = ""
        if "E+" in given.upper() or given.strip().endswith(".0"):
            hint = ": a spreadsheet made a number of an id (format that column as text)"
        raise ValueError(f"{where}: there is no student {given!r} in this run{hint}")
    said.append(f"{where}: {given!r} was taken for {found!r} (a spreadsheet took the zeros)")
    return found


def override(
    out: Path, student: str, test: str, points: float | None, reason: str, pages: bool = True
) -> None:
    """Change the points of one test of one student, or of all, with a reason; None takes the change back."""
    note, given = note_of(out), store.overrides(out)
    if student != EVERYONE and (
        student not in note["students"] or note["students"][student]["absent"]
    ):
        raise ValueError(f"there is no hand-in of the student {student!r} in this run")
    if test not in note["tests"]:
        raise ValueError(f"there is no test {test!r}; there are: {', '.join(note['tests'])}")
    if points is None:
        if given.get(student, {}).pop(test, None) is None:
            raise ValueError(f"the points of {student!r} in {test!r} were not changed")
    else:
        if not 0 <= points <= note["tests"][test]:
            raise ValueError(
                f"points must be from 0 to {note['tests'][test]:g} for {test!r}, got {points:g}"
            )
        if not reason.strip():
            raise ValueError("a change of points needs a reason, which the student reads")
        of = None if student == EVERYONE else note["students"][student]["content"]
        given.setdefault(student, {})[test] = {
            "points": points,
            "reason": text.line(reason),
            "of": of,
        }
    store.write_overrides(out, given)
    if pages:
        write(out)
