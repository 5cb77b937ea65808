"""The learning curves of the rows of 1997, with the paper's figure as a line (chapter 08)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import integer_in, one_of
from lstm_lab.interact import plots, theme
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import wording
from lstm_lab.paper1997.runner import records

STEPS = 510  # of the values of a curve: four and more to a pixel of a panel
POINTS, FEW_POINTS = 32, 14
FIRST, FLOOR = 2.0, -3.0
"""Where the axes begin, in powers of ten: 100 sequences, a mean error of 0.001."""

MOST_STAGES = 2
STAGE_DASH = ("dot", "dash")
SHOWN_TRIALS = 10
TICKS = {2: "100", 3: "1 k", 4: "10 k", 5: "100 k", 6: "1 M", 7: "10 M"}
ERROR, WRONG, STOPS = "", "2", "3"
"""The panels of a trial, by their axes."""


@cache
def _record(row: str) -> records.Record | None:
    path = records.place(records.RESULTS, spec.row(row).name, open_decisions.Decisions())
    record = records.read(path) if path.exists() else None
    return record if record is not None and record.trials else None


def rows_on_record() -> list[str]:
    """The rows that have at least one trial under the default decisions."""
    return [name for name in spec.ROWS if _record(name) is not None]


def learning_curve(row: str = "4-1", trial: int = 1) -> go.Figure:
    """One trial: mean error and share of wrong training sequences until it stopped, beside all other stops.

    Args:
        row: a row on record.
        trial: 1 for the first.
    """
    record = _on_record(row)
    integer_in("trial", trial, minimum=1, maximum=max(SHOWN_TRIALS, len(record.trials)))
    one = record.trials.get(trial - 1)
    count, error, wrong = thinned(one.curve) if one else (np.array([np.nan]),) * 3
    reached = [each.sequences for each in one.reached] if one else []
    end = _end(record)
    return theme.figure(
        [
            plots.line(count, error, "mean error", theme.BLUE),
            plots.line(count, 100 * wrong, "share wrong", theme.VERMILION, "dashdot", panel=WRONG),
            *_rules(row, reached, ERROR, (FLOOR, 0.0)),
            *_rules(row, reached, WRONG, (0.0, 100.0)),
            *_stops(record, STOPS),
            plots.points(
                [np.log10(one.sequences)] if one else [None],
                [0.5],
                "this trial",
                theme.GREEN,
                "triangle-down",
                12,
                panel=STOPS,
                visible=one is not None,
                showlegend=False,
            ),
        ],
        f"Row {row} ({spec.row(row).title}), trial {trial} of {record.requested}, {_course(record, one)}",
        **plots.panels(
            plots.Panel(_count_axis(end), _error_axis(), y=(0.58, 1.0)),
            plots.Panel(
                _count_axis(end),
                {"title": "wrong, %", "tickvals": [0, 50, 100], "range": [-4, 104]},
                y=(0.19, 0.5),
            ),
            plots.Panel(_count_axis(end, last=True), _strip_axis(), y=(0.0, 0.11)),
        ),
        meta={"steps": STEPS},
        height=560,
        margin={"l": 70, "r": 15, "t": 80, "b": 50},
        legend=plots.legend(1.03),
    )


def _course(record: records.Record, one: records.TrialRecord | None) -> str:
    """What became of a trial, for the end of a sentence."""
    row = spec.row(record.row)
    published = row.stages[-1].published.sequences
    if one is None:
        return f"{wording.NOT_RUN} (the paper's mean: {published:,.0f})."
    if not one.succeeded:
        return f"not solved within {record.cap:,} sequences (the paper's mean: {published:,.0f})."
    rules = "; ".join(
        f"{reached.stage} met after {reached.sequences:,} (the paper's mean: "
        f"{stage.published.sequences:,.0f})"
        for reached, stage in zip(one.reached, row.stages, strict=True)
    )
    wrong = one.reached[-1].wrong
    test = "" if wrong is None else f" Of {row.test_size:,} test sequences {wrong} were wrong."
    return f"solved: {rules}.{test}"


def all_trials(row: str = "4-1") -> go.Figure:
    """The error curves of all trials of a row, and where each one stopped; small, for the table of all rows.

    Args:
        row: a row of the paper; one that is not run has an empty figure that says so.
    """
    record = _record(row)
    what = f"Row {row} ({spec.row(row).title})"
    if record is None:
        said = f"{what}: {wording.NOT_RUN}."
        note = {**theme.heading(wording.NOT_RUN, 0.5), "y": 0.5}
        return theme.figure([plots.line([None], [None], "", theme.GREY)], said, annotations=[note])
    said = f"{what}: {wording.sentence(wording.line(row))}."
    x: list[float] = []
    y: list[float] = []
    for one in record.trials.values():
        count, error, _ = thinned(one.curve, FEW_POINTS)
        x += [*count, np.nan]
        y += [*error, np.nan]
    end = _end(record)
    curves = plots.line(np.array(x), np.array(y), "mean error, each trial", theme.BLUE, width=1)
    return theme.figure(
        [curves, *_rules(row, [], ERROR, (FLOOR, 0.0)), *_stops(record, "2")],
        said,
        **plots.panels(
            plots.Panel(_count_axis(end), _error_axis(), y=(0.26, 1.0)),
            plots.Panel(_count_axis(end, last=True), _strip_axis(), y=(0.0, 0.17)),
        ),
        height=280,
        margin={"l": 70, "r": 15, "t": 40, "b": 50},
        legend=plots.legend(1.03),
    )


def thinned(curve: Any, points: int = POINTS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log10 of the sequences, log10 of the error and the share wrong, in at most so many points.

    Points lie evenly on the logarithmic axis; each is the mean of the points of the record that it
    stands for, so that nothing is left out.
    """
    known = np.array(curve, dtype=float)
    ends = np.unique(np.geomspace(1, len(known), points).round().astype(int))
    starts = np.concatenate([[0], ends[:-1]])
    means = np.array([known[a:b, 1:].mean(axis=0) for a, b in zip(starts, ends, strict=True)])
    return np.log10(known[ends - 1, 0]), np.log10(np.maximum(means[:, 0], 1e-12)), means[:, 1]


def _on_record(row: str) -> records.Record:
    one_of("row", row, rows_on_record())
    record = _record(row)
    assert record is not None
    return record


def _end(record: records.Record) -> float:
    published = max(stage.published.sequences for stage in spec.row(record.row).stages)
    return float(max([published, *(one.sequences for one in record.trials.values())]))


def _rules(
    row: str, reached: Sequence[int], panel: str, bounds: tuple[float, float]
) -> list[go.Scatter]:
    """Upright lines: where this trial met its rules, and the paper's means."""
    stages = spec.row(row).stages
    several = len(stages) > 1
    out = []
    for n in range(MOST_STAGES):
        there = n < len(stages)
        name = stages[n].name if there and several else ""
        for ours in (False, True):
            place = None
            if there and not ours:
                place = float(np.log10(stages[n].published.sequences))
            if there and ours and n < len(reached):
                place = float(np.log10(max(reached[n], 1)))
            who = "this trial stops" if ours else "the paper’s mean"
            out.append(
                plots.line(
                    [place, place],
                    list(bounds),
                    f"{who} {name}".strip(),
                    theme.GREEN if ours else theme.GREY,
                    STAGE_DASH[n] if several else "dash",
                    width=4 if ours else 2,
                    panel=panel,
                    visible=place is not None,
                    showlegend=panel == ERROR,
                )
            )
    return out


def _stops(record: records.Record, panel: str) -> list[go.Scatter]:
    """Where every trial of the row stopped, another where it gave up, and the paper's mean."""
    solved = [one.reached[-1].sequences for one in record.trials.values() if one.succeeded]
    failed = [one.sequences for one in record.trials.values() if not one.succeeded]
    paper = spec.row(record.row).stages[-1].published.sequences

    def marks(name: str, places: list[int], colour: str, symbol: str, height: float) -> go.Scatter:
        return plots.points(
            np.log10(np.maximum(places, 1)) if places else [None],
            np.full(len(places), height) if places else [None],
            name,
            colour,
            symbol,
            panel=panel,
            visible=bool(places),
        )

    return [
        marks("solved", solved, theme.GREEN, "circle-open", 0.35),
        marks("not solved", failed, theme.PURPLE, "x", 0.7),
        plots.line(
            np.log10([paper, paper]), [0.0, 1.0], "", theme.GREY, "dash", width=2, panel=panel
        ),
    ]


def _count_axis(end: float, last: bool = False) -> dict[str, Any]:
    """Training sequences, as powers of ten; only the last of several panels has numbers."""
    right = float(np.log10(end)) + 0.12
    ticks = [n for n in TICKS if FIRST <= n <= right]
    return {
        "range": [FIRST, right],
        **plots.ticks(ticks, [TICKS[n] for n in ticks]),
        "showticklabels": last,
        "tickangle": 0,
        **({"title": "training sequences"} if last else {}),
    }


def _error_axis() -> dict[str, Any]:
    texts = ["0.001", "0.01", "0.1", "1"]
    return {"title": "mean error", **plots.ticks([-3, -2, -1, 0], texts), "range": [FLOOR, 0.0]}


def _strip_axis() -> dict[str, Any]:
    return {"tickvals": [], "range": [0, 1], "showgrid": False}


def first_below(row: str, bound: float, **departures: Any) -> list[float]:
    """Sequences after which each trial's mean training error, in points of its curve, is below a bound."""
    decisions = open_decisions.Decisions(**departures)
    path = records.place(records.RESULTS, spec.row(row).name, decisions)
    if not path.exists():
        return []
    out = []
    for one in records.read(path).trials.values():
        low = [count for count, error, _ in one.curve if error < bound]
        out.append(float(low[0]) if low else float("nan"))
    return out
