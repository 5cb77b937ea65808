"""Every assignment holds what it promises, in more than one term."""

from __future__ import annotations

import pytest
from lstm_grade import grade, intake, prove, source

NAMES = sorted(source.folders())


# Every assignment in the public term, and the shortest in another; .github/workflows/weekly.yml proves all of another.
PROVED = [(name, "public") for name in NAMES] + [("perceptron", "other")]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "term"), PROVED)
def test_reference_blank_mutants_and_other_right_answers(working_box, name, term):
    findings = prove.prove(source.load(name, term), jobs=2)
    assert len(findings) > 8
    assert [f"{f.what}: {f.why}" for f in findings if not f.holds] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_answers_of_one_term_fail_in_others(working_box, name):
    assignment = source.load(name, "public")
    points = prove.other_terms_fail(assignment, [f"term {n}" for n in range(4)], jobs=2)
    assert max(points.values()) < 0.8 * assignment.automatic, points


def test_a_mutant_that_loses_other_tests_is_reported(assignment, sheet):
    tests = [grade.TestResult("a", "", 1.0, 0.0, "why"), grade.TestResult("b", "", 1.0, 1.0)]
    graded = grade.Graded("m", tests)
    finding = prove._judge(prove.Pseudo("m", b"", frozenset({"b"})), graded)
    assert not finding.holds
    assert "also lost a: why" in finding.why
    assert "did not lose b" in finding.why


def test_the_student_side_needs_no_grader(assignment, reference):
    """The released notebook with right answers runs from top to bottom, and a stub says what is missing."""
    space = run_all(assignment, prove.submission(assignment, reference))
    assert "predict" in space
    blank = prove.submission(assignment, {})
    with pytest.raises(NotImplementedError, match="predict is not written yet"):
        run_all(assignment, blank)


def run_all(assignment, content):
    space = {"__name__": "notebook"}
    cells, _ = intake.rebuild(list(grade.sheet(assignment).cells), content)
    for cell in cells:
        if cell.kind not in ("text", "written"):
            exec(cell.source, space)
    return space
