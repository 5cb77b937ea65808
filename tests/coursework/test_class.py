"""Nobody's hand-in stops, changes or loses another's, and everybody appears."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lstm_grade import cli, grade, intake, notebook, prove, roster, run, sheets
from typer.testing import CliRunner

DAY = 1_790_000_000  # in 2026


def work(tiny, factor: int = 2, said: str = "Because.", more: str = "") -> bytes:
    body = f"def double(x):\n    return {factor} * x\n{more}"
    return prove.submission(tiny, {"double": body, "why": said})


def packed(files: dict[str, bytes], date=(2026, 11, 20, 12, 0, 0)) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), data)
    return content.getvalue()


def encrypted(content: bytes) -> bytes:
    """A zip whose members say that they are encrypted."""
    made = bytearray(packed({"a.ipynb": content}))
    made[6] |= 1
    made[made.rfind(b"PK\1\2") + 8] |= 1
    return bytes(made)


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    """Files in a folder, all of one date."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (DAY, DAY))
    return folder


def rows(out: Path) -> dict[str, dict[str, str]]:
    return {row["student"]: row for row in sheets.read(out / "scores.csv")}


def said(out: Path, student: str) -> str:
    return "\n".join(
        r["problem"] for r in sheets.read(out / "problems.csv") if r["student"] == student
    )


def deep(content: bytes, depth: int) -> bytes:
    for number in range(depth):
        content = packed({f"{number}.zip" if number else "a.ipynb": content})
    return content


# What one student hands in: for each kind of place, a name's end and bytes.
def garbage(tiny) -> dict[str, bytes]:
    good = work(tiny)
    half = json.loads(good)
    half["cells"].insert(
        0, {"cell_type": "code", "source": "print('\ud83d')", "metadata": {}, "outputs": ["\udc00"]}
    )
    half["cells"] = [c | {"source": "\ud83d " + str(c["source"])} if c["cell_type"] == "markdown" else c
                     for c in half["cells"]]  # fmt: skip
    own = json.loads(good)
    own["metadata"]["lstm_lab"] = {"assignment": {"a": 1}, "term": 5}
    other = json.loads(good)
    other["metadata"]["lstm_lab"] |= {"assignment": "\ud83dother", "term": "\x1b[31m"}
    theirs = {f"Bob B_{n}_assignsubmission_file_/x.ipynb": good for n in ("11", "12", "13")}
    theirs |= {"raybob_13_99_a.ipynb": good, "bob_LATE_12_999999_a.ipynb": good, "ann.ipynb": good}
    return {
        ".ipynb": json.dumps(half).encode(),
        "1.ipynb": b"",
        "2.ipynb": b"[" * 300_000,
        "3.ipynb": b'{"cells":[' + b'{"a":' * 100_000,
        "4.ipynb": json.dumps(own).encode(),
        "5.ipynb": json.dumps(other).encode(),
        "6.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "x"}] * 3000}).encode(),
        "7.ipynb": b"\x00\xff\xfe",
        "8.ipynb": b'{"cells": [{"cell_type": "code", "source": ["a", 1, null], "id": 7, "metadata": [1]}]}',
        "9.ipynb": work(tiny, more="x = '\x1b]0;owned\x07 \u202e \x00'"),
        ".zip": b"PK\x03\x04no",
        "1.zip": encrypted(good),
        "2.zip": packed(theirs),
        "3.zip": packed({"../../ann.ipynb": good, "/12.ipynb": good, "a/b_13_assignsubmission_file_c.ipynb": good}),
        "4.zip": deep(good, 9),
        "5.zip": packed({f"{n}.txt": b"" for n in range(2500)}),
        "6.zip": packed({"a.zip": packed({"b.zip": packed(theirs)}), "x.rar": b"Rar!"}),
        "7.zip": packed({"a.ipynb": good})[:-30],
        "8.zip": packed({}),
        "9.zip": b"Rar!\x1a\x07\x01\x00",
        ".pdf": b"%PDF",
        ".ipynb.txt": good,
        "_13_assignsubmission_file_ann.ipynb": good,
    }  # fmt: skip


PLACES = {
    "file": "{id}{end}",
    "folder": "{id}/own{end}",
    "moodle folder": "Per Son_{id}_assignsubmission_file_/own{end}",
    "moodle file": "Per Son_{id}_assignsubmission_file_own{end}",
    "canvas": "person_{id}_77_own{end}",
}
IDS = ("11", "12", "13", "14")


def grade_files(sheet_, base: Path, files: dict[str, bytes], archive: bool) -> dict[str, str]:
    """The row of each student as it stands in scores.csv, and the page, as text."""
    shutil.rmtree(base, ignore_errors=True)
    folder, out = base / "in", base / "out"
    folder.mkdir(parents=True)
    if archive:
        folder = base / "class.zip"
        folder.write_bytes(packed(files))
    else:
        lay(folder, files)
    entries = run.run(sheet_, folder, out, policy=None)
    lines = (out / "scores.csv").read_text("utf-8-sig").splitlines()[1:]
    assert len(lines) == len(entries)
    text = {e.hand_in.student: line for e, line in zip(entries, lines, strict=True)}
    problems, written = sheets.read(out / "problems.csv"), sheets.read(out / "manual.csv")
    for student in text:
        page = (out / "feedback" / f"{intake.safe_name(student)}.html").read_text("utf-8")
        more = [[r for r in table if r["student"] == student] for table in (problems, written)]
        text[student] += page + json.dumps(more)
    return text


@settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # an example takes half a second: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_one_replaced_by_garbage_leaves_all_others_as_they_are(tiny, sheet_, quick, tmp_path, data):
    place = data.draw(st.sampled_from(sorted(PLACES)), "place")
    archive = data.draw(st.booleans(), "in an archive of the class")
    if archive and place in ("file", "folder"):
        place = "moodle folder"
    ids = data.draw(st.lists(st.sampled_from(IDS), min_size=2, unique=True), "students")
    factors = data.draw(
        st.lists(st.integers(1, 3), min_size=len(ids), max_size=len(ids)), "answers"
    )
    bad = data.draw(st.sampled_from(ids), "who")
    known = garbage(tiny)
    end = data.draw(st.sampled_from(sorted(known)), "what")
    content = data.draw(st.one_of(st.just(known[end]), st.binary(max_size=300)), "bytes")
    files = {
        PLACES[place].format(id=i, end=".ipynb"): work(tiny, f, f"I am {i}")
        for i, f in zip(ids, factors, strict=True)
    }
    before = grade_files(sheet_, tmp_path / "a", files, archive)
    assert set(before) == set(ids)
    del files[PLACES[place].format(id=bad, end=".ipynb")]
    end = (
        end if end[0] in "._" or place != "file" else f"{end.lstrip('0123456789')}"
    )  # the name stays
    if end.startswith("_") and place == "file":
        end = ".ipynb"
    files[PLACES[place].format(id=bad, end=end)] = content
    after = grade_files(sheet_, tmp_path / "b", files, archive)
    assert {s: row for s, row in after.items() if s != bad} == {
        s: r for s, r in before.items() if s != bad
    }
    assert set(after) == set(ids)


@pytest.mark.parametrize("end", [".ipynb", "2.zip", "1.zip", "4.zip"])
def test_whoever_spoils_his_own_is_named(tiny, sheet_, quick, tmp_path, end):
    files = {"ann/a.ipynb": work(tiny), f"mal/x{end}": garbage(tiny)[end]}
    done = run.carry_on(sheet_, lay(tmp_path / "in", files), tmp_path / "out")
    assert {e.hand_in.student for e in done.entries} == {"ann", "mal"}
    assert rows(tmp_path / "out")["ann"]["total"] == "2"
    if end in ("1.zip", "4.zip"):
        assert done.look == 1
        assert "look here" in rows(tmp_path / "out")["mal"]["status"]


def test_half_an_emoji_costs_nobody_anything(tiny, working_box, tmp_path):
    """In a cell, an output, an answer and the name of a file; with the box."""
    bad = garbage(tiny)[".ipynb"]
    folder = lay(tmp_path / "in", {"ann.ipynb": work(tiny), "mal.ipynb": bad})
    (folder / os.fsdecode(b"x\xff.ipynb")).write_bytes(work(tiny))
    run.run(grade.sheet(tiny), folder, tmp_path / "out", jobs=1)
    assert {s: r["automatic"] for s, r in rows(tmp_path / "out").items()} == {
        "ann": "2",
        "mal": "2",
        "x�": "2",
    }


class TestOwner:
    def test_a_name_inside_a_hand_in_names_nobody(self, tiny, sheet_, quick, tmp_path):
        files = {
            "Bob B_12_assignsubmission_file_/x_13_assignsubmission_file_y.ipynb": work(tiny, 3),
            "Cy C_13_assignsubmission_file_/a.ipynb": work(tiny),
        }
        (tmp_path / "course.zip").write_bytes(packed(files))
        run.run(sheet_, tmp_path / "course.zip", tmp_path / "out")
        assert {s: r["automatic"] for s, r in rows(tmp_path / "out").items()} == {
            "12": "0",
            "13": "2",
        }

    def test_an_archive_among_others_is_one_students(self, tiny, sheet_, quick, tmp_path):
        theirs = packed({"Cy C_13_assignsubmission_file_/a.ipynb": work(tiny, 3)})
        folder = lay(tmp_path / "in", {"ann.ipynb": work(tiny), "mal.zip": theirs})
        run.run(sheet_, folder, tmp_path / "out")
        assert set(rows(tmp_path / "out")) == {"ann", "mal"}
        assert "archive of a whole class" in said(tmp_path / "out", "mal")

    @pytest.mark.parametrize(
        ("name", "folder", "student"),
        [
            ("Bob B_12_assignsubmission_file_x_13_assignsubmission_file_y.ipynb", False, "12"),
            ("X_13_assignsubmission_file__12_assignsubmission_file_", True, "12"),
            ("bob_12_99_x_13_98_y.ipynb", False, "12"),
            ("bob_LATE_12_99_perceptron-3.ipynb", False, "12"),
            ("alice+tiny+2026-11-20 12:00:00 UTC+x", True, "alice"),
            ("Kim (2)", True, "Kim (2)"),
        ],
    )
    def test_by_the_outermost_name(self, name, folder, student):
        assert intake.owner(name, folder, "tiny").student == student

    def test_a_second_of_the_name_is_another_until_somebody_says_so(
        self, tiny, sheet_, quick, tmp_path
    ):
        folder = lay(tmp_path / "in", {"kim.ipynb": work(tiny), "kim (2).ipynb": work(tiny, 3)})
        run.run(sheet_, folder, tmp_path / "out")
        assert {s: r["automatic"] for s, r in rows(tmp_path / "out").items()} == {
            "kim": "2",
            "kim (2)": "0",
        }
        assert "another student, or a second hand-in" in said(tmp_path / "out", "kim (2)")
        found = intake.take_in(folder, "tiny", list(sheet_.cells), roster.Roster({"kim": "Kim"}))
        assert [each.student for each in found.hand_ins] == ["kim"]

    @pytest.mark.parametrize(
        ("names", "students"),
        [
            (("kim (1)", "kim (2)", "kim-copy1"), {"kim (1)", "kim (2)", "kim-copy1"}),
            (("tiny (1)", "tiny (2)"), {"tiny (1)", "tiny (2)"}),
            (("ann_2026_11_tiny", "ben_2026_11_tiny"), {"ann_2026_11_tiny", "ben_2026_11_tiny"}),
            (("kim", "tiny_kim"), {"kim"}),
            (("13", "bob_13_99_a"), {"13"}),
            (("an n", "an  n"), {"an n"}),
            (("a\x1bb", "a\N{SYMBOL FOR ESCAPE}b"), {"a\N{SYMBOL FOR ESCAPE}b"}),
        ],
    )
    def test_names_that_may_be_of_two_are_looked_at(
        self, tiny, sheet_, quick, tmp_path, names, students
    ):
        files = {f"{n}.ipynb": work(tiny, k + 1, f"I am {k}") for k, n in enumerate(names)}
        found = intake.take_in(lay(tmp_path, files), "tiny", list(sheet_.cells), None).hand_ins
        assert {each.student for each in found} == students
        for each in found:
            assert [n for n in each.notes if n.startswith(notebook.LOOK)]
        if len(found) == 1:
            assert any("also handed in" in note for note in found[0].notes)

    def test_a_person_called_like_anothers_number_leaves_it_alone(self, tiny, sheet_, tmp_path):
        eve = "Eve_13_assignsubmission_file__12_assignsubmission_file_x.ipynb"
        files = {eve: work(tiny, 3), "Cy_13_assignsubmission_file_x.ipynb": work(tiny)}
        found = intake.take_in(lay(tmp_path, files), "tiny", list(sheet_.cells), None).hand_ins
        assert [(h.place, h.notes) for h in found if h.student == "13"] == [
            ("Cy_13_assignsubmission_file_x.ipynb", [])
        ]
        assert len(found) == 2

    def test_one_zip_is_a_students_if_the_class_list_says_so(self, tiny, sheet_, tmp_path):
        theirs = packed({"Cy C_13_assignsubmission_file_/a.ipynb": work(tiny)})
        folder = lay(tmp_path, {"mal.zip": theirs})
        known = roster.Roster({"13": "Cy", "mal": "Mal"})
        found = intake.take_in(folder, "tiny", list(sheet_.cells), known)
        assert {h.student: h.absent for h in found.hand_ins} == {"13": True, "mal": False}
        found = intake.take_in(folder, "tiny", list(sheet_.cells), None)
        assert [h.student for h in found.hand_ins] == ["13"]
        assert found.said == ["mal.zip was read as the archive of a class, by the names in it"]


class TestArchives:
    @pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_no_packing_costs_more_than_the_limit(self, tiny, tmp_path, kind):
        """Python unpacks these whole, so a file that says it is small may be of any size."""
        import resource

        with zipfile.ZipFile(tmp_path / "mal.zip", "w", kind) as archive:
            archive.writestr("a.ipynb", bytes(400_000_000))
        made = bytearray((tmp_path / "mal.zip").read_bytes())
        place = made.rfind(b"PK\1\2") + 24
        made[place : place + 4] = (1000).to_bytes(4, "little")
        lay(tmp_path / "in", {"mal.zip": bytes(made), "ann.ipynb": work(tiny)})
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ann, mal = intake.find(tmp_path / "in", "tiny")
        assert (ann.error, mal.error) == (
            "",
            "a.ipynb cannot be read: packed in a way that is not read here: pack it as an ordinary zip",
        )
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000

    def test_one_that_cannot_be_read_loses_nobody(self, tiny, sheet_, quick, tmp_path):
        files = {f"P_{n}_assignsubmission_file_/a.ipynb": work(tiny) for n in (11, 13, 14)}
        files["Bob_12_assignsubmission_file_/work.zip"] = b"Rar!\x1a\x07"
        folder = lay(tmp_path / "in", {"course.zip": packed(files)})
        done = run.carry_on(sheet_, folder, tmp_path / "out")
        found = rows(tmp_path / "out")
        assert {s: r["automatic"] for s, r in found.items()} == {
            "11": "2",
            "12": "0",
            "13": "2",
            "14": "2",
        }
        assert done.look == 1
        assert "zip cannot be read" in found["12"]["status"]

    def test_nothing_vanishes(self, tiny, sheet_, quick, tmp_path):
        files = {
            "Ann A_11_assignsubmission_onlinetext_/onlinetext.html": b"Hi!",
            "Bob B_12_assignsubmission_file_/report.pdf": b"%PDF",
            "Cy C_13_assignsubmission_file_/a.ipynb": work(tiny),
            "Di D_14_assignsubmission_file_/a.zip": deep(work(tiny), 4),
            "Ed E_15_assignsubmission_file_/a.zip": deep(work(tiny), 12),
            "Flo F_16_assignsubmission_file_/a.ipynb.txt": work(tiny),
            "Thumbs.db": b"x",
        }
        files |= {f"Gus G_17_assignsubmission_file_/{n}.txt": b"" for n in range(2100)}
        folder = lay(tmp_path / "in", {"course.zip": packed(files), "desktop.ini": b"x"})
        done = run.carry_on(sheet_, folder, tmp_path / "out")
        found = rows(tmp_path / "out")
        assert {s: r["automatic"] for s, r in found.items()} == {
            "11": "0", "12": "0", "13": "2", "14": "2", "15": "0", "16": "2", "17": "0",
        }  # fmt: skip
        reasons = {s: said(tmp_path / "out", s) for s in found}
        assert "only text typed online" in reasons["11"]
        assert "report.pdf" in reasons["12"]
        assert "archives within archives" in reasons["15"]
        assert "the file is called a.ipynb.txt" in reasons["16"]
        assert "more than 2000 files" in reasons["17"]
        assert len(done.aside) == 2
        assert "Thumbs.db" in said(tmp_path / "out", "")
        assert done.look == 4

    def test_a_class_of_thousands_of_files_is_read(self, tiny, sheet_, quick, tmp_path):
        files = {f"P_{n}_assignsubmission_file_/a.ipynb": b"" for n in range(2100)}
        (tmp_path / "course.zip").write_bytes(packed(files))
        assert len(intake.find(tmp_path / "course.zip", "tiny")) == 2100

    def test_clutter_is_named_and_is_nobody(self, tiny, sheet_, quick, tmp_path):
        names = (
            "Thumbs.db",
            "desktop.ini",
            ".DS_Store",
            "~$marks.docx",
            "marks.xlsx",
            "roster.csv",
            "x.tmp",
        )
        folder = lay(tmp_path / "in", {"ann.ipynb": work(tiny)} | dict.fromkeys(names, b"x"))
        done = run.carry_on(sheet_, folder, tmp_path / "out")
        assert set(rows(tmp_path / "out")) == {"ann"}
        assert [each.partition(":")[0] for each in done.aside] == sorted(names)

    def test_nbgraders_other_folders_are_refused_with_the_right_one(self, tmp_path):
        (tmp_path / "course" / "submitted" / "ann" / "tiny").mkdir(parents=True)
        (tmp_path / "course" / "source").mkdir()
        (tmp_path / "course" / "submitted" / "ann" / "tiny" / "timestamp.txt").touch()
        for place in ("", "submitted/ann", "submitted/ann/tiny"):
            with pytest.raises(ValueError, match=r"the hand-ins are in .*submitted"):
                intake.find(tmp_path / "course" / place, "tiny")
        assert [h.student for h in intake.find(tmp_path / "course" / "submitted", "tiny")] == [
            "ann"
        ]


class TestRoster:
    def read(self, tmp_path, text: str) -> roster.Roster:
        (tmp_path / "class.csv").write_text(text)
        return roster.read(tmp_path / "class.csv")

    @pytest.mark.parametrize(
        "text",
        [
            "student,name\n0011,Ann A\n12,Bob B\n",
            "Student,ID,SIS User ID,SIS Login ID\n  Points Possible,,,\nAnn A,0011,S1,ann\nBob B,12,S2,bob\n",
            "Identifier,Full name,ID number,Email\nParticipant 0011,Ann A,S1,ann\nParticipant 12,Bob B,S2,bob\n",
            "Kennung;Vollständiger Name;ID-Nummer;Email\nTeilnehmer/in0011;Ann A;S1;x\nTeilnehmer/in 12;Bob B;;\n",
            "Vorname;Nachname;Matrikelnummer\nAnn;A;0011\nBob;B;12\n",
        ],
    )
    def test_each_kind_of_list_is_read(self, tmp_path, text):
        found = self.read(tmp_path, text)
        assert found.names == {"0011": "Ann A", "12": "Bob B"}
        assert found.find("11") == "0011"
        assert found.find("ann a") == "0011"
        if "S1" in text:
            assert found.find("S1") == "0011"

    def test_who_is_missing_and_who_is_strange(self, tiny, sheet_, quick, tmp_path):
        known = self.read(tmp_path, "student,name\n11,Ann A\n12,Bob B\n")
        folder = lay(tmp_path / "in", {"11.ipynb": work(tiny), "eve.ipynb": work(tiny)})
        done = run.carry_on(sheet_, folder, tmp_path / "out", roster=known)
        found = rows(tmp_path / "out")
        assert {s: r["name"] for s, r in found.items()} == {"11": "Ann A", "12": "Bob B", "eve": ""}
        assert found["12"]["status"] == "handed in nothing"
        assert not (tmp_path / "out" / "feedback" / "12.html").exists()
        assert "not on the class list" in found["eve"]["status"]
        assert done.look == 1

    def test_whoever_is_on_it_appears_whatever_the_file_is(self, tiny, sheet_, tmp_path):
        known = roster.Roster({"k.lee": "Kim", "di": "Di", "jo": "Jo"}, {"jo roe": "jo"})
        names = ("k.lee.xlsx", "di", "Jo Roe.png")
        found = intake.take_in(lay(tmp_path, dict.fromkeys(names, b"x")), "tiny", [], known)
        assert {h.student: (h.absent, h.error) for h in found.hand_ins} == {
            "k.lee": (False, "no notebook: k.lee.xlsx"),
            "di": (False, "no notebook: di"),
            "jo": (False, "no notebook: Jo Roe.png"),
        }
        assert found.aside == []

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("a,b\n1,2\n", "needs a column of ids"),
            ("student\n1\n1\n", "stands twice"),
            ("student\n", "no student"),
        ],
    )
    def test_a_wrong_list_is_named(self, tmp_path, text, message):
        with pytest.raises(ValueError, match=message):
            self.read(tmp_path, text)


def test_a_killer_of_its_own_process_takes_nobody_along(tiny, sheet_, working_box, tmp_path):
    """Were a submission to kill the grader's process each time, only its own result would be missing."""
    files = {f"{name}.ipynb": work(tiny) for name in ("a", "b", "c", "d")}
    hand_ins = intake.find(lay(tmp_path / "in", files), "tiny")
    entries = [run.Entry(each, each.student) for each in hand_ins]
    entries[1].hand_in.__class__ = Killer
    entries[1].hand_in.home = os.getpid()
    found = dict(run.carry_out(sheet_, entries, 2, True, None))
    points = {name: sum(t["earned"] for t in result["tests"]) for name, result in found.items()}
    assert points == {"a": 2, "b": 0, "c": 2, "d": 2}
    assert "its process was killed" in found["b"]["problems"][0]


class Killer(intake.HandIn):
    """Ends the process that grades it, but not the one that holds it."""

    def __getattribute__(self, name):
        if name == "error" and os.getpid() != super().__getattribute__("home"):
            os._exit(9)
        return super().__getattribute__(name)


def test_the_command_ends_with_how_many_need_a_look(tiny, quick, tmp_path):
    folder = lay(
        tmp_path / "in", {"ann.ipynb": work(tiny), "bob\x1b[31m.ipynb": b"{", "Thumbs.db": b""}
    )
    options = ["tiny", "--overlay", str(tiny.folder.parent), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(cli.app, ["run", str(folder), *options])
    last = result.output.strip().splitlines()[-1]
    assert last == "2 submissions, 1 need a look (problems.csv); 1 files set aside"
    assert result.exit_code == 3
    assert "\x1b[31m" not in result.output
    assert notebook.LOOK in (tmp_path / "out" / "scores.csv").read_text("utf-8")
