"""The form of an assignment, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from lstm_grade import source

HEADER = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
assignment: {title: Doubling, cell_seconds: 4, total_seconds: 40}
---
"""
TEXT = "\nWrite `double`. <<rule>>\n\n"
ANSWER = """```{code-cell} python
:answer: double

def double(x):
    ### BEGIN SOLUTION
    return <<factor>> * x
    ### END SOLUTION
```

"""
TEST = """```{code-cell} python
:test: doubles
:points: 2
:idea: it doubles

assert student.double(1.0) == <<factor>>, "one is doubled wrongly"
### BEGIN HIDDEN TESTS
assert student.double(3.0) == secret_double(3.0), "three is doubled wrongly"
### END HIDDEN TESTS
```

"""
SECRET = """```{code-cell} python
:secret: reference

def secret_double(x):
    return x * <<factor>>
```

"""
WRITTEN = '+++ {"written": "why", "points": 3}\n\nBecause it is two times as much.\n\n'
MARKING = '+++ {"marking": "notes"}\n\nThe marker looks for the word two.\n'
WHOLE = HEADER + TEXT + ANSWER + TEST + SECRET + WRITTEN + MARKING
VARIANTS = "def values(rng):\n    return {'factor': rng.choice([2, 3, 4, 5])}\n"


def put(folder: Path, text: str = WHOLE, variants: str = VARIANTS, name: str = "01-tiny") -> Path:
    there = folder / name
    there.mkdir(parents=True)
    (there / f"{name}.md").write_text(text)
    (there / "variants.py").write_text(variants)
    return there


def read(folder: Path, text: str = WHOLE, **options: str) -> source.Assignment:
    return source.read(put(folder, text, **options), "tiny", "public")


def test_an_assignment_is_read_with_its_kinds_and_points(tmp_path):
    tiny = read(tmp_path)
    assert [cell.kind for cell in tiny.cells] == [
        "text", "plain", "answer", "test", "secret", "written", "marking",
    ]  # fmt: skip
    assert tiny.cells[1].name == "install"
    assert (tiny.automatic, tiny.manual) == (2.0, 3.0)
    assert tiny.cell("doubles").idea == "it doubles"


def test_the_term_decides_the_values_and_nothing_else(tmp_path):
    folder = put(tmp_path)
    factors = {
        term: source.read(folder, "tiny", term).values["factor"] for term in map(str, range(20))
    }
    again = {term: source.read(folder, "tiny", term).values["factor"] for term in factors}
    assert factors == again
    assert len(set(factors.values())) > 1


def test_the_term_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("LSTM_LAB_TERM", "autumn")
    assert source.load("01-perceptron").term == "autumn"
    assert source.load("perceptron", "spring").term == "spring"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("### END SOLUTION", "### END SOLTUION", "cannot stand here"),
        ("    ### END SOLUTION\n", "", "not closed"),
        ("### BEGIN HIDDEN TESTS", "### BEGIN HIDEN TESTS", "cannot stand here"),
        (":test: doubles", ":secret: doubles", "unknown options|points"),
        (":answer: double\n", "", "at least one answer"),
        (":points: 2\n", "", "tests and written questions have points"),
        (":idea: it doubles\n", "", "say what is tested"),
        (':secret: reference', ":secret: doubles", "stands twice"),
        (':secret: reference', ":secret: Reference!", "lower-case"),
        (', "one is doubled wrongly"', "", "has no message"),
        ("<<factor>> * x", "<<facto>> * x", "facto"),
        ("<<rule>>", "", "rule on imports"),
        ("return x *", "return x *)", "invalid syntax|unmatched"),
        ("cell_seconds", "cel_seconds", "unknown settings"),
        ("title: Doubling, ", "", "title"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_source_is_named(tmp_path, old, new, message):
    assert old in WHOLE
    with pytest.raises(source.SourceError, match=message):
        read(tmp_path, WHOLE.replace(old, new, 1))


def test_the_first_code_cell_installs_what_is_missing_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "declared", lambda root: {})
    tiny = read(tmp_path)
    asked = []
    names = {"get_ipython": lambda: asked}  # has no run_line_magic: whoever installs here, fails
    exec(tiny.cell("install").source, names)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="does not say where to get it"):
        exec(tiny.cell("install").source, names)
    there = tiny.cell("install").source.replace('address = ""', 'address = "git+https://a/b@main"')
    said = []
    names["get_ipython"] = lambda: SimpleNamespace(run_line_magic=lambda *a: said.append(a))
    exec(there, names)
    assert said == [("pip", "install --quiet 'lstm-lab @ git+https://a/b@main'")]


def test_an_extra_is_installed_with_the_package(tmp_path):
    cell = read(tmp_path, WHOLE.replace("cell_seconds", "extras: [engine], cell_seconds")).cell(
        "install"
    )
    assert 'find_spec("numba") is None' in cell.source
    assert "'lstm-lab[engine] @ {source}'" in cell.source
    with pytest.raises(source.SourceError, match="unknown settings"):
        read(tmp_path / "x", WHOLE.replace("cell_seconds", "extras: [motor], cell_seconds"))


def test_values_must_be_plain_and_new(tmp_path):
    with pytest.raises(source.SourceError, match="must be plain"):
        read(tmp_path / "a", variants="def values(rng):\n    return {'factor': object()}\n")
    with pytest.raises(source.SourceError, match="given already"):
        read(tmp_path / "b", variants="def values(rng):\n    return {'factor': 2, 'term': 'x'}\n")


class TestOverlay:
    def test_an_overlay_adds_and_replaces(self, tmp_path):
        put(tmp_path)
        put(tmp_path, name="07-perceptron")
        found = source.folders(tmp_path)
        assert found["tiny"] == tmp_path / "01-tiny"
        assert found["perceptron"] == tmp_path / "07-perceptron"
        assert source.load("perceptron", overlay=tmp_path).settings["title"] == "Doubling"
        assert source.load("perceptron").settings["title"] != "Doubling"

    def test_it_can_stand_in_the_environment(self, tmp_path, monkeypatch):
        put(tmp_path)
        monkeypatch.setenv("LSTM_LAB_OVERLAY", str(tmp_path))
        assert source.load("tiny").name == "tiny"

    def test_a_wrong_name_or_folder_is_named(self, tmp_path):
        with pytest.raises(
            source.SourceError, match=r"no assignment 'tiny'; there are: .*perceptron"
        ):
            source.load("tiny")
        with pytest.raises(source.SourceError, match="must be a folder"):
            source.folders(tmp_path / "none")


def test_the_rule_names_what_may_be_imported():
    text = source.rule(source.SETTINGS | {"packages": ["numpy", "torch"]})
    assert re.search(r"`numpy`, `torch` and `lstm_lab.check` can be imported", text)
