"""The directive `chapters-at-a-glance`: a row for each chapter, from what the chapters say of themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

MINUTES = re.compile(r"\*\*Reading time\*\* about (\d+) minutes")
TEACHING = ("name", "afterwards", "needs", "hard_part")
HEADER = ("Chapter", "Minutes", "Afterwards a student can", "Needs", "Hard part")


def chapters(folder: Path) -> list[Path]:
    """The numbered chapters of a folder, in order."""
    return sorted(folder.glob("[0-9][0-9]-*.md"))


def front_matter(text: str) -> dict[str, Any]:
    """What stands between the two lines of hyphens at the head of a chapter; empty if there are none."""
    found = re.match(r"---\n(.*?\n)---\n", text, re.S)
    return (yaml.safe_load(found[1]) or {}) if found else {}


def row(chapter: Path) -> list[str]:
    """The row of a chapter.

    Raises:
        ValueError: if the chapter lacks what belongs into it; the message says what.
    """
    text = chapter.read_text("utf-8")
    teaching, minutes = front_matter(text).get("teaching", {}), MINUTES.search(text)
    missing = [f"teaching: {key}" for key in TEACHING if not teaching.get(key)]
    missing += [] if minutes else ["**Reading time** about N minutes"]
    if missing:
        raise ValueError(f"{chapter.name} must have {', '.join(missing)}")
    assert minutes is not None
    name, *rest = (str(teaching[key]) for key in TEACHING)
    return [f"{chapter.name[:2]} {name}", minutes[1], *rest]


class ChaptersAtAGlance(SphinxDirective):
    """A table of all chapters."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """The table, as MyST would make it of Markdown."""
        listed = [path for path in chapters(Path(self.env.srcdir, "chapters"))
                  if f"chapters/{path.stem}" in self.env.found_docs]  # fmt: skip
        for path in listed:
            self.env.note_dependency(str(path))
        lines = [HEADER, ["---"] * len(HEADER), *map(row, listed)]
        text = StringList([f"| {' | '.join(line)} |" for line in lines], "glance")
        node = nodes.Element()
        self.state.nested_parse(text, self.content_offset, node)
        return node.children


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_directive("chapters-at-a-glance", ChaptersAtAGlance)
