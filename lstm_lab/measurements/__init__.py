"""Experiments of the chapters that are too long for a notebook.

`lstm-lab measure NAME` runs `lstm_lab.measurements.NAME.run` and writes `results/NAME.json`. A run that
was stopped goes on where it was: finished trials stand in a journal beside the result, which appears
only when it is whole.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._recorded import ADVICE, FORMAT, checksum, clear_leftovers, read_checked, write_whole
from lstm_lab._recorded import RESULTS as RESULTS
from lstm_lab._validate import one_of


def experiments() -> list[str]:
    """The names that `lstm-lab measure` takes: the modules of this package."""
    return sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))


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


@cache
def load(name: str) -> dict[str, Any]:
    """The result of an experiment that ships with the book.

    Raises:
        ValueError: for an unknown name, or a file that is cut short, edited or of another version.
        FileNotFoundError: if it was not measured yet; the message names the command.
    """
    one_of("name", name, experiments())
    file = RESULTS / f"{name}.json"
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there: make it with `lstm-lab measure {name}`")
    return read(file)


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
