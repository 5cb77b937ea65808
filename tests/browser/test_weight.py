"""No page of the built book weighs more than a reader with a slow connection can be asked to wait for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bookbuild import slim, styles

pytestmark = pytest.mark.browser

MOST_KB = 300
PLOT_LIBRARY = "plotly.min.js"
DESKTOP = {"width": 1280, "height": 900}
HEAVY = ("03", "06", "08", "09")
WITHOUT_STATES = """selectors => selectors.filter((selector) => {
  const plain = selector.replace(/::?[\\w-]+(\\((\\([^()]*\\)|[^()])*\\))?/g, "").trim();
  if (plain === "" || /[>+~]\\s*($|[>+~])/.test(plain)) return false;
  return document.querySelector(plain) !== null;
})"""


def drawn_page(browser, address):
    """A page with every figure drawn, and the compressed kB of each file that it loaded."""
    page = browser.new_page(viewport=DESKTOP)
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address)
    for explorer in page.locator(".lab-explorer").all():
        explorer.scroll_into_view_if_needed()
        explorer.and_(page.locator("[data-ready]")).wait_for()
    page.wait_for_load_state("networkidle")
    loaded = {response.url: response.body() for response in responses}
    weights = {
        urlsplit(url).path: len(gzip.compress(body)) / 1000
        for url, body in loaded.items()
        if PLOT_LIBRARY not in url
    }
    return page, weights


def assert_light(name, weights):
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    files = ", ".join(f"{path} {size:.0f} kB" for path, size in heaviest)
    whole = sum(weights.values())
    assert whole < MOST_KB, f"{name} weighs {whole:.0f} kB, over {MOST_KB}; its largest: {files}"


def chapters(built_book: Path) -> Iterator[Path]:
    return iter(sorted((built_book / "chapters").glob("[0-9][0-9]-*.html")))


def test_every_page_weighs_less_than_300_kb_compressed(browser, book_server, built_book):
    for file in slim.pages(built_book):
        name = file.relative_to(built_book).as_posix()
        page, weights = drawn_page(browser, f"{book_server}/{name}")
        page.close()
        if name != "404.html":  # it names its files from the root, wherever that will be
            assert any(path.endswith(".css") for path in weights)
        assert_light(name, weights)


def test_a_page_that_is_too_heavy_is_named_with_its_largest_files():
    weights = {"/a.html": 100.0, "/big.js": 199.0, "/b.css": 2.0}
    with pytest.raises(AssertionError, match=r"a\.html weighs 301 kB.*largest: /big\.js 199 kB"):
        assert_light("a.html", weights)


@pytest.mark.parametrize("number", HEAVY)
def test_no_rule_that_was_taken_out_could_have_met_the_page(
    number, browser, book_server, built_book
):
    """With what scripts have added: drawn figures, an opened search, an opened menu."""
    gone = sorted(rules_taken_out(built_book))
    assert len(gone) > 1000
    name = next(file.name for file in chapters(built_book) if file.name.startswith(number))
    page, _ = drawn_page(browser, f"{book_server}/chapters/{name}")
    assert page.evaluate(WITHOUT_STATES, [".lab-explorer:hover"]) == [".lab-explorer:hover"]
    for button in ("button.copybtn", ".dropdown-download-buttons button"):
        page.locator(button).first.click(force=True)
    page.keyboard.press("Control+k")  # the search
    assert page.evaluate(WITHOUT_STATES, gone) == []
    page.close()


def rules_taken_out(built_book: Path) -> set[str]:
    """The selectors of whole style sheets that the purged ones no longer have."""
    static, whole = built_book / "_static", built_book.parent / ".lab" / "styles"
    if not whole.is_dir():
        pytest.fail(f"{whole} is missing: run `make book`", pytrace=False)
    return {
        selector
        for sheet in whole.rglob("*.css")
        if (static / sheet.relative_to(whole)).exists()  # not one of an earlier build
        for selector in styles.selectors(sheet.read_text("utf-8"))
        - styles.selectors((static / sheet.relative_to(whole)).read_text("utf-8"))
    }
