"""The cards of the first page, from what the chapters say of themselves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st

from bookbuild import cards, teachers_table
from bookbuild.extension import explorer_node
from lstm_lab.chapters import explorers
from lstm_lab.interact import plots, theme
from lstm_lab.interact.still_picture import picture

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = """---
kernelspec:
  name: python3
card:
  year: "2001"
  explorer: fading
  question: "What does a reservoir hold?"
---

# 2001: a reservoir

**Reading time** about 25 minutes, without the exercises.
"""


def test_a_card_is_what_the_chapter_says(tmp_path):
    file = tmp_path / "12-echo-states.md"
    file.write_text(CHAPTER)
    said = cards.card(file)
    assert said == cards.Card(
        "12-echo-states", "A reservoir", "2001", "What does a reservoir hold?", "fading", "25"
    )
    assert said.docname == "chapters/12-echo-states"


@pytest.mark.parametrize(
    ("taken_out", "named"),
    [
        ('  year: "2001"\n', "card: year"),
        ("  explorer: fading\n", "card: explorer"),
        ("about 25 minutes", r".*about N minutes"),
        ("# 2001: a reservoir", "a title"),
    ],
)
def test_what_lacks_is_named(tmp_path, taken_out, named):
    file = tmp_path / "12-echo-states.md"
    file.write_text(CHAPTER.replace(taken_out, ""))
    with pytest.raises(ValueError, match=f"12-echo-states.md must have {named}"):
        cards.card(file)


def test_every_chapter_has_a_card_with_a_question_and_an_explorer_of_its_own():
    made = [cards.card(path) for path in teachers_table.chapters(ROOT / "chapters")]
    assert [one.name[:2] for one in made] == [f"{n:02}" for n in range(1, len(made) + 1)]
    assert len({one.question for one in made}) == len(made)
    for one in made:
        assert one.explorer in explorers.explorers_of(f"ch{one.name[:2]}")


@given(st.integers(2, 30))
def test_a_thumbnail_is_the_largest_panel_without_words(points):
    x = np.arange(points)
    traces = [
        plots.line(x, x, "rising", theme.BLUE),
        plots.line(x, -x, "falling", theme.VERMILION, panel="2"),
    ]
    small = plots.Panel({}, {"title": "left"}, x=(0, 0.2), heading="small")
    large = plots.Panel({}, {"title": "right"}, x=(0.4, 1), heading="large")
    still = picture(theme.figure(traces, "Two panels.", **plots.panels(small, large)))
    sign = cards.thumbnail(still)
    tree = ElementTree.fromstring(sign)
    assert tree.tag == cards.SVG
    assert "".join(tree.itertext()).strip() == ""
    assert theme.VERMILION in sign
    assert theme.BLUE not in sign
    assert "ns0" not in sign


def test_a_picture_without_a_panel_is_refused():
    with pytest.raises(ValueError, match="must have a panel"):
        cards.thumbnail('<svg xmlns="http://www.w3.org/2000/svg"/>')


def shown(*names):
    """The environment of a book whose chapter shows these explorers."""
    document = new_document("page")
    for name in names:
        document += explorer_node(page={"name": name, "picture": f"<svg>{name}</svg>"})
    return SimpleNamespace(get_doctree=lambda docname: document, found_docs=set())


ONE = cards.Card("12-echo-states", "A reservoir", "2001", "What?", "fading", "25")


def test_the_picture_is_that_of_the_explorer_in_its_chapter():
    assert cards.still_of(shown("other", "fading"), ONE) == "<svg>fading</svg>"


def test_an_explorer_that_its_chapter_does_not_show_is_named():
    with pytest.raises(ValueError, match="must show the explorer of its card, 'fading', got other"):
        cards.still_of(shown("other"), ONE)
