"""Whatever is typed after `lstm-lab` and `lstm-grade`: an end with 0, 1 or 2, a line on what is wrong, nothing torn."""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest import mock

import pytest
from commands import Ended, typed
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lstm_grade import cli as grader

from lstm_lab import bench as benchmarks
from lstm_lab import cli as lab
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch06.experiments import latch
from lstm_lab.paper1997.runner import run

ROOT = Path(__file__).resolve().parents[1]
FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

numbers = st.sampled_from(
    ["0", "1", "-1", "2", "64", "1.5", "1e3", "nan", "", "x", "9" * 30, "-0", "٣"]
)
words = st.sampled_from(["6a", "3a-1", "perceptron", "latch", "--", "-", "*", "../..", "\N{SNOWMAN}"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)  # fmt: skip
# Of paths, only some that stay in the folder or cannot be made, wherever the tests run.
paths = st.sampled_from(
    ["out", "out/deep", "taken", "taken/out", "a\0b", "n" * 300, "/proc/nowhere", "."]
)
times = st.sampled_from(
    ["2027-02-01", "2027-02-01T23:59+05:30", "0001-01-01", "9999-12-31", "tomorrow", ""]
)


def given_options(**kinds):
    """Some options with a value each, perhaps twice, perhaps without."""
    one = st.sampled_from(sorted(kinds)).flatmap(
        lambda name: st.tuples(st.just(f"--{name.replace('_', '-')}"), kinds[name])
    )
    bare = st.sampled_from(sorted(kinds)).map(lambda name: (f"--{name.replace('_', '-')}",))
    often = st.lists(one, max_size=5)
    return st.tuples(often, st.lists(bare, max_size=1)).map(
        lambda parts: [word for part in [*parts[0], *parts[1]] for word in part]
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with a file where a folder may be asked for; the tests of this module run in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LSTM_LAB_TERM", raising=False)
    monkeypatch.delenv("LSTM_LAB_OVERLAY", raising=False)
    (tmp_path / "taken").write_text("a file")
    return tmp_path


def assert_ended_well(ended: Ended, argv: list[str], before: dict[str, bytes], place: Path) -> None:
    assert ended.code in (0, 1, 2), argv
    assert "Traceback" not in ended.said + ended.complained
    after = tree(place)
    if ended.code == 1:
        assert len(ended.complained.strip().splitlines()) == 1, ended.complained
    if ended.code:
        assert ended.complained or ended.said  # without any argument, the help
        assert {name: after.get(name) for name in before} == before, argv
    assert after["taken"] == b"a file"
    for name, content in after.items():
        last = Path(name).name
        assert not last.endswith((".new", ".partial")), argv
        assert not last.startswith(".") or last == ".gitignore", argv
        if last.endswith((".json", ".ipynb")):
            assert json.loads(content), argv


class TestLab:
    @FEW
    @given(
        st.lists(st.sampled_from(["6a", "rtrl-4-1"]) | words, max_size=2),
        given_options(
            trials=st.sampled_from(["0", "1", "x", "-1", "1.5"]), seed=numbers, jobs=numbers,
            vary=st.sampled_from(["init=0.1", "init=nan", "init=-1", "init", "=", "slope=1"]) | words,
        ),
        st.sampled_from(["0", "1", "64", "-5", "x"]),
        paths,
    )  # fmt: skip
    @example(["6a"], [], "64", "out")
    @example(["6a"], ["--seed", "9" * 30], "1", "out")
    def test_reproduce(self, place, rows, options, cap, results):
        """Really run where it makes sense; one trial of a few sequences at most."""
        argv = ["reproduce", *options, "--trials", "1", "--jobs", "1", "--cap", cap]
        argv += ["--results", results, "--", *rows]
        before = tree(place)
        with mock.patch.object(run, "sample", return_value=[]):
            ended = typed(lab.main, argv)
        assert_ended_well(ended, argv, before, place)
        assert ended.code != 2 or tree(place) == before

    @FEW
    @given(words | st.just("latch"), given_options(jobs=st.sampled_from(["1", "0", "x"])), paths)
    @example("latch", [], "out")
    def test_measure(self, place, name, options, results):
        argv = ["measure", *options, "--jobs", "1", "--results", results, "--", name]
        before = tree(place)
        tiny = latch.LatchSettings(
            cells=(("tanh RNN", "tanh RNN", {}),), lags=(2,), noises=(0.2,), seeds=1,
            hidden_size=2, batch=2, updates=2, test_sequences=4, profile_lag=0,
        )  # fmt: skip
        with (
            mock.patch.object(latch, "LatchSettings", return_value=tiny),
            mock.patch.object(experiments, "experiments", return_value=["latch"]),
        ):
            assert_ended_well(typed(lab.main, argv), argv, before, place)

    @FEW
    @given(
        st.lists(
            words | st.sampled_from(["--only", "--json", "--markdown", "--results"]), max_size=4
        )
    )
    @pytest.mark.parametrize("command", ["table", "bench", "", "nothing"])
    def test_the_others(self, place, command, rest):
        argv = [*filter(None, [command]), *rest]
        before = tree(place)
        with mock.patch.object(benchmarks, "run", benchmarks_named):
            ended = typed(lab.main, argv)
        assert_ended_well(ended, argv, before, place)
        assert tree(place) == before


def benchmarks_named(only):
    """All that `bench.run` refuses before it measures."""
    for name in only:
        if name not in benchmarks.MEANING:
            raise ValueError(f"only must name a figure, got {name!r}")
    return {}


class TestGrade:
    @FEW
    @given(
        st.sampled_from(["release", "instructor"]),
        words | st.just("perceptron"),
        given_options(term=words, overlay=paths),
        paths,
    )
    @example("release", "perceptron", ["--term", "a"], "out")
    @example("release", "perceptron", ["--term", ""], "out")
    def test_what_is_handed_out(self, place, command, name, options, out):
        argv = [command, *options, "--out", out, "--", name]
        before = tree(place)
        assert_ended_well(typed(grader.main, argv), argv, before, place)

    @FEW
    @given(
        paths | st.just("class"),
        words | st.just("perceptron"),
        given_options(
            term=words, overlay=paths, due=times, late_percent=numbers, free_days=numbers,
            late_days=paths, jobs=numbers,
        ),
        paths,
        st.booleans(),
    )  # fmt: skip
    @example("class", "perceptron", ["--due", "0001-01-01"], "out", True)
    @example("class", "perceptron", ["--late-percent", "nan"], "out", True)
    def test_grading(self, place, folder, name, options, out, trusted):
        """A class of nobody, or a folder that is none; without a box, which takes seconds to prove."""
        (place / "class").mkdir(exist_ok=True)
        trust = ["--no-box", "--i-trust-these-submissions"] if trusted else ["--no-box"]
        argv = ["run", *options, *trust, "--out", out, "--", folder, name]
        before = tree(place)
        assert_ended_well(typed(grader.main, argv), argv, before, place)

    @FEW
    @given(
        st.sampled_from(["manual", "export", "list", "check", "bench"]),
        st.lists(words | paths, max_size=3),
        given_options(
            **{"for": words | st.sampled_from(["canvas", "moodle", "gradescope"])},
            file=paths, column=words, out=paths, overlay=paths, last=words,
        ),
    )  # fmt: skip
    def test_the_others(self, place, command, arguments, options):
        kinds = {
            "manual": ["--out"],
            "list": ["--overlay"],
            "bench": ["--file"],
            "check": ["--last"],
        }
        wrong = {"bench": ["--size", "0"], "check": ["--term", ""]}  # neither gets to work
        kept = [
            word
            for word in options
            if not word.startswith("--") or word in kinds.get(command, [word])
        ]
        argv = [command, *kept, *wrong.get(command, []), "--", *arguments]
        before = tree(place)
        assert_ended_well(typed(grader.main, argv), argv, before, place)
        assert tree(place) == before


def test_nothing_of_the_repository_was_touched():
    """The commands above ran in folders of their own."""
    assert not [file for file in ROOT.rglob("*.new") if ".venv" not in file.parts]
    assert not (ROOT / "out").exists()
    assert os.fspath(Path.cwd())
