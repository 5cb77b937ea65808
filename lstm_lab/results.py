"""Recorded results on disk: where they are, how trials are run into them, written whole or not at all, and refused
where they are not ours.

They stand beside the package in a checkout, inside it in an installed wheel. A file carries a checksum of its content,
so that one that was cut short or edited by hand is told from one that this package wrote. A run that was stopped goes
on where it was: finished trials stand in a journal beside the result, which appears only when it is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

_SHIPPED = Path(__file__).resolve().parent / "recorded"  # put there by setup.py
RESULTS = _SHIPPED if _SHIPPED.is_dir() else _SHIPPED.parents[1] / "results"
FORMAT = 1
ADVICE = "move it away or delete it to run it anew"


def checksum(content: dict[str, Any]) -> str:
    """A checksum of everything in a result file."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_checked(path: Path) -> dict[str, Any]:
    """The content of a result file, if it is whole and unchanged.

    Raises:
        ValueError: for a file that is cut short, edited or of another format.
        FileNotFoundError: if there is none.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stated = content.pop("checksum")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise ValueError(f"{path.name} is damaged or no result file; {ADVICE}") from None
    if stated != checksum(content):
        raise ValueError(f"{path.name} was changed after it was written; {ADVICE}")
    if content.get("format") != FORMAT:
        raise ValueError(
            f"{path.name} has format {content.get('format')}, this version reads {FORMAT}; {ADVICE}"
        )
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step: a reader finds the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def clear_leftovers(path: Path) -> None:
    """Delete what a run that was killed while it wrote this file has left beside it."""
    for leftover in path.parent.glob(f".{path.name}.*"):
        leftover.unlink(missing_ok=True)


def run_trials(
    file: Path,
    keys: Sequence[Any],
    trial: Callable[[Any, Any], dict[str, Any]],
    settings: Any,
    jobs: int,
) -> list[dict[str, Any]]:
    """Run the trials that the journal does not hold yet, then write all of them as one file.

    Args:
        file: where the result is written, `results/NAME.json`.
        keys: what tells one trial from another, as plain JSON; the order of the trials in the result.
        trial: called with the settings and a key, returns the trial as plain JSON.
        settings: a dataclass with everything that decides the outcome.
        jobs: trials at a time; -1 for one a core.

    Returns:
        the trials, in the order of their keys.

    Raises:
        ValueError: if a stopped run with other settings left its journal, or what it left is damaged.
    """
    from joblib import Parallel, delayed
    from rich.progress import track

    plain = json.loads(json.dumps(asdict(settings)))
    journal = file.with_suffix(".journal")
    file.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(file)
    done = dict(_journal(journal, plain))
    left = [key for key in keys if json.dumps(key) not in done]
    with journal.open("a") as book:
        if not done and journal.stat().st_size == 0:
            book.write(json.dumps(plain) + "\n")
        run = Parallel(n_jobs=jobs, return_as="generator_unordered")(
            delayed(_keyed)(trial, settings, key) for key in left
        )
        for key, result in track(run, description=file.stem, total=len(left)):
            done[json.dumps(key)] = result
            book.write(json.dumps([key, result]) + "\n")
            book.flush()
    trials = [done[json.dumps(key)] for key in keys]
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    write_whole(file, result_bytes(plain, versions, trials))
    journal.unlink()
    return trials


def result_bytes(
    settings: dict[str, Any], versions: dict[str, str], trials: Sequence[dict[str, Any]]
) -> bytes:
    """A result file, with its checksum: a line for the settings, and one for each trial."""
    content = {"format": FORMAT, "settings": settings, "versions": versions, "trials": list(trials)}
    content = json.loads(json.dumps(content))  # as it will be read: keys are text
    head = {"checksum": checksum(content), **content}
    del head["trials"]
    lines = ",\n".join(json.dumps(one) for one in trials)
    return f'{json.dumps(head)[:-1]}, "trials": [\n{lines}\n]}}\n'.encode()


def _keyed(trial: Callable[[Any, Any], Any], settings: Any, key: Any) -> tuple[Any, Any]:
    return key, trial(settings, key)


def _journal(journal: Path, settings: Any) -> Iterator[tuple[str, Any]]:
    """What a stopped run left: the settings in the first line, then a trial a line; a torn last line is dropped."""
    if not journal.exists():
        return
    content = journal.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        journal.write_bytes(whole)
    try:
        plain, *kept = [json.loads(line) for line in whole.splitlines()] or [settings]
        trials = [(json.dumps(key), result) for key, result in kept]
        if not all(isinstance(result, dict) for _, result in trials):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        raise ValueError(f"{journal} is damaged; {ADVICE}") from None
    if plain != settings:
        raise ValueError(
            f"{journal} was made with other settings: remove it, or finish that run first"
        )
    yield from trials


def read(file: Path) -> dict[str, Any]:
    """The content of a result file: format, settings, versions and trials.

    Raises:
        ValueError: for a file that is cut short, edited or of another version, with what to do about it.
    """
    content = read_checked(file)
    kinds = {"settings": dict, "versions": dict, "trials": list}
    wrong = [part for part, kind in kinds.items() if not isinstance(content.get(part), kind)]
    if wrong or not all(isinstance(trial, dict) for trial in content["trials"]):
        raise ValueError(f"{file.name} is no result of this version; {ADVICE}")
    return content
