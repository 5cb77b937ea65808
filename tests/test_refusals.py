"""Recorded results that were cut short, edited or written by another version are refused, by the name of their file."""

from __future__ import annotations

import copy
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from lstm_grade import run as grading

from lstm_lab import results
from lstm_lab import results as _recorded
from lstm_lab.chapters.ch06.experiments import latch
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import baselines, records, run
from lstm_lab.paper1997.runner.trial import start

RESULTS = Path(__file__).parents[1] / "results"
CHANGES = 40  # one byte each, per file
# The smallest of each kind: what is read is the same for all.
SHORT = {
    "row": "1997/6a.json",
    "variant": "1997/variants/6a--output_slope=False.json",
    "baseline": "1997/baselines/rtrl-4-4.json",
    "measurement": "patience.json",
}


def read(kind: str, file: Path) -> object:
    """Read a copied result as the package reads it: by the functions that tables and figures call."""
    if kind == "measurement":
        return results.read(file)
    if kind == "baseline":
        return baselines.read_all(file.parent.parent)["rtrl-4-4"]
    return records.read(file)


@pytest.fixture(params=SHORT)
def recorded(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A kind of result, and a copy of one."""
    file = tmp_path / SHORT[request.param]
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(RESULTS / SHORT[request.param], file)
    return request.param, file


def refusal(do: Callable[[], object]) -> str | None:
    """What the ValueError says, if there is one; any other error is a failure."""
    try:
        do()
    except ValueError as error:
        return str(error)
    return None


def assert_refused(kind: str, file: Path) -> None:
    with pytest.raises(ValueError, match="delete it") as caught:
        read(kind, file)
    assert file.name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", sorted(RESULTS.glob("*.json")), ids=lambda file: file.stem)
def test_every_measurement_that_ships_is_whole(file: Path):
    assert results.read(file)["trials"]


@pytest.mark.parametrize("folder", ["1997", "1997/variants"])
def test_every_record_that_ships_is_whole(folder: str):
    files = sorted((RESULTS / folder).glob("*.json"))
    assert files
    assert all(records.read(file).trials for file in files)


def test_one_that_is_cut_short_is_refused(recorded):
    kind, file = recorded
    whole = file.read_bytes()
    for end in range(0, len(whole.rstrip()), max(1, len(whole) // 60)):
        file.write_bytes(whole[:end])
        assert_refused(kind, file)


def test_one_with_a_byte_changed_is_refused_or_says_the_same(recorded):
    kind, file = recorded
    whole, rng = file.read_bytes(), random.Random(1997)
    expected, refused = read(kind, file), 0
    for _ in range(CHANGES):
        changed = bytearray(whole)
        changed[rng.randrange(len(whole))] = rng.randrange(256)
        file.write_bytes(changed)
        if _means(changed) == _means(whole):
            assert read(kind, file) == expected
            continue
        refused += 1
        assert_refused(kind, file)
    assert refused > CHANGES // 2


def _means(content: bytes) -> str | None:
    """The content without the blanks between its parts, numbers as they were written; None for no JSON."""
    try:
        return json.dumps(json.loads(content))
    except (ValueError, RecursionError):
        return None


def places(content: object, path: tuple = ()) -> list[tuple]:
    """The paths of all parts of a result; of long lists, the first part."""
    found = [path] if path else []
    if isinstance(content, dict):
        for key, value in content.items():
            found += places(value, (*path, key))
    elif isinstance(content, list) and content:
        found += places(content[0], (*path, 0))
    return found


# What a reader of a result depends on: it is refused if one is gone or of another kind, even with a right checksum.
NEEDED = {
    "row": ["row", "settings", "decisions", "versions", "trials", "format"],
    "baseline": ["baseline", "seed", "cap", "trials", "format"],
    "measurement": ["settings", "versions", "trials", "format"],
}
OTHERS = [None, False, -1, 1e400, "text", [], {}, [[]], {"a": 1}]

HARMLESS = {
    "row": [("decisions", {}), ("trials", [])],  # the defaults; no trial yet
    "variant": [("decisions", {}), ("trials", [])],
    "baseline": [("trials", [])],
    "measurement": [
        *[(part, other) for part in ("settings", "versions") for other in ({}, {"a": 1})],
        ("trials", []),
    ],
}


def signed(content: dict, file: Path) -> None:
    content = {key: value for key, value in content.items() if key != "checksum"}
    file.write_text(json.dumps(content | {"checksum": _recorded.checksum(content)}))


def test_one_of_another_version_is_refused_though_its_checksum_is_right(recorded):
    kind, file = recorded
    whole = json.loads(file.read_text())
    signed(whole, file)
    assert read(kind, file)
    taken = []
    for part in NEEDED.get(kind, NEEDED["row"]):
        signed({key: value for key, value in whole.items() if key != part}, file)
        assert_refused(kind, file)
        for other in OTHERS:
            signed(whole | {part: other}, file)
            said = refusal(lambda: read(kind, file))
            assert said is None or (file.name in said and "delete it" in said), (part, other)
            taken += [(part, other)] if said is None else []
    assert [one for one in taken if one not in HARMLESS[kind]] == []


def test_any_part_dropped_or_of_another_kind_is_refused_or_plays_no_role(recorded):
    """Nothing but a ValueError that names the file, wherever in it the other version differs."""
    kind, file = recorded
    whole, rng = json.loads(file.read_text()), random.Random(5)
    refused = 0
    paths = [path for path in places(whole) if path != ("checksum",)]
    for path in rng.sample(paths, min(50, len(paths))):
        content = copy.deepcopy(whole)
        part = content
        for key in path[:-1]:
            part = part[key]
        if rng.random() < 0.5:
            del part[path[-1]]
        else:
            part[path[-1]] = rng.choice([other for other in OTHERS if other != part[path[-1]]])
        signed(content, file)
        said = refusal(lambda: read(kind, file))
        assert said is None or file.name in said, path
        refused += said is not None
    assert refused >= (3 if kind == "measurement" else 10)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"\xff\xfe{}", b"[" * 100_000, b"NaN", b"1"],
    ids=["empty", "zeros", "no text", "deep", "NaN", "a number"],
)
def test_what_is_no_result_at_all_is_refused(recorded, content: bytes):
    kind, file = recorded
    file.write_bytes(content)
    assert_refused(kind, file)


def test_one_under_the_name_of_another_is_refused(tmp_path: Path):
    shutil.copy(RESULTS / "1997" / "6b.json", tmp_path / "6a.json")
    with pytest.raises(ValueError, match=r"6a\.json holds row 6b"):
        records.read(tmp_path / "6a.json")
    (tmp_path / "baselines").mkdir()
    shutil.copy(RESULTS / "1997/baselines/rtrl-4-4.json", tmp_path / "baselines/rtrl-4-1.json")
    with pytest.raises(ValueError, match=r"rtrl-4-1\.json holds rtrl-4-4"):
        baselines.read_all(tmp_path)


# --- trials on the way


@pytest.fixture(scope="module")
def unfinished(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two trials of row 6a, kept on the way."""
    folder = tmp_path_factory.mktemp("unfinished")
    records.keep_unfinished([fresh(0), fresh(1)], folder / "6a.npz")
    return (folder / "6a.npz").read_bytes()


def fresh(number: int):
    return start(spec.row("6a"), open_decisions.Decisions(), 0, number, 2500)


def restored(content: bytes, file: Path) -> list[bytes] | None:
    """The weights of the two trials as they were kept; None if the file is refused with its name."""
    file.write_bytes(content)
    trials = {number: fresh(number) for number in (0, 1)}
    said = refusal(lambda: records.restore_unfinished(trials, file))
    if said is not None:
        assert said.startswith(f"{file} cannot be read")
        assert "delete it to start its trials anew" in said
        return None
    return [b"".join(w.tobytes() for w in trial.weights) for trial in trials.values()]


def test_kept_trials_that_are_cut_short_are_refused(unfinished: bytes, tmp_path: Path):
    for end in range(0, len(unfinished), len(unfinished) // 60):
        assert restored(unfinished[:end], tmp_path / "6a.npz") is None


def test_kept_trials_with_a_byte_changed_are_refused_or_the_same(unfinished: bytes, tmp_path: Path):
    whole, rng = restored(unfinished, tmp_path / "6a.npz"), random.Random(7)
    came = []
    for _ in range(150):
        changed = bytearray(unfinished)
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        came.append(restored(changed, tmp_path / "6a.npz"))
    assert all(weights in (None, whole) for weights in came)
    assert came.count(None) > 75


def test_kept_weights_of_another_shape_are_refused(unfinished: bytes, tmp_path: Path):
    """Compiled code would read beyond them."""
    file = tmp_path / "6a.npz"
    file.write_bytes(unfinished)
    with np.load(file) as kept:
        arrays = dict(kept)
    name = "0.hidden"
    for other in (arrays[name][:1], arrays[name].astype("f4"), np.zeros(()), np.array("text")):
        np.savez(file, **arrays | {name: other})
        assert restored(file.read_bytes(), file) is None
    np.savez(file, **{key: value for key, value in arrays.items() if key != name})
    assert restored(file.read_bytes(), file) is None


def test_a_run_does_not_begin_over_kept_trials_that_it_cannot_read(unfinished, tmp_path: Path):
    (tmp_path / ".unfinished").mkdir()
    (tmp_path / ".unfinished" / "6a.npz").write_bytes(unfinished[:-40])
    with pytest.raises(ValueError, match=r"6a\.npz cannot be read"):
        run.reproduce(["6a"], 2, cap=2500, results=tmp_path, progress=False)
    assert not (tmp_path / "6a.json").exists()


# --- journals of measurements, records of graded submissions

SMALL = latch.LatchSettings(
    cells=(("tanh RNN", "tanh RNN", {}),),
    lags=(2,),
    noises=(0.2,),
    seeds=2,
    hidden_size=2,
    batch=2,
    updates=2,
    test_sequences=4,
)


@pytest.mark.parametrize(
    "lines",
    ["nothing\n", '{"seeds"\n', "[]\n[[0]]\n", "{}\n[1, 2, 3]\n", "{}\n7\n", "[[[[\n", "\xff\n"],
)
def test_a_damaged_journal_is_refused_by_name(lines: str, tmp_path: Path):
    journal = tmp_path / "latch.journal"
    journal.write_bytes(lines.encode("latin-1"))
    with pytest.raises(
        ValueError, match=r"latch\.journal (is damaged|was made with other settings)"
    ):
        latch.run(tmp_path, jobs=1, settings=SMALL)
    assert journal.read_bytes() == lines.encode("latin-1")
    assert not (tmp_path / "latch.json").exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"name": 3}', '{"students": {}}', "[" * 9999]
)
@pytest.mark.parametrize("file", ["_run.json", "_manual.json"])
def test_a_damaged_note_of_a_graded_class_is_refused_by_name(
    file: str, content: str, tmp_path: Path
):
    note = {
        "name": "perceptron", "term": "a", "title": "A", "written": {}, "students": {},
        "policy": {"due": None, "percent": 0.0, "free_days": 0, "days": {}},
    }  # fmt: skip
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "_run.json").write_text(json.dumps(note))
    assert grading.totals(tmp_path) == []
    (tmp_path / "work" / file).write_text(content)
    if file == "_manual.json" and content in ("{}", '{"students": {}}'):  # no marks, or of nobody
        assert grading.totals(tmp_path) == []
        return
    with pytest.raises(ValueError, match=f"{file} is damaged"):
        grading.totals(tmp_path)
