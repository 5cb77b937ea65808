"""Fail when a test cannot: every ``test_*`` function must assert something that is not a constant.

Usage: ``python tools/check_assertions.py [FILE_OR_FOLDER ...]`` (default: ``tests``).
What counts as an assertion:

- ``assert`` of an expression,
- ``pytest.raises``, ``pytest.warns``, ``pytest.deprecated_call``, ``pytest.fail``,
- a call of anything named ``assert_*``: ``np.testing.assert_allclose``, a helper of the tests,
- Playwright's ``expect(...).to_*`` and ``expect(...).not_to_*``.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeGuard

PYTEST_ASSERTIONS = {"raises", "warns", "deprecated_call", "fail"}


class Problem(NamedTuple):
    """One finding and where it stands."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def check_source(source: str, path: Path) -> list[Problem]:
    """Find the tests in ``source`` that assert nothing, and the assertions of constants.

    Raises:
        SyntaxError: if ``source`` is not Python.
    """
    problems = []
    for node in ast.walk(ast.parse(source, filename=str(path))):
        if isinstance(node, ast.Assert) and is_constant(node.test):
            message = f"`assert {ast.unparse(node.test)}` does not depend on the code"
            problems.append(Problem(path, node.lineno, message))
        elif is_test(node) and not any(is_assertion(inner) for inner in ast.walk(node)):
            problems.append(Problem(path, node.lineno, f"{node.name} asserts nothing"))
    return sorted(problems)


def is_test(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Whether the node is a function that pytest would collect by its name."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
        "test_"
    )


def is_constant(node: ast.expr) -> bool:
    """Whether the expression is made of literals only: ``True``, ``1 == 1``, ``(x, "message")``."""
    if isinstance(node, ast.Tuple):
        return bool(node.elts)
    return not any(isinstance(inner, ast.Name | ast.Call) for inner in ast.walk(node))


def is_assertion(node: ast.AST) -> bool:
    """Whether the node by itself can make a test fail on purpose."""
    if isinstance(node, ast.Assert):
        return not is_constant(node.test)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id.startswith("assert_")
    if not isinstance(node.func, ast.Attribute):
        return False
    owner, name = node.func.value, node.func.attr
    if isinstance(owner, ast.Name) and owner.id == "pytest":
        return name in PYTEST_ASSERTIONS
    if isinstance(owner, ast.Call) and ast.unparse(owner.func) == "expect":
        return name.startswith(("to_", "not_to_"))
    return name.startswith("assert_")


def find_tests(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the test files among ``paths`` and inside the folders among them.

    Raises:
        FileNotFoundError: if a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("test_*.py"))
        elif path.exists():
            yield path
        else:
            raise FileNotFoundError(f"{path} does not exist")


def main(arguments: list[str] | None = None) -> int:
    """Print every problem; return 1 if there is one."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[Path("tests")])
    problems = [
        problem
        for path in find_tests(parser.parse_args(arguments).paths)
        for problem in check_source(path.read_text("utf-8"), path)
    ]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
