"""A row of 1997 under one reading, trial by trial, among all settings that were tried on it (chapter 08)."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import one_of
from lstm_lab.chapters.ch08.figures.curves1997 import FIRST, TICKS
from lstm_lab.interact import plots, theme
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import table, wording
from lstm_lab.paper1997.report.reproduction_report import success_interval
from lstm_lab.paper1997.runner import plans

TRIALS, SHARES = "", "2"
"""The panels, by their axes."""

LANES = (0.2, 0.4, 0.6, 0.8)
"""The heights of the trials that succeeded, in turn; those that were given up at the cap stand above one another."""


@cache
def _tried() -> dict[str, dict[str, table.Setting]]:
    """The settings of each row on record, by how they read the paper."""
    found: dict[str, dict[str, table.Setting]] = {}
    for setting in table.settings_tried():
        found.setdefault(setting.record.row, {})[wording.reading(setting)] = setting
    return found


def rows() -> list[str]:
    """The rows with anything on record, in the order of the paper."""
    return list(_tried())


def readings(row: str) -> list[str]:
    """What is on record of a row: as the paper says, as the authors' program if it was run, then what was changed.

    Raises:
        TypeError, ValueError: for a row that is not on record.
    """
    known = list(_tried()[one_of("row", row, rows())])
    return sorted(known, key=lambda one: (one != wording.LETTER, one != wording.PROGRAM))


def control_name(row: str) -> str:
    """The argument of `trials_1997` that chooses the reading of a row."""
    return f"reading_{row.replace('-', '_')}"


def trials_1997(row: str = "1-5", **reading: str) -> go.Figure:
    """Every trial of a row under one reading beside the paper's mean, and all settings that were tried on the row.

    Args:
        row: the row.
        **reading: how the paper is read, one of `readings`, under `control_name` of the row.
    """
    known = _tried()[one_of("row", row, rows())]
    name = control_name(row)
    chosen = known[one_of(name, reading.get(name, wording.LETTER), readings(row))]
    left, right = _ends(row, list(known.values()))
    ticks = [tick for tick in TICKS if left <= tick <= right]
    axis = {
        "range": [left, right],
        **plots.ticks(ticks, [TICKS[tick] for tick in ticks]),
        "tickangle": 0,
    }
    return theme.figure(
        [*_dots(chosen), *_shares(chosen, list(known.values()))],
        _said(chosen, known),
        **plots.panels(
            plots.Panel(
                {**axis, "showticklabels": False},
                {"range": [0, 1], "tickvals": [], "showgrid": False},
                y=(0.72, 0.94),
                heading="the trials of this reading",
            ),
            plots.Panel(
                {**axis, "title": "training sequences until success"},
                {
                    "range": [-6, 112],
                    **plots.ticks([0, 50, 100], ["0", "50", "100"]),
                    "title": "trials that succeed, %",
                    "zeroline": False,
                },
                y=(0.0, 0.58),
                heading="all settings tried on this row",
            ),
        ),
        height=460,
        margin={"l": 66, "r": 15, "t": 44, "b": 52},
        legend=plots.legend(1.03),
    )


def _ends(row: str, known: list[table.Setting]) -> tuple[float, float]:
    """The axis of a row, the same for all its settings: from its quickest trial to its largest cap."""
    least = [one.line.least for one in known if one.line.least is not None]
    paper = spec.row(row).stages[-1].published.sequences
    left, right = min([paper, *least]), max([paper, *(one.record.cap for one in known)])
    return float(np.floor(np.log10(max(left, 10**FIRST)))), float(np.log10(right)) + 0.1


def _dots(chosen: table.Setting) -> list[go.Scatter]:
    """The paper's mean as a line, then a dot for each trial: where it succeeded, or where it was given up."""
    trials = chosen.record.trials.values()
    paper = float(np.log10(chosen.line.paper_sequences))
    made = [plots.line([paper, paper], [0.0, 1.0], "", theme.VERMILION, "dash", width=2)]
    for name, succeeded, colour, symbol in (
        ("solved", True, theme.GREEN, "circle-open"),
        ("given up", False, theme.PURPLE, "x"),
    ):
        places = [
            one.reached[-1].sequences if succeeded else one.sequences
            for one in trials
            if one.succeeded == succeeded
        ]
        lanes = LANES if succeeded else np.linspace(0.08, 0.92, max(len(places), 1))
        heights = [lanes[n % len(lanes)] for n in range(len(places))]
        made.append(
            plots.points(
                np.log10(np.maximum(places, 1)) if places else [None],
                np.array(heights) if places else [None],
                name,
                colour,
                symbol,
                border=1.5 if succeeded else None,
                visible=bool(places),
            )
        )
    return made


def _shares(chosen: table.Setting, known: list[table.Setting]) -> list[go.Scatter]:
    """Mean against share of success: every setting of the row, the paper, and the chosen one with its interval."""
    line = chosen.line
    low, high = success_interval(line.succeeded, line.trials)
    at = _place(chosen)
    return [
        plots.points(
            *plots.columns([_place(setting) for setting in known]),
            "every setting",
            theme.GREY,
            "circle-open",
            9,
            panel=SHARES,
            showlegend=False,
        ),
        plots.points(
            [np.log10(line.paper_sequences)],
            [line.paper_percent],
            "the paper",
            theme.VERMILION,
            "star",
            15,
            panel=SHARES,
        ),
        plots.line([at[0], at[0]], [100 * low, 100 * high], "", theme.BLUE, width=3, panel=SHARES),
        plots.points([at[0]], [at[1]], "chosen", theme.BLUE, "diamond", 12, panel=SHARES),
    ]


def _place(setting: table.Setting) -> tuple[float, float]:
    """Where a setting stands: its mean and share; where no trial succeeded, at its cap."""
    line = setting.line
    count = setting.record.cap if line.mean is None else line.mean
    return float(np.log10(max(count, 1))), 100 * line.succeeded / line.trials


def _said(chosen: table.Setting, known: dict[str, table.Setting]) -> str:
    line, row = chosen.line, chosen.record.row
    low, high = success_interval(line.succeeded, line.trials)
    after = ""
    if line.mean is not None:
        after = f", after {line.mean:,.0f} sequences on average"
        if line.succeeded > 1:
            after += f" ({line.least:,} to {line.most:,})"
    so_far = "so far " if line.verdict == "unfinished" else ""
    everywhere = sum(len(each) for each in _tried().values())
    program = "" if wording.PROGRAM in known else f" {_without_program(row)}"
    few = "setting of this row is" if len(known) == 1 else "settings of this row are"
    return (
        f"Row {row} ({spec.row(row).title}), {wording.reading(chosen)}: {so_far}{line.succeeded} of "
        f"{line.trials} trials succeed (Wilson’s 95 % interval: {100 * low:.0f} to {100 * high:.0f} %){after}; "
        f"the paper has {line.paper_percent:g} % after {line.paper_sequences:,.0f}. By the rule: "
        f"{wording.verdict(line)}. {len(known)} {few} on record, {everywhere} of all rows.{program}"
    )


def _without_program(row: str) -> str:
    """Why there is nothing of a row under the authors' program."""
    if row in ("2a", "2b"):
        return "The authors’ program cannot build its net."
    if row in {run.row for run in plans.PLANS["authors-program"].runs}:
        return "As the authors’ program it is not run yet."
    return "As the authors’ program it was not planned, for its cost."


def count_of_settings() -> dict[str, int]:
    """How many settings of each row are on record."""
    return {row: len(known) for row, known in _tried().items()}
