"""Find what students handed in, and rebuild each notebook from the release.

Hand-ins come as notebooks, zips and folders under any name, with cells doubled, lost or stripped of their metadata.
Nothing that goes wrong with one of them stops the others.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

NOTEBOOK_BYTES = 20_000_000
ZIP_MEMBERS = 2000
CELLS = 2000
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(file|onlinetext)_?")
CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)")


@dataclass
class HandIn:
    """What one student handed in: the bytes of a notebook, or the reason why there is none."""

    student: str
    place: str
    content: bytes = b""
    when: float | None = None
    late: bool = False
    error: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def file(self) -> str:
        return safe_name(self.student)


def safe_name(student: str) -> str:
    """A name for files that cannot leave its folder; different students get different names."""
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_-")[:48]
    if (
        plain
        and plain == student.lower() == student
        and plain not in ("con", "nul", "aux", "prn", "index")
    ):
        return plain
    return (
        f"{plain or 'student'}-{hashlib.sha256(student.encode('utf-8', 'replace')).hexdigest()[:8]}"
    )


def find(folder: Path, assignment: str) -> list[HandIn]:
    """The hand-ins in a folder, one for each student, in the order of their names."""
    if not folder.is_dir():
        raise NotADirectoryError(f"the folder of hand-ins must be a folder, got {folder}")
    found: dict[str, list[HandIn]] = {}
    for each in _look(folder, assignment):
        found.setdefault(each.student, []).append(each)
    return [_choose(found[student], assignment) for student in sorted(found)]


def _look(folder: Path, assignment: str) -> Iterator[HandIn]:
    for path in sorted(folder.iterdir()):
        mode = path.lstat().st_mode
        name = _text(path.name)
        if name.startswith(".") or name == "timestamp.txt":
            continue
        if stat.S_ISDIR(mode):
            yield from _in_folder(path, assignment)
        elif not stat.S_ISREG(mode):
            yield HandIn(student_of(name, assignment), name, error="a link or device, not a file")
        elif name.lower().endswith(".zip"):
            yield from _in_zip(path, name, assignment, student_of(name, assignment))
        elif name.lower().endswith(".ipynb"):
            yield _read(path, name, student_of(name, assignment), late=_is_late(name))
        elif not name.lower().endswith((".csv", ".txt.bak")):
            kind = PurePosixPath(name).suffix or "no ending"
            yield HandIn(
                student_of(name, assignment), name, error=f"no notebook: a file with {kind}"
            )


def _in_folder(folder: Path, assignment: str) -> Iterator[HandIn]:
    """The folder of one student: every notebook in it, however deep."""
    student, count = student_of(_text(folder.name), assignment), 0
    stamp = _stamp(folder, assignment)
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__MACOSX")))
        for file in sorted(files):
            path = Path(place) / file
            name = _text(path.relative_to(folder.parent).as_posix())
            if file.startswith(".") or not stat.S_ISREG(path.lstat().st_mode):
                continue
            hand_ins: list[HandIn] = []
            if file.lower().endswith(".ipynb"):
                hand_ins = [_read(path, name, student)]
            elif file.lower().endswith(".zip"):
                hand_ins = list(_in_zip(path, name, assignment, student))
            for each in hand_ins:
                count += 1
                each.when = stamp or each.when
                yield each
    if not count:
        yield HandIn(student, _text(folder.name), error="there is no notebook in the folder")


def _stamp(folder: Path, assignment: str) -> float | None:
    """The time in nbgrader's timestamp.txt."""
    for path in (folder / "timestamp.txt", folder / assignment / "timestamp.txt"):
        if path.is_file() and not path.is_symlink():
            try:
                text = path.read_text("utf-8")[:60].strip().replace(" UTC", "+00:00")
                return parse_time(text)
            except (ValueError, OSError):
                return None
    return None


def parse_time(text: str) -> float:
    """Seconds since 1970 of an ISO date; one without a zone is taken as local time."""
    from datetime import datetime

    return datetime.fromisoformat(text.strip()).timestamp()


def _in_zip(path: Path, name: str, assignment: str, student: str) -> Iterator[HandIn]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _archive(archive, name, assignment, student)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ) as error:
        yield HandIn(student, name, error=f"the zip cannot be read: {error}")
    except Exception as error:
        yield HandIn(student, name, error=f"the zip cannot be read: {type(error).__name__}")


def _archive(
    archive: zipfile.ZipFile, name: str, assignment: str, student: str, depth: int = 0
) -> Iterator[HandIn]:
    """The notebooks of an archive: of one student, or of a class as Canvas and Moodle pack it."""
    members = archive.infolist()
    if len(members) > ZIP_MEMBERS:
        yield HandIn(student, name, error=f"the zip holds more than {ZIP_MEMBERS} files")
        return
    count = 0
    for member in members:
        inner = PurePosixPath(_text(member.filename).replace("\\", "/"))
        lower = inner.name.lower()
        if member.is_dir() or inner.name.startswith(".") or "__MACOSX" in inner.parts:
            continue
        if not lower.endswith((".ipynb", ".zip")):
            continue
        count += 1
        place, owner = f"{name}/{inner}", student
        for part in inner.parts:
            if MOODLE.match(part) or CANVAS.fullmatch(part):
                owner = student_of(part, assignment)
        if member.file_size > NOTEBOOK_BYTES:
            yield HandIn(owner, place, error=f"larger than {NOTEBOOK_BYTES // 10**6} MB")
            continue
        with archive.open(member) as stream:
            content = stream.read(NOTEBOOK_BYTES + 1)
        if lower.endswith(".zip") and depth < 2:
            with zipfile.ZipFile(io.BytesIO(content)) as nested:
                yield from _archive(nested, place, assignment, owner, depth + 1)
        elif lower.endswith(".ipynb"):
            yield HandIn(owner, place, content, _zip_time(member), late=_is_late(inner.name))
    if not count:
        yield HandIn(student, name, error="there is no notebook in the zip")


def _zip_time(member: zipfile.ZipInfo) -> float | None:
    try:
        return time.mktime((*member.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return None


def _read(path: Path, name: str, student: str, late: bool = False) -> HandIn:
    try:
        status = path.lstat()
        if status.st_size > NOTEBOOK_BYTES:
            return HandIn(student, name, error=f"larger than {NOTEBOOK_BYTES // 10**6} MB")
        return HandIn(student, name, path.read_bytes(), status.st_mtime, late)
    except OSError as error:
        return HandIn(student, name, error=f"the file cannot be read: {error.strerror}")


def _text(name: str) -> str:
    """A file name as text that can be written, whatever bytes it has."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_late(name: str) -> bool:
    match = CANVAS.fullmatch(name)
    return bool(match and match["late"])


def student_of(name: str, assignment: str) -> str:
    """Who handed in a file of this name: the number that Canvas or Moodle put in it, or what is left of it."""
    for pattern in (MOODLE, CANVAS):
        match = pattern.match(name)
        if match:
            return match["id"]
    stem = re.sub(r"\.(ipynb|zip|py|md|pdf|html?|txt|docx?)$", "", name, flags=re.I)
    stem = re.sub(r"(\s*\(\d+\)|-copy\d*|\s+copy)$", "", stem, flags=re.I)
    other = re.sub(
        rf"(^{re.escape(assignment)}[-_ ]+|[-_ ]+{re.escape(assignment)}$)", "", stem, flags=re.I
    )
    return other.strip() or stem or name


def _choose(hand_ins: list[HandIn], assignment: str) -> HandIn:
    """The one that counts: a readable one of this assignment, the newest."""

    def rank(each: HandIn) -> tuple[bool, bool, float, str]:
        ours = f'"assignment": "{assignment}"'.encode() in each.content
        return (not each.error, ours, each.when or 0.0, each.place)

    best = max(hand_ins, key=rank)
    for each in hand_ins:
        if each is not best:
            best.notes.append(f"also handed in, not graded: {each.place}")
    return best


@dataclass
class GradeCell:
    """A cell of the notebook that is graded."""

    kind: str
    name: str
    source: str
    by_student: bool = False


class Unreadable(ValueError):  # noqa: N818
    """The notebook cannot be read; the message is for the student."""


def read_cells(content: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook file: type, source, id and grade_id. Raises Unreadable."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
        if isinstance(found, dict) and "worksheets" in found:
            found = nbformat.convert(nbformat.from_dict(found), 4)
        cells = found["cells"]
        if not isinstance(cells, list):
            raise TypeError
    except Exception as error:
        kind = "empty" if not content.strip() else "not a notebook, or damaged"
        raise Unreadable(f"the file is {kind}") from error
    if len(cells) > CELLS:
        raise Unreadable(f"the notebook has more than {CELLS} cells")
    return [_plain_cell(cell) for cell in cells if isinstance(cell, dict)]


def _plain_cell(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return {
        "type": cell.get("cell_type") if isinstance(cell.get("cell_type"), str) else "raw",
        "source": source.replace("\r\n", "\n") if isinstance(source, str) else "",
        "id": cell.get("id") if isinstance(cell.get("id"), str) else "",
        "name": name if isinstance(name, str) else "",
    }


def rebuild(release: list[dict[str, Any]], content: bytes) -> tuple[list[GradeCell], list[str]]:
    """Put the student's answers and extra cells into the release. `release` has kind, name, type, id and source.

    A cell is recognised by its grade_id, else by its id, else by its text, else by the function that it defines or
    by what stands before it. Doubled answers run one after the other, as in the student's notebook.
    """
    cells = read_cells(content)
    places = _recognise(release, cells)
    mine: dict[int, list[str]] = {}
    extra: dict[int, list[str]] = {}
    last, changed = -1, 0
    for cell, place in zip(cells, places, strict=True):
        if place is None:
            if cell["type"] == "code" and cell["source"].strip():
                extra.setdefault(last, []).append(cell["source"])
            continue
        last = place
        original = release[place]
        if original["kind"] in ("answer", "written", "plain"):
            if original["kind"] == "written" or cell["type"] == "code":
                mine.setdefault(place, []).append(cell["source"])
        elif _squash(cell["source"]) != _squash(original["source"]) and original["kind"] != "text":
            changed += 1
    made = [GradeCell("extra", "", source, True) for source in extra.get(-1, [])]
    notes = [f"{changed} locked cells were changed; the original ones were used"] if changed else []
    for place, original in enumerate(release):
        kind, stub = original["kind"], original["source"]
        found = mine.get(place, [])
        written = [s for s in found if _squash(s) != _squash(stub)] or found[:1]
        if (
            original["name"] == "install"
        ):  # is not run, unless the student wrote something else there
            made += [GradeCell("extra", "", s, True) for s in found if _squash(s) != _squash(stub)]
        elif kind in ("answer", "written") and not found:
            notes.append(f"the cell {original['name']} is missing")
        elif kind == "written":
            answer = "\n\n".join(s for s in written if _squash(s) != _squash(stub))
            made.append(GradeCell(kind, original["name"], answer, True))
        elif kind in ("answer", "plain"):
            sources = written or [stub]
            made += [GradeCell(kind, original["name"], source, True) for source in sources]
            if len(written) > 1:
                notes.append(
                    f"the cell {original['name']} stands {len(written)} times; all were run"
                )
        else:
            made.append(GradeCell(kind, original["name"], stub))
        made += [GradeCell("extra", "", source, True) for source in extra.get(place, [])]
    if not any(cell["name"] for cell in cells):
        notes.append("the metadata of the cells is lost; they were recognised by id or content")
    return made, notes


def _squash(source: str) -> str:
    return re.sub(r"\s+", "", source)


def _recognise(release: list[dict[str, Any]], cells: list[dict[str, Any]]) -> list[int | None]:
    """The place in the release of each cell of the student, or None for one that was added."""
    by_name = {
        cell["name"]: i for i, cell in enumerate(release) if cell["kind"] not in ("text", "plain")
    }
    by_id = {cell["id"]: i for i, cell in enumerate(release)}
    by_text = {_squash(cell["source"]): i for i, cell in enumerate(release)}
    places = [
        next(
            (
                index[key]
                for index, key in (
                    (by_name, c["name"]),
                    (by_id, c["id"]),
                    (by_text, _squash(c["source"])),
                )
                if key and key in index
            ),
            None,
        )
        for c in cells
    ]
    for place, original in enumerate(release):
        if place in places or original["kind"] not in ("answer", "written"):
            continue
        for i, cell in enumerate(cells):
            if places[i] is not None:
                continue
            if original["kind"] == "answer":
                if cell["type"] != "code":
                    continue
                wanted = re.findall(r"^(?:def|class)\s+(\w+)", original["source"], re.M)
                if wanted and set(wanted) & set(
                    re.findall(r"^(?:def|class)\s+(\w+)", cell["source"], re.M)
                ):
                    places[i] = place
            elif i and cell["type"] == "markdown" and places[i - 1] == place - 1:
                places[i] = place
    return places
