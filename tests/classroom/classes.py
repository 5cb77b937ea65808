"""Classes that never were: files of students with known guesses, made here without the book's scripts."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

BOX, DRAWN = "by-name", "weight-above-four"
CHAPTER, EXERCISE = "06-vanishing-gradient", "ex-06-unit"
SIGN = "the sign of w is still there; the size of a factor has none."
SLOPE = "the slope is 1 - h², not 1 - h."
STUDENTS = 40
GUESSES = [0] * 18 + [1] * 12 + [2] * 6  # at BOX; the other four looked it up
LEVEL, TRUE = 20, 10  # curves at DRAWN: level at 0, and as measured
SOLVED, UNAIDED = 25, 10  # the rest of the solved opened the hint, nobody else did
MISTAKES = [SIGN] * 9 + [SLOPE] * 4 + [""] * 2


def catalogue(book: Path) -> dict[str, Any]:
    """What the built book says there is to predict and to solve."""
    file = book / "_static" / "classroom" / "catalogue.js"
    text = file.read_text("utf-8").removeprefix("window.labCatalogue=").removesuffix(";\n")
    told: dict[str, Any] = json.loads(text)
    return told


def base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits.rjust(7, "0")


def checksum(told: dict[str, Any]) -> str:
    """CRC-32 of the JSON with all names in order."""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base36(zlib.crc32(text.encode()))


def student_file(told: dict[str, Any], work: dict[str, Any], **others: Any) -> bytes:
    """A student's file; `others` are put in the place of what it says of itself."""
    said = {
        "schema": "lstm-lab-work",
        "version": 1,
        "book": told["book"],
        "edition": told["edition"],
        "written": "2026-11-28T10:00:00.000Z",
        "work": work,
        **others,
    }
    return json.dumps({"checksum": checksum(said), **said}, ensure_ascii=False).encode()


def guess(told: dict[str, Any], choice: int | None, chapter: str = CHAPTER, box: str = BOX) -> dict:
    """The work of somebody who made one guess; None looked it up."""
    said: dict[str, Any] = {"asked": told["chapters"][chapter]["predictions"][box]["asked"]}
    said |= {"shown": True} if choice is None else {"choice": choice}
    return {chapter: {"predictions": {box: said}, "exercises": {}}}


def works(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What the students of the class did, each."""
    there = told["chapters"][CHAPTER]
    curve = there["predictions"][DRAWN]["curve"]
    drawn = [[[round(x), 0] for x, _ in curve]] * LEVEL + [
        [[round(x), round(y)] for x, y in curve]
    ] * TRUE
    made = []
    for place in range(STUDENTS):
        work = guess(told, GUESSES[place] if place < len(GUESSES) else None)
        if place < len(drawn):
            asked = there["predictions"][DRAWN]["asked"]
            work[CHAPTER]["predictions"][DRAWN] = {
                "asked": asked,
                "curve": drawn[place],
                "near": "near",
            }
        solved = place < SOLVED
        attempt: dict[str, Any] = {"of": there["exercises"][EXERCISE]["hash"], "solved": solved}
        attempt["help"] = ["hint"] if UNAIDED <= place < SOLVED else []
        attempt["check"] = {"passed": True, "message": "✓ Right, in 4 cases."}
        if not solved:
            cause = MISTAKES[place - SOLVED]
            message = (
                f"✗ For case 1 of 4: expected 1, got 2.{f' Likely cause: {cause}' if cause else ''}"
            )
            attempt["check"] = {"passed": False, "message": message, "mistake": message}
        work[CHAPTER]["exercises"][EXERCISE] = attempt
        made.append(work)
    return made


def whole_class(told: dict[str, Any]) -> dict[str, bytes]:
    """The files of the class by name."""
    return {
        f"student-{place:02}.json": student_file(told, work, name=f"Student {place:02}")
        for place, work in enumerate(works(told))
    }


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Put files into a folder: their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in files]
