"""LaTeX to MathML, for mathematics that is there before any script runs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SYNONYMS = {
    r"\begin{aligned}": r"\begin{split}",
    r"\end{aligned}": r"\end{split}",
    r"\lVert": r"\left\lVert",
    r"\rVert": r"\right\rVert",
    r"\lvert": r"\left\lvert",
    r"\rvert": r"\right\rvert",
}


ENVIRONMENTS = {
    "align",
    "align*",
    "array",
    "bmatrix",
    "cases",
    "matrix",
    "pmatrix",
    "split",
    "vmatrix",
}
CHILDREN = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
}
ROWS = ("math", "mrow", "mtd", "msqrt", "mstyle", "mpadded")
LIMITS = {"max", "min", "lim", "sup", "inf", "lim sup", "lim inf"}
UNDER = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
SIGNS = {"−", "+", "±", "∓"}
CIRCLES = {"⊕", "⊖", "⊗", "⊘", "⊙"}
THIN = "0.17em"
BARS = {"|", "‖"}
OPENING, CLOSING = set("([{⟨⌊⌈"), set(")]}⟩⌋⌉!′")
PRIME = re.compile("[′″‴⁗]+")


class LatexError(ValueError):
    """LaTeX that has no MathML."""


def mathml(latex: str, display: str) -> str:
    """A formula as MathML that is well-formed.

    Browsers differ in what they take an operator for, so it is said where it matters: the minus of a negative number,
    the bars around a value, a circle that does not grow, a comma that separates nothing, a prime.

    Args:
        latex: the formula without its dollars.
        display: "inline" or "block".

    Raises:
        LatexError: if the formula holds a command or an alignment that the converter does not know, or what it gives
            is not well-formed.
    """
    from latex2mathml.converter import convert_to_element

    source = latex.strip()
    for written, known in SYNONYMS.items():
        pattern = rf"(?<!\\left)(?<!\\right){re.escape(written)}(?![a-zA-Z])"
        source = re.sub(pattern, known.replace("\\", r"\\"), source)
    try:
        root: Element = convert_to_element(source, display=display)
    except Exception as error:
        raise LatexError(f"no MathML for {latex!r}: {type(error).__name__} {error}") from error
    unknown = set(re.findall(r"\\begin\{(.*?)\}", source)) - ENVIRONMENTS
    for element in root.iter():
        element.text = html.unescape(element.text or "") or None
        if re.fullmatch(r"\\[a-zA-Z]*|&", element.text or ""):
            unknown.add(element.text or "")
    if unknown:
        raise LatexError(f"no MathML for {latex!r}: {', '.join(sorted(unknown))} is not known")
    for element in root.iter():
        if len(element) != CHILDREN.get(element.tag, len(element)):
            raise LatexError(f"no MathML for {latex!r}: a part of a <{element.tag}> is missing")
    _say_what_operators_are(root)
    made = ElementTree.tostring(root, encoding="unicode")
    try:
        ElementTree.fromstring(made)
    except ElementTree.ParseError as error:
        raise LatexError(f"no MathML for {latex!r}: it is not well-formed, {error}") from error
    return made


def _say_what_operators_are(root: Element) -> None:
    for element in root.iter():
        if element.tag == "mi" and element.text in SIGNS:
            element.tag = "mo"
        first = element[0] if len(element) else None
        if element.tag in UNDER and first is not None and _operator(first) in LIMITS:
            element.tag = UNDER[element.tag]
            first.set("movablelimits", "true")
        if element.tag in ("msup", "msubsup") and PRIME.fullmatch(element[-1].text or ""):
            _put_prime_beside(element)
        if _operator(element) == "⋯":
            element.set("lspace", THIN)
            element.set("rspace", THIN)
        if _operator(element) in CIRCLES:
            element.set("largeop", "false")
        if element.tag in ROWS:
            _pair_bars(list(element))
            for before, one in _neighbours(element):
                if _operator(one) in SIGNS and _awaits_a_value(before):
                    one.set("form", "prefix")
                if before is not None and _end(before, -1) in BARS and _end(one, 0) in BARS:
                    (one[0] if len(one) else one).set("lspace", THIN)
        if element.tag == "mrow" and len(element) == 1 and _operator(element[0]) == ",":
            element[0].set("rspace", "0")  # of 10{,}000


def _put_prime_beside(element: Element) -> None:
    """A prime in the line of its letter, where the font has it high: raised again it is tiny and far away."""
    base, *below, prime = element
    prime.tag, prime.attrib = "mo", {"form": "postfix", "lspace": "0", "rspace": "0"}
    if not below:
        element.tag = "mrow"
        return
    beside = Element("mrow")
    beside.extend([base, prime])
    element.tag, element[:] = "msub", [beside, *below]


def _operator(element: Element) -> str | None:
    """What stands in an operator; None for anything else."""
    return (element.text or "") if element.tag == "mo" else None


def _end(element: Element, place: int) -> str | None:
    """The fence with which a group begins or ends, or which stands by itself."""
    end = element[place] if element.tag == "mrow" and len(element) else element
    is_fence = end.get("form") == ("prefix" if place == 0 else "postfix")
    return _operator(end) if is_fence else None


def _neighbours(row: Element) -> Iterator[tuple[Element | None, Element]]:
    """Each part of a row with the part before it, spaces left out."""
    before = None
    for one in row:
        yield before, one
        before = one if one.tag != "mspace" else before


def _awaits_a_value(before: Element | None) -> bool:
    """Whether a sign that stands after this is that of a number, and adds or subtracts nothing."""
    if before is None or before.tag == "mtext":
        return True
    sign = _operator(before)
    return sign is not None and sign not in CLOSING and before.get("form") != "postfix"


def _pair_bars(row: list[Element]) -> None:
    """Tell bars that stand around a value, in twos between the same brackets, as its two fences."""
    open_bars: list[list[Element]] = [[]]
    groups = [open_bars[0]]
    for one in row:
        sign = _operator(one)
        if sign in BARS and one.get("form") is None:
            open_bars[-1].append(one)
        elif sign in OPENING:
            open_bars.append([])
            groups.append(open_bars[-1])
        elif sign in CLOSING and len(open_bars) > 1:
            open_bars.pop()
    for group in groups:
        for place, bar in enumerate(group if len(group) % 2 == 0 else []):
            bar.set("form", "postfix" if place % 2 else "prefix")
            bar.set("fence", "true")
