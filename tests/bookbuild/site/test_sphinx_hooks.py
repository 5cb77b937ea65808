"""Small books, built for real: one whose address nobody knows, and one that a fork publishes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from myst import chapter

ROOT = Path(__file__).parents[3]
CHAPTER = chapter("""# 1958: a chapter

:::{note}
Not this.
:::

An innings is a sequence of 300 balls.

More.
""")
TOC = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/01-first\n"
SITE = "https://teacher.github.io/my-book/"

pytestmark = [pytest.mark.slow, pytest.mark.weekly("bookbuild/**", "_config.yml")]


def build(folder: Path, **environment: str) -> Path:
    (folder / "chapters").mkdir()
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "references.bib").write_text("")
    (folder / "_toc.yml").write_text(TOC)
    (folder / "index.md").write_text("# A book\n\nHow it began.\n")
    (folder / "chapters" / "01-first.md").write_text(CHAPTER)
    (folder / "chapters" / "01-first.ipynb").write_text('{"cells": []}')
    (folder / "docs" / "addresses.toml").write_text(
        '[moved]\n"chapters/00-old" = "chapters/01-first"\n'
    )
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", str(folder), "-W", "--keep-going"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LSTM_LAB_")}
    done = subprocess.run(
        command, env={**clean, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def unknown(tmp_path_factory):
    return build(tmp_path_factory.mktemp("unknown"))


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fork")
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run(
        [*git, "remote", "add", "origin", "git@github.com:teacher/my-book.git"], check=True
    )
    return build(folder, LSTM_LAB_SITE=SITE)


def page(book: Path, name: str = "chapters/01-first.html") -> str:
    return (book / name).read_text("utf-8")


def test_without_an_address_there_is_no_launch_button(unknown):
    for name in ("index.html", "chapters/01-first.html"):
        assert not re.search("launch-buttons|mybinder|colab|fa-rocket", page(unknown, name))
    assert not (unknown / "sitemap.xml").exists()
    assert "og:url" not in page(unknown)
    assert 'rel="canonical"' not in page(unknown)


def test_a_chapter_of_a_fork_is_launched_from_the_fork(fork):
    links = set(re.findall(r'href="(https://[^"]+)" target="_blank"', page(fork)))
    assert links == {
        "https://mybinder.org/v2/gh/teacher/my-book/main?urlpath=lab/tree/chapters/01-first.ipynb",
        "https://colab.research.google.com/github/teacher/my-book/blob/main/chapters/01-first.ipynb",
    }
    assert "launch-buttons" not in page(fork, "index.html")


def test_a_published_book_has_a_sitemap_and_a_picture_for_every_page(fork):
    listed = re.findall(r"<loc>(.*?)</loc>", page(fork, "sitemap.xml"))
    assert listed == [f"{SITE}chapters/01-first.html", f"{SITE}index.html"]
    for name in ("chapters/01-first.html", "index.html"):
        (picture,) = re.findall(r'"og:image" content="(.*?)"', page(fork, name))
        assert (fork / picture.removeprefix(SITE)).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("book", ["unknown", "fork"])
def test_every_book_has_descriptions_signposts_logo_and_notebooks(request, book):
    book = request.getfixturevalue(book)
    assert '<meta name="description" content="An innings is a sequence of 300 balls.">' in page(
        book
    )
    assert 'content="How it began."' in page(book, "index.html")
    assert '<a href="01-first.html">' in page(book, "chapters/00-old.html")
    assert "1958: a chapter</a>" in page(book, "404.html")
    (icon,) = re.findall(r'<link rel="icon"[^>]*href="(.*?)"', page(book))
    assert (book / "chapters" / icon).is_file()
    assert (book / "_sources" / "chapters" / "01-first.ipynb").is_file()
    assert 'href="../_sources/chapters/01-first.ipynb"' in page(book)
