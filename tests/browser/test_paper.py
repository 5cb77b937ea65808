"""A printed chapter: folds open, no interface, no code that the page keeps folded."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def printed(browser, built_book):
    page = browser.new_page()
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    assert not page.locator("details.sd-dropdown").first.get_attribute("open")
    page.emulate_media(media="print")
    yield page
    page.close()


def test_what_is_folded_on_the_screen_is_read_on_paper_and_folds_again(printed):
    text = printed.locator("details.sd-dropdown .sd-card-text").first
    printed.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert text.is_visible()
    assert text.bounding_box()["height"] > 10
    printed.evaluate("dispatchEvent(new Event('afterprint'))")
    assert printed.locator("details.sd-dropdown[open]").count() == 0


@pytest.mark.parametrize(
    "interface",
    [".lab-controls", ".lab-copy", "details.above-input", ".lab-buttons", ".headerlink"],
)
def test_no_interface_is_printed(printed, interface):
    found = printed.locator(interface)
    if interface != ".lab-buttons":  # a book without Python in its pages has none
        assert found.count() > 0
    assert not [one for one in found.all() if one.is_visible()]


def test_a_formula_stays_with_its_number(printed):
    apart = printed.locator("div.math").evaluate_all(
        "all => all.filter((one) => getComputedStyle(one).breakInside !== 'avoid').length"
    )
    assert printed.locator("div.math .eqno").count() > 3
    assert apart == 0
