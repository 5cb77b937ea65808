"""Who is in the class: a table of ids and names, plain or as Canvas or Moodle gives it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from . import sheets, text

# Titles of columns, as the systems write them; the first that a table has is taken.
IDS = ("ID", "Identifier", "Kennung", "student", "student id", "student_id", "matriculation number",
       "Matrikelnummer", "ID number", "ID-Nummer", "SIS User ID", "Username", "login", "user")  # fmt: skip
NAMES = ("Student", "Full name", "Vollständiger Name", "name", "student name", "Name")
PARTS = (("First name", "Last name"), ("Vorname", "Nachname"), ("first_name", "last_name"))
OTHER = ("SIS User ID", "SIS Login ID", "ID number", "ID-Nummer", "Username", "Anmeldename", "Email address",
         "E-Mail-Adresse", "email", "login", "user")  # fmt: skip


@dataclass(frozen=True)
class Roster:
    """The names by id, and other names under which a student may hand in."""

    names: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    def find(self, given: str) -> str | None:
        """The id of a student who is called so: by id, by another unique name, or by an id that lost its zeros."""
        if given in self.names:
            return given
        if given.casefold() in self.others:
            return self.others[given.casefold()]
        return zeros_lost(given, list(self.names))


def zeros_lost(given: str, known: list[str]) -> str | None:
    """The one id that a spreadsheet turned into `given` by taking zeros from its front."""
    if not given.isdigit():
        return None
    same = [each for each in known if each.isdigit() and each.lstrip("0") == given.lstrip("0")]
    return same[0] if len(same) == 1 else None


def participant(cell: str) -> str:
    """The number in Moodle's "Participant 1234", in any language; else the cell itself."""
    match = re.fullmatch(r"\D*?[ /\w]*?(\d+)", cell.strip())
    return match[1] if match and not cell.strip().isdigit() else cell.strip()


def read(path: Path) -> Roster:
    """Read a class list. Raises ValueError for one without ids, or with an id twice."""
    header, rows = sheets.read_rows(path)
    titles = [title.strip() for title in header]
    key = _column(titles, IDS)
    if key is None:
        raise ValueError(
            f"{path.name} needs a column of ids, such as 'student' or 'ID'; it has {titles}"
        )
    name = _column(titles, [each for each in NAMES if _column(titles, [each]) != key])
    halves = next(
        (
            [_column(titles, [a]), _column(titles, [b])]
            for a, b in PARTS
            if _column(titles, [a]) is not None
        ),
        [],
    )
    moodle = titles[key] in ("Identifier", "Kennung")
    found, others = {}, []
    for row in rows:
        cells = [sheets.plain(cell).strip() for cell in row] + [""] * (len(header) - len(row))
        student = text.line(participant(cells[key]) if moodle else cells[key])
        if not student:  # an empty line, or Canvas's line of points possible
            continue
        if student in found:
            raise ValueError(f"{path.name}: the id {student!r} stands twice")
        person = (
            cells[name] if name is not None else " ".join(cells[i] for i in halves if i is not None)
        )
        found[student] = text.line(person)
        places = {_column(titles, [title]) for title in OTHER} - {key, None}
        others += [(cells[i].casefold(), student) for i in places if i is not None and cells[i]]
        others.append((found[student].casefold(), student))
    if not found:
        raise ValueError(f"{path.name} lists no student")
    count = Counter(alias for alias, _ in set(others))
    return Roster(found, {a: s for a, s in others if a and count[a] == 1 and a not in found})


def _column(titles: list[str], wanted: tuple[str, ...] | list[str]) -> int | None:
    lower = [title.casefold() for title in titles]
    return next((lower.index(each.casefold()) for each in wanted if each.casefold() in lower), None)
