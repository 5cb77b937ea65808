"""What is released: the same bytes each time, and nothing that is secret."""

from __future__ import annotations

import ast
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from lstm_grade import prove, release, source

from coursework.test_source import WHOLE, put

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(source.folders())
AUDIT = """
import json, os, sys
opened = set()

def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        opened.add(os.fsdecode(args[0]))
    elif event == "subprocess.Popen":
        opened.add(f"process {os.path.basename(args[1][0])} {args[1][1:]}")

sys.addaudithook(hook)
from jupyter_book.cli.main import main
try:
    main(["build", ".", "-q"])
except SystemExit as end:
    assert not end.code
print("OPENED", json.dumps(sorted(opened)))
"""
COINCIDENCE = (
    40  # squashed characters: shorter lines, as of NumPy, may well stand in the library, too
)
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


@pytest.fixture(params=NAMES)
def each(request):
    return source.load(request.param, "public")


class TestNotebook:
    def test_the_same_source_gives_the_same_bytes(self, each):
        again = source.load(each.name, "public")
        assert prove.digest(prove.released(each)) == prove.digest(prove.released(again))

    def test_the_book_shows_this_release(self, each):
        path = ROOT / "chapters" / "assignments" / f"{each.name}.ipynb"
        text = release.notebook_text(release.student_notebook(each))
        assert path.read_text("utf-8") == text, f"run: lstm-grade release {each.name} --book"

    def test_it_is_a_notebook_that_nbgrader_accepts(self, each):
        from nbgrader.preprocessors import CheckCellMetadata

        notebook = release.student_notebook(each)
        CheckCellMetadata().preprocess(notebook, {"unique_key": each.name})
        nbformat.validate(notebook)
        points = [
            c.metadata.nbgrader.get("points", 0) for c in notebook.cells if "nbgrader" in c.metadata
        ]
        assert sum(points) == each.automatic + each.manual

    def test_it_is_not_run_in_the_book_and_says_that_it_is_generated(self, each):
        metadata = release.student_notebook(each).metadata
        assert metadata.mystnb.execution_mode == "off"
        assert "edit the source" in metadata.lstm_lab.generated

    def test_answers_are_stubs_that_say_what_to_do(self, each):
        shown = {c.id: c for c in release.student_notebook(each).cells}
        for cell in each.of("answer"):
            stub = shown[release.cell_id(cell)].source
            ast.parse(stub)
            assert f'raise NotImplementedError("{cell.name} is not written yet")' in stub

    def test_the_instructor_has_everything(self, each):
        text = release.notebook_text(release.instructor_notebook(each))
        assert len(prove.find_leaks(each, {"x.ipynb": text.encode()})) > 20

    def test_it_says_what_it_promises(self, each):
        """Two to four hours, points for each idea, one written question; for the marker the time and the errors."""
        low, high = map(int, re.findall(r"\d+", each.settings["hours"]))
        assert 2 <= low <= high <= 4
        (question,) = each.of("written")
        text = " ".join(" ".join(cell.source for cell in each.of("text")).split())
        assert (
            f"**Points:** {each.automatic:g} are given by tests, {question.points:g} for the"
            in text
        )
        ideas = [cell.idea for cell in each.of("test")]
        assert len(set(ideas)) == len(ideas) > 10
        notes = "\n".join(cell.source for cell in each.of("marking"))
        assert "hour" in notes
        assert "**Common errors.**" in notes
        assert f"**Marking `{question.name}` ({question.points:g} points).**" in notes
        whole = "\n".join(cell.source for cell in release.instructor_notebook(each).cells)
        assert notes.splitlines()[-1] in whole
        assert question.source in whole

    def test_it_imports_only_what_students_have(self, each):
        found = set()
        for cell in release.student_notebook(each).cells:
            for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    found.add(node.module)
        tops = {name.partition(".")[0] for name in found}
        assert tops <= {"importlib", "pathlib", "numpy", "matplotlib", "lstm_lab"}
        beyond = {name for name in found if name.startswith("lstm_lab.")} - {"lstm_lab.check"}
        assert not beyond or each.settings["extras"] == ["engine"]
        assert all(name.startswith("lstm_lab.paper1997.") for name in beyond)

    def test_no_notebook_without_a_source_is_shown(self):
        there = {path.stem for path in (ROOT / "chapters" / "assignments").glob("*.ipynb")}
        assert there == set(NAMES)


def test_the_zip_holds_the_notebook_and_the_data_with_one_date(tmp_path):
    folder = put(tmp_path)
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("1,2\n")
    tiny = source.read(folder, "tiny", "public")
    with zipfile.ZipFile(io.BytesIO(release.student_zip(tiny))) as archive:
        assert archive.namelist() == ["tiny/data/a.csv", "tiny/tiny.ipynb"]
        assert {entry.date_time for entry in archive.infolist()} == {release.STAMP}


class TestSecrets:
    def test_a_release_does_not_depend_on_them(self, each):
        finding = prove.scrambled_release_is_the_same(each)
        assert finding.holds, finding.why

    def test_scrambling_changes_every_secret(self):
        changed = prove.scramble(WHOLE, random.Random(1))
        for secret in ("<<factor>> * x", "secret_double", "three is", "two times", "the word two"):
            assert secret in WHOLE
            assert secret not in changed
        assert "one is doubled wrongly" in changed

    def test_a_leak_is_found_by_both(self, each, tmp_path):
        secret = each.of("secret")[0].source.splitlines()
        line = max(secret, key=len).strip()  # a short one may well stand in the public text, too
        first, *rest = each.cells
        hinting = replace(first, source=f"{first.source}\n\nHint: `{line}`")
        leaking = replace(each, cells=(hinting, *rest))
        assert prove.find_leaks(each, prove.released(leaking)) != []
        other = prove.scrambled_copy(each, tmp_path)
        assert prove.released(other) == prove.released(each) != prove.released(leaking)

    @pytest.mark.parametrize("name", ["page.html", "a.ipynb", "a.zip", "search.js"])
    def test_a_leak_is_found_in_every_kind_of_file(self, assignment, name):
        secret = "\n".join(cell.source for cell in assignment.of("secret"))
        line = re.search(r"return np.array\(\[1 if net > 0 .*", secret)[0]
        assert prove.squash(line) in prove.secret_lines(assignment)
        content = {
            "page.html": line.replace("if", "<span>if</span>")
            .replace(">", "&gt;", 0)
            .replace("net <", "net &lt;"),
            "a.ipynb": json.dumps({"source": ["x\n", f"    {line}\n"]}),
            "search.js": json.dumps(line),
        }.get(name, line).encode()
        if name == "a.zip":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr("b.py", line)
            content = packed.getvalue()
        assert prove.find_leaks(assignment, {name: content}) != []
        assert prove.find_leaks(assignment, {"page.html": b"<p>Nothing here</p>"}) == []


class TestBuilt:
    def test_the_book_holds_no_secret(self, built_book):
        kinds = (".html", ".js", ".ipynb", ".md", ".txt", ".json")
        files = {
            path.relative_to(built_book).as_posix(): path.read_bytes()
            for path in built_book.rglob("*")
            if path.suffix in kinds and path.is_file() and "plotly" not in path.name
        }
        assert len(files) > 20
        public = b"".join(
            p.read_bytes() for p in (ROOT / "lstm_lab" / "chapters").glob("ch*/checks.py")
        ).decode() + "".join(p.read_text() for p in (ROOT / "chapters").glob("*.md"))
        squashed = prove.squash(public)
        for name in NAMES:
            leaks = prove.find_leaks(source.load(name, "public"), files)
            assert [leak for leak in leaks if leak.partition(": ")[2] not in squashed] == []

    def test_the_book_excludes_the_sources(self):
        import yaml

        config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
        assert "coursework" in config["exclude_patterns"]

    def test_no_code_of_the_book_names_the_sources(self):
        code = {path.name: path.read_text("utf-8") for path in (ROOT / "lstm_lab").rglob("*.py")}
        for path in (ROOT / "chapters").glob("*.ipynb"):
            cells = json.loads(path.read_text("utf-8"))["cells"]
            code[path.name] = "".join(
                "".join(c["source"]) for c in cells if c["cell_type"] == "code"
            )
        assert len(code) > 50
        assert [
            name for name, text in code.items() if "coursework" in text or "lstm_grade" in text
        ] == []

    @pytest.mark.slow
    @pytest.mark.weekly("coursework/**", "bookbuild/**", "chapters/assignments/**", "_config.yml")
    def test_a_build_with_all_assignments_opens_no_source(self, tmp_path):
        """What is not read can't be in a book. The configuration is the book's own, the sources stand where they do."""
        pages = [f"chapters/assignments/{name}" for name in NAMES]
        (tmp_path / "index.md").write_text("# A book\n\nHow it began.\n")
        for name in ("_config.yml", "references.bib", "chapters/bibliography.md"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
        shutil.copytree(ROOT / "chapters" / "assignments", tmp_path / "chapters" / "assignments")
        shutil.copytree(ROOT / "coursework", tmp_path / "coursework")
        toc = ["format: jb-book", "root: index", "chapters:", "  - file: chapters/bibliography"]
        toc += [f"  - file: {page}" for page in pages]
        (tmp_path / "_toc.yml").write_text("\n".join(toc))
        done = subprocess.run(
            [sys.executable, "-c", AUDIT], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        opened = json.loads(done.stdout.rpartition("OPENED ")[2])
        for page in pages:
            assert [place for place in opened if place.endswith(f"{page}.ipynb")] != []
            assert (tmp_path / "_build" / "html" / f"{page}.html").is_file()
        sources = str(tmp_path / "coursework")
        assert [place for place in opened if place.startswith((sources, "coursework"))] == []
        assert [place for place in opened if str(ROOT / "coursework") in place] == []
        started = [place for place in opened if place.startswith("process ")]
        assert {place.split()[1] for place in started} <= {"git"}

    @pytest.mark.slow
    def test_wheel_and_sdist_hold_no_coursework(self, tmp_path):
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("lstm_lab", "coursework", "tests/coursework"):
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy / name)
        command = [
            sys.executable,
            "-m",
            "build",
            "--no-isolation",
            "--outdir",
            str(tmp_path / "dist"),
            ".",
        ]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        (wheel,), (sdist,) = (tmp_path / "dist").glob("*.whl"), (tmp_path / "dist").glob("*.tar.gz")
        with zipfile.ZipFile(wheel) as packed:
            files = {f"wheel/{name}": packed.read(name) for name in packed.namelist()}
        with tarfile.open(sdist) as archive:
            names = list(files) + archive.getnames()
            for member in (each for each in archive.getmembers() if each.isfile()):
                files[f"sdist/{member.name}"] = archive.extractfile(member).read()
        assert any(name.endswith("check.py") for name in names)
        assert [name for name in names if "coursework" in name or "lstm_grade" in name] == []
        for name in NAMES:
            found = prove.find_leaks(source.load(name, "public"), files)
            assert [leak for leak in found if len(leak.partition(": ")[2]) > COINCIDENCE] == []


class TestWhatStudentsAreTold:
    @pytest.mark.parametrize("name", sorted(source.folders()))
    def test_the_page_says_what_is_restored_and_where_text_goes(self, name):
        first = "".join(c.source for c in release.student_notebook(source.load(name)).cells[:3])
        assert source.RESTORED in first

    @pytest.mark.parametrize("name", sorted(source.folders()))
    def test_both_syllabuses_place_each_assignment(self, name):
        page = (ROOT / "chapters" / "for-teachers.md").read_text("utf-8")
        four, ten = page.split("## Four weeks")[1].split("## Ten weeks")
        ten = ten.split("\n## ")[0]
        title = {
            "lstm-cell": "the LSTM cell",
            "capstone": "capstone",
            "backpropagation": "back-propagation",
        }
        called = title.get(name, name.replace("-", " "))
        assert called in four
        assert called in ten
