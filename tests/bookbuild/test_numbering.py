"""Chapters bear their number, and equations and exercises are numbered within their chapter."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st

from bookbuild import numbering

names = st.lists(st.text("abc", min_size=1), max_size=4, unique=True)
pages = st.dictionaries(
    st.sampled_from(["chapters/01-a", "chapters/12-b", "index", "chapters/notation"]),
    st.fixed_dictionaries({"displaymath": names, "exercise": names}),
)


def counted(pages):
    """As Sphinx counts: through the book."""
    ends = {"displaymath": 0, "exercise": 0}
    found = {}
    for page, kinds in pages.items():
        found[page] = {}
        for kind, names in kinds.items():
            found[page][kind] = {name: (ends[kind] + i,) for i, name in enumerate(names, start=1)}
            ends[kind] += len(names)
    return found


@given(pages)
def test_a_chapter_counts_from_one_after_its_own_number(pages):
    numbered = numbering.by_chapter(counted(pages))
    for page, kinds in pages.items():
        for kind, names in kinds.items():
            if page[9:11].isdigit():
                wanted = [(int(page[9:11]), i) for i in range(1, len(names) + 1)]
                assert [numbered[page][kind][name] for name in names] == wanted
            else:
                assert numbered[page][kind] == counted(pages)[page][kind]


def test_sphinx_gets_its_own_count_back_before_it_counts_again():
    own = counted({"chapters/02-x": {"exercise": ["a"], "displaymath": []}})
    env = SimpleNamespace(toc_fignumbers=own)
    numbering.renumber(None, env)
    assert env.toc_fignumbers["chapters/02-x"]["exercise"] == {"a": (2, 1)}
    numbering.give_back(None, env)
    assert env.toc_fignumbers is own


@pytest.mark.parametrize(
    ("docname", "title"),
    [
        ("chapters/06-vanishing-gradient", "06 · 1991: the gradient"),
        ("chapters/glossary", "1991: the gradient"),
        ("chapters/assignments/01-perceptron", "1991: the gradient"),
        ("index", "1991: the gradient"),
    ],
)
def test_the_title_of_a_chapter_and_no_other_begins_with_its_number(docname, title):
    document = new_document("page")
    document.settings.env = SimpleNamespace(docname=docname)
    below = nodes.section("", nodes.title("", "What is multiplied"), ids=["multiplied"])
    document += nodes.section("", nodes.title("", "1991: the gradient"), below, ids=["gradient"])
    numbering.NumberTheTitle(document).apply()
    assert [one.astext() for one in document.findall(nodes.title)] == [title, "What is multiplied"]
    assert [one["ids"] for one in document.findall(nodes.section)] == [["gradient"], ["multiplied"]]


def test_a_page_without_a_title_stays_as_it_is():
    document = new_document("page")
    document.settings.env = SimpleNamespace(docname="chapters/06-empty")
    numbering.NumberTheTitle(document).apply()
    assert document.astext() == ""
