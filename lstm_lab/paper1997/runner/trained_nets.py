"""The nets on record at work on test sequences: what goes in, what they hold, what they answer.

The weights are those of a row's first trial, before training and after; the sequences are drawn
from the task itself. Chapter 08.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ... import _validate as check
from ... import sequences as tasks
from ...models import LSTM1997Trace
from ...sequences import draw, legal_next_symbols
from ..published import open_decisions, schema, spec
from . import records
from .as_models import before_and_after, readable

Array = NDArray[np.float64]

WHEN = ("before training", "after training")
SEED = 1997
STRINGS = 512
# Rows that the chapter shows; their nets are small enough to be on record.
SHOWN = ("1-1", "1-3", "2c-1", "3a-1", "3c-1", "4-1", "5", "6a", "6b")
# Other decisions to fall back on where the default is not on record or its first trial failed.
FALLBACK = {"2c-1": open_decisions.Decisions(init=0.05)}
CLASSES = {
    "temporal_order": {4: "QRSU", 8: "QRSUVABC"},
    "distractors": {2: "xy"},
}


@dataclass(frozen=True)
class Run:
    """One net on one sequence.

    Attributes:
        sequence: what it was given.
        trace: its cells and gates.
        output: ``(T, outputs)``.
    """

    sequence: tasks.Sequence
    trace: LSTM1997Trace
    output: Array


def available(rows: Iterable[str] = SHOWN) -> list[str]:
    """Those of some rows whose first trial is on record with its weights."""
    return [row for row in rows if kept(row) is not None]


@cache
def kept(row: str) -> records.Record | None:
    """The record that shows a row: the default's, or the one to fall back on; None without any."""
    found: list[tuple[bool, int, records.Record]] = []
    decisions = [open_decisions.Decisions(), *([FALLBACK[row]] if row in FALLBACK else [])]
    for place, one in enumerate(decisions):
        path = records.place(records.RESULTS, spec.row(row).name, one)
        if path.exists():
            record = records.read(path)
            first = record.trials.get(0)
            if first is not None and first.weights is not None:
                found.append((not first.succeeded, place, record))
    return min(found, key=lambda known: known[:2])[2] if found else None


def stream(row: schema.Row, rng: np.random.Generator) -> Iterator[tasks.Sequence]:
    """Sequences of a row's task, as the reader knows them from `lstm_lab.sequences`."""
    whole, real = row.task.whole, row.task.real
    if row.task.name == "embedded_reber":
        return tasks.embedded_reber(rng)
    if row.task.name == "long_lag":
        return tasks.long_lag(rng, whole[0], bool(whole[1]))
    if row.task.name == "distractors":
        return tasks.distractors(rng, whole[1], whole[0])
    if row.task.name == "two_classes":
        return tasks.two_classes(
            rng, whole[0], whole[1], bool(whole[2]), (real[1], real[2]), real[3], real[0]
        )
    if row.task.name == "marked_pairs":
        task = tasks.multiplication if whole[1] else tasks.adding
        return task(rng, whole[0])
    return tasks.temporal_order(rng, len(whole) // 2)


@cache
def run(row: str, when: str = WHEN[1], example: int = 0) -> Run:
    """The net of a row's first trial on a test sequence, before or after its training.

    Raises:
        TypeError, ValueError: for a row that is not on record, or an argument out of range.
    """
    check.one_of("row", row, available([row]) or available())
    check.one_of("when", when, WHEN)
    check.integer_in("example", example, minimum=0)
    record = kept(row)
    assert record is not None
    decided = open_decisions.decided(spec.ROWS[row], record.decisions)
    lstm, readout = readable(decided.net, before_and_after(record)[WHEN.index(when)])
    found = stream(decided, np.random.default_rng([SEED, example]))
    sequence = next(found)
    trace = lstm.forward(sequence.x)
    return Run(sequence, trace, readout.forward(trace.state[1:, lstm.parts["output"]]).output)


def departures(record: records.Record) -> str:
    """In which decisions that a row depends on its record departs from the defaults."""
    changed = records.departures(record.decisions)
    if record.row.split("-")[0] not in ("4", "5"):
        changed.pop("first_pair", None)
    return "".join(f" (with {name} = {value})" for name, value in changed.items())


def says(row: str, shown: Run) -> str:
    """What the net answers on this sequence, and what it should, as a sentence."""
    names = class_names(row)
    kept = np.abs(shown.trace.state[-1, : shown.trace.cell_input.shape[-1]])
    state = f"the largest cell state at the end is {kept.max():.2g} in size"
    if row.startswith("1-"):
        wrong = wrong_predictions(shown)
        places = ", ".join(str(t + 1) for t in wrong) or "none"
        return (
            f"String {''.join(shown.sequence.symbols)}: steps whose most active outputs are not the "
            f"legal next symbols: {places}; {state}."
        )
    target, came = shown.sequence.noise_free_target[-1], shown.output[-1]
    if len(target) == 1:
        return f"Wanted {target[0]:.2f}, output {came[0]:.2f}; {state}."
    k, most = int(target.argmax()), int(came.argmax())
    return (
        f"Wanted {names[k]}; output {came[k]:.2f} for it, the largest {came[most]:.2f} for "
        f"{names[most]}; {state}."
    )


def wrong_predictions(shown: Run) -> list[int]:
    """Steps at which the most active outputs are not the symbols that may follow (experiment 1)."""
    legal = legal_next_symbols(shown.sequence.symbols)
    wrong = []
    for t, (allowed, output) in enumerate(zip(legal, shown.output, strict=True)):
        best = set(np.argsort(-output)[: allowed.sum()].tolist())
        if best != set(np.flatnonzero(allowed).tolist()):
            wrong.append(t)
    return wrong


def class_names(row: str) -> tuple[str, ...]:
    """The names of a row's outputs; a single one has none."""
    task, outputs = spec.ROWS[row].task.name, spec.ROWS[row].net.outputs
    if task == "embedded_reber":
        return tuple(draw.REBER_ALPHABET)
    return tuple(CLASSES.get(task, {}).get(outputs, "")) or ("",)


def relevant(row: str, sequence: tasks.Sequence) -> NDArray[np.bool_]:
    """The steps whose input the answer depends on, as a mask."""
    task, steps = spec.ROWS[row].task, len(sequence)
    if task.name in ("embedded_reber", "distractors"):
        return np.isin(np.arange(steps), [1])
    if task.name == "long_lag":
        return np.isin(np.arange(steps), [0])
    if task.name == "two_classes":
        return np.asarray(np.arange(steps) < task.whole[1])
    if task.name == "marked_pairs":
        return np.asarray(sequence.x[:, 1] == 1.0)
    return np.isin(sequence.symbols, ["X", "Y"])


def wrong_by_place(row: str) -> tuple[int, int]:
    """Of 512 fresh strings of experiment 1: wrong at the remembered symbol, wrong anywhere else.

    The net is the one of the row's first trial, after training.

    Raises:
        ValueError: for a row of another experiment, or one that is not on record.
    """
    if spec.row(row).task.name != "embedded_reber":
        raise ValueError(f"row must be of experiment 1, got {row!r}")
    check.one_of("row", row, available([row]) or available())
    record = kept(row)
    assert record is not None
    net = open_decisions.decided(spec.ROWS[row], record.decisions).net
    lstm, readout = readable(net, before_and_after(record)[1])
    remembered = elsewhere = 0
    for sequence in islice(tasks.embedded_reber(np.random.default_rng(SEED)), STRINGS):
        trace = lstm.forward(sequence.x)
        output = readout.forward(trace.state[1:, lstm.parts["output"]]).output
        wrong = wrong_predictions(Run(sequence, trace, output))
        asked = len(sequence) - 2  # what follows the inner E is the T or P of the second place
        remembered += asked in wrong
        elsewhere += any(t != asked for t in wrong)
    return remembered, elsewhere


@dataclass(frozen=True)
class Held:
    """What the cells of a net hold, one number a cell.

    Attributes:
        explained: how much of the last state the answer explains, 0 to 1.
        growth: mean size of the last state, divided by that after three quarters of the sequence.
    """

    explained: Array
    growth: Array

    @property
    def best(self) -> int:
        """The number of the cell that the answer explains most."""
        return int(self.explained.argmax())


@cache
def held_by_cells(row: str, when: str = WHEN[1], sequences: int = 100) -> Held:
    """How much of each cell's last state the answer explains, and whether the state still moves.

    For an answer that is a class, the share of the state's variance that lies between classes; for
    one that is a value, the squared correlation with it. In experiment 1 the answer is the symbol
    to be remembered, and the state is the one when it is asked for.

    Args:
        row: a row whose first trial is on record.
        when: "before training" or "after training".
        sequences: how many fresh ones.

    Raises:
        TypeError, ValueError: as `run`.

    Source: the correlation ratio of Pearson; this use is ours. Chapter 08.
    """
    check.one_of("row", row, available([row]) or available())
    check.one_of("when", when, WHEN)
    check.integer_in("sequences", sequences, minimum=10)
    record = kept(row)
    assert record is not None
    decided = open_decisions.decided(spec.ROWS[row], record.decisions)
    lstm, _ = readable(decided.net, before_and_after(record)[WHEN.index(when)])
    last, late, answers = [], [], []
    for sequence in islice(stream(decided, np.random.default_rng(SEED)), sequences):
        steps = len(sequence)
        if decided.task.name == "embedded_reber":
            steps, answer = steps - 1, float(sequence.x[1].argmax())
        elif decided.net.outputs == 1:
            answer = float(sequence.noise_free_target[-1, 0])
        else:
            answer = float(sequence.noise_free_target[-1].argmax())
        cells = lstm.forward(sequence.x).state[:, lstm.parts["cell"]]
        last.append(cells[steps])
        late.append(cells[3 * steps // 4])
        answers.append(answer)
    known, target = np.array(last), np.array(answers)
    if decided.task.name == "marked_pairs":
        means = np.array([np.polyval(np.polyfit(target, cell, 1), target) for cell in known.T]).T
    else:
        means = np.array([known[target == one].mean(axis=0) for one in target])
    explained = means.var(axis=0) / np.maximum(known.var(axis=0), 1e-300)
    before = np.abs(late).mean(axis=0)
    return Held(explained, np.abs(known).mean(axis=0) / np.maximum(before, 1e-300))
