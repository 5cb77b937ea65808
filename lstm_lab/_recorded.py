"""Recorded results on disk: where they are, written whole or not at all, and refused where they are not ours.

They stand beside the package in a checkout, inside it in an installed wheel. A file carries a checksum of its content,
so that one that was cut short or edited by hand is told from one that this package wrote.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

_SHIPPED = Path(__file__).resolve().parent / "results"  # put there by setup.py
RESULTS = _SHIPPED if _SHIPPED.is_dir() else _SHIPPED.parents[1] / "results"
FORMAT = 1
ADVICE = "move it away or delete it to run it anew"


def checksum(content: dict[str, Any]) -> str:
    """A checksum of everything in a result file."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_checked(path: Path) -> dict[str, Any]:
    """The content of a result file, if it is whole and unchanged.

    Raises:
        ValueError: for a file that is cut short, edited or of another format.
        FileNotFoundError: if there is none.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stated = content.pop("checksum")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise ValueError(f"{path.name} is damaged or no result file; {ADVICE}") from None
    if stated != checksum(content):
        raise ValueError(f"{path.name} was changed after it was written; {ADVICE}")
    if content.get("format") != FORMAT:
        raise ValueError(
            f"{path.name} has format {content.get('format')}, this version reads {FORMAT}; {ADVICE}"
        )
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a reader finds the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def clear_leftovers(path: Path) -> None:
    """Delete what a run that was killed while it wrote this file has left beside it."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        leftover.unlink(missing_ok=True)
