"""Results on disk: one JSON file a row, whole or not there, and refused where it is not ours.

A file is written beside its place and moved there in one step, after every trial that ends. Trials
that have not ended yet are kept apart, in ``.unfinished``; where they cannot be read, the message
says that without them the trials start anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_lab import results as recorded
from lstm_lab.results import ADVICE as ADVICE
from lstm_lab.results import FORMAT as FORMAT
from lstm_lab.results import checksum as checksum
from lstm_lab.results import clear_leftovers as clear_leftovers
from lstm_lab.results import read_checked as read_checked
from lstm_lab.results import write_whole as write_whole

from ... import _validate as check
from ..engine.layout import Weights
from ..published.open_decisions import AS, FIXED_DECISIONS, Decisions, decided
from ..published.schema import Net, Row
from ..published.spec import ROWS
from .trial import Reached, Trial

ENGINE = 1  # raised whenever the numbers of a trial change
RESULTS = recorded.RESULTS / "1997"
KEPT_WEIGHTS = 400  # nets up to this size go on record, for the first trial of a row
LONGEST_NAME = 150  # of a file; most systems take 255 bytes


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
        requested: how many trials were asked for.
        trials: those that have ended, by number.
        versions: of Python and the packages that wrote it.
    """

    row: str
    decisions: Decisions
    seed: int
    cap: int
    requested: int
    trials: dict[int, TrialRecord] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=lambda: versions())

    @property
    def complete(self) -> bool:
        """Whether all trials asked for have ended. Until then the quick ones are too many."""
        return len(self.trials) >= self.requested

    @property
    def name(self) -> str:
        """The row, and the decisions in which it departs from the defaults."""
        return "--".join([self.row, *changes_in_short(self.decisions)])


def departures(decisions: Decisions) -> dict[str, Any]:
    """The decisions that are not the default."""
    default = Decisions()
    return {
        one.name: getattr(decisions, one.name)
        for one in fields(decisions)
        if getattr(decisions, one.name) != getattr(default, one.name)
    }


def changes_in_short(decisions: Decisions) -> list[str]:
    """The departures as "NAME=VALUE"; those of a reading of `open_decisions.AS` together as "as=READING"."""
    left, short = departures(decisions), []
    for reading, known in AS.items():
        of_reading = departures(known)
        if of_reading and of_reading.items() <= left.items():
            short.append(f"as={reading}")
            left = {name: value for name, value in left.items() if name not in of_reading}
    return [*short, *(f"{name}={value}" for name, value in left.items())]


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
    """Where the record of a row stands; many departures together are named by a digest of their names."""
    name = Record(row, decisions, 0, 0, 0, versions={}).name.replace(" ", "_")
    if len(name) > LONGEST_NAME:
        name = f"{row}--{hashlib.sha256(name.encode()).hexdigest()[:16]}"
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
            "trials": record.requested,
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
    try:
        record = _of_content(content)
    except _OtherVersionError as other:
        raise ValueError(f"{path.name} {other}; {ADVICE}") from None
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise ValueError(
            f"{path.name} is no record of this version ({problem}); {ADVICE}"
        ) from None
    if path.stem.partition("--")[0] != record.row:
        raise ValueError(f"{path.name} holds row {record.row}: give it its name back, or delete it")
    return record


class _OtherVersionError(ValueError):
    """What a file comes from or is about, in words that follow its name."""


def _of_content(content: dict[str, Any]) -> Record:
    engine = content["versions"].get("engine")
    if engine != ENGINE:
        raise _OtherVersionError(
            f"comes from engine {engine}, this is engine {ENGINE}, whose numbers differ"
        )
    if content["row"] not in ROWS:
        raise _OtherVersionError(f"is about a row {content['row']!r} that is not known")
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
    for key, value in json.loads(json.dumps(now)).items():
        if then[key] != value:
            raise _OtherVersionError(f"was run with {key} {settings[key]}, the row now has {value}")
    trials = [_trial_of(one) for one in check.of_kind("trials", content["trials"], list)]
    seed = check.integer_in("seed", settings["seed"], minimum=0)
    cap, requested = (check.positive_integer(key, settings[key]) for key in ("cap", "trials"))
    by_number = {trial.number: trial for trial in trials}
    return Record(content["row"], decisions, seed, cap, requested, by_number, content["versions"])


def _trial_of(one: dict[str, Any]) -> TrialRecord:
    check.integer_in("number", one["number"], minimum=0)
    check.true_or_false("succeeded", one["succeeded"])
    check.integer_in("sequences", one["sequences"], minimum=0)
    check.number_in("seconds", one["seconds"], minimum=0)
    reached = tuple(Reached(**reached) for reached in one["reached"])
    for met in reached:
        check.integer_in("sequences", met.sequences, minimum=0)
    curve = tuple((n, error, wrong) for n, error, wrong in one["curve"])
    return TrialRecord(**one | {"reached": reached, "curve": curve})


def read_all(results: Path = RESULTS) -> dict[str, Record]:
    """All records in a folder, without its variants, by row."""
    paths = (results / f"{name}.json" for name in ROWS)
    return {path.stem: read(path) for path in paths if path.exists()}


# --- trials that have not ended


def keep_unfinished(trials: Iterable[Trial], path: Path) -> None:
    """Keep trials on the way, so that a run that is killed goes on where it was."""
    arrays: dict[str, Any] = {}
    notes = []
    for n, trial in enumerate(trials):
        for name, array in trial.weights._asdict().items():
            arrays[f"{n}.{name}"] = array
        if trial.changes is not None:
            for name, array in trial.changes._asdict().items():
                arrays[f"{n}.changes_{name}"] = array
        arrays[f"{n}.wrong"], arrays[f"{n}.error"] = trial.wrong, trial.error
        if trial.absent_cell_weights is not None:
            arrays[f"{n}.absent_cell_weights"] = trial.absent_cell_weights
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
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            notes = json.loads(str(kept["notes"]))
            for n, note in enumerate(notes):
                trial = fresh.get(note["number"])
                if trial is not None and note["identity"] == _identity(trial):
                    names = (key for key in kept.files if key.startswith(f"{n}."))
                    _restore(trial, note, {key.partition(".")[2]: kept[key] for key in names})
    except _UNREADABLE as problem:
        raise ValueError(
            f"{path} cannot be read ({problem}); delete it to start its trials anew"
        ) from None


# What a damaged archive of arrays may end in: that of zip, of zlib, of the header of an array, or of what it holds.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


def _restore(trial: Trial, note: dict[str, Any], kept: dict[str, Any]) -> None:
    """Set a trial that has just been started to where it was kept."""
    absent_cell_weights = kept.get("absent_cell_weights")
    for name, new in trial.weights._asdict().items():
        _same_kind(name, kept[name], new)
    if absent_cell_weights is not None and trial.absent_cell_weights is not None:
        _same_kind("absent_cell_weights", absent_cell_weights, trial.absent_cell_weights)
    trial.training.bit_generator.state = note["training"]
    trial.weights = Weights(**{name: kept[name] for name in Weights._fields})
    if trial.changes is not None:
        changes = {name: kept[f"changes_{name}"] for name in Weights._fields}
        for name, new in trial.changes._asdict().items():
            _same_kind(f"changes_{name}", changes[name], new)
        trial.changes = Weights(**changes)
    trial.absent_cell_weights, trial.wrong, trial.error = (
        absent_cell_weights,
        kept["wrong"],
        kept["error"],
    )
    trial.sequences = check.integer_in("sequences", note["sequences"], minimum=0)
    trial.seconds = check.number_in("seconds", note["seconds"], minimum=0)
    trial.latest_error = note["latest_error"]
    trial.reached = [Reached(**reached) for reached in note["reached"]]
    trial.curve = [(a, b, c) for a, b, c in note["curve"]]
    trial.pending = [(a, b) for a, b in note["pending"]]
    trial.chunks_per_point = check.positive_integer("chunks_per_point", note["chunks_per_point"])


def _same_kind(name: str, came: NDArray[Any], expected: NDArray[Any]) -> None:
    """Compiled code does not look at the shapes that it is given."""
    if (came.shape, came.dtype) != (expected.shape, expected.dtype):
        raise ValueError(
            f"{name} must be {expected.dtype} {expected.shape}, got {came.dtype} {came.shape}"
        )


def _identity(trial: Trial) -> str:
    """Everything that the numbers of a trial depend on."""
    row: Row = trial.row
    text = f"{ENGINE} {row!r} {trial.decisions!r} {trial.seed} {trial.number} {trial.cap}"
    return hashlib.sha256(text.encode()).hexdigest()


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
