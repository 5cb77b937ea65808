"""Every exercise opens in steps: a hint, half of the way (the solution but for a part of a line), the solution."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from exercise_cells import CHAPTERS, Exercise, exercises

from lstm_lab.chapters import parts

FOUND = exercises()
STEP = r"^:::\{dropdown\} %s\n(.*?)^:::$"


def steps_of(label: str) -> dict[str, str]:
    """What stands between an exercise's cell and its solution, by the step's name."""
    file = next(CHAPTERS.glob(f"{label[3:5]}-*.md"))
    text = file.read_text("utf-8")
    part = text[text.index(f":label: {label}\n") : text.index(f"{{solution-start}} {label}\n")]
    return {
        name: "".join(re.findall(STEP % name, part, re.M | re.S))
        for name in ("Hint", "Half of the way")
    }


def code_of(text: str) -> list[str]:
    """The lines of code in a text, without empty ones."""
    code = dedent("".join(re.findall(r"^(?:    .*\n|\n)+", text, re.M)))
    return [line for line in code.splitlines() if line.strip()]


def test_there_are_exercises_in_every_chapter():
    assert {one.label[3:5] for one in FOUND} == {chapter[2:] for chapter in parts("checks")}


@pytest.mark.parametrize("exercise", FOUND, ids=lambda one: one.label)
def test_a_hint_helps_without_giving_the_answer_away(exercise: Exercise):
    hint = steps_of(exercise.label)["Hint"]
    assert 60 < len(hint) < 400
    assert not code_of(hint)
    plain = re.sub(r"[\s`$]", "", hint)
    for line in code_of(exercise.solution):
        answer = re.sub(r"\s", "", line.partition("return ")[2])
        assert len(answer) < 8 or answer not in plain, line


@pytest.mark.parametrize("exercise", FOUND, ids=lambda one: one.label)
def test_half_of_the_way_is_the_solution_but_for_a_part_of_one_line(exercise: Exercise):
    half = code_of(steps_of(exercise.label)["Half of the way"])
    whole = code_of("\n".join(f"    {line}" for line in exercise.solution.splitlines()) + "\n")
    assert len(half) == len(whole)
    ((short, full),) = [pair for pair in zip(half, whole, strict=True) if pair[0] != pair[1]]
    before, dots, after = short.partition("...")
    assert dots
    assert full.startswith(before)
    assert full.endswith(after)
    assert len(full) > len(before) + len(after)


@pytest.mark.parametrize("exercise", FOUND, ids=lambda one: one.label)
def test_the_check_works_half_of_the_way(exercise: Exercise):
    half = "\n".join(code_of(steps_of(exercise.label)["Half of the way"]))
    result = exercise.check(half)
    assert result.passed is not True
    assert result.message
