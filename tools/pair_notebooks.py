"""Write the notebook beside each chapter: ``01-perceptron.md`` gives ``01-perceptron.ipynb``.

Usage: ``python tools/pair_notebooks.py [--check]``. The chapter is the source. The notebook, which
Colab and Binder open, has no outputs, and the same chapter always gives the same bytes. With
``--check`` nothing is written, and the exit code is 1 when a notebook is missing, differs from its
chapter, or has lost it.

The first cell of a notebook is not in the chapter: where lstm_lab is missing, it installs it. A box "Predict" is there
a question in words, with its choices unmarked.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from bookbuild.predict import without_answers
from bookbuild.site.address import Address, declared

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
TORCH = re.compile(r"^ *(?:import|from) (?:torch|lstm_lab\.twins)\b", re.M)

INSTALL = """\
# Where the package lstm_lab is missing, as on Colab, this installs it. Elsewhere it does nothing.
import importlib.util
from pathlib import Path

if importlib.util.find_spec("lstm_lab") is None:
    address = "{address}"
    here = [folder for folder in Path.cwd().parents if (folder / "lstm_lab" / "models").is_dir()]
    source = here[0].as_uri() if here else address
    if source:
        print(f"lstm_lab is not installed here: installing it from {source}, which takes a minute or two.")
        get_ipython().run_line_magic("pip", f"install --quiet 'lstm-lab[{extras}] @ {source}'")
        importlib.invalidate_caches()
    else:
        raise ModuleNotFoundError(
            "lstm_lab is not installed here, and this copy of the notebook does not say where to get it. "
            "Get the course's repository and run: pip install 'FOLDER[{extras}]', FOLDER being where it is."
        )
"""


def is_chapter(text: str) -> bool:
    """Whether a Markdown file opens with a jupytext header."""
    if not text.startswith("---\n"):
        return False
    header = text.removeprefix("---\n").partition("\n---\n")[0]
    return any(line.rstrip() == "jupytext:" for line in header.splitlines())


def install_cell(chapter: str, address: Address | None) -> str:
    """The first cell of a notebook, which installs the package with what this chapter needs."""
    where = f"git+{address.url}@{address.branch}" if address else ""
    extras = "chapters,engine,torch" if TORCH.search(chapter) else "chapters,engine"
    return INSTALL.replace("{address}", where).replace("{extras}", extras).rstrip("\n")


def address_of_book() -> Address | None:
    """What pyproject.toml says: a notebook is the same in every clone."""
    return Address.parse(declared(ROOT).get("repository", ""))


def notebook_text(chapter: str, address: Address | None = None) -> str:
    """Convert the text of a chapter to the text of its notebook."""
    notebook = jupytext.reads(without_answers(chapter), fmt="md:myst")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(install_cell(chapter, address)))
    set_cell_ids(notebook.cells)
    return str(jupytext.writes(notebook, fmt="ipynb")).rstrip("\n") + "\n"


def set_cell_ids(cells: list[Any]) -> None:
    """Replace random ids with a hash of the cell, so that editing one cell changes one id."""
    seen: Counter[str] = Counter()
    for cell in cells:
        content = f"{cell.cell_type}\n{cell.source}"
        cell.id = hashlib.sha256(f"{content}\n{seen[content]}".encode()).hexdigest()[:12]
        seen[content] += 1


def expected_notebooks(folder: Path) -> dict[Path, str]:
    """The path and text of the notebook of every chapter in ``folder``."""
    chapters = {path: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}
    return {
        path.with_suffix(".ipynb"): notebook_text(text, address_of_book())
        for path, text in chapters.items()
        if is_chapter(text)
    }


def find_drift(folder: Path) -> list[str]:
    """Say which notebooks in ``folder`` are missing, differ from their chapter, or have none."""
    expected = expected_notebooks(folder)
    drift = []
    for path, text in expected.items():
        if not path.exists():
            drift.append(f"{path.name} is missing")
        elif path.read_text("utf-8") != text:
            drift.append(f"{path.name} differs from {path.with_suffix('.md').name}")
    strays = sorted(set(folder.glob("*.ipynb")) - set(expected))
    return drift + [f"{path.name} has no chapter" for path in strays]


def main(arguments: list[str] | None = None) -> int:
    """Write the notebooks or, with ``--check``, return 1 if one has drifted."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on drift")
    parser.add_argument("--folder", type=Path, default=CHAPTERS)
    options = parser.parse_args(arguments)
    if not options.check:
        for path, text in expected_notebooks(options.folder).items():
            path.write_text(text, "utf-8", newline="\n")
    drift = find_drift(options.folder)
    for line in drift:
        print(line)
    if drift and options.check:
        print("Run `make notebooks`.")
    return 1 if drift else 0


if __name__ == "__main__":
    sys.exit(main())
