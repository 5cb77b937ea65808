"""Compiled functions whose cache on disk knows everything that they rest on.

Numba keeps machine code in a cache and looks at one file only, that of the function itself. Where a
function calls another of another module, a change there would go unnoticed, and old code would run
(numba#1833). Here the cache of all compiled functions stands in a folder named by a digest of every
source file that any of them can rest on, so a change in one of them begins a new folder.

Chapter 08 rests on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba import njit

from ...sequences import draw

_HERE = Path(__file__).resolve().parent
_DAYS_KEPT = 30


def sources() -> list[Path]:
    """The files that compiled code can rest on: this folder, and the draws of the tasks."""
    return [*sorted(_HERE.glob("*.py")), Path(draw.__file__).resolve()]


@cache
def digest() -> str:
    """A digest of the sources, by their names and all that stands in them."""
    found = hashlib.sha256()
    for path in sources():
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode() + content)
    return found.hexdigest()[:16]


@cache
def cache_folder() -> Path | None:
    """Where compiled code is kept; None where no folder can be written.

    Below ``NUMBA_CACHE_DIR`` if that is set; else beside this file, like Python's own cache, or where
    the package cannot be written to, in the user's folder of caches.
    """
    given = numba.config.CACHE_DIR
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lstm-lab"
    for parent in [Path(given)] if given else [_HERE / "__pycache__", user]:
        folder = parent / f"numba-{digest()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError:
            continue
        _clear(parent, folder)
        return folder
    return None


def _clear(parent: Path, kept: Path) -> None:
    """Delete the folders of sources that nobody has run for a while."""
    for other in parent.glob("numba-*"):
        if other != kept and time.time() - other.stat().st_mtime > _DAYS_KEPT * 86_400:
            shutil.rmtree(other, ignore_errors=True)


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function with Numba when it is first called; keep the result, see above."""
    dispatcher = njit(error_model="numpy")(function)
    folder = cache_folder()
    if folder is None:
        return dispatcher
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)  # Numba reads it at once, and for this function only
    try:
        dispatcher.enable_caching()
    finally:
        numba.config.CACHE_DIR = before
    return dispatcher
