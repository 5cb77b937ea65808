"""The measurement beside nbgrader: who is in the class, and what the recorded figures must be."""

from __future__ import annotations

import json

import nbformat
import pytest
from lstm_grade import bench, grade, intake, source

RECORD = source.FOLDER / "bench.json"


def test_a_class_ends_with_the_cheats_and_their_answers_are_wrong(assignment):
    made = bench.class_of(assignment, 40)
    assert len(made) == 40
    assert bench.cheats() == list(made)[: len(bench.CHEATS)]
    for student, code in zip(bench.cheats(), bench.CHEATS.values(), strict=True):
        notebook = nbformat.reads(made[student].decode(), as_version=4)
        assert code in [cell.source for cell in notebook.cells]
        assert "NotImplementedError" not in made[student].decode()


@pytest.mark.parametrize("name", bench.CHEATS)
def test_no_cheat_gets_a_point(assignment, sheet, working_box, name):
    made = bench.class_of(assignment, len(bench.CHEATS))
    student = bench.cheats()[list(bench.CHEATS).index(name)]
    graded = grade.grade(sheet, intake.HandIn(name, name, made[student]))
    assert len(graded.tests) == 11
    assert graded.points == 0


def test_killers_stand_among_the_others_and_change_nobody(sheet, assignment, working_box, tmp_path):
    made = bench.class_of(assignment, 20)
    worse = bench.killing(assignment, made)
    assert sum(made[s] != worse[s] for s in made) == len(bench.KILLERS) == 10
    for name, code in bench.KILLERS.items():
        (content,) = [c for c in worse.values() if f'killer-{name}"'.encode() in c]
        graded = grade.grade(sheet, intake.HandIn(name, name, content))
        assert graded.points == 0, name
        assert all(test.message for test in graded.tests), name
        assert code.splitlines()[0] in content.decode()


def test_nbgrader_gets_the_same_tests(assignment):
    notebook = nbformat.reads(bench.nbgrader_source(assignment), as_version=4)
    tests = [c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert len(tests) == len(assignment.of("test", "written"))
    hidden = [text for text in tests if "### BEGIN HIDDEN TESTS" in text]
    assert len(hidden) > 5
    assert all("def reference_predict" in text for text in hidden)


@pytest.mark.parametrize(
    ("figures", "troubles"),
    [
        ({"grade_vs_nbgrader": 0.25, "cheats_rewarded": 0}, []),
        ({"grade_vs_nbgrader": 0.26, "cheats_rewarded": 0}, ["grading takes more than 0.25"]),
        (
            {"killing_vs_nbgrader": 0.26, "cheats_rewarded": 0},
            ["with killers takes more than 0.25"],
        ),
        ({"cheats_rewarded": 2, "killed_others": 1}, ["2 cheats", "1 results were changed"]),
    ],
)
def test_figures_that_should_not_be_are_named(figures, troubles):
    found = bench.broken(figures)
    assert len(found) == len(troubles)
    assert all(trouble in text for trouble, text in zip(troubles, found, strict=True))


def test_the_recorded_run_is_whole_and_as_it_should_be():
    """Written by `lstm-grade bench --file coursework/bench.json`."""
    figures = json.loads(RECORD.read_text("utf-8"))
    assert figures["submissions"] == figures["nbgrader_submissions"] == 100
    assert figures["jobs"] == 2
    assert figures["cheats"] == len(bench.CHEATS)
    assert bench.broken(figures) == []
    assert figures["cheats_rewarded_nbgrader"] > 0
