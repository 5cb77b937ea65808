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
        ValueError: if a stopped run with other settings left its journal.
    """
    from joblib import Parallel, delayed
    from rich.progress import track

    plain = json.loads(json.dumps(asdict(settings)))
    journal = file.with_suffix(".journal")
    file.parent.mkdir(parents=True, exist_ok=True)
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
    lines = ",\n".join(json.dumps(one) for one in trials)
    head = json.dumps({"settings": plain, "versions": versions})[:-1]
    partial = file.with_suffix(".partial")
    partial.write_text(f'{head}, "trials": [\n{lines}\n]}}\n')
    partial.replace(file)
    journal.unlink()
    return trials


def _keyed(trial: Callable[[Any, Any], Any], settings: Any, key: Any) -> tuple[Any, Any]:
    return key, trial(settings, key)


def _journal(journal: Path, settings: Any) -> Iterator[tuple[str, Any]]:
    """What a stopped run left: the settings in the first line, then a trial a line; a torn last line is dropped."""
    if not journal.exists():
        return
    text = journal.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        journal.write_text(whole)
    lines = whole.splitlines()
    if lines and json.loads(lines[0]) != settings:
        raise ValueError(
            f"{journal} was made with other settings: remove it, or finish that run first"
        )
    for line in lines[1:]:
        key, result = json.loads(line)
        yield json.dumps(key), result


@cache
def load(name: str) -> dict[str, Any]:
    """The result of an experiment that ships with the book.

    Raises:
        ValueError: for an unknown name.
        FileNotFoundError: if it was not measured yet; the message names the command.
    """
    one_of("name", name, experiments())
    file = RESULTS / f"{name}.json"
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there: make it with `lstm-lab measure {name}`")
    return dict(json.loads(file.read_text()))
