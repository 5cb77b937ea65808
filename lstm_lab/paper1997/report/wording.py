"""What is on record, in words and short tables: the sentences of chapter 08 that hold a result.

No sentence of the chapter about a result is typed; it comes from here, so that it follows the files
in `results/1997` whenever they change, and says "not run yet" where there are none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ... import _validate as check
from ..published import open_decisions, schema, spec
from ..runner import plans, records
from ..runner.records import RESULTS
from . import table
from .table import Line

NOT_RUN = "not run yet"
HYPHEN = "\u2011"  # one that does not break: 2c-1
VERDICTS = ("reproduced", "partly", "not", "unfinished", "not run")
SAID = {"not": "not reproduced", "partly": "partly reproduced", "not run": NOT_RUN}
DECISIONS = {
    "error_paths = output gates": "errors may also flow back through the output gates",
    "error_paths = full": "the full gradient, nothing truncated",
    "update = sequence": "weights change once a sequence",
    "update = late": "weights change after the first step of the next sequence",
    "output_slope = False": "no slope f′ in the output error",
    "full_square = True": "the factor 2 of equation 16, so twice the rate",
    "first_pair = neutral": "a marked first pair: only the target takes its value for 0",
    "first_pair = replaced": "a marked first pair: value 0, marker −1",
    "first_pair = marked": "a marked first pair: value 0, marker 1",
    "exemplars = sweeps": "training strings in sweeps",
    "judged = remembered": "only the remembered symbol is judged",
    "cell_added = start": "the cell is there from the start",
    "error_of_2b = end": "the only error of 2b comes at the end",
    "successive = frozen": "10,000 in a row asked of the resting net",
    "shortcuts = True": "inputs feed the outputs too",
    "recurrence = gates": "feedback into the gates alone",
    "recurrence = none": "no feedback but the carousels",
    "biases = all": "every unit but the inputs has a bias",
    "biases = hidden layer": "the whole hidden layer has a bias where any of it has one",
    "hidden_units_feed_blocks = False": "the ordinary units do not feed the blocks",
    "hidden_units_recurrent = False": "the ordinary units see the inputs alone",
    "hidden_units_biased = True": "the ordinary units have a bias",
    "output_bias = unit": "a unit of the hidden layer is the outputs' bias",
    "gate_bias = added": "given biases of gates are added to random ones",
    "initial_weights = grid": "initial weights on a grid of 2,000 values",
    "stop = average": "stopped by the average error alone",
    "output = linear": "outputs without squashing",
    "swapped_ranges = True": "ranges of g and h as in the caption of table 10",
}


def line(row: str, stage: int = -1, results: Path = RESULTS) -> Line:
    """The line of one stopping rule of a row under the default decisions.

    Args:
        row: its name in `spec.ROWS`.
        stage: which of its stopping rules, in order; the last by default.
        results: the folder of the result files.

    Raises:
        ValueError: for a row that is not known, or a result file that is damaged or edited.
    """
    name = spec.row(row).name
    letter = records.place(results, name, open_decisions.Decisions())
    program = records.place(
        plans.folder("authors-program", results), name, open_decisions.AS["authors-program"]
    )
    found = [table.known(path) if path.exists() else None for path in (letter, program)]
    return table.row_lines(spec.row(row), *found)[stage]


def varied(row: str, results: Path = RESULTS, **departures: object) -> Line | None:
    """The last line of a row under decisions that depart from the defaults, if it is on record."""
    found = (v for v in table.variants(results) if v.departures == departures)
    return next((v.lines[-1] for v in found if v.lines[-1].row == spec.row(row).name), None)


def solved_within(row: str, cap: int, results: Path = RESULTS) -> int:
    """How many trials of a row, under the default decisions, met its last rule within `cap` sequences.

    What was tried under a lower cap is compared with this.
    """
    check.positive_integer("cap", cap)
    path = records.place(results, spec.row(row).name, open_decisions.Decisions())
    trials = table.known(path).trials.values() if path.exists() else ()
    return sum(one.succeeded and one.reached[-1].sequences <= cap for one in trials)


def sentence(one: Line | None) -> str:
    """One line of the table as a sentence: successes, our mean and range, the paper's, verdict."""
    if one is None or not one.trials:
        return NOT_RUN
    few = one.trials < one.paper_trials
    if one.verdict == "unfinished":
        few = False
    trials = f"{one.succeeded} of {one.trials} trials"
    if one.mean is None:
        said = f"{trials} succeed; the paper has {one.paper_sequences:,.0f} sequences"
    else:
        after = f"after {one.mean:,.0f} sequences on average"
        if one.succeeded > 1:
            after += f" ({one.least:,} to {one.most:,})"
        said = f"{trials} succeed, {after}; the paper has {one.paper_sequences:,.0f}"
    if few:
        said += f" and {one.paper_trials} trials"
    if one.verdict == "unfinished":
        return f"so far {said}; trials are still to come, so there is no verdict yet"
    return f"{said}; by the rule: {SAID.get(one.verdict, one.verdict)}"


def after(one: Line | None) -> str:
    """Our mean and the share of trials in a few words, for the middle of a sentence."""
    if one is None or not one.trials:
        return NOT_RUN
    so_far = " so far" if one.verdict == "unfinished" else ""
    if one.mean is None:
        return f"none of {one.trials} trials{so_far}"
    return f"{one.mean:,.0f} ({one.succeeded} of {one.trials} trials{so_far})"


def verdict(one: Line | None) -> str:
    """The verdict on a line in words."""
    word = "not run" if one is None else one.verdict
    return SAID.get(word, word)


def tally(lines: Iterable[Line]) -> str:
    """How many lines have which verdict: "3 reproduced, 6 partly, 1 not run"."""
    counts = Counter(one.verdict for one in lines)
    return ", ".join(f"{counts[v]} {SAID.get(v, v)}" for v in VERDICTS if counts[v])


def span(counts: Sequence[int]) -> str:
    """From the least to the most of some counts: "0 to 2", or "264" if they are all the same."""
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def rows_with(word: str, results: Path = RESULTS) -> str:
    """The rows whose last line has this verdict: "3a-1, 3a-3, 6a"."""
    last = {one.row: one for one in table.lines(results)}
    return ", ".join(row for row, one in last.items() if one.verdict == word)


LINES_HEAD = (
    "row",
    "paper: after",
    "ours: after (range)",
    "solved (paper)",
    "wrong in test (paper)",
    "verdict",
)


def lines_table(
    rows: Sequence[str], results: Path = RESULTS
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Lines of the table, cell by cell, with their header; a column without an entry is left out."""
    out = []
    for name in rows:
        for stage in range(len(spec.row(name).stages)):
            one = line(name, stage, results)
            out.append((label(one).replace("-", HYPHEN), *_cells(one)))
    used = [n for n in range(len(LINES_HEAD)) if any(cells[n] for cells in out)]
    return tuple(LINES_HEAD[n] for n in used), [tuple(cells[n] for n in used) for cells in out]


def label(one: Line) -> str:
    """A short name of a line: the row, with the stopping rule where it has more than one."""
    stages = spec.row(one.row).stages
    return f"{one.row}, {one.stage}" if len(stages) > 1 else one.row


def _cells(one: Line) -> tuple[str, ...]:
    paper = _count(one.paper_sequences)
    if not one.trials:
        return paper, "", "", "", NOT_RUN
    ours = "" if one.mean is None else f"{one.mean:,.0f}"
    if one.succeeded > 1:
        ours += f" ({one.least:,} to {one.most:,})"
    solved = f"{one.succeeded} of {one.trials} ({one.paper_percent:g}\u00a0%)"
    wrong = "" if one.wrong is None else f"{one.wrong:.1f} of {one.test_size}"
    if wrong and one.paper_wrong is not None:
        wrong += f" ({one.paper_wrong:.3g})"
    return paper, ours, solved, wrong, one.verdict


VARIANTS_HEAD = ("row", "what was changed", "ours: after", "success", "cap", "verdict")


def variant_rows(
    rows: Sequence[str] | None = None, results: Path = RESULTS
) -> list[tuple[str, ...]]:
    """What was tried, each row's default first, cell by cell, under `VARIANTS_HEAD`."""
    tried = table.variants(results)
    out = []
    for name in spec.ROWS:
        of_row = [v for v in tried if v.lines[-1].row == name]
        if not of_row or (rows is not None and name not in rows):
            continue
        default = line(name, results=results)
        paper = f"nothing (the paper: {_count(default.paper_sequences)})"
        short = name.replace("-", HYPHEN)
        out.append((short, paper, *_outcome(default)))
        for variant in of_row:
            changed = "; ".join(decision(k, v) for k, v in variant.departures.items())
            out.append((short, changed, *_outcome(variant.lines[-1])))
    return out


def _outcome(one: Line) -> tuple[str, ...]:
    if not one.trials:
        return "", "", "", NOT_RUN
    cap = "" if one.cap is None else _count(one.cap)
    return _count(one.mean), f"{one.succeeded} of {one.trials}", cap, one.verdict


def decision(name: str, value: object) -> str:
    """A departure from the default decisions, in words."""
    if name == "init":
        return f"initial weights in ±{value:g}"
    if name == "average_window":
        return f"the average error is taken over {value} sequences"
    if name == "hidden_units":
        return f"{value} ordinary hidden unit{'s' if value != 1 else ''} beside the cells"
    if name == "start_activation":
        return f"activations begin at {value:g}"
    if name == "check_every":
        return f"test sets are looked at every {value} sequences"
    return DECISIONS.get(f"{name} = {value}", f"{name} = {value}")


TASKS = {
    "1": "Experiment 1: which letter came second? (embedded Reber strings)",
    "2": "Experiment 2: one of two symbols, kept over up to a thousand others",
    "3": "Experiment 3: a signal at the start of noise",
    "4": "Experiment 4: adding two marked numbers",
    "5": "Experiment 5: multiplying them",
    "6": "Experiment 6: which of two or three symbols came first?",
}
"""What each experiment asks, by the first letter of its rows."""


def net(row: str) -> str:
    """The net of a row and its learning rate, as a sentence."""
    one = spec.row(row)
    net, size = one.net, one.net.block_size
    blocks = (
        f"{net.blocks} block{'s' if net.blocks > 1 else ''} of {size} cell{'s' if size > 1 else ''}"
    )
    return (
        f"Net: {net.inputs} input{'s' if net.inputs > 1 else ''}, {blocks}, {net.outputs} "
        f"output{'s' if net.outputs > 1 else ''}; {one.weights:,} weights; learning rate {one.learning_rate:g}."
    )


def rules(row: str) -> str:
    """The stopping rules of a row, as a sentence."""
    said = []
    for stage in spec.row(row).stages:
        rule = stage.rule
        wrong = f"at most {rule.wrong_allowed:,} are" if rule.wrong_allowed else "none is"
        if isinstance(rule, schema.TestSet):
            words = f"of {rule.size:,} test sequences {wrong} wrong"
        else:
            words = f"of the last {rule.window:,} training sequences {wrong} wrong"
        if rule.average_below is not None:
            words += f" and the mean error is below {rule.average_below:g}"
        said.append(words)
    return f"A trial stops when {'; later, when '.join(said)}."


LETTER = "as the paper says"
PROGRAM = "as the authors’ program"


def reading(setting: table.Setting) -> str:
    """How a setting reads the paper, in words; those of a plan are told from others by their fresh seed."""
    changes = records.departures(setting.record.decisions)
    program = records.departures(open_decisions.AS["authors-program"])
    if changes == program:
        return PROGRAM
    said = "; ".join(decision(name, value) for name, value in changes.items()) or LETTER
    return f"{said} (seed {setting.record.seed})" if setting.series else said


PROGRAM_HEAD = ("row", "paper: after", "as we read the paper", "as the authors' program")


def program(one: Line) -> str:
    """A line under the authors' program, in a few words: "49,909 (20 of 20 trials)"."""
    if not one.program_trials:
        return NOT_RUN
    so_far = "" if one.program_complete else " so far"
    if one.program_mean is None:
        return f"none of {one.program_trials} trials{so_far}"
    return (
        f"{one.program_mean:,.0f} ({one.program_succeeded} of {one.program_trials} trials{so_far})"
    )


def program_rows(results: Path = RESULTS) -> list[tuple[str, ...]]:
    """The rows that were run as the authors' program, cell by cell, under `PROGRAM_HEAD`."""
    return [
        (
            label(one).replace("-", HYPHEN),
            _count(one.paper_sequences),
            after(one),
            program(one),
        )
        for one in table.lines(results)
        if one.program_trials
    ]


EXPERIMENT_1 = ("1-1", "1-2", "1-3", "1-4", "1-5")
UNITS = (0, 2, 3, 4, 8)
UNITS_HEAD = ("row", "paper", *(f"{units} units" for units in UNITS))


def hidden_unit_lines(
    update: str = "step", feed_blocks: bool = True, results: Path = RESULTS
) -> dict[tuple[str, int], Line]:
    """The lines of experiment 1 with ordinary hidden units that are on record, by row and their number.

    Args:
        update: "step" or "late", as in `open_decisions.Decisions`.
        feed_blocks: whether the units feed the blocks.
        results: the folder of the result files.
    """
    check.one_of("update", update, ("step", "late"))
    check.true_or_false("feed_blocks", feed_blocks)
    return {
        (one.row, one.decisions.hidden_units): _line_of(one)
        for one in table.planned("hidden-units", results)
        if one.decisions.update == update
        and (
            not one.decisions.hidden_units or one.decisions.hidden_units_feed_blocks == feed_blocks
        )
    }


def all_five(
    units: int, update: str = "step", feed_blocks: bool = True, results: Path = RESULTS
) -> str:
    """Successes of the five rows of experiment 1 together with so many ordinary units: "144 of 150".

    Args:
        units: how many.
        update: "step" or "late", as in `open_decisions.Decisions`.
        feed_blocks: whether the units feed the blocks.
        results: the folder of the result files.
    """
    found = hidden_unit_lines(update, feed_blocks, results)
    there = [found[row, units] for row in EXPERIMENT_1 if (row, units) in found]
    if len(there) < len(EXPERIMENT_1):
        return NOT_RUN
    return f"{sum(one.succeeded for one in there)} of {sum(one.trials for one in there)}"


def experiment_1_together(results: Path = RESULTS) -> tuple[str, str]:
    """Successes of its five rows together: as the paper says, and as the authors' program; "33 of 150" each."""
    found = [line(row, results=results) for row in EXPERIMENT_1]
    so_far = "" if all(one.program_complete for one in found) else " so far"
    return (
        f"{sum(one.succeeded for one in found)} of {sum(one.trials for one in found)}",
        f"{sum(one.program_succeeded for one in found)} of {sum(one.program_trials for one in found)}{so_far}",
    )


def best_of_plan(plan: str, results: Path = RESULTS) -> str:
    """Which run of a plan about one row comes closest to the paper, of those that solve half the trials; a sentence."""
    found = table.planned(plan, results)
    complete = [record for record in found if record.complete]
    if not complete:
        return "None of them is complete yet."
    lines = [(_line_of(one), one.decisions) for one in complete]
    able = [(one, how) for one, how in lines if one.ratio and 2 * one.succeeded >= one.trials]
    so_far = "" if len(complete) == len(plans.PLANS[plan].runs) else " so far"
    if not able:
        return f"In none{so_far} do half of the trials succeed."
    one, how = min(able, key=lambda known: abs(math.log(known[0].ratio or 1)))
    changes = records.departures(how).items()
    said = "; ".join(decision(name, value) for name, value in changes) or LETTER
    return f"Closest to the paper{so_far}: {said}, with {after(one)}, {verdict(one)}."


def grid_of_adding(output: str, stop: str, results: Path = RESULTS) -> list[Line]:
    """The complete runs of the grid of row 4-1 with this output, stopped so; both as in `open_decisions.Decisions`."""
    check.one_of("output", output, ("logistic", "linear"))
    check.one_of("stop", stop, ("both", "average"))
    return [
        _line_of(one)
        for one in table.planned("grid-4-1", results)
        if one.complete and (one.decisions.output, one.decisions.stop) == (output, stop)
    ]


def hidden_unit_rows(
    update: str = "step", feed_blocks: bool = True, results: Path = RESULTS
) -> list[tuple[str, ...]]:
    """Experiment 1 with so many ordinary hidden units, cell by cell, under `UNITS_HEAD`.

    Args:
        update: "step" or "late", as in `open_decisions.Decisions`.
        feed_blocks: whether the units feed the blocks.
        results: the folder of the result files.
    """
    found = hidden_unit_lines(update, feed_blocks, results)
    out = []
    for row in EXPERIMENT_1:
        published = spec.row(row).stages[-1].published
        cells = [f"{published.percent:g}\u00a0%, {_count(published.sequences)}"]
        for units in UNITS:
            one = found.get((row, units))
            cells.append(
                NOT_RUN
                if one is None
                else _solved(one.succeeded, one.trials, one.mean, one.verdict != "unfinished")
            )
        out.append((row.replace("-", HYPHEN), *cells))
    return out


def complete_runs(plan: str, results: Path = RESULTS) -> str:
    """How many runs of a plan are complete, as "7 of 90"."""
    done = sum(record.complete for record in table.planned(plan, results))
    return f"{done} of {len(plans.PLANS[plan].runs)}"


def progress(plan: str, results: Path = RESULTS) -> str:
    """How far a plan has come, as a sentence."""
    done = sum(record.complete for record in table.planned(plan, results))
    planned = len(plans.PLANS[plan].runs)
    if done == planned:
        return f"All {planned} planned runs are complete."
    return f"Of {planned} planned runs {done} are complete; the rest is still to come."


def _line_of(record: records.Record) -> Line:
    """The line of a record's last stopping rule."""
    return table.row_lines(spec.row(record.row), record)[-1]


def _solved(succeeded: int, trials: int, mean: float | None, complete: bool) -> str:
    """Successes and the mean over them, shortly: "28 of 30, 30,304"."""
    short = f"{succeeded} of {trials}" + ("" if complete else " so far")
    return short if mean is None else f"{short}, {_count(mean)}"


RIVALS_HEAD = ("method", "weights", "paper: success", "after", "ours: success", "after", "cap")


def rival_rows(task: str, results: Path = RESULTS) -> list[tuple[str, ...]]:
    """Other methods at a task ("2a, lag 4", "6a", "1"), cell by cell, under `RIVALS_HEAD`.

    Where the task is a row of the paper, its LSTM of 1997 comes first.
    """
    out: list[tuple[str, ...]] = []
    row = task.split(",")[0]
    if row in spec.ROWS and not task.endswith(("lag 4", "lag 10")):
        one = line(row, results=results)
        out.append(
            (
                "LSTM of 1997",
                f"{one.weights:,}",
                f"{one.paper_percent:g} %",
                _count(one.paper_sequences),
                f"{one.succeeded} of {one.trials}" if one.trials else NOT_RUN,
                _count(one.mean),
                _count(one.cap),
            )
        )
    for rival in table.rivals(results):
        if rival.task != task:
            continue
        rate = f", rate {rival.learning_rate}" if rival.learning_rate else ""
        if rival.paper_sequences is None:
            success, published = "", ""
        elif rival.paper_percent is None:
            success, published = "“some”", _count(rival.paper_sequences)
        else:
            more = "" if rival.paper_percent else "> "
            success = f"{rival.paper_percent:g} %"
            published = more + _count(rival.paper_sequences)
        quoted = "quoted only" if not rival.name else NOT_RUN
        out.append(
            (
                rival.method + rate,
                f"{rival.weights:,}",
                success,
                published,
                f"{rival.succeeded} of {rival.trials}" if rival.trials else quoted,
                _count(rival.mean),
                _count(rival.cap),
            )
        )
    if not out:
        tasks = sorted({rival.task for rival in table.rivals(results)})
        check.one_of("task", task, tasks)
    return out


def _count(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
