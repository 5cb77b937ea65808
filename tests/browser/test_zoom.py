"""Four times as large, widely spaced, by finger and by keyboard: nothing is lost.

WCAG 2.2: reflow (1.4.10), text spacing (1.4.12), focus not obscured (2.4.11), target size (2.5.8).
"""

from __future__ import annotations

import pytest
from visits import CLIPPED, COVERED, CUT, PHONE, SAMPLED, SMALL, UNVEILED, ZOOMED

pytestmark = pytest.mark.browser


@pytest.mark.devices("desktop", "zoomed")
def test_nothing_is_cut_off(record):
    assert record["cut"] == []


@pytest.mark.devices("desktop", "zoomed")
def test_nothing_is_cut_off_with_the_widest_spacing(record):
    assert record["spaced"] == []


@pytest.mark.devices("desktop", "zoomed")
def test_what_has_the_focus_is_seen(record):
    assert record["covered"] == []


@pytest.mark.devices("desktop", "zoomed")
def test_controls_can_be_hit(record):
    assert record["small"] == []


@pytest.mark.devices("zoomed", "phone", "still")
def test_no_word_of_a_drawing_is_cut_off(record):
    """Nor, where no script runs, of the picture that stands in its place."""
    assert record["clipped"] == []


def test_a_drawing_that_is_zoomed_after_it_was_drawn_keeps_its_words(browser, built_book):
    page = browser.new_page(viewport=PHONE)
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri() + UNVEILED)
    explorer = page.locator('[data-explorer="one-unit"]')
    explorer.scroll_into_view_if_needed()
    explorer.and_(page.locator("[data-ready]")).wait_for()
    page.evaluate(
        "document.querySelectorAll('.lab-explorer:not([data-ready])').forEach((e) => e.remove())"
    )
    page.set_viewport_size(ZOOMED)
    page.wait_for_timeout(500)  # in which the drawing follows the window
    assert page.evaluate(CLIPPED, SAMPLED) == []
    page.close()


def test_what_is_lost_would_be_found(browser, built_book):
    page = browser.new_page(viewport=ZOOMED)
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri() + UNVEILED)
    page.add_style_tag(
        content="""main p { white-space: nowrap; overflow: hidden; }
        .lab-controls input { height: 10px !important; min-height: 0 !important; }
        body::before { content: ""; position: fixed; inset: 0; z-index: 9999; }"""
    )
    assert page.evaluate(CUT)
    assert page.evaluate(COVERED)
    assert page.evaluate(SMALL)
    explorer = page.locator('[data-explorer="gradient-flow"]')
    explorer.scroll_into_view_if_needed()
    explorer.and_(page.locator("[data-ready]")).wait_for()
    page.add_style_tag(content="svg text { letter-spacing: 0.5em }")
    assert any("gradient-flow" in words for words in page.evaluate(CLIPPED, 0))
    page.close()
