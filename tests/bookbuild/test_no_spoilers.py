"""No number of an answer stands above its question, on the built pages: what tells the answer comes after it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

MEASURED = re.compile(
    r"\d[\d,]*\.\d+(?: × 10\S+)?|\d+ × 10\S+|\d[\d.,]* %|\d+ of (?:the )?\d+|\d{1,3}(?:,\d{3})+"
)
"""What was measured is a share, a count of a count, a decimal or a large number; a small whole one counts anything."""

BOOK = Path(__file__).parents[2] / "_build" / "html"


def numbers(text: str) -> set[str]:
    """The numbers of a text that look measured."""
    return {one.rstrip(".,") for one in MEASURED.findall(" ".join(text.split()))}


def spoilers(page: str) -> dict[str, set[str]]:
    """By box: the numbers of its answer that stand between the heading, or the answer before, and the question.

    What the question itself names is a setting.
    """
    if "lab-predict" not in page:
        return {}
    found = {}
    for form in BeautifulSoup(page, "html.parser").select("form.lab-predict"):
        answer = form.find_next_sibling(class_="lab-guarded").select("details")[-1]
        above = []
        for one in form.find_previous_siblings():
            if "lab-guarded" in one.get("class", []) or one.name in ("h1", "h2", "h3", "section"):
                break
            above.append(one.get_text(" "))
        secret = numbers(answer.get_text(" ")) - numbers(form.get_text(" "))
        if here := secret & numbers(" ".join(above)):
            found[form["data-predict"]] = here
    return found


PAGES = sorted(BOOK.glob("chapters/*.html")) if BOOK.is_dir() else []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_nothing_above_a_question_gives_its_answer_away(built_book, file):
    assert spoilers(file.read_text("utf-8")) == {}


def box(above: str) -> str:
    return (
        f'<section><h2>A</h2><p>{above}</p><form class="lab-predict" data-predict="it">With 0.9?</form>'
        '<div class="lab-guarded"><details>With 0.9 it is 0.37, in 3 of 5.</details></div></section>'
    )


@pytest.mark.parametrize(
    ("above", "found"),
    [
        ("We set 0.9, in 5 seeds.", set()),
        ("It comes to 0.37. Look below.", {"0.37"}),
        ("That happened in 3 of 5.", {"3 of 5"}),
    ],
)
def test_a_spoiler_is_found(above, found):
    assert spoilers(box(above)).get("it", set()) == found


def test_there_are_boxes(built_book):
    assert sum(file.read_text("utf-8").count('class="lab-predict') for file in PAGES) >= 30
