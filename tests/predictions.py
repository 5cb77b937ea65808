"""The boxes "Predict" of the chapters, and that each of their choices is as true as it is marked."""

from __future__ import annotations

from pathlib import Path

from bookbuild.predict import Box, boxes

CHAPTERS = Path(__file__).parents[1] / "chapters"


def boxes_of(number: str) -> dict[str, Box]:
    """The boxes of the page whose name begins so, "06", by name."""
    (file,) = CHAPTERS.glob(f"{number}-*.md")
    return {box.name: box for box in boxes(file.read_text("utf-8"))}


def assert_computed(number: str, name: str, claims: dict[str, bool]) -> None:
    """Every choice of a box is a claim about what was computed: the marked ones hold, the others do not.

    Args:
        number: of the chapter, "06", or the first word of another page's name.
        name: of the box.
        claims: each choice, as it stands in the chapter, and whether it was found to hold.
    """
    assert {choice: bool(held) for choice, held in claims.items()} == boxes_of(number)[name].choices
