"""What is read stays where it is: while a page loads, while it is scrolled through, and for who asks for no motion."""

from __future__ import annotations

import pytest

from bookbuild.slim import pages

pytestmark = pytest.mark.browser

# "Good" is 0.1 by the common measure (web.dev/cls); ours: a fifth of that, over the whole page.
MOST = 0.02
DEVICES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}

WATCH = """
window.shifts = [];
const named = (node) => {
  const element = node?.nodeType === 1 ? node : node?.parentElement;
  return element ? `${element.tagName}.${element.className} ${element.textContent.slice(0, 30)}` : "gone";
};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.shifts.push([entry.value, entry.sources.map((s) => named(s.node)).join(" | ")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""

# To the end in steps of half a window, each time until the figures that are near are drawn.
SCROLL = """async () => {
  const pause = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
  const waits = (figure) => {
    const { top, bottom } = figure.getBoundingClientRect();
    return top < innerHeight + 500 && bottom > -500;
  };
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo({ top: y, behavior: "instant" });
    do await pause(); while ([...document.querySelectorAll(".lab-explorer:not([data-ready])")].some(waits));
  }
  await pause();
}"""


@pytest.fixture(params=DEVICES)
def watched(browser, request):
    """A page that notes every shift of its layout."""
    page = browser.new_page(viewport=DEVICES[request.param])
    page.add_init_script(WATCH)
    yield page
    page.close()


def shifted(page):
    """How much has shifted without the reader's doing, and what shifted most."""
    page.wait_for_timeout(100)  # entries come after their frame
    shifts = page.evaluate("window.shifts")
    return sum(value for value, _ in shifts), [s for s in sorted(shifts, reverse=True) if s[0]][:2]


@pytest.mark.parametrize("source", ["disk", "server"])
def test_nothing_moves_while_a_page_loads_and_is_scrolled_through(
    watched, built_book, book_server, source
):
    addresses = {
        file: file.as_uri() if source == "disk" else f"{book_server}/{file.relative_to(built_book)}"
        for file in pages(built_book)
    }
    moved = {}
    for file, address in addresses.items():
        watched.goto(address, wait_until="load")
        watched.evaluate(SCROLL)
        assert watched.locator(".lab-explorer:not([data-ready])").count() == 0
        total, most = shifted(watched)
        if total > MOST:
            moved[file.name] = (round(total, 4), most)
    assert moved == {}


def test_what_moves_would_be_noticed(watched, book_server):
    watched.goto(f"{book_server}/chapters/02-xor.html")
    watched.wait_for_timeout(100)
    watched.add_style_tag(content="main h1 { margin-top: 200px !important }")
    total, _ = shifted(watched)
    assert total > MOST


def test_a_page_that_is_dark_is_dark_before_its_scripts_run(browser, book_server):
    page = browser.new_page()
    page.emulate_media(color_scheme="dark")
    page.route(
        "**/*.js*", lambda r: r.continue_() if "inline/first" in r.request.url else r.abort()
    )
    page.goto(f"{book_server}/index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in ground[4:-1].split(",")) < 60
    page.close()


MOVES = """() => [...document.querySelectorAll("*")].filter((thing) => {
  const { scrollBehavior, transitionDuration, animationName } = getComputedStyle(thing);
  return scrollBehavior === "smooth" || animationName !== "none"
    || transitionDuration.split(",").some((time) => parseFloat(time) > 0);
}).map((thing) => `${thing.tagName}.${thing.className}`).slice(0, 5)"""


def test_who_asks_for_no_motion_has_none(browser, built_book):
    page = browser.new_page()
    moving = {}
    for motion in ("no-preference", "reduce"):
        page.emulate_media(reduced_motion=motion)
        page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
        moving[motion] = page.evaluate(MOVES)
    page.close()
    assert moving["reduce"] == []
    assert moving["no-preference"] != []


def test_play_goes_one_step_for_who_asks_for_no_motion(browser, built_book):
    page = browser.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    root = page.locator('[data-explorer="gradient-flow"]')
    root.scroll_into_view_if_needed()
    root.and_(page.locator("[data-ready]")).wait_for()
    slider = root.locator('[name="sequence_length"]')
    before = int(slider.input_value())
    for step in (1, 2):
        root.get_by_role("button", name="Play sequence length").click()
        page.wait_for_timeout(600)  # in which a playing slider would make two steps
        assert int(slider.input_value()) == before + step
    page.close()
