"""What stands around a figure is quiet: a word for its code, room for it on a desktop, one shape for a myth."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

PAGE = "chapters/06-vanishing-gradient.html"


@pytest.fixture
def page(browser, built_book):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((built_book / PAGE).as_uri())
    yield page
    page.close()


def test_the_code_of_a_figure_is_one_word_until_it_is_opened(page):
    fold = page.locator("details.above-input").first
    assert fold.inner_text().strip() == "Code"
    look = fold.evaluate(
        "one => { const { borderTopWidth, boxShadow } = getComputedStyle(one); return [borderTopWidth, boxShadow]; }"
    )
    assert look == ["0px", "none"]
    fold.locator("summary").click()
    assert fold.inner_text().strip().startswith("Hide the code")


def test_on_a_desktop_a_figure_is_wider_than_a_line_of_text(page):
    figure = page.locator(".lab-explorer").first.bounding_box()
    line = page.locator("article section > p").nth(3).bounding_box()
    assert figure["width"] > line["width"] + 50
    side = page.locator(".bd-sidebar-secondary").bounding_box()
    assert figure["x"] + figure["width"] < side["x"]


def test_a_myth_is_no_alarm(page):
    myth = page.locator(".admonition.myth").first
    assert myth.inner_text().startswith("Myth:")
    look = myth.evaluate(
        "one => { const { backgroundColor, boxShadow } = getComputedStyle(one); return [backgroundColor, boxShadow]; }"
    )
    assert look == ["rgba(0, 0, 0, 0)", "none"]
    icon = myth.locator(".admonition-title").evaluate(
        "one => ['::before', '::after'].map((part) => getComputedStyle(one, part).content)"
    )
    assert icon == ["none", "none"]
