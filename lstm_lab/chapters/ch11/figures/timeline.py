"""The timeline of chapter 11: every entry on a row of its own, with what it rests on."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from lstm_lab._validate import one_of
from lstm_lab.chapters.ch11.figures.timeline_data import ENTRIES, GRADES, STRANDS, Entry
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import note

ALL = "all"
PERIODS = {
    ALL: (1990, 2026),
    "until 1999": (1990, 1999),
    "2000 to 2011": (2000, 2011),
    "2012 to 2016": (2012, 2016),
    "2017 and later": (2017, 2026),
}
STYLE = {
    "research": (theme.BLUE, "circle"),
    "products": (theme.VERMILION, "square"),
    "hardware and data": (theme.GREY, "triangle-up"),
    "attention": (theme.PURPLE, "triangle-down"),
    "return of recurrence": (theme.GREEN, "star"),
}
FEWEST_ROWS = 14
LISTED = 9
TURN = 2008
"""Labels of later entries stand left of their marker, so that they stay on the chart."""


def chosen(strand: str = ALL, period: str = ALL, grade: str = ALL) -> tuple[Entry, ...]:
    """The entries of a strand, a period and a grade of evidence, each "all" or one of them.

    Raises:
        TypeError, ValueError: for a strand, a period or a grade that there is not.
    """
    one_of("strand", strand, (ALL, *STRANDS))
    first, last = PERIODS[one_of("period", period, PERIODS)]
    one_of("grade", grade, (ALL, *GRADES.values()))
    return tuple(
        entry
        for entry in ENTRIES
        if strand in (ALL, entry.strand)
        and first <= entry.year <= last
        and grade in (ALL, GRADES[entry.grade])
    )


def timeline(strand: str = ALL, period: str = ALL, grade: str = ALL) -> go.Figure:
    """What happened to the paper of 1997, and on whose word: a row an entry, a block of rows a strand."""
    entries = chosen(strand, period, grade)
    traces, notes, row = [], [], 0
    nothing: list[Any] = [None]
    for name in STRANDS:
        block = [entry for entry in entries if entry.strand == name]
        if block:
            notes.append(note(1990, row, f"<b>{name.capitalize()}</b>", "left"))
            row += 1
        rows = list(range(row, row + len(block)))
        row += len(block)
        notes += [_label(entry, at) for entry, at in zip(block, rows, strict=True)]
        traces.append(
            plots.points(
                [entry.at for entry in block] or nothing,
                rows or nothing,
                name,
                *STYLE[name],
                9,
                text=[_hover(entry) for entry in block] or [""],
                hoverinfo="text",
                visible=bool(block),
            )
        )
    most = len(ENTRIES) + len(STRANDS)
    notes += [note(1990, 0, "", "left")] * (most - len(notes))
    return theme.figure(
        traces,
        _summary(entries, strand, period, grade),
        height=920,
        margin={"l": 15, "r": 15, "t": 15, "b": 45},
        showlegend=False,
        hoverlabel={"align": "left"},
        xaxis={"range": [1989.5, 2025.5], "tickvals": list(range(1990, 2026, 5)), "title": "year"},
        yaxis={
            "range": [max(row, FEWEST_ROWS) - 0.4, -0.7],
            "tickvals": [],
            "showgrid": False,
            "showline": False,
            "zeroline": False,
        },
        annotations=notes,
    )


def _label(entry: Entry, row: int) -> dict[str, Any]:
    late = entry.at > TURN
    text = f"{entry.label} ({entry.grade})"
    return note(entry.at + (-0.7 if late else 0.7), row, text, "right" if late else "left")


def _hover(entry: Entry) -> str:
    lines = [
        f"<b>{entry.when}</b>",
        *wrap(entry.what, 44),
        f"<i>{entry.source}: {GRADES[entry.grade]}</i>",
        *wrap(f"It does not say: {entry.beyond}", 44),
    ]
    return "<br>".join(lines)


def _summary(entries: tuple[Entry, ...], strand: str, period: str, grade: str) -> str:
    where = ", ".join(
        value if value != ALL else word
        for value, word in (
            (strand, "all strands"),
            (period, "the whole time"),
            (grade, "every kind of source"),
        )
    )
    where = where[0].upper() + where[1:]
    if not entries:
        return f"{where}: there is no entry."
    if len(entries) <= LISTED:
        told = "; ".join(
            f"{entry.when}: {entry.what.rstrip('.')} ({entry.source})" for entry in entries
        )
        many = "are these entries" if len(entries) > 1 else "is one entry"
        return f"{where}: there {many}. {told}."
    counts = [
        f"{word} {count}"
        for letter, word in GRADES.items()
        if (count := sum(entry.grade == letter for entry in entries))
    ]
    years = sorted(entry.year for entry in entries)
    return (
        f"{where}: {len(entries)} entries from {years[0]} to {years[-1]}. "
        f"What they rest on: {', '.join(counts)}."
    )
