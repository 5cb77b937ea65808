"""A build that was stopped leaves nothing half-written to the next one, and one that warned no page that looks whole.

Sphinx takes a page that is newer than its source for a whole one, and jupyter-cache a notebook that is in its list.
So a build leaves a mark while it is under way, and one that finds the mark of another first clears away what that one
may have been writing: pages and what they were written from. What was computed stays, as far as it is whole. After
warnings the next build reads every page again, and warns again; else a cell that failed would be told of once.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config

PAGES = ("*.html", "*.xhtml", ".buildinfo")


def setup(app: Sphinx) -> None:
    """Tell Sphinx: first of all on the way in, last of all on the way out."""
    app.connect("config-inited", begin, priority=900)  # the places of the caches are known by then
    app.connect("build-finished", end, priority=1000)


def begin(app: Sphinx, config: Config) -> None:
    """Leave the mark; clear up first where a build before was stopped."""
    mark = _mark(app)
    if mark.exists():
        clear_pages(Path(app.outdir))
        shutil.rmtree(app.doctreedir, ignore_errors=True)
        drop_torn_notebooks(Path(config.nb_execution_cache_path))
        for partial in mark.parent.glob("explorers/.*.json.*"):
            partial.unlink(missing_ok=True)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text("A build is under way, or was stopped.\n")


def end(app: Sphinx, exception: Exception | None) -> None:
    """Take the mark away from a build that is whole; forget what pages were read if there were warnings."""
    if exception is None:
        _mark(app).unlink(missing_ok=True)
    if app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def _mark(app: Sphinx) -> Path:
    outdir = Path(app.outdir)
    return outdir.parent / ".lab" / f"unfinished-{outdir.name}"


def clear_pages(outdir: Path) -> None:
    """Delete the pages that a build wrote, and the static files; whatever else stands there stays."""
    shutil.rmtree(outdir / "_static", ignore_errors=True)
    for pattern in PAGES:
        for page in list(outdir.rglob(pattern)):
            page.unlink(missing_ok=True)


def drop_torn_notebooks(cache: Path) -> None:
    """Strike from jupyter-cache what is in its list and not on disk, or on disk and not whole."""
    try:
        with closing(sqlite3.connect(cache / "global.db")) as database:
            listed = {key for (key,) in database.execute("SELECT hashkey FROM nbcache")}
            whole = {key for key in listed if _is_whole(cache / "executed" / key / "base.ipynb")}
            lost = [(key,) for key in listed - whole]
            database.executemany("DELETE FROM nbcache WHERE hashkey = ?", lost)
            database.commit()
    except sqlite3.Error:
        shutil.rmtree(cache, ignore_errors=True)
        return
    for folder in (cache / "executed").glob("*"):
        if folder.name not in whole:
            shutil.rmtree(folder, ignore_errors=True)


def _is_whole(notebook: Path) -> bool:
    try:
        return "cells" in json.loads(notebook.read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return False
