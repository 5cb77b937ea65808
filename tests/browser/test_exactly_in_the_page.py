"""Explorers off their grid, in the page: what is computed there equals the packed state, where both exist."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from in_the_page import WAIT_MS, opened
from playwright.sync_api import expect

from lstm_lab.chapters import exactly, explorers
from lstm_lab.interact.static import explorer_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}}
DRAWN = """(plot) => plot.data.map((trace) => [trace.visible !== false, ...["x", "y", "z"].map(
    (axis) => trace[axis] && Array.from(trace[axis],
    (v) => Array.isArray(v) || ArrayBuffer.isView(v) ? Array.from(v) : v))])"""


@pytest.fixture(scope="module")
def pages(built_book):
    """The chapters' pages, each with its explorers that go off their grid."""
    found = defaultdict(list)
    for page in sorted((built_book / "chapters").glob("[0-9]*.html")):
        text = page.read_text("utf-8")
        for name in re.findall(r'data-explorer="([\w-]+)"', text):
            if exactly.ranges(name) and '"exact":' in text:
                found[page].append(name)
    if not found:
        pytest.fail("the book was built without Python in its pages", pytrace=False)
    return dict(found)


def opened_exactly(page, name):
    """The disclosure of an explorer, opened."""
    explorer = page.locator(f'.lab-explorer[data-explorer="{name}"]')
    explorer.scroll_into_view_if_needed()
    expect(explorer).to_have_attribute("data-ready", "", timeout=WAIT_MS)
    box = explorer.locator(".lab-exact")
    box.locator("summary").click()
    box.locator("form").wait_for()
    return explorer, box


def computed(box, state="done", **numbers):
    for name, text in numbers.items():
        box.locator(f"input[name={name}]").fill(text)
    box.locator("button[name=compute]").click()
    expect(box).to_have_attribute("data-state", state, timeout=WAIT_MS)
    if state == "done":
        box.locator(".lab-plot[data-ready]").wait_for()


def flat(values):
    if isinstance(values, list):
        return [one for value in values for one in flat(value)]
    return [values]


def far_apart(packed, exact, precision):
    """Where two drawn figures differ by more than packing rounds, in words; empty if nowhere.

    Args:
        packed: of each trace whether it is visible, and its x, y and z.
        exact: the same of the figure that was computed.
        precision: by how much packing may change each leaf.
    """
    if len(packed) != len(exact):
        return f"{len(packed)} traces and {len(exact)}"
    for place, (one, other) in enumerate(zip(packed, exact, strict=True)):
        if one[0] != other[0]:
            return f"trace {place} is visible in one alone"
        for axis, left, right in zip("xyz", one[1:], other[1:], strict=True):
            left, right = flat(left or []), flat(right or [])
            if len(left) != len(right):
                return f"{axis} of trace {place} has {len(left)} values and {len(right)}"
            near = precision.get(f"data.{place}.{axis}", 0.0)
            for a, b in zip(left, right, strict=True):
                numbers = isinstance(a, int | float) and isinstance(b, int | float)
                if not (abs(a - b) <= near + 1e-6 * max(1.0, abs(a)) if numbers else a == b):
                    return f"{axis} of trace {place} is {a} and {b}"
    return ""


def test_what_is_computed_equals_the_packed_state(browser, pages, built_book, monkeypatch):
    monkeypatch.setenv("LSTM_LAB_STATIC", str(built_book.parent / ".lab" / "explorers"))
    problems, count = {}, 0
    for file, names in pages.items():
        with opened(browser, file.as_uri()) as page:
            for name in names:
                explorer, box = opened_exactly(page, name)
                sentence = explorer.locator(":scope > .lab-summary").inner_text()
                packed = explorer.locator(":scope > .lab-plot").evaluate(DRAWN)
                computed(box)
                precision = explorer_page(explorers.show(name))["precision"]
                far = far_apart(packed, box.locator(".lab-plot").evaluate(DRAWN), precision)
                if far or box.locator(".lab-summary").inner_text() != sentence:
                    problems[name] = far or box.locator(".lab-summary").inner_text()
                count += 1
            assert page.errors == []
    assert problems == {}
    assert count == sum(map(len, pages.values()))


@pytest.fixture
def flow(browser, pages):
    file = next(file for file, names in pages.items() if "gradient-flow" in names)
    with opened(browser, file.as_uri(), **PHONE) as page:
        yield page, *opened_exactly(page, "gradient-flow")


def test_a_number_between_the_steps_is_drawn_as_the_function_says(flow):
    page, _, box = flow
    computed(box, sequence_length="37", recurrent_scale="1.05")
    figure = explorers.show("gradient-flow").figure(
        **explorers.show("gradient-flow").initial | {"sequence_length": 37, "recurrent_scale": 1.05}
    )
    assert box.locator(".lab-summary").inner_text() == figure.layout.meta["summary"]
    assert "1.05" in figure.layout.meta["summary"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.errors == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("301", "sequence_length must be an integer from 1 to 300, got 301"),
        ("a day", "sequence_length must be an integer from 1 to 300, got 'a day' (str)"),
    ],
)
def test_a_number_out_of_the_range_is_refused_in_words(flow, text, words):
    _, _, box = flow
    computed(box, "failed", sequence_length=text)
    assert box.locator(".lab-output").inner_text().strip() == words


def test_the_fields_follow_the_controls_and_hide_with_them(flow):
    _, explorer, box = flow
    bias = box.locator("[data-exact=forget_bias]")
    assert not bias.is_visible()
    explorer.locator('select[name=cell], input[name=cell][value="3"]').first.evaluate(
        """(field) => {
          if (field.localName === "select") field.value = "3"; else field.checked = true;
          field.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    assert bias.is_visible()
    assert bias.locator("input").input_value() == "1"
    length = explorer.locator(':scope > form input[name="sequence_length"]')
    length.fill("0")
    assert box.locator("input[name=sequence_length]").input_value() == "5"


def test_nothing_of_it_is_there_without_scripts_or_loaded_before_it_is_opened(browser, pages):
    file = next(iter(pages))
    with opened(browser, file.as_uri(), java_script_enabled=False) as page:
        assert page.locator(".lab-exact").count() == 0
    with opened(browser, file.as_uri()) as page:
        page.locator(".lab-exact").first.wait_for(state="attached")
        assert not any("exact.js" in url for url in page.asked)
