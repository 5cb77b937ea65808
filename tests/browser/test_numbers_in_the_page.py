"""Is it me or the book? A number of the text leads to its cell, which the page's Python computes again."""

from __future__ import annotations

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_the_page import WAIT_MS, opened, sixth
from playwright.sync_api import expect

from bookbuild.python.numbers import straight
from lstm_lab import verify

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def recorded(built_book):
    return verify.read_record(str(built_book))


@pytest.fixture(scope="module")
def file(built_book, recorded):
    found = [
        built_book / "chapters" / f"{name}.html"
        for name in sorted(recorded["chapters"])
        if "lab-numbers" in (built_book / "chapters" / f"{name}.html").read_text("utf-8")
    ]
    return sixth(found)


@pytest.fixture
def page(browser, file):
    with opened(browser, file.as_uri(), **PHONE) as page:
        yield page


def computed_again(box):
    box.locator("button[name=again]").click()
    expect(box).to_have_attribute("data-state", "done", timeout=WAIT_MS)
    rows = box.locator(".lab-table tbody tr")
    return {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows.all()
    }


def test_every_number_of_the_record_is_told_at_the_end_of_its_page(browser, built_book, recorded):
    for name, part in recorded["chapters"].items():
        with opened(
            browser, (built_book / "chapters" / f"{name}.html").as_uri(), java_script_enabled=False
        ) as page:
            told = page.locator(".lab-numbers [data-name]").evaluate_all(
                "(all) => all.map((one) => one.dataset.name)"
            )
            assert set(told) == set(part["numbers"]), name
            marked = page.locator("[data-number]")
            assert marked.count() == page.locator(".pasted-text").count(), name
            for place in marked.all():
                recorded_text = part["numbers"][place.get_attribute("data-number")]
                assert straight(place.text_content()) == straight(recorded_text)


def test_a_press_on_a_number_leads_to_its_cell(page):
    number = page.locator("[data-number]").first
    name = number.get_attribute("data-number")
    number.click()
    expect(page.locator(f'.lab-made:has([data-name="{name}"])')).to_be_focused()
    found = Axe().run(page, context=".lab-numbers").response["violations"]
    assert {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found} == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_the_page_computes_again_is_the_same_or_near(page, recorded, file):
    page.locator(".lab-numbers > summary").click()
    numbers = recorded["chapters"][file.stem]["numbers"]
    box = page.locator(".lab-made").first
    found = computed_again(box)
    assert found
    for name, (book, _, verdict) in found.items():
        assert book == numbers[name]
        assert verdict.partition(":")[0] in (verify.SAME, verify.NEAR), name
    assert page.errors == []


def test_a_number_that_the_book_has_otherwise_is_told(page, file):
    told = page.locator("#lab-cells")
    page.locator(".lab-numbers > summary").click()
    box = page.locator(".lab-made").first
    name = box.locator("[data-name]").first.get_attribute("data-name")
    wrong = page.evaluate(
        """([key, name]) => {
          const cell = labPython.cell;
          labPython.cell = (id) => ({...cell(id), numbers: {...cell(id).numbers, [name]: "wrong"}});
          return cell(key).numbers[name];
        }""",
        [box.get_attribute("data-cell-of"), name],
    )
    assert wrong in told.text_content() or json.dumps(wrong)[1:-1] in told.text_content()
    found = computed_again(box)
    assert found[name][0] == "wrong"
    assert found[name][1] == wrong
    assert found[name][2].startswith(f"{verify.DIFFERENT}: ")
