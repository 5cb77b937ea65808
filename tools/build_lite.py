"""Build the JupyterLite site: the chapters in a notebook that runs in the reader's browser, with the package's wheel.

Usage: ``python tools/build_lite.py [--out _build/lite]``. When a reader opens it, it fetches Pyodide and other packages
from a CDN. Chapters that need Numba or
PyTorch are left out: neither runs there.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bookbuild.site.address import runs_in_a_browser

ROOT = Path(__file__).resolve().parents[1]


def notebooks(folder: Path) -> list[Path]:
    """The notebooks of the chapters that run in a browser."""
    return [
        file.with_suffix(".ipynb")
        for file in sorted(folder.glob("[0-9]*.md"))
        if file.with_suffix(".ipynb").is_file() and runs_in_a_browser(file.read_text("utf-8"))
    ]


def main(arguments: list[str] | None = None) -> int:
    """Build the wheel, then the site around it."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "lite")
    out = parser.parse_args(arguments).out.resolve()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "files").mkdir()
        for file in notebooks(ROOT / "chapters"):
            shutil.copy(file, work / "files")
        wheel = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        subprocess.run([sys.executable, *wheel, "--wheel-dir", str(work), str(ROOT)], check=True)
        shutil.rmtree(ROOT / "build", ignore_errors=True)
        (built,) = work.glob("*.whl")
        shutil.rmtree(out, ignore_errors=True)
        command = [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", str(work)]
        command += ["--contents", str(work / "files"), "--piplite-wheels", str(built)]
        subprocess.run([*command, "--output-dir", str(out)], check=True, cwd=work)
    print(f"The JupyterLite site is built: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
