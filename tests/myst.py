"""A chapter to build in a test."""

FRONT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""


def chapter(body: str) -> str:
    """The text of a chapter: what Jupytext needs to know of it, and the body."""
    return f"{FRONT}\n{body}"
