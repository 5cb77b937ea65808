"""Pack feedback pages under the names by which Canvas and Moodle give them back, and say who is who.

Moodle's "upload multiple feedback files in a zip" knows a student by the folder `Full Name_1234_assignsubmission_file_`
in which the submission came. Canvas's "upload submissions" knows the hand-in by the beginning of the file's name,
`name_1234_5678_`. So only hand-ins that came from there can go back.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from . import intake, sheets, store

STAMP = (2020, 1, 1, 0, 0, 0)


def pack(out: Path, system: str) -> tuple[Path, list[str]]:
    """Write feedback-SYSTEM.zip. Returns its path, and the students whose pages it does not hold."""
    if system not in ("canvas", "moodle"):
        raise ValueError(f"system must be canvas or moodle, got {system!r}")
    note = store.note_of(out)
    content, left = io.BytesIO(), []
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, about in note["students"].items():
            page = out / "feedback" / f"{about['file']}.html"
            name = returned(about["outer"], system)
            if about["absent"] or not page.is_file():
                continue
            if name is None:
                left.append(student)
                continue
            entry = zipfile.ZipInfo(name, STAMP)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, page.read_bytes())
    path = out / f"feedback-{system}.zip"
    sheets.replace_bytes(path, content.getvalue())
    return path, left


def returned(outer: str, system: str) -> str | None:
    """The name under which a page goes back to whoever handed in something of this outermost name."""
    if system == "canvas":
        match = intake.CANVAS.fullmatch(outer)
        late = "LATE_" if match and match["late"] else ""
        return (
            f"{match['name']}_{late}{match['id']}_{match['file']}_feedback.html" if match else None
        )
    match = intake.MOODLE_FOLDER.fullmatch(outer) or intake.MOODLE.match(outer)
    if match is None or intake.CANVAS.fullmatch(outer):
        return None
    return f"{match['name']}_{match['id']}_assignsubmission_file_/feedback.html"


def who(out: Path) -> None:
    """The list of who is who: student, name and page."""
    students = store.note_of(out)["students"]
    rows = [
        [s, a["name"], f"{a['file']}.html", a["place"]]
        for s, a in students.items()
        if not a["absent"]
    ]
    sheets.write(out / "feedback" / "who.csv", ["student", "name", "page", "handed in"], rows)
