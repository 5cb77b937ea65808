"""Every exercise of the built book, answered in the page: the stub, a wrong answer, the published solution."""

from __future__ import annotations

import pytest
from in_the_page import (
    STRICT_WITH_PYTHON,
    answer,
    answered_with,
    chapters,
    exercises,
    opened,
    served,
    solution,
    verdict,
    wrong,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXERCISES = 44
"""In the book's eleven chapters; a smaller book has fewer."""

KEPT = """label => window.labProgress.checked(location.pathname.split("/").pop().replace(".html", ""), label)"""


@pytest.fixture(scope="module")
def pages(built_book):
    found = chapters(built_book)
    if not found:
        pytest.fail("the book was built without Python in its pages", pytrace=False)
    return found


def run_all(page):
    """The exercises that were not answered as they should be, and how many there are."""
    problems, count = {}, 0
    for one in exercises(page):
        label = one.get_attribute("data-exercise")
        stub = one.locator("textarea").input_value()
        right = answered_with(stub, solution(page, label))
        for name, code, passed in (
            ("stub", stub, "null"),
            ("wrong", wrong(stub), "false"),
            ("right", right, "true"),
        ):
            answer(one, code)
            found = verdict(one) if one.locator(".lab-check").count() else ("", one.inner_text())
            if found[0] != passed:
                problems[f"{label}, {name}"] = found[1]
        kept = page.evaluate(KEPT, label)
        if not kept["passed"] or not kept["mistake"].startswith("✗"):
            problems[f"{label}, kept"] = kept
        if not one.locator(".lab-tick").is_visible():
            problems[f"{label}, tick"] = "a solved exercise is not ticked"
        count += 1
    return problems, count


def test_every_exercise_answers_from_disk(browser, pages):
    problems, count = {}, 0
    for file in pages:
        with opened(browser, file.as_uri()) as page:
            found, more = run_all(page)
            problems |= found | ({f"{file.stem}, errors": page.errors} if page.errors else {})
            count += more
    assert problems == {}
    assert len(pages) < 10 or count == EXERCISES


@pytest.mark.parametrize("policy", ["", STRICT_WITH_PYTHON], ids=["no policy", "strict policy"])
def test_exercises_answer_over_http(browser, built_book, pages, policy):
    file = pages[len(pages) // 2]
    with (
        served(built_book, policy) as address,
        opened(browser, f"{address}/{file.relative_to(built_book)}") as page,
    ):
        problems, count = run_all(page)
        assert (problems, page.errors) == ({}, [])
        assert count > 0
