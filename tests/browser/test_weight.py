"""No page of the built book weighs more than a reader with a slow connection can be asked to wait for."""

from __future__ import annotations

import pytest
from visits import WITHOUT_STATES

pytestmark = pytest.mark.browser

MOST_KB = 300


def assert_light(name, weights):
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    files = ", ".join(f"{path} {size:.0f} kB" for path, size in heaviest)
    whole = sum(weights.values())
    assert whole < MOST_KB, f"{name} weighs {whole:.0f} kB, over {MOST_KB}; its largest: {files}"


@pytest.mark.devices("desktop", only_usual=True)
def test_every_page_weighs_less_than_300_kb_compressed(record):
    if record.page != "404.html":  # it names its files from the root, wherever that will be
        assert any(path.endswith(".css") for path in record["weights"])
    if record["figures"]:
        assert any("/explorers/" in path for path in record["weights"])
    assert_light(record.page, record["weights"])


def test_a_page_that_is_too_heavy_is_named_with_its_largest_files():
    weights = {"/a.html": 100.0, "/big.js": 199.0, "/b.css": 2.0}
    with pytest.raises(AssertionError, match=r"a\.html weighs 301 kB.*largest: /big\.js 199 kB"):
        assert_light("a.html", weights)


@pytest.mark.devices("desktop", only_usual=True)
def test_no_rule_that_was_taken_out_could_have_met_the_page(record):
    """With what scripts have added: drawn figures, an opened search, an opened menu."""
    assert record.found.get("met", []) == []


def test_a_rule_that_was_taken_out_and_is_met_would_be_found(browser, book_server, rules_taken_out):
    assert len(rules_taken_out) > 1000
    page = browser.new_page()
    page.goto(f"{book_server}/index.html")
    assert page.evaluate(WITHOUT_STATES, ["main h1:hover", ".no-such"]) == ["main h1:hover"]
    page.close()
