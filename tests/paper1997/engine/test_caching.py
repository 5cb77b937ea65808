"""What was compiled is used again, and never once something that it rests on has changed."""

import dis
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import CodeType

import pytest
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

import lstm_lab
from lstm_lab.paper1997.engine import caching, full_gradient, sampling, truncated_gradient
from lstm_lab.paper1997.runner import baselines

PACKAGE = Path(lstm_lab.__file__).parent
COMPILED = [
    one
    for module in (baselines, full_gradient, sampling, truncated_gradient)
    for one in vars(module).values()
    if isinstance(one, Dispatcher) and isinstance(one._cache, FunctionCache)
]

ILLEGAL = """
import numpy as np
from lstm_lab.paper1997.engine import truncated_gradient
print(truncated_gradient.illegal(np.array([0.1, 0.9]), 2))
"""
DRAWN = """
import numpy as np
from lstm_lab.paper1997.engine import layout, sampling
room = layout.empty_streams(40, 0)
whole = np.array([5, 6])
sampling.fill(sampling.DISTRACTORS, whole, np.array([0.0]), np.random.default_rng(1), room, 0, 1)
print(room.symbols[:4, 0].tolist())
"""


def names(code: CodeType) -> set[str]:
    """The global names that a function's code asks for, inner functions included."""
    found = {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
    return found.union(*(names(one) for one in code.co_consts if isinstance(one, CodeType)))


def rests_on(function, seen=None) -> set[Path]:
    """The files of a function and of all functions of the package that it calls."""
    seen = set() if seen is None else seen
    plain = getattr(function, "py_func", function)
    if plain in seen:
        return set()
    seen.add(plain)
    files = {Path(plain.__code__.co_filename).resolve()}
    for name in names(plain.__code__):
        other = plain.__globals__.get(name)
        other = getattr(other, "py_func", other)
        if callable(other) and getattr(other, "__module__", "").startswith("lstm_lab"):
            home = sys.modules[other.__module__].__file__
            files.add(Path(home).resolve())
            if hasattr(other, "__code__"):
                files |= rests_on(other, seen)
    return files


@pytest.mark.parametrize("function", COMPILED, ids=lambda f: f.py_func.__name__)
def test_the_digest_covers_every_file_that_compiled_code_rests_on(function):
    own = Path(function.py_func.__code__.co_filename).resolve()
    known = set(caching.sources()) | {own}  # Numba looks at a function's own file itself
    assert rests_on(function) <= known
    folder = Path(function._cache.cache_path)
    assert caching.digest() in folder.parent.name


def test_the_search_finds_files_across_modules():
    files = {path.name for path in rests_on(truncated_gradient.train)}
    assert {"truncated_gradient.py", "simd.py"} <= files
    assert len(COMPILED) >= 5


def answer(tree: Path, script: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(tree)}
    environment.pop("NUMBA_CACHE_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=tree, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("script", "file", "old", "new"),
    [
        (DRAWN, "sequences/draw.py", "low + int(", "low + 1 - 1 + 0 * int("),
        (
            ILLEGAL,
            "paper1997/engine/truncated_gradient.py",
            "return 0.0 if lowest",
            "return 7.0 if lowest",
        ),
    ],
    ids=["a function of another module", "the function itself"],
)
def test_a_change_is_seen_by_the_very_next_run(tmp_path, script, file, old, new):
    tree = tmp_path / "lstm_lab"
    shutil.copytree(PACKAGE, tree, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    before = answer(tmp_path, script)
    assert answer(tmp_path, script) == before
    source = (tree / file).read_text()
    assert source.count(old) == 1
    (tree / file).write_text(source.replace(old, new))
    assert answer(tmp_path, script) != before


def test_a_folder_is_begun_anew_where_any_source_changes(monkeypatch, tmp_path):
    names = {path.name for path in caching.sources()}
    assert {
        "simd.py",
        "truncated_gradient.py",
        "full_gradient.py",
        "sampling.py",
        "draw.py",
    } <= names
    seen = {caching.digest()}
    for number, path in enumerate(caching.sources()):
        changed = [*caching.sources()]
        changed[number] = tmp_path / path.name
        changed[number].write_bytes(path.read_bytes() + b"\n# a change")
        with monkeypatch.context() as patch:
            patch.setattr(caching, "sources", lambda changed=changed: changed)
            seen.add(caching.digest.__wrapped__())
    assert len(seen) == len(caching.sources()) + 1


def test_old_folders_go_and_a_folder_that_cannot_be_written_is_not_used(tmp_path, monkeypatch):
    old, young = tmp_path / "numba-old", tmp_path / "numba-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (0, 0))
    monkeypatch.setattr(caching.numba.config, "CACHE_DIR", str(tmp_path))
    kept = caching.cache_folder.__wrapped__()
    assert kept is not None
    assert kept.parent == tmp_path
    assert not old.exists()
    assert young.exists()
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setattr(caching.numba.config, "CACHE_DIR", str(blocked))
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert caching.cache_folder.__wrapped__() is None
