"""What there is to predict and to solve in the book, by chapter: the words, the choices, the measured curves.

A student's file names a box or an exercise and no more; the pages that show a file have the rest from here.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from docutils import nodes
from sphinx_exercise.nodes import is_exercise_node

from bookbuild.explorer_html import payload_key
from bookbuild.mathml import mathml
from bookbuild.numbering import number_of
from bookbuild.predict import choice_node, predict_node
from bookbuild.python.page_cells import hash_of, sources
from bookbuild.unpacked import unpack

COLUMNS = 40
"""Of a measured curve: as many as a reader draws (`predict.js`)."""
DIGITS = 5
GRADE = re.compile(r"\s*\([PCJA]\)")
"""What stands behind a citation: the kind of its source."""
RAISED = dict(zip("0123456789+−-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ", strict=True))
LOWERED = dict(zip("0123456789+−-aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))  # fmt: skip


def catalogue(trees: Mapping[str, nodes.document], book: str, version: str) -> dict[str, Any]:
    """The chapters with something to predict or to solve.

    Args:
        trees: the pages as they were read, by name, in the order of the book.
        book: the name under which a device keeps what its reader did.
        version: of the book.
    """
    chapters = {}
    for docname, tree in trees.items():
        found = {"predictions": predictions(tree), "exercises": exercises(tree, docname)}
        if any(found.values()):
            title = next(iter(tree.findall(nodes.title))).astext()
            chapters[docname.rpartition("/")[2]] = {"title": title, **found}
    told = json.dumps(chapters, sort_keys=True)
    edition = f"{version}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
    return {"book": book, "edition": edition, "chapters": chapters}


def predictions(tree: nodes.document) -> dict[str, Any]:
    """The boxes of a page, by name, each with the figure that answers it."""
    found = {}
    for box in tree.findall(predict_node):
        choices = [one for one in box.children if isinstance(one, choice_node)]
        question = [one for one in box.children if not isinstance(one, choice_node)]
        page = figure_after(box)
        said: dict[str, Any] = {
            "hash": box["hash"],
            "asked": box["hash"],
            "question": " ".join(map(plain, question)),
            "choices": [choice(one) for one in choices],
            "state": first_state(page) if page and page["controls"] else "",
        }
        if box["draw"] and page:
            said["asked"] += payload_key(page)
            said |= {"powers": box["powers"], "curve": curve(page, box["draw"])}
        found[box["name"]] = said
    return found


def choice(node: choice_node) -> dict[str, Any]:
    """A choice: its words, whether it is right, and what is told to who chose it."""
    words, *told = node.children
    return {"words": plain(words), "right": node["right"], "told": " ".join(map(plain, told))}


def figure_after(box: predict_node) -> dict[str, Any] | None:
    """The first explorer in what a box guards, as it was packed; None if there is none."""
    place = box.parent.index(box) + 1
    for guarded in box.parent.children[place : place + 1]:
        for node in guarded.findall(nodes.Element):
            if node.tagname == "explorer_node":
                page: dict[str, Any] = node["page"]
                return page
    return None


def first_state(page: Mapping[str, Any]) -> str:
    """The address of an explorer as its page first shows it, as `explore.js` writes it."""
    words = {"explorer": page["name"]}
    words |= {one["name"]: one["texts"][int(one["initial"])] for one in page["controls"]}
    return urlencode(words)


def curve(page: Mapping[str, Any], name: str) -> list[list[float]]:
    """The points of a trace of an explorer's first state, from left to right, at most as many as a reader draws.

    Raises:
        ValueError: if the first state shows no such trace.
    """
    packed = unpack(page["payload"])
    initial = [str(int(control["initial"])) for control in page["controls"]]

    def is_first(key: str) -> bool:
        parts = key.split(",") if key else []
        return all(part in (want, "-") for part, want in zip(parts, initial, strict=True))

    state = next(place for place, key in enumerate(packed["keys"]) if is_first(key))
    traces: list[dict[str, Any]] = [dict(trace) for trace in packed["template"]["data"]]
    for leaf in packed["leaves"]:
        first, *rest = leaf["path"]
        if first == "data" and len(rest) == 2:
            traces[rest[0]][rest[1]] = leaf["values"][leaf["index"][state]]
    shown = [one for one in traces if one.get("name") == name and one.get("visible", True)]
    if not shown:
        raise ValueError(f"name must be a trace of {page['name']} in its first state, got {name!r}")
    pairs = zip(shown[0]["x"], shown[0]["y"], strict=True)
    points = sorted(
        [float(x), float(y)]
        for x, y in pairs
        if x is not None and y is not None and math.isfinite(x) and math.isfinite(y)
    )
    count = min(len(points), COLUMNS)
    places = [round(i * (len(points) - 1) / max(count - 1, 1)) for i in range(count)]
    return [[float(f"{value:.{DIGITS}g}") for value in points[place]] for place in places]


def exercises(tree: nodes.document, docname: str) -> dict[str, Any]:
    """The exercises of a page with a cell to answer in, by label: number, title, and the hash of the cell."""
    texts = {node["label"]: node for node in tree.findall(nodes.Element) if is_exercise_node(node)}
    found = {}
    for place, (source, label) in enumerate(one for one in sources(tree) if one[1]):
        block = next(iter(source.findall(nodes.literal_block)))
        head = next(iter(texts[label].findall(nodes.strong)), None)
        number = f"{int(number_of(docname))}.{place + 1} " if number_of(docname) else ""
        title = plain(head).rstrip(".") if head is not None else label
        found[label] = {"title": f"{number}{title}", "hash": hash_of(block.astext())}
    return found


def plain(node: nodes.Node) -> str:
    """The words of a node on one line: formulas as their signs, without citations."""
    node = node.deepcopy()
    for formula in list(node.findall(nodes.math)):
        root = ElementTree.fromstring(mathml(formula.astext(), "inline"))
        formula.parent.replace(formula, nodes.Text(signs(root)))
    for cited in list(node.findall(nodes.Element)):
        if cited.get("refdomain") == "cite":
            after = cited.parent.children[cited.parent.index(cited) + 1 :][:1]
            for text in after:
                text.parent.replace(text, nodes.Text(GRADE.sub("", text.astext(), count=1)))
            cited.parent.remove(cited)
    words = " ".join(node.astext().split())
    return re.sub(r"\s+([.,;:?!)])", r"\1", words)


def signs(formula: ElementTree.Element) -> str:
    """A formula in MathML as a line of signs; an index or exponent that has no small form follows `_` or `^`."""
    kind = formula.tag.rpartition("}")[2]
    inner = [signs(child) for child in formula]
    if kind in ("msub", "msup"):
        small, mark = (LOWERED, "_") if kind == "msub" else (RAISED, "^")
        base, script = inner
        fits = all(sign in small for sign in script)
        return base + ("".join(small[sign] for sign in script) if fits else f"{mark}{script}")
    return (formula.text or "").strip() + "".join(inner)
