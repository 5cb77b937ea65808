"""Which source a result rests on, as a digest: what was computed by other code is computed again."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lstm_lab._recorded import RESULTS

PACKAGE = Path(__file__).parents[1]
READS_RESULTS = ("lstm_lab.measurements", "lstm_lab.paper1997")


def fingerprint(*modules: str) -> str:
    """A digest of the source of modules of the package and of all that they import from it.

    Recorded results count as source of the modules that read them. Without a module named: of the
    whole package and all results.
    """
    wanted = _closure(modules) if modules else {_name(file) for file in PACKAGE.rglob("*.py")}
    files = {file for name in wanted if (file := _file(name))}
    if any(name.startswith(READS_RESULTS) for name in wanted):
        files |= set(RESULTS.rglob("*.json"))
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(PACKAGE.parent)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


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
    file = _file(name)
    if file is None:
        return ()
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    return (name.rpartition(".")[0], *_names(ast.parse(file.read_text("utf-8")), package))


def _names(tree: ast.AST, package: str) -> Iterator[str]:
    """What a tree imports; `package` is where a relative import starts from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: 1 - node.level or None] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (module, *(f"{module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _file(name: str) -> Path | None:
    """The source of a module of the package; None for any other name."""
    if name.split(".")[0] != PACKAGE.name:
        return None
    path = PACKAGE.parent.joinpath(*name.split("."))
    return next((f for f in (path.with_suffix(".py"), path / "__init__.py") if f.is_file()), None)


def _name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
