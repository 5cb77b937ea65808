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
        ({"grade_vs_nbgrader": 1.5, "cheats_rewarded": 0}, []),
        ({"grade_vs_nbgrader": 1.51, "cheats_rewarded": 0}, ["more than 1.5 times"]),
        ({"cheats_rewarded": 2}, ["2 cheats"]),
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
