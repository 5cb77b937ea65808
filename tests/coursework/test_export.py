"""Grade files of Canvas and Moodle: the right marks to the right people, and every other byte as it was."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lstm_grade import export, foreign, grade, packing, run, sheets, store, tables

from coursework.test_class import lay, packed, work

CASES = Path(__file__).parent / "cases"
TITLE = "The perceptron, and what it can't do"


@pytest.fixture
def done(tiny, sheet_, quick, tmp_path):
    """Three students: 00123 and 789 with all points by tests, 456 with none; out of 15, one written answer each."""
    import dataclasses

    cells = tuple(c | {"points": 12.0} if c["kind"] == "test" else c for c in sheet_.cells)
    sheet = dataclasses.replace(sheet_, title=TITLE, cells=cells)
    files = {f"{n}.ipynb": work(tiny, 3 if n == "456" else 2) for n in ("00123", "456", "789")}
    run.run(sheet, lay(tmp_path / "in", files), tmp_path / "out")
    return tmp_path / "out"


def lines(content: bytes) -> list[bytes]:
    return content.split(b"\r\n")


class TestCanvas:
    def test_one_key_column_and_every_other_byte(self, done):
        made = export.export(done, "canvas", CASES / "canvas.csv")
        before, after = (lines(p.read_bytes()) for p in (CASES / "canvas.csv", made.path))
        assert made.key == "ID"
        assert made.filled == 2
        assert made.not_in_file == ["789"]
        assert made.not_in_run == ["1789", "1000", "9999"]
        assert "3 written answers are not marked" in made.said[0]
        assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [2, 3]
        assert after[2] == before[2].replace(b"Sec 1,,-2.5", b"Sec 1,2,-2.5")
        assert after[3] == before[3].replace(b"Sec 1,,-1", b"Sec 1,0,-1")

    def test_another_key_by_option(self, done):
        made = export.export(done, "canvas", CASES / "canvas.csv", key="SIS User ID")
        assert (made.filled, made.not_in_file) == (2, ["00123"])

    @pytest.mark.parametrize("column", ["HW 1", "hw 1", "HW 1 (5003)", "5003"])
    def test_a_column_by_its_exact_title_or_number(self, done, column):
        made = export.export(done, "canvas", CASES / "canvas.csv", column)
        header, *rows = csv.reader(io.StringIO(made.path.read_text("utf-8-sig")))
        assert [row[header.index("HW 1 (5003)")] for row in rows][1:3] == ["2", "0"]
        assert [row[header.index("HW 10 (5004)")] for row in rows][1:3] == ["", ""]

    def test_semicolons_and_commas(self, done):
        tables.override(done, "00123", "doubles", 1.5, "half right")
        made = export.export(done, "canvas", CASES / "canvas_semicolons.csv")
        before, after = (
            lines(p.read_bytes()) for p in (CASES / "canvas_semicolons.csv", made.path)
        )
        assert after == [*before[:2], b"Lee, Ann;00123;;a;S;1,5", *before[3:]]

    def test_two_columns_of_the_name_are_refused(self, done, tmp_path):
        (tmp_path / "c.csv").write_text(f'Student,ID,"{TITLE} (1)","{TITLE} (2)"\nA,456,,\n')
        with pytest.raises(ValueError, match="give the number of one"):
            export.export(done, "canvas", tmp_path / "c.csv")
        assert export.export(done, "canvas", tmp_path / "c.csv", "2").filled == 1

    def test_a_student_twice_gets_nothing_and_is_named(self, done, tmp_path):
        (tmp_path / "c.csv").write_text('Student,ID,"tiny (1)"\nA,456,\nB,456,\nC,789,\nD,123,\n')
        made = export.export(done, "canvas", tmp_path / "c.csv", "tiny")
        assert made.filled == 2
        assert "456" in made.not_in_file
        assert any("'456' stands in several rows" in each for each in made.said)
        assert any("'123' in the file was taken for '00123'" in each for each in made.said)


class TestMoodle:
    def test_who_handed_in_nothing_gets_nothing(self, done):
        made = export.export(done, "moodle", CASES / "moodle.csv")
        before, after = (lines(p.read_bytes()) for p in (CASES / "moodle.csv", made.path))
        assert made.key == "Identifier"
        assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [1, 3]
        assert after[3].startswith(b"Participant 789,Cy C,555,c@x.org,Submitted,13.33,100.00,No,-,")
        assert made.not_in_file == ["00123"]
        assert made.not_in_run == ["99", "100"]
        assert any("maximum is 100 and ours 15" in each for each in made.said)

    def test_another_language_by_position_and_option(self, done, tmp_path):
        head = "Identifiant,Nom complet,Note,Note maximale,Feedback par commentaires\n"
        rows = 'Participant00123,"Ann ""A""",-,"100,00",\nParticipant456,Ray,-,"100,00",\n'
        (tmp_path / "m.csv").write_text(head + rows)
        options = {"column": "Note", "key": "Identifiant"}
        made = export.export(done, "moodle", tmp_path / "m.csv", **options)
        first, second = made.path.read_text("utf-8").splitlines()[1:]
        assert first == 'Participant00123,"Ann ""A""",13.33,"100,00",'
        assert second.startswith('Participant456,Ray,0,"100,00",it doubles')
        assert "points were scaled" in "".join(made.said)

    def test_german(self, done):
        made = export.export(done, "moodle", CASES / "moodle_german.csv")
        assert lines(made.path.read_bytes())[1].startswith(b"Teilnehmer/in456;Ray;;x;0;100,00;")

    def test_other_headers_by_option(self, done, tmp_path):
        (tmp_path / "m.csv").write_text("Tunniste,Arvosana\nOsallistuja 789,\n")
        with pytest.raises(ValueError, match=r"--column"):
            export.export(done, "moodle", tmp_path / "m.csv")
        (tmp_path / "m.csv").write_text("Tunniste,Arvosana\n789,\n")
        export.export(done, "moodle", tmp_path / "m.csv", "Arvosana", "Tunniste")
        assert (done / "moodle.csv").read_bytes() == b"Tunniste,Arvosana\n789,2\n"


def test_a_wrong_file_is_named(done, tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"must have one column .The perceptron"):
        export.export(done, "canvas", tmp_path / "x.csv")
    with pytest.raises(ValueError, match="such as Grade"):
        export.export(done, "moodle", tmp_path / "x.csv")
    with pytest.raises(ValueError, match="needs the grade file"):
        export.export(done, "moodle", None)
    (tmp_path / "x.csv").write_text("ID,Grade\n1,\n")
    with pytest.raises(ValueError, match="no student of the run is in the file"):
        export.export(done, "moodle", tmp_path / "x.csv")


def test_gradescope(done):
    made = export.export(done, "gradescope", None)
    results = json.loads((made.path / "456" / "results.json").read_text())
    assert made.not_in_file == []
    assert results["score"] == 0
    assert results["tests"][0] == {
        "name": "it doubles", "score": 0.0, "max_score": 2.0, "output": "wrong",
        "output_format": "text", "visibility": "visible",
    }  # fmt: skip


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x1a"), max_size=6)


@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=2, max_size=5),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    last=st.booleans(),
)
def test_any_table_keeps_every_byte_but_the_cells_that_are_set(
    tmp_path_factory, rows, separator, end, mark, quoting, last
):
    rows[0] = [f"a{separator}", "b", "c"] if quoting == csv.QUOTE_ALL else ["a", "b", "c"]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    content = (mark + (text.getvalue() if last else text.getvalue().removesuffix(end))).encode()
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    table = foreign.Table(path)
    assert table.bytes() == content
    read = [[cell.text for cell in row] for row in table.rows]
    assert read == [
        row
        for row in csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=separator)
        if row
    ]
    table.set(1, 1, "7.5")
    path.write_bytes(table.bytes())
    again = [[cell.text for cell in row] for row in foreign.Table(path).rows]
    read[1] += [""] * (2 - len(read[1]))  # a short line is filled up
    read[1][1] = "7.5"
    assert again == read


class TestPacking:
    def test_moodle_gets_its_folders_back(self, tiny, sheet_, quick, tmp_path):
        files = {f"P Q_{n}_assignsubmission_file_/my{n}.ipynb": work(tiny) for n in (11, 12)}
        (tmp_path / "course.zip").write_bytes(packed(files))
        run.run(sheet_, tmp_path / "course.zip", tmp_path / "out")
        path, left = packing.pack(tmp_path / "out", "moodle")
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == [
                f"P Q_{n}_assignsubmission_file_/feedback.html" for n in (11, 12)
            ]
            page = (tmp_path / "out" / "feedback" / "11.html").read_bytes()
            assert archive.read(archive.namelist()[0]) == page
        assert left == []
        who = sheets.read(tmp_path / "out" / "feedback" / "who.csv")
        assert [(row["student"], row["name"], row["page"]) for row in who] == [
            ("11", "P Q", "11.html"), ("12", "P Q", "12.html"),
        ]  # fmt: skip

    def test_canvas_gets_its_names_back(self, tiny, sheet_, quick, tmp_path):
        names = ("raybob_11_501_perceptron.ipynb", "doeann_LATE_12_502_x-2.ipynb", "zoe.ipynb")
        run.run(sheet_, lay(tmp_path / "in", dict.fromkeys(names, work(tiny))), tmp_path / "out")
        path, left = packing.pack(tmp_path / "out", "canvas")
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == [
                "raybob_11_501_feedback.html",
                "doeann_LATE_12_502_feedback.html",
            ]
        assert left == ["zoe"]
        with pytest.raises(ValueError, match="canvas or moodle"):
            packing.pack(tmp_path / "out", "blackboard")


def test_a_name_for_files_and_one_for_people(done):
    assert store.note_of(done)["students"]["00123"]["file"] == "00123"
    assert grade.Graded("x").points == 0
