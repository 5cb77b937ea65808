"""The teachers' table: a row for each chapter, from what the chapter says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookbuild import teachers_table

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = """---
kernelspec:
  name: python3
teaching:
  name: Echo states
  afterwards: "say what a reservoir holds"
  needs: "06"
  hard_part: "nothing is trained"
---

# 2001: a reservoir

**Reading time** about 25 minutes, without the exercises.
"""


def test_every_chapter_has_a_row_with_its_number_and_minutes():
    rows = [teachers_table.row(path) for path in teachers_table.chapters(ROOT / "chapters")]
    assert [row[0][:2] for row in rows] == [f"{n:02}" for n in range(1, len(rows) + 1)]
    for path, row in zip(teachers_table.chapters(ROOT / "chapters"), rows, strict=True):
        assert f"**Reading time** about {row[1]} minutes" in path.read_text("utf-8")
        assert len(row) == len(teachers_table.HEADER)
        assert all(row)


def test_a_row_is_what_the_chapter_says(tmp_path):
    file = tmp_path / "12-echo-states.md"
    file.write_text(CHAPTER)
    assert teachers_table.row(file) == [
        "12 Echo states", "25", "say what a reservoir holds", "06", "nothing is trained"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("taken_out", "named"),
    [
        ('  hard_part: "nothing is trained"\n', "teaching: hard_part"),
        ("about 25 minutes", r"about N minutes"),
        ("teaching:\n", "teaching: name, teaching: afterwards"),
    ],
)
def test_what_lacks_is_named(tmp_path, taken_out, named):
    file = tmp_path / "12-echo-states.md"
    text = CHAPTER.replace(taken_out, "teach:\n" if taken_out == "teaching:\n" else "")
    file.write_text(text)
    with pytest.raises(ValueError, match=rf"12-echo-states.md must have .*{named}"):
        teachers_table.row(file)
