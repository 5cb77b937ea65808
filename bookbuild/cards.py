"""The directive `chapter-cards`: a card for each chapter on the first page, from what the chapters say of themselves.

The picture of a card is the largest panel of its explorer's first state, as it stands in the chapter. How far a reader
is comes from the reader's own device (`assets/reading.js`); without a script a card is a plain link.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild import teachers_table

CARD = ("year", "explorer", "question")
SVG = "{http://www.w3.org/2000/svg}svg"
SCRIPT = "reading.js"
WORK = "chapters/my-work"
"""The page of what a reader has done."""


class cards_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """The cards of `chapters`, each a :class:`Card`."""


@dataclass(frozen=True)
class Card:
    """What a chapter says of itself on the first page.

    Attributes:
        name: of its file, without the ending: "06-vanishing-gradient".
        title: its heading, without a year at the beginning.
        year: where it stands in the story.
        question: that it answers.
        explorer: whose picture it shows.
        minutes: to read it.
    """

    name: str
    title: str
    year: str
    question: str
    explorer: str
    minutes: str

    @property
    def docname(self) -> str:
        """What Sphinx calls the chapter."""
        return f"chapters/{self.name}"


def card(chapter: Path) -> Card:
    """The card of a chapter.

    Raises:
        ValueError: if the chapter lacks what belongs on it; the message says what.
    """
    text = chapter.read_text("utf-8")
    said, minutes = (
        teachers_table.front_matter(text).get("card") or {},
        teachers_table.MINUTES.search(text),
    )
    heading = re.search(r"^# (?:\d{4}[^:\n]*: )?(.+)$", text, re.M)
    missing = [f"card: {key}" for key in CARD if not said.get(key)]
    missing += [] if minutes else ["**Reading time** about N minutes"]
    missing += [] if heading else ["a title, a line that begins with '# '"]
    if missing:
        raise ValueError(f"{chapter.name} must have {', '.join(missing)}")
    assert minutes is not None
    assert heading is not None
    title = heading[1][0].upper() + heading[1][1:]
    year, explorer, question = (str(said[key]) for key in CARD)
    return Card(chapter.stem, title, year, question, explorer, minutes[1])


def thumbnail(still: str) -> str:
    """The largest panel of a picture, without words and axes: a sign of its figure, no more.

    Args:
        still: from :func:`lstm_lab.interact.still_picture.picture`.
    """
    panels = list(ElementTree.fromstring(still).iter(SVG))[1:]
    if not panels:
        raise ValueError("a picture for a card must have a panel, got one without")
    largest = max(
        panels, key=lambda panel: float(panel.attrib["width"]) * float(panel.attrib["height"])
    )
    inner = "".join(
        ElementTree.tostring(child, encoding="unicode")
        for child in largest
        if not child.tag.endswith("text")
    )
    inner = re.sub(r"(</?)ns0:", r"\1", inner).replace(
        ' xmlns:ns0="http://www.w3.org/2000/svg"', ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{largest.attrib["viewBox"]}" fill="none" '
        f'preserveAspectRatio="none" aria-hidden="true">{inner}</svg>'
    )


class ChapterCards(SphinxDirective):
    """The cards, with the way to begin and to go on."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        """A node that is written when all chapters are read."""
        listed = [path for path in teachers_table.chapters(Path(self.env.srcdir, "chapters"))
                  if f"chapters/{path.stem}" in self.env.found_docs]  # fmt: skip
        for path in listed:
            self.env.note_dependency(str(path))
        return [cards_node(cards=[card(path) for path in listed])]


def still_of(env: Any, one: Card) -> str:
    """The first picture of a card's explorer, from its chapter as it was read.

    Raises:
        ValueError: if the chapter shows no explorer of that name.
    """
    shown = [
        node["page"]
        for node in env.get_doctree(one.docname).findall(nodes.Element)
        if node.tagname == "explorer_node"
    ]
    for page in shown:
        if page["name"] == one.explorer:
            return str(page["picture"])
    names = ", ".join(sorted({page["name"] for page in shown}))
    raise ValueError(
        f"{one.name} must show the explorer of its card, {one.explorer!r}, got {names}"
    )


def cards_html(translator: Any, cards: list[Card]) -> str:
    """The cards as HTML."""
    builder = translator.builder
    here = builder.current_docname
    exercises = getattr(builder.env, "lab_exercises", {})
    links = {one.name: html.escape(builder.get_relative_uri(here, one.docname)) for one in cards}
    items = "".join(
        f'<li><a class="lab-card" href="{links[one.name]}" data-chapter="{one.name}" '
        f'data-exercises="{html.escape(" ".join(exercises.get(one.docname, [])))}">'
        f"{thumbnail(still_of(builder.env, one))}"
        f'<span class="lab-card-head">{one.name[:2]} · {html.escape(one.year)}</span> '
        f'<span class="lab-card-title">{html.escape(one.title)}</span> '
        f'<span class="lab-card-question">{html.escape(one.question)}</span> '
        f'<span class="lab-card-foot">{one.minutes} minutes<span class="lab-card-done"></span></span></a></li>'
        for one in cards
    )
    work = ""
    if WORK in builder.env.found_docs:
        link = html.escape(builder.get_relative_uri(here, WORK))
        work = f'<a class="lab-kept" href="{link}">My work</a>'
    start = f'<p class="lab-ways"><a class="lab-start" href="{links[cards[0].name]}">Start</a>{work}</p>'
    return f'{start}<ol class="lab-cards">{items}</ol>'


def visit_html(translator: Any, node: cards_node) -> None:
    """Write the cards."""
    if node["cards"]:
        translator.body.append(cards_html(translator, node["cards"]))
    raise nodes.SkipNode


def visit_text(translator: Any, node: cards_node) -> None:
    """Write a line for each."""
    for one in node["cards"]:
        translator.add_text(f"{one.name[:2]} {one.title}: {one.question}\n")
    raise nodes.SkipNode


def write_again(app: Sphinx, env: Any) -> list[str]:
    """The first page shows pictures of the chapters, so it is written when one of them is."""
    return [app.config.root_doc]


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_node(cards_node, html=(visit_html, None), text=(visit_text, None))
    app.add_directive("chapter-cards", ChapterCards)
    app.connect("env-updated", write_again)
    app.add_js_file(SCRIPT, loading_method="defer", priority=700)
