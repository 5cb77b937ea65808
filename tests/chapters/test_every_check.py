"""Every exercise of every chapter: its stub, its worked solution and the mistakes that its check knows."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exercise_cells import ALONE, CHAPTERS, check_modules, exercises, task

from lstm_lab import check

ROOT = Path(__file__).resolve().parents[2]

IN_WORDS_OF_THEIR_OWN = ("ex-07-gates", "ex-11-evidence")
"""Exercises whose check names mistakes without a mistaken answer; the tests of their chapters hold them."""

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


def test_every_exercise_of_every_chapter_needs_numpy_alone():
    """In a process where no other package can be imported, whatever is installed beside it."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        input=json.dumps(task()),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    came = json.loads(done.stdout)
    drawing = {"plotly", "torch", "numba", "ipywidgets", "matplotlib", "scipy", "sklearn"}
    assert drawing <= set(came["blocked"])
    chapters = {file.name[:2] for file in CHAPTERS.glob("[0-9]*.md")}
    assert set(check_modules()) == set(came["checks"]) == chapters
    assert {chapter: count for chapter, count in came["checks"].items() if not count} == {}
    assert came["exercises"] == {one.label: [None, True] for one in EXERCISES}


STRANGE = (
    3, float("nan"), "text", b"bytes", [1], {}, {"A": 3}, {"A": np.ones(2)}, np.ones(3),
    np.array(["a"]), object(), int, lambda: 1,
    *(lambda *_, came=came: came for came in (
        "text", [None], [[1], [1, 2]], {}, np.ones((2, 2)), np.array(["a"]), object(), 1j,
        float("nan"), float("inf"), 10**400, iter([1]),
    )),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("chapter", check_modules())
def test_no_check_raises_on_an_answer_of_another_kind_or_takes_it_for_right(chapter):
    module = importlib.import_module(check_modules()[chapter])
    asked = 0
    for name, one in inspect.getmembers(module, inspect.isfunction):
        if one.__module__ == module.__name__ and not name.startswith("_"):
            for answer in STRANGE:
                result = one(*[answer] * len(inspect.signature(one).parameters))
                assert isinstance(result, check.Result), name
                assert not result.passed, (name, answer)
                asked += 1
    assert asked >= len(STRANGE)
