"""The number of a chapter stands wherever its title does."""

from __future__ import annotations

import re

import pytest

from lstm_lab.bench.books import CHAPTERS

pytestmark = pytest.mark.browser


def test_a_chapter_shows_its_number_in_title_tab_sidebar_and_neighbours(browser, built_book):
    page = browser.new_page()
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    assert page.locator("article h1").inner_text().startswith("06 · ")
    assert page.title().startswith("06 · ")
    sidebar = page.locator(".bd-sidebar-primary a").all_inner_texts()
    numbers = [found[1] for text in sidebar if (found := re.match(r"(\d\d) · ", text.strip()))]
    assert numbers == [f"{number:02}" for number in range(1, len(numbers) + 1)]
    assert len(numbers) == len(list(CHAPTERS.glob("[0-9][0-9]-*.md")))
    assert page.locator(".prev-next-area .left-prev").inner_text().count("05 · ") == 1
    assert page.locator(".prev-next-area .right-next").inner_text().count("07 · ") == 1
    page.close()


def test_the_search_lists_a_chapter_under_its_number(browser, book_server):
    page = browser.new_page()
    page.goto(f"{book_server}/search.html?q=carousel")
    found = page.locator("ul.search a", has_text="07 · 1997")
    found.first.wait_for()
    assert "07-constant-error-carousel.html" in found.first.get_attribute("href")
    page.close()
