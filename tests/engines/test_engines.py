"""Firefox and Safari's engine read the book: one sweep an engine, over all pages, and what a reader does there once."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from engines import drivers, sweep
from in_the_page import answered_with
from visits import UNVEILED, page_names

EXPLORER = "gradient-flow"
PAGE = f"chapters/06-vanishing-gradient.html{UNVEILED}"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


# --- Every page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["disk", "server"])
def test_every_page_loads_without_an_error_or_a_stranger(engine, built_book, source, request):
    address = request.getfixturevalue(source)
    names = page_names(built_book)
    assert len(names) > 3
    found = {name: sweep.loaded(engine, f"{address}/{name}") for name in names}
    assert {name: one["errors"] for name, one in found.items() if one["errors"]} == {}
    assert {name: one["strangers"] for name, one in found.items() if one["strangers"]} == {}
    assert min(one["letters"] for one in found.values()) > 20


def test_on_a_phone_every_formula_can_be_read_to_both_ends(engine, built_book, server):
    names = sweep.names_with(built_book, 'display="block"')
    found = {name: sweep.formulas(engine, f"{server}/{name}") for name in names}
    assert {name: one["lost"] for name, one in found.items() if one["lost"]} == {}
    assert sum(one["formulas"] for one in found.values()) > 3 * len(names)
    assert any(one["wide"] for one in found.values())  # of those that scroll, too


def assert_drawn_and_moved(engine, address, names, all_controls):
    found = {name: sweep.figures(engine, f"{address}/{name}", all_controls) for name in names}
    wrong = ("undrawn", "empty", "unmoved", "errors")
    assert {
        name: problems
        for name, one in found.items()
        if (problems := {key: one[key] for key in wrong if one[key]})
    } == {}
    assert all(one["drawn"] and one["moved"] for one in found.values())


def test_explorers_are_drawn_and_move(engine, disk):
    assert_drawn_and_moved(engine, disk, sweep.SAMPLED, all_controls=False)


@pytest.mark.weekly("bookbuild/assets/**", "lstm_lab/interact/**", "tests/engines/**")
def test_every_control_of_every_explorer_moves_it(engine, built_book, server):
    names = sweep.names_with(built_book, 'data-explorer="[^"]*"[^>]*data-controls="\\[\\{')
    assert_drawn_and_moved(engine, server, names, all_controls=True)


# --- What a reader does ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["disk", "server"])
def test_a_link_opens_its_state(engine, source, request):
    address = f"{request.getfixturevalue(source)}/{PAGE}"
    engine.open(address)
    first = engine.run(sweep.SENTENCE, EXPLORER)
    link = engine.run(sweep.LINK, EXPLORER)
    engine.open(address + link)
    engine.until(sweep.READY, EXPLORER)
    assert engine.run(sweep.SENTENCE, EXPLORER) != first
    chosen = {"explorer": EXPLORER} | engine.run(sweep.CHOSEN, EXPLORER)
    assert dict(parse_qsl(link[1:])) == chosen
    assert engine.run("() => location.hash") == link


def test_the_arrow_keys_move_a_slider_that_tab_reaches(engine, disk):
    engine.open(f"{disk}/{PAGE}")
    engine.until(sweep.READY, EXPLORER)
    engine.run(sweep.BEFORE, EXPLORER)
    for _ in range(5):
        engine.press("Tab")
        if engine.run("() => document.activeElement.type") == "range":
            break
    before = engine.run(sweep.SENTENCE, EXPLORER)
    value = engine.run("() => document.activeElement.value")
    engine.press("ArrowRight")
    engine.until(sweep.CHANGED, EXPLORER, before)
    assert engine.run("() => document.activeElement.value") == str(int(value) + 1)


def test_the_dark_page_is_dark_and_so_is_its_figure(engine, server):
    engine.open(f"{server}/{PAGE}")
    engine.until(sweep.READY, EXPLORER)
    paper, ink = engine.run(sweep.COLOURS, EXPLORER)
    assert max(ink) < 120 < 200 < min(paper)
    engine.run(sweep.DARK)
    engine.until("() => document.documentElement.dataset.theme === 'dark'")
    engine.until(f"(name, ink) => ({sweep.COLOURS})(name)[1].join() !== ink.join()", EXPLORER, ink)
    paper, ink = engine.run(sweep.COLOURS, EXPLORER)
    assert max(paper) < 80 < 170 < min(ink)
    engine.open(f"{server}/index.html")
    assert engine.run("() => document.documentElement.dataset.theme") == "dark"
    engine.run("() => localStorage.clear()")


def test_search_finds_pages_and_shows_where(engine, server):
    engine.open(f"{server}/search.html?q=carousel")
    assert any("07-constant-error-carousel.html" in one for one in engine.until(sweep.FOUND))
    assert engine.until(sweep.EXCERPTS)
    assert engine.run("() => window.heard") == []
    sweep.leave(engine)  # excerpts are still on their way


SOURCES = [
    "disk",
    pytest.param("server", marks=pytest.mark.weekly("bookbuild/python/**", "tests/engines/**")),
]


@pytest.mark.parametrize("source", SOURCES)
def test_python_in_the_page_checks_an_answer(engine, source, request):
    engine.open(f"{request.getfixturevalue(source)}/{PAGE}")
    label, stub = engine.run(sweep.EXERCISE)
    (solution,) = engine.run(sweep.SOLUTIONS, label)
    for answer, passed in ((stub, "null"), (answered_with(stub, solution), "true")):
        engine.run(sweep.ANSWER, answer)
        assert engine.until(sweep.VERDICT, seconds=100) == passed
    assert [*engine.run("() => window.heard"), *engine.errors()] == []


def test_a_window_of_playwright_does_the_same(browser, book):
    """Of its own builds this machine has none: Chromium stands in for them."""
    page = browser.new_page()
    window = drivers.OfPlaywright(page)
    address = f"{book.as_uri()}/{PAGE}"
    assert sweep.loaded(window, address)["errors"] == []
    found = sweep.formulas(window, address)
    assert found["wide"]
    assert found["lost"] == []
    window.run("() => { console.error('heard'); }")
    assert window.errors() == ["heard"]
    with pytest.raises(drivers.PageError, match="thrown"):
        window.run("() => { throw new Error('thrown'); }")
    window.press("Tab")
    assert window.run("() => document.activeElement.tagName") == "A"
    assert window.picture().startswith(b"\x89PNG")
    page.close()
