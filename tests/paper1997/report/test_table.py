"""Verdicts come from the rule, figures from the records."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import some_records

from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import table, table_formats, wording
from lstm_lab.paper1997.runner import baselines, records
from lstm_lab.paper1997.runner.records import Record, TrialRecord
from lstm_lab.paper1997.runner.trial import Reached


def record(name, counts, wrong=0, cap=1000, missing=0):
    """A record of trials that met their last rule after `counts`; ``None`` for a failure."""
    row = spec.row(name)
    trials = {
        n: TrialRecord(
            n,
            count is not None,
            count or cap,
            () if count is None else tuple(Reached(s.name, count, wrong, 0.1) for s in row.stages),
            2.0,
            (),
        )
        for n, count in enumerate(counts)
    }
    return Record(name, open_decisions.Decisions(), 0, cap, len(counts) + missing, trials)


def line(name, counts, **more):
    return table.row_lines(spec.row(name), record(name, counts, **more))[-1]


@given(
    st.sampled_from(sorted(spec.ROWS)),
    st.lists(st.none() | st.integers(1, 10**7), min_size=1, max_size=30),
    st.integers(0, 3),
)
def test_a_line_sums_up_its_trials(name, counts, missing):
    met = sorted(count for count in counts if count is not None)
    for one in table.row_lines(spec.row(name), record(name, counts, missing=missing)):
        assert (one.trials, one.succeeded) == (len(counts), len(met))
        assert (one.verdict == "unfinished") == (missing > 0)
        if met:
            assert (one.least, one.most) == (met[0], met[-1])
            assert met[0] <= one.median <= met[-1]
            assert one.mean == pytest.approx(sum(met) / len(met))
            assert one.ratio * one.paper_sequences == pytest.approx(one.mean)
        else:
            assert one.mean is one.median is one.least is one.most is one.ratio is None
            assert one.verdict in ("not", "unfinished")


def test_a_line_holds_both_sides():
    one = line("6a", [20_000, 30_000, 40_000, None])
    assert (one.trials, one.succeeded, one.paper_trials) == (4, 3, 20)
    assert (one.mean, one.median, one.least, one.most) == (30_000, 30_000, 20_000, 40_000)
    assert one.ratio == pytest.approx(30_000 / 31_390)
    assert one.paper_sequences == 31_390
    assert one.seconds == 8.0


@pytest.mark.parametrize(
    ("counts", "wrong", "verdict"),
    [
        ([31_390] * 10, 0, "reproduced"),
        ([46_000] * 10, 0, "reproduced"),
        ([48_000] * 10, 0, "partly"),
        ([21_000] * 10, 0, "reproduced"),
        ([20_000] * 10, 0, "partly"),
        ([31_390] * 9 + [None], 0, "reproduced"),
        ([31_390] * 8 + [None] * 2, 0, "partly"),
        ([31_390] * 5 + [None] * 5, 0, "partly"),
        ([31_390] * 4 + [None] * 6, 0, "not"),
        ([200_000] * 10, 0, "not"),
        ([6_000] * 10, 0, "not"),
        ([31_390] * 10, 5, "reproduced"),
        ([31_390] * 10, 6, "partly"),
        ([None] * 10, 0, "not"),
        ([], 0, "not run"),
    ],
)
def test_the_verdict_follows_the_rule(counts, wrong, verdict):
    assert line("6a", counts, wrong=wrong).verdict == verdict


def test_there_is_no_verdict_before_all_trials_have_ended():
    assert line("6a", [31_390] * 10, missing=1).verdict == "unfinished"


def test_rows_of_two_rules_have_two_lines():
    lines = table.row_lines(spec.row("5"), record("5", [500_000] * 10, wrong=10))
    assert [one.stage for one in lines] == ["n_seq = 140", "n_seq = 13"]
    assert [one.verdict for one in lines] == ["reproduced", "partly"]


def test_every_row_of_the_paper_is_in_every_format(tmp_path):
    lines = table.lines(tmp_path)
    assert {one.row for one in lines} == set(spec.ROWS)
    assert {one.verdict for one in lines} == {"not run"}
    for format in table_formats.FORMATS:
        text = table_formats.table(format, tmp_path)
        assert all(name in text for name in spec.ROWS)
        assert table.RULE in text


def test_fewer_trials_than_the_paper_are_said_to_be_so():
    few = table_formats.render([line("6a", [30_000] * 3)])
    assert "3/3 of 20 trials" in few
    assert "20/20 " in table_formats.render([line("6a", [30_000] * 20)])


def test_json_and_markdown_are_well_formed():
    lines = [line("6a", [30_000, 31_000]), line("6b", [])]
    content = json.loads(table_formats.render(lines, "json"))
    assert content["lines"][0]["mean"] == 30_500
    assert content["lines"][1]["verdict"] == "not run"
    head, align, *body = table_formats.render(lines, "markdown").splitlines()[:4]
    assert {text.count("|") for text in (head, align, *body)} == {len(table_formats.HEAD) + 1}


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="format must be one of"):
        table_formats.table("latex")


def test_rivals_stand_beside_the_paper_s(tmp_path):
    baselines.run(["rtrl-4-1", "bptt-100-1"], 2, cap=20, results=tmp_path)
    shown = {(one.task, one.method, one.learning_rate): one for one in table.rivals(tmp_path)}
    one = shown["2a, lag 4", "RTRL", "1"]
    assert (one.paper_percent, one.paper_sequences, one.weights) == (78, 1_043_000, 36)
    assert (one.trials, one.succeeded, one.cap) == (2, 0, 20)
    assert shown["2a, lag 10", "RTRL", "10"].paper_percent == 0
    assert shown["2a, lag 100", "BPTT", "1"].weights == 10_404
    assert shown["6a", "LSTM + Adam", "0.001"].paper_percent is None
    assert shown["2a, lag 100", "CH, 1 + 1 hidden", "1.0"].paper_sequences == 32_400
    assert sum(task == "1" for task, _, _ in shown) == 4


@pytest.mark.parametrize("format", table_formats.FORMATS)
def test_rivals_come_in_every_format(tmp_path, format):
    text = table_formats.rivals_table(format, tmp_path)
    assert "RTRL" in text
    assert "LSTM + Adam" in text
    if format == "text":
        assert "> 5,000,000" in text


@given(st.lists(some_records(), max_size=4))
@settings(max_examples=15)
def test_what_is_said_of_a_folder_is_what_its_files_hold(written):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = {records.place(folder, one.row, one.decisions): one for one in written}
        for path, one in held.items():
            path.parent.mkdir(exist_ok=True)
            records.write(one, path)
        held = {path: records.read(path) for path in held}  # seconds are rounded
        defaults = {
            one.row: one for one in held.values() if one.decisions == open_decisions.Decisions()
        }
        departing = [one for one in held.values() if one.decisions != open_decisions.Decisions()]
        expected = [
            line
            for row in spec.ROWS.values()
            for line in table.row_lines(row, defaults.get(row.name))
        ]
        assert table.lines(folder) == expected
        assert json.loads(table_formats.table("json", folder))["lines"] == [
            asdict(one) for one in expected
        ]
        whole = json.loads(table_formats.everything("json", folder))
        assert whole["lines"] == [asdict(one) for one in expected]
        assert len(whole["variants"]) == len(table.variants(folder)) == len(departing)
        shown = json.loads(table_formats.variants_table("json", folder))["lines"]
        assert {one["row"] for one in shown} == {one.row for one in departing}
        assert len(wording.variant_rows(results=folder)) == len(departing) + len(
            {one.row for one in departing}
        )
        for row in [spec.row("6b"), *(spec.row(one.row) for one in held.values())]:
            last = [line for line in expected if line.row == row.name][-1]
            assert wording.line(row.name, results=folder) == last
            trials = defaults[row.name].trials.values() if row.name in defaults else ()
            met = [one.reached[-1].sequences for one in trials if one.succeeded]
            assert wording.solved_within(row.name, 10**6, folder) == sum(n <= 10**6 for n in met)
            _, cells = wording.lines_table([row.name], folder)
            assert len(cells) == len(row.stages)
            assert cells[-1][-1] == (last.verdict if last.trials else wording.NOT_RUN)
        for one in departing:
            named = records.departures(one.decisions)
            said = wording.varied(one.row, folder, **named)
            assert said == table.row_lines(spec.row(one.row), one)[-1]
        if written:
            assert written[0].row in table_formats.of_records(written)
