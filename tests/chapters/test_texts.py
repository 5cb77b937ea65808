"""The form of the chapters: what each says at its head, and what it must hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHAPTERS = sorted((Path(__file__).resolve().parents[2] / "chapters").glob("[0-9][0-9]-*.md"))
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name[:2])
FENCE = re.compile(r"^```\{code-cell\} python\n(.*?)^```", re.M | re.S)


def before_the_exercises(chapter: Path) -> str:
    return chapter.read_text("utf-8").split("\n## Exercises")[0]


def words_of(chapter: Path) -> int:
    """Words of prose before the exercises, code and displayed formulas left out."""
    text = before_the_exercises(chapter).split("---", 2)[2]
    return len(re.sub(r"\$\$.*?\$\$", "", FENCE.sub("", text), flags=re.S).split())


@each_chapter
def test_the_stated_reading_time_can_be_met(chapter):
    """Between the speed of a careful reader and that of one who skims, with time for figures."""
    stated = re.search(r"\*\*Reading time\*\* about (\d+) minutes", chapter.read_text("utf-8"))
    assert stated is not None
    assert words_of(chapter) / 250 <= int(stated[1]) <= words_of(chapter) / 60


@each_chapter
def test_the_head_says_what_for_and_what_is_needed(chapter):
    head = chapter.read_text("utf-8")[:2000]
    assert "**You will be able to**" in head
    assert "**You need**" in head


@each_chapter
def test_a_reader_predicts_before_an_explorer_shows(chapter):
    text = before_the_exercises(chapter)
    asked, shown = (
        [found.start() for found in re.finditer(pattern, text)]
        for pattern in (r"admonition\} Predict\n", r"explorers\.show\(")
    )
    assert asked
    assert asked[0] < shown[-1]


@each_chapter
def test_names_shared_by_the_book_begin_with_the_chapter(chapter):
    text, number = chapter.read_text("utf-8"), chapter.name[:2]
    glued = re.findall(r"\{glue:text\}`(\w+)", text)
    labels = re.findall(r"^\$\$ \((\S+)\)$", text, re.M)
    exercises = re.findall(r"^:label: (\S+)$", text, re.M)
    assert glued
    assert [name for name in glued if not name.startswith(f"ch{number}_")] == []
    assert [name for name in labels if not name.startswith(f"eq-{number}-")] == []
    assert [name for name in exercises if not name.startswith(f"ex-{number}-")] == []


@each_chapter
def test_the_last_sections_are_the_summary_and_the_sources(chapter):
    sections = re.findall(r"^## (.*)$", chapter.read_text("utf-8"), re.M)
    assert sections[-3:] == ["Exercises", "What you learnt", "Sources"]


LEARNED_AS_AN_ADJECTIVE = re.compile(r"learned (?:representation|hidden|model)")


@each_chapter
def test_the_past_tense_is_learnt(chapter):
    prose = FENCE.sub("", chapter.read_text("utf-8"))
    prose = re.sub(r"\"[^\"]*\"|`[^`]*`|^    .*$", "", prose, flags=re.M)  # quotations and code
    prose = " ".join(LEARNED_AS_AN_ADJECTIVE.sub("", prose).split())
    assert re.findall(r".{0,40}\blearned\b.{0,40}", prose) == []


@pytest.mark.parametrize("chapter", CHAPTERS[:-1], ids=lambda chapter: chapter.name[:2])
def test_the_end_of_a_chapter_leads_on(chapter):
    text = chapter.read_text("utf-8")
    end = before_the_exercises(chapter)[-1200:] + text.partition("\n## What you learnt\n")[2]
    assert re.search(r"[Cc]hapter \d\d|[Tt]he next chapter", end)
