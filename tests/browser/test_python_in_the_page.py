"""How cells of the built book behave in the page, whatever is typed into them, from disk and over HTTP."""

from __future__ import annotations

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_the_page import (
    STRICT,
    WAIT_MS,
    answer,
    chapters,
    ended,
    exercises,
    opened,
    served,
    sixth,
    verdict,
)
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}}
FROZEN_MS = 1000


@pytest.fixture(scope="module")
def file(built_book):
    """A chapter with exercises: the sixth, if it is there."""
    return sixth(chapters(built_book))


@pytest.fixture
def page(browser, file):
    with opened(browser, file.as_uri(), **PHONE) as page:
        yield page


def of_python(page):
    return [url for url in page.asked if "/_static/python/" in url]


def output(one):
    return one.locator(".lab-output").inner_text().strip("\n")


# --- The first press -------------------------------------------------------------------------------------------------


def test_nothing_of_python_is_loaded_before_the_first_press_and_all_once_after(page):
    first, second, *_ = exercises(page)
    assert of_python(page) == []
    assert first.get_attribute("data-state") == "idle"
    said = page.evaluate_handle(
        """() => {
          const said = [];
          const status = document.querySelector(".lab-cell[data-exercise] .lab-status");
          new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true});
          return said;
        }"""
    )
    answer(first)
    words = said.json_value()
    assert re.fullmatch(r"Loading .+, once: \d+\.\d of \d+\.\d MB", words[1])
    assert "Python is starting …" in words
    assert words[-1].startswith("Done")
    loaded = of_python(page)
    assert len(loaded) == len(set(loaded)) > 5
    answer(second)
    assert of_python(page) == loaded
    assert page.errors == []


def test_a_press_while_python_loads_is_remembered(page):
    first, second, *_ = exercises(page)
    first.locator("button[name=run]").click()
    second.locator("button[name=run]").click()
    assert second.get_attribute("data-state") == "loading"
    assert [ended(one) for one in (first, second)] == ["done", "done"]
    assert verdict(second)[0] == "null"


def test_what_runs_is_what_stands_there_when_it_runs(page):
    one = exercises(page)[0]
    one.locator("textarea").fill("print('first')")
    one.locator("button[name=run]").click()
    one.locator("textarea").fill("print('second')")
    ended(one)
    assert output(one) == "second"


# --- Whatever is typed -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ready(browser, file):
    """A cell whose Python has started."""
    with opened(browser, file.as_uri(), **PHONE) as page:
        one = exercises(page)[0]
        answer(one, "print('ready')")
        yield one


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        ("1 / 0", "failed", "ZeroDivisionError: division by zero"),
        ("x = (", "failed", "'(' was never closed"),
        ("import sys\nsys.exit()", "failed", "asked Python to end"),
        ("import os\nos._exit(3)", "failed", "Run starts a fresh one"),
        ("import numpy as np\nnp.zeros(500_000_000)", "failed", "array is too big"),
        ("[0] * 10**9", "failed", "MemoryError"),
        ("import torch", "failed", "torch is a package"),
        ("open('/no/file')", "failed", "No such file"),
        ("def f(): return f()\nf()", "failed", "RecursionError"),
        ("input()", "failed", "has nobody to ask"),
        ("for i in range(10**6): print(i)", "done", "shows the first 20,000 letters"),
        ("for i in range(10**4): display(i)", "done", "more was shown than"),
        ("'<b>' + 'é' * 3", "done", "'<b>ééé'"),
        ("", "done", ""),
    ],
)
def test_every_cell_ends_in_words(ready, code, state, words):
    assert (answer(ready, code), words in output(ready)) == (state, True), output(ready)
    answer(ready, "print('goes on')")
    assert output(ready) == "goes on"


def test_a_cell_that_has_grown_is_told_of_and_the_next_run_starts_afresh(ready):
    one = ready
    assert answer(one, "import numpy as np\nheld = np.ones(150_000_000)\nheld.sum()") == "done"
    assert "had grown to 1." in one.locator(".lab-status").inner_text()
    answer(one, "'held' in globals()")
    assert output(one) == "False"


def test_html_of_a_value_is_shown_without_what_could_run(ready):
    code = """class Page:
    def _repr_html_(self):
        return ('<table><tr><td onclick="x()" style="position:fixed">1</td></tr></table>'
                '<img src=x onerror="document.title=1"><script>document.title=2</script><a href="javascript:1">2</a>')
Page()"""
    answer(ready, code)
    shown = ready.locator(".lab-html").evaluate("(box) => box.innerHTML")
    assert shown == "<table><tbody><tr><td>1</td></tr></tbody></table>2"


def test_a_figure_is_drawn_by_the_page(ready):
    code = """import plotly.graph_objects as go
go.Figure([go.Scatter(y=[1, 3, 2])], {"xaxis_title": "lag", "meta": {"summary": "Up and down."}})"""
    answer(ready, code)
    drawn = ready.locator("figure.lab-drawn[data-ready]")
    drawn.wait_for()
    assert drawn.locator(".xtitle").text_content() == "lag"
    assert drawn.locator(".lab-summary").inner_text() == "Up and down."


def test_python_in_the_page_reaches_no_address_and_keeps_nothing(ready):
    code = """import js
far = ("fetch", "XMLHttpRequest", "WebSocket", "indexedDB", "postMessage", "importScripts")
[name for name in far if hasattr(js, name)]"""
    answer(ready, code)
    assert output(ready) == "[]"


# --- Stop and Reset --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "while True: print('again')",
        "import asyncio\nasync def more():\n    while True: await asyncio.sleep(0)\n"
        "for _ in range(1000): asyncio.ensure_future(more())\nwhile True: pass",
    ],
    ids=["loop", "print", "tasks"],
)
def test_stop_ends_a_cell_without_end_and_the_page_stays_alive(page, code):
    one, other, *_ = exercises(page)
    one.locator("textarea").fill(code)
    one.locator("button[name=run]").click()
    one.and_(page.locator('[data-state="running"]')).wait_for(timeout=WAIT_MS)
    page.wait_for_timeout(FROZEN_MS)
    other.locator("button[name=run]").click()  # it waits
    before = page.evaluate("performance.now()")
    one.locator("button[name=stop]").click()
    expect(one).to_have_attribute("data-state", "failed", timeout=FROZEN_MS)
    assert page.evaluate("performance.now()") - before < FROZEN_MS
    assert one.locator(".lab-status").inner_text() == "Stopped."
    assert len(output(one)) < 30_000
    assert ended(other) == "done"
    assert answer(one, "2 + 3") == "done"
    assert output(one) == "5"


def test_stop_while_python_loads(page):
    one = exercises(page)[0]
    one.locator("button[name=run]").click()
    one.locator("button[name=stop]").click()
    expect(one).to_have_attribute("data-state", "failed")
    answer(one)
    assert verdict(one)[0] == "null"


def test_reset_brings_back_the_cell_as_it_was(page):
    one = exercises(page)[0]
    field = one.locator("textarea")
    original = field.input_value()
    answer(one, "print(7)")
    one.locator("button[name=reset]").click()
    assert field.input_value() == original
    assert (one.get_attribute("data-state"), output(one)) == ("idle", "")
    field.press("Control+z")
    assert field.input_value() == "print(7)"


# --- What was typed --------------------------------------------------------------------------------------------------


def test_what_was_typed_and_solved_is_there_after_a_reload(page):
    one, other, *_ = exercises(page)
    stub = other.locator("textarea").input_value()
    answer(one, "from lstm_lab.check import value\nvalue(1, 1)")
    assert one.locator(".lab-tick").is_visible()
    page.reload()
    one, other, *_ = exercises(page)
    assert one.locator("textarea").input_value() == "from lstm_lab.check import value\nvalue(1, 1)"
    assert one.locator(".lab-tick").is_visible()
    assert other.locator("textarea").input_value() == stub
    chapter = page.evaluate("JSON.parse(document.getElementById('lab-cells').textContent).chapter")
    solved = page.evaluate("(chapter) => labProgress.solved(chapter)", chapter)
    assert solved == [one.get_attribute("data-exercise")]


def test_an_edited_cell_does_not_get_the_answer_to_the_old_one(browser, file, tmp_path):
    book = tmp_path / "html"
    (book / "chapters").mkdir(parents=True)
    (book / "_static").symlink_to(file.parents[1] / "_static")
    copy = book / "chapters" / file.name
    shutil.copyfile(file, copy)
    with served(book) as address, opened(browser, f"{address}/chapters/{file.name}") as page:
        one = exercises(page)[0]
        one.locator("textarea").fill("print('mine')")
        page.reload()
        one = exercises(page)[0]
        assert one.locator("textarea").input_value() == "print('mine')"
        text = copy.read_text("utf-8")
        old = one.get_attribute("data-hash")
        copy.write_text(text.replace(old, "0" * len(old)))
        page.reload()
        assert exercises(page)[0].locator("textarea").input_value() != "print('mine')"


def test_two_tabs_see_the_same_ticks(page, file):
    other = page.context.new_page()
    other.goto(file.as_uri())
    answer(exercises(page)[0], "from lstm_lab.check import value\nvalue(1, 1)")
    expect(exercises(other)[0].locator(".lab-tick")).to_be_visible()
    assert not exercises(other)[1].locator(".lab-tick").is_visible()


def test_all_works_without_storage(browser, file):
    with opened(browser, "about:blank") as page:
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('off', 'SecurityError'); }})"
        )
        page.goto(file.as_uri())
        one = exercises(page)[0]
        answer(one, "from lstm_lab.check import value\nvalue(1, 1)")
        assert one.locator(".lab-tick").is_visible()  # the theme's own scripts do complain


# --- The keyboard ----------------------------------------------------------------------------------------------------


def test_all_of_it_by_keyboard(page):
    one = exercises(page)[0]
    field = one.locator("textarea")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("for i in range(2):\nprint(i)")
    assert field.input_value() == "for i in range(2):\n    print(i)"
    page.keyboard.press("Enter")
    assert field.input_value().endswith("print(i)\n    ")
    page.keyboard.press("Shift+Enter")
    ended(one)
    assert output(one) == "0\n1"
    page.keyboard.press("Control+Enter")
    ended(one)
    names = []
    for _ in range(3):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name"))
    assert names == ["run", "reset", "copy"]  # stop has nothing to stop
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert ended(one) == "done"


def test_the_code_and_the_text_over_it_stand_on_each_other(page):
    one = exercises(page)[0]
    one.locator("textarea").fill("x = '" + "long " * 60 + "'  # and more\n" * 3)
    sizes = one.evaluate(
        """(one) => [one.querySelector("textarea"), one.querySelector("pre")].map((box) => {
          const { width, height } = box.getBoundingClientRect();
          return [width, height, getComputedStyle(box).font, box.scrollHeight <= box.clientHeight + 1];
        })"""
    )
    assert sizes[0] == sizes[1]
    assert sizes[0][3]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    pre = one.locator("pre").first.evaluate("(pre) => pre.textContent")
    assert pre.rstrip("\n") == one.locator("textarea").input_value().rstrip("\n")


# --- What can be wrong with a site -----------------------------------------------------------------------------------


def refused(browser, book, file, policy="", before=""):
    """What a cell says, and how the page is, where Python cannot start."""
    with served(book, policy) as address, opened(browser, "about:blank") as page:
        if before:
            page.add_init_script(before)
        page.goto(f"{address}/chapters/{file.name}")
        assert page.errors == []
        one = exercises(page)[0]
        assert answer(one) == "failed"
        stub = one.locator("textarea").input_value()
        assert stub
        return output(one)


def test_a_policy_that_forbids_python_is_told(browser, built_book, file):
    assert "Content-Security-Policy" in refused(browser, built_book, file, STRICT)
    assert "Content-Security-Policy" in refused(
        browser, built_book, file, f"{STRICT}; worker-src blob:"
    )


def test_a_browser_without_webassembly_is_told(browser, built_book, file):
    said = refused(browser, built_book, file, before="delete window.WebAssembly;")
    assert said == "This browser has WebAssembly switched off, which Python in a page needs."


@pytest.mark.parametrize("lost", ["manifest.js", "numpy-*-1.js"])
def test_a_missing_file_is_named_and_a_second_press_tries_again(browser, file, tmp_path, lost):
    book = tmp_path / "html"
    shutil.copytree(file.parents[1] / "_static", book / "_static")
    (book / "chapters").mkdir()
    shutil.copyfile(file, book / "chapters" / file.name)
    gone = next((book / "_static" / "python").glob(lost))
    content = gone.read_bytes()
    gone.unlink()
    with opened(browser, (book / "chapters" / file.name).as_uri()) as page:
        one = exercises(page)[0]
        assert answer(one) == "failed"
        assert f"could not be loaded: _static/python/{gone.name}" in output(one)
        gone.write_bytes(content)
        assert answer(one) == "done"
        assert verdict(one)[0] == "null"


# --- For every reader ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cells_that_have_run_pass_the_check_for_accessibility(browser, file, scheme):
    with opened(browser, file.as_uri(), color_scheme=scheme, **PHONE) as page:
        first, second, *_ = exercises(page)
        answer(first, "def f(x):\n    return 'a' + x\n\n\nf(1)")
        answer(second)
        page.locator(".lab-check").wait_for()
        found = Axe().run(page).response["violations"]
        assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found} == {}
