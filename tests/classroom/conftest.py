"""A device of its own for each test, with the pages opened from disk; at the end nothing was asked of another host."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import axe_playwright_python
import pytest
from classroom.classes import catalogue
from visits import DESKTOP, FOLLOWS, VIOLATIONS, WIDER

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe*.js"))
STORES = """async () => ({
  local: Object.keys(localStorage).filter((name) => name.startsWith("lab:")),
  session: Object.keys(sessionStorage).filter((name) => name !== "sidebar-scroll-top").length, // the theme's
  cookies: document.cookie,
  databases: (await indexedDB.databases()).length,
})"""


@pytest.fixture
def told(built_book):
    return catalogue(built_book)


@pytest.fixture
def device(browser, built_book):
    """Opens pages of the book on devices: ``device("my-work")``, ``device("class", viewport=...)``."""
    contexts, errors, asked = [], [], []

    def opened(name, context=None, viewport=DESKTOP):
        if context is None:
            context = browser.new_context(viewport=viewport, accept_downloads=True)
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto((built_book / "chapters" / f"{name}.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
    outside = [
        url for url in asked if not unquote(url).startswith((built_book.as_uri(), "blob:", "data:"))
    ]
    assert outside == []


@pytest.fixture
def violations():
    """What axe finds on a page in the light and in the dark, and whether it is wider than its window."""

    def found(page):
        page.evaluate(AXE.read_text("utf-8"))
        page.emulate_media(reduced_motion="reduce")
        all_of_them = {}
        for mode in ("light", "dark"):
            page.emulate_media(color_scheme=mode)
            page.wait_for_function(FOLLOWS, arg=mode)
            for one in page.evaluate(VIOLATIONS, {"resultTypes": ["violations"], "preload": False}):
                all_of_them[f"{mode}: {one['id']}"] = [n["html"][:120] for n in one["nodes"]]
        if page.evaluate(WIDER) > 0:
            all_of_them["wider"] = page.evaluate(WIDER)
        return all_of_them

    return found
