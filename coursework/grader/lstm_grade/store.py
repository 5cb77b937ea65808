"""What a run remembers, in OUT/work: itself, one result a student, marks by hand, overrides."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from . import sheets
from .grade import Graded, from_dict

FAILED = "the grader itself failed on this submission"
ABSENT = "handed in nothing"
NOTE = {"name": str, "term": str, "title": str, "policy": dict, "written": dict, "students": dict}
MORE: dict[str, Any] = {"options": {}, "tests": {}, "aside": []}


def note_of(out: Path) -> dict[str, Any]:
    """What the last run wrote down about itself."""
    path = out / "work" / "_run.json"
    if not path.is_file():
        raise FileNotFoundError(f"{out} holds no run: grade first with lstm-grade run")
    return MORE | _whole(path, NOTE)


def write_note(out: Path, note: dict[str, Any]) -> None:
    sheets.replace(out / "work" / "_run.json", json.dumps(note, indent=1))


def marks(out: Path) -> dict[str, dict[str, Any]]:
    """The points and comments given by hand: student, question, points, comment and which answer they are for."""
    return _hand(out, "_manual.json")


def overrides(out: Path) -> dict[str, dict[str, Any]]:
    """The points of tests that a teacher changed: student (or "all"), test, points, reason and for which hand-in."""
    return _hand(out, "_override.json")


def write_marks(out: Path, given: dict[str, Any]) -> None:
    sheets.replace(out / "work" / "_manual.json", json.dumps(given, indent=1))


def write_overrides(out: Path, given: dict[str, Any]) -> None:
    sheets.replace(out / "work" / "_override.json", json.dumps(given, indent=1))


def _hand(out: Path, name: str) -> dict[str, Any]:
    path = out / "work" / name
    return _whole(path, {}) if path.is_file() else {}


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


def record(out: Path, file: str) -> Path:
    return out / "work" / f"{file}.json"


def write_record(out: Path, file: str, key: str, result: dict[str, Any]) -> None:
    sheets.replace(record(out, file), json.dumps({"key": key, "result": result}))


def kept(out: Path, file: str, key: str | None = None) -> Graded | None:
    """The result of an earlier run, if it is whole and, with `key`, rests on the same."""
    try:
        found = json.loads(record(out, file).read_text("utf-8"))
        return from_dict(found["result"]) if key in (None, found["key"]) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def results(out: Path) -> list[Graded]:
    """The kept results of the last run, in the order of the students."""
    found = []
    for student, about in note_of(out)["students"].items():
        if about["absent"]:
            found.append(Graded(student, error=ABSENT))
        else:
            found.append(kept(out, about["file"]) or Graded(student, problems=[FAILED]))
    return found


def digest(answer: str) -> str:
    """Tells one answer from another."""
    return hashlib.sha256(answer.encode("utf-8", "replace")).hexdigest()[:16]
