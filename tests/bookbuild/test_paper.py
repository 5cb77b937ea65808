"""The book on paper: what becomes of folds, places, links and figures, and a small book printed with Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import check_pdf
import print_pdf
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from myst import chapter
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from bookbuild import paper

ROOT = Path(__file__).parents[2]
SITE = "https://owner.github.io/name/"
RESTS_ON = pytest.mark.weekly(
    "bookbuild/paper.py", "bookbuild/assets/paper.css", "tools/print_pdf.py", "tools/check_pdf.py"
)
SIDEBAR = """<nav class="bd-links"><ul><li class="toctree-l1"><a href="#">The book</a></li></ul>
<p class="caption"><span class="caption-text">Chapters</span></p>
<ul><li class="toctree-l1"><a href="chapters/01-a.html">01 · A</a></li>
<li class="toctree-l1"><a href="chapters/02-b.html">02 · B</a></li></ul></nav>"""
FIRST = f"""{SIDEBAR}<article class="bd-article"><section id="the-book"><h1>The book
<a class="headerlink" href="#the-book">#</a></h1>
<p><a href="chapters/01-a.html#one">one</a> <a href="search.html">search</a></p></section></article>"""
A = """<article class="bd-article"><section id="a"><h1>01 · A</h1><section id="one"><h2>One</h2>
<p><a href="#one">here</a> <a href="02-b.html">there</a> <a href="02-b.html#gone">lost</a>
<a href="02-b.html#explorer=x&amp;n=2">state</a> <a href="../index.html">home</a> <a href="https://example.org/">out</a></p>
<details class="sd-dropdown"><summary><span>What you saw</span></summary><p id="seen">It fell.</p></details>
<details class="sd-dropdown"><summary><span>A proof</span></summary><p>It holds.</p></details>
<div class="exercise" id="ex"><p class="admonition-title"><span class="caption-number">Exercise 1.1 </span></p></div>
<details class="sd-dropdown"><summary><span>Hint</span></summary><p>Count.</p></details>
<div class="solution dropdown admonition" id="sol">
<p class="admonition-title">Solution to <a href="#ex">Exercise 1.1</a></p><p>Two.</p></div>
<details class="hide above-input"><summary>Code</summary><pre>x = 1</pre></details><pre>y = 2</pre><button>Run</button>
</section></section></article>"""
B = """<article class="bd-article"><section id="a"><h1>02 · B</h1>
<figure class="lab-explorer" id="explorer-x" data-explorer="x"
 data-controls='[{"name": "on", "texts": ["off", "on"]}]'><div class="lab-plot" style="height:3px"><svg></svg></div>
<form class="lab-controls"><div data-control="n"><input type="range" value="1"><output>two &amp; a half</output></div>
<fieldset data-control="kind"><label><input type="radio" value="0"> plain</label>
<label><input type="radio" checked> bold</label></fieldset>
<div data-control="which"><select><option>p</option><option selected>q</option></select></div>
<div data-control="on"><input type="checkbox" checked></div></form><p class="lab-summary" id="s">It rises.</p></figure>
</section></article>"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "chapters").mkdir()
    for name, text in (("index", FIRST), ("chapters/01-a", A), ("chapters/02-b", B)):
        (tmp_path / f"{name}.html").write_text(f"<html><body>{text}</body></html>", "utf-8")
    return tmp_path


def parsed(book: Path, site: str = SITE) -> BeautifulSoup:
    return BeautifulSoup(paper.document(book, "a4", site, "Edition 1", "Somebody"), "html.parser")


class TestDocument:
    def test_no_place_stands_twice_and_every_link_within_leads_to_one(self, book):
        soup = parsed(book)
        ids = [one["id"] for one in soup.select("[id]")]
        assert len(ids) == len(set(ids))
        within = [str(one["href"])[1:] for one in soup.select('a[href^="#"]')]
        assert len(within) > 5
        assert set(within) <= set(ids)
        assert {one["data-page-of"] for one in soup.select("[data-page-of]")} <= set(ids)

    def test_links_lead_within_the_document_or_to_the_site(self, book):
        links = {one.get_text(): one["href"] for one in parsed(book).select("[id='01-a'] p a")}
        assert links["here"] == "#01-a.one"
        assert links["there"] == links["lost"] == "#02-b"
        assert links["state"] == f"{SITE}chapters/02-b.html#explorer=x&n=2"
        assert links["home"] == "#index"
        assert links["out"] == "https://example.org/"

    def test_without_a_site_no_link_leads_to_it(self, book):
        soup = parsed(book, "")
        assert soup.select_one(".lab-scan") is None
        links = {one.get_text(): one["href"] for one in soup.select("article a")}
        assert links["state"] == "#02-b.explorer-x"
        assert "search" not in links
        assert "search" in soup.select_one("#index").get_text()

    def test_answers_stand_at_the_end_of_their_chapter_and_their_places_say_so(self, book):
        page = parsed(book).select_one("[id='01-a']")
        answers = page.select_one("section.answers")
        words = answers.get_text(" ", strip=True)
        assert words == "Answers One What you saw It fell. Exercise 1.1 Hint Count. Solution Two."
        answers.extract()
        left = page.get_text(" ", strip=True)
        assert "A proof It holds." in left
        assert not {"It fell.", "Count.", "Two."} & set(left.split(" "))
        led = [one["href"] for one in page.select(".see a")]
        assert led == ["#01-a.answer-1", "#01-a.answer-2", "#01-a.answer-3"]
        assert [one.get_text() for one in page.select(".see")] == [
            "What you saw: page ",
            "Hint: page ",
            "Solution: page ",
        ]

    def test_folds_are_open_and_what_is_for_the_screen_is_gone(self, book):
        soup = parsed(book)
        assert all("open" in one.attrs for one in soup.select("details"))
        assert [one.get_text() for one in soup.select("pre")] == ["y = 2"]
        assert soup.select("button, input, form, select, .headerlink") == []

    def test_a_figure_that_moves_has_the_address_of_its_first_state(self, book):
        link = parsed(book).select_one(".lab-scan a")
        assert link["href"] == (
            f"{SITE}chapters/02-b.html#explorer=x&n=two+%26+a+half&kind=bold&which=q&on=on"
        )
        assert link.get_text() == "owner.github.io/name/chapters/02-b.html#explorer=x"

    def test_contents_list_every_page_and_section_under_its_part(self, book):
        lines = [one.get_text() for one in parsed(book).select(".contents p")]
        assert lines == ["About this book", "Chapters", "01 · A", "One", "Answers", "02 · B"]

    def test_what_it_cannot_do_is_named(self, book):
        with pytest.raises(ValueError, match="paper must be one of a4, letter, got 'a3'"):
            paper.document(book, "a3")
        (book / "chapters" / "02-b.html").unlink()
        with pytest.raises(FileNotFoundError, match="02-b"):
            paper.document(book)
        with pytest.raises(ValueError, match="must list the pages"):
            paper.contents("<p>")


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.integers(3, 6))
def test_every_start_comes_to_stand_on_a_right_page(lengths, first):
    starts = {str(n): first + sum(lengths[:n]) for n in range(len(lengths))}
    within = {f"{name}.end": starts[name] + lengths[int(name)] - 1 for name in starts}
    numbers, late = print_pdf.on_right_pages({**starts, **within}, list(starts))
    assert all(numbers[name] % 2 == 1 for name in starts)
    for name in starts:
        assert numbers[f"{name}.end"] - numbers[name] == lengths[int(name)] - 1
    gaps = [numbers[name] - starts[name] for name in starts]
    assert gaps == [sum(other in late for other in list(starts)[: n + 1]) for n in range(len(gaps))]


# --- A small book, built and printed ----------------------------------------------------------------------------------

CHAPTER = chapter("""# 1958: a chapter

A line, and a formula that is too wide:

$$
x = a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7 + b_8 + b_9 +
c_1 + c_2 + c_3
$$

```{code-cell} python
:tags: [hide-input]

import plotly.graph_objects as go
from lstm_lab.interact import explore, theme

def line(slope=1, kind="plain", dashed=False):
    return theme.figure([go.Scatter(x=[0, 1], y=[0, slope])], f"A {kind} line rises by {slope}.")

explore(line, "first", "A line.", slope=[1, 2, 3], kind=["plain", "bold"], dashed=[False, True])
```

:::{dropdown} What you saw
It rises.
:::

## Exercises

:::{exercise}
:label: ex-01-one
Add one and one.
:::

:::{solution} ex-01-one
:class: dropdown
Two.
:::
""")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LSTM_LAB_")}
    return subprocess.run(
        [str(one) for one in command],
        env={**clean, "LSTM_LAB_SITE": SITE},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "references.bib").write_text("")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n  - caption: Chapters\n    chapters:\n      - file: chapters/01-first\n"
    )
    (folder / "index.md").write_text("# A small book\n\nIt has two pages.\n")
    (folder / "chapters").mkdir()
    (folder / "chapters" / "01-first.md").write_text(CHAPTER)
    done = run(Path(sys.executable).with_name("jupyter-book"), "build", folder, "-W")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"


def printed(built: Path, size: str, chromium_path: str) -> subprocess.CompletedProcess[str]:
    tool, out = ROOT / "tools" / "print_pdf.py", built.parent / f"{size}.pdf"
    return run(
        "env", f"LSTM_LAB_CHROMIUM={chromium_path}", sys.executable, tool,
        "--book", built, "--paper", size, "--out", out,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pdf(built: Path, chromium_path: str) -> Path:
    done = printed(built, "a4", chromium_path)
    assert done.returncode == 0, done.stderr
    return built.parent / "a4.pdf"


@pytest.mark.slow
@RESTS_ON
class TestPrinted:
    def test_it_has_nothing_wrong_on_either_paper(self, built, pdf, chromium_path):
        assert list(check_pdf.problems(pdf)) == []
        done = printed(built, "letter", chromium_path)
        assert done.returncode == 0, done.stderr
        assert list(check_pdf.problems(built.parent / "letter.pdf", "letter")) == []
        assert list(check_pdf.problems(built.parent / "letter.pdf", "a4"))

    def test_chapters_begin_on_right_pages_with_an_empty_one_before(self, pdf):
        reader = PdfReader(pdf)
        assert check_pdf.pages_of(pdf)["index"] == 5
        assert check_pdf.pages_of(pdf)["01-first"] == 7
        empty = [n for n, page in enumerate(reader.pages, 1) if not page.extract_text().strip()]
        assert empty == [4, 6]

    def test_an_answer_is_where_its_place_says(self, pdf):
        text = [page.extract_text() for page in PdfReader(pdf).pages]
        told = check_pdf.pages_of(pdf)["01-first.answer-2"]
        assert f"Solution: page {told}" in " ".join(" ".join(text).split())
        assert "Two." in text[told - 1]

    def test_its_outline_is_that_of_the_book(self, pdf):
        titles = [one.title for one in PdfReader(pdf).outline if not isinstance(one, list)]
        assert titles == ["A small book", "Contents", "About this book", "01 · 1958: a chapter"]

    @pytest.mark.browser
    def test_the_code_under_a_figure_opens_the_state_that_is_printed(self, built, pdf, browser):
        links = {
            str(one.get_object()["/A"]["/URI"])
            for page in PdfReader(pdf).pages
            for one in page.get("/Annots", [])
            if "/A" in one.get_object() and "explorer" in str(one.get_object()["/A"].get("/URI"))
        }
        (address,) = links
        page = browser.new_page()
        page.goto(address.replace(SITE, f"{built.as_uri()}/"))
        page.wait_for_selector(".lab-explorer[data-alive]")
        said = page.locator(".lab-summary").inner_text()
        state = page.evaluate("location.hash")
        page.close()
        assert said == "A plain line rises by 1."
        assert said in " ".join(one.extract_text() for one in PdfReader(pdf).pages)
        assert "slope=1" in state

    def test_what_does_not_fit_is_refused_by_name(self, built, chromium_path, tmp_path):
        wide = tmp_path / "book"
        shutil.copytree(built, wide)
        page = wide / "chapters" / "01-first.html"
        text = page.read_text("utf-8")
        line = (
            '<h2>Exercises<p id="wide" style="white-space:nowrap">' + "far too long " * 40 + "</p>"
        )
        assert "<h2>Exercises" in text
        page.write_text(text.replace("<h2>Exercises", line), "utf-8")
        done = printed(wide, "a4", chromium_path)
        assert done.returncode == 1
        assert "beyond the paper" in done.stderr
        assert "01-first.wide" in done.stderr


def spoiled(pdf: Path, out: Path, how) -> list[str]:
    writer = PdfWriter(clone_from=pdf)
    how(writer)
    writer.write(out)
    return list(check_pdf.problems(out))


def untagged(writer: PdfWriter) -> None:
    del writer.root_object["/MarkInfo"]


def an_empty_page_more(writer: PdfWriter) -> None:
    writer.insert_blank_page(595, 842, index=len(writer.pages))


def a_page_less(writer: PdfWriter) -> None:
    writer.remove_page(3)


def without_its_fonts(writer: PdfWriter) -> None:
    for page in writer.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            inner["/FontDescriptor"].get_object().pop(NameObject("/FontFile2"), None)


@pytest.mark.slow
@RESTS_ON
@pytest.mark.parametrize(
    ("how", "problem"),
    [
        (untagged, "not tagged"),
        (an_empty_page_more, "is empty"),
        (a_page_less, "begins on a left page"),
        (a_page_less, "contents: "),
        (without_its_fonts, "is not in the file"),
    ],
)
def test_the_check_finds_what_is_wrong(pdf, tmp_path, how, problem):
    found = spoiled(pdf, tmp_path / "spoiled.pdf", how)
    assert any(problem in one for one in found), found


@pytest.mark.slow
@pytest.mark.weekly
@pytest.mark.timeout(1800)
def test_the_whole_book(built_book, tmp_path, chromium_path):
    out = tmp_path / "book.pdf"
    done = run(
        "env", f"LSTM_LAB_CHROMIUM={chromium_path}",
        sys.executable, ROOT / "tools" / "print_pdf.py", "--book", built_book, "--out", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list(check_pdf.problems(out)) == []
    places = check_pdf.pages_of(out)
    text = [page.extract_text() for page in PdfReader(out).pages]
    for page in paper.contents((built_book / "index.html").read_text("utf-8")):
        assert page.title.split()[-1] in text[places[page.name] - 1]
