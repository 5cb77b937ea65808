"""Late days: what the learning system says, a table, or the due date; and what they cost."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from . import roster, sheets
from .intake import parse_time

GRACE = 300.0


@dataclass(frozen=True)
class Policy:
    """`percent` of the points earned is taken off for every day begun after the due date, beyond `free_days`.

    Whoever is late by no more than `grace` seconds is not late. `days` and `submitted` (seconds since 1970) are what a
    table says of single students; they go before all dates of files.
    """

    due: float | None = None
    percent: float = 0.0
    free_days: int = 0
    days: dict[str, float] = field(default_factory=dict)
    grace: float = GRACE
    submitted: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100 or self.free_days < 0 or not self.grace >= 0:
            raise ValueError(
                f"a day late must cost 0 to 100 percent, and at least 0 days and seconds nothing, got "
                f"{self.percent:g} percent, {self.free_days} days and {self.grace:g} seconds"
            )

    def late_days(self, student: str, when: float | None, late: bool | None = None) -> int:
        """Days begun after the due date. `late` is what the learning system says, `when` the date of the file."""
        if student in self.days:
            return math.ceil(self.days[student])
        if student in self.submitted:
            when, late = self.submitted[student], None
        if late is False:
            return 0
        over = 0.0 if self.due is None or when is None else when - self.due
        if late:
            return max(1, math.ceil(over / 86_400))
        return math.ceil(over / 86_400) if over > self.grace else 0

    def apply(
        self, student: str, when: float | None, earned: float, late: bool | None = None
    ) -> dict[str, Any]:
        """The late days, the points taken off and what remains."""
        days = self.late_days(student, when, late)
        share = min(1.0, self.percent / 100 * max(0, days - self.free_days))
        penalty = round(earned * share, 4)
        return {"days": days, "penalty": penalty, "total": round(earned - penalty, 4)}

    def unknown(self, student: str, when: float | None, late: bool | None) -> str:
        """Why nobody can say whether a student was late, or nothing."""
        if student in self.days or student in self.submitted or self.due is None:
            return ""
        if late and (when is None or when <= self.due):
            return "the learning system says late, but not by how much: 1 day is counted (--late-days says another)"
        return (
            "no date of the hand-in is known: nothing is counted as late"
            if when is None and late is None
            else ""
        )


def parse_due(said: str) -> float:
    """Seconds since 1970 of the end of a due date: of the minute that it names, or of the day."""
    try:
        found = datetime.fromisoformat(said.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"due must be a date such as 2027-02-01T23:59+05:30, got {said!r}"
        ) from None
    if re.fullmatch(r"\s*\d{4}-?\d\d-?\d\d\s*", said):
        return found + 86_399
    minute = re.fullmatch(r"\S{8,10}.\d\d:?\d\d([+-]\d\d(:?\d\d)?|Z)?", said.strip(), re.I)
    return found + 59 if minute else found


def read_table(path: Path) -> tuple[dict[str, float], dict[str, float]]:
    """A table with the column `student`, and `days` or `submitted` (ISO dates): days counted, and times of hand-ins."""
    days: dict[str, float] = {}
    submitted: dict[str, float] = {}
    for place, row in enumerate(sheets.read(path), start=2):
        where = f"{path.name}, line {place}"
        if "student" not in row or not {"days", "submitted"} & set(row):
            raise ValueError(
                f"{path.name} needs the columns student and days, or student and submitted"
            )
        student = row["student"].strip()
        if not student and not any(row.values()):
            continue
        if student in days or student in submitted:
            raise ValueError(f"{where}: the student {student!r} stands twice")
        if row.get("submitted", "").strip():
            try:
                submitted[student] = parse_time(row["submitted"])
            except ValueError:
                raise ValueError(
                    f"{where}: submitted must be an ISO date, got {row['submitted']!r}"
                ) from None
        else:
            days[student] = sheets.number(row.get("days", ""), f"{where}: days") or 0.0
    return days, submitted


def known(policy: Policy, students: Collection[str]) -> tuple[Policy, list[str]]:
    """The policy with the ids of this class, and what was taken for what. ValueError for students who are not in it."""
    said: list[str] = []

    def ids(given: dict[str, float]) -> dict[str, float]:
        found = {}
        for student, value in given.items():
            real = student if student in students else roster.zeros_lost(student, list(students))
            if real is None:
                raise ValueError(
                    f"the table of late days names {student!r}, but there is no such student in this run"
                )
            if real != student:
                said.append(
                    f"late days of {student!r} are those of {real!r} (a spreadsheet took the zeros)"
                )
            found[real] = value
        return found

    return replace(policy, days=ids(policy.days), submitted=ids(policy.submitted)), said


def policy(
    due: str | None,
    percent: float | None,
    free_days: int | None,
    grace: float | None,
    table: Path | None,
    before: Policy | None = None,
) -> Policy | None:
    """The policy that the options give, or None if none of them is given. `grace` is in minutes.

    What is not given is as it was `before`, in an earlier run.
    """
    if (due, percent, free_days, grace, table) == (None,) * 5:
        return None
    made = before or Policy()
    if table:
        days, submitted = read_table(table)
        made = replace(made, days=days, submitted=submitted)
    return replace(
        made,
        due=parse_due(due) if due else made.due,
        percent=made.percent if percent is None else percent,
        free_days=made.free_days if free_days is None else free_days,
        grace=made.grace if grace is None else 60 * grace,
    )
