"""The playground in the page: own data of every kind, settings in the address, a notebook to take away."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_the_page import WAIT_MS, opened
from playwright.sync_api import expect

from lstm_lab.playground.data import OWN
from lstm_lab.playground.figure import learn

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}}
SMALL = {"updates": "10", "steps_back": "5", "hidden_size": "4"}


@pytest.fixture(scope="module")
def file(built_book):
    file = built_book / "chapters" / "playground.html"
    if not file.is_file() or "data-lab-press" not in file.read_text("utf-8"):
        pytest.fail("the book was built without the playground", pytrace=False)
    return file


@pytest.fixture
def page(browser, file):
    with opened(browser, file.as_uri(), **PHONE) as page:
        yield page


def trained(page, state="done", **fields):
    root = page.locator(".lab-train[data-train=playground]")
    for name, value in fields.items():
        field = root.locator(f"[name={name}]")
        if field.evaluate("(field) => field.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)
    root.locator("button[name=train]").click()
    expect(root).to_have_attribute("data-state", state, timeout=WAIT_MS)
    return root


def numbers(summary):
    return [float(found) for found in re.findall(r"(?:RNN|LSTM 2000|letter,) ([\d.]+\d)", summary)]


def test_a_pasted_text_is_learnt_and_shared_by_its_address(browser, page):
    text = "to be or not to be, that is the question: " * 4
    root = trained(page, data=OWN, own=text, **SMALL)
    summary = root.locator(".lab-summary").inner_text()
    *_, step = learn(data=OWN, own=text, updates=10, steps_back=5, hidden_size=4)
    expected = step.figure.layout.meta["summary"]
    assert numbers(summary) == pytest.approx(numbers(expected), rel=1e-2)
    assert len(numbers(summary)) == 3
    words = parse_qs(page.evaluate("location.hash.slice(1)"))
    assert (words["training"], words["own"], words["updates"]) == (["playground"], [text], ["10"])
    with opened(browser, page.url, **PHONE) as other:
        assert other.locator("[name=own]").input_value() == text
        assert other.locator("[name=data]").input_value() == OWN
        assert other.locator("[name=steps_back]").input_value() == "5"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page, context=".lab-train").response["violations"]
    assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found} == {}
    assert page.errors == []


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("", "a text must have at least 60 letters, got 0"),
        ("a" * 99, "a text must have at least 2 different letters, got 'a' alone"),
        (
            "\n".join([*map(str, range(70)), "NaN"]),
            "line 71 must end in a finite number, got 'NaN'",
        ),
    ],
)
def test_odd_input_gets_a_sentence(page, own, words):
    root = trained(page, "failed", data=OWN, own=own)
    assert root.locator(".lab-output").inner_text().strip() == words
    assert trained(page, **SMALL, data="a sum of two waves").locator(".lab-summary").inner_text()


def test_a_very_long_text_and_one_from_right_to_left_leave_the_page_alive(page):
    page.locator("[name=own]").evaluate(
        "(field) => { field.value = 'שלום עולם '.repeat(3_000_000); }"
    )
    root = trained(page, data=OWN, **SMALL)
    assert "letters the first 20,000 are used" in root.locator(".lab-summary").inner_text()
    assert "too long to stand in the address" in root.locator(".lab-status").inner_text()
    assert len(page.url) < 2000


def test_the_notebook_is_written_with_the_settings(page):
    root = page.locator(".lab-train")
    root.locator("[name=seed]").fill("7")
    with page.expect_download(timeout=WAIT_MS) as download:
        root.locator("button[name=take]").click()
    assert download.value.suggested_filename == "playground.ipynb"
    cells = json.loads(download.value.path().read_text("utf-8"))["cells"]
    assert "seed=7" in "".join(cells[1]["source"])
    expect(root.locator(".lab-status")).to_have_text(
        "Written: the notebook is among your downloads."
    )
