"""The first page: its scene on the first screen, a card for each chapter, and the way back to where one was."""

from __future__ import annotations

import re

import pytest

from lstm_lab.bench.books import CHAPTERS

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
BAR = 60  # pixels, of the browser's own bar at the bottom


@pytest.fixture
def opened(browser, book_server):
    """Opens pages of one reader's device."""
    context = browser.new_context(viewport=PHONE)

    def page_at(address="index.html"):
        page = context.new_page()
        page.goto(f"{book_server}/{address}")
        return page

    yield page_at
    context.close()


def test_on_a_phone_the_scene_and_its_control_are_on_the_first_screen(opened):
    page = opened()
    scene = page.locator("figure.lab-explorer").first
    page.locator("figure.lab-explorer[data-ready]").first.wait_for()
    for part in (".lab-plot", "input[type=range]"):
        box = scene.locator(part).bounding_box()
        assert box["y"] > 0
        assert box["y"] + box["height"] < PHONE["height"] - BAR, part


def test_there_is_a_card_for_each_chapter_and_each_is_a_link_to_it(opened):
    page = opened()
    chapters = sorted(file.stem for file in CHAPTERS.glob("[0-9][0-9]-*.md"))
    cards = page.locator("a.lab-card")
    assert [one.get_attribute("data-chapter") for one in cards.all()] == chapters
    for one in cards.all():
        words = one.inner_text()
        assert re.search(r"^\d\d · \d{4}|to today", words)
        assert "?" in words
        assert re.search(r"\d+ minutes", words)
        assert one.locator("svg").bounding_box()["width"] > 50
        assert page.request.get(one.evaluate("link => link.href")).ok


def test_why_leads_to_the_figure_that_answers_it(opened):
    page = opened()
    page.get_by_role("link", name="Why?").click()
    page.wait_for_url("**/06-vanishing-gradient.html*")
    figure = page.locator("#explorer-gradient-flow")
    figure.locator("xpath=self::*[@data-ready]").wait_for()
    assert abs(figure.bounding_box()["y"]) < PHONE["height"] / 2


def test_who_has_read_nothing_is_offered_the_start_alone(opened):
    page = opened()
    assert page.get_by_role("link", name="Start").count() == 1
    assert page.locator(".lab-continue").count() == 0
    assert "read" not in page.locator(".lab-cards .lab-card-done").first.inner_text()


def test_who_has_read_goes_on_where_they_were_and_sees_how_far_they_are(opened):
    chapter = opened("chapters/02-xor.html")
    section = chapter.locator("article section section[id]").nth(2)
    name = section.get_attribute("id")
    heading = section.locator("h2, h3").first.inner_text().rstrip("#")
    section.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY)")
    chapter.wait_for_function(
        "() => Object.keys(localStorage).some((key) => key.endsWith(':last'))"
    )
    page = opened()
    link = page.locator(".lab-continue")
    assert link.inner_text() == f"Continue where you were: 02, {heading}"
    share = page.locator("[data-chapter='02-xor'] .lab-card-done").inner_text()
    assert 0 < int(re.search(r"(\d+) % read", share)[1]) < 100
    assert page.locator("[data-chapter='03-hidden-units'] .lab-card-done").inner_text() == ""
    link.click()
    page.wait_for_url(f"**/chapters/02-xor.html#{name}")


def test_a_chapter_read_to_its_end_and_its_solved_exercises_are_ticked(opened, built_book):
    chapter = opened("chapters/02-xor.html")
    chapter.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    chapter.wait_for_function(
        "() => Object.keys(localStorage).some((key) => key.endsWith(':last'))"
    )
    card = opened().locator("[data-chapter='02-xor']")
    assert "✓ read" in card.inner_text()
    asked = card.get_attribute("data-exercises").split()
    assert asked
    if not list((built_book / "_static").glob("cells/progress.js")):
        assert "exercises" not in card.inner_text()
        return
    chapter.evaluate("name => labProgress.solve('02-xor', name)", asked[0])
    assert (
        f"1 of {len(asked)} exercises" in opened().locator("[data-chapter='02-xor']").inner_text()
    )


def test_what_a_device_keeps_is_not_believed_blindly(opened):
    page = opened()
    page.evaluate("""() => {
      const book = document.querySelector('meta[name="lab-book"]').content;
      localStorage.setItem(`lab:${book}:last`, '{"chapter": "02-xor", "section": "x\\" onclick=", "words": "<b>"}');
      localStorage.setItem(`lab:${book}:02-xor:read`, "not JSON");
    }""")
    page.reload()
    assert page.locator(".lab-continue").count() == 0
    assert page.locator("[data-chapter='02-xor'] .lab-card-done").inner_text() == ""
