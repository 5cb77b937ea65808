"""LaTeX to MathML, for mathematics that is there before any script runs."""

from __future__ import annotations

import re
from xml.etree import ElementTree

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


class LatexError(ValueError):
    """LaTeX that has no MathML."""


def mathml(latex: str, display: str) -> str:
    """A formula as MathML.

    Args:
        latex: the formula without its dollars.
        display: "inline" or "block".

    Raises:
        LatexError: if the formula holds a command or an alignment that the converter does not know.
    """
    from latex2mathml.converter import convert

    source = latex.strip()
    for written, known in SYNONYMS.items():
        pattern = rf"(?<!\\left)(?<!\\right){re.escape(written)}(?![a-zA-Z])"
        source = re.sub(pattern, known.replace("\\", r"\\"), source)
    try:
        made: str = convert(source, display=display)
    except Exception as error:
        raise LatexError(f"no MathML for {latex!r}: {type(error).__name__} {error}") from error
    unknown = set(re.findall(r"\\begin\{(.*?)\}", source)) - ENVIRONMENTS
    unknown |= set(re.findall(r">(\\[a-zA-Z]+|&|\\)<", made))
    if unknown:
        raise LatexError(f"no MathML for {latex!r}: {', '.join(sorted(unknown))} is not known")
    for element in ElementTree.fromstring(made).iter():
        name = element.tag.rpartition("}")[2]
        if len(element) != CHILDREN.get(name, len(element)):
            raise LatexError(f"no MathML for {latex!r}: a part of a <{name}> is missing")
    made = re.sub(
        r"<msub><mo>(max|min|lim|sup|inf)</mo>(.*?)</msub>",
        r'<munder><mo movablelimits="true">\1</mo>\2</munder>',
        made,
    )
    return made
