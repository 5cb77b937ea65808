"""The bibliography: what each entry is found by, whether it is the thing cited, and who cites it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lstm_lab.chapters.ch10.figures.timeline_data import ENTRIES as TIMELINE
from lstm_lab.chapters.ch10.figures.timeline_data import GRADES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "references.bib").read_text("utf-8")
CITATION = re.compile(r"\{cite:\w+\}`([^`]+)`")


def entries() -> dict[str, dict[str, str]]:
    """The fields of each entry by its key; "kind" is the word behind the @."""
    found = {}
    for kind, key, body in re.findall(r"^@(\w+)\{(\S+),\n(.*?)^\}$", TEXT, re.M | re.S):
        fields = dict(re.findall(r"^ +(\w+) *= \{(.*)\},$", body, re.M))
        assert len(fields) == len(body.strip().splitlines()), f"{key}: a field a line"
        found[key] = {"kind": kind, **fields}
    return found


ENTRIES = entries()
PAGES = [
    page
    for folder in (ROOT, ROOT / "chapters", *sorted((ROOT / "coursework").glob("*/")))
    for page in sorted(folder.glob("*.md"))
]


def cited() -> set[str]:
    lists = [keys for page in PAGES for keys in CITATION.findall(page.read_text("utf-8"))]
    return {key.strip() for keys in lists for key in keys.split(",")}


def test_every_entry_was_read_and_none_stands_twice():
    keys = re.findall(r"^@\w+\{(\S+),$", TEXT, re.M)
    assert list(ENTRIES) == keys
    assert len(keys) > 100


def test_every_entry_is_cited_and_every_citation_has_its_entry():
    assert set(ENTRIES) - cited() == set()
    assert cited() - set(ENTRIES) == set()


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_found_by_something_that_lasts_or_says_why_not(key):
    entry = ENTRIES[key]
    if doi := entry.get("doi"):
        assert re.fullmatch(r"10\.\d{4,9}/\S+", doi)
    elif isbn := entry.get("isbn"):
        digits = [10 if digit == "X" else int(digit) for digit in isbn.replace("-", "")]
        assert len(digits) == 10
        assert sum(place * digit for place, digit in enumerate(reversed(digits), 1)) % 11 == 0
    elif url := entry.get("url"):
        assert re.fullmatch(r"https?://[^\s/]+\.[a-z]+/\S+", url)
    else:
        assert "no doi, isbn or stable address found" in entry["note"].lower()


@pytest.mark.parametrize("key", ENTRIES)
def test_what_stands_in_proceedings_is_not_found_by_its_preprint(key):
    entry = ENTRIES[key]
    arxiv = "10.48550/arXiv" in entry.get("doi", "") or "arxiv.org" in entry.get("url", "")
    if arxiv and entry["kind"] != "misc":
        assert re.search("arXiv|preprint", entry.get("note", ""))
    assert ("arXiv" in entry.get("howpublished", "")) == (arxiv and entry["kind"] == "misc")


@pytest.mark.parametrize("key", ENTRIES)
def test_the_key_begins_as_the_author_and_holds_a_year_of_the_entry(key):
    entry = ENTRIES[key]
    years = re.findall(r"\b\d{4}\b", " ".join([entry["year"], entry.get("note", "")]))
    if entry["year"] == "n.d.":
        assert not re.search(r"\d{4}", key)
    else:
        (year,) = re.findall(r"(?<!\d)\d{4}", key)
        assert year in years
    assert entry.get("author") or entry.get("editor")


# --- Grades of evidence ----------------------------------------------------------------------------------------------

GRADED = re.compile(r"\{cite:p\}`([^`]+)`\s\(([A-Z](?:, [A-Z])*)\)")


def grades() -> dict[str, set[str]]:
    """The letters that stand behind each source, on all pages; behind several sources stand the letters of all."""
    found: dict[str, set[str]] = {}
    for page in PAGES:
        for keys, letters in GRADED.findall(page.read_text("utf-8")):
            assert set(letters.split(", ")) <= set(GRADES), f"{page.name}: {letters}"
            if len(letters) == 1:
                for key in keys.split(","):
                    found.setdefault(key, set()).add(letters)
    return found


def test_a_source_keeps_its_grade_throughout_the_book():
    assert {key: sorted(letters) for key, letters in grades().items() if len(letters) > 1} == {}
    assert {letter for letters in grades().values() for letter in letters} == set(GRADES)


def test_pages_and_timeline_agree_on_a_grade():
    said = {entry.key: {entry.grade} for entry in TIMELINE}
    both = said.keys() & grades().keys()
    assert len(both) > 15
    assert {key for key in both if said[key] != grades()[key]} == set()


def test_a_reader_is_told_the_letters_before_they_are_used():
    index = (ROOT / "index.md").read_text("utf-8")
    first = (ROOT / "chapters" / "01-perceptron.md").read_text("utf-8")
    for letter in GRADES:
        assert f"({letter})" in index
        assert f"({letter})" in first.partition("\n## ")[0]
