"""What a browser or a site forbids ends in a page that can be read, and in a sentence; what loads says so; what a
reader has done stays over a reload."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from engines import sweep
from engines.conftest import started
from in_the_page import served
from visits import UNVEILED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = f"chapters/06-vanishing-gradient.html{UNVEILED}"
EXPLORER = "gradient-flow"
HEAT_MAPS = f"chapters/03-hidden-units.html{UNVEILED}"
HEAT_MAP = "xor-surface"
FAILED = f"""(name) => {{
  {sweep.ROOT}
  if (root.dataset.failed === undefined) {{
    root.scrollIntoView({{ behavior: "instant" }});
    return false;
  }}
  return [root.querySelector(".lab-failed").textContent, root.querySelector(".lab-summary").textContent,
    root.querySelector(".lab-plot > svg") !== null, root.querySelector("form") === null, root.ariaBusy];
}}"""
WAITS = f"""(name) => {{
  {sweep.ROOT}
  return [root.ariaBusy, root.querySelector(".lab-summary").textContent,
    getComputedStyle(root.querySelector(".lab-plot > svg")).opacity];
}}"""
SEEN = f"""(name) => {{
  {sweep.ROOT}
  const seen = (one) => getComputedStyle(one).visibility === "visible" && one.checkVisibility();
  return [[...root.querySelectorAll("input, select, button")].some(seen), seen(root.querySelector(".lab-waits"))];
}}"""
FONTS = """async () => {
  await document.fonts.ready;
  const loaded = [...document.fonts].filter(({ status }) => status === "loaded");
  return loaded.map(({ family }) => family.replaceAll('"', ""));
}"""
WITH_SLIDER = """() => [...document.querySelectorAll(".lab-explorer:has(input[type=range])")]
  .map((one) => one.dataset.explorer)"""
MOVE = f"""(name) => {{
  {sweep.ROOT}
  const range = root.querySelector("input[type=range]");
  range.value = range.max;
  range.dispatchEvent(new Event("input", {{ bubbles: true }}));
}}"""


@contextmanager
def held_back(book, file, seconds):
    """A server of the book that gives one file late, or not at all."""

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self):
            if file in self.path and seconds is None:
                self.send_error(404)
                return
            if file in self.path:
                time.sleep(seconds)
            super().do_GET()

        def log_message(self, format, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(book))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:  # a server that is closed while it serves goes round for ever
            server.shutdown()


# --- While it loads --------------------------------------------------------------------------------------------------


def test_while_a_linked_state_loads_nothing_says_another(engine, book):
    with held_back(book, "plotly.min.js", 3) as address:
        engine.open(f"{address}/{PAGE}")
        first = engine.run(sweep.SENTENCE, EXPLORER)
        link = engine.run(sweep.LINK, EXPLORER)
        engine.open(f"{address}/{PAGE}&again{link}")
        assert engine.run(WAITS, EXPLORER) == ["true", "Loading …", "0.25"]
        engine.until(sweep.READY, EXPLORER)
        assert engine.run(sweep.SENTENCE, EXPLORER) not in (first, "Loading …")
        assert engine.run(f"(name) => {{ {sweep.ROOT} return root.ariaBusy; }}", EXPLORER) is None


def test_controls_that_nothing_listens_to_are_not_seen(engine, book):
    with held_back(book, "explore.js", None) as address:
        engine.open(f"{address}/{PAGE}")
        engine.until(f"(name) => ({SEEN})(name)[1]", EXPLORER)
        assert engine.run(SEEN, EXPLORER) == [False, True]
        assert len(engine.run(sweep.SENTENCE, EXPLORER)) > 20


def test_a_figure_that_cannot_load_says_so_and_shows_its_first_state(engine, book):
    with held_back(book, "plotly.min.js", None) as address:
        engine.open(f"{address}/{PAGE}")
        first, link = (engine.run(one, EXPLORER) for one in (sweep.SENTENCE, sweep.LINK))
        engine.open(f"{address}/{PAGE}&again{link}")
        words, sentence, picture, no_form, busy = engine.until(FAILED, EXPLORER)
    assert "could not be loaded" in words
    assert (sentence, picture, no_form, busy) == (first, True, True, None)


# --- What is forbidden -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "name", "needed"),
    [
        ("default-src 'self'; img-src 'self' data:", EXPLORER, "style-src 'unsafe-inline'"),
        ("default-src 'self'; style-src 'self' 'unsafe-inline'", HEAT_MAP, "img-src data:"),
    ],
)
def test_a_policy_that_forbids_too_much_is_named(engine, book, policy, name, needed):
    page = PAGE if name == EXPLORER else HEAT_MAPS
    with served(book, policy) as address:
        engine.open(f"{address}/{page}")
        words, sentence, picture, no_form, _ = engine.until(FAILED, name)
    assert f"Content-Security-Policy must allow {needed}" in words
    assert (len(sentence) > 20, picture, no_form) == (True, True, True)


@pytest.mark.parametrize("forbidden", ["fetch('https://example.org/')", "eval('1')"])
def test_a_page_from_a_server_says_its_own_policy(engine, built_book, forbidden):
    with served(built_book) as address:
        engine.open(f"{address}/{PAGE}")
        heard = engine.run(f"""() => new Promise((done) => {{
          addEventListener("securitypolicyviolation", ({{ violatedDirective }}) => done(violatedDirective));
          Promise.resolve().then(() => {forbidden}).catch(() => {{}});
          setTimeout(() => done(""), 3000);
        }})""")
    assert heard in ("connect-src", "script-src")


def test_in_a_frame_without_an_origin_all_goes_on(engine, book):
    """As a learning platform embeds a page: no storage, no fonts from files, nothing fetched."""
    with served(book, "sandbox allow-scripts") as address:
        engine.open(f"{address}/{PAGE}")
        assert engine.run("() => self.origin") == "null"
        engine.until(sweep.READY, EXPLORER)
        assert {"STIX Two Math", "Font Awesome 6 Free"} <= set(engine.run(FONTS))
        engine.run(sweep.DARK)
        engine.until("() => document.documentElement.dataset.theme === 'dark'")
        assert engine.run("() => window.heard") == []
        engine.open(f"{address}/search.html?q=carousel")
        assert engine.until(sweep.FOUND)
        assert engine.run("() => window.heard") == []


def test_from_disk_the_next_page_is_dark_too(engine, disk):
    engine.open(f"{disk}/{PAGE}")
    engine.run(sweep.DARK)
    engine.until("() => document.documentElement.dataset.theme === 'dark'")
    engine.run("""() => {
      const link = document.querySelector("a[href*='07-constant-error-carousel.html']");
      setTimeout(() => link.click(), 100);
    }""")
    time.sleep(3)  # a page that goes answers nothing any more
    engine.until("() => location.pathname.endsWith('carousel.html')")
    assert engine.run("() => document.documentElement.dataset.theme") == "dark"
    engine.run("() => localStorage.clear()")


def test_search_from_disk_finds_pages_without_an_error(engine, disk):
    engine.errors()
    engine.open(f"{disk}/search.html?q=carousel")
    assert any("07-constant-error-carousel.html" in one for one in engine.until(sweep.FOUND))
    assert [*engine.run("() => window.heard"), *engine.errors()] == []


@pytest.mark.xdist_group("engine-firefox")
def test_colours_that_a_browser_falsifies_are_not_shown(book):
    """As LibreWolf and Tor do by themselves."""
    for window in started("firefox", **{"privacy.resistFingerprinting": True}):
        window.open(f"{book.as_uri()}/{HEAT_MAPS}")
        words, sentence, picture, no_form, _ = window.until(FAILED, HEAT_MAP)
        assert "changes the colours" in words
        assert (len(sentence) > 20, picture, no_form) == (True, True, True)
        window.open(f"{book.as_uri()}/{PAGE}")
        window.until(sweep.READY, "one-unit")  # which has no heat map


# --- What stays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["disk", "server"])
def test_over_a_reload_each_explorer_and_the_place_stay(engine, source, request):
    engine.open(f"{request.getfixturevalue(source)}/{PAGE}")
    engine.until(sweep.READY, EXPLORER)
    moved = engine.run(WITH_SLIDER)[:2]
    for name in moved:
        engine.run(MOVE, name)
    engine.until("(name) => location.hash.includes(name)", moved[-1])
    chosen = [engine.run(sweep.CHOSEN, name) for name in moved]
    place = engine.run("() => { scrollTo({ top: 400, behavior: 'instant' }); return scrollY; }")
    time.sleep(0.5)
    engine.reload()
    assert [engine.run(sweep.CHOSEN, name) for name in moved] == chosen
    time.sleep(0.5)
    assert abs(engine.run("() => scrollY") - place) < 60
    assert engine.run("() => window.heard") == []
