"""Every exercise of every chapter: its stub, its worked solution and the mistakes that its check knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest

from lstm_lab import check

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
IN_WORDS_OF_THEIR_OWN = ("ex-07-gates", "ex-10-evidence")
"""Exercises whose check names mistakes without a mistaken answer; the tests of their chapters hold them."""

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


EXERCISES = exercises()
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.label)


def test_every_chapter_has_three_exercises_or_more():
    counts = {file.name[:2]: 0 for file in CHAPTERS.glob("[0-9]*.md")}
    for exercise in EXERCISES:
        counts[exercise.label[3:5]] += 1
    assert len(counts) >= 6
    assert {chapter: count for chapter, count in counts.items() if count < 3} == {}


@each_exercise
def test_the_stub_is_not_answered_and_the_solution_of_the_book_passes(exercise):
    assert exercise.check().passed is None
    solved = exercise.check(exercise.solution)
    assert solved.passed, solved


@each_exercise
def test_every_mistake_that_a_check_knows_is_recognised(exercise, monkeypatch):
    known: dict[str, Any] = {}
    function, value = check.function, check.value

    def keep(kind):
        def called(*arguments, mistakes=None, **options):
            known.update(mistakes or {})
            return kind(*arguments, mistakes=mistakes, **options)

        return called

    with monkeypatch.context() as watched:
        watched.setattr(check, "function", keep(function))
        watched.setattr(check, "value", keep(value))
        exercise.check()
    assert known or exercise.label in IN_WORDS_OF_THEIR_OWN
    for cause, mistaken in known.items():
        monkeypatch.setattr(check, "function", answered_by(mistaken, function))
        monkeypatch.setattr(check, "value", answered_by(mistaken, value))
        result = exercise.check()
        assert result.passed is False
        assert cause in result.message


def answered_by(mistaken, kind):
    def called(_, *arguments, **options):
        return kind(mistaken, *arguments, **options)

    return called


def test_no_chapter_shows_a_right_answer_before_it_is_asked_for():
    for exercise in EXERCISES:
        assert "check." not in exercise.cell, exercise.label
        assert "..." in exercise.cell, exercise.label
