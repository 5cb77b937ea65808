"""How a trial moves on with seven others, side by side in the lanes of the engine.

`advance` is a pure step of the work: trials go in, trials come out further on. It touches no file
and no clock but its own, so that it can run in any process or on any machine. How trials are
grouped, and where a step ends, changes nothing in their numbers.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from ..engine import full_gradient, truncated_gradient
from ..engine.layout import (
    END,
    LANES,
    Errors,
    Nets,
    Order,
    Weights,
    copy_of,
    empty_errors,
    into_lanes,
    out_of_lanes,
)
from ..engine.network_setup import make_plan
from ..published.schema import Recent, Row, TestSet
from ..published.spec import trial_generators
from . import trial_data
from .string_sets import STRINGS
from .trial import Reached, Trial

Array = NDArray[np.float64]

CURVE_POINTS = 128
STALL_FACTOR = 0.95
TEST_PORTION = 32


def advance(trials: list[Trial], seconds: float) -> list[Trial]:
    """Move up to eight trials of one row on, for about so many seconds or until all have ended.

    Raises:
        ValueError: for no trial, more than eight, or trials of different rows.
    """
    if not 1 <= len(trials) <= LANES or len({(t.row, t.decisions) for t in trials}) > 1:
        raise ValueError(f"trials must be 1 to {LANES} trials of one row, got {len(trials)}")
    group = Group(trials)
    deadline = time.perf_counter() + seconds
    while group.live:
        group.step()
        if time.perf_counter() >= deadline:
            break
    return group.close()


def final_test(
    trial: Trial, weights: Weights, size: int, give_up_above: int | None = None
) -> tuple[int, float]:
    """How many of `size` fresh sequences are wrong, and the mean absolute error.

    With `give_up_above`, a net that is wrong more often is not run to the end.
    """
    rng = trial_generators(trial.row, trial.seed, trial.number)[2].spawn(1)[0]
    wrong, error, done = 0, 0.0, 0
    while done < size:
        count = min(TEST_PORTION * LANES, size - done)
        portion = TestStreams(trial.row, rng, count)
        one_wrong, one_error = portion.judge(trial, weights, give_up_above)
        wrong, error, done = wrong + one_wrong, error + one_error * count, done + count
        if give_up_above is not None and wrong > give_up_above:
            break
    return wrong, error / done


class Group:
    """Up to eight trials in the lanes of one set of weights."""

    def __init__(self, trials: list[Trial]) -> None:
        self.trials = trials
        self.row, self.decisions = trials[0].row, trials[0].decisions
        self.plan = make_plan(self.row, self.decisions)
        by_sequence = self.decisions.update == "sequence"
        self.run = full_gradient.train_full if by_sequence else truncated_gradient.train
        self.by_test = isinstance(self.row.stages[-1].rule, TestSet)
        self.count = trial_data.chunk_size(self.row)
        self.streams = trial_data.room(self.row, self.count)
        self.nets = self._nets()
        self.tests: dict[int, TestStreams] = {}

    def _nets(self) -> Nets:
        """The nets of the trials side by side, with the changes that they have before them."""
        weights = into_lanes([trial.weights for trial in self.trials])
        late = [trial.changes for trial in self.trials if trial.changes is not None]
        return Nets(weights, into_lanes(late) if late else weights)

    @property
    def live(self) -> list[int]:
        """The lanes whose trials have not ended."""
        return [lane for lane, trial in enumerate(self.trials) if not trial.finished]

    def step(self) -> None:
        """One chunk of sequences in every lane."""
        began, live = time.perf_counter(), self.live
        steps = max(
            trial_data.fill_training(self.trials[lane], self.streams, lane) for lane in live
        )
        before = None if self.by_test else copy_of(self.nets)
        limit = np.zeros(LANES, dtype=np.int64)
        limit[live] = self.count
        errors = self._learn(self.nets, steps, limit)
        for lane in live:
            trial = self.trials[lane]
            error = errors.mean[:, lane]
            wrong = ~((errors.worst[:, lane] < self.row.tolerance) & np.isfinite(error))
            trial.sequences += self.count
            _note(trial, wrong, error)
            if before is None:
                self._look_at_tests(lane)
            else:
                self._look_back(lane, wrong, error, before, steps)
            self._add_cells(lane, float(error.mean()))
            trial.finished = trial.succeeded or trial.sequences >= trial.cap
        spent = (time.perf_counter() - began) / len(live)
        for lane in live:
            self.trials[lane].seconds += spent

    def close(self) -> list[Trial]:
        """The trials, with the weights they have now; those of a success are its own already."""
        for lane, trial in enumerate(self.trials):
            if not trial.succeeded:
                trial.weights = out_of_lanes(self.nets.weights, lane)
                if trial.changes is not None:
                    trial.changes = out_of_lanes(self.nets.changes, lane)
        return self.trials

    def _learn(self, nets: Nets, steps: int, limit: NDArray[np.int64]) -> Errors:
        errors = empty_errors(self.count)
        has_cells = np.ones(LANES)
        for lane, trial in enumerate(self.trials):
            has_cells[lane] = trial.absent_cell_weights is None
        self.run(self.plan, nets, self.streams, Order(steps, limit, has_cells, True), errors)
        return errors

    def _look_at_tests(self, lane: int) -> None:
        """Has the net met the next rule on its test set?"""
        trial = self.trials[lane]
        weights = out_of_lanes(self.nets.weights, lane)
        seen: tuple[int, float] | None = None
        for stage in self.row.stages[len(trial.reached) :]:
            rule = stage.rule
            assert isinstance(rule, TestSet)
            if seen is None:
                seen = self._test(lane, weights, rule)
            wrong, error = seen
            if wrong > rule.wrong_allowed or error >= (rule.average_below or np.inf):
                return
            self._reach(trial, weights, trial.sequences)

    def _test(self, lane: int, weights: Weights, rule: TestSet) -> tuple[int, float]:
        """Wrong sequences and mean error: on one set for a trial, or on fresh ones if many."""
        trial = self.trials[lane]
        if rule.size > 2 * STRINGS:
            return final_test(trial, weights, rule.size, rule.wrong_allowed)
        if lane not in self.tests:
            rng = trial_generators(self.row, trial.seed, trial.number)[2]
            self.tests[lane] = TestStreams(self.row, rng, rule.size, trial)
        return self.tests[lane].judge(trial, weights, rule.wrong_allowed)

    def _look_back(
        self, lane: int, wrong: NDArray[np.bool_], error: Array, before: Nets, steps: int
    ) -> None:
        """Has the net met the next rule on its last training sequences?

        The weights at that moment come from a replay of the chunk up to it.
        """
        trial = self.trials[lane]
        trial.wrong, trial.error = np.append(trial.wrong, wrong), np.append(trial.error, error)
        while not trial.succeeded:
            rule = self.row.stages[len(trial.reached)].rule
            assert isinstance(rule, Recent)
            at = first_met(rule, trial.wrong, trial.error, self.count)
            if at is None:
                break
            nets = copy_of(before)
            limit = np.zeros(LANES, dtype=np.int64)
            limit[lane] = at + 1
            self._learn(nets, steps, limit)
            sequences = trial.sequences - self.count + at + 1
            if rule.counted_from == "start":
                sequences -= rule.window
            self._reach(trial, out_of_lanes(nets.weights, lane), sequences)
        memory = max(
            max(stage.rule.window, stage.rule.average_window)
            for stage in self.row.stages
            if isinstance(stage.rule, Recent)
        )
        trial.wrong, trial.error = trial.wrong[-memory:], trial.error[-memory:]

    def _reach(self, trial: Trial, weights: Weights, sequences: int) -> None:
        stage = self.row.stages[len(trial.reached)]
        wrong, error = None, None
        last = stage is self.row.stages[-1]
        if self.row.test_size and (last or not self.by_test):
            wrong, error = final_test(trial, weights, self.row.test_size)
        trial.reached.append(Reached(stage.name, sequences, wrong, error))
        if trial.succeeded:
            trial.weights = weights

    def _add_cells(self, lane: int, error: float) -> None:
        """Add the memory cell of 2a and 2b once the error has stalled."""
        trial = self.trials[lane]
        if trial.absent_cell_weights is not None and error > STALL_FACTOR * trial.latest_error:
            self.nets.weights.output[: self.row.net.cells, :, lane] = trial.absent_cell_weights
            trial.absent_cell_weights = None
        trial.latest_error = error


def first_met(rule: Recent, wrong: NDArray[np.bool_], error: Array, fresh: int) -> int | None:
    """At which of the last `fresh` sequences the rule is first met, counted from the first of them.

    `wrong` and `error` hold the history with the fresh sequences at its end.
    """
    met = _last(wrong, rule.window, fresh) <= rule.wrong_allowed
    if rule.average_below is not None:
        window = rule.average_window
        met &= _last(error, window, fresh) < rule.average_below * window
    places = np.flatnonzero(met)
    return int(places[0]) if len(places) else None


def _last(values: NDArray[np.generic], window: int, fresh: int) -> Array:
    """The sum over the `window` values up to each of the last `fresh`; infinity if too few."""
    known = values[-(window + fresh - 1) :].astype(np.float64)
    missing = window + fresh - 1 - len(known)
    known = np.concatenate([np.full(max(missing, 0), np.inf), known])
    if missing <= 0:
        running = np.concatenate([[0.0], np.cumsum(known)])
        return np.asarray(running[window:] - running[:-window])
    out = np.full(fresh, np.inf)
    if missing < fresh:
        running = np.concatenate([[0.0], np.cumsum(known[missing:])])
        out[missing:] = running[window:] - running[:-window]
    return out


def _note(trial: Trial, wrong: NDArray[np.bool_], error: Array) -> None:
    """Put a chunk on the learning curve; double the width of its points when there are many."""
    trial.pending.append((float(error.mean()), float(wrong.mean())))
    if len(trial.pending) < trial.chunks_per_point:
        return
    error_now, wrong_now = np.mean(trial.pending, axis=0)
    trial.curve.append((trial.sequences, float(error_now), float(wrong_now)))
    trial.pending = []
    if len(trial.curve) == 2 * CURVE_POINTS:
        pairs = zip(trial.curve[::2], trial.curve[1::2], strict=True)
        trial.curve = [(b[0], (a[1] + b[1]) / 2, (a[2] + b[2]) / 2) for a, b in pairs]
        trial.chunks_per_point *= 2


class TestStreams:
    """A test set, dealt to the eight lanes."""

    def __init__(
        self, row: Row, rng: np.random.Generator, size: int, trial: Trial | None = None
    ) -> None:
        self.each = -(-size // LANES)
        self.streams = trial_data.room(row, self.each)
        if row.task.name == "embedded_reber":
            assert trial is not None
            for lane in range(LANES):
                order = np.arange(lane, size, LANES)
                trial_data.fill_strings(trial, order, self.streams, lane)
        else:
            for lane in range(LANES):
                trial_data.fill(row, rng, self.streams, lane, self.each)
        self.ends = np.array(
            [np.flatnonzero(self.streams.flags[:, lane] & END) + 1 for lane in range(LANES)]
        ).max(axis=0)
        self.size = size

    def judge(
        self, trial: Trial, weights: Weights, give_up_above: int | None = None
    ) -> tuple[int, float]:
        """Wrong sequences and mean absolute error.

        With `give_up_above`, a net that is wrong more often early on is not run to the end.
        """
        plan = make_plan(trial.row, trial.decisions)
        eight = into_lanes([weights] * LANES)
        idle, there = np.zeros(LANES, dtype=np.int64), np.ones(LANES)
        nets, errors = Nets(eight, eight), empty_errors(self.each)
        for portion in (self.each,) if give_up_above is None else (min(4, self.each), self.each):
            steps = int(self.ends[portion - 1])
            truncated_gradient.train(
                plan, nets, self.streams, Order(steps, idle, there, False), errors
            )
            known, error = errors.worst[:portion], errors.mean[:portion]
            wrong = int((~((known < trial.row.tolerance) & np.isfinite(error))).sum())
            if give_up_above is not None and wrong > give_up_above:
                break
        return wrong, float(error.mean())
