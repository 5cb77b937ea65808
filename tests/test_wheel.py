"""The package as others install it: a pure wheel, which needs NumPy alone and brings the recorded results."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import jupytext
import numpy as np
import pytest
from exercise_cells import ALONE, check_modules, task

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "lstm_lab",
    "bookbuild",
    "results",
    "pyproject.toml",
    "setup.py",
    "MANIFEST.in",
    "README.md",
    "LICENSE",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy so that the checkout stays clean."""
    source = tmp_path_factory.mktemp("source")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, source)
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    done = subprocess.run(
        [*command, "--wheel-dir", str(out), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = out.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory) -> Path:
    """A new environment with NumPy and the wheel and nothing else, made without a network."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    )
    zipfile.ZipFile(wheel).extractall(packages)
    installed = Path(np.__file__).parents[1]
    for part in installed.glob("numpy*"):
        (packages / part.name).symlink_to(part)
    return folder / "bin" / "python"


def run(python: Path, program: str, folder: Path) -> str:
    """What the program prints, run in a folder that has nothing to do with the repository."""
    done = subprocess.run(
        [str(python), "-I", "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_is_pure_and_holds_the_package_alone(wheel: Path):
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"lstm_lab", "bookbuild"}
    assert {"bookbuild/assets/explore.js", "lstm_lab/py.typed"} <= set(names)
    assert not [name for name in names if name.endswith((".journal", ".pyc", ".nbc", ".so"))]


def test_brings_every_recorded_result(wheel: Path):
    here = {
        f"lstm_lab/recorded/{file.relative_to(ROOT / 'results')}"
        for file in (ROOT / "results").rglob("*.json")
    }
    there = {
        name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("lstm_lab/recorded/")
    }
    assert there == here


def test_results_are_found_from_the_wheel(python: Path, tmp_path: Path):
    program = """
from lstm_lab import results
from lstm_lab.chapters import experiments
print(results.RESULTS.parent.name, len(experiments.load("latch")["trials"]))
"""
    place, trials = run(python, program, tmp_path).split()
    assert place == "lstm_lab"
    assert int(trials) > 0


def test_there_is_nothing_but_numpy(python: Path, tmp_path: Path):
    program = """
from importlib.util import find_spec
print(*filter(find_spec, ["numpy", "pip", "plotly", "torch", "numba"]))
"""
    assert run(python, program, tmp_path) == "numpy\n"


PROGRAM = """
from itertools import islice
import numpy as np
from lstm_lab import check, gradients, sequences, training
from lstm_lab.models import LSTM, LSTM1997, ElmanRNN, Perceptron, Readout

x, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([-1, -1, -1, 1])
perceptron = Perceptron(2)
perceptron.fit(x, labels)
assert (perceptron.predict(x) == labels).all()

rng = np.random.default_rng(0)
for cell in (ElmanRNN, LSTM, LSTM1997):
    layer = cell(2, 3, rng=rng)
    trace = layer.forward(rng.normal(size=(9, 2)))
    norms = gradients.jacobian_norms(layer, trace)
    assert norms.shape == (10,) or norms.shape == (9,), norms.shape
    assert np.isfinite(norms).all()

assert check.value(2.0, 2.0)
print("learned", len(list(islice(sequences.adding(rng, 30), 3))))
"""


def test_models_learn_and_measure_with_numpy_alone(python: Path, tmp_path: Path):
    assert run(python, PROGRAM, tmp_path) == "learned 3\n"


def test_the_checks_of_every_chapter_need_numpy_alone(python: Path, tmp_path: Path):
    """Every exercise is put to its check twice, undone and done, by the chapters as they stand."""
    (tmp_path / "task.json").write_text(json.dumps(task()), "utf-8")
    program = f"import sys; sys.stdin = open('task.json')\n{ALONE}"
    came = json.loads(run(python, program, tmp_path))
    assert came["checks"].keys() == check_modules().keys()
    assert all(came["checks"].values())
    assert len(came["exercises"]) >= 3 * len(came["checks"])
    assert all(verdicts == [None, True] for verdicts in came["exercises"].values())


CELLS = """
import json
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock


class Blank(ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock()


class Drawing(MetaPathFinder, Loader):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("plotly", "IPython", "matplotlib"):
            return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Blank(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.append(Drawing())
names, missing, ran = {"__name__": "__main__"}, set(), 0
out, sys.stdout = sys.stdout, sys.stderr
for cell in json.loads(Path("cells.json").read_text("utf-8")):
    try:
        exec(compile(cell, "cell", "exec"), names)
        ran += 1
    except ModuleNotFoundError as error:
        missing.add(error.name)
print(json.dumps([ran, sorted(missing)]), file=out)
"""


@pytest.mark.parametrize(
    ("chapter", "data"),
    [
        ("02-xor", []),
        ("03-hidden-units", []),
        ("01-perceptron", []),
        ("04-why-sequences", []),
        ("05-recurrent-networks", []),
    ],
)
def test_what_the_cells_of_a_chapter_compute_needs_numpy_alone(
    python: Path, tmp_path: Path, chapter: str, data: list[str]
):
    """Every cell is run; what would only be drawn goes nowhere. A cell that loads data from a package is left out."""
    notebook = jupytext.read(ROOT / "chapters" / f"{chapter}.md")
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    (tmp_path / "cells.json").write_text(json.dumps(cells), "utf-8")
    ran, missing = json.loads(run(python, CELLS, tmp_path))
    assert missing == data
    assert ran == len(cells) - len(data)
