"""The runner of notebooks finds a failure, hides packages, and runs elsewhere than in the repository."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
import run_notebooks

pytestmark = [pytest.mark.slow, pytest.mark.weekly("tools/run_notebooks.py")]


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


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no /proc")
def test_it_says_how_much_memory_a_kernel_needed_and_not_its_parent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def peak(cell: str) -> int:
        assert run_notebooks.main([notebook(tmp_path, cell)]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        found = re.fullmatch(r"one.ipynb: ran in \d+ s, (\d+) MB", line)
        assert found is not None, line
        return int(found[1])

    parents = bytearray(600_000_000)
    small = peak("1")
    del parents
    assert 0 < small < 300
    assert small + 250 < peak("kept = bytearray(300_000_000); del kept") < small + 350
