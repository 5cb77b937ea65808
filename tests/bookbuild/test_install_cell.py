"""The first cell of every notebook: it installs what is missing, from where it can, and says so."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path

import nbformat
import pair_notebooks
import pytest
from IPython.core.interactiveshell import InteractiveShell

from bookbuild.site import Address

ROOT = Path(__file__).resolve().parents[2]
BOOK = Address("github.com", "owner", "book")


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run the cell in a folder that is not the repository, with lstm_lab hidden, and note what it asks of pip."""
    find = importlib.util.find_spec
    asked: list[str] = []
    shell = InteractiveShell()
    monkeypatch.setattr(
        shell, "run_line_magic", lambda magic, line: asked.append(f"{magic} {line}")
    )
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "lstm_lab" else find(name, *more),
    )
    monkeypatch.chdir(tmp_path)

    def run(cell: str) -> list[str]:
        result = asyncio.run(shell.run_cell_async(cell, transformed_cell=cell))
        result.raise_error()
        return asked

    yield run
    InteractiveShell.clear_instance()


def test_it_installs_from_the_address_and_says_so(run, capsys):
    asked = run(pair_notebooks.install_cell("", BOOK))
    source = "git+https://github.com/owner/book@main"
    assert asked == [f"pip install --quiet 'lstm-lab[chapters,engine] @ {source}'"]
    assert f"installing it from {source}" in capsys.readouterr().out


def test_it_prefers_the_clone_that_the_notebook_stands_in(run, tmp_path, monkeypatch):
    (tmp_path / "lstm_lab" / "models").mkdir(parents=True)
    (tmp_path / "chapters").mkdir()
    monkeypatch.chdir(tmp_path / "chapters")
    (line,) = run(pair_notebooks.install_cell("", BOOK))
    assert line.endswith(f"@ {tmp_path.as_uri()}'")


def test_an_unknown_address_says_what_to_do(run):
    with pytest.raises(ModuleNotFoundError, match=r"does not say where to get it.*pip install"):
        run(pair_notebooks.install_cell("", None))


def test_it_does_nothing_where_the_package_is(run, monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: object())
    assert run(pair_notebooks.install_cell("", BOOK)) == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "extras"),
    [
        ("```{code-cell}\nimport numpy\n```", "chapters,engine"),
        ("```{code-cell}\nimport torch\n```", "chapters,engine,torch"),
        ("```{code-cell}\nfrom lstm_lab.twins import torch_layer\n```", "chapters,engine,torch"),
        ("Nobody imports torch here.", "chapters,engine"),
    ],
)
def test_torch_is_installed_for_the_chapters_that_use_it(text, extras):
    assert f"lstm-lab[{extras}] @" in pair_notebooks.install_cell(text, BOOK)


def test_every_notebook_begins_with_it():
    notebooks = sorted((ROOT / "chapters").glob("*.ipynb"))
    assert notebooks
    for file in notebooks:
        first = nbformat.read(file, as_version=4).cells[0]
        text = file.with_suffix(".md").read_text("utf-8")
        assert first.source == pair_notebooks.install_cell(text, pair_notebooks.address_of_book())
