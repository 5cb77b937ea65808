"""The catalogue of what there is to predict and to solve: the words of questions, measured curves, exercises."""

from __future__ import annotations

import re

import pytest
from docutils import nodes
from predictions import CHAPTERS
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from bookbuild.classroom import catalogue
from bookbuild.explorer_html import payload_key
from bookbuild.predict import boxes
from lstm_lab.interact.pack import pack


def words(*children):
    return catalogue.plain(nodes.paragraph("", "", *children))


@pytest.mark.parametrize(
    ("latex", "signs"),
    [
        (r"10^{-15}", "10⁻¹⁵"),
        (r"w_1 = w_2", "w₁=w₂"),
        (r"c_{t-1} + i_t", "cₜ₋₁+iₜ"),
        (r"W_l h_{Q}", "Wₗh_Q"),
        (r"\varepsilon < 1", "ε<1"),
    ],
)
def test_formulas_become_signs(latex, signs):
    assert words(nodes.Text("at "), nodes.math(latex, latex)) == f"at {signs}"


def test_citations_go_with_their_grade():
    cited = nodes.Element("", refdomain="cite")
    cited += nodes.inline("", "gers1999")
    assert words(nodes.Text("of 1999 "), cited, nodes.Text(" (P) and then")) == "of 1999 and then"


def page(draw="wanted"):
    figures = [
        {
            "data": [
                {"name": "wanted", "x": [2.0, 0.0, 1.0], "y": [20.0 + s, 0.5, float("nan")]},
                {"name": "hidden", "x": [0.0], "y": [1.0], "visible": False},
            ],
            "layout": {},
        }
        for s in range(3)
    ]
    packed = pack(figures, ["0,-", "1,0", "1,1"])
    controls = [
        {"name": "a", "texts": ["one", "two words"], "initial": 1},
        {"name": "b", "texts": ["off", "on"], "initial": True},
    ]
    return {"name": "an-explorer", "payload": packed.text, "controls": controls}


def test_a_curve_is_the_first_state_from_left_to_right_without_gaps():
    assert catalogue.curve(page(), "wanted") == [[0, 0.5], [2, pytest.approx(22, abs=0.01)]]
    assert catalogue.first_state(page()) == "explorer=an-explorer&a=two+words&b=on"


@pytest.mark.parametrize("name", ["hidden", "another"])
def test_a_curve_that_is_not_shown_is_refused(name):
    with pytest.raises(ValueError, match=f"an-explorer in its first state, got '{name}'"):
        catalogue.curve(page(), name)


def test_the_built_catalogue_has_every_box_and_its_choices(built_book, told):
    for name, there in told["chapters"].items():
        source = {box.name: box for box in boxes((CHAPTERS / f"{name}.md").read_text("utf-8"))}
        assert list(there["predictions"]) == list(source)
        for box, asked in there["predictions"].items():
            assert [one["right"] for one in asked["choices"]] == list(source[box].choices.values())
            assert bool(source[box].draw) == ("curve" in asked), box
            assert len(asked.get("curve", [0, 0])) > 1
            assert not re.search(r"[$\\{}`]|glue:", asked["question"]), box
        html = (built_book / "chapters" / f"{name}.html").read_text("utf-8")
        cells = dict(re.findall(r'data-exercise="([^"]+)" data-hash="(\w+)"', html))
        assert {label: one["hash"] for label, one in there["exercises"].items()} == cells
    hashes = [
        asked["hash"][:5]
        for there in told["chapters"].values()
        for asked in there["predictions"].values()
    ]
    assert len(set(hashes)) == len(hashes) > 50  # a code knows a box by so many letters


def test_the_edition_changes_with_a_question():
    assert payload_key({"name": "x", "payload": "y"}).startswith("x-")
    empty = catalogue.catalogue({}, "book", "1.0")
    assert empty["chapters"] == {}
    assert empty["edition"].startswith("1.0-")


def test_a_part_that_is_none_is_refused_by_name(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    conf = 'extensions = ["myst_parser", "bookbuild.classroom"]\n'
    (source / "conf.py").write_text(conf, "utf-8")
    (source / "index.md").write_text("# A title\n\n```{classroom} a-class\n```\n", "utf-8")
    with (tmp_path / "warned").open("w+") as warned, docutils_namespace():
        out = tmp_path / "out"
        Sphinx(source, source, out, out / "trees", "text", status=None, warning=warned).build()
        warned.seek(0)
        assert "part must be one of my-work, class, got 'a-class'" in warned.read()
