"""Help with an exercise opens in steps, on the page with and without scripts, and the check works at each."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_the_page import answer, chapters, exercises, opened, sixth, verdict

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def file(built_book):
    return sixth(chapters(built_book))


@pytest.fixture
def page(browser, file):
    with opened(browser, file.as_uri(), **PHONE) as page:
        yield page


def steps(page, place=0):
    """The two folded steps after an exercise's cell, and its solution."""
    label = exercises(page)[place].get_attribute("data-exercise")
    cell = page.locator(f'.cell:has([data-exercise="{label}"])').last
    hint, half = (cell.locator(f"xpath=following-sibling::details[{n}]") for n in (1, 2))
    return hint, half, cell.locator("xpath=following-sibling::div[contains(@class, 'solution')][1]")


def test_every_exercise_of_the_book_has_its_steps_in_order(browser, built_book):
    for file in chapters(built_book):
        with opened(browser, file.as_uri(), java_script_enabled=False) as page:
            names = page.locator(".sd-summary-text").all_inner_texts()
            count = page.locator(".solution").count()
            assert [name for name in names if name in ("Hint", "Half of the way")] == [
                "Hint",
                "Half of the way",
            ] * count, file.name
            assert count


def test_the_check_works_at_each_step_and_undo_brings_back_what_was_typed(page):
    one = exercises(page)[0]
    hint, half, solution = steps(page)
    field = one.locator("textarea")
    field.fill("mine")
    hint.locator("summary").click()
    assert hint.locator("button").count() == 0  # a hint has no code
    half.locator("summary").click()
    half.get_by_role("button", name="Put it into the cell").click()
    assert "..." in field.input_value()
    field.press("Control+z")
    assert field.input_value() == "mine"
    half.get_by_role("button", name="Put it into the cell").click()
    answer(one)
    assert verdict(one)[0] in ("null", "false")
    solution.locator(".toggle-button").click()
    solution.get_by_role("button", name="Put it into the cell").click()
    answer(one)
    assert verdict(one)[0] == "true"
    assert page.errors == []


def test_what_was_opened_is_open_after_a_reload_and_nothing_else(page):
    hint, half, solution = steps(page)
    hint.locator("summary").click()
    half.locator("summary").click()
    half.locator("summary").click()  # closed again
    solution.locator(".toggle-button").click()
    page.reload()
    page.wait_for_load_state("load")
    hint, half, solution = steps(page)
    solution.locator("button.lab-take").wait_for()
    assert [hint.get_attribute("open"), half.get_attribute("open")] == ["", None]
    other, *_ = steps(page, 1)
    assert other.get_attribute("open") is None


def test_open_steps_pass_the_check_for_accessibility(page):
    for step in steps(page)[:2]:
        step.locator("summary").click()
    found = Axe().run(page, context="details[open]").response["violations"]
    assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
