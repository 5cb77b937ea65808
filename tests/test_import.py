"""What the package imports: little when it is imported, and never anything from a floor above."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lstm_lab"
HEAVY = {"anywidget", "ipywidgets", "matplotlib", "numba", "plotly", "torch"}
GROUND_FLOOR = ("_validate", "models", "sequences", "gradients", "training")
PLOTTING = {"anywidget", "ipywidgets", "matplotlib", "plotly"}


class Import(NamedTuple):
    """One import statement: who imports what, and whether only when a function runs."""

    path: Path
    line: int
    part: str
    target: str
    lazy: bool

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.target}"


def floors() -> dict[str, int]:
    """The floor of every part of the package: its place in the list of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    block = re.search(r"```\n(lstm_lab/.*?)```", text, re.S)
    assert block is not None
    lines = [line for line in block.group(1).splitlines() if line.startswith("lstm_lab/")]
    names = [line.removeprefix("lstm_lab/").partition("  ")[0] for line in lines]
    parts = re.findall(r"(\w+)(?:\.py|/)(?!\w)", " ".join(names))
    assert len(parts) == len(set(parts))
    return {part: floor for floor, part in enumerate(parts)}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def find_imports(path: Path, source: str) -> Iterator[Import]:
    tree = ast.parse(source)
    inside_functions = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    package = ["lstm_lab", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            inner = origin == "lstm_lab"
            targets = [f"{origin}.{alias.name}" for alias in node.names] if inner else [origin]
        else:
            continue
        for target in targets:
            yield Import(path, node.lineno, part_of(path), target, node in inside_functions)


def own_part(target: str) -> str | None:
    """The part of the package that an imported name belongs to, or None for other packages."""
    names = target.split(".")
    return names[1] if names[0] == "lstm_lab" and len(names) > 1 else None


def imports_of_package() -> list[Import]:
    return [
        found
        for path in sorted(PACKAGE.rglob("*.py"))
        for found in find_imports(path, path.read_text("utf-8"))
    ]


def modules_loaded_by(*imports: str) -> set[str]:
    """The top-level packages that the imports load in a new interpreter, besides NumPy's own."""
    program = f"""
import json, sys
import numpy
before = set(sys.modules)
import {", ".join(imports)}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_import_loads_nothing_but_numpy_and_the_standard_library():
    loaded = modules_loaded_by("lstm_lab")
    assert "lstm_lab" in loaded
    assert not loaded & HEAVY
    assert loaded - {"lstm_lab", "numpy"} <= sys.stdlib_module_names


def test_ground_floor_needs_only_numpy():
    loaded = modules_loaded_by(*(f"lstm_lab.{part}" for part in GROUND_FLOOR))
    assert loaded - {"lstm_lab", "numpy"} <= sys.stdlib_module_names


def test_the_list_is_read_from_the_ground_up():
    floor = floors()
    assert floor["_validate"] == 0
    assert (
        floor["models"] < floor["training"] < floor["interact"] < floor["chapters"] < floor["cli"]
    )


def test_every_module_stands_in_the_list():
    parts = {part_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert parts == set(floors())


def test_a_module_imports_only_what_stands_before_it():
    floor = floors()
    wrong = [
        found
        for found in imports_of_package()
        if (target := own_part(found.target)) in floor
        and floor[target] > floor.get(found.part, len(floor))
    ]
    assert [str(found) for found in wrong] == []


def needs(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules of the package that a module needs when it runs, in functions too; types alone do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    home = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(tree):
        if node in for_types or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        level = getattr(node, "level", 0)
        origin = [*home[: len(home) - level + 1]] if level else []
        origin += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        for alias in node.names:
            whole = ".".join([*origin, alias.name])
            found.add(whole if whole in known else ".".join(origin))
    return found & known - {name}


def circle(package: Path) -> list[str]:
    """Modules of which each needs the next, round to the first; empty if there are none."""
    modules = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    known = set(modules)
    graph = {name: needs(name, path, known) for name, path in modules.items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", ["lstm_lab", "bookbuild"])
def test_no_modules_need_each_other_in_a_circle(package: str):
    assert circle(ROOT / package) == []


def test_the_package_knows_nothing_of_what_makes_pages_of_it():
    wrong = [found for found in imports_of_package() if found.target.startswith("bookbuild")]
    assert [str(found) for found in wrong] == []


def test_a_chapter_needs_no_other_chapter():
    wrong = [
        found
        for found in imports_of_package()
        if (own := re.search(r"chapters/(ch\d\d)/", found.path.as_posix()))
        and (other := re.match(r"lstm_lab\.chapters\.(ch\d\d)", found.target))
        and own[1] != other[1]
    ]
    assert [str(found) for found in wrong] == []


@pytest.mark.parametrize(
    ("first", "closed"),
    [
        ("def f():\n    from lab.b import g", True),
        ("from .b import g", True),
        ("from . import b", True),
        ("import lab.b", True),
        ("if TYPE_CHECKING:\n    from lab.b import g", False),
        ("import b", False),
    ],
)
def test_a_circle_is_found(tmp_path: Path, first: str, closed: bool):
    folder = tmp_path / "lab"
    folder.mkdir()
    for name, text in (
        ("__init__", ""),
        ("a", first),
        ("b", "from lab import c"),
        ("c", "import lab.a"),
    ):
        (folder / f"{name}.py").write_text(text)
    assert bool(circle(folder)) == closed


def test_only_twins_imports_torch_and_what_compares_with_it_when_asked():
    wrong = [
        found
        for found in imports_of_package()
        if found.target.partition(".")[0] == "torch"
        and found.part != "twins"
        and not (found.part in ("bench", "paper1997") and found.lazy)
    ]
    assert [str(found) for found in wrong] == []


def test_nothing_below_interact_plots():
    floor = floors()
    wrong = [
        found
        for found in imports_of_package()
        if found.target.partition(".")[0] in PLOTTING
        and floor.get(found.part, 0) < floor["interact"]
    ]
    assert [str(found) for found in wrong] == []


@pytest.mark.parametrize(
    ("statement", "target", "lazy"),
    [
        ("import torch.nn as nn", "torch.nn", False),
        ("from lstm_lab import interact", "lstm_lab.interact", False),
        ("from lstm_lab.interact import theme", "lstm_lab.interact", False),
        ("from . import lstm", "lstm_lab.models", False),
        ("from .lstm import LSTM", "lstm_lab.models.lstm", False),
        ("from .. import interact", "lstm_lab.interact", False),
        ("from ..interact.pack import pack", "lstm_lab.interact.pack", False),
        ("def f():\n    import torch", "torch", True),
        ("if TYPE_CHECKING:\n    import torch", "torch", False),
    ],
)
def test_find_imports_reads_every_form(statement: str, target: str, lazy: bool):
    (found,) = find_imports(PACKAGE / "models" / "rnn.py", statement)
    assert (found.part, found.target, found.lazy) == ("models", target, lazy)
