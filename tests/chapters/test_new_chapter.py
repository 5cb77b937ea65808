"""The template of a chapter, and the tool that begins one from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import nbformat
import new_chapter
import pair_notebooks
import pytest

ROOT = Path(__file__).resolve().parents[2]
TITLE = "2001: a reservoir"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    return tmp_path


def test_a_new_chapter_is_a_notebook_with_labels_of_its_own(root: Path):
    assert new_chapter.main(["12-echo-states", TITLE, "--root", str(root)]) == 0
    text = (root / "chapters" / "12-echo-states.md").read_text("utf-8")
    assert pair_notebooks.is_chapter(text)
    assert f"# {TITLE}\n" in text
    assert "NN" not in text
    assert {"eq-12-first", "ch12_left", "ex-12-first"} <= set(re.findall(r"[\w-]+", text))
    nbformat.validate(nbformat.reads(pair_notebooks.notebook_text(text), as_version=4))


def test_it_stands_after_the_last_chapter_in_the_contents(root: Path):
    before = (root / "_toc.yml").read_text("utf-8").splitlines()
    new_chapter.main(["12-echo-states", TITLE, "--root", str(root)])
    after = (root / "_toc.yml").read_text("utf-8").splitlines()
    (place,) = [i for i, line in enumerate(after) if line.endswith("chapters/12-echo-states")]
    assert "chapters/11-" in after[place - 1]
    assert after[:place] + after[place + 1 :] == before


def test_it_overwrites_nothing(root: Path, capsys: pytest.CaptureFixture[str]):
    file = root / "chapters" / "12-another.md"
    file.parent.mkdir()
    file.write_text("mine")
    contents = (root / "_toc.yml").read_text("utf-8")
    assert new_chapter.main(["12-echo-states", TITLE, "--root", str(root)]) == 1
    assert file.read_text() == "mine"
    assert not (root / "lstm_lab").exists()
    assert (root / "_toc.yml").read_text("utf-8") == contents
    assert "chapters/12-another.md exists already" in capsys.readouterr().out


@pytest.mark.slow
def test_as_it_comes_out_it_passes_lint_and_its_tests(tmp_path: Path):
    """In a copy of the repository, as somebody who begins chapter 12 has it."""
    for name in ("lstm_lab", "bookbuild", "tools", "chapters", "tests", "docs", "results"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_toc.yml", "references.bib", "pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path)
    run = partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True, check=False)
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    commands = [
        ["tools/new_chapter.py", "12-echo-states", TITLE],
        ["tools/check_chapter.py"],
        ["tools/pair_notebooks.py", "--check"],
        ["-m", "ruff", "check", "lstm_lab/chapters/ch12", "tests/chapters/ch12", "chapters"],
        ["-m", "ruff", "format", "--check", "lstm_lab/chapters/ch12", "tests/chapters/ch12"],
        ["-m", "mypy", "lstm_lab/chapters/ch12"],
        ["-m", "pytest", "-q", "tests/chapters/ch12", "tests/test_import.py", "tests/chapters/test_explorers.py",
         "tests/chapters/test_every_check.py", "tests/chapters/test_every_figure.py", "-k", "12 or test_import"],
    ]  # fmt: skip
    for command in commands:
        done = run([sys.executable, *command], env=env)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


@pytest.mark.parametrize("name", ["echo", "12", "12-Echo", "../12-echo"])
def test_another_name_is_refused(name: str):
    with pytest.raises(ValueError, match="must be like 12-echo-states"):
        new_chapter.files(name, TITLE, ROOT)


@pytest.mark.slow
@pytest.mark.weekly(
    "tools/new_chapter.py", "docs/**", "bookbuild/**", "lstm_lab/interact/**", "_config.yml"
)
def test_a_new_chapter_builds_without_a_warning(tmp_path: Path):
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    new_chapter.main(["12-echo-states", TITLE, "--root", str(tmp_path)])
    for name in ("_config.yml", "references.bib", "chapters/bibliography.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    for file in (ROOT / "lstm_lab" / "chapters").glob("*.py"):
        shutil.copy(file, tmp_path / "lstm_lab" / "chapters")
    for part in sorted((ROOT / "lstm_lab").iterdir()):  # the package, with the new chapter in it
        if part.name not in ("chapters", "__pycache__"):
            (tmp_path / "lstm_lab" / part.name).symlink_to(part)
    (tmp_path / "index.md").write_text("# A book\n\nHow it began.\n")
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n"
        "  - file: chapters/12-echo-states\n  - file: chapters/bibliography\n"
    )
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", str(tmp_path), "-W", "-n", "--keep-going"]
    env = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    page = (tmp_path / "_build" / "html" / "chapters" / "12-echo-states.html").read_text("utf-8")
    assert "After ten steps 35 % is left" in " ".join(re.sub("<[^>]*>", "", page).split())
