"""The directive `predict`: what it makes of a box, for a page, for an e-book, and what it refuses."""

from __future__ import annotations

import io
import re

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

CONF = """
extensions = ["myst_parser", "sphinx_design", "bookbuild.predict"]
myst_enable_extensions = ["colon_fence", "tasklist"]
html_theme = "basic"
"""
ANSWER = "\n:::{dropdown} What you saw\nThe reason.\n:::\n"
CHOICES = "Which?\n\n- [ ] The *first*.\n\n  Not so.\n- [x] The second.\n"


def box(body: str, name: str = "a-name") -> str:
    return f":::{{predict}} {name}\n{body}:::\n"


@pytest.fixture
def built(tmp_path):
    """Build a page: its HTML, and what Sphinx warned of."""

    def build(body: str, builder: str = "html") -> tuple[str, str]:
        source, out = tmp_path / "source", tmp_path / builder
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(CONF, "utf-8")
        (source / "index.md").write_text(f"# A title\n\n{body}\n\n## Next\n\nAfter.\n", "utf-8")
        warned = io.StringIO()
        with docutils_namespace():
            trees = out / ".doctrees"
            Sphinx(source, source, out, trees, builder, status=None, warning=warned).build()
        (page,) = out.glob("index.*html")
        return page.read_text("utf-8"), re.sub(r"\x1b\[[\d;]*m", "", warned.getvalue())

    return build


def test_a_box_guards_all_down_to_its_answer(built):
    page, warned = built(f"Before.\n\n{box(CHOICES)}\nThe figure.\n{ANSWER}\nThen.")
    assert warned == ""
    form = re.search(r'<form class="lab-predict.*?</form>', page, re.S)[0]
    assert re.findall(r'<div class="lab-choice"( data-right)?>', form) == ["", " data-right"]
    assert re.findall(r'name="guess" value="(\d)" disabled', form) == ["0", "1"]
    assert "The <em>first</em>." in form
    assert '<div class="lab-told" hidden><p>Not so.</p>' in form
    assert "checkbox" not in form
    guarded = page[page.index("lab-guarded") :]
    assert guarded.index("The figure.") < guarded.index("The reason.") < guarded.index("Then.")
    assert re.search(r"<strong>Answer:</strong> The second\.</p>\s*<p[^>]*>The reason\.", guarded)
    assert "predict.js" in page


def test_a_page_without_a_box_loads_no_script(built):
    page, _ = built("Nothing asked.")
    assert "predict.js" not in page


def test_a_curve_is_asked_for_by_the_name_of_its_trace(built):
    page, warned = built(
        box(':draw: what is "left"\n:beside: before\n:powers:\n\nHow much is left?\n') + ANSWER
    )
    assert warned == ""
    assert "what is \\&quot;left\\&quot;" in page
    assert "&quot;powers&quot;: true" in page
    assert "Answer:" not in page


def test_an_ebook_asks_plainly(built):
    page, _ = built(box(CHOICES) + ANSWER, "epub")
    assert "<form" not in page
    assert re.search(r"<li>\s*<p>The <em>first</em>\.</p>\s*</li>", page)
    assert "Not so." not in page
    assert "<strong>Answer:</strong> The second." in page


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (box(CHOICES), "after the box a-name there must be a {dropdown} What you saw"),
        (f"{box(CHOICES)}\n{box(CHOICES, 'other')}{ANSWER}", "after the box a-name there must be"),
        (box("Which?\n") + ANSWER, "a-name must have either choices or the option draw"),
        (box(f":draw: x\n\n{CHOICES}") + ANSWER, "a-name must have either choices or"),
        (box("Which?\n\n- [x] One.\n") + ANSWER, "2 to 4 choices, some right, some not, got 1, 1"),
        (
            box("Which?\n\n- [ ] One.\n- [ ] Two.\n") + ANSWER,
            "some right, some not, got 2, 0 right",
        ),
        (box(CHOICES, "A_Name") + ANSWER, "small letters, digits and hyphens, got 'A_Name'"),
    ],
)
def test_what_cannot_be_asked_is_refused(built, body, says):
    assert says in built(body)[1]
