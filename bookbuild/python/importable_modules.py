"""What Python in the page can import: the standard library, NumPy, and what of our package needs no more than these."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lstm_lab
from lstm_lab.interact.source_digest import file_of

PACKAGE = Path(lstm_lab.__file__).parent
HERE = frozenset({"numpy", "plotly", "IPython"})
"""Packages that the page has; the last two as stand-ins."""
NOT_HERE = frozenset({"curses", "lzma", "sqlite3", "ssl", "tkinter", "turtle"})
"""What of the standard library Pyodide leaves out."""
LEFT_OUT = ("bench", "cli")
"""Parts of the package that no cell of the page can use."""


def modules() -> list[str]:
    """Every module of the package by its dotted name, but for what no cell can use."""
    names = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in LEFT_OUT:
            names.append(".".join((PACKAGE.name, *parts)).removesuffix(".__init__"))
    return names


def missing_package(module: str) -> str | None:
    """The package for want of which a module cannot be imported in the page; None if it can.

    Only what a module imports at once counts, not what its functions import when they are called.
    """
    seen: set[str] = set()
    left = [module]
    while left:
        name = left.pop(0)
        top = name.split(".")[0]
        if top != PACKAGE.name and not _is_here(top):
            return top
        if name not in seen and top == PACKAGE.name:
            left += sorted(_needed_at_once(name))
        seen.add(name)
    return None


def _is_here(package: str) -> bool:
    return package in HERE or (package in sys.stdlib_module_names and package not in NOT_HERE)


@cache
def _needed_at_once(module: str) -> frozenset[str]:
    """What a module of the package imports at once, and the package that it is in."""
    file = file_of(module)
    if file is None:
        return frozenset()
    package = module if file.stem == "__init__" else module.rpartition(".")[0]
    above = {module.rpartition(".")[0]} - {""}
    return frozenset(above | set(imported_at_once(ast.parse(file.read_text("utf-8")), package)))


def imported_at_once(tree: ast.AST, package: str = "") -> Iterator[str]:
    """What a tree imports when it is run: not in functions, not for types alone, not where a want of it is caught."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: 1 - node.level or None] if node.level else []
            module = ".".join([*start, *filter(None, [node.module])])
            yield module
            inner = (f"{module}.{alias.name}" for alias in node.names)
            yield from (name for name in inner if file_of(name))
        elif not _is_passed_over(node):
            yield from imported_at_once(node, package)


def _is_passed_over(node: ast.AST) -> bool:
    """Whether what a node imports is imported later, for types alone, or can be done without."""
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    if isinstance(node, ast.Try):
        return any(_catches_want(one) for one in node.handlers)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def _catches_want(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or "Import" in ast.unparse(handler.type)
