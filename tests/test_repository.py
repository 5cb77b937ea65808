"""The repository itself: pins, tools, Makefile, citation, README."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from textwrap import dedent

import check_assertions
import nbformat
import pair_notebooks
import pytest
import yaml
from myst import chapter
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
NOT_OURS = (".min.css", ".min.js", ".otf", ".ttf", ".whl", ".woff", ".woff2")


def pins() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


def tracked_files() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        assert not IN_CI, done.stderr
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


class TestRequirements:
    def test_every_line_is_one_exact_public_version(self):
        for pin in pins():
            assert re.fullmatch(r"==\d+(\.\d+)*(\.post\d+)?", str(pin.specifier)), str(pin)
            assert pin.url is None

    def test_no_package_stands_twice(self):
        names = [canonicalize_name(pin.name) for pin in pins()]
        assert len(names) == len(set(names))

    def test_every_declared_dependency_is_pinned_within_its_range(self):
        pinned = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in pins()}
        declared = PROJECT["dependencies"] + [
            line for lines in PROJECT["optional-dependencies"].values() for line in lines
        ]
        for requirement in map(Requirement, declared):
            name = canonicalize_name(requirement.name)
            if name != "lstm-lab":
                assert requirement.specifier.contains(pinned[name]), str(requirement)

    def test_extra_all_holds_every_other_extra(self):
        extras = PROJECT["optional-dependencies"]
        (everything,) = map(Requirement, extras["all"])
        assert everything.extras == set(extras) - {"all"}


class TestContent:
    def test_no_file_names_the_folder_of_this_checkout(self):
        if len(ROOT.parts) < 3:
            pytest.skip(f"{ROOT} is too short a name to look for")
        texts = {path: path.read_bytes() for path in tracked_files() if path.is_file()}
        assert [path.name for path, text in texts.items() if os.fsencode(ROOT) in text] == []

    def test_no_third_party_code_is_committed(self):
        assert [path.name for path in tracked_files() if path.name.endswith(NOT_OURS)] == []

    def test_ci_script_can_be_executed(self):
        assert (ROOT / ".ci" / "run").stat().st_mode & stat.S_IXUSR

    def test_citation_agrees_with_the_package(self):
        citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
        assert {"cff-version", "message", "title", "authors"} <= set(citation)
        assert citation["version"] == PROJECT["version"]
        assert PROJECT["license"] in citation["license"]

    def test_readme_links_lead_to_files(self):
        links = re.findall(r"\]\(([^)#]+)\)", README)
        local = [link for link in links if "://" not in link]
        assert local
        assert [link for link in local if not (ROOT / link).exists()] == []

    def test_readme_names_only_targets_that_exist(self):
        named = set(re.findall(r"\bmake ([a-z-]+)\b", "".join(re.findall(r"`[^`]+`", README))))
        targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
        assert {"book", "test"} <= named <= targets


@pytest.mark.skipif(not IN_CI and shutil.which("make") is None, reason="no make")
class TestMakefile:
    def test_make_alone_lists_every_target(self):
        # As a reader calls it, not as a part of the make that runs this test.
        alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        command = ["make"]
        done = subprocess.run(
            command, cwd=ROOT, env=alone, capture_output=True, text=True, check=True
        )
        phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)
        assert phony is not None
        listed = [line.split()[1] for line in done.stdout.splitlines()]
        assert listed == phony.group(1).split()

    def test_old_python_is_refused_by_name(self, tmp_path: Path):
        for name in ("Makefile", "pyproject.toml", "requirements.txt"):
            shutil.copy(ROOT / name, tmp_path)
        old = tmp_path / "python3.9"
        old.write_text(
            '#!/bin/sh\nif [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi\n'
        )
        old.chmod(0o755)
        command = ["make", "book", f"PYTHON={old}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        assert "Python 3.11 or newer is needed" in done.stderr
        assert "Python 3.9.2" in done.stderr
        assert not (tmp_path / ".venv").exists()


class TestConftest:
    """The order in which tests run, and what is left out, seen from outside."""

    def run(self, folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run tests in a repository of one commit, with a change in `code/b.py` that is not committed."""
        (folder / "tests").mkdir()
        shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
        (folder / "tests" / "test_it.py").write_text(dedent(source))
        (folder / "code").mkdir()
        (folder / "code" / "b.py").write_text("1\n")
        git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
        for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "1"]):
            subprocess.run([*git, *command], cwd=folder, check=True)
        subprocess.run([*git, "commit", "-qm", "2", "--allow-empty"], cwd=folder, check=True)
        (folder / "code" / "b.py").write_text("2\n")
        folders = (ROOT, ROOT / "tools", ROOT / "tests", os.environ.get("PYTHONPATH", ""))
        path = os.pathsep.join(map(str, folders))
        environment = {k: v for k, v in os.environ.items() if k not in ("LSTM_LAB_BASE", "CI")}
        markers = "markers=browser\nweekly(*files)\nslow"
        command = [sys.executable, "-m", "pytest", *options, "-o", markers, "tests"]
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False,
            env=environment | {"PYTHONPATH": path},
        )  # fmt: skip

    @pytest.mark.slow
    def test_long_tests_run_first_and_a_browser_last_in_a_process_for_each_file(self, tmp_path):
        grouping = re.search(r"pytest (-n .*?) --durations", MAKEFILE)
        assert grouping is not None
        options = grouping.group(1).replace("$(JOBS)", "2").split()
        source = """
            import os, time
            import pytest

            def note(kind):
                with open("log", "a") as log:
                    log.write(f"{kind} {os.environ['PYTEST_XDIST_WORKER']}\\n")
                time.sleep(0.1)

            @pytest.mark.browser
            @pytest.mark.parametrize("i", range(4))
            def test_page(i):
                note("3-browser")

            @pytest.mark.parametrize("i", range(4))
            def test_code(i):
                note("2-code")

            @pytest.mark.slow
            @pytest.mark.parametrize("i", range(4))
            def test_slow(i):
                note("1-slow")
        """
        done = self.run(tmp_path, source, *options)
        assert done.returncode == 0, done.stdout
        log = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
        assert len(log) == 12
        assert len({worker for kind, worker in log if kind == "3-browser"}) == 1
        assert len({worker for kind, worker in log if kind == "2-code"}) == 2
        for worker in {worker for _, worker in log}:
            kinds = [kind for kind, other in log if other == worker]
            assert kinds == sorted(kinds)

    @pytest.mark.parametrize("processes", ["0", "1"])
    def test_what_is_left_out_is_told_with_the_reason(self, tmp_path, processes):
        source = """
            import pytest

            @pytest.mark.weekly("code/a.py")
            def test_a(): assert 1 + 1 == 2

            @pytest.mark.weekly("code/**")
            def test_b(): assert 1 + 1 == 2

            @pytest.mark.weekly
            def test_always_weekly(): assert 1 + 1 == 2
        """
        done = self.run(tmp_path, source, "-v", "-n", processes)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 passed" in done.stdout
        assert "test_it.py: 1 test: weekly, and no change in code/a.py" in done.stdout
        assert "test_it.py: 1 test: weekly\n" in done.stdout

    @pytest.mark.parametrize("options", [["--weekly"], ["tests/test_it.py::test_a"]])
    def test_what_is_asked_for_is_not_left_out(self, tmp_path, options):
        source = """
            import pytest

            @pytest.mark.weekly("code/a.py")
            def test_a(): assert 1 + 1 == 2
        """
        done = self.run(tmp_path, source, *options)
        assert "1 passed" in done.stdout, done.stdout
        assert "left out" not in done.stdout


class TestCheckAssertions:
    @pytest.mark.parametrize(
        "body",
        [
            "assert f(x) == 1",
            "for x in xs:\n    assert x",
            "with pytest.raises(ValueError, match='x'):\n    f()",
            "with pytest.warns(UserWarning):\n    f()",
            "if f():\n    pytest.fail('no')",
            "np.testing.assert_allclose(f(), 1)",
            "numpy.testing.assert_array_equal(f(), 1)",
            "assert_gradients_agree(f)",
            "helpers.assert_same(f)",
            "mock.assert_called_once()",
            "expect(page.locator('h1')).to_be_visible()",
            "expect(page).not_to_have_title('x')",
            "def inner():\n    assert f()\ninner()",
        ],
    )
    def test_accepts(self, body: str):
        assert self.messages(body) == []

    @pytest.mark.parametrize(
        "body",
        [
            "pass",
            "f()",
            "print(f() == 1)",
            "x == 1",
            "pytest.approx(1)",
            "expect(page.locator('h1'))",
            "try:\n    f()\nexcept ValueError:\n    pass",
        ],
    )
    def test_refuses_a_test_that_asserts_nothing(self, body: str):
        assert self.messages(body) == ["tests/test_x.py:1: test_x asserts nothing"]

    @pytest.mark.parametrize("constant", ["True", "1", "'text'", "1 == 1", "not False", "(x, 'm')"])
    def test_refuses_a_constant(self, constant: str):
        first, second = self.messages(f"assert {constant}")
        assert first == "tests/test_x.py:1: test_x asserts nothing"
        assert second.startswith("tests/test_x.py:2: `assert ")

    def test_refuses_a_constant_beside_a_true_assertion(self):
        (message,) = self.messages("assert f()\nassert True")
        assert message == "tests/test_x.py:3: `assert True` does not depend on the code"

    def test_looks_into_classes_and_coroutines_but_not_at_helpers(self):
        source = """
            class TestX:
                def test_a(self): f()
            async def test_b(): f()
            def helper(): f()
        """
        problems = check_assertions.check_source(dedent(source), Path("x.py"))
        assert [problem.line for problem in problems] == [3, 4]

    def test_command_reports_and_fails(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        bad = tmp_path / "deep" / "test_bad.py"
        bad.parent.mkdir()
        bad.write_text("def test_x():\n    f()\n")
        (tmp_path / "helper.py").write_text("def test_y():\n    f()\n")
        assert check_assertions.main([str(tmp_path)]) == 1
        assert capsys.readouterr().out == f"{bad}:1: test_x asserts nothing\n"
        bad.write_text("def test_x():\n    assert f()\n")
        assert check_assertions.main([str(tmp_path)]) == 0

    def test_missing_path_is_named(self, tmp_path: Path):
        with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
            check_assertions.main([str(tmp_path / "nowhere")])

    def test_every_test_of_this_repository_asserts(self):
        command = [sys.executable, "tools/check_assertions.py", "tests"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")

    @staticmethod
    def messages(body: str) -> list[str]:
        source = "def test_x():\n" + "".join(f"    {line}\n" for line in body.splitlines())
        return [str(p) for p in check_assertions.check_source(source, Path("tests/test_x.py"))]


CHAPTER = chapter("""# A chapter

```{code-cell}
1 + 1
```

Text.

```{code-cell}
1 + 1
```
""")


class TestPairNotebooks:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "01-first.md").write_text(CHAPTER, "utf-8")
        (tmp_path / "notes.md").write_text("# Not a chapter\n\njupytext:\n", "utf-8")
        return tmp_path

    def run(self, folder: Path, *options: str) -> int:
        return pair_notebooks.main(["--folder", str(folder), *options])

    def test_writes_a_valid_notebook_beside_each_chapter(self, folder: Path):
        assert self.run(folder) == 0
        assert [path.name for path in folder.glob("*.ipynb")] == ["01-first.ipynb"]
        notebook = nbformat.read(folder / "01-first.ipynb", as_version=4)
        nbformat.validate(notebook)
        kinds = [cell.cell_type for cell in notebook.cells]
        assert kinds == ["code", "markdown", "code", "markdown", "code"]
        assert "lstm_lab" in notebook.cells[0].source
        assert notebook.cells[2].source == "1 + 1"
        assert notebook.metadata.kernelspec.name == "python3"
        assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code")

    def test_same_chapter_gives_same_bytes(self):
        assert pair_notebooks.notebook_text(CHAPTER) == pair_notebooks.notebook_text(CHAPTER)

    def test_ids_are_distinct_and_an_edit_changes_one(self):
        before = nbformat.reads(pair_notebooks.notebook_text(CHAPTER), as_version=4).cells
        edited = CHAPTER.replace("Text.", "Other text.")
        after = nbformat.reads(pair_notebooks.notebook_text(edited), as_version=4).cells
        assert len({cell.id for cell in before}) == len(before)
        changed = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a.id != b.id]
        assert changed == [3]

    @pytest.mark.parametrize(
        ("spoil", "message"),
        [
            (lambda f: (f / "01-first.ipynb").unlink(), "01-first.ipynb is missing"),
            (
                lambda f: (f / "01-first.md").write_text(CHAPTER + "\nMore.\n"),
                "01-first.ipynb differs from 01-first.md",
            ),
            (
                lambda f: (f / "01-first.md").rename(f / "02-second.md"),
                "01-first.ipynb has no chapter",
            ),
        ],
    )
    def test_check_names_the_drift_and_writes_nothing(
        self, folder: Path, capsys: pytest.CaptureFixture[str], spoil, message: str
    ):
        self.run(folder)
        assert self.run(folder, "--check") == 0
        spoil(folder)
        before = {path: path.read_bytes() for path in folder.iterdir()}
        assert self.run(folder, "--check") == 1
        assert message in capsys.readouterr().out.splitlines()
        assert {path: path.read_bytes() for path in folder.iterdir()} == before

    def test_no_notebook_of_this_repository_has_drifted(self):
        assert pair_notebooks.find_drift(ROOT / "chapters") == []
