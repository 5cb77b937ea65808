"""Take from a notebook file what is graded: sources, names of cells, whose notebook it says it is. Outputs go.

A large file is read by a process of its own whose memory is limited, since a few megabytes of brackets would take
gigabytes. This file is run by its path and imports nothing of the grader.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

INLINE_BYTES = 2_000_000
FILE_BYTES = 100_000_000
MEMORY = 1_500_000_000
SECONDS = 60
CELLS = 2000
SOURCE_BYTES = 5_000_000


class UnreadableError(ValueError):
    """The notebook cannot be read; the message is for the student."""


def stripped(content: bytes) -> bytes:
    """The notebook without outputs, as JSON. Raises UnreadableError, with the reason."""
    if not content.strip():
        raise UnreadableError("the file is empty")
    if len(content) > FILE_BYTES:
        raise UnreadableError(f"the file is larger than {FILE_BYTES // 10**6} MB")
    if len(content) <= INLINE_BYTES:
        return strip(content)
    command = [
        sys.executable,
        "-I",
        "-S",
        str(Path(__file__).resolve()),
    ]  # knows only Python's own library
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError("the file takes too long to read") from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode == 2:
        raise UnreadableError(done.stdout.decode("utf-8", "replace"))
    raise UnreadableError("the file needs too much memory to read")


def strip(content: bytes) -> bytes:
    """The same in this process."""
    try:
        found = json.loads(_decoded(content))
        cells = _cells(found)
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableError("the file is not a notebook, or damaged") from error
    if len(cells) > CELLS:
        raise UnreadableError(f"the notebook has more than {CELLS} cells")
    metadata = found.get("metadata")
    about = metadata.get("lstm_lab") if isinstance(metadata, dict) else None
    about = about if isinstance(about, dict) else {}
    kept = {
        key: about[key][:200] for key in ("assignment", "term") if isinstance(about.get(key), str)
    }
    plain = [_plain(cell) for cell in cells if isinstance(cell, dict)]
    made = json.dumps({"cells": plain, "metadata": {"lstm_lab": kept}}).encode()
    if len(made) > SOURCE_BYTES:
        raise UnreadableError(
            f"without its outputs the notebook is larger than {SOURCE_BYTES // 10**6} MB"
        )
    return made


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _cells(found: Any) -> list[Any]:
    """The cells of a notebook of version 4, or of the sheets of versions 2 and 3."""
    if "worksheets" not in found and isinstance(found["cells"], list):
        cells: list[Any] = found["cells"]
        return cells
    cells = [cell for sheet in found["worksheets"] for cell in sheet["cells"]]
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            cell["source"] = cell.pop("input", cell.get("source", ""))
        if isinstance(cell, dict) and cell.get("cell_type") == "heading":
            cell["cell_type"] = "markdown"
    return cells


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    kind, key = cell.get("cell_type"), cell.get("id")
    return {
        "cell_type": kind if isinstance(kind, str) else "raw",
        "source": source if isinstance(source, str) else "",
        "id": key if isinstance(key, str) else "",
        "metadata": {"nbgrader": {"grade_id": name if isinstance(name, str) else ""}},
        "attachments": 1 if cell.get("attachments") else 0,
    }


def main() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(strip(sys.stdin.buffer.read()))
    except UnreadableError as error:
        sys.stdout.write(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
