"""Results on disk: one JSON file a row, whole or not there, and refused where it is not ours.

A file is written beside its place and moved there in one step, after every trial that ends. It
carries a checksum of its content, so that a file that was cut short or edited by hand is told from
one that this package wrote. Trials that have not ended yet are kept apart, in ``.unfinished``;
they are a convenience, and where they cannot be read the trial starts anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import tempfile
from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab import _recorded

from .choices import FIXED_DECISIONS, Decisions, decided
from .engine import Weights
from .kinds import Net, Row
from .spec import ROWS
from .trial import Reached, Trial

FORMAT = 1
ENGINE = 1  # raised whenever the numbers of a trial change
RESULTS = _recorded.RESULTS / "1997"
ADVICE = "move it away or delete it to run it anew"
KEPT_WEIGHTS = 400  # nets up to this size go on record, for the first trial of a row


@dataclass(frozen=True)
class TrialRecord:
    """What became of one trial.

    Attributes:
        number: which trial; with the row and the seed it fixes every random draw.
        succeeded: whether the last stopping rule was met within the cap.
        sequences: how many training sequences were learnt.
        reached: the rules met.
        seconds: of one core, shared fairly among the trials that ran side by side.
        curve: (sequences, mean error, share wrong) of the training sequences.
        weights: the final weights, where they are kept.
    """

    number: int
    succeeded: bool
    sequences: int
    reached: tuple[Reached, ...]
    seconds: float
    curve: tuple[tuple[int, float, float], ...]
    weights: dict[str, Any] | None = None


@dataclass
class Record:
    """What is known of one row under one set of decisions.

    Attributes:
        row: its name.
        decisions: the decisions on what the paper leaves open.
        seed: the seed of all trials.
        cap: training sequences after which a trial has failed.
        wanted: how many trials were asked for.
        trials: those that have ended, by number.
        versions: of Python and the packages that wrote it.
    """

    row: str
    decisions: Decisions
    seed: int
    cap: int
    wanted: int
    trials: dict[int, TrialRecord] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=lambda: versions())

    @property
    def complete(self) -> bool:
        """Whether all trials asked for have ended. Until then the quick ones are too many."""
        return len(self.trials) >= self.wanted

    @property
    def name(self) -> str:
        """The row, and the decisions in which it departs from the defaults."""
        return "--".join([self.row, *(f"{k}={v}" for k, v in departures(self.decisions).items())])


def departures(decisions: Decisions) -> dict[str, Any]:
    """The decisions that are not the default."""
    default = Decisions()
    return {
        one.name: getattr(decisions, one.name)
        for one in fields(decisions)
        if getattr(decisions, one.name) != getattr(default, one.name)
    }


def versions() -> dict[str, Any]:
    """What the numbers may depend on."""
    import numba

    return {
        "engine": ENGINE,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def place(results: Path, row: str, decisions: Decisions) -> Path:
    """Where the record of a row stands."""
    name = Record(row, decisions, 0, 0, 0, versions={}).name.replace(" ", "_")
    folder = results / "variants" if departures(decisions) else results
    return folder / f"{name}.json"


def of_trial(trial: Trial) -> TrialRecord:
    """What to put on record of a trial that has ended."""
    keep = trial.number == 0 and trial.row.weights <= KEPT_WEIGHTS
    return TrialRecord(
        trial.number,
        trial.succeeded,
        trial.sequences,
        tuple(trial.reached),
        round(trial.seconds, 3),
        tuple((n, _short(error), _short(wrong)) for n, error, wrong in trial.curve),
        {name: array.tolist() for name, array in trial.weights._asdict().items()} if keep else None,
    )


def write(record: Record, path: Path) -> None:
    """Write a record: the whole file, or none of it."""
    row = decided(ROWS[record.row], record.decisions)
    content: dict[str, Any] = {
        "format": FORMAT,
        "row": record.row,
        "what": {"table": row.table, "section": row.section, "title": row.title},
        "settings": {
            "seed": record.seed,
            "cap": record.cap,
            "trials": record.wanted,
            "learning_rate": row.learning_rate,
            "tolerance": row.tolerance,
            "net": asdict(row.net),
            "task": asdict(row.task),
            "rules": {stage.name: asdict(stage.rule) for stage in row.stages},
            "test_size": row.test_size,
        },
        "decisions": asdict(record.decisions),
        "departures": departures(record.decisions),
        "fixed_decisions": FIXED_DECISIONS,
        "versions": record.versions,
        "trials": [asdict(record.trials[number]) for number in sorted(record.trials)],
    }
    content["checksum"] = checksum(content)
    write_whole(path, (_layout(content) + "\n").encode())


def read(path: Path) -> Record:
    """Read a record.

    Raises:
        ValueError: for a file that is cut short, edited, of another format, another engine or
            another definition of the row, with what to do about it.
        FileNotFoundError: if there is none.
    """
    content = read_checked(path)
    if content["versions"].get("engine") != ENGINE:
        raise ValueError(
            f"{path.name} comes from engine {content['versions'].get('engine')}, this is engine "
            f"{ENGINE}, whose numbers differ; {ADVICE}"
        )
    if content["row"] not in ROWS:
        raise ValueError(f"{path.name} is about a row {content['row']!r} that is not known")
    decisions = Decisions(**content["decisions"])
    row = decided(ROWS[content["row"]], decisions)
    settings = content["settings"]
    rules = {stage.name: asdict(stage.rule) for stage in row.stages}
    now = {
        "learning_rate": row.learning_rate,
        "tolerance": row.tolerance,
        "net": asdict(row.net),
        "task": asdict(row.task),
        "rules": rules,
        "test_size": row.test_size,
    }
    later = {one.name: one.default for one in fields(Net) if one.default is not MISSING}
    then = settings | {"net": later | settings["net"]}  # what a net had before it could be named
    for name, value in json.loads(json.dumps(now)).items():
        if then[name] != value:
            raise ValueError(
                f"{path.name} was run with {name} {settings[name]}, the row now has {value}; "
                f"{ADVICE}"
            )
    trials = {}
    for one in content["trials"]:
        one["reached"] = tuple(Reached(**reached) for reached in one["reached"])
        one["curve"] = tuple((n, error, wrong) for n, error, wrong in one["curve"])
        trials[one["number"]] = TrialRecord(**one)
    return Record(
        content["row"],
        decisions,
        settings["seed"],
        settings["cap"],
        settings["trials"],
        trials,
        content["versions"],
    )


def read_checked(path: Path) -> dict[str, Any]:
    """The content of a result file, if it is whole and unchanged.

    Raises:
        ValueError: for a file that is cut short, edited or of another format.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        stated = content.pop("checksum")
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, AttributeError, TypeError):
        raise ValueError(f"{path.name} is damaged or no result file; {ADVICE}") from None
    if stated != checksum(content):
        raise ValueError(f"{path.name} was changed after it was written; {ADVICE}")
    if content.get("format") != FORMAT:
        raise ValueError(
            f"{path.name} has format {content.get('format')}, this version reads {FORMAT}; {ADVICE}"
        )
    return content


def read_all(results: Path = RESULTS) -> dict[str, Record]:
    """All records in a folder, without its variants, by row."""
    paths = (results / f"{name}.json" for name in ROWS)
    return {path.stem: read(path) for path in paths if path.exists()}


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step."""
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


# --- trials that have not ended


def keep_unfinished(trials: Iterable[Trial], path: Path) -> None:
    """Keep trials on the way, so that a run that is killed goes on where it was."""
    arrays: dict[str, Any] = {}
    notes = []
    for n, trial in enumerate(trials):
        for name, array in trial.weights._asdict().items():
            arrays[f"{n}.{name}"] = array
        arrays[f"{n}.wrong"], arrays[f"{n}.error"] = trial.wrong, trial.error
        if trial.seedling is not None:
            arrays[f"{n}.seedling"] = trial.seedling
        notes.append(
            {
                "identity": _identity(trial),
                "number": trial.number,
                "training": trial.training.bit_generator.state,
                "sequences": trial.sequences,
                "latest_error": trial.latest_error,
                "reached": [asdict(reached) for reached in trial.reached],
                "curve": trial.curve,
                "pending": trial.pending,
                "chunks_per_point": trial.chunks_per_point,
                "seconds": trial.seconds,
            }
        )
    buffer = io.BytesIO()
    np.savez(buffer, notes=np.array(json.dumps(notes)), **arrays)
    write_whole(path.parent / ".gitignore", b"*\n")
    write_whole(path, buffer.getvalue())


def restore_unfinished(fresh: dict[int, Trial], path: Path) -> None:
    """Set trials that have just been started to where they were kept, if they were."""
    if not path.exists():
        return
    try:
        with np.load(path, allow_pickle=False) as kept:
            notes = json.loads(str(kept["notes"]))
            for n, note in enumerate(notes):
                trial = fresh.get(note["number"])
                if trial is None or note["identity"] != _identity(trial):
                    continue
                arrays = {key: kept[f"{n}.{key}"] for key in Weights._fields}
                trial.training.bit_generator.state = note["training"]
                trial.weights = Weights(**arrays)
                trial.wrong, trial.error = kept[f"{n}.wrong"], kept[f"{n}.error"]
                seedling = f"{n}.seedling"
                trial.seedling = kept.get(seedling)
                trial.sequences, trial.seconds = note["sequences"], note["seconds"]
                trial.latest_error = note["latest_error"]
                trial.reached = [Reached(**reached) for reached in note["reached"]]
                trial.curve = [(a, b, c) for a, b, c in note["curve"]]
                trial.pending = [(a, b) for a, b in note["pending"]]
                trial.chunks_per_point = note["chunks_per_point"]
    except (ValueError, KeyError, OSError, EOFError) as problem:
        raise ValueError(
            f"{path} cannot be read ({problem}); delete it to start its trials anew"
        ) from None


def _identity(trial: Trial) -> str:
    """Everything that the numbers of a trial depend on."""
    row: Row = trial.row
    text = f"{ENGINE} {row!r} {trial.decisions!r} {trial.seed} {trial.number} {trial.cap}"
    return hashlib.sha256(text.encode()).hexdigest()


def checksum(content: dict[str, Any]) -> str:
    """A checksum of everything in a result file."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _layout(content: dict[str, Any]) -> str:
    """JSON with a line for each setting and each trial: readable, and small in a diff."""
    lines = []
    for key, value in content.items():
        if key == "trials":
            inner = ",\n".join(f"    {json.dumps(one)}" for one in value)
            lines.append(f'  "trials": [\n{inner}\n  ]' if value else '  "trials": []')
        elif isinstance(value, dict):
            inner = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            lines.append(f"  {json.dumps(key)}: {{\n{inner}\n  }}" if value else f'  "{key}": {{}}')
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}"
