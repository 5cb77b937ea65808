"""The notes of terms and citations: by mouse, keyboard and touch, and to a screen reader."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PAGE = "chapters/06-vanishing-gradient.html"


@pytest.fixture(params=["disk", "server"])
def address(request, built_book):
    if request.param == "disk":
        return (built_book / PAGE).as_uri()
    return f"{request.getfixturevalue('book_server')}/{PAGE}"


@pytest.fixture
def page(browser, address):
    page = browser.new_page()
    page.goto(address)
    yield page
    page.close()


@pytest.fixture
def touched(browser, address):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def text_of(page, link):
    """What a link's note says, from the page."""
    note = page.locator(f"#{link.get_attribute('aria-describedby')}")
    return note.text_content()


@pytest.mark.parametrize("kind", ["lab-term", "lab-cite"])
def test_a_note_opens_by_mouse_stays_under_it_and_closes(page, kind):
    link, note = page.locator(f"a.{kind}").first, page.locator(".lab-note")
    assert not note.is_visible()
    link.hover()
    note.wait_for()
    assert note.inner_text() == text_of(page, link)
    note.hover()
    page.wait_for_timeout(500)
    assert note.is_visible()
    page.mouse.move(2, 2)
    note.wait_for(state="hidden")


@pytest.mark.parametrize("kind", ["lab-term", "lab-cite"])
def test_a_note_opens_by_keyboard_and_escape_closes_it(page, kind):
    link, note = page.locator(f"a.{kind}").first, page.locator(".lab-note")
    link.focus()
    note.wait_for()
    assert note.inner_text() == text_of(page, link)
    page.keyboard.press("Escape")
    note.wait_for(state="hidden")
    assert link.evaluate("link => link === document.activeElement")


def test_a_first_touch_opens_a_note_and_a_second_follows_the_link(touched):
    link, note = touched.locator("a.lab-term").first, touched.locator(".lab-note")
    link.scroll_into_view_if_needed()
    before = touched.url
    link.tap()
    note.wait_for()
    assert touched.url == before
    box = note.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    touched.locator("article h1").tap()
    note.wait_for(state="hidden")
    link.tap()
    note.wait_for()
    link.tap()
    touched.wait_for_url("**/glossary.html*")


def test_every_link_with_a_note_says_it_to_a_screen_reader(page):
    links = page.locator("a.lab-term, a.lab-cite")
    assert links.count() > 20
    lost = links.evaluate_all(
        """all => all.filter((one) => !document.getElementById(one.getAttribute("aria-describedby"))?.textContent)
          .map((one) => one.textContent)"""
    )
    assert lost == []
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    described = {
        one["name"]["value"]: one["description"]["value"]
        for one in nodes
        if one.get("role", {}).get("value") == "link" and one.get("description", {}).get("value")
    }
    first = links.first
    assert described[first.inner_text()] == text_of(page, first)
