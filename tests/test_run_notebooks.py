"""The runner of notebooks finds a failure, hides packages, and runs elsewhere than in the repository."""

from __future__ import annotations

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
