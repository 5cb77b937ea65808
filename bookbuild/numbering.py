"""Equations and exercises are numbered within their chapter: (6.3) is the third equation of chapter 06.

Sphinx counts them through the whole book. It compares its count with that of the last build to know which pages to
write again, so it is given its own back before it counts.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

Numbers = dict[str, dict[str, dict[str, tuple[int, ...]]]]
"""By page, kind and name: the number, in parts."""


def by_chapter(counted: Numbers) -> Numbers:
    """Numbers that begin anew with each chapter, after the chapter's own; those of other pages as they were counted."""
    numbered: Numbers = {}
    for docname, kinds in counted.items():
        chapter = re.match(r"chapters/(\d\d)-", docname)
        numbered[docname] = {
            kind: {
                name: (int(chapter[1]), place) if chapter else names[name]
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
    app.connect("env-get-updated", give_back, priority=100)
    app.connect("env-get-updated", renumber, priority=900)
