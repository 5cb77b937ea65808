"""Every chapter has the form that `tools/check_chapter.py` asks for, and the tool finds what is missing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import check_chapter
import new_chapter
import pytest

from bookbuild import teachers_table

ROOT = Path(__file__).resolve().parents[2]
NAMES = [path.stem for path in teachers_table.chapters(ROOT / "chapters")]
FENCE = re.compile(r"^```\{code-cell\} python\n(.*?)^```", re.M | re.S)


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_lacks_nothing(name):
    assert check_chapter.faults(name) == []


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A folder with a chapter 12 as the template makes it."""
    for name in ("_toc.yml", "references.bib"):
        shutil.copy(ROOT / name, tmp_path)
    assert new_chapter.main(["12-echo-states", "2001: a reservoir", "--root", str(tmp_path)]) == 0
    return tmp_path


def test_a_new_chapter_lacks_nothing(fresh):
    assert check_chapter.faults("12-echo-states", fresh) == []


CHAPTER = "chapters/12-echo-states.md"


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("file", "change", "mend"),
    [
        (CHAPTER, replaced("jupytext:\n", "jupyter:\n"), "jupytext header"),
        (CHAPTER, replaced("# 2001", "## 2001"), "one title"),
        (CHAPTER, replaced("**You need**", "You need"), r"You need.*Before you start"),
        (CHAPTER, replaced("about 25 minutes", "half an hour"), "Reading time"),
        (CHAPTER, replaced("  hard_part:", "  part:"), "teaching: hard_part"),
        (CHAPTER, replaced("  question:", "  asks:"), "card: question"),
        (
            CHAPTER,
            replaced("  explorer: ", "  explorer: no-"),
            "does not show the explorer of its card",
        ),
        (CHAPTER, replaced(":::{predict} ", ":::{tip} "), "let the reader commit"),
        (CHAPTER, replaced("{predict} slower", "{predict} faster"), "no test computes .* faster"),
        (CHAPTER, replaced("## Sources", "## Notes"), "last sections must be"),
        (CHAPTER, replaced("ch12_left", "left"), "left must begin with ch12_"),
        (CHAPTER, replaced("glue(ch12_left", "glue(ch12_right"), r"glue\(ch12_left=...\)"),
        (CHAPTER, replaced("$$ (eq-12-first)", "$$"), r"1 displayed equation.* no label"),
        (CHAPTER, replaced("eq-12-first", "eq-11-first"), "eq-11-first must begin with eq-12-"),
        (CHAPTER, replaced("eq-12-first", "eq-12-first-of-all"), "held by no test"),
        (CHAPTER, replaced("checks.steps_left(", "print("), r"must end with checks.NAME"),
        (CHAPTER, replaced("checks.steps_left(", "checks.other("), r"must end with checks.NAME"),
        (CHAPTER, replaced("{solution-start} ex-12-first", "{note} x"), "no solution"),
        (CHAPTER, replaced("{dropdown} Hint", "{note} x"), "does not open in steps"),
        (CHAPTER, replaced("hochreiter1991diploma", "nobody1900"), "nobody1900 is cited"),
        (CHAPTER, replaced("Words first", "Words last"), "older than the chapter: make notebooks"),
        ("_toc.yml", replaced("12-echo-states", "13-echo-states"), "_toc.yml does not list it"),
        ("lstm_lab/chapters/ch12/checks.py", lambda _: None, "checks.py is not there"),
        ("lstm_lab/chapters/ch12/explorers.py", lambda _: None, "explorers.py is not there"),
    ],
)
def test_what_is_missing_is_named_with_its_mend(fresh, file, change, mend):
    text = change((fresh / file).read_text("utf-8"))
    if text is None:
        (fresh / file).unlink()
    else:
        (fresh / file).write_text(text, "utf-8")
    assert re.search(mend, "\n".join(check_chapter.faults("12-echo-states", fresh)))


def test_an_unknown_chapter_is_refused_with_all_that_there_are():
    with pytest.raises(ValueError, match=r"name must be one of 01-perceptron, .* got '99-x'"):
        check_chapter.faults("99-x")


LEARNED_AS_AN_ADJECTIVE = re.compile(r"learned (?:representation|hidden|model)")


@pytest.mark.parametrize("name", NAMES)
def test_the_past_tense_is_learnt(name):
    prose = FENCE.sub("", (ROOT / "chapters" / f"{name}.md").read_text("utf-8"))
    prose = re.sub(r"\"[^\"]*\"|`[^`]*`|^    .*$", "", prose, flags=re.M)  # quotations and code
    prose = " ".join(LEARNED_AS_AN_ADJECTIVE.sub("", prose).split())
    assert re.findall(r".{0,40}\blearned\b.{0,40}", prose) == []
