"""Late days: counted from the due date or read from a table, and what they cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import sheets


@dataclass(frozen=True)
class Policy:
    """`percent` of the points earned is taken off for every day begun after the due date, beyond `free_days`."""

    due: float | None = None
    percent: float = 0.0
    free_days: int = 0
    days: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100 or self.free_days < 0:
            raise ValueError(
                f"a day late must cost 0 to 100 percent, and at least 0 days nothing, got "
                f"{self.percent:g} percent and {self.free_days} days"
            )

    def late_days(self, student: str, when: float | None) -> int:
        """Days begun after the due date: those in the table, else by the time of the file."""
        if student in self.days:
            return math.ceil(self.days[student])
        if self.due is None or when is None or when <= self.due:
            return 0
        return math.ceil((when - self.due) / 86_400)

    def apply(self, student: str, when: float | None, earned: float) -> dict[str, Any]:
        """The late days, the points taken off and what remains."""
        days = self.late_days(student, when)
        share = min(1.0, self.percent / 100 * max(0, days - self.free_days))
        penalty = round(earned * share, 4)
        return {"days": days, "penalty": penalty, "total": round(earned - penalty, 4)}


def read_days(path: Path) -> dict[str, float]:
    """A table with the columns `student` and `days`: extensions, or late days that the learning system counted."""
    found = {}
    for place, row in enumerate(sheets.read(path), start=2):
        if "student" not in row or "days" not in row:
            raise ValueError(f"{path.name} needs the columns student and days")
        found[row["student"]] = (
            sheets.number(row["days"], f"{path.name}, line {place}: days") or 0.0
        )
    return found
