"""Find what students handed in: who each is from, and which notebook counts.

Whose it is comes from the outermost name alone: the one that Canvas or Moodle made, the folder's, the class list's.
Nothing that is in one hand-in, or that goes wrong with it, reaches another.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from . import archives, notebook, strip, text
from .archives import Item
from .notebook import LOOK
from .roster import Roster
from .text import safe_name

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?")
MOODLE_FOLDER = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?")
CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<file>\d+)_(?P<own>.+)")
EXCHANGE = re.compile(
    r"(?P<id>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>[^+]+)(\+.*)?"
)  # nbgrader's inbound
COPY = re.compile(r"(\s*\(\d+\)|[ -]+copy\s*\d*|\s+-\s+copy.*)$", re.I)
ENDING = re.compile(r"(\.(ipynb|zip|py|md|pdf|html?|txt|docx?|json|odt|rar|7z|tar|t?gz))+$", re.I)
OURS = 0.3  # of the release's named cells: a notebook that has them is one of this assignment


@dataclass
class HandIn:
    """What one student handed in: the bytes of a notebook, or the reason why there is none."""

    student: str
    place: str
    content: bytes = b""
    when: float | None = None
    late: bool | None = None  # what the learning system says, if it does
    error: str = ""
    notes: list[str] = field(default_factory=list)
    name: str = ""
    absent: bool = False
    outer: str = ""  # the name by which the learning system gave it

    @property
    def file(self) -> str:
        return safe_name(self.student)


@dataclass
class Entry:
    """Something right in the folder of hand-ins: a file, or the folder of one student."""

    name: str
    is_folder: bool
    items: list[Item] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True)
class Owner:
    """Who handed in, by the outermost name."""

    student: str
    person: str = ""
    late: bool | None = None
    order: float | None = None  # of attempts, where the learning system counts them
    when: float | None = None
    note: str = ""
    system: str = ""


@dataclass
class Found:
    """The hand-ins, one for each student, in the order of their ids, and what was set aside as nobody's."""

    hand_ins: list[HandIn]
    aside: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def find(folder: Path, assignment: str, release: notebook.Release | None = None) -> list[HandIn]:
    """The hand-ins in a folder or a class's archive, without a class list."""
    return take_in(folder, assignment, release or [], None).hand_ins


def take_in(
    folder: Path, assignment: str, release: notebook.Release, roster: Roster | None
) -> Found:
    """Everybody who handed in or should have. `folder` may be the archive that a learning system packs for a class."""
    said: list[str] = []
    with contextlib.ExitStack() as stack:
        entries = _entries(folder, assignment, roster, said, stack)
        found, aside = _owned(entries, assignment, roster)
        hand_ins = [_one(student, found[student], assignment, release) for student in sorted(found)]
    if roster:
        for each in hand_ins:
            each.name = roster.names.get(each.student) or each.name
            if each.student not in roster.names:
                each.notes.append(f"{LOOK}{each.student} is not on the class list")
        missing = [s for s in roster.names if s not in found]
        hand_ins += [
            HandIn(s, "", name=roster.names[s], error="handed in nothing", absent=True)
            for s in missing
        ]
        hand_ins.sort(key=lambda each: each.student)
    return Found(hand_ins, aside, said)


def _entries(
    folder: Path,
    assignment: str,
    roster: Roster | None,
    said: list[str],
    stack: contextlib.ExitStack,
) -> list[Entry]:
    """What lies right in the folder, or in the archive; an archive of a class counts as its folder."""
    if folder.is_file() and zipfile.is_zipfile(folder):
        return _unwrapped(_archive_entries(folder, stack))
    if not folder.is_dir():
        raise NotADirectoryError(f"the hand-ins must be a folder or a zip, got {folder}")
    _refuse_nbgrader(folder, assignment)
    entries = [
        Entry(text.of_file(p.name), p.is_dir() and not p.is_symlink()) for p in _sorted(folder)
    ]
    inside = {id(each): path for each, path in zip(entries, _sorted(folder), strict=True)}
    real = [each for each in entries if not archives.clutter(each.name)]
    classes = [each for each in real if not each.is_folder and _is_class(inside[id(each)])]
    known = [each for each in real if _on_list(roster, each, owner(each.name, False, assignment))]
    if real and len(classes) == len(real) and not known:
        said += [
            f"{each.name} was read as the archive of a class, by the names in it" for each in real
        ]
        found = [each for each in entries if each not in real]
        for each in classes:
            found += _unwrapped(_archive_entries(inside[id(each)], stack))
        return found
    for each in entries:
        path = inside[id(each)]
        try:
            each.items, each.error = archives.of_path(path)
        except Exception as error:
            each.error = f"cannot be read: {text.line(str(error))[:200]}"
        if each in classes:
            each.error = ("an archive of a whole class, by the names in it, among the hand-ins of single students: "
                          f"to grade it, name it itself: lstm-grade run {each.name}")  # fmt: skip
    if len(real) == 1 and real[0].is_folder and not _system(real[0].name, True):
        under = _below(real[0])
        if under and all(_system(e.name, e.is_folder) for e in under):
            return under
    return entries


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: text.of_file(path.name))


def _refuse_nbgrader(folder: Path, assignment: str) -> None:
    """Name the right folder, if this is another of nbgrader's."""
    course = {"source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py"}
    names = {path.name for path in folder.iterdir()}
    if (folder / "submitted").is_dir() and names & course:
        raise ValueError(
            f"{folder} is a course of nbgrader: the hand-ins are in {folder / 'submitted'}"
        )
    if (folder / assignment / "timestamp.txt").is_file():
        raise ValueError(
            f"{folder} is one student's folder of nbgrader: the hand-ins are in {folder.parent}"
        )
    if "timestamp.txt" in names and folder.name == assignment:
        raise ValueError(
            f"{folder} is one hand-in of nbgrader: the hand-ins are in {folder.parent.parent}"
        )


def _archive_entries(path: Path, stack: contextlib.ExitStack) -> list[Entry]:
    archive = stack.enter_context(archives.opened(path))
    found: dict[tuple[str, bool], Entry] = {}
    for item in archives.members(archive, of_class=True):
        top, inside = item.parts[0], len(item.parts) > 1
        found.setdefault((top, inside), Entry(top, inside)).items.append(item)
    for info in archive.infolist():  # folders with nothing in them are hand-ins of nothing
        if info.is_dir():
            top = archives.path_of(info.filename).parts[:1]
            if top and not archives.clutter(top[0]):
                found.setdefault((top[0], True), Entry(top[0], True))
    return list(found.values())


def _unwrapped(entries: list[Entry]) -> list[Entry]:
    """Without a folder that stands around everything, as some programs pack it."""
    real = [each for each in entries if not archives.clutter(each.name)]
    if len(real) == 1 and real[0].is_folder and not _system(real[0].name, True):
        return _below(real[0]) + [each for each in entries if each not in real] or entries
    return entries


def _below(outer: Entry) -> list[Entry]:
    found: dict[tuple[str, bool], Entry] = {}
    for item in outer.items:
        inner = item.below()
        if inner:
            key = (inner.parts[0], len(inner.parts) > 1)
            found.setdefault(key, Entry(*key)).items.append(inner)
    return list(found.values())


def _is_class(path: Path) -> bool:
    """Whether all that is in an archive is named as Canvas or Moodle name it."""
    if path.suffix.lower() != ".zip" or path.is_symlink() or not path.is_file():
        return False
    with contextlib.suppress(Exception), contextlib.ExitStack() as stack:
        entries = _unwrapped(_archive_entries(path, stack))
        real = [each for each in entries if not archives.clutter(each.name)]
        return bool(real) and all(_system(each.name, each.is_folder) for each in real)
    return False


def _system(name: str, is_folder: bool) -> re.Match[str] | None:
    """How Canvas or Moodle made this name."""
    if is_folder:
        return MOODLE_FOLDER.fullmatch(name)  # nothing of the student's follows
    return CANVAS.fullmatch(name) or MOODLE.match(
        name
    )  # after Canvas's numbers all is the student's


def owner(name: str, is_folder: bool, assignment: str, stripped: bool = True) -> Owner:
    """Who handed in something of this name: the number that Canvas or Moodle put in it, or what is left of it."""
    match = _system(name, is_folder)
    if match and "file" in match.groupdict():
        late = bool(match["late"])
        return Owner(match["id"], match["name"], late, float(match["file"]), system="canvas")
    if match:
        twice = name.count("_assignsubmission_") > 1
        note = f"{LOOK}the name {name[:80]!r} names more than one participant" if twice else ""
        return Owner(match["id"], match["name"], note=note, system="moodle")
    exchange = EXCHANGE.fullmatch(name) if is_folder else None
    if exchange:
        with contextlib.suppress(ValueError):
            return Owner(exchange["id"], when=parse_time(exchange["time"]), system="nbgrader")
    stem = name if is_folder else ENDING.sub("", name)
    if stripped and not is_folder:
        stem = COPY.sub("", stem) or stem
    this = re.escape(assignment)
    other = re.sub(rf"(^{this}[-_ ]+|[-_ ]+{this}$)", "", stem, flags=re.I).strip()
    return Owner(stem or name if not other or COPY.fullmatch(f" {other}") else other)


def student_of(name: str, assignment: str) -> str:
    """The student of a file, or of a folder of Moodle's."""
    return owner(name, name.endswith("_"), assignment).student


def _owned(
    entries: list[Entry], assignment: str, roster: Roster | None
) -> tuple[dict[str, list[tuple[Owner, Entry]]], list[str]]:
    """The entries of each student, and what is nobody's."""
    found: dict[str, list[tuple[Owner, Entry]]] = {}
    aside = []
    names = Counter(
        COPY.sub("", ENDING.sub("", each.name)) for each in entries if not each.is_folder
    )
    owners = _told_apart(
        [owner(each.name, each.is_folder, assignment) for each in entries], entries
    )
    for entry, mine in zip(entries, owners, strict=True):
        why = archives.clutter(entry.name)
        known = _on_list(roster, entry, mine)
        if not known and not mine.system and not entry.is_folder and not why:
            stem = ENDING.sub("", entry.name)
            if COPY.search(stem) and names[COPY.sub("", stem)] > 1:
                mine = owner(entry.name, False, assignment, stripped=False)
                said = f"{LOOK}is {stem!r} another student, or a second hand-in of {COPY.sub('', stem)!r}?"
                mine = Owner(mine.student, note=said)
                known = roster.find(COPY.sub("", stem)) if roster else None
            why = "" if known else archives.not_a_hand_in(entry.name)
        if why:
            aside.append(f"{entry.name}: {why}")
            continue
        found.setdefault(known or mine.student, []).append((mine, entry))
    return found, aside


def _on_list(roster: Roster | None, entry: Entry, mine: Owner) -> str | None:
    """The id on the class list of whoever handed this in, whatever ending a file has."""
    if roster is None:
        return None
    stem = entry.name if entry.is_folder or mine.system else PurePosixPath(entry.name).stem
    return roster.find(mine.student) or roster.find(stem)


def _told_apart(owners: list[Owner], entries: list[Entry]) -> list[Owner]:
    """Names with one number and several people are no system's, or a person's name was made to look like one's."""
    called: dict[str, set[str]] = {}
    for mine in owners:
        if mine.system and not mine.note:
            called.setdefault(mine.student, set()).add(mine.person)
    found = []
    for mine, entry in zip(owners, entries, strict=True):
        people = called.get(mine.student, set()) | {mine.person}
        if mine.person and len(people) > 1 and (mine.note or len(people - {mine.person}) > 0):
            some = ", ".join(sorted(people)[:3])
            sure = len(called[mine.student]) == 1 and not mine.note
            said = f"{LOOK}the number {mine.student} stands with several names: {some}"
            mine = mine if sure else Owner(ENDING.sub("", entry.name), note=said)
        found.append(mine)
    return found


@dataclass(frozen=True)
class Attempt:
    """A notebook that a student handed in, with what tells which one counts."""

    place: str
    content: bytes
    rank: tuple[object, ...]
    note: str
    item: Item
    mine: Owner


def _one(
    student: str, entries: list[tuple[Owner, Entry]], assignment: str, release: notebook.Release
) -> HandIn:
    """The hand-in of one student: the notebook that counts, or a reason."""
    made = HandIn(
        student, entries[0][1].name, name=next((o.person for o, _ in entries if o.person), "")
    )
    made.notes += dict.fromkeys(mine.note for mine, _ in entries if mine.note)
    stems = [entry.name if entry.is_folder else ENDING.sub("", entry.name) for _, entry in entries]
    twice = len({(e.name, e.is_folder) for _, e in entries}) < len(entries)
    if len({o.system for o, _ in entries}) > 1 or (
        not entries[0][0].system and (twice or len({*stems}) > 1)
    ):
        names = ", ".join(entry.name[:80] for _, entry in entries[:3])
        made.notes.append(f"{LOOK}several hand-ins were taken for one student's: {names}")
    try:
        best, reasons = None, []
        for attempt in _attempts(entries, assignment, release, reasons):
            if best is not None:
                worse = min(best, attempt, key=lambda each: each.rank)
                made.notes.append(f"also handed in, not graded: {worse.place}")
            best = attempt if best is None else max(best, attempt, key=lambda each: each.rank)
        if best is None:
            made.error = (
                "; ".join(dict.fromkeys(reasons))[:600] or "there is no notebook in the folder"
            )
            made.late = next((mine.late for mine, _ in entries if mine.late is not None), None)
            return made
        made.notes += [best.note] if best.note else []
        made.notes += [f"{LOOK}{reason}" for reason in dict.fromkeys(reasons)][:5]
        made.outer = best.item.parts[0]
        made.place, made.content, made.late = best.place, best.content, best.mine.late
        made.when = _when(best, entries, assignment, made.notes)
    except Exception as error:
        made.error = f"cannot be read: {type(error).__name__}: {text.line(str(error))[:200]}"
    return made


def _attempts(
    entries: list[tuple[Owner, Entry]],
    assignment: str,
    release: notebook.Release,
    reasons: list[str],
) -> Iterator[Attempt]:
    """Each notebook that can be read; what cannot goes into `reasons`."""
    budget = archives.Budget()
    for mine, entry in entries:
        if entry.error:
            reasons.append(entry.error)
        if mine.system == "moodle" and entry.name.rstrip("_").endswith("_onlinetext"):
            reasons.append("only text typed online")
            continue
        others = []
        for item in archives.unpacked(entry.items, budget, reasons):
            kind = archives.kind(item.name)
            if kind == "other":
                others.append(item.name)
                continue
            try:
                content = strip.stripped(budget.read(item))
            except (strip.UnreadableError, archives.RefusedError) as error:
                if kind == "notebook":
                    reasons.append(str(error))
                else:
                    others.append(item.name)
                continue
            rank, note = _rank(item, mine, content, assignment, release)
            if not item.name.lower().endswith(".ipynb"):
                note = f"the file is called {item.name}"
            yield Attempt(item.place, content, rank, note, item, mine)
        if others and not entry.error:
            reasons.append(
                f"no notebook: {', '.join(others[:3])}{' ...' if len(others) > 3 else ''}"
            )


def _rank(
    item: Item, mine: Owner, content: bytes, assignment: str, release: notebook.Release
) -> tuple[tuple[object, ...], str]:
    """What counts, most first: this assignment, work in it, no checkpoint, the newest. And what there is to say."""
    about = notebook.about(content)
    cells = notebook.read_cells(content)
    ours = about.get("assignment") == assignment
    if not about.get("assignment") and release:
        ours = notebook.share(release, cells) >= OURS
    worked = not release or notebook.worked(release, cells)
    checkpoint = "checkpoint" in item.name.lower() or ".ipynb_checkpoints" in item.parts
    note = f"{LOOK}only a checkpoint that Jupyter kept was there" if checkpoint else ""
    made: tuple[float, ...] = (mine.order,) if mine.order is not None else item.made
    return (ours, worked, not checkpoint, made, text.natural(item.place)), note


def _when(
    best: Attempt, entries: list[tuple[Owner, Entry]], assignment: str, notes: list[str]
) -> float | None:
    """When it was handed in: by nbgrader's stamp, else by the date of the outermost file. Nonsense is reported."""
    if best.mine.when is not None:
        return best.mine.when
    if not best.mine.system:
        for item in (item for _, entry in entries for item in entry.items):
            if item.parts[1:] in (("timestamp.txt",), (assignment, "timestamp.txt")):
                said = text.line(item.read(200).decode("utf-8", "replace"))
                try:
                    return parse_time(said)
                except ValueError:
                    notes.append(
                        f"{LOOK}timestamp.txt says {said[:60]!r}, which is no date; the file's date counts"
                    )
    when = best.item.made[0]
    if not archives.sensible(when):
        notes.append(
            f"{LOOK}the date of {best.place} makes no sense, so nothing is counted as late"
        )
        return None
    return when


def parse_time(said: str) -> float:
    """Seconds since 1970 of an ISO date; one without a zone is taken as local time. ValueError if it makes no sense."""
    found = datetime.fromisoformat(said.strip().replace(" UTC", "+00:00")).timestamp()
    if not archives.sensible(found):
        raise ValueError(f"{said!r} makes no sense as the date of a hand-in")
    return found


__all__ = ["Found", "HandIn", "find", "owner", "parse_time", "safe_name", "student_of", "take_in"]
