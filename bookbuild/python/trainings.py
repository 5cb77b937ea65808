"""A training as HTML: its fields, its end as a picture, and the sentence; `train.js` runs it in the page's Python."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from docutils import nodes

from bookbuild.site import ebook
from lstm_lab.interact.still_picture import image

TAKE = (
    '<button type="button" name="take" data-lab-press="train">Take it away as a notebook</button>'
)
MOST_LETTERS = 100_000
"""That can be pasted; a browser cuts what is longer."""


class training_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A training; `page` is what :mod:`lstm_lab.interact.training` made of it."""


def training_html(page: Mapping[str, Any], runs: bool) -> str:
    """The training as HTML, readable as it stands.

    Args:
        page: from :func:`lstm_lab.interact.training.training_page`.
        runs: whether the page has Python; without it, there are no fields.
    """
    name = page["name"]
    described = f"training-{name}-summary"
    form = ""
    if runs:
        fields = "".join(_field(field, f"training-{name}") for field in page["fields"])
        form = (
            f'<form class="lab-fields" novalidate autocomplete="off">{fields}'
            '<div class="lab-buttons"><button type="button" name="train" data-lab-press="train">'
            f"{html.escape(page['verb'])}</button>"
            '<button type="button" name="stop" data-lab-press="train" disabled>Stop</button>'
            f"{TAKE if page['taken'] else ''}"
            '<progress max="1" value="0" aria-label="Training" hidden></progress>'
            '<span class="lab-status" role="status"></span></div>'
            '<div class="lab-output" aria-live="polite"></div></form>'
        )
    still = image(page["picture"], f'aria-labelledby="{described}"')
    return (
        f'<figure class="lab-train" id="training-{name}" data-train="{name}" data-state="idle">{form}'
        f'<div class="lab-plot">{still}</div>'
        f'<p class="lab-summary" id="{described}">{html.escape(page["summary"])}</p>'
        '<p class="lab-live" aria-live="polite"></p>'
        f"<figcaption>{html.escape(page['caption'])}</figcaption></figure>"
    )


def _field(field: Mapping[str, Any], prefix: str) -> str:
    name, label, initial = field["name"], html.escape(field["label"]), html.escape(field["initial"])
    identity = f"{prefix}-{name}"
    if field["choices"]:
        options = "".join(
            f"<option{' selected' if choice == field['initial'] else ''}>{html.escape(choice)}</option>"
            for choice in field["choices"]
        )
        given = f'<select id="{identity}" name="{name}">{options}</select>'
    elif field["lines"]:
        given = (
            f'<textarea id="{identity}" name="{name}" rows="{field["lines"]}" maxlength="{MOST_LETTERS}" dir="auto" '
            f'spellcheck="false" aria-describedby="{identity}-allowed">{initial}</textarea>'
            f'<small id="{identity}-allowed">{html.escape(field["allowed"])}</small>'
        )
    else:
        mode = "numeric" if field["whole"] else "decimal"
        given = (
            f'<input type="text" inputmode="{mode}" id="{identity}" name="{name}" value="{initial}" '
            f'aria-describedby="{identity}-allowed">'
            f'<small id="{identity}-allowed">{html.escape(field["allowed"])}</small>'
        )
    wide = " lab-wide-field" if field["lines"] else ""
    return f'<div class="lab-field{wide}"><label for="{identity}">{label}</label>{given}</div>'


def visit_training(translator: Any, node: training_node) -> None:
    """Write the training; in an e-book its picture."""
    if translator.builder.name == "epub":
        translator.body.append(ebook.still(node["page"]))
    else:
        runs = getattr(translator.builder.app, "lab_python", False)
        translator.body.append(training_html(node["page"], runs))
    raise nodes.SkipNode


def visit_text(translator: Any, node: training_node) -> None:
    """Write the sentence."""
    translator.add_text(node["page"]["summary"])
    raise nodes.SkipNode


def visit_latex(translator: Any, node: training_node) -> None:
    """Write the sentence."""
    translator.body.append(translator.encode(node["page"]["summary"]))
    raise nodes.SkipNode


def setup(app: Any) -> None:
    """Tell Sphinx of trainings."""
    app.add_node(
        training_node,
        html=(visit_training, None),
        latex=(visit_latex, None),
        text=(visit_text, None),
    )
