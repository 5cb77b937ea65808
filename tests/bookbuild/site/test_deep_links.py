"""Links to a state of an explorer, in every chapter and for teachers: the state exists, on the page that is named."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from lstm_lab.chapters import explorers

ROOT = Path(__file__).parents[3]
CHAPTERS = ROOT / "chapters"
LINK = re.compile(r'href=\s*"(?:chapters/)?([\w.-]*)#(explorer=[^"]+)"')


def links() -> list[tuple[str, str, str]]:
    return [
        (file.name, page or file.with_suffix(".html").name, html.unescape(words))
        for file in (ROOT / "index.md", *sorted(CHAPTERS.glob("*.md")))
        for page, words in LINK.findall(file.read_text("utf-8"))
    ]


def test_the_first_page_leads_to_the_figure_that_answers_its_why():
    assert ("index.md", "06-vanishing-gradient.html", "explorer=gradient-flow") in links()


def test_teachers_have_links_to_most_chapters():
    pages = {page for file, page, _ in links() if file == "for-teachers.md"}
    assert len(pages) >= 8


@pytest.mark.parametrize(("file", "page", "words"), links())
def test_a_linked_state_exists(file: str, page: str, words: str):
    (_, name), *settings = parse_qsl(words, strict_parsing=True)
    shown = (CHAPTERS / page).with_suffix(".md").read_text("utf-8")
    assert f'explorers.show("{name}")' in shown
    controls = explorers.show(name).controls
    chosen = {}
    for control, text in settings:
        assert control in controls, f"{name} has no control {control}"
        assert text in controls[control].texts, f"{control} of {name} is never {text!r}"
        chosen[control] = controls[control].values[controls[control].texts.index(text)]
    for control, value in chosen.items():
        rest = {other: c.values[c.initial] for other, c in controls.items()} | chosen
        assert controls[control].applies(rest), f"{control} = {value} does not apply"
