"""axe-core finds nothing to mend: every page, light and dark, on a desktop and on a phone."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest

from bookbuild.slim import pages

pytestmark = pytest.mark.browser

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe*.js"))
# The theme follows the reader's choice of light; a page without the theme has nothing to follow.
FOLLOWS = "mode => [undefined, mode].includes(document.documentElement.dataset.theme)"
VIOLATIONS = "options => axe.run(options).then(result => result.violations)"
WIDTHS = {"desktop": 1280, "phone": 390}


@pytest.fixture(scope="module")
def axe():
    return AXE.read_text("utf-8")


def misread(node):
    """axe takes a table's header for empty that holds a formula: it reads no MathML, screen readers do."""
    return node["html"].startswith("<th") and "<math" in node["html"]


@pytest.mark.parametrize("device", WIDTHS)
def test_axe_finds_no_violation(browser, built_book, axe, device):
    found = {}
    for file in pages(built_book):
        page = browser.new_page(viewport={"width": WIDTHS[device], "height": 900})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(file.as_uri())
        for explorer in page.locator(".lab-explorer").all():
            explorer.scroll_into_view_if_needed()
            explorer.and_(page.locator("[data-ready]")).wait_for()
        page.evaluate(axe)
        for mode in ("light", "dark"):
            page.emulate_media(color_scheme=mode)
            page.wait_for_function(FOLLOWS, arg=mode)
            options = {"resultTypes": ["violations"]}
            if mode == "dark":  # nothing else depends on it
                options["runOnly"] = {"type": "rule", "values": ["color-contrast"]}
            for violation in page.evaluate(VIOLATIONS, options):
                where = [node["html"][:120] for node in violation["nodes"] if not misread(node)]
                if where:
                    found[f"{file.name}, {mode}: {violation['id']}"] = where[:3]
        page.close()
    assert found == {}


def test_axe_would_find_a_violation(browser, axe):
    page = browser.new_page()
    page.set_content('<html lang="en"><title>t</title><main><h1>a</h1><img src="x"></main></html>')
    page.evaluate(axe)
    assert "image-alt" in {one["id"] for one in page.evaluate(VIOLATIONS, {})}
    page.close()
