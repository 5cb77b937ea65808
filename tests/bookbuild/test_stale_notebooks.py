"""A chapter is run again when what it rests on has changed, and no other chapter is."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from myst import chapter

from bookbuild import stale_notebooks
from lstm_lab.interact import source_digest

ROOT = Path(__file__).resolve().parents[2]
SHOWS = """# One

```{code-cell} python
:tags: [hide-input]

from lstm_lab.chapters import explorers

explorers.show("latch-success")
```
"""


@pytest.fixture(autouse=True)
def nothing_remembered():
    yield
    source_digest._imported.cache_clear()
    source_digest._loaded.cache_clear()


def after(monkeypatch: pytest.MonkeyPatch, changed: str, text: str) -> bool:
    """Whether the digest of a chapter is another once a file of the repository has another content."""
    before = stale_notebooks.digest(text)
    known = source_digest.content
    with monkeypatch.context() as patched:
        patched.setattr(
            source_digest,
            "content",
            lambda file: b"changed" if file == ROOT / changed else known(file),
        )
        return stale_notebooks.digest(text) != before


@pytest.mark.parametrize(
    ("changed", "notices"),
    [
        ("lstm_lab/chapters/ch06/figures/latch.py", True),
        ("lstm_lab/chapters/ch06/explorers.py", True),
        ("lstm_lab/interact/static.py", True),
        ("lstm_lab/models/lstm.py", True),  # chapter 06's explorers name the cells
        ("results/latch.json", True),
        ("results/parity.json", False),
        ("lstm_lab/chapters/ch05/figures/unrolled.py", False),
        ("lstm_lab/cli.py", False),
        ("bookbuild/lighter_pages.py", False),
        ("bookbuild/explorer_html.py", False),
    ],
)
def test_what_a_shown_explorer_rests_on_counts(monkeypatch, changed, notices):
    assert (ROOT / changed).is_file()
    assert after(monkeypatch, changed, SHOWS) is notices


@pytest.mark.parametrize(
    "cell",
    [
        "from lstm_lab.chapters import experiments\nexperiments.load('parity')",
        "from lstm_lab.results import RESULTS\nlist(RESULTS.glob('*'))",
    ],
)
def test_results_that_cells_read_count(monkeypatch, cell):
    text = f"```{{code-cell}} python\n{cell}\n```\n"
    assert after(monkeypatch, "results/parity.json", text)


def test_every_explorer_and_training_is_found_where_it_is_defined():
    from lstm_lab.chapters import explorers, trainings

    found = stale_notebooks._defined()
    shown = {name for kind, name in found if kind == "explorers"}
    assert shown == set(explorers.EXPLORERS)
    for (kind, name), module in found.items():
        if kind == "explorers":
            assert explorers.EXPLORERS[name].__module__ == module
        else:
            assert name in import_module(module).TRAININGS
            assert trainings.show(name).name == name
    defining = {module for (kind, _), module in found.items() if kind == "trainings"}
    folders = (ROOT / "lstm_lab" / "chapters").glob("ch*/trainings.py")
    assert defining == {f"lstm_lab.chapters.{file.parent.name}.trainings" for file in folders}


@pytest.mark.parametrize(
    ("changed", "notices"),
    [
        ("lstm_lab/chapters/ch07/trainings.py", True),
        ("lstm_lab/chapters/ch07/figures/gates_learnt.py", True),
        ("lstm_lab/training/loop.py", True),
        ("lstm_lab/chapters/ch05/figures/xor_learnt.py", False),
        ("bookbuild/python/trainings.py", False),
    ],
)
def test_what_a_shown_training_rests_on_counts(monkeypatch, changed, notices):
    text = SHOWS.replace("explorers", "trainings").replace("latch-success", "store-and-tell")
    assert (ROOT / changed).is_file()
    assert after(monkeypatch, changed, text) is notices


def test_the_digest_stands_with_the_kernel_and_the_text_stays():
    app = SimpleNamespace(env=SimpleNamespace(metadata={"one": {}}))
    content = [chapter(SHOWS)]
    before = content[0]
    stale_notebooks.mark(app, "one", content)
    mark = app.env.metadata["one"]["rests_on"]
    assert mark == stale_notebooks.digest(before)
    assert content[0].replace(f"  rests_on: '{mark}'\n", "") == before
    assert content[0].index("kernelspec:") < content[0].index(mark) < content[0].index("# One")


@pytest.mark.parametrize(
    ("file", "text", "notices"),
    [
        ("one.py", "x = 2", True),
        ("one.py", "x = 1  # why", False),
        ("page/two.js", "2;", True),
        ("three.css", "a {}", True),
        ("notes.txt", "more", False),
    ],
)
def test_what_makes_the_pages_has_a_digest_of_its_own(tmp_path, file, text, notices):
    for name in ("one.py", "page/two.js", "three.css", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1" if name == "one.py" else "")
    before = stale_notebooks.made_by(tmp_path)
    (tmp_path / file).write_text(text)
    assert (stale_notebooks.made_by(tmp_path) != before) is notices
