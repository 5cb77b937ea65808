"""What a change reaches, on small repositories and on this one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import affected
import pytest

ROOT = Path(__file__).resolve().parents[1]


def written(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


SMALL = {
    "lstm_lab/__init__.py": "",
    "lstm_lab/models/__init__.py": "from lstm_lab.models.a import A\nfrom .b import B as Second\nC = 3\n",
    "lstm_lab/models/a.py": "A = 1\n",
    "lstm_lab/models/b.py": "from lstm_lab.models.a import A\nB = A\n",
    "lstm_lab/chapters/__init__.py": "def parts(name): ...\n",
    "lstm_lab/chapters/all.py": "from lstm_lab.chapters import parts\nparts('figures')\n",
    "lstm_lab/chapters/ch01/figures/one.py": "def late():\n    from lstm_lab.models import Second\n",
    "tools/script.py": "",
    "tests/conftest.py": "",
    "tests/helper.py": "from lstm_lab.models import A\nRUN = 'import script'\n",
    "tests/test_a.py": "from lstm_lab.models import A\n",
    "tests/test_b.py": "from lstm_lab.models import Second\n",
    "tests/test_c.py": "from lstm_lab.models import C\n",
    "tests/test_help.py": "import helper\n",
    "tests/test_all.py": "from lstm_lab.chapters import all\n",
    "tests/test_text.py": "FILE = 'docs/list.toml'\nALL = 'chapters/[0-9]*-*.md'\n",
    "tests/chapters/ch01/test_one.py": "",
    "tests/chapters/conftest.py": "",
}


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ("lstm_lab/models/a.py", "a all b c help"),
        ("lstm_lab/models/b.py", "all b c"),
        ("lstm_lab/models/__init__.py", "a all b c help"),
        ("lstm_lab/chapters/ch01/figures/one.py", "all"),
        ("tools/script.py", "help"),
        ("tests/test_c.py", "c"),
        ("docs/list.toml", "text"),
        ("docs/other.toml", ""),
        ("chapters/01-first.md", "one text"),
        ("chapters/02-second.md", "text"),
        ("tests/chapters/conftest.py", "one"),
        ("requirements.txt", "a all b c help one text"),
    ],
)
def test_a_change_reaches_what_imports_or_names_it(tmp_path, changed, reached):
    graph = affected.Graph(written(tmp_path, SMALL))
    found = {Path(test).stem.removeprefix("test_") for test in affected.reached({changed}, graph)}
    assert found == set(reached.split())


def git(folder: Path, *arguments: str) -> str:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *names, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """Two commits on the main branch."""
    monkeypatch.delenv("LSTM_LAB_BASE", raising=False)
    git(tmp_path, "init", "-q", "-b", "main")
    for name in ("one", "two"):
        written(tmp_path, {name: name})
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", name)
    return tmp_path


def test_on_the_main_branch_the_last_commit_counts_and_what_is_not_committed(repository):
    written(repository, {"one": "1", "new": ""})
    assert affected.changed(repository) == {"one", "two", "new"}


def test_on_another_branch_all_its_commits_count(repository):
    git(repository, "checkout", "-qb", "mine")
    for name in ("three", "four"):
        written(repository, {name: name})
        git(repository, "add", ".")
        git(repository, "commit", "-qm", name)
    (repository / "one").unlink()
    assert affected.changed(repository) == {"one", "three", "four"}


def test_the_base_can_be_named(repository, monkeypatch):
    monkeypatch.setenv("LSTM_LAB_BASE", git(repository, "rev-parse", "HEAD"))
    assert affected.changed(repository) == set()
    monkeypatch.setenv("LSTM_LAB_BASE", "0" * 40)
    assert affected.changed(repository) == {"two"}


def test_where_nothing_is_known_it_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv("LSTM_LAB_BASE", raising=False)
    with pytest.raises(affected.UnknownError, match="git"):
        affected.changed(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-qm", "only one", "--allow-empty")
    with pytest.raises(affected.UnknownError, match=r"HEAD\^1"):
        affected.changed(tmp_path)


def test_a_figure_reaches_its_explorers_and_the_checks_of_all_figures():
    graph = affected.Graph()
    changed = {"lstm_lab/chapters/ch06/figures/scene.py"}
    tests = affected.reached(changed, graph)
    assert {"tests/chapters/test_every_figure.py", "tests/chapters/test_not_by_colour.py"} <= set(
        tests
    )
    assert "tests/models/test_rnn.py" not in tests
    assert "gradient-flow" in affected.explorers_reached(changed, graph)
    assert "timeline" not in affected.explorers_reached(changed, graph)


def test_what_is_run_for_a_change(tmp_path):
    written(tmp_path, {"lstm_lab/a.py": "", "chapters/01-a.md": ""})
    files = {"lstm_lab/a.py", "lstm_lab/gone.py", "chapters/01-a.md"}
    tests = {"tests/test_a.py": "lstm_lab/a.py"}
    made = [" ".join(one[1:]) for one in affected.commands(files, tests, ["x", "y"], tmp_path)]
    assert "-m ruff check --force-exclude lstm_lab/a.py" in made
    assert "-m mypy" in made
    assert "tools/pair_notebooks.py --check" in made
    assert made[-1].endswith("--reached=x,y tests/test_a.py")
    assert list(affected.commands({"README.md"}, {}, [], tmp_path)) == []
