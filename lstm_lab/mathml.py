"""LaTeX to MathML, for mathematics that is there before any script runs."""

from __future__ import annotations

import re

SYNONYMS = {
    r"\begin{aligned}": r"\begin{split}",
    r"\end{aligned}": r"\end{split}",
    r"\lVert": r"\left\lVert",
    r"\rVert": r"\right\rVert",
    r"\lvert": r"\left\lvert",
    r"\rvert": r"\right\rvert",
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
    left = re.search(r">(\\[a-zA-Z]+|&|\\)<", made)
    if left:
        raise LatexError(f"no MathML for {latex!r}: {left.group(1)!r} is not known")
    made = re.sub(
        r"<msub><mo>(max|min|lim|sup|inf)</mo>(.*?)</msub>",
        r'<munder><mo movablelimits="true">\1</mo>\2</munder>',
        made,
    )
    return made
