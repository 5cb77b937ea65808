"""Files as they were handed in, in folders and archives, read within limits: no archive costs more than they allow."""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from . import strip, text

ZIP_MEMBERS = 2000  # of one student
CLASS_MEMBERS = 200_000
BUDGET_BYTES = 300_000_000  # read of one student in all
DIRECTORY_BYTES = 20_000_000  # the table of contents of an archive
DEPTH = 5
PACKED = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # Python unpacks the others whole, whatever comes out
HAND_INS = {".pdf", ".doc", ".docx", ".odt", ".rtf", ".pages", ".py", ".html", ".htm", ".md", ".rar", ".7z", ".gz",
            ".tar", ".tgz", ".bz2", ".xz", ".json", ".txt", ".png", ".jpg", ".jpeg", ".heic"}  # fmt: skip
NOBODYS = {"thumbs.db", "desktop.ini", "timestamp.txt", "icon", "__macosx", "__pycache__", "lost+found", "readme",
           "readme.txt", "readme.md", "license", "makefile", "index.html", "notes.txt", "todo.txt",
           "requirements.txt", "gradebook.db", "nbgrader_config.py"}  # fmt: skip


class RefusedError(ValueError):
    """A file over the limits, or one that cannot be read; the message is for the student."""


@dataclass(frozen=True)
class Item:
    """A file: its path from the outermost name on, the dates on the way to it, and how to read its first bytes."""

    parts: tuple[str, ...]
    size: int
    made: tuple[float, ...]
    read: Callable[[int], bytes]
    path: Path | None = None

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def place(self) -> str:
        return "/".join(self.parts)

    def below(self) -> Item | None:
        """The same, without the outermost folder."""
        return replace(self, parts=self.parts[1:]) if len(self.parts) > 1 else None


class Budget:
    """What may be read of one student."""

    def __init__(self) -> None:
        self.left, self.items = BUDGET_BYTES, ZIP_MEMBERS

    def count(self) -> None:
        self.items -= 1
        if self.items < 0:
            raise RefusedError(f"more than {ZIP_MEMBERS} files")

    def read(self, item: Item) -> bytes:
        """The whole file, or RefusedError."""
        most = min(strip.FILE_BYTES, self.left)
        if item.size > most:
            raise RefusedError(f"larger than {most // 10**6} MB")
        try:
            content = item.read(most + 1)
        except Exception as error:
            raise RefusedError(
                f"{item.name} cannot be read: {text.line(str(error))[:200]}"
            ) from error
        self.left -= len(content)
        if len(content) > most:
            raise RefusedError(f"larger than {most // 10**6} MB")
        return content


def sensible(when: float) -> bool:
    """Whether a date can be that of a hand-in. 1970 and the 1980s are what programs write that know none."""
    return 86_400 < when < time.time() + 2 * 86_400 and not 315_000_000 < when < 631_152_000


def clutter(name: str) -> str:
    """Why a file or folder is nobody's hand-in, by its name alone; or nothing."""
    lower = name.lower()
    if lower.startswith((".", "~$", "__macosx")) or lower.endswith(
        (".tmp", ".part", ".crdownload", "~", ".bak")
    ):
        return "a file of a system or a program, no hand-in"
    return "no hand-in" if lower in NOBODYS else ""


def not_a_hand_in(name: str) -> str:
    """Why a file that no system named is taken for nobody's, by its ending; or nothing."""
    ending = PurePosixPath(name).suffix.lower()
    if ".ipynb" in name.lower() or ending in HAND_INS or ending == ".zip":
        return ""
    return f"no notebook, and no document: a file with {ending or 'no ending'}"


def kind(name: str) -> str:
    """ "notebook", "maybe" for a name under which one may hide, or "other"."""
    lower = name.lower()
    if lower.endswith(".ipynb"):
        return "notebook"
    return (
        "maybe"
        if ".ipynb" in lower or PurePosixPath(lower).suffix in ("", ".json", ".txt")
        else "other"
    )


def of_path(path: Path) -> tuple[list[Item], str]:
    """The files at a place in the folder of hand-ins, and what is wrong with it."""
    mode = path.lstat().st_mode
    if stat.S_ISREG(mode):
        return [_on_disk(path, path.parent)], ""
    if not stat.S_ISDIR(mode):
        return [], "a link or device, not a file"
    found: list[Item] = []
    for place, folders, files in os.walk(path):
        folders.sort()
        for file in sorted(files):
            inside = Path(place) / file
            if stat.S_ISREG(inside.lstat().st_mode):
                found.append(_on_disk(inside, path.parent))
        if len(found) > CLASS_MEMBERS:
            return [], f"the folder holds more than {CLASS_MEMBERS} files"
    return found, ""


def _on_disk(path: Path, above: Path) -> Item:
    def read(size: int) -> bytes:
        with path.open("rb") as file:
            return file.read(size)

    status = path.lstat()
    parts = tuple(text.of_file(part) for part in path.relative_to(above).parts)
    return Item(parts, status.st_size, (status.st_mtime,), read, path)


def opened(file: Path | bytes) -> zipfile.ZipFile:
    """An archive whose table of contents is not too large to be read."""
    if isinstance(file, Path):
        with file.open("rb") as stream:
            _check_directory(stream)
        return zipfile.ZipFile(file)
    _check_directory(io.BytesIO(file))
    return zipfile.ZipFile(io.BytesIO(file))


def _check_directory(stream: BinaryIO) -> None:
    """Raise RefusedError if the record at the end of a zip announces a very large table of contents."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - 66_000))
    end = stream.read()
    place = end.rfind(b"PK\5\6")
    if place >= 0 and len(end) >= place + 22:
        (length,) = struct.unpack_from("<L", end, place + 12)
        if length > DIRECTORY_BYTES and length != 0xFFFFFFFF:
            raise RefusedError("the zip holds too many files")


def path_of(name: str) -> tuple[str, ...]:
    """The parts of a path in an archive, none of which leads upwards."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(text.of_file(part) for part in parts if part not in ("/", "..", "."))


def members(
    archive: zipfile.ZipFile, of_class: bool = False, within: Item | None = None
) -> Iterator[Item]:
    """The files of an archive. Those of a student's own count as lying in it, and their dates after its own."""
    most = CLASS_MEMBERS if of_class else ZIP_MEMBERS
    if len(archive.infolist()) > most:
        raise RefusedError(f"the zip holds more than {most} files")
    for member in archive.infolist():
        parts = path_of(member.filename)
        if member.is_dir() or not parts:
            continue

        def read(size: int, member: zipfile.ZipInfo = member) -> bytes:
            if member.compress_type not in PACKED:
                raise RefusedError(
                    "packed in a way that is not read here: pack it as an ordinary zip"
                )
            with archive.open(member) as stream:
                return stream.read(size)

        made = (_date(member),)
        if within is None:
            yield Item(parts, member.file_size, made, read)
        else:
            yield Item((*within.parts, *parts), member.file_size, (*within.made, *made), read)


def _date(member: zipfile.ZipInfo) -> float:
    """The date of a member; 0 for one that makes no sense, such as 1980, where a program wrote none."""
    try:
        found = time.mktime((*member.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0
    return found if sensible(found) else 0.0


def unpacked(
    items: list[Item], budget: Budget, reasons: list[str], depth: int = 0
) -> Iterator[Item]:
    """The files that may be notebooks, those in zips too. What cannot be read goes into `reasons`."""
    for item in items:
        try:
            if _passed_over(item.parts[1:] if len(item.parts) > 1 else item.parts):
                continue
            budget.count()
            if not item.name.lower().endswith(".zip"):
                yield item
            elif depth >= DEPTH:
                reasons.append(
                    f"{item.place[:120]}: archives within archives, more than {DEPTH} deep"
                )
            else:
                with opened(item.path or budget.read(item)) as archive:
                    inner = list(members(archive, within=item))
                    if not inner:
                        reasons.append("there is no file in the zip")
                    yield from unpacked(inner, budget, reasons, depth + 1)
        except RefusedError as error:
            reasons.append(str(error))
            if budget.items < 0:
                return
        except Exception as error:
            said = text.line(str(error))[:200] or type(error).__name__
            reasons.append(f"the zip cannot be read: {said}")


def _passed_over(parts: tuple[str, ...]) -> bool:
    """Whether a file is one of a program. (What Jupyter keeps in .ipynb_checkpoints may be all that there is.)"""
    hidden = [part for part in parts if clutter(part) and part != ".ipynb_checkpoints"]
    return bool(hidden) or bool(re.fullmatch(r"Icon\r?", parts[-1]))
