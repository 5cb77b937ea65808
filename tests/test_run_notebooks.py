"""The runner of notebooks finds a failure, hides packages, and runs elsewhere than in the repository."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
import run_notebooks

pytestmark = pytest.mark.slow


def notebook(folder: Path, *cells: str) -> str:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    file = folder / "one.ipynb"
    nbformat.write(made, file)
    return str(file)


def test_a_failing_cell_fails_the_run_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run_notebooks.main([notebook(tmp_path, "1 / 0")]) == 1
    out = capsys.readouterr().out
    assert "one.ipynb: failed" in out
    assert "ZeroDivisionError" in out


def test_it_runs_in_an_empty_folder_with_packages_hidden(tmp_path: Path):
    cells = (
        "import os; assert os.listdir() == [], os.listdir()",
        "import numpy",
        "try:\n    import torch\nexcept ImportError:\n    pass\nelse:\n    raise AssertionError('torch')",
    )
    assert run_notebooks.main([notebook(tmp_path, *cells), "--without", "torch,numba"]) == 0


def test_it_says_how_much_memory_a_notebook_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run_notebooks.main([notebook(tmp_path, "kept = b'1' * 300_000_000; del kept")]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    peak = re.fullmatch(r"one.ipynb: ran in \d+ s, (\d+) MB", line)
    assert peak is not None, line
    assert 300 < int(peak[1]) < 900
