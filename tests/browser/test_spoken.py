"""What a screen reader is told: controls with names and units, the finding of every figure, every formula."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from lstm_lab import explorers
from lstm_lab.slim import pages

pytestmark = pytest.mark.browser

WIDGETS = {"slider", "radio", "checkbox", "combobox", "button"}
# A finding has a number, or compares, or says that there is nothing to find.
FINDS = re.compile(
    r"\d|\b(more|less|fewer|than|as|both|all|none|no|not|every|each|only|never|zero|one|two|three|four|same|half)\b"
)


VALUES = """() => [...document.querySelectorAll('.lab-explorer input[type="range"]')].map((slider) =>
  [slider.closest(".lab-explorer").dataset.explorer, slider.name, slider.getAttribute("aria-valuetext")])"""
SEEN = """() => [...document.querySelectorAll("math")]
  .filter((formula) => formula.checkVisibility({ visibilityProperty: true })).length"""


@dataclass(frozen=True)
class Heard:
    """A page as a screen reader has it: roles and names, the sliders' values in words, the formulas in sight."""

    nodes: list[tuple[str, str]]
    values: list[list[str]]
    formulas: int


@pytest.fixture(scope="module")
def heard(browser, built_book):
    """Each page with figures, once they are drawn."""
    found = {}
    page = browser.new_page()
    for file in pages(built_book):
        if "lab-explorer" not in file.read_text("utf-8"):
            continue
        page.goto(file.as_uri())
        for explorer in page.locator(".lab-explorer").all():
            explorer.scroll_into_view_if_needed()
            explorer.and_(page.locator("[data-ready]")).wait_for()
        session = page.context.new_cdp_session(page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        spoken = [(said(node, "role"), said(node, "name")) for node in nodes if not node["ignored"]]
        found[file] = Heard(spoken, page.evaluate(VALUES), page.evaluate(SEEN))
        session.detach()
    page.close()
    return found


def said(node, part):
    return str(node.get(part, {}).get("value", "")).strip()


def test_every_control_has_a_name(heard):
    nodes = {node for page in heard.values() for node in page.nodes}
    assert [role for role, name in nodes if role in WIDGETS and not name] == []
    for name in explorers.EXPLORERS:
        for control in explorers.show(name).controls.values():
            if control.only:
                continue  # hidden until it applies
            named = {
                "range": [("slider", control.label)],
                "switch": [("checkbox", control.label)],
                "choice": [("radio", text) for text in control.texts],
            }[control.kind]
            assert set(named) <= nodes or ("combobox", control.label) in nodes, (name, control.name)


def test_every_slider_says_its_value_in_words(heard):
    told = {
        (explorer, name): text for page in heard.values() for explorer, name, text in page.values
    }
    for name in explorers.EXPLORERS:
        for control in explorers.show(name).controls.values():
            if control.kind == "range":
                assert told[name, control.name] == control.texts[control.initial]
    assert told["gradient-flow", "sequence_length"].endswith(" steps")


def test_every_figure_says_what_it_shows(heard):
    for file, page in heard.items():
        findings = [
            name for role, name in page.nodes if role in ("image", "img") and FINDS.search(name)
        ]
        drawn = file.read_text("utf-8").count('class="lab-plot"')
        assert len(findings) >= drawn, file.name


def test_every_formula_is_mathematics(heard):
    for file, page in heard.items():
        formulas = [role for role, _ in page.nodes if role in ("math", "MathMLMath")]
        assert len(formulas) == page.formulas > 0, file.name
