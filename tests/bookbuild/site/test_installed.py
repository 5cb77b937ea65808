"""What the published book writes to be installed: a manifest, a worker with the digests of all files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bookbuild.site import installed

FILES = {
    "index.html": '<link href="_static/a.css?v=1"><a href="chapters/x.html">x</a><img src="https://example.org/a.png">',
    "chapters/x.html": '<script src="../_static/b.js"></script><figure data-payload="../_static/explorers/p.js">',
    "_static/a.css": 'url("fonts/f.woff2") url(data:font/woff2;base64,AAAA) url(gone.png)',
    "_static/fonts/f.woff2": "f",
    "_static/b.js": "b",
    "_static/explorers/p.js": "p",
    "_static/explorers/of-an-earlier-build.js": "old",
    "_static/plotly.min.js": "plotly",
    "_static/python/core.js": "python",
    "404.html": "no",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_page_needs_what_it_loads_and_what_its_styles_load(book):
    listed = installed.listed(book)
    assert listed["pages"] == {
        "index.html": ["_static/a.css", "_static/fonts/f.woff2", "_static/plotly.min.js"],
        "chapters/x.html": ["_static/b.js", "_static/explorers/p.js", "_static/plotly.min.js"],
    }
    assert listed["python"] == ["_static/python/core.js"]
    left_out = {"404.html", "_static/explorers/of-an-earlier-build.js"}
    assert set(listed["files"]) == set(FILES) - left_out


def test_digests_and_sizes_are_those_of_the_files_and_make_the_edition(book):
    listed = installed.listed(book)
    for name, (digest, size) in listed["files"].items():
        content = (book / name).read_bytes()
        assert hashlib.sha256(content).hexdigest().startswith(digest)
        assert size == len(content)
    assert installed.listed(book) == listed
    (book / "_static" / "b.js").write_text("B")
    assert installed.listed(book)["edition"] != listed["edition"]


@pytest.mark.parametrize(("site", "there"), [("https://owner.github.io/name/", True), ("", False)])
def test_only_a_book_that_is_published_has_them(book, site, there):
    config = SimpleNamespace(html_baseurl=site, html_title="A book")
    builder = SimpleNamespace(format="html", name="html")
    app = SimpleNamespace(config=config, builder=builder, outdir=str(book))
    for name in (installed.WORKER, installed.MANIFEST):
        (book / name).write_text("of an earlier build")
    installed.finish(app, None)
    assert (book / installed.WORKER).exists() == there
    assert (book / installed.MANIFEST).exists() == there
    if there:
        assert json.loads((book / installed.MANIFEST).read_text())["name"] == "A book"
        assert installed.listed(book)["edition"] in (book / installed.WORKER).read_text("utf-8")
