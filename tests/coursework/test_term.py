"""A term as a teacher lives it: runs that remember, lateness, marks by hand, overrides, tables from spreadsheets."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest
from lstm_grade import (
    cli,
    grade,
    late,
    memory,
    notebook,
    pictures,
    run,
    seccomp,
    sheets,
    source,
    store,
    tables,
    trial,
    wire,
)
from typer.testing import CliRunner

from coursework.test_class import DAY, lay, packed, rows, said, work
from coursework.test_source import WHOLE, put


@pytest.fixture
def folder(tiny, tmp_path):
    return lay(tmp_path / "in", {"007.ipynb": work(tiny), "8.ipynb": work(tiny, 3)})


@pytest.fixture
def out(sheet_, quick, folder, tmp_path):
    run.run(sheet_, folder, tmp_path / "out")
    return tmp_path / "out"


def fill(out, who, **cells):
    table = sheets.read(out / "manual.csv")
    for row in table:
        if row["student"] == who:
            row |= cells
    sheets.write(out / "manual.csv", list(table[0]), [list(row.values()) for row in table])
    return out / "manual.csv"


class TestMemory:
    @pytest.mark.parametrize("change", [{"name": "other"}, {"term": "2027"}])
    def test_another_assignment_or_term_is_refused(self, sheet_, quick, folder, out, change):
        import dataclasses

        before = (out / "scores.csv").read_bytes()
        with pytest.raises(run.RefusedError, match="choose another folder with --out"):
            run.run(dataclasses.replace(sheet_, **change), folder, out)
        assert (out / "scores.csv").read_bytes() == before

    def test_a_class_of_another_term_is_refused_at_once(self, sheet_, quick, folder, tmp_path):
        import dataclasses

        with pytest.raises(run.RefusedError, match="term 'public', not of 'tiny', term '2027'"):
            run.run(dataclasses.replace(sheet_, term="2027"), folder, tmp_path / "new")
        assert not (tmp_path / "new").exists()

    def test_the_policy_is_kept_or_its_change_is_said(self, sheet_, quick, folder, tmp_path):
        first = late.Policy(due=DAY - 3600, percent=50)
        out = tmp_path / "out"
        assert run.carry_on(sheet_, folder, out, policy=first).said == []
        assert rows(out)["007"]["total"] == "1"
        again = run.carry_on(sheet_, folder, out)
        assert rows(out)["007"]["total"] == "1"
        assert again.said == ["the due date and its rules are those of the earlier run"]
        third = run.carry_on(sheet_, folder, out, policy=late.Policy(due=DAY - 3600, percent=25))
        assert third.said == ["changed since the earlier run: percent"]
        assert rows(out)["007"]["total"] == "1.5"

    def test_an_option_that_is_not_given_again_stays(self, tiny, quick, folder, tmp_path):
        options = ["run", str(folder), "tiny", "--overlay", str(tiny.folder.parent)]
        options += ["--out", str(tmp_path / "out")]
        due = ["--due", time.strftime("%Y-%m-%dT%H:%M", time.localtime(DAY - 3600))]
        CliRunner().invoke(cli.app, [*options, *due, "--late-percent", "50", "--free-days", "0"])
        assert rows(tmp_path / "out")["007"]["total"] == "1"
        result = CliRunner().invoke(cli.app, [*options, "--grace", "2"])
        assert rows(tmp_path / "out")["007"]["total"] == "1"
        assert "changed since the earlier run: grace\n" in result.output

    def test_each_assignment_has_its_folder(self, tiny, quick, folder, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        options = ["--overlay", str(tiny.folder.parent)]
        assert CliRunner().invoke(cli.app, ["run", str(folder), "tiny", *options]).exit_code == 0
        assert (tmp_path / "graded" / "tiny" / "scores.csv").is_file()


class TestMarks:
    def test_another_answer_after_marking_is_flagged(self, tiny, sheet_, quick, folder, out):
        tables.read_manual(out, fill(out, "007", points="2", comment="good"))
        assert rows(out)["007"]["why"] == "2"
        lay(folder, {"007.ipynb": work(tiny, said="Another answer.")})
        done = run.carry_on(sheet_, folder, out)
        assert done.look == 1
        assert "was marked with 2 points, and then another answer" in said(out, "007")
        assert rows(out)["007"]["why"] == ""
        tables.read_manual(out, fill(out, "007", points="3"))
        assert rows(out)["007"]["status"] == "graded"

    def test_an_empty_answer_keeps_no_marks(self, tiny, sheet_, quick, folder, out):
        tables.read_manual(out, fill(out, "007", points="2"))
        lay(folder, {"007.ipynb": work(tiny, said="YOUR ANSWER HERE")})
        run.run(sheet_, folder, out)
        assert rows(out)["007"]["total"] == "2"
        assert "another answer was handed in" in rows(out)["007"]["status"]

    def test_zeros_that_a_spreadsheet_took_are_recognised_and_named(self, out):
        count, noticed = tables.read_manual(out, fill(out, "007", points="2", student="7"))
        assert count == 1
        assert noticed == [
            "manual.csv, line 2: '7' was taken for '007' (a spreadsheet took the zeros)"
        ]
        assert rows(out)["007"]["why"] == "2"
        with pytest.raises(ValueError, match="made a number of an id"):
            tables.read_manual(out, fill(out, "8", student="1.23E+11"))

    def test_an_override_has_a_reason_and_stays(self, tiny, sheet_, quick, folder, out):
        tables.override(out, "8", "doubles", 1.5, "the right idea")
        run.run(sheet_, folder, out)
        assert rows(out)["8"]["doubles"] == rows(out)["8"]["automatic"] == "1.5"
        assert "1.5 points by hand: the right idea" in (out / "feedback" / "8.html").read_text(
            "utf-8"
        )
        lay(folder, {"8.ipynb": work(tiny, 3, "New.")})
        run.run(sheet_, folder, out)
        assert rows(out)["8"]["doubles"] == "1.5"
        assert "changed by hand before this notebook" in rows(out)["8"]["status"]
        tables.override(out, "8", "doubles", None, "")
        assert rows(out)["8"]["doubles"] == "0"

    def test_a_faulty_test_can_be_given_to_all(self, out):
        tables.override(out, "all", "doubles", 2, "the test was wrong")
        assert {row["doubles"] for row in rows(out).values()} == {"2"}

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (("9", "doubles", 1, "x"), "no hand-in of the student '9'"),
            (("8", "trebles", 1, "x"), "no test 'trebles'; there are: doubles"),
            (("8", "doubles", 3, "x"), "from 0 to 2"),
            (("8", "doubles", 1, " "), "needs a reason"),
            (("8", "doubles", None, ""), "were not changed"),
        ],
    )
    def test_a_wrong_override_is_named(self, out, given, message):
        with pytest.raises(ValueError, match=message):
            tables.override(out, *given)


class TestLate:
    def test_grace(self):
        policy = late.Policy(due=1000.0)
        assert [policy.late_days("a", 1000.0 + s) for s in (1, 300, 301)] == [0, 0, 1]
        assert late.Policy(due=1000.0, grace=0).late_days("a", 1001.0) == 1

    @pytest.mark.parametrize(
        ("said", "last"),
        [
            ("2027-02-01T23:59+00:00", "23:59:59"),
            ("2027-02-01T23:59:10+00:00", "23:59:10"),
            ("2027-02-01 23:59Z", "23:59:59"),
            ("2027-02-01T23:59+00", "23:59:59"),
            ("2027-02-01t23:59Z", "23:59:59"),
        ],
    )
    def test_the_minute_that_is_named_is_included(self, said, last):
        assert time.strftime("%H:%M:%S", time.gmtime(late.parse_due(said))) == last
        assert late.parse_due("2027-02-01") - late.parse_due("2027-02-01T00:00:00") == 86_399
        with pytest.raises(ValueError, match="due must be a date"):
            late.parse_due("tomorrow")

    def test_what_canvas_says_goes_before_dates(self, tiny, sheet_, quick, tmp_path):
        files = {"ann_11_501_a.ipynb": work(tiny), "ben_LATE_12_502_a.ipynb": work(tiny)}
        folder = lay(tmp_path / "in", files | {"cyd_LATE_13_503_a.ipynb": work(tiny)})
        os.utime(folder / "cyd_LATE_13_503_a.ipynb", (DAY - 9999, DAY - 9999))
        run.run(
            sheet_,
            folder,
            tmp_path / "out",
            policy=late.Policy(due=DAY - 2 * 86_400 + 10, percent=10),
        )
        assert {s: r["late days"] for s, r in rows(tmp_path / "out").items()} == {
            "11": "0",
            "12": "2",
            "13": "2",
        }
        run.run(sheet_, folder, tmp_path / "out", policy=late.Policy(due=DAY + 10, percent=10))
        assert rows(tmp_path / "out")["12"]["late days"] == "1"
        assert "late, but not by how much" in said(tmp_path / "out", "12")

    @pytest.mark.parametrize("date", [(2107, 1, 1, 0, 0, 0), (1980, 1, 1, 0, 0, 0)])
    def test_dates_inside_a_students_archive_never_count(self, tiny, sheet_, quick, tmp_path, date):
        folder = lay(tmp_path / "in", {"ann.zip": packed({"a.ipynb": work(tiny)}, date)})
        run.run(sheet_, folder, tmp_path / "out", policy=late.Policy(due=DAY - 10_000, percent=10))
        assert rows(tmp_path / "out")["ann"]["late days"] == "1"

    def test_nonsense_is_reported(self, tiny, sheet_, quick, tmp_path):
        files = {
            "ann/a.ipynb": work(tiny),
            "ann/timestamp.txt": b"yesterday",
            "ben.ipynb": work(tiny),
        }
        folder = lay(tmp_path / "in", files)
        os.utime(folder / "ben.ipynb", (4_000_000_000, 4_000_000_000))
        run.run(sheet_, folder, tmp_path / "out", policy=late.Policy(due=DAY))
        assert "timestamp.txt says 'yesterday'" in said(tmp_path / "out", "ann")
        assert "makes no sense" in said(tmp_path / "out", "ben")

    def test_a_table_of_days_or_times(self, sheet_, quick, folder, tmp_path):
        table = tmp_path / "late.csv"
        table.write_text("student,days,submitted\n7,2,\n8,,2026-01-03T10:00+00:00\n")
        due = late.parse_due("2026-01-01T12:00+00:00")
        days, submitted = late.read_table(table)
        done = run.carry_on(
            sheet_, folder, tmp_path / "out", policy=late.Policy(due, 10, 0, days, 300, submitted)
        )
        assert {s: r["late days"] for s, r in rows(tmp_path / "out").items()} == {
            "007": "2",
            "8": "2",
        }
        assert "late days of '7' are those of '007'" in done.said[0]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("student,days\nzoe,1\n", "names 'zoe', but there is no such student"),
            ("student,days\n8,1\n8,2\n", "stands twice"),
            ("student,days\n8,soon\n", "must be a number"),
            ("student,submitted\n8,soon\n", "must be an ISO date"),
            ("a,b\n1,2\n", "needs the columns"),
        ],
    )
    def test_a_wrong_table_is_named(self, sheet_, quick, folder, tmp_path, text, message):
        (tmp_path / "late.csv").write_text(text)
        with pytest.raises(ValueError, match=message):
            run.run(
                sheet_,
                folder,
                tmp_path / "out",
                policy=late.policy(None, None, None, None, tmp_path / "late.csv"),
            )


class TestCredit:
    def test_a_test_may_give_a_part(self, working_box, tmp_path):
        text = WHOLE.replace(
            "### BEGIN HIDDEN TESTS\n", "student.credit(0.5)\n### BEGIN HIDDEN TESTS\n"
        )
        part = source.read(
            put(tmp_path, text, "def values(rng):\n    return {'factor': 2}\n"), "tiny", "public"
        )
        body = "def double(x):\n    return 2 if x == 1 else 0"
        from lstm_grade import intake, prove

        for code, points in (
            (body, 0.5),
            ("def double(x):\n    return 0", 0),
            ("def double(x):\n    return 2 * x", 2),
        ):
            content = prove.submission(part, {"double": code})
            graded = grade.grade(grade.sheet(part), intake.HandIn("ann", "a", content))
            assert graded.points == points
            assert graded.tests[0].right is (points == 2)


class TestTrial:
    def trial(self, code, seconds=0.2):
        import types

        from lstm_grade.box import Limits

        lost = []
        box = types.SimpleNamespace(
            stop_at=time.monotonic() + 100,
            test="t",
            buffer=b"",
            lost_test=lost.append,
            end=None,
            ask=None,
        )
        return trial.apart(code, "<test>", {}, box, Limits(cell_seconds=seconds), {}), lost

    def test_a_test_has_a_clock_of_its_own(self, monkeypatch):
        monkeypatch.setattr(trial, "OWN_SECONDS", 0.3)
        outcome, lost = self.trial("sum(range(10**12))")
        assert outcome.message == "the test took too long over what your code returned"
        assert lost

    def test_and_a_limit_on_memory(self):
        assert "too much memory" in self.trial("held = bytearray(5 * 2**30)")[0].message

    def test_otherwise_its_outcome_comes_back(self):
        assert self.trial("assert 1 == 1, 'no'")[0].right
        assert self.trial("assert 1 == 2, 'one is not two'")[0].message == "one is not two"
        assert (
            "cannot be used (ZeroDivisionError: division by zero)" in self.trial("1 / 0")[0].message
        )
        hidden = "### BEGIN HIDDEN TESTS\nfloat('0.1234567')\nfloat('a 0.1')\n### END HIDDEN TESTS"
        assert self.trial(hidden)[0].message == "the result cannot be used (ValueError)"


class TestLimits:
    def test_a_group_of_version_2_is_used_where_it_may_be_made(self, tmp_path):
        (tmp_path / "user").mkdir()
        (tmp_path / "user" / "cgroup.subtree_control").write_text("cpu memory")
        group = memory.Group.of(4711, 100, tmp_path, "1:name=systemd:/\n0::/user\n")
        assert (group.folder / "memory.max").read_text() == str(100 * 2**20)
        assert (group.folder / "cgroup.procs").read_text() == "4711"
        (group.folder / "memory.events").write_text("low 0\noom_kill 0\n")
        assert not group.over()
        (group.folder / "memory.events").write_text("low 0\noom_kill 1\n")
        assert group.over()
        (tmp_path / "user" / "cgroup.subtree_control").write_text("cpu")
        assert memory.Group.of(4711, 100, tmp_path, "0::/user\n") is None
        assert memory.Group.of(4711, 100, tmp_path, "4:memory:/x\n") is None

    def test_pages_that_are_shared_count_once(self):
        held = bytearray(b"1" * 60_000_000)
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
        try:
            pids = [os.getpid(), *children]
            exact, quick_sum = memory.held(pids, 0), memory.held(pids, 2**50)
        finally:
            for child in children:
                os.kill(child, 9)
                os.waitpid(child, 0)
        assert len(held) < exact < quick_sum - 3 * len(held)

    def test_both_machines_have_a_filter_and_others_none(self):
        for machine in seccomp.MACHINES:
            program = seccomp.program(machine)
            assert len(program) % 8 == 0
            assert len(program) // 8 < 4096
        assert seccomp.program("riscv64") is None

    def test_pictures_have_room_in_bytes_and_pixels(self):
        import base64
        import struct

        def png(width, height, more=0):
            head = (
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(more)
            )
            return base64.b64encode(head).decode()

        room = pictures.Room()
        small, large = png(10, 10, 100_000), png(40_000, 40_000)
        assert room.fitting([small, large, "x", None, "data", small, small, small]) == [
            small,
            small,
        ]
        assert pictures.Room().fitting("no list") == []


def test_the_list_says_what_there_is():
    lines = CliRunner().invoke(cli.app, ["list"]).output.splitlines()
    assert "perceptron: The perceptron, and what it can't do" in lines
    place = lines.index("perceptron: The perceptron, and what it can't do")
    assert lines[place + 1] == "    15 points by 11 tests, 5 by hand, written: explain (5)"
    assert len([line for line in lines if not line.startswith(" ")]) == len(source.folders())


def test_a_note_that_asks_for_a_look_is_one_wherever_it_comes_from():
    assert grade.Graded("a", problems=[f"{notebook.LOOK}x", "y"]).look == [f"{notebook.LOOK}x"]
    assert store.digest("a") != store.digest("b")


@pytest.mark.parametrize(
    ("module", "shown"),
    [
        ("pytest", True),
        ("lstm_lab.models", True),
        ("KFsxLjAsIDIuMF0p", False),
        ("lstm_lab.KFsxLjAsIDIuMF0p", False),
        ("lstm_lab.models/./.", False),
    ],
)
def test_a_closed_module_is_named_in_a_hidden_test_only_if_there_is_one(sheet, module, shown):
    """Its name may be made up of the inputs."""
    student = trial.Student(SimpleNamespace(limits=sheet.limits), 5, {}, trial.Hidden("", ""))
    error = {"name": "ModuleNotFoundError", "message": wire.closed(module)}
    said = student._explain(error, missing=False, what="predict(...)")
    assert module in str(said)
    assert (module in said.cut) == shown
