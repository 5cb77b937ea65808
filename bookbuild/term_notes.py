"""Terms and citations say what they mean where they stand: a pop-up by hover, focus and touch (`assets/notes.js`).

The first mention in each chapter of a term of the glossary becomes a link to it. The text of each pop-up stands at the
end of the page, hidden: a screen reader speaks it with the link, and a page opened from disk has it. Without a script
links are links.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookbuild.chapter_links import above, join_lines
from bookbuild.numbering import number_of

SCRIPT = "notes.js"
APART = (
    nodes.reference, nodes.title, nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.rubric,
    nodes.term, nodes.caption, nodes.target,
)  # fmt: skip
EVERYDAY = frozenset({
    "attention", "batch", "block", "drift", "latch", "loss", "margin", "order", "parity", "scan", "seed", "separable",
    "threshold", "truncation", "window",
})  # fmt: skip
"""Words of everyday English: meant as terms where a chapter sets them in bold, and only there linked."""


class note_reference(nodes.reference):  # noqa: N801 (docutils names its nodes so)
    """A link with a note: `note` is the id of the element that holds its text."""


def names_of(entry: str) -> list[str]:
    """The names of a glossary's entry: "LSTM 1997, LSTM 2000" has two."""
    return entry.split(", ")


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds names in a text, long ones first, in singular or plural; capitals count where a name has some."""
    parts = []
    for name in sorted(names, key=lambda one: (-len(one), one)):
        words = re.escape(name).replace(r"\ ", r"\s+")
        first = f"(?i:{words[0]}){words[1:]}" if name == name.lower() else words
        parts.append(f"{first}(?:e?s)?")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])" if parts else r"(?!)")


def name_in(found: str, names: Iterable[str]) -> str:
    """Which of the names stands in the words that were found."""
    words = re.sub(r"\s+", " ", found).lower()
    return next(name for name in names if words in (name.lower() + end for end in ("", "s", "es")))


class Glossary:
    """The entries of a book's glossary: what each name means, and where it stands.

    Args:
        entries: by name, the address of the entry and its meaning.
    """

    def __init__(self, entries: Mapping[str, tuple[str, str]]) -> None:
        self.entries = dict(entries)
        self.pattern = pattern(self.entries)

    @classmethod
    def of(cls, env: Any, docname: str, builder: Any) -> Glossary:
        """That of the book, as a page sees it; the page of the glossary sees none."""
        entries = {}
        for page in sorted({where for kind, where, _ in terms(env) if where != docname}):
            for item in env.get_doctree(page).findall(nodes.definition_list_item):
                if not isinstance(item.parent.parent, addnodes.glossary):
                    continue
                term, definition = item[0], item[-1]
                uri = builder.get_relative_uri(docname, page)
                for name in names_of(term.astext()):
                    entries[name] = (f"{uri}#{term['ids'][0]}", definition.astext())
        return cls(entries)

    def mentions(self, text: str, known: set[str], bold: bool) -> Iterator[tuple[int, int, str]]:
        """Where a text first mentions names that are not yet known: beginning, end, name; then it is known.

        Args:
            text: plain text.
            known: names that the page has linked already; those found are added.
            bold: whether the text is set in bold, as a chapter does where it explains a term.
        """
        for found in self.pattern.finditer(text):
            name = name_in(found[0], self.entries)
            if name not in known and (bold or name not in EVERYDAY):
                known.add(name)
                yield found.start(), found.end(), name


def terms(env: Any) -> list[tuple[str, str, str]]:
    """The terms that Sphinx knows: kind, page, anchor."""
    objects = env.get_domain("std").objects
    return [(kind, page, anchor) for (kind, _), (page, anchor) in objects.items() if kind == "term"]


class NoteTermsAndCitations(SphinxPostTransform):
    """Link the terms of a chapter, and give terms and citations their notes."""

    default_priority: ClassVar[int] = (
        890  # citations are resolved by then; mentions of chapters come after
    )

    def run(self, **kwargs: Any) -> None:
        """Go through all texts that stand in no link, title or code, and through all citations."""
        here, builder = self.env.docname, self.app.builder
        notes: dict[str, str] = {}
        if number_of(here):
            join_lines(self.document)
            self._link(Glossary.of(self.env, here, builder), notes)
        if builder.format == "html" and builder.name != "epub":
            self._cite(notes)
            if notes:
                self.document += nodes.raw("", notes_html(notes), format="html")

    def _link(self, glossary: Glossary, notes: dict[str, str]) -> None:
        known: set[str] = set()
        for text in list(self.document.findall(nodes.Text)):
            parents = list(above(text))
            if any(isinstance(parent, APART) for parent in parents):
                continue
            bold = isinstance(text.parent, nodes.strong)
            found = list(glossary.mentions(text, known, bold))
            if found:
                text.parent.replace(text, list(self._linked(text, found, glossary, notes)))

    def _linked(
        self,
        text: nodes.Text,
        found: list[tuple[int, int, str]],
        glossary: Glossary,
        notes: dict[str, str],
    ) -> Iterator[nodes.Node]:
        place = 0
        for start, end, name in found:
            address, meaning = glossary.entries[name]
            note = "lab-note-" + re.sub(r"\W+", "-", name.lower())
            notes[note] = meaning
            yield nodes.Text(text[place:start])
            yield note_reference(
                "", "", nodes.Text(text[start:end]),
                internal=True, refuri=address, classes=["lab-term"], note=note,
            )  # fmt: skip
            place = end
        yield nodes.Text(text[place:])

    def _cite(self, notes: dict[str, str]) -> None:
        cited: Any = self.env.domains.get("cite")
        ids = {one.citation_id for one in cited.citations} if cited else set()
        for link in list(self.document.findall(nodes.reference)):
            key = link.get("refuri", "").rpartition("#")[2]
            if key in ids and link.get("reftitle"):
                note = f"lab-note-cite-{key}"
                notes[note] = link["reftitle"]
                noted = note_reference("", "", *link.children, **link.attributes)
                del noted["reftitle"]  # it would open a second time, as the browser's own
                noted["classes"], noted["note"] = [*link["classes"], "lab-cite"], note
                link.replace_self(noted)


def notes_html(notes: Mapping[str, str]) -> str:
    """The texts of a page's notes."""
    lines = "".join(
        f'<p id="{note}">{html.escape(" ".join(text.split()))}</p>' for note, text in notes.items()
    )
    return f'<div class="lab-notes" hidden>{lines}</div>'


def visit_html(translator: Any, node: note_reference) -> None:
    """Write the link, described by its note where there is one on the page."""
    translator.visit_reference(node)
    if translator.builder.name != "epub":
        described = f'<a aria-describedby="{node["note"]}" '
        translator.body[-1] = translator.body[-1].replace("<a ", described, 1)


def depart_html(translator: Any, node: note_reference) -> None:
    """Close the link."""
    translator.depart_reference(node)


def read_again(
    app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """When the glossary changes, so do the pages that link to it."""
    touched = {page for _, page, _ in terms(env)} & (added | changed | removed)
    return [name for name in env.found_docs if number_of(name)] if touched else []


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_node(note_reference, html=(visit_html, depart_html))
    app.add_post_transform(NoteTermsAndCitations)
    app.connect("env-get-outdated", read_again)
    app.add_js_file(SCRIPT, loading_method="defer", priority=700)
