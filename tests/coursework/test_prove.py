"""Every assignment holds what it promises, in more than one term."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
from lstm_grade import grade, notebook, prove, source

from lstm_lab.check import here

NAMES = sorted(source.folders())
SLOW = "vanishing-gradient"  # its right answers train networks


# The shortest always; all in the public term, and that one in another, when what they rest on has changed.
# .github/workflows/weekly.yml proves all of another.
RESTS_ON = pytest.mark.weekly(
    "coursework/**",
    "lstm_lab/models/**",
    "lstm_lab/sequences/**",
    "lstm_lab/check.py",
    "lstm_lab/gradients.py",
)
SHORTEST = "perceptron"
PROVED = [
    (SHORTEST, "public"),
    *(pytest.param(name, "public", marks=RESTS_ON) for name in NAMES if name != SHORTEST),
    pytest.param(SHORTEST, "other", marks=RESTS_ON),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "term"), PROVED)
def test_reference_blank_mutants_and_other_right_answers(working_box, name, term):
    findings = prove.prove(source.load(name, term), jobs=2)
    assert len(findings) > 8
    assert [f"{f.what}: {f.why}" for f in findings if not f.holds] == []


class TestTerms:
    """The right answers of a term are wrong in others."""

    @pytest.mark.parametrize("name", NAMES)
    def test_no_two_of_forty_terms_have_the_same_answers(self, name):
        terms = [source.load(name, f"term {n}") for n in range(40)]
        answers = {
            tuple(each.cell(cell.name).source for cell in each.of("answer")) for each in terms
        }
        assert len(answers) == len(terms)

    @pytest.mark.parametrize("name", NAMES)
    def test_the_answers_of_a_year_fail_in_the_next(self, name):
        years = [
            source.load(name, str(year)) for year in range(2026, 2030 if name == SLOW else 2042)
        ]
        whole = years[0].automatic
        assert outside_the_box(years[0], years[0]) == whole
        points = [outside_the_box(new, old) for old, new in pairwise(years)]
        assert max(points) <= prove.KEPT * whole, points

    @pytest.mark.parametrize("name", NAMES)
    def test_right_answers_are_right_in_many_terms(self, name):
        terms = [source.load(name, f"term {n}") for n in range(3 if name == SLOW else 16)]
        whole = terms[0].automatic
        assert [each.term for each in terms if outside_the_box(each, each) != whole] == []

    @pytest.mark.parametrize("name", NAMES)
    def test_values_are_found_in_every_term(self, name):
        folder = source.folders()[name]
        found = [source.term_values(folder, name, f"term {n}") for n in range(100)]
        assert len({repr(values) for values in found}) == len(found)

    def test_in_the_box_it_is_the_same(self, working_box):
        years = [source.load("perceptron", year) for year in ("2026", "2027")]
        found = prove.last_answers_fail(years[1], "2026")
        assert found.holds
        assert f"get {outside_the_box(years[1], years[0]):g} of 15 points" in found.what

    def test_a_term_whose_answers_are_known_is_reported(self, assignment, working_box):
        found = prove.last_answers_fail(assignment, assignment.term)
        assert not found.holds
        assert "write the term another way" in found.why


def outside_the_box(new: source.Assignment, old: source.Assignment) -> float:
    """The points that the reference answers of `old` get in `new`. They are trusted, so this process runs them."""
    answers, student, tests, points = prove.reference(old), {"__name__": "notebook"}, {}, 0.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for cell in new.of("shared", "secret"):
            exec(cell.source, tests)
        for cell in new.cells:
            try:
                if cell.kind in ("shared", "answer"):
                    exec(answers.get(cell.name, cell.source), student)
                elif cell.kind == "test":
                    exec(cell.source, tests | {"student": here(student)})
                    points += cell.points
            except Exception:  # a mistake in the answers, which costs the points
                continue
    return points


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
    cells, _ = notebook.rebuild(list(grade.sheet(assignment).cells), content)
    for cell in cells:
        if cell.kind not in ("text", "written"):
            exec(cell.source, space)
    return space
