"""Single units that can be read: their value under each letter of a text (chapter 10)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, one_of
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.figures import kept
from lstm_lab.chapters.ch10.writer import CELLS
from lstm_lab.interact import plots, theme
from lstm_lab.models import Recurrent

WIDTH, LINES = 32, 6
SEARCHED = 40_000
"""Letters of the part to learn from among which the unit is looked for."""


def in_brackets(text: str) -> Array:
    """1 where a letter stands in round brackets, the opening one included, else 0."""
    depth, found = 0, []
    for letter in text:
        depth = 0 if letter == "\n" else max(0, depth + (letter == "(") - (letter == ")"))
        found.append(min(depth, 1))
    return np.array(found, dtype=float)


def in_a_formula(text: str) -> Array:
    """1 from the dollar sign with which a formula begins up to that with which it ends, else 0."""
    inside, found = False, []
    for letter in text:
        inside = False if letter == "\n" else inside != (letter == "$")
        found.append(inside)
    return np.array(found, dtype=float)


def into_the_word(text: str) -> Array:
    """How many letters of the word have come, at most 8."""
    count, found = 0, []
    for letter in text:
        count = count + 1 if letter.isalpha() else 0
        found.append(min(count, 8))
    return np.array(found, dtype=float)


SOUGHT: dict[str, Callable[[str], Array]] = {
    "inside brackets": in_brackets,
    "inside a formula": in_a_formula,
    "letters of the word so far": into_the_word,
}


@cache
def units(cell: str, part: str) -> tuple[str, Array]:
    """A text and the value of every unit after each of its letters, (T, units): cells of an LSTM, else hidden ones."""
    writer = kept.writer(cell)
    text = getattr(corpus.parts(), part)[:SEARCHED]
    _, states = writer.read(writer.alphabet.numbers(text))
    return text, value_of(writer.network.model, states)


@cache
def found(cell: str, sought: str) -> tuple[int, float, float]:
    """The unit whose value goes most with what is sought in the text that was learnt from: its number; the correlation
    there, and in the tests.
    """
    text, values = units(cell, "learn")
    learnt = correlations(values, SOUGHT[sought](text))
    unit = int(np.argmax(np.abs(learnt)))
    text, values = units(cell, "test")
    tested = correlations(values[:, [unit]], SOUGHT[sought](text))
    return unit, float(learnt[unit]), float(tested[0])


def correlations(values: Array, wanted: Array) -> Array:
    """The correlation of each column with what is wanted."""
    away, aim = values - values.mean(axis=0), wanted - wanted.mean()
    scale = np.sqrt((away**2).sum(axis=0) * (aim**2).sum())
    return np.asarray(away.T @ aim / np.where(scale > 0, scale, 1))


@cache
def passages(sought: str) -> tuple[int, ...]:
    """Where in the tests the passages begin: at words, spread over those that have what is sought."""
    text = corpus.parts().test
    length = WIDTH * LINES
    wanted = np.convolve(SOUGHT[sought](text), np.ones(length), "valid")
    starts = [
        place + 1
        for place in range(len(wanted) - 1)
        if text[place].isspace() and wanted[place + 1] >= min(30, wanted.max())
    ]
    return tuple(starts[int(share * (len(starts) - 1))] for share in np.linspace(0, 1, 6))


def lit(sought: str = "inside brackets", cell: str = "LSTM", passage: int = 1) -> go.Figure:
    """One unit along a passage of the tests: the one that goes most with what is sought, bright for high.

    Args:
        sought: one of `SOUGHT`.
        cell: "tanh RNN", "GRU" or "LSTM", as `lstm-lab measure writing` has kept them.
        passage: 1 to 6.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    one_of("sought", sought, SOUGHT)
    one_of("cell", cell, CELLS)
    place = integer_in("passage", passage, minimum=1, maximum=6) - 1
    unit, learnt, tested = found(cell, sought)
    text, values = units(cell, "test")
    start = passages(sought)[place]
    own = values[start : start + WIDTH * LINES, unit] * np.sign(learnt)
    letters = text[start : start + WIDTH * LINES]
    wanted = SOUGHT[sought](text)[start : start + WIDTH * LINES]
    low, high = np.percentile(own, [2, 98])
    return theme.figure(
        lit_text(letters, own.reshape(LINES, WIDTH), float(low), float(high), wanted > 0),
        f'Unit {unit + 1} of {values.shape[1]} of the {cell} goes most with "{sought}": correlation {learnt:.2f} where '
        f"it was looked for, {tested:.2f} in the tests. {_here(own * np.sign(learnt), wanted > 0, passage)}",
        xaxis=plots.no_axis(-1, WIDTH),
        yaxis=plots.no_axis(-0.55, LINES - 0.45),
        showlegend=False,
        height=300,
    )


def _here(own: Array, marked: np.ndarray, passage: int) -> str:
    """What the unit does in one passage: its mean at the letters that are underlined, and at the others."""
    means = [
        f"{own[where].mean():.2f} {name}"
        for where, name in ((marked, "at underlined letters"), (~marked, "elsewhere"))
        if where.any()
    ]
    return f"In passage {passage} it is on average {' and '.join(means)}."


def value_of(model: Recurrent, state: Array) -> Array:
    """The values of all units in a state, from -1 to 1: squashed cells of an LSTM, else hidden units."""
    values = state[..., model.parts.get("cell", model.parts["hidden"])]
    return np.asarray(np.tanh(values) if "cell" in model.parts else values)


def lit_text(
    letters: str, values: Array, low: float, high: float, marked: np.ndarray | None = None
) -> list[go.Heatmap | go.Scatter]:
    """Letters on fields, (lines, letters a line), bright from `high` on, dark up to `low`; marked ones underlined."""
    lines, width = values.shape
    rows = np.arange(lines)[::-1]
    along = np.tile(np.arange(width), lines)[: len(letters)]
    down = np.repeat(rows, width)[: len(letters)]
    low, high = min(low, -0.05), max(high, 0.05)
    fields = plots.heatmap(
        values, np.arange(width), rows, zmin=low, zmax=high, hoverinfo="skip", colorscale="Cividis"
    )
    under = np.zeros(len(letters), dtype=bool) if marked is None else marked
    gap = np.full(int(under.sum()), np.nan)
    line = plots.line(
        np.c_[along[under] - 0.42, along[under] + 0.42, gap].ravel(),
        np.repeat(down[under] - 0.38, 3),
        "underlined",
        theme.VERMILION,
        width=3,
        hoverinfo="skip",
    )
    symbols = np.array(["" if one.isspace() else one for one in letters])
    bright = values.ravel()[: len(letters)] > (low + high) / 2
    words = [
        plots.words(
            along[here], down[here], symbols[here].tolist(), textfont={"size": 11, "color": ink}
        )
        for here, ink in ((bright, "#000000"), (~bright, "#ffffff"))
    ]
    return [fields, line, *words]
