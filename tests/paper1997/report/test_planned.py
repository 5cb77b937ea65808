"""Series of runs that were declared beforehand: carried out, gone on with, and told as a whole."""

import json

import pytest
from typer.testing import CliRunner

from lstm_lab.cli import app
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.published.open_decisions import AS, Decisions
from lstm_lab.paper1997.report import table, table_formats, wording
from lstm_lab.paper1997.runner import plans, records
from lstm_lab.paper1997.runner.plans import PLANS, Plan, Run

PROGRAM = AS["authors-program"]


@pytest.fixture
def small(monkeypatch):
    """The plan of the authors' program, with one short run of it and one of the paper's reading."""
    runs = (Run("6a", PROGRAM, 100), Run("3b-1", Decisions(), 100))
    plan = Plan("authors-program", "Is it quick?", runs, 7)
    monkeypatch.setitem(PLANS, "authors-program", plan)
    return plan


def test_a_plan_is_carried_out_once_and_told_with_what_is_left(small, tmp_path):
    assert "0 of 2 runs are complete" in table_formats.plan_table(small.name, "text", tmp_path)
    done = plans.carry_out(small.name, results=tmp_path)
    assert [(one.row, one.seed, one.cap) for one in done] == [("6a", 7, 100), ("3b-1", 7, 100)]
    assert [len(one.trials) for one in done] == [20, 10]
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    assert len(files) == 2
    plans.carry_out(small.name, results=tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == files
    assert [one.row for one in table.planned(small.name, tmp_path)] == ["6a", "3b-1"]
    text = table_formats.plan_table(small.name, "text", tmp_path)
    assert "2 of 2 runs are complete" in text
    assert "as=authors-program" in text
    assert " 164 " in text  # the weights of 6a with the bias unit
    told = json.loads(table_formats.everything("json", tmp_path))["plans"]
    mine = next(one for one in told if one["name"] == small.name)
    assert (mine["runs"], mine["seed"], len(mine["results"])) == (2, 7, 2)
    assert mine["results"][0]["departures"] == records.departures(PROGRAM)


def test_the_program_has_a_column_in_every_format(small, tmp_path):
    plans.carry_out(small.name, results=tmp_path)
    line = next(one for one in table.lines(tmp_path) if one.row == "6a")
    assert (line.trials, line.verdict) == (0, "not run")
    assert (line.program_trials, line.program_succeeded, line.program_cap) == (20, 0, 100)
    assert line.program_complete
    for format in ("text", "markdown"):
        assert "0/20" in table_formats.table(format, tmp_path)
    (shown,) = [
        one
        for one in json.loads(table_formats.table("json", tmp_path))["lines"]
        if one["row"] == "6a"
    ]
    assert (shown["program_trials"], shown["program_mean"]) == (20, None)
    path = records.place(plans.folder(small.name, tmp_path), "6a", PROGRAM)
    record = records.read(path)
    del record.trials[3]
    records.write(record, path)
    assert "0/19 so far" in table_formats.table("text", tmp_path)


def test_a_file_that_is_not_of_the_plan_is_refused(small, tmp_path):
    plans.carry_out(small.name, results=tmp_path)
    path = records.place(plans.folder(small.name, tmp_path), "6a", PROGRAM)
    record = records.read(path)
    record.seed = 8
    records.write(record, path)
    with pytest.raises(ValueError, match="seed 8 and cap 100, the plan authors-program has seed 7"):
        table.planned(small.name, tmp_path)


def test_what_was_declared():
    assert [len(PLANS[name].runs) for name in ("authors-program", "hidden-units", "grid-4-1")] == [
        18,
        90,
        56,
    ]
    assert {plan.seed for plan in PLANS.values()} == {1016}
    units = PLANS["hidden-units"].runs
    assert {run.row for run in units} == {f"1-{n}" for n in range(1, 6)}
    assert {run.decisions.hidden_units for run in units} == {0, 2, 3, 4, 8}
    assert {run.decisions for run in PLANS["authors-program"].runs} == {PROGRAM}
    for plan in PLANS.values():
        for run in plan.runs:
            assert open_decisions.decided(spec.row(run.row), run.decisions).trials in (10, 20, 30)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--plan", "nonsense"], "authors-program"),
        (["6a", "--plan", "grid-4-1"], "plan must be given without"),
        (["--plan", "grid-4-1", "--trials", "3"], "plan must be given without"),
        (["6a", "--as", "nonsense"], "as must be one of"),
        (["2a", "--as", "authors-program"], "cannot express"),
        (["--as", "authors-program"], "rows must be named"),
        (["rtrl-4-1", "--as", "authors-program"], "alone"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(arguments, said, tmp_path):
    done = CliRunner().invoke(app, ["reproduce", *arguments, "--results", str(tmp_path)])
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())


def test_the_command_runs_a_row_as_the_program(tmp_path):
    arguments = ["6a", "--as", "authors-program", "--trials", "1", "--cap", "100", "--jobs", "1"]
    done = CliRunner().invoke(
        app, ["reproduce", *arguments, "--vary", "start_activation=0", "--results", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    (path,) = tmp_path.rglob("6a*.json")
    decisions = records.read(path).decisions
    assert (decisions.start_activation, decisions.output_bias) == (0.0, "unit")


def test_the_words_of_the_chapter_hold_what_came_of_a_plan(small, tmp_path, monkeypatch):
    assert wording.program_rows(tmp_path) == []
    assert wording.complete_runs(small.name, tmp_path) == "0 of 2"
    plans.carry_out(small.name, results=tmp_path)
    rows = {cells[0]: cells for cells in wording.program_rows(tmp_path)}
    assert rows["6a"] == ("6a", "31,390", wording.NOT_RUN, "none of 20 trials")
    assert wording.complete_runs(small.name, tmp_path) == "2 of 2"
    units = Decisions(hidden_units=4, update="late", hidden_units_feed_blocks=False)
    plan = Plan("hidden-units", "?", (Run("1-5", units, 100), Run("1-2", Decisions(), 100)), 7)
    monkeypatch.setitem(PLANS, "hidden-units", plan)
    plans.carry_out("hidden-units", results=tmp_path)
    for update, feed, found in (
        ("late", False, "0 of 30"),
        ("late", True, wording.NOT_RUN),
        ("step", False, wording.NOT_RUN),
    ):
        cells = {one[0]: one for one in wording.hidden_unit_rows(update, feed, tmp_path)}
        five = cells["1-5".replace("-", wording.HYPHEN)]
        assert five[1 + 1 + wording.UNITS.index(4)] == found
        assert len(five) == len(wording.UNITS_HEAD)
    for feed in (True, False):  # without units that is the same
        assert wording.hidden_unit_rows("step", feed, tmp_path)[1][2] == "0 of 30"
    feeding = Decisions(hidden_units=4)
    plan = Plan("hidden-units", "?", (Run("1-5", feeding, 100),), 7)
    monkeypatch.setitem(PLANS, "hidden-units", plan)
    plans.carry_out("hidden-units", results=tmp_path)
    assert list(wording.hidden_unit_lines("step", True, tmp_path)) == [("1-5", 4)]
    assert wording.hidden_unit_lines("step", False, tmp_path) == {}
    assert wording.all_five(4, results=tmp_path) == wording.NOT_RUN
    five = tuple(Run(row, Decisions(), 100) for row in wording.EXPERIMENT_1)
    monkeypatch.setitem(PLANS, "hidden-units", Plan("hidden-units", "?", five, 7))
    plans.carry_out("hidden-units", results=tmp_path)
    assert wording.all_five(0, results=tmp_path) == "0 of 150"
    with pytest.raises(ValueError, match="update must be one of"):
        wording.hidden_unit_rows("sequence", True, tmp_path)
