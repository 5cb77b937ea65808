"""A disk that is full and a folder that cannot be written to: a line that says so, and nothing half-written."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from commands import typed
from lstm_grade import cli as grader

from lstm_lab import cli as lab
from lstm_lab import results
from lstm_lab import results as _recorded
from lstm_lab.interact import static

ROOT = Path(__file__).resolve().parents[1]
BLOCK = 4096

# What a limit on the size of files does to a program is what a full disk does: a write that comes to an end halfway,
# with an error of the system. It holds for every file, also for those that a library writes.
RUN = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from {module} import {main} as main
{before}
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
sys.argv = {argv!r}
main()
"""
LAB = "lstm_lab.cli", "main", ""
GRADE = "lstm_grade.cli", "main", ""
ZIP = "zip_book", "main", ""
SMALL_LATCH = """
from lstm_lab.chapters.ch06.experiments import latch
tiny = latch.LatchSettings(cells=(("tanh RNN", "tanh RNN", {}),), lags=(2,), noises=(0.2,), seeds=3, hidden_size=2,
                           batch=2, updates=2, test_sequences=4, profile_lag=0)
latch.LatchSettings = lambda: tiny
"""
MEASURE = "lstm_lab.cli", "main", SMALL_LATCH


def run(
    program: tuple[str, str, str], argv: list[str], size: int
) -> subprocess.CompletedProcess[str]:
    """Run a program whose files may not grow beyond `size` bytes."""
    module, main, before = program
    code = RUN.format(module=module, main=main, before=before, size=size, argv=["program", *argv])
    if module == "zip_book":
        code = code.replace("\nmain()\n", "\nsys.exit(main())\n")
    paths = [str(ROOT), str(ROOT / "tools"), str(ROOT / "coursework" / "grader")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "300", "TERM": "dumb"}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120, env=env
    )  # fmt: skip


def files(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stderr[-2000:]
    assert "Traceback" not in done.stderr + done.stdout
    assert all(word in done.stderr for word in words), done.stderr


@pytest.fixture
def book(tmp_path: Path) -> Path:
    book = tmp_path / "html"
    book.mkdir()
    (book / "index.html").write_bytes(os.urandom(3 * BLOCK))
    return book


REPRODUCE = ["reproduce", "6a", "--trials", "1", "--cap", "300", "--jobs", "1", "--results"]


class TestFullDisk:
    def test_reproduce(self, tmp_path: Path):
        assert_refused(
            run(LAB, [*REPRODUCE, str(tmp_path / "r")], 500), "Error: ", "File too large"
        )
        assert files(tmp_path) == []

    def test_reproduce_keeps_what_was_there(self, tmp_path: Path):
        """A second trial that cannot be written leaves the file of the first."""
        assert run(LAB, [*REPRODUCE, str(tmp_path)], 10**9).returncode == 0
        before = (tmp_path / "6a.json").read_bytes()
        more = [word if word != "1" else "2" for word in REPRODUCE[:4]] + REPRODUCE[4:]
        assert_refused(run(LAB, [*more, str(tmp_path)], 500), "File too large")
        assert (tmp_path / "6a.json").read_bytes() == before
        assert files(tmp_path) == ["6a.json"]

    def test_measure_says_so_and_goes_on_later(self, tmp_path: Path):
        argv = ["measure", "latch", "--jobs", "1", "--results", str(tmp_path)]
        assert_refused(run(MEASURE, argv, 600), "Error: ", "File too large")
        assert not (tmp_path / "latch.json").exists()
        assert set(files(tmp_path)) <= {"latch.journal"}  # the trials that it could keep
        assert run(MEASURE, argv, 10**9).returncode == 0
        assert files(tmp_path) == ["latch.json"]
        assert len(results.read(tmp_path / "latch.json")["trials"]) == 6

    def test_a_release(self, tmp_path: Path):
        argv = ["release", "perceptron", "--term", "a", "--out", str(tmp_path / "out")]
        assert_refused(run(GRADE, argv, BLOCK), "lstm-grade: ", "File too large")
        assert files(tmp_path) == []

    def test_the_teacher_s_notebook(self, tmp_path: Path):
        argv = ["instructor", "perceptron", "--term", "a", "--out", str(tmp_path / "out")]
        assert_refused(run(GRADE, argv, BLOCK), "lstm-grade: ", "File too large")
        assert files(tmp_path) == []

    def test_grading(self, tmp_path: Path):
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "asha.ipynb").write_text("no notebook")
        trust = ["--no-box", "--i-trust-these-submissions", "--jobs", "1"]
        argv = ["run", str(tmp_path / "in"), "perceptron", "--out", str(tmp_path / "out"), *trust]
        assert_refused(run(GRADE, argv, 100), "lstm-grade: ", "File too large")
        assert files(tmp_path) == ["in/asha.ipynb"]

    def test_the_zip_of_the_book(self, book: Path, tmp_path: Path):
        out = tmp_path / "out" / "book.zip"
        assert_refused(run(ZIP, ["--book", str(book), "--out", str(out)], BLOCK), "File too large")
        assert files(out.parent) == []

    def test_an_old_zip_does_not_get_the_checksum_of_a_new_one(self, book: Path, tmp_path: Path):
        out = tmp_path / "out" / "book.zip"
        argv = ["--book", str(book), "--out", str(out)]
        assert run(ZIP, argv, 10**9).returncode == 0
        before = out.read_bytes()
        assert files(out.parent) == ["book.zip", "book.zip.sha256"]
        (book / "index.html").write_bytes(os.urandom(3 * BLOCK))
        assert_refused(run(ZIP, argv, BLOCK), "File too large")
        assert out.read_bytes() == before
        assert files(out.parent) == ["book.zip"]

    def test_the_states_of_an_explorer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        """Computed, and not kept: the build ends, and the next one does not find half of them."""
        from lstm_lab.chapters import explorers

        def full(file: int) -> None:
            raise OSError(28, os.strerror(28))

        monkeypatch.setenv("LSTM_LAB_STATIC", str(tmp_path))
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            static.explorer_page(explorers.show("gates-needed"))
        assert files(tmp_path) == []


def test_kept_states_that_are_damaged_are_computed_again(tmp_path, monkeypatch):
    from lstm_lab.chapters import explorers

    monkeypatch.setenv("LSTM_LAB_STATIC", str(tmp_path))
    page = static.explorer_page(explorers.show("gates-needed"))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert static.explorer_page(explorers.show("gates-needed")) == json.loads(json.dumps(page))
    assert file.read_bytes() == whole


NOT_A_FOLDER = {
    "reproduce": (lab.main, REPRODUCE),
    "measure": (lab.main, ["measure", "latch", "--jobs", "1", "--results"]),
    "release": (grader.main, ["release", "perceptron", "--term", "a", "--out"]),
    "instructor": (grader.main, ["instructor", "perceptron", "--term", "a", "--out"]),
}


@pytest.mark.parametrize("name", NOT_A_FOLDER)
@pytest.mark.parametrize("place", ["taken/out", "/proc/nowhere/out"])
def test_a_folder_that_cannot_be_made_is_named(name: str, place: str, tmp_path: Path):
    main, argv = NOT_A_FOLDER[name]
    (tmp_path / "taken").write_text("a file")
    ended = typed(main, [*argv, place if place.startswith("/") else str(tmp_path / place)])
    assert ended.code == 1
    assert ("taken" if "taken" in place else "/proc/nowhere") in ended.complained
    assert len(ended.complained.splitlines()) == 1
    assert files(tmp_path) == ["taken"]


def test_the_limit_of_these_tests_stops_a_write_halfway(tmp_path: Path):
    """What the tests above rest on: without care, a file would be left that is cut short."""
    code = RUN.format(
        module="pathlib", main="Path", before="", size=10, argv=[str(tmp_path / "half")]
    ).replace("main()", 'main(sys.argv[0]).write_text("x" * 100)')
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr
    assert (tmp_path / "half").stat().st_size == 10
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 10


def test_a_write_that_is_stopped_leaves_what_was_there(tmp_path: Path, monkeypatch):
    file = tmp_path / "a.json"
    _recorded.write_whole(file, b"old")

    def stopped(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        _recorded.write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert files(tmp_path) == ["a.json"]
