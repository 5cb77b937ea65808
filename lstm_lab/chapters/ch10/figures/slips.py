"""What a wrong letter costs a network that must go on from it, and what temperature does (chapter 10)."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.figures import kept
from lstm_lab.chapters.ch10.writer import CELLS
from lstm_lab.interact import plots, theme

PLACES, BEFORE, AFTER = 400, 60, 30
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5)
WRITTEN = 1500


@cache
def extra_bits(cell: str) -> Array:
    """By how many bits a letter gets dearer k = 1 ... 30 letters after a wrong one: the mean over 400 places.

    The network reads 59 letters, then one drawn at random from the text's own letters in place of the right one, then
    the right ones again.
    """
    writer = kept.writer(cell)
    numbers = writer.alphabet.numbers(corpus.parts().test)
    rng = np.random.default_rng(0)
    starts = rng.integers(0, len(numbers) - BEFORE - AFTER - 1, PLACES)
    windows = numbers[starts[np.newaxis] + np.arange(BEFORE + AFTER + 1)[:, np.newaxis]]
    spoilt = windows.copy()
    spoilt[BEFORE - 1] = rng.choice(numbers, PLACES)
    clean, after = (writer.bits_after(read[:-1], windows[1:]) for read in (windows, spoilt))
    different = spoilt[BEFORE - 1] != windows[BEFORE - 1]
    return np.asarray((after - clean)[BEFORE - 1 :, different].mean(axis=1))[:AFTER]


def one_slip() -> go.Figure:
    """How much dearer each letter is, k letters after a wrong one."""
    lags = np.arange(1, AFTER + 1)
    costs = {cell: extra_bits(cell) for cell in CELLS}
    traces = [
        plots.line(lags, cost, cell, *plots.CELL_STYLE[cell][:2]) for cell, cost in costs.items()
    ]
    first = ", ".join(f"{cell} {cost[0]:.1f}" for cell, cost in costs.items())
    ten = ", ".join(f"{cell} {cost[9]:.2f}" for cell, cost in costs.items())
    return theme.figure(
        traces,
        f"After a wrong letter the next one costs so many bits more: {first}; the tenth: {ten}.",
        xaxis={"title": "letters after the wrong one", "range": [0.5, AFTER + 0.5]},
        yaxis={"title": "bits more"},
        shapes=[theme.across(0)],
        showlegend=True,
        height=360,
    )


@cache
def written(cell: str, temperature: float, seed: int = 0) -> str:
    """What a network writes after the first words of the tests."""
    writer = kept.writer(cell)
    beginning = corpus.parts().test[:40]
    rng = np.random.default_rng([seed, 5])
    letters = writer.write(beginning, temperature, rng)
    return "".join(letter for (letter, _), _ in zip(letters, range(WRITTEN), strict=False))


def word_shares(text: str) -> tuple[float, float]:
    """Of the words of a text the share that stands in the part to learn from, and the share that is not yet said."""
    known = set(words(corpus.parts().learn))
    said = words(text)
    return sum(word in known for word in said) / len(said), len(set(said)) / len(said)


def words(text: str) -> list[str]:
    """The words of a text in small letters: letters alone, the first and the last left out, which may be cut."""
    return "".join(one if one.isalpha() else " " for one in text.lower()).split()[1:-1]


def by_temperature() -> go.Figure:
    """Words that exist, and words that are not yet said, by the temperature of writing."""
    traces = []
    at_one = {}
    for cell in CELLS:
        colour, dash, symbol = plots.CELL_STYLE[cell]
        shares = [word_shares(written(cell, heat)) for heat in TEMPERATURES]
        known, new = (100 * np.array(column) for column in zip(*shares, strict=True))
        at_one[cell] = known[TEMPERATURES.index(1.0)]
        traces += [
            plots.line(TEMPERATURES, known, cell, colour, dash, symbol),
            plots.line(TEMPERATURES, new, "", colour, dash, symbol, panel="2"),
        ]
    said = ", ".join(f"{cell} {share:.0f} %" for cell, share in at_one.items())
    axis = {"title": "temperature"}
    percent = {"title": "%", "range": [0, 105]}
    return theme.figure(
        traces,
        f"Of {WRITTEN:,} letters written at temperature 1, the words that stand in the book: {said}.",
        **plots.panels(
            plots.Panel(axis, percent, x=(0, 0.46), heading="words that exist"),
            plots.Panel(axis, {"range": [0, 105]}, x=(0.56, 1), heading="words not yet said"),
        ),
        showlegend=True,
        legend=plots.legend(-0.3),
        height=380,
    )
