"""The learning curves of the rows of 1997, with the paper's figure as a line (chapter 08)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import integer_in, one_of
from lstm_lab.interact import theme
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import wording
from lstm_lab.paper1997.runner import records

STEPS = 510  # of the values of a curve: four and more to a pixel of a panel
POINTS = 32
FIRST, FLOOR = 2.0, -3.0
"""Where the axes begin, in powers of ten: 100 sequences, a mean error of 0.001."""

MOST_STAGES = 2
STAGE_DASH = ("dot", "dash")
SHOWN_TRIALS = 10
TICKS = {2: "100", 3: "1 k", 4: "10 k", 5: "100 k", 6: "1 M", 7: "10 M"}


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
    traces: list[Any] = [
        go.Scatter(
            x=count,
            y=error,
            name="mean error",
            line={"color": theme.BLUE, "width": 2.5},
            **_axes(1),
        ),
        go.Scatter(
            x=count,
            y=100 * wrong,
            name="share wrong",
            line={"color": theme.VERMILION, "width": 2.5, "dash": "dashdot"},
            **_axes(2),
        ),
        *_rules(row, [reached.sequences for reached in one.reached] if one else []),
        *_stops(record, trial - 1),
    ]
    return _figure(
        traces,
        f"Row {row} ({spec.row(row).title}), trial {trial} of {record.requested}, {_course(record, one)}",
        _end(record),
        meta={"steps": STEPS},
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
    """The error curves of all trials of a row, and where each one stopped; a note where it is not run."""
    record = _record(row)
    meta = {
        "name": f"curves-{row}",
        "steps": STEPS,
        "caption": "Each line is a trial. Below: where each one stopped. The axis of the error is logarithmic, too.",
    }
    if record is None:
        return _figure(
            [go.Scatter(x=[None], y=[None], **_axes(1))],
            f"Row {row} ({spec.row(row).title}): {wording.NOT_RUN}.",
            spec.row(row).stages[-1].published.sequences * 5,
            panels=(1,),
            meta=meta,
            height=200,
            annotations=[{**theme.heading(wording.NOT_RUN, 0.5), "y": 0.5}],
        )
    x, y = [], []
    for one in record.trials.values():
        count, error, _ = thinned(one.curve)
        x += [*count, np.nan]
        y += [*error, np.nan]
    curves = go.Scatter(
        x=np.array(x),
        y=np.array(y),
        name="mean error, each trial",
        mode="lines",
        line={"color": theme.BLUE, "width": 1},
        **_axes(1),
    )
    traces = [curves, *_rules(row, [], panels=(1,)), *_stops(record, None)]
    line = wording.line(row)
    return _figure(
        traces,
        f"Row {row} ({spec.row(row).title}): {wording.sentence(line)}.",
        _end(record),
        panels=(1, 3),
        meta=meta,
        height=360,
    )


def thinned(curve: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log10 of the sequences, log10 of the error and the share wrong, in at most `POINTS` points.

    Points lie evenly on the logarithmic axis; each is the mean of the points of the record that it
    stands for, so that nothing is left out.
    """
    known = np.array(curve, dtype=float)
    ends = np.unique(np.geomspace(1, len(known), POINTS).round().astype(int))
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


def _axes(panel: int) -> dict[str, str]:
    number = "" if panel == 1 else str(panel)
    return {"xaxis": f"x{number}", "yaxis": f"y{number}"}


BOUNDS = {1: (FLOOR, 0.0), 2: (0.0, 100.0), 3: (0.0, 1.0)}


def _rules(row: str, reached: list[int], panels: tuple[int, ...] = (1, 2)) -> list[go.Scatter]:
    """Upright lines: where this trial met its rules, and the paper's means."""
    stages = spec.row(row).stages
    out = []
    for panel in panels:
        low, high = BOUNDS[panel]
        for n in range(MOST_STAGES):
            several = len(stages) > 1
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
                    go.Scatter(
                        x=[place, place],
                        y=[low, high],
                        name=f"{who} {name}".strip(),
                        mode="lines",
                        line={
                            "color": theme.GREEN if ours else theme.GREY,
                            "dash": STAGE_DASH[n] if several else "dash",
                            "width": 4 if ours else 2,
                        },
                        visible=place is not None,
                        showlegend=panel == 1,
                        **_axes(panel),
                    )
                )
    return out


def _stops(record: records.Record, chosen: int | None) -> list[go.Scatter]:
    """A strip: a mark where each trial stopped, another where it gave up, and the paper's mean."""
    solved = [one.reached[-1].sequences for one in record.trials.values() if one.succeeded]
    failed = [one.sequences for one in record.trials.values() if not one.succeeded]
    paper = spec.row(record.row).stages[-1].published.sequences
    picked = record.trials.get(-1 if chosen is None else chosen)
    picked_at = [None] if picked is None else [np.log10(picked.sequences)]

    def marks(name: str, places: list[int], colour: str, symbol: str, y: float) -> go.Scatter:
        return go.Scatter(
            x=np.log10(np.maximum(places, 1)) if places else [None],
            y=np.full(len(places), y) if places else [None],
            name=name,
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 8},
            visible=bool(places),
            **_axes(3),
        )

    return [
        marks("solved", solved, theme.GREEN, "circle-open", 0.35),
        marks("not solved", failed, theme.PURPLE, "x", 0.7),
        go.Scatter(
            x=np.log10([paper, paper]),
            y=[0.0, 1.0],
            mode="lines",
            line={"color": theme.GREY, "dash": "dash", "width": 2},
            showlegend=False,
            **_axes(3),
        ),
        go.Scatter(
            x=picked_at,
            y=[0.5],
            name="this trial",
            mode="markers",
            marker={"color": theme.GREEN, "symbol": "triangle-down", "size": 12},
            visible=picked is not None,
            showlegend=False,
            **_axes(3),
        ),
    ]


DOMAINS = {
    (1, 2, 3): {1: (0.58, 1.0), 2: (0.19, 0.5), 3: (0.0, 0.11)},
    (1, 3): {1: (0.22, 1.0), 3: (0.0, 0.14)},
    (1,): {1: (0.0, 1.0)},
}


def _figure(
    traces: list[Any], summary: str, end: float, panels: tuple[int, ...] = (1, 2, 3), **more: Any
) -> go.Figure:
    right = float(np.log10(end)) + 0.12
    ticks = [n for n in TICKS if FIRST <= n <= right]
    low = float(FLOOR)
    errors: dict[int, dict[str, Any]] = {
        1: {
            "title": "mean error",
            "tickvals": [-3, -2, -1, 0],
            "ticktext": ["0.001", "0.01", "0.1", "1"],
            "range": [low, 0.0],
        },
        2: {"title": "wrong, %", "tickvals": [0, 50, 100], "range": [-4, 104]},
        3: {"tickvals": [], "range": [0, 1], "showgrid": False},
    }
    layout: dict[str, Any] = {}
    for panel in panels:
        names = _axes(panel)
        x, y = (f"{axis[0]}axis{axis[1:]}" for axis in names.values())
        last = panel == panels[-1]
        layout[x] = {
            "anchor": names["yaxis"],
            "range": [FIRST, right],
            "tickvals": ticks,
            "ticktext": [TICKS[n] for n in ticks],
            "showticklabels": last,
            "tickangle": 0,
            **({"title": "training sequences"} if last else {}),
        }
        layout[y] = {
            "anchor": names["xaxis"],
            "domain": list(DOMAINS[panels][panel]),
            **errors[panel],
        }
    return theme.figure(
        traces,
        summary,
        **{
            "height": 560,
            "margin": {"l": 70, "r": 15, "t": 80, "b": 50},
            "legend": {
                "orientation": "h",
                "y": 1.03,
                "yanchor": "bottom",
                "x": 0,
                "xanchor": "left",
            },
            **layout,
            **more,
        },
    )


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
