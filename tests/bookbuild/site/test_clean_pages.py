"""Pages that a strict Content-Security-Policy lets through, read as text: every page, every tag.

`tests/browser/test_pages.py` opens them under that policy; here stands what a policy reports only when it is reached.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lstm_lab.interact import static

DATA = ("application/json", "application/ld+json", "text/plain")
OWN = Path(static.__file__).parent
# What runs a text as code, and what makes elements out of one.
RUNS_TEXT = re.compile(
    r"\beval\s*\(|new\s+Function\b|\bsetTimeout\s*\(\s*['\"`]|\bsetInterval\s*\(\s*['\"`]"
    r"|innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
)


class Tags(HTMLParser):
    """Collects what a policy without 'unsafe-inline' for scripts forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.kind: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        for name in ("href", "src", "action", "formaction", "data", "xlink:href"):
            if re.match(r"\s*(javascript|vbscript|data:text/html)", given.get(name, ""), re.I):
                self.found.append(f"<{tag} {name}={given[name][:30]}>")
        if tag in ("base", "object", "embed", "applet") or (tag == "iframe" and "srcdoc" in given):
            self.found.append(f"<{tag}>")
        if tag == "script":
            self.kind = None if "src" in given else given.get("type", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.kind = None

    def handle_data(self, data: str) -> None:
        if self.kind is not None and self.kind not in DATA and data.strip():
            self.found.append(f"<script>{data.strip()[:30]}")


def forbidden(page: str) -> list[str]:
    tags = Tags()
    tags.feed(page)
    tags.close()
    return tags.found


def test_no_page_holds_what_a_strict_policy_forbids(built_book: Path):
    files = list(built_book.rglob("*.html"))
    assert len(files) > 15
    problems = {str(f.relative_to(built_book)): forbidden(f.read_text("utf-8")) for f in files}
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<p onclick="f()">a</p>', ["<p onclick>"]),
        ("<svg onload=f()></svg>", ["<svg onload>"]),
        ('<a href=" JavaScript:f()">a</a>', ["<a href= JavaScript:f()>"]),
        ("<script>f()</script>", ["<script>f()"]),
        ('<script type="module">f()</script>', ["<script>f()"]),
        ('<script type="application/json">{"a": 1}</script><script src="a.js"></script>', []),
        ('<iframe srcdoc="<p>"></iframe><base href="/">', ["<iframe>", "<base>"]),
        (
            '<p style="color: red" data-on="x">on</p>',
            [],
        ),  # styles are allowed: MathML and Plotly need them
    ],
)
def test_what_is_forbidden_is_found(page: str, found: list[str]):
    assert forbidden(page) == found


@pytest.mark.parametrize("file", sorted(OWN.glob("*.js")), ids=lambda file: file.name)
def test_our_scripts_run_no_text_and_make_no_elements_of_one(file: Path):
    assert RUNS_TEXT.findall(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "code", ["eval('1')", "new Function('a')", "setTimeout('f()', 1)", "p.innerHTML = text"]
)
def test_code_that_does_is_found(code: str):
    assert RUNS_TEXT.search(code)
