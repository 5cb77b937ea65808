"""Every page of the built book, from disk and from a server, with all other hosts out of reach."""

from __future__ import annotations

import re

import pytest
from visits import LATE_MS, UNVEILED, page_names

pytestmark = pytest.mark.browser


@pytest.mark.devices("desktop", "phone", "zoomed")
def test_no_page_asks_another_host_or_reports_an_error(record):
    """From a server that forbids inline code and `eval` (desktop), and from disk (the others)."""
    assert record["strangers"] == []
    assert record["errors"] == []


@pytest.mark.devices("desktop", "phone", "zoomed")
def test_every_figure_is_drawn(record):
    assert record["undrawn"] == []


@pytest.mark.devices("still")
def test_a_page_can_be_read_before_any_script_runs(record):
    if record.page.startswith("chapters/"):  # a numbered one is long; on others, folds are closed
        assert len(record["text"]) > (1000 if record.page[9].isdigit() else 200)
    for figure in record["figures"]:
        assert figure["picture"], figure["name"]
        assert len(figure["sentence"]) > 20
        assert not figure["controls"]


def test_no_script_but_the_choice_of_light_stands_before_the_text(built_book):
    late = {}
    for name in page_names(built_book):
        page = (built_book / name).read_text("utf-8")
        before, _, text = page.partition("<main")
        scripts = re.findall(r"<script[^>]*>", before)
        late[name] = [s for s in scripts if "defer" not in s and "inline/first-" not in s]
        assert "plotly" not in before
        assert len(re.sub(r"<[^>]*>", "", text).strip()) > 20, name
    assert any(name.startswith("chapters/") for name in late)
    assert {name: found for name, found in late.items() if found} == {}


def drawn_in(page, selector):
    """The fonts in which the browser drew an element (two faces of one name hide from `check`)."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": found})["fonts"]
    return {font["familyName"] for font in fonts}


def test_mathematics_is_mathml_in_a_font_of_the_book(browser, built_book):
    page = browser.new_page()
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    assert page.locator("math").count() > 20
    page.evaluate("document.fonts.ready")
    assert drawn_in(page, 'div.math math[display="block"] mi') == {"STIX Two Math"}
    sizes = page.locator('div.math math[display="block"]').first.bounding_box()
    assert sizes["height"] > 30
    page.close()


def test_plotly_is_loaded_when_a_figure_comes_near(browser, built_book):
    page = browser.new_page(viewport={"width": 1280, "height": 600})
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri() + UNVEILED)
    page.wait_for_timeout(LATE_MS)
    assert not any("plotly" in url for url in asked)
    page.locator(".lab-explorer").first.scroll_into_view_if_needed()
    page.locator(".lab-explorer[data-ready]").first.wait_for()
    assert any("plotly" in url for url in asked)
    page.close()


@pytest.mark.devices("phone")
def test_no_page_scrolls_sideways_on_a_phone(record):
    assert record["wider"] <= 0
