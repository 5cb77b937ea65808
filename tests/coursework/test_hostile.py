"""Whatever is handed in: the right points, a reason, nothing touched, nothing left, nobody else's marks changed."""

from __future__ import annotations

import re

import pytest
from lstm_grade import grade, intake, prove, text, trial

from coursework import hostile


def hidden_inputs(assignment, name: str) -> set[str]:
    """The long numbers that hidden tests give to a function, as they would be printed."""
    space: dict = {"__name__": "tests"}
    found: set[str] = set()

    class Watch:
        def __getattr__(self, called):
            def call(*args, **kwargs):
                where = trial.Hidden(source, "<test>")
                where.note([args, kwargs])
                if called == name:
                    found.update(where.inputs)
                return space[called](*args, **kwargs)

            return call

    for cell in assignment.of("shared", "secret"):
        exec(cell.source, space)
    for cell in assignment.of("answer"):
        exec(prove.reference(assignment)[cell.name], space)
    for cell in assignment.of("test"):
        source = cell.source
        if "student.run" not in source:
            exec(compile(source, "<test>", "exec"), space | {"student": Watch()})
    return found


CASES = {case.name: case for case in hostile.HOSTILE}


@pytest.mark.parametrize("name", CASES)
class TestEach:
    def test_has_the_points_that_it_deserves(self, graded, name):
        result = graded.results[name]
        said = [f"{t.name} {t.earned:g}: {t.message}" for t in result.tests]
        assert result.points == CASES[name].points, "\n".join(said + result.problems)
        assert float(graded.scores[name]["automatic"]) == CASES[name].points

    def test_says_why_points_were_lost(self, graded, name):
        result = graded.results[name]
        assert len(result.tests) == 11
        assert [t.name for t in result.tests if not t.earned and not t.message] == []
        said = "\n".join([*(t.message for t in result.tests if not t.earned), *result.problems])
        assert CASES[name].reason in said
        assert max(map(len, said.splitlines() or [""])) < 2500

    def test_prints_what_shows_that_it_was_held(self, graded, name):
        text = "\n".join(cell.get("text", "") for cell in graded.results[name].cells)
        assert CASES[name].prints in text
        assert [word for word in CASES[name].silent if word in text] == []


class TestAfterwards:
    def test_no_file_outside_was_touched(self, graded):
        assert graded.after == graded.before

    def test_no_process_is_left(self, graded):
        assert graded.left == []

    def test_no_folder_is_left(self, graded):
        assert graded.folders == set()

    def test_little_is_kept(self, graded):
        for name in graded.results:
            assert (graded.out / "work" / f"{text.safe_name(name)}.json").stat().st_size < 3_000_000

    def test_nobody_was_connected_to(self, graded):
        assert not graded.connected

    def test_the_neighbours_do_not_matter(self, graded, sheet):
        content = (graded.folder / "correct.ipynb").read_bytes()
        alone = grade.grade(sheet, intake.HandIn("correct", "correct.ipynb", content))
        together = graded.results["correct"]
        assert alone.tests == together.tests
        assert [c.get("text") for c in alone.cells] == [c.get("text") for c in together.cells]

    def test_everyone_has_a_row_and_a_page(self, graded):
        assert set(graded.scores) == set(graded.feedback) == set(CASES)


class TestFeedback:
    def test_no_page_can_run_a_script(self, graded):
        for name, page in graded.feedback.items():
            tags = re.findall(r"<[a-zA-Z/!][^>]*>", page)
            names = "html|head|meta|title|style|body|h[123]|p|strong|ul|li|table|thead|tbody|tr|th|td|div|pre|code|img"
            allowed = rf"</?({names})\b|<!doctype"
            assert [tag for tag in tags if not re.match(allowed, tag)] == [], name
            assert [tag for tag in tags if re.search(r"\son\w+\s*=|javascript:", tag)] == [], name
            assert "default-src 'none'" in page

    def test_the_script_is_there_as_text(self, graded):
        assert "&lt;script&gt;alert(1)" in graded.feedback["script_everywhere"]

    def test_no_page_shows_a_hidden_test(self, graded, assignment):
        answers = "".join(prove.squash(cell.source) for cell in assignment.of("answer", "written"))
        hidden = {line for line in prove.secret_lines(assignment) if line not in answers}
        assert len(hidden) > 40
        for name, page in graded.feedback.items():
            text = list(prove.views(page.encode(), "page.html"))
            assert [line for line in hidden if any(line in view for view in text)] == [], name

    def test_no_page_shows_the_inputs_of_a_hidden_test(self, graded, assignment):
        """What the student's function is called with in a hidden test, found by calling the reference there."""
        inputs = hidden_inputs(assignment, "bound")
        assert len(inputs) > 20
        for name, page in graded.feedback.items():
            assert [number for number in inputs if number in page] == [], name

    def test_the_leaks_are_real(self, graded):
        tried = [case.name for case in hostile.HOSTILE if case.leaks]
        assert len(tried) == 7
        assert trial.CUT in graded.feedback["leaks_by_a_file"]

    def test_no_control_character_is_anywhere(self, graded):
        for name, page in graded.feedback.items():
            assert not text.UNSEEN.search(page), name
        for table in ("scores.csv", "problems.csv", "manual.csv"):
            found = (graded.out / table).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
            assert not text.UNSEEN.search(found), table

    def test_no_picture_is_larger_than_a_page_bears(self, graded):
        assert "<img" not in graded.feedback["huge_picture"]

    def test_no_page_is_large(self, graded):
        assert max(map(len, graded.feedback.values())) < 1_000_000
