"""Python in the page: what a reader needs to run, change and check a chapter's cells with nothing installed.

A Sphinx extension calls :func:`setup`. The files come from :mod:`pinned_files`, are packed by :mod:`page_bundle` into
`_static/python`, and are loaded by the scripts of `page/` at the first press. Which cells there are and what each needs
says :mod:`page_cells`. In the worker, :mod:`page_runner` runs them, and :mod:`plotly_stand_in` stands for Plotly.
"""

from __future__ import annotations

from typing import Any


def setup(app: Any) -> None:
    """Tell Sphinx of cells that run in the page."""
    from bookbuild.python import sphinx_hooks

    sphinx_hooks.setup(app)
