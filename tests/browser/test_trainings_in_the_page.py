"""A training of the built book, started, watched, stopped and refused in the page."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_the_page import STRICT_WITH_PYTHON, WAIT_MS, opened, served
from playwright.sync_api import expect

from lstm_lab.chapters import trainings

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def file(built_book):
    found = [
        page
        for page in sorted((built_book / "chapters").glob("*.html"))
        if 'data-train="latch"' in page.read_text("utf-8")
    ]
    if not found or "data-lab-press" not in found[0].read_text("utf-8"):
        pytest.fail("the book was built without the training", pytrace=False)
    return found[0]


@pytest.fixture
def page(browser, file):
    with opened(browser, file.as_uri(), **PHONE) as page:
        yield page


def training(page):
    return page.locator(".lab-train[data-train=latch]")


def train(root, **fields):
    """Set fields and press Train."""
    for name, value in fields.items():
        field = root.locator(f"[name={name}]")
        if field.evaluate("(field) => field.localName") == "select":
            field.select_option(value)
        else:
            field.fill(str(value))
    root.locator("button[name=train]").click()


def ended(root, state="done"):
    expect(root).to_have_attribute("data-state", state, timeout=WAIT_MS)
    return root.locator(".lab-summary").inner_text()


def shares(summary):
    return [int(share) for share in re.findall(r"(\d+) % right", summary)]


def test_the_first_settings_show_one_that_fails_and_one_that_learns(page):
    root = training(page)
    assert not any("train.js" in url or "engine.js" in url for url in page.asked)
    picture = root.locator(".lab-summary").inner_text()
    train(root)
    summary = ended(root)
    failing, learning = shares(summary)
    assert (failing < 65, learning > 98) == (True, True), summary
    assert shares(picture) == [failing, learning]  # what the picture shows is what comes out
    assert root.locator(".lab-status").inner_text().startswith("Trained in ")
    assert root.locator(".lab-plot .xtitle").first.text_content() == "updates"
    assert page.errors == []


def test_what_the_page_draws_is_what_the_function_returns(page):
    root = training(page)
    settings = {"lag": 6, "updates": 20, "seed": 5, "noise": 0.5, "optimiser": "Adam"}
    train(root, **settings)
    ended(root)
    figure = trainings.show("latch").last(**settings)
    root.locator(".lab-plot[data-ready]").wait_for()
    page.wait_for_function(
        "() => document.querySelector('.lab-train .lab-plot').data[0].x.at(-1) === 20"
    )
    drawn = root.locator(".lab-plot").evaluate("(plot) => plot.data.map(({x, y}) => [x, y])")
    assert len(drawn) == len(figure.data)
    for (x, y), trace in zip(drawn, figure.data, strict=True):
        assert x == pytest.approx(list(trace.x))
        assert [v for v in y if v is not None] == pytest.approx(
            [v for v in trace.y if v is not None and v == v], rel=1e-4, abs=1e-6
        )


def test_the_figure_follows_while_it_trains_and_stop_ends_it(page):
    root = training(page)
    train(root, lag=60, updates=2000)
    reached = page.wait_for_function(
        """() => {
          const said = document.querySelector(".lab-train .lab-summary").textContent;
          return Number(/^After (\\d+) of 2000/.exec(said)?.[1]) >= 100 && said;
        }""",
        timeout=WAIT_MS,
    )
    assert reached.json_value().startswith("After ")
    assert root.locator("progress").is_visible()
    root.locator("button[name=stop]").click()
    summary = ended(root, "idle")
    assert not summary.startswith("After 2000")
    assert root.locator(".lab-status").inner_text() == "Stopped."
    assert root.locator(".lab-live").text_content() == summary
    train(root, lag=5, updates=10)
    assert ended(root).startswith("After 10 of 10 updates")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("lag", "a week", "lag must be an integer from 1 to 200, got 'a week' (str)"),
        ("lag", "2.5", "lag must be an integer from 1 to 200, got 2.5 (float)"),
        ("noise", "", "noise must be a finite number from 0 to 5, got '' (str)"),
        ("updates", "1000000", "updates must be an integer from 1 to 2000, got 1000000"),
        ("learning_rate", "-1", "learning_rate must be a finite number from 1e-06 to 10, got -1"),
    ],
)
def test_what_cannot_be_trained_is_told_in_words(page, name, text, words):
    root = training(page)
    train(root, **{name: text})
    ended(root, "failed")
    assert root.locator(".lab-output").inner_text().strip() == words
    assert root.locator(".lab-status").inner_text() == "Not trained."


def test_by_keyboard_and_for_a_screen_reader(page):
    root = training(page)
    root.locator("[name=updates]").fill("10")
    root.locator("[name=lag]").fill("5")
    page.keyboard.press("Enter")  # in a field, as in every form
    ended(root)
    found = Axe().run(page, context=".lab-train").response["violations"]
    assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_trains_over_http_under_a_strict_policy(browser, built_book, file):
    with (
        served(built_book, STRICT_WITH_PYTHON) as address,
        opened(browser, f"{address}/chapters/{file.name}") as page,
    ):
        root = training(page)
        train(root, lag=5, updates=10)
        assert ended(root).startswith("After 10 of 10 updates")
        assert page.errors == []


def test_without_scripts_the_picture_and_its_sentence_stand_there(browser, file):
    with opened(browser, file.as_uri(), java_script_enabled=False) as page:
        root = training(page)
        assert root.locator("form").is_hidden()
        assert shares(root.locator(".lab-summary").inner_text())
        assert root.locator(".lab-plot svg, .lab-plot img").first.is_visible()


@pytest.mark.parametrize(
    "name", ["two-switches", "xor-in-time", "store-and-tell", "endless-stream"]
)
def test_each_chapters_training_says_in_the_page_what_it_says_in_a_notebook(
    name, browser, built_book
):
    (file,) = (
        page
        for page in sorted((built_book / "chapters").glob("*.html"))
        if f'data-train="{name}"' in page.read_text("utf-8")
    )
    with opened(browser, file.as_uri(), **PHONE) as page:
        root = page.locator(f".lab-train[data-train={name}]")
        picture = root.locator(".lab-summary").inner_text()
        assert picture == trainings.show(name).last().layout.meta["summary"]
        train(root, updates=40, seed=3)
        said = ended(root)
        assert said == trainings.show(name).last(updates=40, seed=3).layout.meta["summary"]
        assert page.errors == []
