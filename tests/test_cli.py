"""The command of the 1997 experiments: rows, other methods, decisions, and what it refuses."""

import errno
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lstm_lab.cli import app
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import run

WIDE = {"COLUMNS": "300", "TERM": "dumb"}


def call(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments], env=WIDE)


def test_a_varied_row_is_kept_among_the_variants_and_named_after_its_departure(tmp_path):
    done = call(
        *("reproduce", "6a", "--vary", "output_slope=false", "--vary", "init=0.2"),
        *("--trials", 1, "--cap", 200, "--jobs", 1, "--results", tmp_path),
    )
    assert done.exit_code == 0, done.output
    (file,) = tmp_path.rglob("*.json")
    assert file.parent.name == "variants"
    content = json.loads(file.read_text())
    assert content["departures"] == {"output_slope": False, "init": 0.2}
    assert "6a" in done.output


def test_other_methods_run_by_their_name_beside_rows(tmp_path):
    done = call(
        *("reproduce", "rtrl-4-1", "6a"),
        *("--trials", 1, "--cap", 100, "--jobs", 1, "--results", tmp_path),
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "baselines" / "rtrl-4-1.json").is_file()
    assert (tmp_path / "6a.json").is_file()
    assert "RTRL" in done.output
    assert "BPTT" not in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["6a", "rtrl-4-2"], "rtrl-4-2"),
        (["6a", "--vary", "output_slope"], "NAME=VALUE"),
        (["6a", "--vary", "slope=false"], "slope"),
        (["6a", "--vary", "output_slope=perhaps"], "perhaps"),
        (["6a", "rtrl-4-1", "--vary", "init=0.1"], "rtrl-4-1"),
        (["--trials", "3"], "rows must be named"),
        (["6a", "--trials", "0"], "trials"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(arguments, said, tmp_path):
    done = call("reproduce", *arguments, "--results", tmp_path)
    assert done.exit_code == 2
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_without_rows_the_sample_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "SAMPLE", {"6a": 1, "3a-1": 1})
    monkeypatch.setattr(run, "SAMPLE_CAP", 100)
    done = call("reproduce", "--jobs", 1, "--results", tmp_path)
    assert done.exit_code == 0, done.output
    assert {file.name for file in tmp_path.glob("*.json")} == {"6a.json", "3a-1.json"}


def test_the_table_shows_rows_other_methods_and_variants():
    done = call("table")
    assert done.exit_code == 0, done.output
    for row in spec.ROWS:
        assert f"\n{row} " in done.output
    assert "Other methods" in done.output
    assert "output_slope = False" in done.output
    parts = json.loads(call("table", "--json").output)
    assert set(parts) == {"rule", "lines", "rivals", "variants", "plans"}


def test_away_from_the_checkout_the_table_shows_the_results_that_come_with_the_package(
    monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    verdicts = {line["verdict"] for line in json.loads(call("table", "--json").output)["lines"]}
    assert "reproduced" in verdicts


def test_the_table_of_a_folder_that_is_not_there_is_refused(tmp_path):
    done = call("table", "--results", tmp_path / "reslts")
    assert done.exit_code == 2
    assert "reslts" in done.output
    assert "does not exist" in done.output


def test_a_folder_that_cannot_be_written_is_named_without_a_traceback(tmp_path):
    (tmp_path / "taken").write_text("a file")
    done = call(
        "reproduce", "6a", "--trials", 1, "--cap", 64, "--results", tmp_path / "taken" / "r"
    )
    assert done.exit_code == 1
    assert "taken" in done.output
    assert "Traceback" not in done.output


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def full(handle, mode):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdopen", full)
    done = call("reproduce", "6a", "--trials", 1, "--cap", 64, "--jobs", 1, "--results", tmp_path)
    assert done.exit_code == 1
    assert "No space left" in done.output
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@given(
    st.lists(
        st.sampled_from(["6a", "rtrl-4-1", "--vary", "--cap", "--trials", "--seed", "--jobs"])
        | st.text(max_size=12),
        max_size=5,
    )
)
def test_no_argument_that_can_be_typed_ends_in_a_traceback(arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "rows_and_rivals", checked_only)
        patch.setattr(run, "sample", lambda *args, **options: [])
        done = call("reproduce", *arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.exit_code in (0, 2)


def checked_only(names, trials, seed, jobs, cap, scheduler, results, vary):
    """All that `run.rows_and_rivals` refuses before it runs."""
    for name in names:
        spec.row(name)
    open_decisions.parse_decisions(vary)
    return [], []
