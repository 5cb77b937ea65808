"""Run notebooks as a reader would: each in a new kernel, from a folder that is not the repository.

Usage: ``python tools/run_notebooks.py [NOTEBOOK ...] [--without numba,torch]``; by default all chapters. With
``--without`` the named packages cannot be imported, as where they do not exist (in a browser, for one). Each line says
how long the notebook took and how much memory its kernel needed at most. The exit code is 1 when a notebook fails; its
error is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat

from lstm_lab.bench.package import PEAK

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
SECONDS = 900  # for one cell
WITHOUT = """
import sys

for name in {names!r}:
    sys.modules[name] = None
"""


def prepared(file: Path, without: list[str]) -> Any:
    """The notebook, with a first cell that hides packages and a last one that says what memory was needed."""
    notebook = nbformat.read(file, as_version=4)
    if without:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT.format(names=without)))
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    return notebook


def run(file: Path, without: list[str], seconds: int = SECONDS) -> tuple[str, int]:
    """Run a notebook in an empty folder: the error as text, empty if there was none, and the kernel's peak in bytes."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    with tempfile.TemporaryDirectory() as folder:
        notebook = prepared(file, without)
        client = NotebookClient(
            notebook,
            timeout=seconds,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            return str(error), 0
    return "", int(notebook.cells[-1].outputs[0].text)


def main(arguments: list[str] | None = None) -> int:
    """Run them one after the other; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--without", default="", help="packages to hide, with commas between them")
    options = parser.parse_args(arguments)
    failed = 0
    for file in options.notebooks or sorted(CHAPTERS.glob("*.ipynb")):
        start = time.monotonic()
        error, peak = run(file, [name for name in options.without.split(",") if name])
        memory = f", {peak / 1e6:.0f} MB" if peak else ""
        print(
            f"{file.name}: {'failed' if error else 'ran'} in {time.monotonic() - start:.0f} s{memory}",
            flush=True,
        )
        if error:
            print(error)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
