"""The bibliography: what each entry is found by, whether it is the thing cited, and who cites it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_lab.chapters.ch11.figures.timeline_data import ENTRIES as TIMELINE
from lstm_lab.chapters.ch11.figures.timeline_data import GRADES

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

GRADED = re.compile(r"\{cite:[pt]\}`([^`]+)`(?:\s\(([A-Z](?:, [A-Z])*)(?:[;,] [^)]*)?\))?")
"""A citation and the letters behind it: `(P)`, `(P, C)` for two sources, `(P; pp. 303-308)`."""
LAST_CELL = re.compile(r"\| ([A-Z](?:, [A-Z])*) \|$")
"""The letters of a row of a table, whose last column says on whose word."""
YEAR = re.compile(r"(?<![\d,./])(?:19[3-9]\d|20[0-2]\d)(?!\d|,\d|\.\d)")
CLAIM = re.compile(
    r"\b(?:invent\w*|independently|forerunners?|older than|earliest|for the first time|found again|was known|"
    r"had already|launched|announced?|runs on|ran on|in use|was first|were first|winners?|won|proposed|introduced|"
    r"later|early|survives?|same idea|others|those years|did better|fed back)\b"
)
RECEPTION = re.compile(
    r"\b(?:famous(?:ly)?|popular|well[- ]known|widely (?:known|used|cited)|wide audience|"
    r"ever since|many accounts|textbooks? says?|made (?:it|the \w+|\w+) known)\b",
    re.I,
)
"""How a thing was received, which needs somebody who says so."""


def sentences(page: str) -> Iterator[str]:
    """The sentences of a page's prose, each in one line: no code, no displayed equations, no list of sources."""
    page = re.sub(r"\A---\n.*?^---\n", "", page, flags=re.M | re.S)
    page = re.sub(r"^```\{code-cell\}.*?^```|^\$\$.*?^\$\$.*?$", "", page, flags=re.M | re.S)
    told = "".join(
        part
        for part in re.split(r"^(?=## )", page, flags=re.M)
        if not part.startswith("## Sources")
    )
    for paragraph in re.split(r"\n\s*\n|\n(?=- |\d+\. |\|)", told):
        line = " ".join(paragraph.split())
        yield from re.split(r"(?<=[.?!:])[\"”)*]*\s+(?=[\"“(*]*[A-Z])", line)


def historical(sentence: str) -> bool:
    """Whether a sentence cites, and says when something was or by one of its words who was first or used it."""
    bare = re.sub(r"(?:\{[^}]*\})?`[^`]*`", "", sentence)  # neither roles nor code
    return "{cite:" in sentence and bool(YEAR.search(bare) or CLAIM.search(bare))


def without_letter(page: str) -> list[str]:
    """The citations of historical sentences that no letter follows, of a row of a table that none ends."""
    return [
        keys
        for sentence in sentences(page)
        if historical(sentence) and not LAST_CELL.search(sentence)
        for keys, letters in GRADED.findall(sentence)
        if not letters
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_who_says_what_was_when_is_told_behind_the_source(page):
    assert without_letter(page.read_text("utf-8")) == []


def unsaid(page: str) -> list[str]:
    """The sentences that say how a thing was received, and not on whose word."""
    return [s for s in sentences(page) if RECEPTION.search(s) and "{cite:" not in s]


@pytest.mark.parametrize(
    "page", sorted((ROOT / "chapters").glob("*.md")), ids=lambda page: page.name
)
def test_how_a_thing_was_received_is_somebodys_word(page):
    assert unsaid(page.read_text("utf-8")) == []


def test_a_reception_without_a_word_for_it_is_found():
    text = "It was famous. It made the answer known {cite:p}`a1986` (A). The textbooks say so."
    assert unsaid(text) == ["It was famous.", "The textbooks say so."]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("In 1986 it was new {cite:p}`a1986`.", ["a1986"]),
        ("It was invented by others {cite:p}`a1986`, and used {cite:p}`b1990` (C).", ["a1986"]),
        ("In 1986 it was new\n{cite:p}`a1986` (P; pp. 3-5).", []),
        ("It learns {cite:p}`a1986`. In 1990 it did not.", []),
        ("He proposed it, and later she did {cite:p}`a1986,b1990`.", ["a1986,b1990"]),
        ("| 1986 | new {cite:p}`a1986` | P |\n| 1987 | old {cite:p}`b1987` | - |", ["b1987"]),
        ("1,986 or 19.86 or `1986` steps {cite:p}`a1986`.", []),
        ("## Sources\n\nIn 1986 {cite:t}`a1986`.", []),
    ],
)
def test_what_is_found_when_a_letter_is_missing(text, missing):
    assert without_letter(text) == missing


def test_the_book_has_many_such_sentences():
    told = [s for page in PAGES for s in sentences(page.read_text("utf-8")) if historical(s)]
    assert len(told) > 60


def grades() -> dict[str, set[str]]:
    """The letters that stand behind each source, on all pages; behind several sources stand the letters of all."""
    found: dict[str, set[str]] = {}
    for page in PAGES:
        for keys, letters in GRADED.findall(page.read_text("utf-8")):
            assert set(letters.split(", ")) - {""} <= set(GRADES), f"{page.name}: {letters}"
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
