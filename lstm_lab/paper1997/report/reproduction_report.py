"""The report of the reproduction, as one hands it to a journal: `results/1997/REPORT.md`.

Everything in it comes from the files of `results/1997` and from the specification; `lstm-lab report`
writes it, and a test compares it with what stands there. Its parts are those of ReScience: question,
sources, methods, results with intervals, all that was tried, what remains open, how to repeat it.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from ...results import write_whole
from ..published import open_decisions, spec
from ..published.open_decisions import AS, CHOICES, FIXED_DECISIONS, Decisions
from ..runner import plans, records
from ..runner.records import RESULTS, Record
from . import table, wording
from .table import Line

NAME = "REPORT.md"
Z = 1.959964  # of a normal distribution, two-sided 95 %


def write(results: Path = RESULTS) -> Path:
    """Write the report into the folder of the results; returns where it stands.

    Raises:
        ValueError: for a result file that is damaged, edited or of another version.
    """
    path = Path(results) / NAME
    write_whole(path, text(Path(results)).encode())
    return path


def text(results: Path = RESULTS) -> str:
    """The report as Markdown.

    Raises:
        ValueError: for a result file that is damaged, edited or of another version.
    """
    lines = table.lines(results)
    parts = [
        _question(lines),
        _sources(),
        _methods(),
        _results(lines),
        _program(lines),
        *(_plan(name, results) for name in plans.PLANS),
        _variants(results),
        _tried(results),
        _others(results),
        _open(lines, results),
        _repeat(results),
    ]
    return "\n\n".join(parts) + "\n"


def success_interval(succeeded: int, trials: int) -> tuple[float, float]:
    """The share of trials that succeed, as far as so many can tell: Wilson's 95 % interval.

    With p = succeeded / trials and z = 1.96, ``(p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)``.

    Args:
        succeeded: how many did.
        trials: of how many, at least one.

    Returns:
        Its ends, 0 to 1.

    Source: E. B. Wilson, "Probable inference", J. Am. Stat. Assoc. 22:209-212, 1927. Chapter 08.
    """
    if not 0 <= succeeded <= trials or trials < 1:
        raise ValueError(
            f"succeeded must be 0 to trials, of one or more, got {succeeded} of {trials}"
        )
    p, n = succeeded / trials, trials
    centre = p + Z**2 / (2 * n)
    spread = Z * (p * (1 - p) / n + Z**2 / (4 * n**2)) ** 0.5
    low, high = ((centre + side * spread) / (1 + Z**2 / n) for side in (-1, 1))
    return max(min(low, p), 0.0), min(max(high, p), 1.0)  # rounding may carry an end past p


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + " --- |" * len(head), *lines[1:]])


def _solved(succeeded: int, trials: int) -> str:
    if not trials:
        return ""
    low, high = success_interval(succeeded, trials)
    return f"{succeeded} of {trials} ({100 * low:.0f} to {100 * high:.0f} %)"


def _mean(line: Line) -> str:
    if line.mean is None:
        return ""
    if line.succeeded == 1:
        return f"{line.mean:,.0f}"
    return f"{line.mean:,.0f} ({line.least:,} to {line.most:,})"


def _question(lines: list[Line]) -> str:
    return (
        "# The experiments of “Long Short-Term Memory” (1997), rerun\n\n"
        "This file is written by `lstm-lab report`; do not edit it.\n\n"
        "## Question\n\n"
        "Do the LSTM rows of the paper's tables come out again when the nets are built from its text, "
        "trained as often as it says, and judged by its stopping rules? "
        f"There are {len(spec.ROWS)} rows with {len(lines)} stopping rules. As it stands: "
        f"{wording.tally(lines)}."
    )


def _sources() -> str:
    return (
        "## Sources\n\n"
        "- S. Hochreiter, J. Schmidhuber, “Long Short-Term Memory”, Neural Computation 9(8):1735-1780, 1997.\n"
        "- A later simulator in C, distributed by the first author's institute (Institute of "
        "Bioinformatics, Johannes Kepler University Linz), of which copies stand in public repositories. "
        "It is not the program of 1997. Facts about it are in the section on the authors' program; its "
        "code is neither here nor quoted.\n"
        "- Figures of other methods that the paper quotes are its own; those marked as ours were run here."
    )


def _methods() -> str:
    decisions = []
    for one in fields(Decisions):
        others: list[object] = [
            value for value in CHOICES.get(one.name, ()) if value != one.default
        ]
        if isinstance(one.default, bool):
            others = [not one.default]
        said = ", ".join(f"`{value}`" for value in others) or "a number"
        program = getattr(AS["authors-program"], one.name)
        differs = f"`{program}`" if program != one.default else "the same"
        decisions.append((f"`{one.name}`", f"`{one.default}`", said, differs))
    return "\n\n".join(
        [
            "## Methods",
            f"**The rule of the verdict.** {table.RULE}",
            "Shares of success have Wilson's 95 % interval, means the range of the trials that succeeded. "
            "A trial that meets its rule within the cap has succeeded.",
            "**Decided once, for all rows:**",
            _grid(("where the text leaves something open", "what we do"), FIXED_DECISIONS.items()),
            "**Switches** (`lstm-lab reproduce ROW --vary NAME=VALUE`), with the default of all rows, what else "
            "there is, and what the authors' program has (`--as authors-program` sets all of it):",
            _grid(("switch", "default", "else", "the authors' program"), decisions),
            "The compiled engine is compared with readable NumPy, and that with PyTorch's autograd, to 1e-10, for "
            "every switch (`tests/paper1997`).",
        ]
    )


def _results(lines: list[Line]) -> str:
    rows = [
        (
            wording.label(line),
            f"{line.weights:,}",
            f"{line.paper_percent:g} %, {line.paper_sequences:,.0f}",
            _solved(line.succeeded, line.trials),
            _mean(line),
            "" if line.cap is None else f"{line.cap:,}",
            "" if line.wrong is None else f"{line.wrong:.1f} of {line.test_size}",
            line.verdict,
        )
        for line in lines
    ]
    head = (
        "row",
        "weights",
        "paper",
        "ours: success",
        "mean (range)",
        "cap",
        "wrong in test",
        "verdict",
    )
    return "## Results: the paper's letter\n\n" + _grid(head, rows)


def _record_rows(found: Iterable[Record]) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = []
    for record in found:
        row = spec.ROWS[record.row]
        weights = open_decisions.decided(row, record.decisions).net.weight_count
        for line in table.row_lines(row, record):
            changes = ", ".join(f"`{one}`" for one in records.changes_in_short(record.decisions))
            out.append(
                (
                    wording.label(line),
                    changes or "none",
                    f"{weights:,}",
                    f"{line.paper_percent:g} %, {line.paper_sequences:,.0f}",
                    _solved(line.succeeded, line.trials),
                    _mean(line),
                    f"{record.cap:,}",
                    line.verdict,
                )
            )
    return out


RECORD_HEAD = (
    "row",
    "departures",
    "weights",
    "paper",
    "ours: success",
    "mean (range)",
    "cap",
    "verdict",
)


def _program(lines: list[Line]) -> str:
    rows = [
        (
            wording.label(line),
            f"{line.paper_percent:g} %, {line.paper_sequences:,.0f}",
            _solved(line.succeeded, line.trials),
            _mean(line),
            _solved(line.program_succeeded, line.program_trials),
            "" if line.program_mean is None else f"{line.program_mean:,.0f}",
        )
        for line in lines
        if line.program_trials
    ]
    head = ("row", "paper", "letter: success", "mean (range)", "program: success", "mean")
    return (
        "## The authors' program beside the letter\n\n"
        "It cannot build the nets of 2a and 2b. Its own stopping rule is another; here rows stop by the paper's.\n\n"
        + _grid(head, rows)
    )


def _plan(name: str, results: Path) -> str:
    plan = plans.PLANS[name]
    head = (
        f"## Planned series: {name}\n\n{plan.question} Declared in `lstm_lab/paper1997/runner/plans.py` before "
        f"it was run; seed {plan.seed}; complete: {wording.complete_runs(name, results)} runs."
    )
    rows = _record_rows(table.planned(name, results))
    return f"{head}\n\n{_grid(RECORD_HEAD, rows)}" if rows else head


def _variants(results: Path) -> str:
    found = [records.read(path) for path in sorted((results / "variants").glob("*.json"))]
    return (
        "## All other settings on record\n\n"
        "Tried one after the other, with the results of the earlier ones in sight, so what helps here is a suspect.\n\n"
        + _grid(RECORD_HEAD, _record_rows(found))
    )


def _tried(results: Path) -> str:
    counts = Counter(setting.record.row.split("-")[0] for setting in table.settings_tried(results))
    rows = [(experiment, f"{count}") for experiment, count in counts.items()]
    return (
        "## How many settings were tried\n\n"
        f"On record are {sum(counts.values())} settings of a row, each with all its trials: the letter, the planned "
        "series and the single ones. Before these, about a hundred and fifty were looked at in throw-away programs, "
        "whose results are not kept. They guided the choice of the single settings, and the lead on ordinary hidden "
        "units came from them; the planned series tested it on other seeds and other strings.\n\n"
        + _grid(("experiment", "settings"), rows)
    )


def _others(results: Path) -> str:
    rows = [
        (
            one.task,
            one.method,
            one.learning_rate,
            f"{one.weights:,}",
            "" if one.paper_percent is None else f"{one.paper_percent:g} %",
            "" if one.paper_sequences is None else f"{one.paper_sequences:,.0f}",
            _solved(one.succeeded, one.trials),
            "" if one.mean is None else f"{one.mean:,.0f}",
            "" if one.cap is None else f"{one.cap:,}",
        )
        for one in table.rivals(results)
    ]
    head = (
        "task",
        "method",
        "rate",
        "weights",
        "paper: success",
        "after",
        "ours: success",
        "mean",
        "cap",
    )
    return "## Other methods\n\n" + _grid(head, rows)


def _open(lines: list[Line], results: Path) -> str:
    said = []
    for verdict in ("not", "partly", "unfinished", "not run"):
        names = ", ".join(wording.label(line) for line in lines if line.verdict == verdict)
        if names:
            said.append(f"- {wording.SAID.get(verdict, verdict)}: {names}")
    for name, plan in plans.PLANS.items():
        complete = sum(record.complete for record in table.planned(name, results))
        if complete < len(plan.runs):
            said.append(
                f"- of the series {name}, {len(plan.runs) - complete} runs are still to come"
            )
    return "## What remains open\n\n" + "\n".join(said or ["- nothing"])


def _repeat(results: Path) -> str:
    rows = [
        (
            f"`{path.relative_to(results).as_posix()}`",
            f"`{_command(path, results)}`",
            _checksum(path),
        )
        for path in sorted(results.rglob("*.json"))
        if not any(part.startswith(".") for part in path.relative_to(results).parts)
    ]
    drift = results.parent / "drift.json"  # why table 3 depends on what feeds the cells
    if drift.exists():
        rows.append(("`../drift.json`", "`lstm-lab measure drift`", _checksum(drift)))
    return (
        "## How to repeat it\n\n"
        "Each command writes its file anew where that is moved away; the numbers of a trial depend on the row, the "
        "switches, the seed and its number alone. Checksums are those inside the files.\n\n"
        + _grid(("file", "command", "checksum"), rows)
    )


def _command(path: Path, results: Path) -> str:
    """What writes a file of results."""
    kind = path.relative_to(results).parts[0]
    if kind == "baselines":
        content = records.read_checked(path)
        trials, limit = len(content["trials"]), content["cap"]
        return f"lstm-lab reproduce {path.stem} --trials {trials} --cap {limit}"
    if kind in plans.PLANS:
        return f"lstm-lab reproduce --plan {kind}"
    record = records.read(path)
    changes = [
        f"--vary {name}={_quoted(value)}"
        for name, value in records.departures(record.decisions).items()
    ]
    more = [f"--seed {record.seed}"] if record.seed else []
    cap = [f"--cap {record.cap}"] if record.cap != spec.ROWS[record.row].cap else []
    return " ".join(["lstm-lab reproduce", record.row, *changes, *more, *cap])


def _quoted(value: object) -> str:
    return f"'{value}'" if " " in str(value) else str(value)


def _checksum(path: Path) -> str:
    return f"`{json.loads(path.read_text('utf-8'))['checksum'][:16]}`"
