"""What students really hand in: who it is from, which file counts, and what cannot be read."""

from __future__ import annotations

import io
import json
import os
import zipfile

import pytest
from lstm_grade import archives, grade, intake, notebook, prove, release, strip, text


def made(*sources: str) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "source": s, "outputs": []} for s in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def found(folder) -> dict[str, intake.HandIn]:
    return {each.student: each for each in intake.find(folder, "perceptron")}


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("alice.ipynb", "alice"),
        ("alice_perceptron.ipynb", "alice"),
        ("Perceptron-alice (2).ipynb", "alice"),
        ("perceptron.ipynb", "perceptron"),
        ("Bob Ray_4711_assignsubmission_file_", "4711"),
        ("raybob_LATE_881_99123_perceptron-2.ipynb", "881"),
        ("raybob_881_99123_perceptron.ipynb", "881"),
    ],
)
def test_the_student_is_read_from_the_name(name, student):
    assert intake.student_of(name, "perceptron") == student


def test_files_folders_and_zips_are_found(tmp_path):
    (tmp_path / "ann.ipynb").write_bytes(made("a"))
    (tmp_path / "ben" / "perceptron").mkdir(parents=True)
    (tmp_path / "ben" / "perceptron" / "my work.ipynb").write_bytes(made("b"))
    (tmp_path / "ben" / "timestamp.txt").write_text("2026-01-05 10:00:00 UTC")
    (tmp_path / "cem.zip").write_bytes(
        packed({"x/Untitled.ipynb": made("c"), "__MACOSX/._x.ipynb": b"!"})
    )
    (tmp_path / ".DS_Store").write_bytes(b"x")
    hand_ins = found(tmp_path)
    assert set(hand_ins) == {"ann", "ben", "cem"}
    assert [each.error for each in hand_ins.values()] == [""] * 3
    assert hand_ins["ben"].when == intake.parse_time("2026-01-05T10:00:00+00:00")


def test_archives_of_a_class_are_its_folder(tmp_path):
    moodle = {
        "Dora D_11_assignsubmission_file_/a.ipynb": made("d"),
        "Emil E_12_assignsubmission_file_/a.zip": packed({"a.ipynb": made("e")}),
    }
    (tmp_path / "moodle.zip").write_bytes(packed(moodle))
    (tmp_path / "canvas.zip").write_bytes(packed({"fay_LATE_13_5_perceptron.ipynb": made("f")}))
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    hand_ins = found(tmp_path)
    assert {name: each.late for name, each in hand_ins.items()} == {
        "11": None,
        "12": None,
        "13": True,
    }
    assert [each.error for each in hand_ins.values()] == [""] * 3
    assert hand_ins["11"].name == "Dora D"
    alone = tmp_path / "moodle.zip"
    assert [each.student for each in intake.find(alone, "perceptron")] == ["11", "12"]
    wrapped = {f"submissions/{name}": content for name, content in moodle.items()}
    alone.write_bytes(packed(wrapped))
    assert [each.student for each in intake.find(alone, "perceptron")] == ["11", "12"]


def test_of_several_the_newest_of_this_assignment_counts(tmp_path):
    folder = tmp_path / "ann"
    folder.mkdir()
    right = made("mine").replace(
        b'"metadata": {}, "nbformat"',
        b'"metadata": {"lstm_lab": {"assignment": "perceptron"}}, "nbformat"',
    )
    for number, (name, content) in enumerate({"a": right, "b": right, "c": made("x")}.items()):
        (folder / f"{name}.ipynb").write_bytes(content)
        os.utime(folder / f"{name}.ipynb", (10**9 + number, 10**9 + number))
    chosen = found(tmp_path)["ann"]
    assert chosen.place == "ann/b.ipynb"
    assert len(chosen.notes) == 2


class TestUnreadable:
    def test_each_is_named_and_none_stops_the_others(self, tmp_path):
        (tmp_path / "good.ipynb").write_bytes(made("a"))
        (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
        (tmp_path / "empty").mkdir()
        (tmp_path / "essay.pdf").write_bytes(b"%PDF")
        (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
        (tmp_path / "pipe.ipynb").touch()
        (tmp_path / "pipe.ipynb").unlink()
        os.mkfifo(tmp_path / "pipe.ipynb")
        with (tmp_path / "huge.ipynb").open("wb") as file:
            file.truncate(strip.FILE_BYTES + 1)
        (tmp_path / "bomb.zip").write_bytes(packed({"a.ipynb": bytes(strip.FILE_BYTES + 1)}))
        (tmp_path / "many.zip").write_bytes(
            packed({f"{i}.txt": b"" for i in range(archives.ZIP_MEMBERS + 1)})
        )
        hand_ins = found(tmp_path)
        said = {name: each.error for name, each in hand_ins.items()}
        assert said.pop("good") == ""
        assert "cannot be read" in said["broken"]
        assert "no notebook in the folder" in said["empty"]
        assert ".pdf" in said["essay"]
        assert "link" in said["link"]
        assert "link" in said["pipe"]
        assert said["huge"] == said["bomb"] == "larger than 100 MB"
        assert "more than 2000 files" in said["many"]
        assert len(said) == 8

    def test_a_path_in_a_zip_leads_nowhere(self, tmp_path):
        (tmp_path / "in").mkdir()
        names = ("../../evil.ipynb", "/evil.ipynb", "C:\\evil.ipynb")
        for number, name in enumerate(names):
            (tmp_path / "in" / f"s{number}.zip").write_bytes(packed({name: made("a")}))
        hand_ins = found(tmp_path / "in")
        assert [each.error for each in hand_ins.values()] == ["", "", ""]
        assert list(tmp_path.rglob("evil*")) == []

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"{", b"\xff\xfe\x00", b"[" * 200_000, b"[]", b'{"cells": 5}', b"null",
            b'{"cells": [' + b'{"a":' * 50_000,
        ],
    )  # fmt: skip
    def test_no_bytes_can_do_harm(self, content, sheet):
        with pytest.raises(notebook.UnreadableError):
            notebook.read_cells(content)
        result = grade.grade(sheet, intake.HandIn("x", "x", content))
        assert result.points == 0
        assert all(test.message for test in result.tests)


@pytest.mark.parametrize("sign", "\x00\x1b\x9b\u00ad\u061c\u180e\u200b\u202e\u2066\ufeff\ud83d")
def test_what_is_not_drawn_is_shown_by_a_sign(sign):
    assert sign not in text.clean(f"a{sign}b")
    assert len(text.line(f"a{sign}b")) == 3
    assert text.clean("\u0915\u094d\u200d\u0937") == "\u0915\u094d\u200d\u0937"  # joins letters


class TestNames:
    @pytest.mark.parametrize(
        "student",
        [
            "../../etc/passwd",
            "a/b",
            "..",
            "",
            "con",
            "=cmd|' /C calc'!A0",
            "\u202egnp.exe",
            "x" * 300,
            "<script>",
            "a\nb",
            "\x00",
        ],
    )
    def test_a_file_name_stays_in_its_folder(self, student):
        name = text.safe_name(student)
        assert name
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
        assert len(name) < 64

    def test_different_students_have_different_files(self):
        students = [
            "ann",
            "Ann",
            "ANN",
            "ann ",
            "an n",
            "äpfel",
            "apfel",
            "a/b",
            "a_b",
            "日本",
            "中国",
        ]
        files = {text.safe_name(student).lower() for student in students}
        assert len(files) == len(students)
        assert text.safe_name("ann") == "ann"


class TestRebuild:
    def test_locked_cells_come_from_the_release_and_answers_from_the_student(
        self, assignment, sheet, reference
    ):
        cells = list(sheet.cells)
        mine = json.loads(prove.submission(assignment, reference))
        for cell in mine["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if name.startswith("learn-"):
                cell["source"] = "pass"
        rebuilt, notes = notebook.rebuild(cells, json.dumps(mine).encode())
        by_name = {cell.name: cell for cell in rebuilt}
        assert "student.run" in by_name["learn-copy"].source
        assert by_name["learn"].source == reference["learn"]
        assert any("3 locked cells" in note for note in notes)

    def test_an_added_cell_keeps_its_place(self, assignment, sheet, reference):
        mine = json.loads(prove.submission(assignment, reference))
        place = next(i for i, c in enumerate(mine["cells"]) if c["source"] == reference["learn"])
        mine["cells"].insert(
            place + 1, {"cell_type": "code", "metadata": {}, "source": "helper = 1"}
        )
        rebuilt, _ = notebook.rebuild(list(sheet.cells), json.dumps(mine).encode())
        names = [cell.name or cell.source for cell in rebuilt]
        assert names.index("helper = 1") == names.index("learn") + 1

    def test_the_release_itself_needs_no_note(self, assignment, sheet):
        content = release.notebook_text(release.student_notebook(assignment)).encode()
        assert notebook.rebuild(list(sheet.cells), content)[1] == []
