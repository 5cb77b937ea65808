"""The template of a chapter, and the tool that begins one from it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import new_chapter
import pair_notebooks
import pytest

ROOT = Path(__file__).resolve().parents[2]
TITLE = "2001: a reservoir"


def test_a_new_chapter_is_a_notebook_with_labels_of_its_own(tmp_path: Path):
    assert new_chapter.main(["11-echo-states", TITLE, "--root", str(tmp_path)]) == 0
    text = (tmp_path / "chapters" / "11-echo-states.md").read_text("utf-8")
    assert pair_notebooks.is_chapter(text)
    assert f"# {TITLE}\n" in text
    assert "NN" not in text
    assert {"eq-11-first", "ch11_largest", "ex-11-first"} <= set(re.findall(r"[\w-]+", text))
    nbformat.validate(nbformat.reads(pair_notebooks.notebook_text(text), as_version=4))


def test_its_modules_are_python_that_the_package_finds(tmp_path: Path):
    new_chapter.main(["11-echo-states", TITLE, "--root", str(tmp_path)])
    for part in ("exercises", "explorers"):
        source = (tmp_path / "lstm_lab" / part / "chapter11.py").read_text("utf-8")
        assert "chapter 11, 2001: a reservoir." in str(ast.get_docstring(ast.parse(source)))


def test_it_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "chapters" / "11-echo-states.md"
    file.parent.mkdir()
    file.write_text("mine")
    assert new_chapter.main(["11-echo-states", TITLE, "--root", str(tmp_path)]) == 1
    assert file.read_text() == "mine"
    assert not (tmp_path / "lstm_lab").exists()
    assert "11-echo-states.md exists already" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["echo", "11", "11-Echo", "../11-echo"])
def test_another_name_is_refused(name: str):
    with pytest.raises(ValueError, match="must be like 11-echo-states"):
        new_chapter.files(name, TITLE, ROOT)


def test_the_template_has_the_parts_that_the_chapters_have():
    def parts(file: Path) -> list[str]:
        return re.findall(r"^## (Exercises|What you learnt|Sources)", file.read_text("utf-8"), re.M)

    template = parts(ROOT / "docs" / "chapter-template.md")
    assert template == ["Exercises", "What you learnt", "Sources"]
    assert set(template) == set(parts(ROOT / "chapters" / "06-vanishing-gradient.md"))


@pytest.mark.slow
@pytest.mark.weekly(
    "tools/new_chapter.py", "docs/**", "bookbuild/**", "lstm_lab/interact/**", "_config.yml"
)
def test_a_new_chapter_builds_without_a_warning(tmp_path: Path):
    new_chapter.main(["11-echo-states", TITLE, "--root", str(tmp_path)])
    for name in ("_config.yml", "references.bib", "chapters/bibliography.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "index.md").write_text("# A book\n\nHow it began.\n")
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n"
        "  - file: chapters/11-echo-states\n  - file: chapters/bibliography\n"
    )
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", str(tmp_path), "-W", "-n", "--keep-going"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    page = (tmp_path / "_build" / "html" / "chapters" / "11-echo-states.html").read_text("utf-8")
    assert "The largest was" in page
