"""What the tests of the chapters' labelled equations share.

In such a test the left side of each comparison is the formula as it stands in the text, in plain NumPy; the right
side is what the package computes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
SEEDS = (0, 1, 2)

Test = Callable[[np.random.Generator], None]


class Equations:
    """The equations of some chapters, and which of them have a test.

    Args:
        chapters: their numbers, "07" and so on.
        definitions: labels that need no test, each with the reason.
    """

    def __init__(self, *chapters: str, definitions: Mapping[str, str] | None = None) -> None:
        self.chapters = chapters
        self.definitions = dict(definitions or {})
        self.covered: set[str] = set()

    def equation(self, *labels: str) -> Callable[[Test], Callable[..., None]]:
        """A test of the equations with these labels, on random input from several seeds."""

        def decorate(test: Test) -> Callable[..., None]:
            assert not self.covered.intersection(labels), labels
            self.covered.update(labels)

            @pytest.mark.parametrize("seed", SEEDS)
            def seeded(seed: int) -> None:
                test(np.random.default_rng(seed))

            seeded.__name__ = test.__name__
            return seeded

        return decorate

    def assert_complete(self, at_least: int) -> None:
        """Every label of the chapters is covered or a definition, and begins with its chapter."""
        labels = [label for chapter in self.chapters for label in labels_of(chapter)]
        assert len(labels) == len(set(labels)) >= at_least
        assert set(labels) - self.covered == set(self.definitions)
        assert self.covered - set(labels) == set()
        displayed = [text_of(chapter).count("\n$$\n") for chapter in self.chapters]
        assert sum(displayed) == len(labels)  # none without a label
        for chapter in self.chapters:
            wrong = [one for one in labels_of(chapter) if not one.startswith(f"eq-{chapter}-")]
            assert wrong == []


def text_of(chapter: str) -> str:
    """The source of a chapter, by its number."""
    (file,) = CHAPTERS.glob(f"{chapter}-*.md")
    return file.read_text("utf-8")


def labels_of(chapter: str) -> list[str]:
    """The labels of its equations, in order."""
    return re.findall(r"^\$\$ \((\S+)\)$", text_of(chapter), re.M)


def function_of(chapter: str, name: str) -> Callable[..., Any]:
    """A function that a cell of the chapter defines."""
    for cell in re.findall(r"^```\{code-cell\} python\n(.*?)^```", text_of(chapter), re.M | re.S):
        for node in ast.parse(re.sub(r"^:.*\n", "", cell, flags=re.M)).body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                space: dict[str, Any] = {"np": np}
                exec(compile(ast.unparse(node), f"chapter {chapter}", "exec"), space)
                found: Callable[..., Any] = space[name]
                return found
    raise LookupError(f"chapter {chapter} defines no {name}")


def logistic(a: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(a)))


def assert_near(left: Any, right: Any) -> None:
    """The formula and the package agree to rounding."""
    np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-12)
