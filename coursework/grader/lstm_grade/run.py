"""Grade a folder: many submissions side by side, and go on after any interruption.

This process alone holds the results and writes the files. Each finished submission is kept at once in `OUT/work`, under
a digest of what it rests on, so a run that is started again grades only what is new or changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import feedback, intake, sheets
from .box import prove
from .grade import Graded, Sheet, from_dict, grade
from .late import Policy

UNSAFE = (
    "the box does not hold: a submission in it could {}. Nothing was graded. "
    "(--no-box --i-trust-these-submissions runs them without one.)"
)


class Refused(RuntimeError):  # noqa: N818
    """Nothing was graded; the message says why."""


@dataclass
class Entry:
    """A hand-in and, when it is done, its result."""

    hand_in: intake.HandIn
    key: str
    graded: Graded | None = None


def run(
    sheet: Sheet,
    folder: Path,
    out: Path,
    *,
    jobs: int = -1,
    boxed: bool = True,
    policy: Policy | None = None,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Entry]:
    """Grade every hand-in in `folder` and write scores, feedback, problems and the table of written answers."""
    if boxed:
        check_box(sheet)
    entries = [Entry(each, key(sheet, each, boxed)) for each in intake.find(folder, sheet.name)]
    (out / "work").mkdir(parents=True, exist_ok=True)
    for entry in entries:
        entry.graded = kept(out, entry)
    todo = [entry for entry in entries if entry.graded is None]
    done = len(entries) - len(todo)
    if progress:
        progress(done, len(entries))
    by_key = {entry.key: entry for entry in todo}
    for name, result in carry_out(sheet, todo, jobs, boxed, scheduler):
        entry = by_key[name]
        entry.graded = from_dict(result)
        if not result["student"] == entry.hand_in.student:
            raise Refused("the results came back under other names")
        if FAILED not in "".join(entry.graded.problems):
            sheets.replace(record(out, entry), json.dumps({"key": entry.key, "result": result}))
        done += 1
        if progress:
            progress(done, len(entries))
    note = {"name": sheet.name, "term": sheet.term, "policy": asdict(policy or Policy())}
    note["written"] = {c["name"]: c["points"] for c in sheet.cells if c["kind"] == "written"}
    note["title"] = sheet.title
    note["students"] = {
        entry.hand_in.student: {"file": entry.hand_in.file, "when": entry.hand_in.when}
        for entry in entries
    }
    sheets.replace(out / "work" / "_run.json", json.dumps(note, indent=1))
    write(out)
    return entries


def check_box(sheet: Sheet) -> None:
    """Raise Refused unless a box can be made and holds."""
    from .box import BoxError

    try:
        broken = prove(sheet.limits)
    except BoxError as error:
        raise Refused(f"there is no working box: {error}. Nothing was graded.") from error
    if broken:
        raise Refused(UNSAFE.format(", ".join(broken)))


def key(sheet: Sheet, hand_in: intake.HandIn, boxed: bool) -> str:
    """A digest of everything that decides the marks."""
    parts = [repr(sheet), str(boxed), hand_in.student, hand_in.error, repr(hand_in.notes), _code()]
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace"))
    digest.update(hand_in.content)
    return digest.hexdigest()


def _code() -> str:
    """A digest of the grader itself."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


FAILED = "the grader itself failed on this submission"


def record(out: Path, entry: Entry) -> Path:
    return out / "work" / f"{entry.hand_in.file}.json"


def kept(out: Path, entry: Entry) -> Graded | None:
    """The result of an earlier run, if it rests on the same."""
    try:
        found = json.loads(record(out, entry).read_text("utf-8"))
        return from_dict(found["result"]) if found["key"] == entry.key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def end_with(parent: int) -> None:
    """End this process soon after `parent`, which started it, is gone: then so are the boxes that it holds."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    if os.getppid() == parent and "end_with" not in {t.name for t in threading.enumerate()}:
        threading.Thread(target=watch, name="end_with", daemon=True).start()


def one(
    sheet: Sheet, key: str, hand_in: intake.HandIn, boxed: bool, parent: int = 0
) -> tuple[str, dict[str, Any]]:
    """Grade one submission in a worker process. A fault of the grader is reported, not raised."""
    end_with(parent)
    try:
        return key, grade(sheet, hand_in, boxed).as_dict()
    except Exception as error:
        result = Graded(hand_in.student)
        result.problems = [f"{FAILED}: {type(error).__name__}: {error}"]
        return key, result.as_dict()


def carry_out(
    sheet: Sheet, todo: list[Entry], jobs: int, boxed: bool, scheduler: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Grade side by side on this machine's cores, or on the Dask cluster at `scheduler`."""
    if scheduler is not None:
        from distributed import Client, as_completed

        with Client(scheduler) as client:
            if boxed:
                client.run(check_box, sheet)  # on every worker
            common = client.scatter(sheet, broadcast=True)
            futures = [
                client.submit(one, common, e.key, e.hand_in, boxed, pure=False) for e in todo
            ]
            for future in as_completed(futures):
                yield future.result()
        return
    import joblib
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    left = {entry.key: entry for entry in todo}
    for _ in range(3):
        work = (
            joblib.delayed(one)(sheet, e.key, e.hand_in, boxed, os.getpid())
            for e in list(left.values())
        )
        parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
        try:
            for name, result in parallel(work):
                del left[name]
                yield name, result
        except TerminatedWorkerError:
            continue
        return
    for entry in left.values():
        yield entry.key, Graded(entry.hand_in.student, problems=[FAILED]).as_dict()


NOTE = {"name": str, "term": str, "title": str, "policy": dict, "written": dict, "students": dict}


def marks(out: Path) -> dict[str, dict[str, Any]]:
    """The points and comments given by hand: student, question, points and comment."""
    path = out / "work" / "_manual.json"
    return _whole(path, {}) if path.is_file() else {}


def note_of(out: Path) -> dict[str, Any]:
    """What the last run wrote down about itself."""
    path = out / "work" / "_run.json"
    if not path.is_file():
        raise FileNotFoundError(f"{out} holds no run: grade first with lstm-grade run")
    return _whole(path, NOTE)


def _whole(path: Path, parts: dict[str, type]) -> dict[str, Any]:
    """A note with its parts. Raises ValueError for one that is cut short or of another version."""
    try:
        found = json.loads(path.read_text("utf-8"))
        if not isinstance(found, dict):
            raise TypeError
        if not all(isinstance(found.get(part), kind) for part, kind in parts.items()):
            raise TypeError
        if not parts and not all(isinstance(given, dict) for given in found.values()):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        raise ValueError(
            f"{path} is damaged or of another version: delete it and grade again"
        ) from None
    return found


def results(out: Path) -> list[Graded]:
    """The kept results of the last run, in the order of the students."""
    found = []
    for student, about in note_of(out)["students"].items():
        path = out / "work" / f"{about['file']}.json"
        try:
            found.append(from_dict(json.loads(path.read_text("utf-8"))["result"]))
        except (OSError, ValueError, KeyError, TypeError):
            found.append(Graded(student, problems=[FAILED]))
    return found


def totals(out: Path) -> list[dict[str, Any]]:
    """One line a student: points by tests and by hand, late days, total. What the tables and exports show."""
    note, given = note_of(out), marks(out)
    policy = Policy(**note["policy"])
    lines = []
    for graded in results(out):
        hand = given.get(graded.student, {})
        questions = [
            {
                "name": name,
                "out_of": points,
                "points": hand.get(name, {}).get("points", None if name in graded.written else 0.0),
                "comment": hand.get(name, {}).get("comment", ""),
                "answer": graded.written.get(name, ""),
            }
            for name, points in note["written"].items()
        ]
        by_hand = sum(question["points"] or 0.0 for question in questions)
        when = note["students"][graded.student]["when"]
        late = policy.apply(graded.student, when, graded.points + by_hand)
        lines.append({"graded": graded, "questions": questions, "by_hand": by_hand} | late)
    return lines


def write(out: Path) -> None:
    """Write scores.csv, problems.csv, manual.csv and the feedback pages from what is kept."""
    note, lines = note_of(out), totals(out)
    tests = next((line["graded"].tests for line in lines if line["graded"].tests), [])
    most = sum(test.points for test in tests) + sum(note["written"].values())
    header = ["student", *(test.name for test in tests), "automatic", *note["written"]]
    header += ["late days", "penalty", "total", "out of", "status"]
    rows, problems, manual = [], [], []
    for line in lines:
        graded = line["graded"]
        earned = {test.name: test.earned for test in graded.tests}
        unmarked = sum(question["points"] is None for question in line["questions"])
        status = "graded" if graded.tests else "NOT GRADED"
        if graded.tests and unmarked:
            status = f"{unmarked} written answers to mark"
        points = [earned.get(test.name) for test in tests]
        by_hand = [question["points"] for question in line["questions"]]
        end = [line["days"], line["penalty"], line["total"], most, status]
        rows.append([graded.student, *points, graded.points, *by_hand, *end])
        problems += [[graded.student, problem] for problem in graded.problems]
        if line["days"]:
            problems.append([graded.student, f"{line['days']} days late"])
        for q in (q for q in line["questions"] if q["answer"]):
            manual.append(
                [
                    graded.student,
                    q["name"],
                    q["points"],
                    q["out_of"],
                    q["comment"],
                    q["answer"][:20_000],
                ]
            )
        text = feedback.page(note["title"], graded, line["questions"], line)
        sheets.replace(out / "feedback" / f"{intake.safe_name(graded.student)}.html", text)
    sheets.write(out / "scores.csv", header, rows)
    sheets.write(out / "problems.csv", ["student", "problem"], problems)
    header = ["student", "question", "points", "out of", "comment", "answer"]
    sheets.write(out / "manual.csv", header, _with_pencil(out, manual))


def _with_pencil(out: Path, rows: list[list[Any]]) -> list[list[Any]]:
    """Keep the points and comments that stand in manual.csv and were not read back yet."""
    path = out / "manual.csv"
    if not path.is_file():
        return rows
    there = {(row.get("student"), row.get("question")): row for row in sheets.read(path)}
    for row in rows:
        old = there.get((row[0], row[1]))
        if old and row[2] is None and not row[4]:
            row[2], row[4] = old.get("points", ""), old.get("comment", "")
    return rows


def read_manual(out: Path, path: Path) -> int:
    """Read points and comments back from manual.csv. All of it is checked before any of it counts."""
    note, given = note_of(out), marks(out)
    count = 0
    for place, row in enumerate(sheets.read(path), start=2):
        where = f"{path.name}, line {place}"
        student, question = row.get("student", ""), row.get("question", "")
        if student not in note["students"]:
            raise ValueError(f"{where}: there is no student {student!r} in this run")
        if question not in note["written"]:
            raise ValueError(f"{where}: there is no written question {question!r}")
        points = sheets.number(row.get("points", ""), f"{where}: points")
        if points is not None and points > note["written"][question]:
            most = note["written"][question]
            raise ValueError(f"{where}: {points:g} points, but {question} has {most:g}")
        entry = {"points": points, "comment": row.get("comment", "")}
        given.setdefault(student, {})[question] = entry
        count += points is not None
    sheets.replace(out / "work" / "_manual.json", json.dumps(given, indent=1))
    write(out)
    return count
