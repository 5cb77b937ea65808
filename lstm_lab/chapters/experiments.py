"""The experiments of the chapters that are too long for a notebook, found in `chNN/experiments/NAME.py`.

`lstm-lab measure NAME` calls the module's `run(folder, jobs)`, which writes `results/NAME.json`; :func:`load` reads it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from lstm_lab import results
from lstm_lab._validate import one_of
from lstm_lab.chapters import parts


def experiments() -> list[str]:
    """The names that `lstm-lab measure` takes: the modules in the folders `experiments` of all chapters."""
    return sorted(_modules())


def _modules() -> dict[str, str]:
    """The module of each experiment, by its name."""
    folder = Path(__file__).parent
    return {
        file.stem: f"{__package__}.{chapter}.experiments.{file.stem}"
        for chapter in parts("experiments")
        for file in folder.glob(f"{chapter}/experiments/[a-z]*.py")
    }


def module(name: str) -> ModuleType:
    """The module of an experiment.

    Raises:
        ValueError: for an unknown name.
    """
    return import_module(_modules()[one_of("name", name, experiments())])


@cache
def load(name: str) -> dict[str, Any]:
    """The result of an experiment that ships with the book.

    Raises:
        ValueError: for an unknown name, or a file that is cut short, edited or of another version.
        FileNotFoundError: if it was not measured yet; the message names the command.
    """
    one_of("name", name, experiments())
    file = results.RESULTS / f"{name}.json"
    if not file.exists():
        raise FileNotFoundError(f"{file} is not there: make it with `lstm-lab measure {name}`")
    return results.read(file)
