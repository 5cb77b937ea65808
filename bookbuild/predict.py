"""The directive `predict`: a question that a reader answers before the figure, and what is veiled until then.

A box stands before what it asks about, and a box "What you saw" after it; what stands between the two, and the second,
is guarded by the first::

    :::{predict} weight-five
    Over 30 steps of random input, what becomes of the gradient?

    - [x] It vanishes.
    - [ ] It explodes.

      What somebody who says so may have overlooked, shown to those who did.
    :::

In place of choices the option `draw` names a trace of the figure that follows, in its first state: the reader draws
that curve; `beside` names one that is shown meanwhile. With `powers`, its values are powers of ten. The page is whole
without a script; `predict.js` veils.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from bookbuild.site import sphinx_hooks

ANSWER = "What you saw"
BOX = re.compile(r"^:::\{predict\}[ ]?(?P<name>[^\n]*)\n(?P<body>.*?)^:::$", re.M | re.S)
OPTION = re.compile(r"^:(\w+):[ ]*(.*)\n", re.M)
CHOICE = re.compile(r"^- \[([ x])\] (.*?)(?=^- \[|\Z)", re.M | re.S)
ASSETS = ("predict.js", "predict.css")
FEWEST, MOST = 2, 4
logger = logging.getLogger(__name__)


# --- The source ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """A box as it stands in the source of a chapter.

    Attributes:
        name: of the box, unique in its chapter.
        question: the words before the choices, as Markdown.
        choices: each choice, in one line, and whether it is right; empty if a curve is asked for.
        draw: the name of the trace that is asked for, or an empty text.
        beside: the name of the trace that is shown meanwhile, or an empty text.
        place: where the box begins in the source.
    """

    name: str
    question: str
    choices: dict[str, bool]
    draw: str
    beside: str
    place: int


def boxes(text: str) -> Iterator[Box]:
    """The boxes of a chapter, in order."""
    for found in BOX.finditer(text):
        options = dict(OPTION.findall(found["body"]))
        body = OPTION.sub("", found["body"])
        choices = {
            " ".join(words.partition("\n\n")[0].split()): mark == "x"
            for mark, words in CHOICE.findall(body)
        }
        question = re.split(CHOICE, body, maxsplit=1)[0].strip()
        draw, beside = options.get("draw", ""), options.get("beside", "")
        yield Box(found["name"].strip(), question, choices, draw, beside, found.start())


def without_answers(text: str) -> str:
    """A chapter as a notebook shows it: each question with its choices unmarked, the right one in the answer."""
    opening = f":::{{dropdown}} {ANSWER}\n"
    for found, box in reversed(list(zip(BOX.finditer(text), boxes(text), strict=True))):
        asked = [f"**Predict.** {box.question}", "", *(f"- {choice}" for choice in box.choices)]
        right = " ".join(choice for choice, is_right in box.choices.items() if is_right)
        after = text[found.end() :]
        if right:
            after = after.replace(opening, f"{opening}**Answer:** {right}\n\n", 1)
        text = text[: found.start()] + "\n".join(asked).rstrip() + after
    return text


# --- The page --------------------------------------------------------------------------------------------------------


class predict_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A box: `name`, `hash`, `draw`, `beside`, `powers`; its children are the question and the choices."""


class choice_node(nodes.General, nodes.Element):  # noqa: N801
    """A choice: `right`, `place`, `box`; its first child holds its words, the others what is told to who chose it."""


class Predict(SphinxDirective):
    """A question with two to four choices, or for a curve."""

    required_arguments: ClassVar[int] = 1
    has_content: ClassVar[bool] = True
    option_spec: ClassVar[Any] = {
        "draw": directives.unchanged_required,
        "beside": directives.unchanged_required,
        "powers": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """The box."""
        name = self.arguments[0]
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise self.error(f"name must be small letters, digits and hyphens, got {name!r}")
        asked = json.dumps([list(self.content), self.options.get("draw")])
        node = predict_node(
            name=name,
            hash=hashlib.sha256(asked.encode()).hexdigest()[:12],
            draw=self.options.get("draw", ""),
            beside=self.options.get("beside", ""),
            powers="powers" in self.options,
        )
        self.state.nested_parse(self.content, self.content_offset, node)
        listed = node.children[-1] if node.children else None
        if isinstance(listed, nodes.bullet_list):
            node.remove(listed)
            node += [choice_of(item, place, name) for place, item in enumerate(listed.children)]
        choices = [child for child in node.children if isinstance(child, choice_node)]
        if bool(choices) == bool(node["draw"]):
            raise self.error(f"{name} must have either choices or the option draw")
        right = sum(choice["right"] for choice in choices)
        if choices and not (FEWEST <= len(choices) <= MOST and 1 <= right < len(choices)):
            raise self.error(
                f"{name} must have {FEWEST} to {MOST} choices, some right, some not, got {len(choices)}, {right} right"
            )
        return [node]


def choice_of(item: Any, place: int, box: str) -> choice_node:
    """A choice, from an item of a list of tasks."""
    words, *told = item.children
    mark = next((mark for mark in words.findall(nodes.raw) if "checkbox" in mark.astext()), None)
    right = mark is not None and "checked" in mark.astext()
    if mark is not None:
        mark.parent.remove(mark)
    if isinstance(words.children[0], nodes.Text):
        words.replace(words.children[0], nodes.Text(words.children[0].lstrip()))
    return choice_node("", words, *told, right=right, place=place, box=box)


def guard(app: Sphinx, tree: nodes.document) -> None:
    """Put what stands between a box and its answer into one part, and the right choice at the head of the answer."""
    for box in list(tree.findall(predict_node)):
        after = box.parent.children[box.parent.index(box) + 1 :]
        ends = [isinstance(one, predict_node | nodes.section) or is_answer(one) for one in after]
        if True not in ends or not is_answer(answer := after[ends.index(True)]):
            logger.warning(
                "after the box %s there must be a {dropdown} %s, before the next box or section",
                box["name"], ANSWER, location=box,
            )  # fmt: skip
            continue
        guarded = after[: ends.index(True) + 1]
        for one in guarded:
            box.parent.remove(one)
        right = [one for one in box.children if isinstance(one, choice_node) and one["right"]]
        for choice in reversed(right):
            words = [child.deepcopy() for child in choice.children[0].children]
            plain = nodes.paragraph("", "", nodes.strong("", "Answer:"), nodes.Text(" "), *words)
            answer.insert(1, plain)  # after the title
        box.parent.insert(
            box.parent.index(box) + 1, nodes.container("", *guarded, classes=["lab-guarded"])
        )


def is_answer(node: nodes.Node) -> bool:
    """Whether this is a box "What you saw"."""
    return (
        isinstance(node, nodes.Element)
        and node.get("design_component") == "dropdown"
        and node.astext().startswith(ANSWER)
    )


class AskPlainly(SphinxPostTransform):
    """Where there are no pages for a browser, a box is a question and a list."""

    default_priority: ClassVar[int] = 10

    def run(self, **kwargs: Any) -> None:
        """Put plain nodes in the place of the boxes."""
        if sphinx_hooks.is_site(self.app):
            return
        for box in list(self.document.findall(predict_node)):
            choices = [one for one in box.children if isinstance(one, choice_node)]
            question = [one for one in box.children if not isinstance(one, choice_node)]
            items = [nodes.list_item("", choice.children[0]) for choice in choices]
            plain = nodes.admonition("", nodes.title("", "Predict"), *question, classes=["tip"])
            if items:
                plain += nodes.bullet_list("", *items)
            box.replace_self(plain)


def visit_predict(translator: Any, node: predict_node) -> None:
    """Write the box, with the buttons that its script shows."""
    name, chapter = node["name"], translator.builder.current_docname.rpartition("/")[2]
    asked = {"trace": node["draw"], "beside": node["beside"], "powers": node["powers"]}
    draw = f' data-draw="{html.escape(json.dumps(asked))}"' if node["draw"] else ""
    translator.body.append(
        f'<form class="lab-predict admonition tip" id="predict-{name}" data-predict="{name}" data-chapter="{chapter}" '
        f'data-hash="{node["hash"]}"{draw}><div role="group" aria-labelledby="predict-{name}-title">'
        f'<p class="admonition-title" id="predict-{name}-title">Predict</p>'
    )


def depart_predict(translator: Any, _node: predict_node) -> None:
    """End the box."""
    translator.body.append(
        '</div><p class="lab-verdict" role="status" tabindex="-1"></p>'
        '<div class="lab-asks" hidden><button name="commit">That is my answer</button>'
        '<button type="button" name="reveal">Show me</button>'
        '<button type="button" name="again" hidden>Guess again</button></div></form>\n'
    )


def visit_choice(translator: Any, node: choice_node) -> None:
    """Write a choice with its button, and what is told to who chose it, hidden."""
    words, *told = node.children
    right = " data-right" if node["right"] else ""
    translator.body.append(
        f'<div class="lab-choice"{right}><label>'
        f'<input type="radio" name="guess" value="{node["place"]}" disabled> <span>'
    )
    for child in words.children:
        child.walkabout(translator)
    translator.body.append("</span></label>")
    if told:
        translator.body.append('<div class="lab-told" hidden>')
        for child in told:
            child.walkabout(translator)
        translator.body.append("</div>")
    translator.body.append("</div>")
    raise nodes.SkipNode


def provide(app: Sphinx) -> None:
    """Put the script and the style among the static files."""
    if not sphinx_hooks.is_site(app):
        return
    folder = Path(app.outdir).parent / ".lab" / "predict"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ASSETS:
        (folder / name).write_bytes(Path(__file__).with_name("assets").joinpath(name).read_bytes())
    app.config.html_static_path.append(str(folder))


def load(app: Sphinx, _page: str, _template: str, _context: Any, tree: Any) -> None:
    """Give the pages with a box their script."""
    if (
        sphinx_hooks.is_site(app)
        and tree is not None
        and next(iter(tree.findall(predict_node)), None)
    ):
        app.add_js_file("predict.js", loading_method="defer", priority=700)
        app.add_css_file("predict.css")


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_directive("predict", Predict)
    app.add_node(predict_node, html=(visit_predict, depart_predict))
    app.add_node(choice_node, html=(visit_choice, None))
    app.add_post_transform(AskPlainly)
    app.connect("builder-inited", provide)
    app.connect("doctree-read", guard, priority=950)  # when exercises have their cells
    app.connect("html-page-context", load)
