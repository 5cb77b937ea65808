import pytest

from lstm_lab.explore import source


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "lstm_lab"
    files = {
        "__init__.py": "",
        "ground.py": "x = 1\n",
        "middle.py": "def f():\n    from lstm_lab.ground import x\n    return x\n",
        "aside.py": "y = 2\n",
        "measurements/__init__.py": "",
        "reader.py": "from lstm_lab import measurements\n",
        "part/__init__.py": "from .near import z\n",
        "part/near.py": "z = 3\n",
        "part/user.py": "from . import near\nfrom ..ground import x\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "a.json").write_text("{}")
    monkeypatch.setattr(source, "PACKAGE", folder)
    monkeypatch.setattr(source, "RESULTS", tmp_path / "results")
    source._imported.cache_clear()
    yield folder
    source._imported.cache_clear()


def change(file):
    file.write_text(file.read_text() + "# changed\n")
    source._imported.cache_clear()


@pytest.mark.parametrize(
    ("changed", "notices"),
    [("ground.py", True), ("middle.py", True), ("__init__.py", True), ("aside.py", False)],
)
def test_what_is_imported_counts_and_the_rest_does_not(package, changed, notices):
    before = source.fingerprint("lstm_lab.middle")
    change(package / changed)
    assert (source.fingerprint("lstm_lab.middle") != before) is notices


@pytest.mark.parametrize("changed", ["part/near.py", "ground.py", "part/__init__.py"])
def test_relative_imports_count_too(package, changed):
    before = source.fingerprint("lstm_lab.part.user")
    change(package / changed)
    assert source.fingerprint("lstm_lab.part.user") != before


def test_a_package_rests_on_what_it_imports_from_itself(package):
    before = source.fingerprint("lstm_lab.part")
    change(package / "part" / "near.py")
    assert source.fingerprint("lstm_lab.part") != before


def test_results_count_for_those_that_read_them(package):
    reader, other = source.fingerprint("lstm_lab.reader"), source.fingerprint("lstm_lab.middle")
    change(package.parent / "results" / "a.json")
    assert source.fingerprint("lstm_lab.reader") != reader
    assert source.fingerprint("lstm_lab.middle") == other


def test_the_whole_package_counts_when_no_module_is_named(package):
    before = source.fingerprint()
    change(package / "aside.py")
    assert source.fingerprint() != before


def test_the_central_figure_rests_on_the_models():
    assert "lstm_lab.models.lstm" in source._closure(["lstm_lab.figures.gradient"])
    assert "lstm_lab.cli" not in source._closure(["lstm_lab.figures.gradient"])
