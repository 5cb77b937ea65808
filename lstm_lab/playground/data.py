"""What a reader pastes, as a sequence of vectors: the letters of a text, or a column of numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from lstm_lab._validate import Array, one_of
from lstm_lab.sequences import embedded_reber

MOST = 20_000
"""Letters or numbers that are used; the rest is left out, and said so."""
LEAST = 60
MOST_LETTERS = 60
"""Different letters; the rarest beyond become `OTHER`."""
OTHER = "\u25a1"
SHARE = 0.5
"""Of the lines, so many must hold a number for a column of numbers."""


@dataclass(frozen=True, eq=False)
class Given:
    """A sequence to be foretold, step by step.

    Attributes:
        x: (T, size): one-hot letters, or numbers in units of their standard deviation around their mean.
        letters: what the columns of `x` stand for; empty for numbers.
        symbols: the letter of each step; empty for numbers.
        note: what was left out or changed, in a sentence; may be empty.
    """

    x: Array
    letters: tuple[str, ...] = ()
    symbols: str = ""
    note: str = ""


def read(text: str) -> Given:
    """Read a text, or a column of numbers: one a line, the last of a line's if there are several, or all in one line.

    Raises:
        TypeError: for what is no text.
        ValueError: for too little of it, one letter only, numbers that are all the same or not finite, in words.
    """
    if not isinstance(text, str):
        raise TypeError(f"own must be a text, got {type(text).__name__}")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and len(re.split(r"[\s,;]+", lines[0].strip())) >= 2:
        lines = re.split(r"[\s,;]+", lines[0].strip()) if _all_numbers(lines[0]) else lines
    numbers = [_number(line) for line in lines]
    if lines and sum(value is not None for value in numbers) > SHARE * len(lines):
        return _of_numbers(lines, numbers)
    return _of_letters(text)


def _all_numbers(line: str) -> bool:
    return all(_number(word) is not None for word in re.split(r"[\s,;]+", line.strip()) if word)


def _number(line: str) -> float | None:
    """The number at the end of a line; None if there is none."""
    word = re.split(r"[\s,;]+", line.strip().strip(",;"))[-1].replace("\u2212", "-").strip('"')
    try:
        return float(word)
    except ValueError:
        return None


def _of_numbers(lines: list[str], numbers: list[float | None]) -> Given:
    start = 1 if numbers[0] is None else 0  # a heading
    for place, (line, value) in enumerate(zip(lines, numbers, strict=True), start=1):
        if place > start and (value is None or not math.isfinite(value)):
            raise ValueError(f"line {place} must end in a finite number, got {line[:40]!r}")
    values = np.array([value for value in numbers[start:] if value is not None])
    if len(values) < LEAST:
        raise ValueError(f"a column must have at least {LEAST} numbers, got {len(values)}")
    note = f"Of {len(values):,} numbers the first {MOST:,} are used." if len(values) > MOST else ""
    values = values[:MOST]
    with np.errstate(over="ignore", invalid="ignore"):
        scale = values.std()
    if not np.isfinite(scale) or scale <= 1e-12 * max(1.0, float(np.abs(values).max())):
        if not np.isfinite(scale):
            raise ValueError("the numbers must be small enough to be squared, below 1e150")
        raise ValueError(
            f"the numbers must not all be the same, got {len(values)} times {values[0]:g}"
        )
    return Given(((values - values.mean()) / scale)[:, np.newaxis], note=note)


def _of_letters(text: str) -> Given:
    notes = []
    if len(text) > MOST:
        notes.append(f"Of {len(text):,} letters the first {MOST:,} are used.")
    text = unicodedata.normalize("NFC", text[:MOST])
    text = "".join(" " if letter.isspace() else letter for letter in text)
    text = "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")
    if len(text) < LEAST:
        raise ValueError(f"a text must have at least {LEAST} letters, got {len(text)}")
    counts = Counter(text)
    if len(counts) < 2:
        raise ValueError(f"a text must have at least 2 different letters, got {text[0]!r} alone")
    if len(counts) > MOST_LETTERS:
        kept = {letter for letter, _ in counts.most_common(MOST_LETTERS - 1)}
        text = "".join(letter if letter in kept else OTHER for letter in text)
        notes.append(f"Of {len(counts)} different letters the rarest are written as {OTHER}.")
    letters = tuple(sorted(set(text)))
    places = {letter: place for place, letter in enumerate(letters)}
    x = np.eye(len(letters))[[places[letter] for letter in text]]
    return Given(x, letters, text, " ".join(notes))


# --- The book's own --------------------------------------------------------------------------------------------------


def reber_strings() -> str:
    """Embedded Reber strings, one after the other, as in experiment 1 of 1997; a space between them."""
    stream = embedded_reber(np.random.default_rng(0))
    return " ".join("".join(one.symbols) for one in islice(stream, 200))


def two_waves() -> str:
    """The sum of two waves whose periods have no common measure, with a little noise."""
    steps = np.arange(1200)
    noise = np.random.default_rng(0).standard_normal(len(steps))
    wave = np.sin(2 * np.pi * steps / 12) + np.sin(2 * np.pi * steps / (12 * math.sqrt(2)))
    return "\n".join(f"{value:.3f}" for value in wave + 0.05 * noise)


def counting() -> str:
    """Balls of an over, counted aloud: what comes next depends on how many have come."""
    return " ".join(f"over {over}: one two three four five six." for over in range(1, 120))


BOOKS: dict[str, Callable[[], str]] = {
    "embedded Reber strings": reber_strings,
    "a sum of two waves": two_waves,
    "the balls of an over": counting,
}
OWN = "my own, below"


def given(data: str, own: str = "") -> Given:
    """One of the book's sequences, or the reader's own.

    Raises:
        TypeError, ValueError: for an unknown name, and as :func:`read`.
    """
    one_of("data", data, (*BOOKS, OWN))
    return read(own if data == OWN else BOOKS[data]())
