"""The tables of chapter 08 as text, JSON or Markdown; what they say comes from `table`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ... import _validate as check
from ..published import open_decisions, spec
from ..runner import records
from ..runner.plans import PLANS
from ..runner.records import RESULTS, Record
from .table import RULE, Line, lines, planned, rivals, row_lines, variants

FORMATS = ("text", "json", "markdown")

HEAD = (
    "row",
    "paper: success after",
    "% success",
    "wrong",
    "ours: success",
    "mean",
    "median",
    "range",
    "ratio",
    "verdict",
    "wrong of test set",
    "as the authors' program",
)

PLAN_HEAD = ("row", "what was changed", "weights", *HEAD[1:-2])

RIVALS_HEAD = (
    "task",
    "method",
    "rate",
    "weights",
    "paper: % success",
    "success after",
    "ours: success",
    "mean",
    "cap",
)


def table(format: str = "text", results: Path = RESULTS) -> str:
    """The whole table of the LSTM rows as text, JSON or Markdown.

    Raises:
        TypeError, ValueError: for another format, or a result file that cannot be trusted.
    """
    return render(lines(results), format)


def everything(format: str = "text", results: Path = RESULTS) -> str:
    """The table of the LSTM rows, then other methods, then what was tried besides the defaults.

    Raises:
        TypeError, ValueError: as `table`.
    """
    check.one_of("format", format, FORMATS)
    if format == "json":
        parts = {
            "rule": RULE,
            "lines": [asdict(line) for line in lines(results)],
            "rivals": [asdict(rival) for rival in rivals(results)],
            "variants": [asdict(variant) for variant in variants(results)],
            "plans": [_plan_as_data(name, results) for name in PLANS],
        }
        return json.dumps(parts, indent=1)
    titled = (
        ("The LSTM rows", table(format, results)),
        ("Other methods: 1991, and today's default", rivals_table(format, results)),
        ("One decision changed", variants_table(format, results)),
        *((f"Planned: {name}", plan_table(name, format, results)) for name in PLANS),
    )
    mark = "## " if format == "markdown" else ""
    return "\n\n".join(f"{mark}{title}\n\n{text}" for title, text in titled)


def plan_table(name: str, format: str = "text", results: Path = RESULTS) -> str:
    """What has come of a plan, with its question and how much of it has been run.

    Raises:
        TypeError, ValueError: as `table`, and for a plan that is not known.
    """
    check.one_of("format", format, FORMATS)
    if format == "json":
        return json.dumps(_plan_as_data(name, results), indent=1)
    found, plan = planned(name, results), PLANS[check.one_of("plan", name, PLANS)]
    done = sum(record.complete for record in found)
    rows: list[tuple[str, ...]] = [PLAN_HEAD]
    for record in found:
        row = spec.ROWS[record.row]
        changes = ", ".join(records.changes_in_short(record.decisions)) or "nothing"
        for line in row_lines(row, record):
            net = open_decisions.decided(row, record.decisions).net
            rows.append((_name(line), changes, f"{net.weight_count:,}", *_cells(line)[1:-2]))
    head = f"{plan.question} Seed {plan.seed}; {done} of {len(plan.runs)} runs are complete."
    return f"{head}\n\n{_grid(rows, format, left=(0, 1))}" if found else head


def _plan_as_data(name: str, results: Path) -> dict[str, Any]:
    plan = PLANS[name]
    return {
        "name": name,
        "question": plan.question,
        "seed": plan.seed,
        "runs": len(plan.runs),
        "results": [
            {
                "departures": records.departures(record.decisions),
                "lines": [asdict(line) for line in row_lines(spec.ROWS[record.row], record)],
            }
            for record in planned(name, results)
        ],
    }


def of_records(shown: Iterable[Record], format: str = "text") -> str:
    """The lines of some records alone, as `reproduce` and `sample` return them."""
    each = (row_lines(spec.ROWS[record.row], record) for record in shown)
    return render([line for of_row in each for line in of_row], format)


def rivals_table(
    format: str = "text", results: Path = RESULTS, only: Sequence[str] | None = None
) -> str:
    """The other methods, or those of the names `only`, as text, JSON or Markdown.

    Raises:
        TypeError, ValueError: as `table`.
    """
    check.one_of("format", format, FORMATS)
    shown = [one for one in rivals(results) if only is None or one.name in only]
    if format == "json":
        return json.dumps([asdict(rival) for rival in shown], indent=1)
    rows: list[tuple[str, ...]] = [RIVALS_HEAD]
    for one in shown:
        failed = one.paper_percent == 0
        rows.append(
            (
                one.task,
                one.method,
                one.learning_rate,
                f"{one.weights:,}",
                "" if one.paper_percent is None else f"{one.paper_percent:g}",
                ("> " if failed else "") + _number(one.paper_sequences),
                f"{one.succeeded}/{one.trials}" if one.trials else "",
                _number(one.mean),
                _number(one.cap),
            )
        )
    return _grid(rows, format, left=(0, 1))


def variants_table(format: str = "text", results: Path = RESULTS) -> str:
    """The variants, each below the default of its row, as text, JSON or Markdown.

    Raises:
        TypeError, ValueError: as `table`.
    """
    tried = variants(results)
    shown = []
    for name, row in spec.ROWS.items():
        of_row = [variant for variant in tried if variant.lines[0].row == name]
        if of_row:
            path = records.place(results, name, open_decisions.Decisions())
            shown += row_lines(row, records.read(path) if path.exists() else None)
        for variant in of_row:
            changes = ", ".join(f"{k} = {v}" for k, v in variant.departures.items())
            shown += [replace(line, stage=f"{line.stage}; {changes}") for line in variant.lines]
    return render(shown, format)


def render(shown: list[Line], format: str = "text") -> str:
    """Some lines of the table as text, JSON or Markdown."""
    check.one_of("format", format, FORMATS)
    if format == "json":
        return json.dumps({"rule": RULE, "lines": [asdict(line) for line in shown]}, indent=1)
    rows = [HEAD, *(_cells(line) for line in shown)]
    return f"{_grid(rows, format, left=(0, HEAD.index('verdict')))}\n\n{RULE}"


def _grid(rows: Sequence[tuple[str, ...]], format: str, left: tuple[int, ...]) -> str:
    """Cells in columns; those of `left` start at the left."""
    columns = range(len(rows[0]))
    if format == "markdown":
        lines = ["| " + " | ".join(cells) + " |" for cells in rows]
        rule = "|" + "|".join(" --- " if n in left else " ---: " for n in columns) + "|"
        return "\n".join([lines[0], rule, *lines[1:]])
    widths = [max(len(cells[n]) for cells in rows) for n in columns]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if n in left else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in rows
    )


def _cells(line: Line) -> tuple[str, ...]:
    few = f" of {line.paper_trials} trials" if 0 < line.trials < line.paper_trials else ""
    return (
        _name(line),
        f"{line.paper_sequences:,.0f}",
        f"{line.paper_percent:g}",
        _number(line.paper_wrong, 2),
        f"{line.succeeded}/{line.trials}{few}" if line.trials else "",
        _number(line.mean),
        _number(line.median),
        f"{line.least:,}-{line.most:,}" if line.least is not None else "",
        _number(line.ratio, 2),
        line.verdict,
        f"{line.wrong:.1f}/{line.test_size}" if line.wrong is not None else "",
        _program(line),
    )


def _name(line: Line) -> str:
    return f"{line.row} {line.stage}"


def _program(line: Line) -> str:
    """Successes and mean under the authors' program."""
    if not line.program_trials:
        return ""
    mean = f", mean {_number(line.program_mean)}" if line.program_mean is not None else ""
    so_far = "" if line.program_complete else " so far"
    return f"{line.program_succeeded}/{line.program_trials}{mean}{so_far}"


def _number(value: float | None, digits: int = 0) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if digits == 0 else f"{value:.{digits}g}"
