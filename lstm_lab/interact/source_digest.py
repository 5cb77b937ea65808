"""Which source a result rests on, as a digest: what was computed by other code is computed again."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lstm_lab.results import RESULTS

PACKAGE = Path(__file__).parents[1]
PAPER = "lstm_lab.paper1997"
"""What imports from here reads the records of 1997."""


def fingerprint(*modules: str, results: Iterable[str] = ()) -> str:
    """A digest of the source of modules of the package, of all that they import from it, and of the results they read.

    A module reads `results/NAME.json` if it says ``load("NAME")``, and all of `results/1997` if it imports
    `lstm_lab.paper1997`. Without a module named: of the whole package and all results.

    Args:
        *modules: their dotted names.
        results: names of further results that count.
    """
    wanted = _closure(modules) if modules else {_name(file) for file in PACKAGE.rglob("*.py")}
    files = {file for name in wanted if (file := file_of(name))}
    names = {name for module in wanted for name in _loaded(module)} | set(results)
    if not modules:
        files |= set(RESULTS.rglob("*.json"))
    elif any(name.startswith(PAPER) for name in wanted):
        files |= set((RESULTS / "1997").rglob("*.json"))
    files |= {file for name in names if (file := RESULTS / f"{name}.json").is_file()}
    digest = hashlib.sha256()
    for file in sorted(files):
        inside = RESULTS if file.is_relative_to(RESULTS) else PACKAGE
        digest.update(str(file.relative_to(inside.parent)).encode() + b"\0" + content(file))
    return digest.hexdigest()[:16]


def content(file: Path) -> bytes:
    """What counts of a file: of Python all but comments and layout."""
    if file.suffix != ".py":
        return file.read_bytes()
    return ast.dump(ast.parse(file.read_text("utf-8"))).encode()


def loaded(tree: ast.AST) -> set[str]:
    """The names of results that code loads: the words in ``load("NAME")``."""
    return {
        argument.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] == "load"
        and node.args
        and isinstance(argument := node.args[0], ast.Constant)
        and isinstance(argument.value, str)
    }


@cache
def _loaded(name: str) -> set[str]:
    file = file_of(name)
    return loaded(ast.parse(file.read_text("utf-8"))) if file else set()


def _closure(modules: Iterable[str]) -> set[str]:
    found: set[str] = set()
    left = set(modules)
    while left:
        name = left.pop()
        found.add(name)
        left |= set(_imported(name)) - found
    return found


@cache
def _imported(name: str) -> tuple[str, ...]:
    """The modules of the package that a module imports, wherever in it; its package included."""
    file = file_of(name)
    if file is None:
        return ()
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    return (name.rpartition(".")[0], *names(ast.parse(file.read_text("utf-8")), package))


def names(tree: ast.AST, package: str) -> Iterator[str]:
    """What a syntax tree imports; `package` is where a relative import starts from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: 1 - node.level or None] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def file_of(name: str) -> Path | None:
    """The source of a module of the package; None for any other name."""
    if name.split(".")[0] != PACKAGE.name:
        return None
    path = PACKAGE.parent.joinpath(*name.split("."))
    return next((f for f in (path.with_suffix(".py"), path / "__init__.py") if f.is_file()), None)


def _name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
