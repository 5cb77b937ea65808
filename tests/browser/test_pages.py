"""Every page of the built book, from disk and from a server, with all other hosts out of reach."""

from __future__ import annotations

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytestmark = pytest.mark.browser

ALLOWED = ("file:", "data:", "blob:", "http://127.0.0.1")
HOVER_MS = 300


def pages(book: Path) -> list[str]:
    return sorted(
        str(file.relative_to(book))
        for file in book.rglob("*.html")
        if "_static" not in file.parts and "_sources" not in file.parts
    )


def visit(browser, address, *, scroll=True):
    """Open a page; return what it asked other hosts for, and its errors."""
    page = browser.new_page()
    strangers, errors = [], []
    page.on("request", lambda r: None if r.url.startswith(ALLOWED) else strangers.append(r.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(lambda url: not url.startswith(ALLOWED), lambda route: route.abort())
    page.goto(address)
    if scroll:
        for explorer in page.locator(".lab-explorer").all():
            explorer.scroll_into_view_if_needed()
            explorer.and_(page.locator("[data-ready]")).wait_for()
    page.wait_for_timeout(HOVER_MS)
    return page, strangers, errors


@pytest.fixture(scope="session")
def page_names(built_book):
    names = pages(built_book)
    assert any(name.startswith("chapters/") for name in names)
    return names


@pytest.mark.parametrize("source", ["disk", "server"])
def test_no_page_asks_another_host_or_reports_an_error(
    browser, built_book, book_server, page_names, source
):
    problems = {}
    for name in page_names:
        address = f"{book_server}/{name}" if source == "server" else (built_book / name).as_uri()
        page, strangers, errors = visit(browser, address)
        page.close()
        if strangers or errors:
            problems[name] = strangers + errors
    assert problems == {}


STRICT = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; script-src 'self'"
)


class StrictHandler(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Content-Security-Policy", STRICT)
        super().end_headers()

    def log_message(self, format, *args):
        pass


def test_pages_work_where_inline_code_and_eval_are_forbidden(browser, built_book, page_names):
    handler = partial(StrictHandler, directory=str(built_book))
    problems = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for name in page_names:
            page, _, errors = visit(browser, f"http://127.0.0.1:{server.server_port}/{name}")
            page.close()
            if errors:
                problems[name] = errors
        server.shutdown()
    assert problems == {}


def test_a_page_can_be_read_before_any_script_runs(browser, built_book, page_names):
    context = browser.new_context(java_script_enabled=False)
    for name in page_names:
        page = context.new_page()
        page.goto((built_book / name).as_uri())
        if not name.startswith("chapters/"):
            page.close()
            continue
        text = page.inner_text("main")
        assert len(text) > 1000
        for explorer in page.locator(".lab-explorer").all():
            assert explorer.locator(".lab-plot > svg").is_visible()
            assert len(explorer.locator(".lab-summary").inner_text()) > 20
            assert not explorer.locator(".lab-controls").is_visible()
        page.close()
    context.close()


def test_no_script_but_the_choice_of_light_stands_before_the_text(built_book, page_names):
    late = {}
    for name in page_names:
        page = (built_book / name).read_text("utf-8")
        before, _, text = page.partition("<main")
        scripts = re.findall(r"<script[^>]*>", before)
        late[name] = [s for s in scripts if "defer" not in s and "inline/first-" not in s]
        assert "plotly" not in before
        assert len(re.sub(r"<[^>]*>", "", text).strip()) > 20, name
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
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    page.wait_for_timeout(HOVER_MS)
    assert not any("plotly" in url for url in asked)
    page.locator(".lab-explorer").first.scroll_into_view_if_needed()
    page.locator(".lab-explorer[data-ready]").first.wait_for()
    assert any("plotly" in url for url in asked)
    page.close()


def test_no_page_scrolls_sideways_on_a_phone(browser, built_book, page_names):
    wide = {}
    for name in page_names:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto((built_book / name).as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        page.close()
        if width > 390:
            wide[name] = width
    assert wide == {}
