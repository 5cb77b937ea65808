"""The paper's figures beside ours, with a verdict by a written rule.

Source: Hochreiter & Schmidhuber 1997, tables 1 to 9. Chapter 08.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..published import schema, spec
from ..runner import baselines, plans, records
from ..runner.records import RESULTS, Record

NEAR, FAR = 1.5, 5.0
RULE = (
    "reproduced: the share of trials that succeed is at most a tenth below the paper's, our mean "
    f"is within a factor of {NEAR:g} of the paper's, and at most twice the paper's test sequences "
    "plus three are wrong. partly: at least half of the trials succeed, and our mean is within a "
    f"factor of {FAR:g}. not: anything else. Means are over the trials that succeed."
)


@dataclass(frozen=True)
class Line:
    """One stopping rule of one row: the paper's figures and ours.

    Attributes:
        row, title, stage, table, weights: what it is.
        paper_sequences, paper_percent, paper_wrong: "success after", "% success" and the wrong
            test sequences of the paper, ``None`` where it has none.
        trials, paper_trials: how many we ran, how many the paper.
        succeeded: how many of ours met the rule within the cap.
        cap: training sequences after which a trial had failed.
        mean, median, least, most: sequences to success, of those that succeeded.
        wrong: of the test set, on average.
        test_size: sequences in it.
        ratio: our mean divided by the paper's.
        verdict: "reproduced", "partly", "not", "not run"; or "unfinished" while trials are still to
            come, since the first to end are the quick ones. See `RULE`.
        seconds: of one core, for all trials of the row.
        program_trials, program_succeeded, program_cap, program_mean, program_complete: the row under
            all decisions of the authors' own program, from its plan.
    """

    row: str
    title: str
    stage: str
    table: int | None
    weights: int
    paper_sequences: float
    paper_percent: float
    paper_wrong: float | None
    paper_trials: int
    trials: int = 0
    succeeded: int = 0
    cap: int | None = None
    mean: float | None = None
    median: float | None = None
    least: int | None = None
    most: int | None = None
    wrong: float | None = None
    test_size: int = 0
    ratio: float | None = None
    verdict: str = "not run"
    seconds: float = 0.0
    program_trials: int = 0
    program_succeeded: int = 0
    program_cap: int | None = None
    program_mean: float | None = None
    program_complete: bool = False


def lines(results: Path = RESULTS, records_by_row: dict[str, Record] | None = None) -> list[Line]:
    """A line for every stopping rule of every row, in the order of the paper.

    Args:
        results: the folder of the result files.
        records_by_row: records to be shown instead of those of the folder.

    Raises:
        ValueError: for a result file that is damaged, edited or of another version.
    """
    known = records.read_all(results) if records_by_row is None else records_by_row
    program = {record.row: record for record in planned("authors-program", results)}
    return [
        line
        for row in spec.ROWS.values()
        for line in row_lines(row, known.get(row.name), program.get(row.name))
    ]


def known(path: Path) -> Record:
    """A record to be looked at, not to be changed: a file that stays as it is is read and checked once.

    Raises:
        ValueError: for a result file that is damaged, edited or of another version.
    """
    stamp = path.stat()
    return _read(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=1024)
def _read(path: Path, changed: int, size: int) -> Record:
    return records.read(path)


def planned(name: str, results: Path = RESULTS) -> list[Record]:
    """What is on record of the runs of a plan, in their order.

    Raises:
        ValueError: for a plan that is not known, or a result file that is damaged, edited or of another
            version, seed or cap.
    """
    folder, plan, found = plans.folder(name, results), plans.PLANS[name], []
    for run in plan.runs:
        path = records.place(folder, run.row, run.decisions)
        if path.exists():
            record = known(path)
            if (record.seed, record.cap) != (plan.seed, run.cap):
                raise ValueError(
                    f"{path.name} holds trials of seed {record.seed} and cap {record.cap}, the plan "
                    f"{name} has seed {plan.seed} and cap {run.cap}; {records.ADVICE}"
                )
            found.append(record)
    return found


def row_lines(row: schema.Row, record: Record | None, program: Record | None = None) -> list[Line]:
    """The lines of one row; `program` is the record of it under the authors' own program."""
    out = []
    for number, stage in enumerate(row.stages):
        published = stage.published
        paper: dict[str, Any] = {
            "row": row.name,
            "title": row.title,
            "stage": stage.name,
            "table": row.table,
            "weights": row.weights,
            "paper_sequences": published.sequences,
            "paper_percent": published.percent,
            "paper_wrong": published.wrong,
            "paper_trials": row.trials,
            "test_size": row.test_size,
            **_of_program(program, number),
        }
        if record is None or not record.trials:
            out.append(Line(**paper))
            continue
        trials = list(record.trials.values())
        reached = [trial.reached[number] for trial in trials if len(trial.reached) > number]
        counts = [one.sequences for one in reached]
        wrong = [one.wrong for one in reached if one.wrong is not None]
        mean = float(np.mean(counts)) if counts else None
        average_wrong = float(np.mean(wrong)) if wrong else None
        out.append(
            Line(
                **paper,
                trials=len(trials),
                succeeded=len(counts),
                cap=record.cap,
                mean=mean,
                median=float(np.median(counts)) if counts else None,
                least=min(counts, default=None),
                most=max(counts, default=None),
                wrong=average_wrong,
                ratio=mean / published.sequences if mean else None,
                verdict=verdict(published, len(counts), len(trials), mean, average_wrong)
                if record.complete
                else "unfinished",
                seconds=sum(trial.seconds for trial in trials),
            )
        )
    return out


def _of_program(program: Record | None, stage: int) -> dict[str, Any]:
    """What is said of the authors' program in a line."""
    if program is None or not program.trials:
        return {}
    reached = [t.reached[stage] for t in program.trials.values() if len(t.reached) > stage]
    return {
        "program_trials": len(program.trials),
        "program_succeeded": len(reached),
        "program_cap": program.cap,
        "program_mean": float(np.mean([one.sequences for one in reached])) if reached else None,
        "program_complete": program.complete,
    }


def verdict(
    published: schema.Published,
    succeeded: int,
    trials: int,
    mean: float | None,
    wrong: float | None,
) -> str:
    """The verdict on one line, by `RULE`."""
    if not trials:
        return "not run"
    if mean is None or 2 * succeeded < trials:
        return "not"
    less, more = sorted((mean, published.sequences))
    often = succeeded / trials >= published.percent / 100 - 0.1 - 1e-9
    right = published.wrong is None or wrong is None or wrong <= 2 * published.wrong + 3
    if often and right and more <= NEAR * less:
        return "reproduced"
    return "partly" if more <= FAR * less else "not"


@dataclass(frozen=True)
class Rival:
    """Another method at one of the paper's tasks, as the paper gives it and as we measured it.

    Attributes:
        name: what the command calls it; empty for one that is only quoted.
        task: row of the paper whose task and stopping rule it has, with the lag where that differs.
        method, learning_rate, weights: what was run.
        paper_percent, paper_sequences: of the paper, ``None`` where it has none.
        trials, succeeded, cap, mean: ours; the mean is over the trials that succeed.
    """

    name: str
    task: str
    method: str
    learning_rate: str
    weights: int
    paper_percent: float | None
    paper_sequences: float | None
    trials: int = 0
    succeeded: int = 0
    cap: int | None = None
    mean: float | None = None


def rivals(results: Path = RESULTS) -> list[Rival]:
    """Every other method: measured ones with the paper's figure beside, then those only quoted.

    Raises:
        ValueError: for a result file that is damaged or edited.
    """
    measured = baselines.read_all(results)
    quoted = list(spec.QUOTED)
    out = []
    for name, baseline in baselines.BASELINES.items():
        paper = next(
            (
                one
                for one in quoted
                if (one.method, one.lag) == (baseline.method, baseline.lag)
                and baseline.learning_rate in _rates(one)
            ),
            None,
        )
        cap, done = measured.get(name, (None, []))
        counts = [one.sequences for one in done if one.succeeded]
        out.append(
            Rival(
                name=name,
                task=f"{baseline.row}, lag {baseline.lag}" if baseline.lag else baseline.row,
                method=baseline.method,
                learning_rate=f"{baseline.learning_rate:g}",
                weights=baselines.weight_count(baseline),
                paper_percent=paper.percent if paper else None,
                paper_sequences=paper.sequences if paper else None,
                trials=len(done),
                succeeded=len(counts),
                cap=cap,
                mean=float(np.mean(counts)) if counts else None,
            )
        )
    run = {(one.method, one.lag) for one in baselines.BASELINES.values()}
    for one in quoted:
        if (one.method, one.lag) not in run:
            task = "1" if one.lag is None else f"2a, lag {one.lag}"
            out.append(
                Rival(
                    "",
                    task,
                    f"{one.method}, {one.hidden} hidden",
                    one.learning_rate,
                    one.weights[1],
                    one.percent,
                    one.sequences,
                )
            )
    return out


def _rates(quoted: schema.Quoted) -> tuple[float, ...]:
    """The learning rates, or the ends of their range, that a quoted row stands for."""
    return tuple(float(rate) for rate in quoted.learning_rate.split("-") if rate)


@dataclass(frozen=True)
class Variant:
    """One row under decisions that depart from the defaults in `departures`."""

    departures: dict[str, Any]
    lines: tuple[Line, ...]


def variants(results: Path = RESULTS) -> list[Variant]:
    """What was tried besides the default decisions, as it is on record.

    Raises:
        ValueError: for a result file that is damaged, edited or of another version.
    """
    out = []
    for path in sorted((results / "variants").glob("*.json")):
        record = known(path)
        lines = row_lines(spec.ROWS[record.row], record)
        out.append(Variant(records.departures(record.decisions), tuple(lines)))
    return out


@dataclass(frozen=True)
class Setting:
    """One row under one set of decisions, as it was tried: the letter, the program, a variant, or of a plan.

    Attributes:
        series: the plan that it belongs to, or "".
        record: its decisions and what came out.
        line: the line of its last stopping rule.
    """

    series: str
    record: Record
    line: Line


def settings_tried(results: Path = RESULTS) -> list[Setting]:
    """Everything on record, row by row: the letter first, then the plans in their order, then what was tried singly.

    Raises:
        ValueError: for a result file that is damaged, edited or of another version, seed or cap.
    """
    letter = [("", record) for record in records.read_all(results).values()]
    series = [(name, record) for name in plans.PLANS for record in planned(name, results)]
    single = [("", known(path)) for path in sorted((results / "variants").glob("*.json"))]
    found = [(name, record) for name, record in [*letter, *series, *single] if record.trials]
    return [
        Setting(name, record, row_lines(row, record)[-1])
        for row in spec.ROWS.values()
        for name, record in found
        if record.row == row.name
    ]
