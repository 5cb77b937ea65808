"""The whole book as one zip: reproducible, with its checksum, and it opens from where it is unpacked."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest
import zip_book


@pytest.fixture
def book(tmp_path: Path) -> Path:
    book = tmp_path / "html"
    for name in ("index.html", "chapters/a.html", "_static/a.js", ".buildinfo", "404.html"):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(name)
    return book


def test_the_same_book_gives_the_same_bytes(book: Path, tmp_path: Path):
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    zip_book.pack(book, first)
    for file in book.rglob("*.html"):
        os.utime(file, (1, 1))
    zip_book.pack(book, second)
    assert first.read_bytes() == second.read_bytes()
    assert {entry.date_time for entry in zipfile.ZipFile(first).infolist()} == {zip_book.EPOCH}


def test_the_checksum_is_of_the_file(book: Path, tmp_path: Path):
    out = tmp_path / "book.zip"
    digest = zip_book.pack(book, out)
    assert digest == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (tmp_path / "book.zip.sha256").read_text() == f"{digest}  book.zip\n"


def test_it_holds_the_pages_and_a_file_to_start_with(book: Path, tmp_path: Path):
    out = tmp_path / "book.zip"
    zip_book.main(["--book", str(book), "--out", str(out)])
    top = zip_book.NAME
    names = zipfile.ZipFile(out).namelist()
    assert names[0] == f"{top}/START HERE.html"
    pages = {"index.html", "chapters/a.html", "_static/a.js"}
    assert set(names[1:]) == {f"{top}/book/{name}" for name in pages}
    assert 'href="book/index.html"' in zipfile.ZipFile(out).read(names[0]).decode()


def test_a_book_that_is_not_built_is_said_to_be_missing(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="run `make book`"):
        zip_book.pack(tmp_path, tmp_path / "x.zip")
