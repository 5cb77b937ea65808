"""The text that the networks of chapter 10 learn to write: the prose of this book, as it stood when it was frozen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lstm_lab.sequences.letters import Alphabet

FILE = Path(__file__).with_name("book.txt")
SEPARATOR = "\n\n\n"
"""Between two chapters; nowhere else are there two empty lines."""
LEARNT, CHOSEN = 0.9, 0.95
"""Of each chapter, what is learnt from ends at the first share, and what settings are chosen by at the second."""

PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "×": "x", "·": "*", "…": "...", "→": "->"}
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """The text in three parts, each of every chapter: to learn from, to choose settings by, to test once."""

    learn: str
    choose: str
    test: str


@cache
def parts() -> Parts:
    """The frozen text; the last tenth of each chapter is not learnt from."""
    chapters = FILE.read_text("ascii").split(SEPARATOR)
    cuts = [(int(LEARNT * len(one)), int(CHOSEN * len(one))) for one in chapters]
    return Parts(
        "\n".join(one[:first] for one, (first, _) in zip(chapters, cuts, strict=True)),
        "\n".join(one[first:last] for one, (first, last) in zip(chapters, cuts, strict=True)),
        "\n".join(one[last:] for one, (_, last) in zip(chapters, cuts, strict=True)),
    )


@cache
def alphabet() -> Alphabet:
    """The letters of the whole text."""
    return Alphabet.of(FILE.read_text("ascii").replace(SEPARATOR, "\n"))


def prose(source: str) -> str:
    """The prose of a chapter's source in plain letters: no code, displayed formulas or marks; formulas in a line stay.

    Args:
        source: a chapter as it is written, in MyST Markdown.
    """
    text = re.sub(r"(?s)\A---\n.*?\n---\n", "", source)
    text = re.sub(r"(?ms)^(`{3,}|~{3,}).*?^\1\s*$", "", text)  # cells of code, and directives
    text = re.sub(r"(?ms)^\$\$.*?^\$\$.*?$", "", text)
    text = re.sub(r"(?m)^(:{3,}.*|:[\w-]+:.*|\([\w-]+\)=|%.*|\|.*\|\s*|\+{3}.*)$", "", text)
    text = re.sub(r"\{cite:\w+\}`[^`]*`(?: \([PCJA]\))?", "", text)
    text = re.sub(r"\{\w[\w:]*\}`([^`<]*?)(?: ?<[^>`]*>)?`", r"\1", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?s)<[^>]+>", "", text)
    text = re.sub(r"(?m)^(#+|>) *", "", text)
    text = text.replace("**", "").replace("`", "")
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN))
    plain = plain.encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<!\n)\n(?!\n)", " ", plain)  # lines of a paragraph are one
    plain = re.sub(r" +([.,;:)])", r"\1", re.sub(r"[ \t]+", " ", plain))
    plain = re.sub(r" *\n *", "\n", plain)
    return re.sub(r"\n{2,}", "\n", plain).strip()
