"""The e-book: an explorer as picture and sentence, a sound container, the same bytes again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import check_ebook
import pytest
from myst import chapter

from bookbuild.site import ebook

ROOT = Path(__file__).parents[3]
RESTS_ON = pytest.mark.weekly(
    "bookbuild/**", "_config.yml", "lstm_lab/interact/**", "tools/check_ebook.py"
)
CHAPTER = chapter("""# 1958: a chapter

A line, $x_t < 3$, and two explorers.

```{code-cell} python
import plotly.graph_objects as go
from lstm_lab.interact import explore
from lstm_lab.interact import theme

def line(slope=1):
    return theme.figure([go.Scatter(x=[0, 1], y=[0, slope])], f"It rises by {slope} & stays < 5 everywhere.")

explore(line, "first", "A line.", slope=[1, 2])
```

```{code-cell} python
:tags: [hide-input]

explore(line, "second", slope=[1, 2])
```

```{dropdown} Folded
:icon: info
Text.
```

```{code-cell} python
line(1)
```

```{code-cell} python
line(2)
```

```{raw} html
<p>Compare <a href="#explorer=first&slope=2">a steep one</a> &amp; a flat one.</p>
```
""")

STATE = """```{raw} html
<p><a href="first.html#explorer=second&slope=2">A state</a></p>
```
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ebook")
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "references.bib").write_text("")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: first\n")
    (folder / "index.md").write_text("# A book\n\nSee [it](first).\n\n" + STATE)
    (folder / "first.md").write_text(CHAPTER)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [
        str(program),
        "build",
        str(folder),
        "--builder",
        "custom",
        "--custom-builder",
        "epub",
        "-W",
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LSTM_LAB_")}
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "epub" / f"{ebook.NAME}.epub"


@pytest.mark.slow
@RESTS_ON
class TestBuilt:
    def test_has_nothing_wrong(self, book: Path):
        assert list(check_ebook.problems(book)) == []

    def test_every_explorer_is_its_picture_and_its_sentence(self, book: Path):
        page = zipfile.ZipFile(book).read("first.xhtml").decode()
        assert page.count('class="lab-explorer"') == 4
        assert page.count('id="explorer-figure-2"') == 1
        assert (
            page.count("It rises by 1 &amp; stays &lt; 5 everywhere.") == 3
        )  # two explorers and a figure
        assert page.count("<svg") >= 2
        assert "<math" in page

    def test_a_link_to_a_state_leads_to_the_explorer(self, book: Path):
        pages = zipfile.ZipFile(book)
        assert 'href="#explorer-first">a steep one</a> &amp; a flat one' in (
            pages.read("first.xhtml").decode()
        )
        assert 'href="first.xhtml#explorer-second">A state' in pages.read("index.xhtml").decode()

    def test_its_list_says_what_pages_hold(self, book: Path):
        package = zipfile.ZipFile(book).read("content.opf").decode()
        assert (
            'href="first.xhtml" media-type="application/xhtml+xml" properties="mathml svg"'
            in package
        )
        assert 'href="index.xhtml" media-type="application/xhtml+xml" />' in package

    def test_sealed_again_it_has_the_same_bytes(self, book: Path):
        before = book.read_bytes()
        ebook.seal(book.parent, book, "")
        assert book.read_bytes() == before


def spoiled(book: Path, out: Path, name: str, old: bytes, new: bytes) -> list[str]:
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(out, "w") as copy:
        for entry in whole.infolist():
            content = whole.read(entry)
            if entry.filename == name:
                assert old in content
                content = content.replace(old, new)
            copy.writestr(entry, content, entry.compress_type)
    return list(check_ebook.problems(out))


@pytest.mark.slow
@RESTS_ON
@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("first.xhtml", b"</h1>", b"", "not well-formed"),
        ("first.xhtml", b"It rises by 1 &amp; stays &lt; 5 everywhere.", b"", "has no sentence"),
        ("first.xhtml", b"http://www.w3.org/2000/svg", b"http://example.org", "has no picture"),
        ("first.xhtml", b"</h1>", b"</h1><script>1</script>", "holds a <script>"),
        ("index.xhtml", b'href="first.xhtml"', b'href="second.xhtml"', "leads nowhere"),
        ("index.xhtml", b'href="first.xhtml"', b'href="first.xhtml#x"', "has no such place"),
        ("content.opf", b'href="first.xhtml"', b'href="other.xhtml"', "is not listed"),
        ("first.xhtml", b'id="explorer-second"', b'id="explorer-first"', "stands twice"),
        ("first.xhtml", b"</summary>", b"<p>1</p></summary>", "holds a <p> in a <summary>"),
        ("first.xhtml", b"</h1>", b"</h1><svg></svg>", "holds an <svg> that is none in XML"),
        ("toc.ncx", b'"dtb:uid" content="urn', b'"dtb:uid" content="x', "is not of the e-book"),
    ],
)
def test_the_check_finds_what_is_wrong(book: Path, tmp_path: Path, name, old, new, problem):
    found = spoiled(book, tmp_path / "spoiled.epub", name, old, new)
    assert any(problem in one for one in found), found
