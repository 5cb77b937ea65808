"""What is read stays where it is: while a page loads, while it is scrolled through, and for who asks for no motion."""

from __future__ import annotations

import pytest
from visits import DESKTOP, LATE_MS, PHONE, UNVEILED, WATCH

pytestmark = pytest.mark.browser

# "Good" is 0.1 by the common measure (web.dev/cls); ours: a fifth of that, over the whole page.
MOST = 0.02


@pytest.mark.devices("desktop", "phone")
def test_nothing_moves_while_a_page_loads_and_is_scrolled_through(record):
    assert record["shifted"] <= MOST, record["shifts"]


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_moves_would_be_noticed(browser, book_server, window):
    page = browser.new_page(viewport=window)
    page.add_init_script(WATCH)
    page.goto(f"{book_server}/chapters/02-xor.html")
    page.wait_for_timeout(100)
    page.add_style_tag(content="main h1 { margin-top: 200px !important }")
    page.wait_for_timeout(LATE_MS)
    assert sum(value for value, _ in page.evaluate("window.shifts")) > MOST
    page.close()


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
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri() + UNVEILED)
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
