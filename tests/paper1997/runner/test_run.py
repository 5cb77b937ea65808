"""Trials run side by side, survive a kill, and leave files that can be trusted."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import islice

import numpy as np
import pytest

from lstm_lab import sequences
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import table, table_formats
from lstm_lab.paper1997.runner import as_models, records, run

SHORT = {"cap": 2500, "progress": False, "slice_seconds": 0.05}


def without_seconds(record):
    return {
        number: (one.succeeded, one.sequences, one.reached, one.curve, one.weights)
        for number, one in record.trials.items()
    }


def test_a_row_is_run_recorded_and_not_run_again(tmp_path, monkeypatch):
    (first,) = run.reproduce(["6a"], 10, results=tmp_path, **SHORT)
    assert sorted(first.trials) == list(range(10))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["6a.json"]
    monkeypatch.setattr(run, "advance", None)  # whoever calls it fails
    (second,) = run.reproduce(["6a"], 10, results=tmp_path, **SHORT)
    assert second == first


def test_more_trials_are_added_to_those_there_are(tmp_path):
    run.reproduce(["6a"], 2, results=tmp_path, **SHORT)
    before = (tmp_path / "6a.json").read_text()
    (record,) = run.reproduce(["6a"], 4, results=tmp_path, **SHORT)
    (whole,) = run.reproduce(["6a"], 4, results=tmp_path / "whole", **SHORT)
    assert without_seconds(record) == without_seconds(whole)
    first = json.loads(before)["trials"]
    assert json.loads((tmp_path / "6a.json").read_text())["trials"][:2] == first


def test_a_higher_cap_runs_again_only_what_had_failed(tmp_path):
    (low,) = run.reproduce(["6a"], 6, results=tmp_path, **SHORT | {"cap": 22_000})
    good = {n: one for n, one in low.trials.items() if one.succeeded}
    assert 0 < len(good) < 6
    (high,) = run.reproduce(["6a"], 6, results=tmp_path, **SHORT | {"cap": 100_000})
    assert high.cap == 100_000
    assert all(high.trials[n] == one for n, one in good.items())
    assert sum(one.succeeded for one in high.trials.values()) > len(good)
    with pytest.raises(ValueError, match="no less cap"):
        run.reproduce(["6a"], 6, results=tmp_path, **SHORT)


def test_two_processes_give_what_one_gives(tmp_path):
    rows = ["6a", "3a-1"]
    one = run.reproduce(rows, 3, results=tmp_path / "one", **SHORT | {"cap": 600})
    two = run.reproduce(rows, 3, jobs=2, results=tmp_path / "two", **SHORT | {"cap": 600})
    assert [without_seconds(r) for r in one] == [without_seconds(r) for r in two]


@pytest.mark.slow
@pytest.mark.weekly("lstm_lab/paper1997/**")
def test_a_dask_cluster_of_two_workers_gives_what_one_process_gives(tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    (one,) = run.reproduce(["6a"], 4, results=tmp_path / "one", **SHORT)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        (two,) = run.reproduce(
            ["6a"], 4, scheduler=cluster.scheduler_address, results=tmp_path / "two", **SHORT
        )
    assert without_seconds(one) == without_seconds(two)


KILLED = """
import sys
from pathlib import Path
from lstm_lab.paper1997.runner import run
run.KEEP_EVERY = 0.0
run.reproduce(["6a"], 12, cap=9000, results=Path(sys.argv[1]), progress=False, slice_seconds=0.1)
"""


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    uninterrupted = run.reproduce(["6a"], 12, results=tmp_path / "a", **SHORT | {"cap": 9000})
    folder = tmp_path / "b"
    kept = folder / ".unfinished" / "6a.npz"
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(folder)])
        seen, deadline = 0, time.monotonic() + 60
        while seen < 4 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
            seen += kept.exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert kept.exists()
    with np.load(kept) as arrays:
        notes = json.loads(str(arrays["notes"]))
    assert max(note["sequences"] for note in notes) > 0
    resumed = run.reproduce(["6a"], 12, results=folder, **SHORT | {"cap": 9000})
    assert [without_seconds(r) for r in resumed] == [without_seconds(r) for r in uninterrupted]
    assert not kept.exists()
    assert all(path.name in ("6a.json", ".unfinished") for path in folder.iterdir())


def test_the_weights_on_record_run_in_the_readable_models(tmp_path):
    (record,) = run.reproduce(["6a"], 1, results=tmp_path, **SHORT | {"cap": 100_000})
    before, after = as_models.before_and_after(records.read(tmp_path / "6a.json"))
    row = spec.row("6a")
    wrong = []
    for weights in (before, after):
        lstm, readout = as_models.readable(row.net, weights)
        right = 0
        for sequence in islice(sequences.temporal_order(np.random.default_rng(0)), 30):
            y = lstm.forward(sequence.x).state[-1, lstm.parts["output"]]
            distance = np.abs(readout.forward(y).output - sequence.target[-1])
            right += bool((distance < row.tolerance).all())
        wrong.append(30 - right)
    assert wrong[1] == 0 < wrong[0]
    del record.trials[0]
    with pytest.raises(ValueError, match="first trial"):
        as_models.before_and_after(record)


def test_a_sample_is_a_few_trials_of_cheap_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SAMPLE", {"6a": 2, "3a-1": 1})
    monkeypatch.setattr(run, "SAMPLE_CAP", 300)
    shown = run.sample(results=tmp_path, progress=False)
    assert [(record.row, len(record.trials)) for record in shown] == [("6a", 2), ("3a-1", 1)]
    text = table_formats.of_records(shown)
    assert "0/2 of 20 trials" in text
    assert "6b" not in text


def test_variants_stand_apart_with_their_departures_in_the_name(tmp_path):
    decisions = open_decisions.Decisions(output_slope=False, first_pair="neutral")
    run.reproduce(["4-1"], 1, results=tmp_path, decisions=decisions, **SHORT)
    (path,) = (tmp_path / "variants").glob("*.json")
    assert path.stem == "4-1--output_slope=False--first_pair=neutral"
    assert records.read(path).decisions == decisions
    assert records.read_all(tmp_path) == {}
    (variant,) = table.variants(tmp_path)
    assert variant.departures == {"output_slope": False, "first_pair": "neutral"}
    assert variant.lines[0].trials == 1
    text = table_formats.variants_table(results=tmp_path)
    assert "2000 in a row; output_slope = False, first_pair = neutral" in text
    assert "not run" in text


# --- files that cannot be trusted


@pytest.fixture
def written(tmp_path):
    run.reproduce(["6a"], 1, results=tmp_path, **SHORT)
    return tmp_path / "6a.json"


def test_a_record_says_everything_that_it_depends_on(written):
    content = json.loads(written.read_text())
    assert content["settings"]["seed"] == 0
    assert content["settings"]["cap"] == 2500
    assert content["decisions"]["first_pair"] == "marked"
    assert set(content["versions"]) == {"engine", "python", "numpy", "numba"}
    (one,) = content["trials"]
    assert one["number"] == 0
    assert one["seconds"] > 0
    assert len(one["curve"]) > 10
    assert np.shape(one["weights"]["hidden"])[1] == 8
    assert records.read(written).trials[0].sequences == one["sequences"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[: len(text) // 2], "damaged"),
        (lambda text: "", "damaged"),
        (lambda text: "[]", "damaged"),
        (lambda text: "{}", "damaged"),
        (lambda text: text.replace('"succeeded": false', '"succeeded": true'), "was changed"),
        (lambda text: text.replace('"cap": 2500', '"cap": 9000'), "was changed"),
    ],
)
def test_a_damaged_or_edited_file_is_refused(written, damage, said):
    damaged = damage(written.read_text())
    written.write_text(damaged)
    with pytest.raises(ValueError, match=said) as caught:
        records.read(written)
    assert "6a.json" in str(caught.value)
    with pytest.raises(ValueError, match=said):
        run.reproduce(["6a"], 1, results=written.parent, **SHORT)
    with pytest.raises(ValueError, match=said):
        table_formats.table(results=written.parent)
    assert written.read_text() == damaged


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(format=99), "format 99"),
        (lambda c: c["versions"].update(engine=0), "engine 0"),
        (lambda c: c.update(row="7"), "'7'"),
        (lambda c: c["settings"].update(learning_rate=9.0), "learning_rate"),
        (lambda c: c["settings"]["task"].update(name="other"), "task"),
    ],
)
def test_a_file_of_another_version_is_refused(written, change, said):
    content = json.loads(written.read_text())
    del content["checksum"]
    change(content)
    content["checksum"] = records.checksum(content)
    written.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=said):
        records.read(written)


def test_another_seed_is_refused(written):
    with pytest.raises(ValueError, match="seed 0"):
        run.reproduce(["6a"], 1, seed=1, results=written.parent, **SHORT)


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    records.write_whole(path, b"old")

    def full(handle):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        records.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_unreadable_unfinished_trials_are_said_to_be_so(tmp_path):
    kept = tmp_path / ".unfinished" / "6a.npz"
    kept.parent.mkdir()
    kept.write_bytes(b"PK nothing")
    with pytest.raises(ValueError, match="delete it"):
        run.reproduce(["6a"], 1, results=tmp_path, **SHORT)


# --- arguments and progress


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"rows": ["9"]}, ValueError, "row must be one of"),
        ({"trials": 0}, ValueError, "trials must be a positive integer, got 0"),
        ({"seed": -1}, ValueError, "seed"),
        ({"jobs": 0}, ValueError, "jobs"),
        ({"jobs": 1.5}, TypeError, "jobs"),
        ({"cap": 0}, ValueError, "cap"),
        ({"slice_seconds": 0.0}, ValueError, "slice_seconds"),
    ],
)
def test_bad_arguments_are_refused(tmp_path, changes, error, said):
    with pytest.raises(error, match=said):
        run.reproduce(**{"rows": ["6a"], "results": tmp_path, "progress": False} | changes)
    assert not list(tmp_path.iterdir())


def test_the_progress_shows_trials_error_and_time_left(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    run.reproduce(["6a"], 2, results=tmp_path, **SHORT | {"progress": True})
    assert "2/2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "about 5 s left"),
        (62, "about 60 s left"),
        (1000, "about 17 min left"),
        (9000, "about 2.5 h left"),
    ],
)
def test_time_left_is_no_more_exact_than_it_can_be(seconds, words):
    assert run.in_words(seconds) == words


def test_time_left_goes_by_the_trials_that_have_ended(tmp_path):
    row = spec.row("6a")
    work = run._prepare("6a", 4, 0, 60_000, tmp_path, open_decisions.Decisions())
    assert work.sequences_left() == 4 * row.stages[-1].published.sequences
    work.record.trials[0] = records.TrialRecord(0, True, 20_000, (), 1.0, ())
    work.waiting = work.waiting[1:]
    assert work.sequences_left() == 3 * 20_000
    work.waiting[0].sequences = 40_000
    assert work.sequences_left() == 2 * 20_000 + 10_000
    work.waiting[0].sequences = 59_000
    assert work.sequences_left() == 2 * 20_000 + 1_000


def test_the_cheapest_rows_come_first_and_the_adding_problem_last():
    order = run.cheapest_first()
    assert sorted(order) == sorted(spec.ROWS)
    assert order.index("6a") < order.index("4-1") < order.index("4-3")
    assert order[-1] == "4-3"
