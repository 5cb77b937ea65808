"""Chapters bear the number of their file, and what is in them is numbered within: (6.3) is an equation of chapter 06.

The number becomes part of the title before Sphinx takes note of it, so that it stands wherever the title does: in the
sidebar, on the links to the page before and the next, in results of the search, in the browser's tab, in the e-book.

Sphinx counts equations and exercises through the whole book. It compares its count with that of the last build to know
which pages to write again, so it is given its own back before it counts.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

Numbers = dict[str, dict[str, dict[str, tuple[int, ...]]]]
"""By page, kind and name: the number, in parts."""


def number_of(docname: str) -> str:
    """The number of a chapter, `"06"`; empty for another page."""
    found = re.match(r"chapters/(\d\d)-", docname)
    return found[1] if found else ""


class NumberTheTitle(SphinxTransform):
    """Begin the title of a chapter with its number; links to its sections stay as they are."""

    default_priority: ClassVar[int] = 400

    def apply(self, **kwargs: Any) -> None:
        """Change the first title of the page."""
        number = number_of(self.env.docname)
        title = next(iter(self.document.findall(nodes.title)), None)
        if number and title is not None:
            title.insert(0, nodes.Text(f"{number} · "))


def by_chapter(counted: Numbers) -> Numbers:
    """Numbers that begin anew with each chapter, after the chapter's own; those of other pages as they were counted."""
    numbered: Numbers = {}
    for docname, kinds in counted.items():
        chapter = number_of(docname)
        numbered[docname] = {
            kind: {
                name: (int(chapter), place) if chapter else names[name]
                for place, name in enumerate(sorted(names, key=lambda name: names[name]), start=1)
            }
            for kind, names in kinds.items()
        }
    return numbered


def give_back(app: Sphinx, env: Any) -> list[str]:
    """Before Sphinx counts: its own count of the last build."""
    env.toc_fignumbers = getattr(env, "lab_counted", env.toc_fignumbers)
    return []


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """After Sphinx has counted."""
    env.lab_counted = env.toc_fignumbers  # type: ignore[attr-defined]
    env.toc_fignumbers = by_chapter(env.toc_fignumbers)
    return []


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_transform(NumberTheTitle)
    app.connect("env-get-updated", give_back, priority=100)
    app.connect("env-get-updated", renumber, priority=900)
