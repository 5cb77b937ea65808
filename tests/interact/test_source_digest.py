import pytest

from lstm_lab.interact import source_digest


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "lstm_lab"
    files = {
        "__init__.py": "",
        "ground.py": "x = 1\n",
        "middle.py": "def f():\n    from lstm_lab.ground import x\n    return x\n",
        "aside.py": "y = 2\n",
        "paper1997/__init__.py": "",
        "reader.py": "from lstm_lab.chapters import experiments\na = experiments.load('a')\n",
        "paper.py": "from lstm_lab import paper1997\n",
        "part/__init__.py": "from .near import z\n",
        "part/near.py": "z = 3\n",
        "part/user.py": "from . import near\nfrom ..ground import x\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / "results" / "1997").mkdir(parents=True)
    for name in ("a", "b", "1997/6a"):
        (tmp_path / "results" / f"{name}.json").write_text("{}")
    monkeypatch.setattr(source_digest, "PACKAGE", folder)
    monkeypatch.setattr(source_digest, "RESULTS", tmp_path / "results")
    forget()
    yield folder
    forget()


def forget():
    source_digest._imported.cache_clear()
    source_digest._loaded.cache_clear()


def change(file):
    file.write_text(file.read_text() + ("changed = 1\n" if file.suffix == ".py" else " "))
    forget()


def test_a_comment_counts_for_nothing(package):
    before = source_digest.fingerprint("lstm_lab.middle")
    (package / "ground.py").write_text("# why\nx = (1)\n")
    forget()
    assert source_digest.fingerprint("lstm_lab.middle") == before


@pytest.mark.parametrize(
    ("changed", "notices"),
    [("ground.py", True), ("middle.py", True), ("__init__.py", True), ("aside.py", False)],
)
def test_what_is_imported_counts_and_the_rest_does_not(package, changed, notices):
    before = source_digest.fingerprint("lstm_lab.middle")
    change(package / changed)
    assert (source_digest.fingerprint("lstm_lab.middle") != before) is notices


@pytest.mark.parametrize("changed", ["part/near.py", "ground.py", "part/__init__.py"])
def test_relative_imports_count_too(package, changed):
    before = source_digest.fingerprint("lstm_lab.part.user")
    change(package / changed)
    assert source_digest.fingerprint("lstm_lab.part.user") != before


def test_a_package_rests_on_what_it_imports_from_itself(package):
    before = source_digest.fingerprint("lstm_lab.part")
    change(package / "part" / "near.py")
    assert source_digest.fingerprint("lstm_lab.part") != before


@pytest.mark.parametrize(
    ("module", "result", "notices"),
    [
        ("reader", "a", True),
        ("reader", "b", False),
        ("reader", "1997/6a", False),
        ("paper", "1997/6a", True),
        ("paper", "a", False),
        ("middle", "a", False),
    ],
)
def test_a_result_counts_for_those_that_read_it(package, module, result, notices):
    before = source_digest.fingerprint(f"lstm_lab.{module}")
    change(package.parent / "results" / f"{result}.json")
    assert (source_digest.fingerprint(f"lstm_lab.{module}") != before) is notices


def test_a_result_named_beside_counts_too(package):
    before = source_digest.fingerprint("lstm_lab.middle", results=["b"])
    change(package.parent / "results" / "b.json")
    assert source_digest.fingerprint("lstm_lab.middle", results=["b"]) != before


def test_the_whole_package_counts_when_no_module_is_named(package):
    before = source_digest.fingerprint()
    change(package / "aside.py")
    assert source_digest.fingerprint() != before


def test_the_central_figure_rests_on_the_models():
    assert "lstm_lab.models.lstm" in source_digest._closure(
        ["lstm_lab.chapters.ch06.figures.gradient"]
    )
    assert "lstm_lab.cli" not in source_digest._closure(["lstm_lab.chapters.ch06.figures.gradient"])
