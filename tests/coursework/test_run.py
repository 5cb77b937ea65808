"""A run over a folder: refuses without a box, goes on, writes safe tables; marks by hand, late days, exports."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from lstm_grade import (
    box,
    grade,
    late,
    notebook,
    probes,
    prove,
    release,
    run,
    sheets,
    tables,
    wire,
)
from typer.testing import CliRunner

from coursework.test_source import put

STUDENTS = {"101": 2, "102": 3, "=cmd|' C calc'!A0": 2}
HERE = Path(run.__file__).parents[1]
EVIL = '=HYPERLINK("http://example.org","marks")'


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    from lstm_grade import source

    variants = "def values(rng):\n    return {'factor': 2}\n"
    folder = put(tmp_path_factory.mktemp("sources"), variants=variants)
    return source.read(folder, "tiny", "public")


@pytest.fixture(scope="module")
def classroom(tiny, tmp_path_factory):
    """Three hand-ins of the tiny assignment, two right and one wrong, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("in")
    for student, factor in STUDENTS.items():
        bodies = {"double": f"def double(x):\n    return {factor} * x", "why": EVIL}
        path = folder / f"{student}.ipynb"
        path.write_bytes(prove.submission(tiny, bodies))
        os.utime(path, (1_000_000, 1_000_000))
    (folder / "104.ipynb").write_text("{")
    os.utime(folder / "104.ipynb", (1_000_000, 1_000_000))
    return folder


@pytest.fixture(scope="module")
def once(tiny, classroom, working_box, tmp_path_factory):
    out = tmp_path_factory.mktemp("once") / "out"
    run.run(grade.sheet(tiny), classroom, out, jobs=1)
    return out


@pytest.fixture
def done(once, tmp_path):
    """A copy of a finished run."""
    return shutil.copytree(once, tmp_path / "out")


@pytest.fixture
def proven(monkeypatch):
    """The box was proven already."""
    monkeypatch.setattr(run, "prove", lambda limits: [])


class TestBox:
    def test_it_holds(self, sheet, working_box):
        assert probes.prove(sheet.limits) == []

    def test_without_a_box_the_proof_says_what_gets_out(self, sheet, monkeypatch):
        without = box.command(sheet.limits, boxed=False)
        monkeypatch.setattr(box, "command", lambda *_: without)
        monkeypatch.setattr(probes, "available", lambda: None)
        monkeypatch.setitem(probes.PROBES, "start too many processes", "1 / 0")
        broken = probes.prove(sheet.limits)
        assert {"read a file outside", "connect to a local server", "reach a local server"} <= set(
            broken
        )

    @pytest.mark.parametrize("trouble", ["no program", "broken", "does not start"])
    def test_nothing_is_graded_without_one(self, tiny, classroom, tmp_path, monkeypatch, trouble):
        if trouble == "no program":
            monkeypatch.setattr(box.shutil, "which", lambda name: None)
        elif trouble == "broken":
            monkeypatch.setattr(run, "prove", lambda limits: ["read a file outside"])
        else:
            monkeypatch.setattr(probes, "available", lambda: None)
            monkeypatch.setattr(box, "command", lambda *_: [sys.executable, "-c", "1"])
        with pytest.raises(run.RefusedError, match="Nothing was graded"):
            run.run(grade.sheet(tiny), classroom, tmp_path / "out", jobs=1)
        assert not (tmp_path / "out" / "scores.csv").exists()

    def test_trust_must_be_said_in_full(self, classroom, tmp_path):
        from lstm_grade import cli

        options = ["run", str(classroom), "perceptron", "--out", str(tmp_path), "--no-box"]
        result = CliRunner().invoke(cli.app, options)
        assert isinstance(result.exception, run.RefusedError)

    def test_who_trusts_can_do_without(self, tiny, classroom, tmp_path):
        entries = run.run(grade.sheet(tiny), classroom, tmp_path / "out", jobs=1, boxed=False)
        points = {entry.hand_in.student: entry.graded.points for entry in entries}
        assert points == {"101": 2, "102": 0, "104": 0, "=cmd|' C calc'!A0": 2}


class TestTables:
    def test_scores(self, done):
        rows = {row["student"]: row for row in sheets.read(done / "scores.csv")}
        assert {name: row["automatic"] for name, row in rows.items()} == {
            "101": "2", "102": "0", "104": "0", "=cmd|' C calc'!A0": "2",
        }  # fmt: skip
        assert rows["101"]["status"] == "1 written answers to mark"
        assert rows["101"]["out of"] == "5"

    def test_no_cell_is_a_formula(self, done):
        for name in ("scores.csv", "problems.csv", "manual.csv"):
            with (done / name).open(encoding="utf-8-sig", newline="") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            assert cells
            assert [cell for cell in cells if cell.startswith(sheets.FORMULA)] == []

    @pytest.mark.parametrize(
        "text",
        [
            "=1",
            "+1",
            "-1",
            "@a",
            "\t=1",
            "  =1",
            "'=1",
            "''=1",
            "' =1",
            "＝1",
            "plain",
            "",
            "'x",
            "a\n=b",
        ],
    )
    def test_a_cell_comes_back_as_it_was(self, text):
        assert sheets.plain(sheets.safe(text)) == text
        assert not sheets.safe(text).lstrip(" ").startswith(sheets.FORMULA)

    def test_the_unreadable_one_is_reported(self, done):
        assert ("104", "the file is not a notebook, or damaged") in [
            (row["student"], row["problem"]) for row in sheets.read(done / "problems.csv")
        ]

    def test_a_table_saved_by_a_spreadsheet_is_read(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_bytes("student;points\r\nann;2,5\r\n".encode("utf-16"))
        assert sheets.read(path) == [{"student": "ann", "points": "2,5"}]
        assert sheets.number("2,5", "points") == 2.5
        with pytest.raises(ValueError, match="points must be a number"):
            sheets.number("two", "points")


class TestGoingOn:
    def test_a_second_run_grades_only_what_is_new(self, tiny, classroom, proven, done, monkeypatch):
        before = (done / "scores.csv").read_bytes()
        asked = []
        monkeypatch.setattr(run, "one", lambda *a: asked.append(a))
        run.run(grade.sheet(tiny), classroom, done, jobs=1)
        assert asked == []
        assert (done / "scores.csv").read_bytes() == before

    def test_a_killed_run_goes_on_and_gives_the_same(
        self, tiny, classroom, proven, done, tmp_path, monkeypatch
    ):
        whole = (done / "scores.csv").read_bytes()
        out, real = tmp_path / "killed", run.carry_out

        def killed(*arguments):
            yield next(real(*arguments))
            raise KeyboardInterrupt

        monkeypatch.setattr(run, "carry_out", killed)
        with pytest.raises(KeyboardInterrupt):
            run.run(grade.sheet(tiny), classroom, out, jobs=1)
        assert len(list((out / "work").glob("*.json"))) == 1
        counted = []

        def counting(sheet, todo, *rest):
            counted.extend(todo)
            return real(sheet, todo, *rest)

        monkeypatch.setattr(run, "carry_out", counting)
        run.run(grade.sheet(tiny), classroom, out, jobs=1)
        assert len(counted) == 3
        assert (out / "scores.csv").read_bytes() == whole

    @pytest.mark.parametrize(
        ("parent", "goes_on"),
        [("os.getppid()", True), ("os.getpid()", True), ("0", True), ("4_000_000", False)],
    )
    def test_a_worker_whose_run_is_gone_begins_nothing(self, parent, goes_on):
        """It may get its first task after the run was killed: tasks wait in a pipe."""
        code = f"import os\nfrom lstm_grade import run\nrun.end_with({parent})\nprint('begins')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (done.stdout == "begins\n") == goes_on

    @pytest.mark.slow
    @pytest.mark.weekly("coursework/grader/**")
    def test_killed_without_warning_it_leaves_nothing_and_goes_on(
        self, tiny, tmp_path, working_box
    ):
        folder, out = tmp_path / "in", tmp_path / "out"
        folder.mkdir()
        for number in range(6):
            slowly = "import time\ntime.sleep(1.5)\n" if number else ""
            bodies = {"double": f"{slowly}def double(x):\n    return {2 + number % 2} * x"}
            (folder / f"{number}.ipynb").write_bytes(prove.submission(tiny, bodies))
        program = "from lstm_grade.cli import main; main()"
        options = [str(folder), "tiny", "--overlay", str(tiny.folder.parent), "--jobs", "2"]
        command = [sys.executable, "-c", program, "run", *options, "--out", str(out)]
        path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH", "")]))
        with subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": path, "TMPDIR": str(tmp_path)},
            stdout=subprocess.DEVNULL,
        ) as process:
            until = time.monotonic() + 180
            while time.monotonic() < until and not list((out / "work").glob("[0-9].json")):
                time.sleep(0.05)
            below = psutil.Process(process.pid).children(recursive=True)
            process.kill()
        first = {each.name: each.read_bytes() for each in (out / "work").glob("[0-9].json")}
        assert 0 < len(first) < 6
        assert not (out / "scores.csv").exists()
        assert len(below) > 2  # two graders, and what runs in their boxes
        _, left = psutil.wait_procs(below, timeout=30)
        assert left == []
        assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
        run.run(grade.sheet(tiny), folder, out, jobs=2)
        points = {row["student"]: row["automatic"] for row in sheets.read(out / "scores.csv")}
        assert points == {str(n): "0" if n % 2 else "2" for n in range(6)}
        for name, record in first.items():
            assert (out / "work" / name).read_bytes() == record

    def test_a_changed_hand_in_or_a_damaged_record_is_graded_again(
        self, tiny, classroom, proven, done
    ):
        (done / "work" / "101.json").write_text('{"key": 1')
        entries = run.run(grade.sheet(tiny), classroom, done, jobs=1)
        assert {e.hand_in.student: e.graded.points for e in entries}["101"] == 2

    def test_a_fault_of_the_grader_is_no_zero(
        self, tiny, classroom, proven, tmp_path, working_box, monkeypatch
    ):
        def broken(*_):
            raise RuntimeError("out of order")

        monkeypatch.setattr(run, "grade", broken)
        run.run(grade.sheet(tiny), classroom, tmp_path, jobs=1)
        rows = sheets.read(tmp_path / "scores.csv")
        assert {row["status"] for row in rows} == {"NOT GRADED"}
        assert list((tmp_path / "work").glob("1*.json")) == []

    @pytest.mark.slow
    @pytest.mark.weekly("coursework/grader/**")
    @pytest.mark.filterwarnings("default")
    def test_a_dask_cluster_gives_the_same(self, tiny, classroom, done, tmp_path):
        code = (
            "import sys; from distributed import LocalCluster\n"
            "if __name__ == '__main__':\n"
            "    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as c:\n"
            "        print(c.scheduler_address, flush=True); sys.stdin.read()\n"
        )
        script = tmp_path / "cluster.py"
        script.write_text(code)
        path = os.pathsep.join(
            filter(
                None,
                [str(Path(run.__file__).parents[1]), os.environ.get("PYTHONPATH", "")],
            )
        )
        cluster = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": path},
        )  # fmt: skip
        try:
            address = cluster.stdout.readline().strip()
            run.run(grade.sheet(tiny), classroom, tmp_path / "dask", scheduler=address)
        finally:
            cluster.communicate("", timeout=60)
        assert (tmp_path / "dask" / "scores.csv").read_bytes() == (done / "scores.csv").read_bytes()


class TestManual:
    def fill(self, out, **cells):
        rows = sheets.read(out / "manual.csv")
        for row in rows:
            if row["student"] == "101":
                row |= cells
        sheets.write(out / "manual.csv", list(rows[0]), [list(row.values()) for row in rows])
        return out / "manual.csv"

    def test_points_and_comments_are_read_back(self, done):
        assert len(sheets.read(done / "manual.csv")) == 3
        assert sheets.read(done / "manual.csv")[0]["answer"] == EVIL
        path = self.fill(done, points="2,5", comment="<b>Good</b>")
        assert tables.read_manual(done, path) == (1, [])
        row = {row["student"]: row for row in sheets.read(done / "scores.csv")}["101"]
        assert (row["why"], row["total"], row["status"]) == ("2.5", "4.5", "graded")
        page = (done / "feedback" / "101.html").read_text("utf-8")
        assert "&lt;b&gt;Good&lt;/b&gt;" in page
        assert "2.5 of 3" in page

    @pytest.mark.parametrize(
        ("cells", "message"),
        [
            ({"points": "4"}, "line 2: 4 points, but why has 3"),
            ({"points": "many"}, "must be a number"),
            ({"points": "-1"}, "at least 0"),
            ({"question": "who"}, "no written question 'who'"),
        ],
    )
    def test_a_mistake_in_the_table_changes_nothing(self, done, cells, message):
        before = (done / "scores.csv").read_bytes()
        with pytest.raises(ValueError, match=message):
            tables.read_manual(done, self.fill(done, **cells))
        assert (done / "scores.csv").read_bytes() == before

    def test_a_new_run_keeps_what_was_pencilled_in(self, tiny, classroom, proven, done):
        self.fill(done, points="1", comment="to discuss")
        run.run(grade.sheet(tiny), classroom, done, jobs=1)
        row = sheets.read(done / "manual.csv")[0]
        assert (row["points"], row["comment"]) == ("1", "to discuss")


class TestLate:
    def test_each_day_begun_costs(self):
        policy = late.Policy(due=0.0, percent=10.0, free_days=1)
        assert policy.apply("a", 0.0, 8.0) == {"days": 0, "penalty": 0.0, "total": 8.0}
        assert policy.apply("a", 301.0, 8.0) == {"days": 1, "penalty": 0.0, "total": 8.0}
        assert policy.apply("a", 86_401.0, 8.0) == {"days": 2, "penalty": 0.8, "total": 7.2}
        assert policy.apply("a", 1e9, 8.0)["total"] == 0.0
        assert policy.apply("a", None, 8.0)["days"] == 0

    def test_a_table_goes_before_the_clock(self, tmp_path):
        (tmp_path / "late.csv").write_text("student,days\na,0\nb,1.5\n")
        policy = late.Policy(due=0.0, percent=10.0, days=late.read_table(tmp_path / "late.csv")[0])
        assert policy.late_days("a", 1e9) == 0
        assert policy.late_days("b", 0.0) == 2

    def test_scores_and_feedback_show_it(self, tiny, classroom, tmp_path, working_box):
        policy = late.Policy(due=1_000_000 - 3600, percent=25.0)
        run.run(grade.sheet(tiny), classroom, tmp_path, jobs=1, policy=policy)
        row = {row["student"]: row for row in sheets.read(tmp_path / "scores.csv")}["101"]
        assert (row["late days"], row["penalty"], row["total"]) == ("1", "0.5", "1.5")
        assert (
            "0.5 points are taken off for 1 late days"
            in (tmp_path / "feedback/101.html").read_text()
        )


class TestWire:
    @pytest.mark.parametrize(
        "value", [None, True, 3, 2.5, "x", [1, [2.0]], (1, "a"), {"a": 1, 2: (3,)}, float("inf")]
    )
    def test_plain_values_come_back(self, value):
        back = wire.decode(wire.load(wire.dump({"v": wire.encode(value)}))["v"])
        assert back == value
        assert type(back) is type(value)

    def test_arrays_come_back_with_shape_and_kind(self):
        import numpy as np

        for array in (
            np.arange(6.0).reshape(2, 3),
            np.zeros((0, 2)),
            np.array([True]),
            np.float32(2),
        ):
            back = wire.decode(wire.encode(array))
            assert np.array_equal(back, array)
            assert back.dtype == np.asarray(array).dtype
            assert np.shape(back) == np.shape(array)

    @pytest.mark.parametrize(
        "message",
        [
            {"array": ["O", [1], ""]}, {"array": ["d", [-1], ""]}, {"array": ["d", [2], "AAAA"]},
            {"array": ["d", [10**12], ""]}, {"array": [1, 2, 3]}, {"dict": [[1]]}, {"dict": [[[1], 2]]},
            {"dict": [[{"tuple": [[1]]}, 2]]}, {"set": []}, {"a": 1, "b": 2}, {},
            [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]],
        ],
    )  # fmt: skip
    def test_anything_else_is_refused(self, message):
        with pytest.raises(
            ValueError, match=r"not a|too deep|cannot reshape|Incorrect|buffer size"
        ):
            wire.decode(message)


def test_the_command_line_goes_from_folder_to_marks(tiny, classroom, tmp_path, working_box):
    from lstm_grade import cli

    overlay = str(tiny.folder.parent)
    out = str(tmp_path / "out")
    runner = CliRunner()
    steps = [
        ["list", "--overlay", overlay],
        ["release", "tiny", "--overlay", overlay, "--out", str(tmp_path / "handout")],
        ["instructor", "tiny", "--overlay", overlay, "--out", str(tmp_path / "teacher")],
        ["run", str(classroom), "tiny", "--overlay", overlay, "--out", out, "--jobs", "1"],
        ["manual", "tiny", f"{out}/manual.csv", "--out", out],
        ["export", "tiny", "--for", "gradescope", "--out", out],
    ]
    for step in steps:
        result = runner.invoke(cli.app, step)
        wanted = 3 if step[0] == "run" else 0  # one cannot be read
        assert result.exit_code == wanted, f"{step}: {result.output} {result.exception}"
        if step[0] == "run":
            assert result.output.splitlines()[-1].startswith("4 submissions, 1 need a look")
            assert "grading tiny" in result.output
            assert "100%" in result.output
    assert (tmp_path / "handout" / "tiny.zip").is_file()
    published = runner.invoke(cli.app, [*steps[1], "--book"])
    assert "would publish it" in str(published.exception)
    released = (tmp_path / "handout" / "tiny.ipynb").read_text("utf-8")
    assert released == release.notebook_text(release.student_notebook(tiny))
    assert notebook.read_cells(released.encode())
