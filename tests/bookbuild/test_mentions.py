"""Mentions of chapters become links, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.mentions import mentions


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
