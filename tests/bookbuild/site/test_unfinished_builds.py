"""A build that is stopped at any moment and started again is the build that nobody stopped."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_cache.cache.main import JupyterCacheBase
from myst import chapter

from bookbuild.site import unfinished_builds

ROOT = Path(__file__).resolve().parents[3]
KILLS = 3
RESTS_ON = pytest.mark.weekly(
    "bookbuild/**",
    "_config.yml",
    "lstm_lab/interact/static.py",
    "lstm_lab/interact/source_digest.py",
    "lstm_lab/results.py",
)
PAGE = chapter("""# A unit

What it computes: ${{h = f(a)}}$.

```{{code-cell}} python
from lstm_lab.chapters import explorers

explorers.show("xor-unit")
```

```{{code-cell}} python
{number} * 111
```
""")


def source(folder: Path) -> Path:
    """A book of a page and two notebooks, the same explorer in both."""
    folder.mkdir()
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copy(ROOT / "references.bib", folder)
    (folder / "index.md").write_text("# A book\n\nHow it began.\n")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: one\n  - file: two\n"
    )
    for number, name in enumerate(("one", "two"), start=3):
        text = PAGE.format(number=number)
        (folder / f"{name}.md").write_text(text)
    return folder


def start(folder: Path) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name("jupyter-book")
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        return subprocess.Popen(
            [program, "build", folder, "-n", "--keep-going"],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def built(folder: Path) -> dict[str, bytes]:
    """Build to the end; what every file of the book holds."""
    process = start(folder)
    assert process.wait(300) == 0, (folder.parent / f"{folder.name}.log").read_text("utf-8")[-3000:]
    html = folder / "_build" / "html"
    return {
        str(file.relative_to(html)): file.read_bytes()
        for file in sorted(html.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[Path, dict[str, bytes], float]:
    """A book, what it holds, and how long it took."""
    folder = source(tmp_path_factory.mktemp("undisturbed") / "book")
    began = time.monotonic()
    files = built(folder)
    took = time.monotonic() - began
    assert any(name.startswith("_static/explorers/xor-unit") for name in files)
    assert b"333" in files["one.html"]
    return folder, files, took


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


@pytest.mark.slow
@RESTS_ON
def test_killed_and_started_again_it_is_whole(undisturbed, tmp_path):
    _, files, took = undisturbed
    folder = source(tmp_path / "book")
    rng = random.Random(1997)
    killed = 0
    for part in range(KILLS):
        process = start(folder)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(took * rng.uniform(part, part + 1) / (KILLS + 1))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
    assert killed
    assert different(built(folder), files) == []


@pytest.mark.slow
@RESTS_ON
def test_whatever_was_being_written_is_written_anew(undisturbed, tmp_path):
    """Everything that a kill in the middle of a write may leave, at once, in the folder of a whole build."""
    folder, files, _ = undisturbed
    html, lab = folder / "_build" / "html", folder / "_build" / ".lab"
    later = time.time() + 5
    torn = [html / "one.html", *html.glob("_static/explorers/*.js"), html / "searchindex.js"]
    torn += [html / ".buildinfo", html / "_static" / "explore.js", html / "objects.inv"]
    torn += list(folder.rglob("environment.pickle")) + list(folder.rglob("two.doctree"))
    kept = sorted(lab.rglob("base.ipynb"))
    assert len(kept) == 2
    torn += [kept[0]]
    for file in torn:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        os.utime(file, (later, later))
    kept[1].unlink()
    (next(lab.glob("explorers")) / ".xor-unit.json.abc").write_text("half")
    (lab / "unfinished-html").write_text("")
    assert different(built(folder), files) == []
    assert not (lab / "unfinished-html").exists()
    assert [file.name for file in lab.glob("explorers/.*")] == []


def test_what_no_build_of_the_book_wrote_stays(tmp_path):
    html = tmp_path / "html"
    for name in ("index.html", "a/b.html", "_static/x.js", "own.txt"):
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text(name)
    unfinished_builds.clear_pages(html)
    left = {str(file.relative_to(html)) for file in html.rglob("*") if file.is_file()}
    assert left == {"own.txt"}


class TestCache:
    def fill(self, folder: Path) -> JupyterCacheBase:
        import nbformat
        from jupyter_cache.base import CacheBundleIn

        cache = JupyterCacheBase(folder)
        for text in ("1", "2", "3"):
            cell = nbformat.v4.new_code_cell(text, execution_count=1)
            notebook = nbformat.v4.new_notebook(cells=[cell])
            cache.cache_notebook_bundle(CacheBundleIn(notebook, text, data={}))
        return cache

    def test_what_is_whole_stays(self, tmp_path):
        self.fill(tmp_path)
        unfinished_builds.drop_torn_notebooks(tmp_path)
        assert len(JupyterCacheBase(tmp_path).list_cache_records()) == 3

    def test_what_is_torn_or_lost_goes(self, tmp_path):
        cache = self.fill(tmp_path)
        torn, lost, _ = (record.hashkey for record in cache.list_cache_records())
        (tmp_path / "executed" / torn / "base.ipynb").write_text('{"cells": [')
        shutil.rmtree(tmp_path / "executed" / lost)
        (tmp_path / "executed" / "unlisted").mkdir()
        unfinished_builds.drop_torn_notebooks(tmp_path)
        cache = JupyterCacheBase(tmp_path)
        assert [record.uri for record in cache.list_cache_records()] == ["3"]
        assert len(list((tmp_path / "executed").iterdir())) == 1

    @pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"x" * 100])
    def test_a_list_that_cannot_be_read_goes_as_a_whole(self, tmp_path, content):
        self.fill(tmp_path)
        (tmp_path / "global.db").write_bytes(content)
        unfinished_builds.drop_torn_notebooks(tmp_path)
        assert not tmp_path.exists()


@RESTS_ON
def test_a_page_that_failed_is_told_of_again_by_the_next_build(tmp_path):
    """With the book's own options; and a page that was mended is whole."""
    folder = source(tmp_path / "book")
    page = folder / "two.md"
    whole = page.read_text("utf-8")
    page.write_text(whole.replace("4 * 111", "4 / 0"))
    program = Path(sys.executable).with_name("jupyter-book")

    def build():
        return subprocess.run(
            [program, "build", folder, "-W", "-n", "--keep-going"],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    for _ in range(2):
        failed = build()
        assert failed.returncode != 0
        assert "two.md: WARNING: Executing notebook failed" in failed.stdout + failed.stderr
    page.write_text(whole)
    mended = build()
    assert mended.returncode == 0, mended.stdout[-3000:] + mended.stderr[-3000:]
