"""What the book costs those who build it or run its notebooks."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from time import perf_counter

from lstm_lab.bench.package import PEAK

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "chapters"
NUMBERS = [file.name[:2] for file in sorted(CHAPTERS.glob("[0-9][0-9]-*.md"))]


def building() -> dict[str, float]:
    """A clean build and one with nothing to do, of a copy of what git tracks."""
    with tempfile.TemporaryDirectory() as folder:
        tracked = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        for name in filter(None, tracked.split("\0")):
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)
        command = [jupyter_book(), "build", ".", "-W", "-n", "--keep-going"]
        times = []
        for _ in range(2):
            start = perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append(perf_counter() - start)
        if not Path(folder, "_build", "html", "index.html").is_file():
            raise RuntimeError(f"{command[0]} built nothing")
    return {"build_clean_s": times[0], "build_cached_s": times[1]}


def jupyter_book() -> str:
    """The command that stands beside the interpreter.

    Raises:
        RuntimeError: if there is none.
    """
    found = shutil.which("jupyter-book", path=str(Path(sys.executable).parent))
    if found is None:
        raise RuntimeError(f"no jupyter-book beside {sys.executable}: install requirements.txt")
    return found


def kernels() -> dict[str, float]:
    """Each chapter run top to bottom in a kernel of its own: peak memory and seconds."""
    import jupytext
    import nbformat
    from nbclient import NotebookClient

    peaks, seconds = {}, []
    for file in sorted(CHAPTERS.glob("*.md")):
        notebook = jupytext.read(file)
        notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
        start = perf_counter()
        NotebookClient(notebook, timeout=600, kernel_name="python3").execute(cwd=str(CHAPTERS))
        seconds.append(perf_counter() - start)
        peaks[file.name[:2]] = int(notebook.cells[-1].outputs[0].text) / 1e6
    each = {f"notebook_{number}_mb": peaks[number] for number in NUMBERS}
    return {"kernel_peak_mb_max": max(peaks.values()), "kernel_seconds_max": max(seconds), **each}


def binder() -> dict[str, float]:
    """The room that the packages of `.binder/requirements.txt` take on disk, as they are installed here."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.partition("#")[0].strip() for line in lines]
    total = 0
    for name, _, version in (pin.partition("==") for pin in filter(None, pins)):
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise RuntimeError(f"{name} is not installed: install requirements.txt") from None
        if package.version.partition("+")[0] != version:
            raise RuntimeError(
                f"{name} must be {version} as in requirements.txt, is {package.version}"
            )
        files = (Path(str(file.locate())) for file in package.files or ())
        total += sum(file.stat().st_size for file in files if file.is_file())
    return {"binder_packages_mb": total / 1e6}
