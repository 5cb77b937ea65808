"""Terms and citations get notes: which words are linked, and what the page then holds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.term_notes import EVERYDAY, Glossary, names_of, notes_html

ROOT = Path(__file__).parents[2]
ENTRIES = {
    "gate": ("glossary.html#gate", "A unit that multiplies."),
    "forget gate": ("glossary.html#forget", "A gate that erases."),
    "Adam": ("glossary.html#adam", "A way to update."),
    "order": ("glossary.html#order", "Of a predicate."),
    "loss": ("glossary.html#loss", "How wrong."),
    "XOR": ("glossary.html#xor", "Either, not both."),
}


def linked(text, bold=False, known=()):
    return [text[start:end] for start, end, _ in Glossary(ENTRIES).mentions(text, set(known), bold)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A gate, and a gate.", ["gate"]),
        ("Gates open; forget gates too.", ["Gates", "forget gates"]),
        ("Forget\ngate first", ["Forget\ngate"]),
        ("Adam is no adam", ["Adam"]),
        ("an adam", []),
        ("in order of history, at a loss", []),
        ("a multi-gate or gate-like gateway", []),
        ("XORs", ["XORs"]),
    ],
)
def test_what_is_linked(text, words):
    assert linked(text) == words


def test_everyday_words_are_terms_where_they_are_bold():
    assert linked("order", bold=True) == ["order"]
    assert linked("order", bold=True, known=["order"]) == []


def test_every_everyday_word_has_an_entry():
    """Else the list would hold words that nothing stops."""
    glossary = (ROOT / "chapters" / "glossary.md").read_text("utf-8")
    names = {
        name for line in re.findall(r"^(\S.*)\n  \S", glossary, re.M) for name in names_of(line)
    }
    assert sorted(EVERYDAY - names) == []


@given(st.lists(st.sampled_from([*ENTRIES, *(f"{name}s" for name in ENTRIES), "word", "of"])))
def test_each_name_is_linked_once_and_links_do_not_overlap(words):
    text = " ".join(words)
    found = list(Glossary(ENTRIES).mentions(text, set(), bold=True))
    names = [name for _, _, name in found]
    assert len(names) == len(set(names))
    ends = [place for start, end, _ in found for place in (start, end)]
    assert ends == sorted(ends)
    for start, end, name in found:
        assert text[start:end].rstrip("s").lower() == name.lower().rstrip("s")


class Notes(HTMLParser):
    """The text of each note."""

    def __init__(self):
        super().__init__()
        self.found, self.open = {}, ""

    def handle_starttag(self, tag, attributes):
        self.open = dict(attributes).get("id", "") if tag == "p" else ""

    def handle_data(self, data):
        if self.open:
            self.found[self.open] = self.found.get(self.open, "") + data


@given(st.text(st.sampled_from("ab <>&\"'\n"), min_size=1).map(lambda text: f"x{text}x"))
def test_a_note_says_what_it_was_given(text):
    parser = Notes()
    parser.feed(notes_html({"lab-note-a": text}))
    assert parser.found == {"lab-note-a": " ".join(text.split())}


CHAPTER = """# 1958: gates

A gate here {cite:p}`who1958`, no second gate. In order. A *forget gate*, `gate`.

## The loss

The **loss** falls.
"""
GLOSSARY = """# Glossary

```{glossary}
gate
  A unit that <multiplies>.

forget gate
  A gate that erases.

loss, cost
  How wrong it is.

order
  Of a predicate.
```
"""
SOURCE = "@book{who1958, author = {Who, Anna}, title = {What}, publisher = {P}, year = {1958}}\n"


@pytest.mark.slow
@pytest.mark.weekly("bookbuild/**", "_config.yml")
def test_a_built_chapter_holds_the_notes_of_what_it_links(tmp_path):
    (tmp_path / "chapters").mkdir()
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "references.bib").write_text(SOURCE)
    (tmp_path / "index.md").write_text("# A book\n\nIt has a gate.\n")
    (tmp_path / "chapters" / "01-gates.md").write_text(CHAPTER)
    (tmp_path / "chapters" / "glossary.md").write_text(GLOSSARY)
    (tmp_path / "chapters" / "sources.md").write_text("# Sources\n\n```{bibliography}\n```\n")
    files = "".join(f"  - file: chapters/{name}\n" for name in ("01-gates", "glossary", "sources"))
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{files}")
    program = str(Path(sys.executable).with_name("jupyter-book"))
    command = [program, "build", str(tmp_path), "-W", "-n", "--keep-going"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    html = tmp_path / "_build" / "html"
    page = (html / "chapters" / "01-gates.html").read_text("utf-8")
    terms = re.findall(
        r'<a aria-describedby="([^"]+)" class="lab-term[^"]*" href="([^"]+)">(.*?)</a>', page
    )
    assert [(note, words) for note, _, words in terms] == [
        ("lab-note-gate", "gate"), ("lab-note-forget-gate", "forget gate"), ("lab-note-loss", "loss")
    ]  # fmt: skip
    glossary = (html / "chapters" / "glossary.html").read_text("utf-8")
    assert all(f'id="{address.partition("#")[2]}"' in glossary for _, address, _ in terms)
    (cited,) = re.findall(r'<a aria-describedby="([^"]+)" class="[^"]*lab-cite[^"]*"[^>]*>', page)
    parser = Notes()
    parser.feed(page.partition('<div class="lab-notes"')[2].partition("</div>")[0])
    assert parser.found["lab-note-gate"] == "A unit that <multiplies>."
    assert parser.found[cited].startswith("Anna Who. What.")
    assert len(parser.found) == 4
    assert "lab-term" not in glossary
    assert "lab-term" not in (html / "index.html").read_text("utf-8")
