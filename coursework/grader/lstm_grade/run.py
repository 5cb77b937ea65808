"""Grade a folder: many submissions side by side, and go on after any interruption.

This process alone holds the results and writes the files. Each finished submission is kept at once in `OUT/work`, under
a digest of what it rests on, so a run that is started again grades only what is new or changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import intake, notebook, store, tables
from . import roster as rosters
from .grade import Graded, Sheet, from_dict, grade
from .late import Policy, known
from .probes import prove
from .store import FAILED
from .tables import totals

__all__ = ["Done", "Entry", "RefusedError", "carry_on", "run", "totals"]
UNSAFE = (
    "the box does not hold: a submission in it could {}. Nothing was graded. "
    "(--no-box --i-trust-these-submissions runs them without one.)"
)


class RefusedError(RuntimeError):
    """Nothing was graded; the message says why."""


@dataclass
class Entry:
    """A hand-in and, when it is done, its result."""

    hand_in: intake.HandIn
    key: str
    graded: Graded | None = None


@dataclass
class Done:
    """A run: everybody in it, what was set aside, what there is to say, and how many need a look."""

    entries: list[Entry]
    said: list[str]
    look: int
    aside: list[str]


def run(sheet: Sheet, folder: Path, out: Path, **options: Any) -> list[Entry]:
    """Grade every hand-in in `folder`; see `carry_on` for the options."""
    return carry_on(sheet, folder, out, **options).entries


def carry_on(
    sheet: Sheet,
    folder: Path,
    out: Path,
    *,
    jobs: int = -1,
    boxed: bool = True,
    policy: Policy | None = None,
    roster: rosters.Roster | None = None,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Grade every hand-in in `folder` and write scores, feedback, problems and the table of written answers.

    What is not given and was given to an earlier run into the same folder (`policy`, `roster`) is as it was then.
    Raises RefusedError if `out` is of another assignment or term, or if no box holds.
    """
    before = earlier(out, sheet)
    policy, roster, said = remembered(before, policy, roster, boxed)
    if boxed:
        check_box(sheet)
    taken = intake.take_in(folder, sheet.name, list(sheet.cells), roster)
    refuse_other_term(sheet, taken.hand_ins)
    policy, more = known(policy, {each.student for each in taken.hand_ins})
    entries = [Entry(each, key(sheet, each, boxed)) for each in taken.hand_ins]
    (out / "work").mkdir(parents=True, exist_ok=True)
    grade_all(sheet, out, entries, jobs, boxed, scheduler, progress)
    store.write_note(out, note(sheet, taken, policy, roster, boxed))
    look = tables.write(out)
    return Done(entries, taken.said + said + more, look, taken.aside)


def grade_all(
    sheet: Sheet,
    out: Path,
    entries: list[Entry],
    jobs: int,
    boxed: bool,
    scheduler: str | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Grade what no earlier run has graded, and keep each result at once."""
    for entry in entries:
        entry.graded = store.kept(out, entry.hand_in.file, entry.key)
        if entry.hand_in.absent:
            entry.graded = Graded(entry.hand_in.student, error=store.ABSENT)
    todo = [entry for entry in entries if entry.graded is None]
    done = len(entries) - len(todo)
    if progress:
        progress(done, len(entries))
    by_key = {entry.key: entry for entry in todo}
    for name, result in carry_out(sheet, todo, jobs, boxed, scheduler):
        entry = by_key[name]
        try:
            if result["student"] != entry.hand_in.student:
                raise ValueError("the result came back under another name")
            entry.graded = from_dict(result)
            if FAILED not in "".join(entry.graded.problems):
                store.write_record(out, entry.hand_in.file, entry.key, result)
            else:
                store.record(out, entry.hand_in.file).unlink(missing_ok=True)
        except Exception as error:
            entry.graded = Graded(
                entry.hand_in.student, problems=[f"{FAILED}: {type(error).__name__}: {error}"]
            )
            store.record(out, entry.hand_in.file).unlink(missing_ok=True)
        done += 1
        if progress:
            progress(done, len(entries))


def earlier(out: Path, sheet: Sheet) -> dict[str, Any] | None:
    """The note of an earlier run into this folder. Raises RefusedError if it was of another assignment or term."""
    if not (out / "work" / "_run.json").is_file():
        return None
    before = store.note_of(out)
    if (before["name"], before["term"]) != (sheet.name, sheet.term):
        raise RefusedError(
            f"{out} holds a run of {before['name']!r}, term {before['term']!r}, not of {sheet.name!r}, term "
            f"{sheet.term!r}: choose another folder with --out. Nothing was graded."
        )
    return before


def remembered(
    before: dict[str, Any] | None, policy: Policy | None, roster: rosters.Roster | None, boxed: bool
) -> tuple[Policy, rosters.Roster | None, list[str]]:
    """The policy and the class list, those of the earlier run if none are given now, and what is said of it."""
    said: list[str] = []
    if before is None:
        return policy or Policy(), roster, said
    old = Policy(**before["policy"])
    if policy is None:
        policy = old
        if old != Policy():
            said.append("the due date and its rules are those of the earlier run")
    elif policy != old:
        changed = [name for name in asdict(policy) if getattr(policy, name) != getattr(old, name)]
        said.append(f"changed since the earlier run: {', '.join(changed)}")
    if roster is None and before["options"].get("roster"):
        roster = rosters.Roster(**before["options"]["roster"])
        said.append("the class list is that of the earlier run")
    if before["options"].get("boxed", True) != boxed:
        said.append(f"changed since the earlier run: {'with' if boxed else 'without'} a box")
    return policy, roster, said


def refuse_other_term(sheet: Sheet, hand_ins: list[intake.HandIn]) -> None:
    """Raise RefusedError if all notebooks are of one other term or assignment: then an option is wrong."""
    abouts = [notebook.about(each.content) for each in hand_ins if each.content]
    said = {(about.get("assignment"), about.get("term")) for about in abouts if len(about) == 2}
    if len(abouts) < 2 or len(said) != 1 or said == {(sheet.name, sheet.term)}:
        return
    name, term = said.pop()
    raise RefusedError(
        f"all notebooks are of the assignment {name!r}, term {term!r}, not of {sheet.name!r}, term {sheet.term!r} "
        f"(lstm-grade run FOLDER {name} --term {term}). Nothing was graded."
    )


def note(
    sheet: Sheet, taken: intake.Found, policy: Policy, roster: rosters.Roster | None, boxed: bool
) -> dict[str, Any]:
    """What the run remembers of itself."""
    return {
        "name": sheet.name,
        "term": sheet.term,
        "title": sheet.title,
        "policy": asdict(policy),
        "options": {"boxed": boxed, "roster": asdict(roster) if roster else None},
        "tests": {c["name"]: c["points"] for c in sheet.cells if c["kind"] == "test"},
        "written": {c["name"]: c["points"] for c in sheet.cells if c["kind"] == "written"},
        "aside": taken.aside,
        "students": {
            each.student: {
                "file": each.file,
                "place": each.place,
                "outer": each.outer or each.place.partition("/")[0],
                "name": each.name,
                "when": each.when,
                "late": each.late,
                "absent": each.absent,
                "content": hashlib.sha256(each.content).hexdigest()[:16],
            }
            for each in taken.hand_ins
        },
    }


def check_box(sheet: Sheet) -> None:
    """Raise RefusedError unless a box can be made and holds."""
    from .box import BoxError

    try:
        broken = prove(sheet.limits)
    except BoxError as error:
        raise RefusedError(f"there is no working box: {error}. Nothing was graded.") from error
    if broken:
        raise RefusedError(UNSAFE.format(", ".join(broken)))


def key(sheet: Sheet, hand_in: intake.HandIn, boxed: bool) -> str:
    """A digest of everything that decides the marks."""
    parts = [repr(sheet), str(boxed), hand_in.student, hand_in.error, repr(hand_in.notes), _code()]
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace"))
    digest.update(hand_in.content)
    return digest.hexdigest()


@lru_cache
def _code() -> str:
    """A digest of the grader itself."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def end_with(parent: int) -> None:
    """End this process soon after `parent`, which started it, is gone: then so are the boxes that it holds.

    With 0, or when the parent grades itself, nothing is watched.
    """
    if parent in (0, os.getpid()):
        return
    if os.getppid() != parent:  # gone before this task came out of the queue
        os._exit(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    if "end_with" not in {t.name for t in threading.enumerate()}:
        threading.Thread(target=watch, name="end_with", daemon=True).start()


def one(
    sheet: Sheet, key: str, hand_in: intake.HandIn, boxed: bool, parent: int = 0
) -> tuple[str, dict[str, Any]]:
    """Grade one submission in a worker process. A fault of the grader is reported, not raised."""
    end_with(parent)
    try:
        return key, grade(sheet, hand_in, boxed).as_dict()
    except Exception as error:
        result = Graded(hand_in.student)
        result.problems = [f"{FAILED}: {type(error).__name__}: {error}"]
        return key, result.as_dict()


def carry_out(
    sheet: Sheet, todo: list[Entry], jobs: int, boxed: bool, scheduler: str | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Grade side by side on this machine's cores, or on the Dask cluster at `scheduler`."""
    if scheduler is not None:
        from distributed import Client, as_completed

        with Client(scheduler) as client:
            if boxed:
                client.run(check_box, sheet)  # on every worker
            common = client.scatter(sheet, broadcast=True)
            futures = [
                client.submit(one, common, e.key, e.hand_in, boxed, pure=False) for e in todo
            ]
            for future in as_completed(futures):
                yield future.result()
        return
    yield from _side_by_side(sheet, todo, jobs, boxed)


def _side_by_side(
    sheet: Sheet, todo: list[Entry], jobs: int, boxed: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Grade on this machine's cores. If a process is killed, those that are left are graded one by one."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    import joblib

    left = {entry.key: entry for entry in todo}
    work = (joblib.delayed(one)(sheet, e.key, e.hand_in, boxed, os.getpid()) for e in todo)
    parallel = joblib.Parallel(n_jobs=jobs, return_as="generator_unordered", batch_size=1)
    with contextlib.suppress(BrokenProcessPool):  # what joblib raises then is one, too
        for name, result in parallel(work):
            del left[name]
            yield name, result
    for entry in left.values():
        try:
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                yield alone.submit(
                    one, sheet, entry.key, entry.hand_in, boxed, os.getpid()
                ).result()
        except BrokenProcessPool:
            said = f"{FAILED}: its process was killed"
            yield entry.key, Graded(entry.hand_in.student, problems=[said]).as_dict()
