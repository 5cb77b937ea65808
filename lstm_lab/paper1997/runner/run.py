"""Carry out trials: side by side, on all cores or a cluster, and go on after any interruption.

One process, this one, holds all trials and writes all files. The others only move groups of up to
eight trials on, a few seconds at a time. So there is nothing to lock, and a run that is killed
loses at most `KEEP_EVERY` seconds of trials that had not ended.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ... import _validate as check
from ..engine.layout import LANES
from ..published import open_decisions, schema, spec
from ..published.open_decisions import Decisions
from . import baselines, records
from .records import RESULTS, Record
from .trial import Trial, start
from .trial_group import advance

SLICE_SECONDS = 2.0
KEEP_EVERY = 60.0

# What runs when no row is named: one cheap row of each kind, few trials.
SAMPLE = {"1-5": 8, "2a": 8, "3a-1": 4, "6a": 8}
SAMPLE_CAP = 60_000


@dataclass
class _Work:
    """A row on the way: its record, and its trials in flight and waiting."""

    record: Record
    row: schema.Row
    path: Path
    unfinished: Path
    requested: int
    waiting: list[Trial] = field(default_factory=list)
    running: list[Trial] = field(default_factory=list)
    kept: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> list[Trial]:
        return self.running + self.waiting

    @property
    def error(self) -> float:
        """The mean training error of the trials in flight, lately."""
        last = [trial.latest_error for trial in self.running if trial.sequences]
        return float(np.mean(last)) if last else float("nan")

    def sequences_left(self) -> float:
        """How many sequences the trials that remain will take, as far as one can know.

        As many as those that have ended took, or as in the paper as long as none has; a trial that
        has gone beyond that is taken to have a quarter of its way before it.
        """
        ended = [trial.sequences for trial in self.record.trials.values()]
        expected = float(np.mean(ended)) if ended else self.row.stages[-1].published.sequences
        room = (max(expected - t.sequences, 0.25 * t.sequences) for t in self.left)
        return float(
            sum(min(r, self.record.cap - t.sequences) for r, t in zip(room, self.left, strict=True))
        )


def reproduce(
    rows: Sequence[str] | None = None,
    trials: int | None = None,
    seed: int = 0,
    jobs: int = 1,
    cap: int | None = None,
    scheduler: str | None = None,
    results: Path = RESULTS,
    decisions: Decisions | None = None,
    progress: bool = True,
    slice_seconds: float = SLICE_SECONDS,
) -> list[Record]:
    """Run rows of the paper's tables and keep what comes out; go on where an earlier run stopped.

    Args:
        rows: names of rows; all of them for ``None``, cheapest first.
        trials: how many of each; the paper's number for ``None``.
        seed: of all random draws.
        jobs: processes side by side; -1 for one a core.
        cap: training sequences after which a trial has failed; the row's own for ``None``.
        scheduler: address of a Dask scheduler; its workers then take the place of processes.
        results: the folder of the result files.
        decisions: on what the paper leaves open; the defaults for ``None``.
        progress: whether to show a bar.
        slice_seconds: how long a group of trials runs between two looks.

    Returns:
        A record for each row, complete.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range, or on a result
            file that is damaged, edited, of another version, or of another seed or cap.

    Source: 1997, section 5. Chapter 08.
    """
    decisions = decisions or Decisions()
    check.integer_in("seed", seed, minimum=0)
    for name, value in (("trials", trials), ("cap", cap)):
        if value is not None:
            check.positive_integer(name, value)
    check.positive_number("slice_seconds", slice_seconds)
    names = cheapest_first() if rows is None else [spec.row(name).name for name in rows]
    works = [_prepare(name, trials, seed, cap, Path(results), decisions) for name in names]
    with _workers(jobs, scheduler) as (count, move_on), _bars(progress) as bars:
        _carry_out(works, count, move_on, bars, slice_seconds)
    return [work.record for work in works]


def rows_and_rivals(
    names: Sequence[str],
    trials: int | None = None,
    seed: int = 0,
    jobs: int = 1,
    cap: int | None = None,
    scheduler: str | None = None,
    results: Path = RESULTS,
    vary: Sequence[str] = (),
    reading: str = "paper",
) -> tuple[list[Record], list[str]]:
    """Run rows of the paper and other methods by name, as the command line does.

    Args:
        names: of `spec.ROWS` and of `baselines.BASELINES`.
        trials: as in `reproduce`, like those that follow.
        seed: of all random draws.
        jobs: processes side by side.
        cap: training sequences after which a trial has failed.
        scheduler: address of a Dask scheduler.
        results: the folder of the result files.
        vary: departures as "NAME=VALUE", for the rows of the paper.
        reading: what they depart from, one of `open_decisions.AS`.

    Returns:
        The records of the rows, and the names of the other methods that were run.

    Raises:
        TypeError, ValueError: on a name that is not known, before anything is run, and as
            `reproduce` and `baselines.run`.
    """
    known = [*spec.ROWS, *baselines.BASELINES]
    rows = [name for name in names if check.one_of("row", name, known) in spec.ROWS]
    others = [name for name in names if name not in spec.ROWS]
    decisions = open_decisions.parse_decisions(vary, reading)
    if others and records.departures(decisions):
        raise ValueError(
            f"vary and as must be given with rows of the paper alone, got {others[0]!r} too"
        )
    for name in rows:
        open_decisions.check_reading(name, reading)
    done = reproduce(rows, trials, seed, jobs, cap, scheduler, results, decisions) if rows else []
    if others:
        baselines.run(others, trials, seed, cap, results)
    return done, others


def sample(
    seed: int = 0,
    jobs: int = 1,
    results: Path | None = None,
    progress: bool = True,
    scheduler: str | None = None,
) -> list[Record]:
    """A few trials of a few cheap rows, in about two minutes, into a folder of their own."""
    folder = RESULTS / ".sample" if results is None else results
    return [
        record
        for name, trials in SAMPLE.items()
        for record in reproduce(
            [name], trials, seed, jobs, SAMPLE_CAP, scheduler, folder, progress=progress
        )
    ]


def cheapest_first() -> list[str]:
    """The names of all rows, by the steps that the paper's figures stand for."""

    def steps(row: schema.Row) -> float:
        stage = row.stages[-1]
        judged = getattr(stage.rule, "window", 0) if stage.published.sequences < 10_000 else 0
        sequences = stage.published.sequences + judged
        return sequences * row.task.typical_length * row.trials * max(row.net.outputs / 4, 1)

    return [row.name for row in sorted(spec.ROWS.values(), key=steps)]


def _prepare(
    name: str,
    trials: int | None,
    seed: int,
    cap: int | None,
    results: Path,
    decisions: Decisions,
) -> _Work:
    row = open_decisions.decided(spec.row(name), decisions)
    cap = cap or row.cap
    path = records.place(results, name, decisions)
    requested = trials or row.trials
    record = Record(name, decisions, seed, cap, requested)
    if path.exists():
        record = records.read(path)
        if record.seed != seed or record.cap > cap:
            raise ValueError(
                f"{path.name} holds trials of seed {record.seed} and cap {record.cap}, asked for "
                f"were seed {seed} and cap {cap}; give another folder, or this seed and no less cap"
            )
        if record.cap < cap:  # what failed at the lower cap has another chance
            kept = {n: one for n, one in record.trials.items() if one.succeeded}
            record = Record(name, decisions, seed, cap, requested, kept)
    unfinished = path.parent / ".unfinished" / f"{path.stem}.npz"
    for file in (path, unfinished, unfinished.with_name(".gitignore")):
        records.clear_leftovers(file)
    record.requested = max(requested, record.requested)
    work = _Work(record, row, path, unfinished, requested)
    missing = [number for number in range(requested) if number not in record.trials]
    fresh = {number: start(row, decisions, seed, number, cap) for number in missing}
    records.restore_unfinished(fresh, unfinished)
    work.waiting = list(fresh.values())
    return work


def _carry_out(
    works: list[_Work], workers: int, move_on: Any, bars: _Bars, slice_seconds: float
) -> None:
    """Keep every worker busy with a group, until no trial is left."""
    groups: list[tuple[_Work, list[Trial]]] = []
    try:
        while True:
            groups = [(work, [t for t in group if not t.finished]) for work, group in groups]
            _fill_up(works, groups, workers)
            groups = [(work, group) for work, group in groups if group]
            if not groups:
                break
            began, before = time.monotonic(), _done(groups)
            moved = move_on([group for _, group in groups], slice_seconds)
            groups = [(work, group) for (work, _), group in zip(groups, moved, strict=True)]
            for work in works:
                work.running = [t for w, group in groups if w is work for t in group]
            bars.speed((_done(groups) - before) / (time.monotonic() - began))
            for work in {id(work): work for work, _ in groups}.values():
                _put_on_record(work)
            bars.show(works)
    finally:
        for work in works:
            if work.running:
                records.keep_unfinished(work.running, work.unfinished)


def _fill_up(works: list[_Work], groups: list[tuple[_Work, list[Trial]]], workers: int) -> None:
    """Deal waiting trials to free lanes of their row, then to free workers."""
    for work, group in groups:
        while work.waiting and group and len(group) < min(LANES, _fair_share(work, workers)):
            group.append(work.waiting.pop(0))
    busy = sum(bool(group) for _, group in groups)
    for work in works:
        while work.waiting and busy < workers:
            size = min(LANES, _fair_share(work, workers - busy))
            groups.append((work, work.waiting[:size]))
            work.waiting = work.waiting[size:]
            busy += 1


def _fair_share(work: _Work, workers: int) -> int:
    return max(1, -(-len(work.waiting) // max(workers, 1)))


def _put_on_record(work: _Work) -> None:
    ended = [trial for trial in work.running if trial.finished]
    for trial in ended:
        work.record.trials[trial.number] = records.of_trial(trial)
    work.running = [trial for trial in work.running if not trial.finished]
    if ended:
        records.write(work.record, work.path)
    if work.running and time.monotonic() - work.kept > KEEP_EVERY:
        records.keep_unfinished(work.running, work.unfinished)
        work.kept = time.monotonic()
    if not work.left:
        work.unfinished.unlink(missing_ok=True)


def _done(groups: list[tuple[_Work, list[Trial]]]) -> float:
    """Steps learnt so far by the trials of these groups."""
    return float(
        sum(t.sequences * work.row.task.typical_length for work, group in groups for t in group)
    )


@contextlib.contextmanager
def _workers(jobs: int, scheduler: str | None) -> Iterator[tuple[int, Any]]:
    """How many groups move on at once, and a function that moves them."""
    check.integer_in("jobs", jobs, minimum=-1)
    if jobs == 0:
        raise ValueError("jobs must be a positive integer or -1, got 0")
    if scheduler is None and jobs == 1:
        yield 1, lambda groups, seconds: [advance(group, seconds) for group in groups]
        return
    import joblib

    with contextlib.ExitStack() as stack:
        if scheduler is not None:
            from dask.distributed import Client

            client = stack.enter_context(Client(scheduler, timeout="10s"))
            jobs = sum(client.nthreads().values())
            if not jobs:
                raise ValueError(f"scheduler must have workers, got {scheduler} with none")
            stack.enter_context(joblib.parallel_config("dask"))
        elif jobs == -1:
            jobs = os.cpu_count() or 1
        parallel = stack.enter_context(joblib.Parallel(n_jobs=jobs))

        def move_on(groups: list[list[Trial]], seconds: float) -> list[list[Trial]]:
            moved: list[list[Trial]] = parallel(
                joblib.delayed(advance)(group, seconds) for group in groups
            )
            return moved

        yield jobs, move_on


class _Bars:
    """The progress of all rows; draws nothing by itself."""

    def speed(self, steps_per_second: float) -> None:
        """Take note of how fast it goes."""

    def show(self, works: list[_Work]) -> None:
        """Bring the bars up to date."""


class _RichBars(_Bars):
    """One bar a row: trials ended, error now, and how long it will still take."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.tasks: dict[str, Any] = {}
        self.pace = 0.0

    def speed(self, steps_per_second: float) -> None:
        self.pace += (steps_per_second - self.pace) * (0.3 if self.pace else 1.0)

    def show(self, works: list[_Work]) -> None:
        for work in works:
            if not work.running and work.record.name not in self.tasks:
                continue
            if work.record.name not in self.tasks:
                self.tasks[work.record.name] = self.progress.add_task(
                    work.record.name, total=work.requested, error="", left=""
                )
            steps = work.sequences_left() * work.row.task.typical_length
            done = sum(number < work.requested for number in work.record.trials)
            self.progress.update(
                self.tasks[work.record.name],
                completed=done,
                error=f"error {work.error:.4f}" if work.running else "",
                left=in_words(steps / self.pace) if work.left and self.pace else "",
            )


@contextlib.contextmanager
def _bars(shown: bool) -> Iterator[_Bars]:
    if not shown:
        yield _Bars()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[error]}"),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns) as progress:
        yield _RichBars(progress)


def in_words(seconds: float) -> str:
    """A time left, no more exact than it can be known."""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s left"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"
