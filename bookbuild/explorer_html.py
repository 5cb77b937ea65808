"""An explorer or a figure as HTML, and the file of its packed states; `explore.js` moves it."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from typing import Any

from lstm_lab.interact.still_picture import image

MAIN = 2
"""So many controls stand right under the figure on a phone, too."""

WAITS = '<p class="lab-waits">This figure moves as soon as the scripts of this page have run.</p>'
"""Stands in the place of controls that nothing listens to yet; it is shown after two seconds."""

RADIO_LIMIT = 5
"""A choice among more values than this is a list that opens."""


COPY = (
    '<span class="lab-share"><button type="button" class="lab-copy">Copy a link to this state</button>'
    '<span class="lab-copied" role="status"></span></span>'
)


def payload_key(page: Mapping[str, Any]) -> str:
    """The name of the file that holds the packed states; it changes when they change."""
    return f"{page['name']}-{hashlib.sha256(page['payload'].encode()).hexdigest()[:12]}"


def payload_script(page: Mapping[str, Any]) -> str:
    """The file that holds the packed states. A script, since a page opened from disk may not fetch."""
    return f'lstmLab.payload("{payload_key(page)}","{page["payload"]}");\n'


def page_html(page: Mapping[str, Any], static: str) -> str:
    """The explorer as HTML: readable as it stands, moved by `explore.js`.

    Args:
        page: from :func:`explorer_page` or :func:`figure_page`.
        static: the address of the folder of static files, as seen from the page.
    """
    name, key = page["name"], payload_key(page)
    described = f"{key}-summary"
    identity = (
        f"explorer-{name}" if page["controls"] else key
    )  # plain figures have one name together
    meta = [
        {k: control[k] for k in ("name", "texts", "values", "only")} for control in page["controls"]
    ]
    seen = "lab-summary lab-unseen" if page.get("drawing") else "lab-summary"
    still = image(page["picture"], f'aria-labelledby="{described}"')
    caption = f"<figcaption>{_folded(page)}</figcaption>" if page["caption"] else ""
    return (
        f'<figure class="lab-explorer" id="{identity}" data-explorer="{name}" data-key="{key}" '
        f'data-payload="{static}/explorers/{key}.js" data-controls="{html.escape(json.dumps(meta))}">'
        f'<div class="lab-plot" style="height:{page["height"]}px">{still}</div>'
        f"{_form_html(page, key)}"
        f'<p class="{seen}" id="{described}">{_sentence_html(page["summary"])}</p>'
        f'<p class="lab-live" aria-live="polite"></p>'
        f"{caption}</figure>"
    )


def _folded(page: Mapping[str, Any]) -> str:
    """The caption; that of a figure with controls can be folded away on a phone, where all is to fit on one screen."""
    caption = html.escape(page["caption"])
    if not page["controls"]:
        return caption
    return f'<details class="lab-read" open><summary>how to read it</summary>{caption}</details>'


def _sentence_html(summary: str) -> str:
    """What a state shows; what stands before a line's end is the headline."""
    head, line_end, rest = summary.partition("\n")
    if not line_end:
        return html.escape(summary)
    return f"<strong>{html.escape(head)}</strong>\n{html.escape(rest)}"


def _form_html(page: Mapping[str, Any], key: str) -> str:
    """The controls: the first ones right under the figure, the others below them, on a phone behind one word."""
    controls = page["controls"]
    if not controls:
        return ""
    # Controls of one label are one to the reader: no two of them apply at a time.
    first = list(dict.fromkeys(control["label"] for control in controls))[:MAIN]
    main, more = (
        "".join(_control_html(one, key) for one in controls if (one["label"] in first) == near)
        for near in (True, False)
    )
    if more:
        more = f'<details class="lab-more" open><summary>more to move</summary><div>{more}</div></details>'
    main = f"<div>{main}{_play_html(page)}</div>"
    return f'<form class="lab-controls" autocomplete="off">{WAITS}{main}{more}{COPY}</form>'


def _control_html(control: Mapping[str, Any], key: str) -> str:
    name, label = control["name"], html.escape(control["label"])
    texts = [html.escape(text) for text in control["texts"]]
    initial = control["initial"]
    field = f'class="lab-control" data-control="{name}"'
    identity = f"{key}-{name}"
    if control["kind"] == "range":
        return (
            f'<div {field}><label for="{identity}">{label}</label>'
            f'<input type="range" id="{identity}" name="{name}" min="0" max="{len(texts) - 1}" step="1" '
            f'value="{initial}" aria-valuetext="{texts[initial]}">'
            f'<output for="{identity}">{texts[initial]}</output></div>'
        )
    if control["kind"] == "switch":
        checked = " checked" if initial else ""
        return (
            f'<div {field}><input type="checkbox" id="{identity}" name="{name}"{checked}>'
            f'<label for="{identity}">{label}</label></div>'
        )
    if len(texts) <= RADIO_LIMIT:
        options = "".join(
            f'<label><input type="radio" name="{name}" value="{place}"{" checked" if place == initial else ""}> '
            f"{text}</label>"
            for place, text in enumerate(texts)
        )
        return f"<fieldset {field}><legend>{label}</legend><div>{options}</div></fieldset>"
    options = "".join(
        f'<option value="{place}"{" selected" if place == initial else ""}>{text}</option>'
        for place, text in enumerate(texts)
    )
    return (
        f'<div {field}><label for="{identity}">{label}</label>'
        f'<select id="{identity}" name="{name}">{options}</select></div>'
    )


def _play_html(page: Mapping[str, Any]) -> str:
    """A button that moves the first slider from end to end."""
    sliders = [control for control in page["controls"] if control["kind"] == "range"]
    if not sliders:
        return ""
    label = html.escape(sliders[0]["label"])
    return (
        f'<button type="button" class="lab-play" data-plays="{sliders[0]["name"]}" '
        f'data-label="{label}">Play {label}</button>'
    )
