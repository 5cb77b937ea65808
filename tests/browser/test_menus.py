"""The theme's menus and tips: their library is fetched when one of them is wanted, and the first press is not lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visits import DESKTOP

pytestmark = pytest.mark.browser

LIBRARY = "bootstrap.js"


@pytest.fixture
def visit(browser, book_server):
    page = browser.new_page(viewport=DESKTOP)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{book_server}/chapters/01-perceptron.html")
    yield page, lambda: [url for url in asked if LIBRARY in url]
    page.close()


def opened(page):
    return page.locator(".dropdown-download-buttons .dropdown-menu")


def test_a_reader_who_wants_no_menu_does_not_wait_for_its_library(visit):
    page, asked = visit
    page.mouse.wheel(0, 2000)
    page.mouse.move(600, 400)
    page.wait_for_load_state("networkidle")
    assert asked() == []


def test_the_first_press_opens_the_menu_and_the_second_closes_it(visit):
    page, asked = visit
    button = page.locator(".dropdown-download-buttons > button")
    press = "(button) => button.click()"  # by no pointer, which would open the menu by itself
    button.evaluate(press)
    expect(opened(page)).to_be_visible()
    assert len(asked()) == 1
    button.evaluate(press)
    expect(opened(page)).to_be_hidden()
    button.evaluate(press)
    expect(opened(page)).to_be_visible()
    assert len(asked()) == 1


def test_the_menu_opens_by_keyboard(visit):
    page, _ = visit
    page.locator(".dropdown-download-buttons > button").focus()
    page.keyboard.press("Enter")
    expect(opened(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(opened(page)).to_be_hidden()


def test_a_tip_is_shown_under_the_pointer(visit):
    page, _ = visit
    page.locator(".dropdown-download-buttons > button").hover()
    page.wait_for_function("() => window.bootstrap !== undefined")
    page.mouse.move(600, 400)
    page.locator("button.theme-switch-button").first.hover()
    expect(page.locator(".tooltip")).to_contain_text("Color mode")
