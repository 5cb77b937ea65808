"""The exercises of the chapters as they stand in the text, and a program that does them with NumPy alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

from lstm_lab import check
from lstm_lab.chapters import parts

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```", re.M | re.S)


class Exercise(NamedTuple):
    """An exercise of a chapter: its label, the cell to be filled in and the worked solution."""

    label: str
    imports: str
    cell: str
    solution: str

    def check(self, answer: str = "") -> check.Result:
        """What the last line of the cell says, once `answer` was run after the lines before it."""
        space: dict[str, Any] = {}
        exec(self.imports, space)
        lines = ast.parse(re.sub(r"^:tags:.*$", "", self.cell, flags=re.M)).body
        exec(compile(ast.Module(lines[:-1], []), self.label, "exec"), space)
        exec(answer, space)
        assert isinstance(lines[-1], ast.Expr)
        result = eval(compile(ast.Expression(lines[-1].value), self.label, "eval"), space)
        assert isinstance(result, check.Result)
        return result


def exercises() -> list[Exercise]:
    found = []
    for file in sorted(CHAPTERS.glob("[0-9]*.md")):
        text = file.read_text("utf-8")
        imports = "\n".join(
            ast.unparse(line)
            for cell in CELL.findall(text)
            for line in ast.parse(re.sub(r"^:tags:.*$", "", cell, flags=re.M)).body
            if isinstance(line, ast.Import | ast.ImportFrom)
        )
        for label in re.findall(r"^```\{exercise-start\}\n:label: (\S+)", text, re.M):
            after = text[text.index(f":label: {label}\n") :]
            (solution,) = re.findall(
                rf"^```\{{solution-start\}} {label}\n.*?^```\n(.*?)^```\{{solution-end\}}",
                after,
                re.M | re.S,
            )
            code = re.findall(r"^(?:    .*\n|\n)+", solution, re.M)
            found.append(Exercise(label, imports, CELL.findall(after)[0], dedent("".join(code))))
    return found


def check_modules() -> dict[str, str]:
    """The module with the checks of each chapter, by the chapter's number."""
    return {chapter[2:]: f"lstm_lab.chapters.{chapter}.checks" for chapter in parts("checks")}


ALONE = """
import ast, importlib, importlib.metadata, inspect, json, sys

others = set(importlib.metadata.packages_distributions()) - {"numpy", "lstm_lab"}


class NumPyAlone:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in others:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, NumPyAlone)
given = json.load(sys.stdin)
done = {"blocked": sorted(others), "checks": {}, "exercises": {}}

from lstm_lab import check

for chapter, name in given["modules"].items():
    module = importlib.import_module(name)
    checks = [
        one for called, one in inspect.getmembers(module, inspect.isfunction)
        if one.__module__ == name and not called.startswith("_")
    ]
    asked = [one(...) for one in checks if len(inspect.signature(one).parameters) == 1]
    done["checks"][chapter] = sum(isinstance(one, check.Result) for one in asked)

for label, imports, cell, solution in given["exercises"]:
    space = {}
    for line in imports.splitlines():
        try:
            exec(line, space)
        except ModuleNotFoundError as error:  # a figure, which no exercise may need
            if error.name.partition(".")[0] in ("numpy", "lstm_lab"):
                raise
    *lines, asked = ast.parse(cell).body
    exec(compile(ast.Module(lines, []), label, "exec"), space)
    asked = compile(ast.Expression(asked.value), label, "eval")
    results = [eval(asked, space).passed]
    exec(solution, space)
    done["exercises"][label] = [*results, eval(asked, space).passed]

print(json.dumps(done))
"""
"""Imports the module of checks of every chapter and does every exercise, first not at all and then as the book does,
where no package can be imported but NumPy. Takes `task()` on standard input; prints what was blocked, how many
checks of a chapter answered, and for each exercise both verdicts."""


def task() -> dict[str, Any]:
    """What `ALONE` is to do: the modules of checks by chapter, and the exercises."""
    return {
        "modules": check_modules(),
        "exercises": [
            (one.label, one.imports, re.sub(r"^:tags:.*$", "", one.cell, flags=re.M), one.solution)
            for one in exercises()
        ],
    }
