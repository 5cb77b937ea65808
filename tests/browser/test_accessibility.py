"""axe-core finds nothing to mend: every page, light and dark, on a desktop and on a phone."""

from __future__ import annotations

import pytest
from visits import VIOLATIONS

pytestmark = pytest.mark.browser


@pytest.mark.devices("desktop", "phone")
def test_axe_finds_no_violation(record):
    assert record["axe"] == {}


def test_axe_would_find_a_violation(browser, axe):
    page = browser.new_page()
    page.set_content('<html lang="en"><title>t</title><main><h1>a</h1><img src="x"></main></html>')
    page.evaluate(axe)
    assert "image-alt" in {one["id"] for one in page.evaluate(VIOLATIONS, {})}
    page.close()
