"""What a change can reach: the tests to run for it, and the changed files to lint.

    python tools/affected.py            the tests, one a line, and why, for a reader
    python tools/affected.py --run      lint, types and those tests, as `make check` does

Changed is what differs from the last commit that is shared with the main branch (`LSTM_LAB_BASE` names another),
committed or not. A test is reached by a file if it imports it, directly or through other modules, or names it in a text
of its own ("docs/addresses.toml", "_toc.yml"); a chapter's tests by the chapter's text. A test that goes through all
explorers goes through those that the change can reach. Tests of built pages, and slow ones, are left to `make test`.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lstm_lab.interact.source_digest import names

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {  # where a module may be found: the folder, and what its names begin with
    "lstm_lab": "lstm_lab",
    "bookbuild": "bookbuild",
    "coursework/grader/lstm_grade": "lstm_grade",
    "tools": "",
    "tests": "",
}
MAIN = ("origin/main", "main")
EVERYTHING = ("requirements.txt", "pyproject.toml", "tests/conftest.py")


class UnknownError(RuntimeError):
    """It cannot be found out what has changed."""


def git(*arguments: str, root: Path = ROOT) -> str:
    """What git says.

    Raises:
        UnknownError: if there is no git, no repository or no such commit.
    """
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise UnknownError(f"git cannot be run: {error}") from error
    if done.returncode:
        raise UnknownError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def base(root: Path = ROOT) -> str:
    """The commit that a change is compared with: where it left the main branch, or the commit before if it is on it.

    Raises:
        UnknownError: if there is no such commit, as in a clone of the last commit alone.
    """
    given = os.environ.get("LSTM_LAB_BASE", "").strip()
    if given.strip("0"):  # a branch that is pushed for the first time has a base of zeros
        return git("rev-parse", "--verify", f"{given}^{{commit}}", root=root).strip()
    head = git("rev-parse", "HEAD", root=root).strip()
    for branch in MAIN:
        try:
            shared = git("merge-base", "HEAD", branch, root=root).strip()
        except UnknownError:
            continue
        if shared != head:
            return shared
    return git("rev-parse", "--verify", "HEAD^1", root=root).strip()


def changed(root: Path = ROOT) -> set[str]:
    """The files that differ from `base`, committed or not, gone ones too.

    Raises:
        UnknownError: if it cannot be found out.
    """
    found = git("diff", "--name-only", "--no-renames", "-z", base(root), root=root)
    new = git("ls-files", "--others", "--exclude-standard", "-z", root=root)
    return {name for name in (found + new).split("\0") if name}


def matches(name: str, pattern: str) -> bool:
    """Whether a file is one of a pattern's: ``folder/**`` is all that stands in the folder."""
    if pattern.endswith("/**"):
        return name.startswith(pattern[:-2])
    return fnmatch.fnmatchcase(name, pattern)


# --- What imports what ----------------------------------------------------------------------------------------------


class Graph:
    """Which file of the repository rests on which, read without running any."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.files = sorted(
            str(file.relative_to(root))
            for room in ROOMS
            for file in (root / room).rglob("*.py")
            if "__pycache__" not in file.parts
        )
        self.modules = {name: file for file in self.files for name in self._names(file)}

    @staticmethod
    def _names(file: str) -> Iterator[str]:
        """The dotted names by which a file is imported."""
        path = Path(file)
        for room, name in ROOMS.items():
            if not path.is_relative_to(room):
                continue
            parts = path.relative_to(room).with_suffix("").parts
            parts = parts[:-1] if parts[-1:] == ("__init__",) else parts
            yield ".".join([*([name] if name else []), *parts])

    @cache  # noqa: B019  (one graph a run)
    def imported(self, file: str) -> tuple[frozenset[str], frozenset[str]]:
        """The files that a file imports, wherever in it; and the packages from which it takes nothing of their own."""
        tree = ast.parse((self.root / file).read_text("utf-8"))
        (name, *_) = self._names(file)
        package = name if file.endswith("__init__.py") else name.rpartition(".")[0]
        found, passed = set(), set()
        for module in names(tree, package):
            parts = module.split(".")
            passed |= {self.modules.get(".".join(parts[:end]), "") for end in range(1, len(parts))}
            found |= self.defined_in(module)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                # Modules in code that is run as a text, or by its name.
                found |= {one for word in _words(node.value) for one in self.defined_in(word)}
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("parts"):
                found |= {part for one in node.args for part in self.parts(one)}
        return frozenset(found - {file}), frozenset(passed - {""})

    def defined_in(self, name: str) -> set[str]:
        """The files that define a module, or what one holds; what a package takes from its modules, they define."""
        if name in self.modules:
            file = self.modules[name]
            return set() if file.endswith("/__init__.py") else {file}
        package, _, inner = name.rpartition(".")
        file = self.modules.get(package, "")
        if not file.endswith("/__init__.py"):
            return {file} - {""}
        taken = self.taken(file)
        return self.defined_in(taken[inner]) if inner in taken else {file}

    @cache  # noqa: B019
    def taken(self, file: str) -> dict[str, str]:
        """The names that a package takes from its modules, each with the whole name of what it is."""
        (package, *_) = self._names(file)
        found: dict[str, str] = {}
        for node in ast.parse((self.root / file).read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                module = next(iter(names(node, package)))
                found |= {
                    alias.asname or alias.name: f"{module}.{alias.name}" for alias in node.names
                }
        return found

    def parts(self, name: ast.AST) -> Iterator[str]:
        """What ``parts("explorers")`` finds: that part of each chapter."""
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            pattern = re.compile(rf"lstm_lab/chapters/ch\d\d/{name.value}(/.*)?\.py")
            yield from filter(pattern.fullmatch, self.files)

    def closure(self, file: str) -> set[str]:
        """All that a file rests on, itself included."""
        found: set[str] = set()
        through: set[str] = set()
        left = {file}
        while left:
            one = left.pop()
            found.add(one)
            imported, passed = self.imported(one)
            through |= passed
            left |= imported - found
        return found | through

    def tests(self) -> list[str]:
        """The files with tests."""
        return [file for file in self.files if Path(file).name.startswith("test_")]

    @cache  # noqa: B019
    def texts(self, file: str) -> str:
        """The texts in a file of code, one a line."""
        tree = ast.parse((self.root / file).read_text("utf-8"))
        return "\n".join(
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )


def _words(text: str) -> Iterator[str]:
    """The dotted names in a text that imports, or that is one."""
    for line in text.splitlines():
        words = line.replace(",", " ").split()
        if words[:1] in (["import"], ["from"]):
            module = words[1] if len(words) > 1 else ""
            yield module
            if words[0] == "from":
                yield from (f"{module}.{word}" for word in words[3:])
    if "." in text and " " not in text and "\n" not in text:
        yield text


# --- What a change reaches ------------------------------------------------------------------------------------------


def reached(files: Iterable[str], graph: Graph) -> dict[str, str]:
    """The files with tests that a change can reach, each with the changed file by which it is reached."""
    files = sorted(files)
    found: dict[str, str] = {}
    every = next((name for name in files if name in EVERYTHING), None)
    for test in graph.tests():
        rests_on = graph.closure(test)
        helpers = {one for one in rests_on if one.startswith("tests/")}
        for name in files:
            path = Path(name)
            if (
                every is not None
                or name in rests_on
                or _same_chapter(name, test)
                or _is_named(name, helpers, graph)
                or (path.name == "conftest.py" and Path(test).is_relative_to(path.parent))
            ):
                found[test] = every or name
                break
    return found


def _is_named(name: str, files: Iterable[str], graph: Graph) -> bool:
    """Whether tests name a file that is not Python, or the folder of it, or what all such files end with."""
    path = Path(name)
    if path.suffix in (".py", ".ipynb"):  # imported; made from the text beside it
        return False
    for file in files:
        for text in graph.texts(file).splitlines():
            ending = text.rpartition("/")[2]
            if text in (name, path.name):
                return True
            if "*" in text and ending.strip("*") and fnmatch.fnmatchcase(path.name, ending):
                return True
    return False


def _same_chapter(name: str, test: str) -> bool:
    """Whether a changed text, or its notebook, is of the chapter whose tests these are."""
    path = Path(name)
    if path.parent.name != "chapters" or path.suffix not in (".md", ".ipynb"):
        return False
    return f"/ch{path.name[:2]}/" in test


def explorers_reached(files: set[str], graph: Graph) -> list[str]:
    """The explorers whose states a change can reach."""
    from lstm_lab.chapters import explorers

    found = []
    for name, make in explorers.EXPLORERS.items():
        drawn_by = {make.__module__, make().function.__module__}
        own = graph.modules[make.__module__]
        rests_on = set[str]().union(
            *(
                graph.closure(graph.modules[module])
                for module in drawn_by
                if module != make.__module__
            )
        )
        if own in files or rests_on & files:
            found.append(name)
    return found


# --- make check -----------------------------------------------------------------------------------------------------


def commands(
    files: set[str], tests: dict[str, str], explorers: list[str], root: Path = ROOT
) -> Iterator[list[str]]:
    """Lint, types and tests for these files, the quickest first."""
    here = sorted(name for name in files if (root / name).is_file())
    python = [name for name in here if name.endswith((".py", ".ipynb"))]
    if python:
        yield [sys.executable, "-m", "ruff", "check", "--force-exclude", *python]
    if only_python := [name for name in python if name.endswith(".py")]:
        yield [sys.executable, "-m", "ruff", "format", "--check", "--force-exclude", *only_python]
        yield [sys.executable, "-m", "mypy"]
        yield [sys.executable, "tools/check_assertions.py", "tests"]
    if any(name.startswith("chapters/") for name in files):
        yield [sys.executable, "tools/pair_notebooks.py", "--check"]
    if tests:
        options = ["-q", "-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]
        options += ["-m", "not slow and not live", f"--reached={','.join(explorers)}"]
        yield [sys.executable, "-m", "pytest", *options, *sorted(tests)]


def main(arguments: list[str] | None = None) -> int:
    """List what a change reaches, or run it; the first exit code that is not 0."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n\n")[0])
    parser.add_argument("--run", action="store_true", help="run it all")
    given = parser.parse_args(arguments)
    try:
        files = changed()
    except UnknownError as error:
        print(f"What has changed cannot be found out, so run `make test`: {error}")
        return 2
    if not files:
        print("Nothing has changed.")
        return 0
    graph = Graph()
    tests = reached(files, graph)
    explorers = explorers_reached(files, graph)
    print(f"Changed: {len(files)} files. They reach {len(tests)} files of tests:")
    for test, why in sorted(tests.items()):
        print(f"  {test}  by {why}")
    print(f"and {len(explorers)} explorers: {', '.join(explorers)}")
    if not given.run:
        return 0
    worst = 0
    for command in commands(files, tests, explorers):
        print("$", " ".join(command[1:7]), "..." if len(command) > 7 else "", flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        worst = worst or (0 if command[2] == "pytest" and code == 5 else code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
