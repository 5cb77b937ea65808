"""The odds of the next letter, and what a temperature does to them (chapter 10)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import number_in
from lstm_lab.chapters.ch10.figures import kept
from lstm_lab.interact import plots, theme

BEGINNINGS = (
    "the gradient van",
    "the forget gat",
    "An over has six b",
    "a network that has seen (chapter 0",
    "the weight $",
    "The river ba",
)
TEMPERATURES = (0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
BARS = 10


def next_letter(
    beginning: str = BEGINNINGS[0], temperature: float = 1.0, cell: str = "LSTM"
) -> go.Figure:
    """The ten likeliest next letters after a beginning, softmax(net / temperature).

    Args:
        beginning: letters of the book's alphabet, at least one.
        temperature: above 0, at most 10; 1 for the odds that the network was trained to give.
        cell: "tanh RNN", "GRU" or "LSTM", as `lstm-lab measure writing` has kept them.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    heat = number_in("temperature", temperature, minimum=0.05, maximum=10)
    writer = kept.writer(cell)
    if not isinstance(beginning, str) or not beginning:
        raise ValueError(f"beginning must be a text of at least one letter, got {beginning!r}")
    net = writer.read(writer.alphabet.numbers(beginning))[0].net[-1] / heat
    odds = np.exp(net - net.max())
    odds /= odds.sum()
    order = np.argsort(-odds, kind="stable")[:BARS]
    letters = [shown(writer.alphabet.letters[number]) for number in order]
    surprise = float(-(odds[odds > 0] * np.log2(odds[odds > 0])).sum())
    colour = plots.CELL_STYLE[cell].colour
    return theme.figure(
        [plots.bars(list(range(BARS)), 100 * odds[order], "", colour, hoverinfo="skip")],
        f'After "{beginning}" the {cell} gives {letters[0]} {100 * odds[order[0]]:.0f} % and {letters[1]} '
        f"{100 * odds[order[1]]:.1f} % at temperature {heat:g}; its doubt is {surprise:.2f} bits.",
        xaxis={"title": "next letter", **plots.ticks(range(BARS), letters)},
        yaxis={"title": "odds, %", "range": [0, 100]},
        height=360,
    )


def shown(letter: str) -> str:
    """A letter as it can be seen."""
    return {" ": "space", "\n": "new line"}.get(letter, letter)
