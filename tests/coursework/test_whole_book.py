"""The whole book, built twice: from the sources of the assignments, and from sources whose secrets are random text."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lstm_grade import prove, release, source

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("_config.yml", "_toc.yml", "index.md", "references.bib", "pyproject.toml")
FOLDERS = ("chapters", "coursework", "docs", "_build/.lab")


def released_and_built(folder: Path) -> dict[str, bytes]:
    """Release every assignment of a folder into its book, build that, and read every file of it."""
    for name, there in source.folders().items():
        read = source.read(folder / "coursework" / there.name, name, "public")
        text = release.notebook_text(release.student_notebook(read))
        (folder / "chapters" / "assignments" / f"{name}.ipynb").write_text(text, "utf-8")
    for made in ("html", ".doctrees"):
        shutil.rmtree(folder / "_build" / made, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", ".", "-q"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    html = folder / "_build" / "html"
    return {
        str(path.relative_to(html)): path.read_bytes() for path in html.rglob("*") if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.weekly("coursework/**", "bookbuild/**", "chapters/assignments/**", "_config.yml")
def test_the_whole_book_does_not_depend_on_the_secrets(built_book, tmp_path):
    """What the chapters computed is taken from the cache of the book that stands built."""
    folder = tmp_path / "book"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    for name in NEEDED:
        shutil.copy(ROOT / name, folder)
    as_it_is = released_and_built(folder)
    for there in source.folders().values():
        path = folder / "coursework" / there.name / f"{there.name}.md"
        text = path.read_text("utf-8")
        path.write_text(prove.scramble(text, random.Random(there.name)), "utf-8")
        assert path.read_text("utf-8") != text
    scrambled = released_and_built(folder)
    assert len(as_it_is) > len(list(built_book.rglob("*.html")))
    assert as_it_is.keys() == scrambled.keys()
    assert [name for name in as_it_is if as_it_is[name] != scrambled[name]] == []
