"""Tables for spreadsheets: written so that no cell is run as a formula, read as spreadsheets save them."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from . import text as texts

# A cell that begins with one of these is a formula to some spreadsheet (the wide forms to a Japanese one).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: Any) -> str:
    """A cell that is shown, not run: text that would be a formula gets an apostrophe before it."""
    if isinstance(value, bool | int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = "" if value is None else texts.clean(str(value))
    return f"'{text}" if text.lstrip(" '").startswith(FORMULA) else text


def plain(cell: str) -> str:
    """The inverse of `safe`."""
    inner = cell[1:].lstrip(" '")
    return cell[1:] if cell.startswith("'") and inner.startswith(FORMULA) else cell


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table, whole or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe(name) for name in header])
    writer.writerows([safe(value) for value in row] for row in rows)
    replace(path, "\ufeff" + text.getvalue())


def replace(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one."""
    replace_bytes(path, text.encode("utf-8", "replace"))


def replace_bytes(path: Path, content: bytes) -> None:
    """As `replace`. Where it cannot be written, what was there stays and nothing is added."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(content)
        new.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise


def read(path: Path) -> list[dict[str, str]]:
    """Read a table with a header. The separator may be a comma, a semicolon or a tab, as spreadsheets save it."""
    header, rows = read_rows(path)
    return [
        {name: plain(cell) for name, cell in zip(header, row, strict=False)} for row in rows if row
    ]


def read_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header and the rows as they stand."""
    content = path.read_bytes()
    coding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(coding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    if not rows:
        raise ValueError(f"{path.name} is empty")
    return rows[0], rows[1:]


def number(text: str, what: str) -> float | None:
    """A number in a cell, with a point or a comma; None if the cell is empty."""
    if not text.strip():
        return None
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"{what} must be a number, got {text!r}") from None
    if not 0 <= found < 1e6:
        raise ValueError(f"{what} must be a number of at least 0, got {text!r}")
    return found
