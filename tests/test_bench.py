import json
import subprocess
import sys
from importlib import metadata

import pytest
from typer.testing import CliRunner

from lstm_lab import bench
from lstm_lab.bench import books, package, pages
from lstm_lab.cli import app

run = CliRunner().invoke


def test_every_figure_has_a_meaning_and_one_group():
    names = [name for group in bench.GROUPS.values() for name in group]
    assert sorted(names) == sorted(bench.MEANING)


def test_json_is_one_flat_object():
    done = run(app, ["bench", "--only", "import_s", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    assert list(figures) == ["import_s"]
    assert 0 < figures["import_s"] < 30


def test_a_table_says_what_a_figure_is():
    done = run(app, ["bench", "--only", "import_s"])
    assert "import_s" in done.output
    assert "fresh" in done.output


def test_the_engines_memory_is_that_of_its_own_process():
    figures = bench.run(["engine_peak_mb", "engine_state_mb"])
    assert 0 < figures["engine_state_mb"] < figures["engine_peak_mb"] < 2000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bench", "--only", "speed"], "only must be one of"),
        (["measure", "nothing"], "must be one of"),
        (["reproduce", "nothing"], "nothing"),
        (["nothing"], "No such command"),
    ],
)
def test_unknown_names_are_refused(arguments, said):
    done = run(app, arguments, env={"COLUMNS": "300", "TERM": "dumb"})
    assert done.exit_code == 2
    assert said in done.output


def test_what_is_not_built_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "BOOK", tmp_path)
    with pytest.raises(RuntimeError, match="is not built: run `make book` first"):
        bench.run(["slider_p95_ms"])


def test_measure_runs_an_experiment_by_name(monkeypatch, tmp_path):
    from lstm_lab.chapters.ch06.experiments import latch

    monkeypatch.setattr(latch, "run", lambda folder, jobs: f"{folder} {jobs}")
    done = run(app, ["measure", "latch", "--jobs", "2", "--results", str(tmp_path)])
    assert done.output.strip() == f"{tmp_path} 2"


def test_the_table_of_1997_has_every_row_and_a_rule_for_its_verdicts():
    done = run(app, ["table", "--json"])
    assert done.exit_code == 0, done.output
    content = json.loads(done.output)
    assert len(content["lines"]) > 25
    assert content["rule"]


def test_the_build_that_is_timed_is_the_book_of_this_environment():
    done = subprocess.run(
        [books.jupyter_book(), "--version"], capture_output=True, text=True, check=True
    )
    assert "Jupyter Book" in done.stdout


def test_the_packages_of_binder_are_those_of_the_tested_set(monkeypatch, tmp_path):
    (tmp_path / "requirements.txt").write_text("# pins\nnumpy==0.0.1\n")
    monkeypatch.setattr(books, "ROOT", tmp_path)
    with pytest.raises(RuntimeError, match=r"numpy must be 0\.0\.1 as in requirements.txt"):
        bench.run(["binder_packages_mb"])
    (tmp_path / "requirements.txt").write_text(f"typer=={metadata.version('typer')}\n")
    alone = bench.run(["binder_packages_mb"])["binder_packages_mb"]
    (tmp_path / "requirements.txt").write_text(
        f"typer=={metadata.version('typer')}\nnumpy=={metadata.version('numpy')}  # larger\n"
    )
    assert 0 < alone < bench.run(["binder_packages_mb"])["binder_packages_mb"] - 10


@pytest.mark.skipif(sys.platform != "linux", reason="no /proc")
def test_memory_is_that_of_the_process_and_not_of_its_parent():
    parents = bytearray(300_000_000)
    done = subprocess.run([sys.executable, "-c", package.PEAK], capture_output=True, check=True)
    del parents
    assert 1e6 < int(done.stdout) < 100e6
