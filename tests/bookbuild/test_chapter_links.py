"""Mentions of chapters become links, and nothing else does."""

from __future__ import annotations

from itertools import pairwise

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.chapter_links import join_lines, mentions


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("As chapter 06 shows.", ["chapter 06"]),
        ("Chapters 03 and 05 say so", ["Chapters 03", "05"]),
        ("chapters 01, 02, and 10.", ["chapters 01", "02", "10"]),
        ("chapters 01 to 03", ["chapters 01", "03"]),
        ("chapters 07\u201309", ["chapters 07", "09"]),
        ("chapter\n07 of the book", ["chapter\n07"]),
        ("chapter 6, in 1906", []),
        ("chapter 061", []),
        ("the year 06", []),
        ("a subchapter 06", []),
    ],
)
def test_what_is_linked(text, linked):
    assert [text[start:end] for start, end, _ in mentions(text)] == linked


@given(st.text(st.sampled_from("chapters 0123,andto\u2013 C")), st.integers(1, 99))
def test_a_mention_is_found_wherever_it_stands_and_they_do_not_overlap(around, number):
    text = f"{around}; chapter {number:02}; {around}"
    found = list(mentions(text))
    assert f"{number:02}" in [one[2] for one in found]
    places = [place for start, end, _ in found for place in (start, end)]
    assert places == sorted(places)


@given(st.lists(st.text("ab \n", min_size=1), max_size=5), st.integers(0, 5))
def test_texts_side_by_side_become_one_and_nothing_is_lost(texts, place):
    paragraph = nodes.paragraph("", "", *map(nodes.Text, texts))
    paragraph.insert(
        min(place, len(texts)), nodes.emphasis("", "", nodes.Text("x"), nodes.Text("y"))
    )
    before = paragraph.astext()
    join_lines(paragraph)
    assert paragraph.astext() == before
    kinds = [isinstance(child, nodes.Text) for child in paragraph]
    assert not any(one and other for one, other in pairwise(kinds))
    (emphasis,) = paragraph.findall(nodes.emphasis)
    assert list(emphasis) == ["xy"]
