"""Python in the page: what a reader needs to run, change and check a chapter's cells with nothing installed.

A Sphinx extension calls :func:`setup`. The files come from :mod:`supply`, are packed by :mod:`payload` into
`_static/python`, and are loaded by the scripts of `page/` at the first press. Which cells there are and what each needs
says :mod:`cells`. In the worker, :mod:`page_runner` runs them, and :mod:`stand_in` stands for Plotly.
"""

from __future__ import annotations

from typing import Any


def setup(app: Any) -> None:
    """Tell Sphinx of cells that run in the page."""
    from bookbuild.python import hooks

    hooks.setup(app)
