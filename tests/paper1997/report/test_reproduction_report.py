"""The report says what the files say, and how to make each of them again."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import reproduction_report, table
from lstm_lab.paper1997.runner import plans, records
from lstm_lab.paper1997.runner.records import RESULTS

FILES = sorted(
    path for path in RESULTS.rglob("*.json") if ".unfinished" not in path.parts and path.is_file()
)


def test_the_report_is_what_its_results_give():
    stands = (RESULTS / reproduction_report.NAME).read_text("utf-8")
    assert stands == reproduction_report.text(), "run `lstm-lab report`"


def test_another_result_gives_another_report(tmp_path):
    folder = tmp_path / "1997"
    shutil.copytree(
        RESULTS, folder, ignore=shutil.ignore_patterns(".unfinished", "variants", "baselines")
    )
    path = reproduction_report.write(folder)
    assert path == folder / reproduction_report.NAME
    before = path.read_text("utf-8")
    record = records.read(folder / "6a.json")
    del record.trials[0]
    records.write(record, folder / "6a.json")
    after = reproduction_report.text(folder)
    assert before != after
    assert "19 of 19" in after


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_command_beside_a_file_names_it(path):
    _, command, *arguments = shlex.split(reproduction_report._command(path, RESULTS))
    assert command == "reproduce"
    if arguments[0] == "--plan":
        record = records.read(path)
        runs = plans.PLANS[arguments[1]].runs
        assert (record.row, record.decisions) in {(run.row, run.decisions) for run in runs}
        return
    options = list(zip(arguments[1::2], arguments[2::2], strict=True))
    if path.parent.name == "baselines":
        assert arguments[0] == path.stem
        assert {name for name, _ in options} == {"--trials", "--cap"}
        return
    decisions = open_decisions.parse_decisions([v for name, v in options if name == "--vary"])
    assert records.place(RESULTS, arguments[0], decisions) == path
    given_cap = [int(value) for name, value in options if name == "--cap"]
    record = records.read(path)
    assert record.cap == (given_cap or [spec.ROWS[record.row].cap])[0]
    assert [int(v) for name, v in options if name == "--seed"] == [record.seed] * bool(record.seed)


def test_every_file_and_every_line_is_in_it():
    text = reproduction_report.text()
    for path in FILES:
        assert f"`{path.relative_to(RESULTS).as_posix()}`" in text
    for line in table.lines():
        assert re.search(rf"^\| {re.escape(line.row)}\b.*{line.paper_sequences:,.0f}", text, re.M)
    assert str(Path.home()) not in text


def test_all_settings_are_counted_and_drift_has_its_command():
    text = reproduction_report.text()
    counted = [path for path in FILES if "baselines" not in path.parts]
    assert f"On record are {len(counted)} settings" in text
    assert "| `../drift.json` | `lstm-lab measure drift` |" in text


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_ends_of_wilson_s_interval_are_as_far_as_can_be_from_what_came(counts):
    succeeded, trials = counts
    p = succeeded / trials
    low, high = reproduction_report.success_interval(succeeded, trials)
    assert 0 <= low <= p <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            off = (p - end) / (end * (1 - end) / trials) ** 0.5
            assert abs(off) == pytest.approx(reproduction_report.Z, rel=1e-6)
    low_of_rest, high_of_rest = reproduction_report.success_interval(trials - succeeded, trials)
    assert (1 - high_of_rest, 1 - low_of_rest) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("succeeded", "trials"), [(1, 0), (-1, 3), (4, 3)])
def test_no_share_of_nothing(succeeded, trials):
    with pytest.raises(ValueError, match="succeeded must be 0 to trials"):
        reproduction_report.success_interval(succeeded, trials)
