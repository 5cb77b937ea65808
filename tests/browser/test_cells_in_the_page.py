"""Code cells of the built book, run in the page, say what they said in the notebook."""

from __future__ import annotations

import os
import re

import pytest
from in_the_page import answer, chapters, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUICK = ("02", "03", "05")
EVERY_VARIABLE = "LSTM_LAB_EVERY_CELL"
"""Set it to run the cells of every chapter, some of which compute for a minute."""
GLUED = re.compile(r"^ch\d\d_\w+ = .*$", re.M)
ROUNDING = re.compile(r"[-−]?\d(?:\.\d+)?e-(?:1[2-9]|[2-9]\d)\b")
"""What is left of rounding, below 1e-11, differs from one processor to another."""
RECORDED = """(cell) => [...cell.closest("div.cell").querySelectorAll(".cell_output")].map((output) => {
  const copy = output.cloneNode(true);
  copy.querySelectorAll("figure, button").forEach((one) => one.remove());
  return copy.textContent;
}).join(" ")"""
SENTENCES = """(cell) => [...cell.closest("div.cell").querySelectorAll(".cell_output .lab-summary")]
  .map((sentence) => sentence.textContent)"""


def said(text):
    """A text without its spaces and what only goes into the prose, its smallest numbers as zero."""
    return re.sub(r"\s+", "", ROUNDING.sub("0", GLUED.sub("", text)))


def differences(page):
    """What each cell that can run says otherwise than in the notebook, and how many there are."""
    problems, count = {}, 0
    for details in page.locator("details").all():
        details.evaluate("(details) => { details.open = true; }")
    for cell in page.locator(".lab-cell[data-state]:not([data-exercise])").all():
        state = answer(cell)
        output = cell.locator(".lab-output")
        recorded, sentences = cell.evaluate(RECORDED), cell.evaluate(SENTENCES)
        drawn = output.locator("figure .lab-summary").all_inner_texts()
        output.locator("figure").evaluate_all("(figures) => figures.forEach((one) => one.remove())")
        came = "\n".join(output.locator("> *").all_inner_texts())
        if (state, said(came), drawn) != ("done", said(recorded), sentences):
            problems[cell.get_attribute("data-cell")] = (state, came, recorded, drawn, sentences)
        count += 1
    return problems, count


def test_a_cell_says_in_the_page_what_it_said_in_the_notebook(browser, built_book):
    every = os.environ.get(EVERY_VARIABLE)
    problems, count = {}, 0
    for file in chapters(built_book):
        if every or file.name.startswith(QUICK):
            with opened(browser, file.as_uri()) as page:
                found, more = differences(page)
                problems |= {f"{file.stem}, {key}": value for key, value in found.items()}
                count += more
    assert problems == {}
    assert count >= 5


def test_a_trial_of_1997_ends_in_the_page_as_it_did_in_the_notebook(browser, built_book):
    """The engine's trial and the page's, in plain NumPy, are one; it is a reader's to change."""
    with opened(browser, (built_book / "chapters" / "08-six-experiments.html").as_uri()) as page:
        cell = page.locator(".lab-cell[data-state]").filter(has_text="rerun.experiment_1").first
        recorded = cell.evaluate(RECORDED)
        assert answer(cell) == "done"
        came = "\n".join(cell.locator(".lab-output > *").all_inner_texts())
    assert "strings" in came
    assert said(came) == said(recorded)


def test_numbers_that_are_left_of_rounding_are_alike_and_no_others():
    assert said("differs by 3e-15\n in 4 cases") == said("differs by  2e-16 in 4 cases\nch05_n = 7")
    assert said("differs by 3e-5") != said("differs by 2e-5")
