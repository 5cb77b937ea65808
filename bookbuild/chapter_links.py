"""Each mention of a chapter by its number, "chapter 06" or "chapters 03 and 05", leads to that chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

MENTION = re.compile(
    r"\b[Cc]hapters?\s+\d\d\b(?:(?:,\s+|,?\s+(?:and|or|to)\s+|\s*[\u2013-]\s*)\d\d\b)*"
)
NUMBER = re.compile(r"(?:[Cc]hapters?\s+)?\b(\d\d)\b")
APART = (nodes.reference, nodes.title, nodes.literal, nodes.literal_block, nodes.raw, nodes.math)


def mentions(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a text mentions chapters: the beginning and the end of the words to link, and the number."""
    for found in MENTION.finditer(text):
        for one in NUMBER.finditer(found[0]):
            yield found.start() + one.start(), found.start() + one.end(), one[1]


def join_lines(tree: nodes.Element) -> None:
    """Make one text of those that stand side by side: MyST ends a text with the line, and a mention may go on."""
    for parent in list(tree.findall(nodes.Element)):
        place = len(parent) - 1
        while place > 0:
            one, next_one = parent[place - 1], parent[place]
            if isinstance(one, nodes.Text) and isinstance(next_one, nodes.Text):
                parent[place - 1 : place + 1] = [nodes.Text(one + next_one)]
            place -= 1


class LinkMentions(SphinxPostTransform):
    """Turn the mentions in a page into links, but for those of the page itself."""

    default_priority: ClassVar[int] = 900  # links are resolved by then, and stay as they are

    def run(self, **kwargs: Any) -> None:
        """Go through all texts that stand in no link, title or code."""
        here = self.env.docname
        chapters = {
            docname.rpartition("/")[2][:2]: docname
            for docname in self.env.found_docs
            if re.match(r"chapters/\d\d-", docname) and docname != here
        }
        join_lines(self.document)
        for text in list(self.document.findall(nodes.Text)):
            if not any(isinstance(parent, APART) for parent in above(text)):
                found = [one for one in mentions(text) if one[2] in chapters]
                if found:
                    text.parent.replace(text, list(self._linked(text, found, chapters)))

    def _linked(
        self, text: nodes.Text, found: list[tuple[int, int, str]], chapters: dict[str, str]
    ) -> Iterator[nodes.Node]:
        builder, here, place = self.app.builder, self.env.docname, 0
        for start, end, number in found:
            yield nodes.Text(text[place:start])
            address = builder.get_relative_uri(here, chapters[number])
            words = nodes.Text(text[start:end])
            yield nodes.reference(
                "", "", words, internal=True, refuri=address, classes=["lab-chapter"]
            )
            place = end
        yield nodes.Text(text[place:])


def above(node: nodes.Node) -> Iterator[nodes.Node]:
    """What a node stands in, from the inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_post_transform(LinkMentions)
