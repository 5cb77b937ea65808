"""Boxes "Predict" in all chapters: each choice is computed by a test, each curve is there to be measured against."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from predictions import CHAPTERS, assert_computed, boxes_of

from bookbuild.predict import boxes, without_answers
from lstm_lab.chapters import explorers

ROOT = Path(__file__).parents[2]
NUMBERS = sorted(
    file.stem.partition("-")[0]
    for file in CHAPTERS.glob("*.md")
    if re.match(r"\d\d-", file.name) or ":::{predict}" in file.read_text("utf-8")
)
FEWEST_POINTS = 6

DRAWN = [(number, box) for number in NUMBERS for box in boxes_of(number).values() if box.draw]


@pytest.mark.parametrize("number", NUMBERS)
def test_each_choice_is_computed(number):
    """As `assert_computed("06", "by-name", ...)` in the tests of the chapter."""
    tests = sorted((ROOT / "tests" / "chapters").glob("ch*/test_predictions*.py"))
    code = "".join(file.read_text("utf-8") for file in tests)
    held = set(re.findall(rf'assert_computed\(\s*"{number}",\s*"([^"]+)"', code))
    assert held == {box.name for box in boxes_of(number).values() if box.choices}


@pytest.mark.parametrize("number", NUMBERS)
def test_names_are_unique_and_no_box_is_of_the_old_form(number):
    (file,) = CHAPTERS.glob(f"{number}-*.md")
    text = file.read_text("utf-8")
    assert len(list(boxes(text))) == len(boxes_of(number)) == text.count(":::{predict}") > 0
    assert "{admonition} Predict" not in text


@pytest.mark.parametrize(("number", "box"), DRAWN, ids=[f"{n}-{box.name}" for n, box in DRAWN])
def test_a_curve_that_is_asked_for_stands_in_the_first_state_of_the_figure(number, box):
    (file,) = CHAPTERS.glob(f"{number}-*.md")
    after = file.read_text("utf-8")[box.place :]
    (name,) = re.findall(r'explorers\.show\("([^"]+)"\)', after)[:1]
    explorer = explorers.show(name)
    figure = explorer.figure(**explorer.initial)
    for wanted in filter(None, (box.draw, box.beside)):
        (trace,) = [t for t in figure.data if t.name == wanted and t.visible is not False]
        x, y = (np.asarray(values, dtype=float) for values in (trace.x, trace.y))
        x, y = x[np.isfinite(y)], y[np.isfinite(y)]
        assert len(x) >= FEWEST_POINTS
        assert len(set(x)) == len(x)
        axis = figure.layout[f"yaxis{(trace.yaxis or 'y')[1:]}"]
        assert min(axis.range) <= y.min() <= y.max() <= max(axis.range)


def test_at_least_six_curves_of_the_book_are_drawn():
    assert len(DRAWN) >= 6


def test_a_wrong_mark_is_found():
    choices = boxes_of("06")["which-lags-behind"].choices
    with pytest.raises(AssertionError):
        assert_computed(
            "06", "which-lags-behind", {choice: not right for choice, right in choices.items()}
        )
    with pytest.raises(AssertionError):
        assert_computed("06", "which-lags-behind", dict(list(choices.items())[1:]))


SOURCE = """\
before

:::{predict} some-name
:powers:

Which of the
two?

- [ ] The first
  of them.

  Not so: *remember*.
- [x] The second.
:::

after

:::{dropdown} What you saw
The reason.
:::
"""


def test_a_notebook_asks_without_answering():
    assert without_answers(SOURCE) == (
        "before\n\n**Predict.** Which of the\ntwo?\n\n- The first of them.\n- The second.\n\nafter\n\n"
        ":::{dropdown} What you saw\n**Answer:** The second.\n\nThe reason.\n:::\n"
    )
    (box,) = boxes(SOURCE)
    assert (box.name, box.question) == ("some-name", "Which of the\ntwo?")
    assert box.choices == {"The first of them.": False, "The second.": True}
