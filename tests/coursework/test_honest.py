"""Honest work is found: answers beside their place, the worked notebook among several, work under much output."""

from __future__ import annotations

import json
import os

import pytest
from lstm_grade import grade, intake, notebook, prove, strip

from coursework.test_class import DAY, lay, packed

SAID = "The learning rate scales every weight alike, so it cannot help at all."


@pytest.fixture(scope="module")
def right(assignment):
    return json.loads(
        prove.submission(assignment, prove.reference(assignment) | {"explain": "YOUR ANSWER HERE"})
    )


def place_of(made, name):
    names = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in made["cells"]]
    return names.index(name)


def text_cell(source, kind="markdown"):
    return {"cell_type": kind, "metadata": {}, "source": source}


def new_cell_below(made, at):
    made["cells"].insert(at + 1, text_cell(SAID))


def raw_cell_below(made, at):
    made["cells"].insert(at + 1, text_cell(SAID, "raw"))


def new_cell_above(made, at):
    made["cells"].insert(at, text_cell(SAID))


def two_cells_below(made, at):
    made["cells"][at + 1 : at + 1] = [text_cell("Look:"), text_cell(SAID)]


def question_cell(made, at):
    made["cells"][at - 1]["source"] = (
        "".join(made["cells"][at - 1]["source"]) + f"\n\n**Mine:** {SAID}"
    )


def question_cell_without_ids(made, at):
    question_cell(made, at)
    for cell in made["cells"]:
        cell.pop("id", None)


def question_answered_and_place_deleted(made, at):
    question_cell(made, at)
    del made["cells"][at]


def comment_below(made, at):
    made["cells"].insert(at + 1, text_cell(f"# {SAID}", "code"))


def string_below(made, at):
    made["cells"].insert(at + 1, text_cell(f'"""{SAID}"""', "code"))


def print_below(made, at):
    made["cells"].insert(at + 1, text_cell(f"print({SAID!r})", "code"))


def prose_in_a_code_cell(made, at):
    made["cells"].insert(at + 1, text_cell(SAID, "code"))


def place_turned_to_code(made, at):
    made["cells"][at] |= {"cell_type": "code", "source": f"# {SAID}", "outputs": []}


def replaced_by_a_new_cell(made, at):
    made["cells"][at] = text_cell(SAID)


def second_part(made, at):
    made["cells"][at]["source"] = "Part 1"
    new_cell_below(made, at)


def metadata_lost(made, at):
    made["cells"][at]["source"] = SAID
    for cell in made["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


BESIDE = [
    new_cell_below, raw_cell_below, new_cell_above, two_cells_below, question_cell, question_cell_without_ids,
    question_answered_and_place_deleted, comment_below, string_below, print_below, prose_in_a_code_cell,
    place_turned_to_code, replaced_by_a_new_cell, second_part, metadata_lost,
]  # fmt: skip


def rebuilt(sheet, made):
    cells, notes = notebook.rebuild(list(sheet.cells), json.dumps(made).encode())
    return next(c.source for c in cells if c.name == "explain"), notes


class TestWritten:
    @pytest.mark.parametrize("edit", BESIDE, ids=lambda edit: edit.__name__)
    def test_an_answer_beside_its_place_is_found(self, sheet, right, edit):
        made = json.loads(json.dumps(right))
        edit(made, place_of(made, "explain"))
        answer, notes = rebuilt(sheet, made)
        assert SAID in answer
        assert edit is not second_part or answer.startswith("Part 1")
        assert "YOUR ANSWER HERE" not in answer
        assert not any("explain is missing" in note for note in notes)

    @pytest.mark.parametrize("where", ["top", "bottom of another task", "comments"])
    def test_one_far_away_asks_for_a_look(self, sheet, right, where):
        made = json.loads(json.dumps(right))
        at = {"top": 1, "bottom of another task": place_of(made, "learn") + 1, "comments": 2}[where]
        made["cells"].insert(
            at, text_cell(f"# {SAID}", "code") if where == "comments" else text_cell(SAID)
        )
        answer, notes = rebuilt(sheet, made)
        assert answer == ""
        assert [n for n in notes if n.startswith(notebook.LOOK) and "The learning rate scales" in n]

    def test_a_picture_asks_for_a_look(self, sheet, right):
        made = json.loads(json.dumps(right))
        at = place_of(made, "explain")
        made["cells"][at] |= {"source": "![page](attachment:p.png)", "attachments": {"p.png": {}}}
        assert any("picture" in note for note in rebuilt(sheet, made)[1])

    def test_short_comments_and_the_tests_are_no_answer(self, sheet, right):
        made = json.loads(json.dumps(right))
        made["cells"].append(text_cell("# draw it\nprint('done')", "code"))
        assert rebuilt(sheet, made) == ("", [])

    def test_it_goes_to_the_table_and_not_to_zero(self, sheet, right, working_box, tmp_path):
        from lstm_grade import run, sheets

        made = json.loads(json.dumps(right))
        new_cell_below(made, place_of(made, "explain"))
        far = json.loads(json.dumps(right))
        far["cells"].insert(1, text_cell(SAID))
        files = {"ann.ipynb": json.dumps(made).encode(), "far.ipynb": json.dumps(far).encode()}
        run.run(sheet, lay(tmp_path / "in", files), tmp_path / "out", jobs=1)
        rows = {r["student"]: r for r in sheets.read(tmp_path / "out" / "manual.csv")}
        assert rows["ann"]["answer"] == SAID
        assert rows["far"]["points"] == ""
        status = {r["student"]: r["status"] for r in sheets.read(tmp_path / "out" / "scores.csv")}
        assert "look here" in status["far"]
        assert status["ann"] == "1 written answers to mark"


class TestCode:
    def test_an_answer_that_became_text_is_run(self, sheet, right):
        made = json.loads(json.dumps(right))
        made["cells"][place_of(made, "learn")]["cell_type"] = "markdown"
        cells, notes = notebook.rebuild(list(sheet.cells), json.dumps(made).encode())
        assert "def learn" in next(c.source for c in cells if c.name == "learn")
        assert any("become text" in note for note in notes)

    def test_work_in_a_copy_of_a_test_is_an_added_cell(self, sheet, right):
        made = json.loads(json.dumps(right))
        at = place_of(made, "predict-sign")
        made["cells"].insert(at, made["cells"][at] | {"source": "def helper(x):\n    return x"})
        cells, notes = notebook.rebuild(list(sheet.cells), json.dumps(made).encode())
        assert [c.kind for c in cells if "def helper" in c.source] == ["extra"]
        assert notes == []

    def test_what_stood_in_the_set_up_cell_is_named(self, sheet, right):
        made = json.loads(json.dumps(right))
        at = place_of(made, "setup")
        made["cells"][at]["source"] = "import math\n" + "".join(made["cells"][at]["source"])
        notes = notebook.rebuild(list(sheet.cells), json.dumps(made).encode())[1]
        assert "setup (without its 'import math')" in notes[0]

    @pytest.mark.parametrize("version", [2, 3])
    def test_old_notebooks_are_read(self, version, right):
        cells = [{"cell_type": "code", "input": "x = 1", "language": "python"}]
        old = {"nbformat": version, "worksheets": [{"cells": cells}], "metadata": {}}
        assert [c["source"] for c in notebook.read_cells(json.dumps(old).encode())] == ["x = 1"]

    def test_much_output_does_not_count(self, sheet, right, tmp_path):
        made = json.loads(json.dumps(right))
        output = {"output_type": "stream", "name": "stdout", "text": ["x" * 1000] * 25_000}
        made["cells"][place_of(made, "learn")]["outputs"] = [output]
        files = {
            "ann.ipynb": json.dumps(made).encode(),
            "ben.zip": packed({"a.ipynb": json.dumps(made).encode()}),
        }
        for hand_in in intake.find(lay(tmp_path, files), "perceptron", list(sheet.cells)):
            assert hand_in.error == ""
            assert len(hand_in.content) < 100_000
            assert "def learn" in hand_in.content.decode()

    @pytest.mark.parametrize("name", ["setup", "explain", "learn", None])
    @pytest.mark.parametrize(
        "much",
        ["\n" * 60_000, "![" * 60_000, "# Test " + "a-" * 60_000, "1," * 500_000],
        ids=["lines", "pictures", "a header", "numbers"],
    )
    def test_no_text_keeps_the_reader_busy(self, sheet, right, much, name):
        import time

        made = json.loads(json.dumps(right))
        if name is None:
            made["cells"].insert(3, text_cell(much, "code"))
        else:
            made["cells"][place_of(made, name)]["source"] = much
        began = time.process_time()
        content = json.dumps(made).encode()
        assert notebook.worked(list(sheet.cells), notebook.read_cells(content))
        notebook.rebuild(list(sheet.cells), content)
        assert time.process_time() - began < 2.5

    @pytest.mark.parametrize("begins", ["[", '{"cells":['])
    def test_brackets_cost_no_more_than_the_limit(self, begins):
        import resource

        content = (begins + "[]," * 4_000_000).encode()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(notebook.UnreadableError, match=r"too much memory|not a notebook"):
            strip.stripped(content)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


class TestChoice:
    """The newest worked notebook of this assignment."""

    def chosen(self, tmp_path, sheet, files, dates=None):
        folder = lay(tmp_path / "in", files)
        for name, date in (dates or {}).items():
            os.utime(folder / name, (date, date))
        (hand_in,) = intake.find(folder, "perceptron", list(sheet.cells))
        return hand_in

    @pytest.fixture
    def files(self, assignment, right):
        mine = json.dumps(right).encode()
        later = mine.replace(b"def bound", b"later = 1\\ndef bound")
        blank = prove.submission(assignment, {})
        bare = {
            "cells": [
                {k: v for k, v in c.items() if k in ("cell_type", "source")} for c in right["cells"]
            ]
        }
        spaced = json.dumps(right, separators=(",", ":")).encode()
        other = json.loads(mine)
        other["metadata"]["lstm_lab"]["assignment"] = "backpropagation"
        other["cells"] = other["cells"][:1] + [text_cell("x = 1", "code")] * 3
        lost = json.loads(json.dumps(other))
        lost["metadata"] = {}
        made = {
            "mine": mine,
            "later": later,
            "blank": blank,
            "other": other,
            "spaced": spaced,
            "lost": lost,
            "bare": bare,
        }
        return {
            name: c if isinstance(c, bytes) else json.dumps(c).encode() for name, c in made.items()
        }

    @pytest.mark.parametrize(
        ("inside", "wanted"),
        [
            (
                {"b.ipynb": ("mine", 0), ".ipynb_checkpoints/b-checkpoint.ipynb": ("later", 9)},
                "b.ipynb",
            ),
            ({"b.ipynb": ("mine", 0), "new.ipynb": ("blank", 9)}, "b.ipynb"),
            ({"b.ipynb": ("mine", 0), "x.ipynb": ("other", 9)}, "b.ipynb"),
            ({"b.ipynb": ("spaced", 0), "x.ipynb": ("other", 9)}, "b.ipynb"),
            ({"b.ipynb": ("bare", 0), "x.ipynb": ("lost", 9)}, "b.ipynb"),
            (
                {"w-9.ipynb": ("mine", 0), "w-10.ipynb": ("later", 0), "w-1.ipynb": ("mine", 0)},
                "w-10.ipynb",
            ),
            ({"w.ipynb": ("mine", 0), "w-1.ipynb": ("later", 0)}, "w-1.ipynb"),
            ({"w.ipynb": ("mine", 0), "w (1).ipynb": ("later", 0)}, "w (1).ipynb"),
            ({"b.ipynb": ("mine", 5), "c.ipynb": ("later", 1)}, "b.ipynb"),
        ],
    )
    @pytest.mark.parametrize("zipped", [False, True])
    def test_counts(self, tmp_path, sheet, files, inside, wanted, zipped):
        if zipped:
            import io
            import zipfile

            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                for name, (which, day) in inside.items():
                    archive.writestr(
                        zipfile.ZipInfo(name, (2026, 9, 1 + day, 12, 0, 0)), files[which]
                    )
            hand_in = self.chosen(tmp_path, sheet, {"ann.zip": content.getvalue()})
        else:
            made = {f"ann/{name}": files[which] for name, (which, _) in inside.items()}
            dates = {f"ann/{name}": DAY + day for name, (_, day) in inside.items()}
            hand_in = self.chosen(tmp_path, sheet, made, dates)
        assert hand_in.place.endswith(f"/{wanted}")
        assert len([n for n in hand_in.notes if "not graded" in n]) == len(inside) - 1

    def test_of_canvas_the_last_upload_counts(self, tmp_path, sheet, files):
        made = {"ann_11_1000_w.ipynb": files["later"], "ann_11_999_w-1.ipynb": files["mine"]}
        hand_in = self.chosen(tmp_path, sheet, made, {"ann_11_999_w-1.ipynb": DAY + 50})
        assert hand_in.place == "ann_11_1000_w.ipynb"

    def test_a_checkpoint_that_is_all_asks_for_a_look(self, tmp_path, sheet, files):
        hand_in = self.chosen(
            tmp_path, sheet, {"ann/.ipynb_checkpoints/a-checkpoint.ipynb": files["mine"]}
        )
        assert hand_in.error == ""
        assert any("only a checkpoint" in note for note in hand_in.notes)

    def test_another_assignment_or_term_is_named_and_not_compared(self, sheet, files):
        graded = grade.grade(sheet, intake.HandIn("ann", "a", files["other"]))
        assert graded.error == "this is the notebook of 'backpropagation', not of 'perceptron'"
        old = files["mine"].replace(b'"term": "public"', b'"term": "2025"')
        graded = grade.grade(sheet, intake.HandIn("ann", "a", old))
        assert (
            graded.error
            == "this is the notebook of the term '2025', but the term 'public' is graded"
        )
        assert {test.message for test in graded.tests} == {graded.error}
