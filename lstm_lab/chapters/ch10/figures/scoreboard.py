"""What a letter costs: n-grams beside networks, on text that none of them has seen (chapter 10)."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.figures import kept
from lstm_lab.interact import plots, theme
from lstm_lab.models.ngram import NGram


@cache
def counted() -> list[dict[str, float]]:
    """Bits a letter of the n-gram of each order, as `lstm-lab measure counting` has recorded them."""
    return list(experiments.load("counting")["trials"])


@cache
def short_counts() -> tuple[float, ...]:
    """Bits a letter of the n-grams of orders 0 to 2 on the first letters of the tests, which takes no time."""
    alphabet, text = corpus.alphabet(), corpus.parts()
    learnt, tested = alphabet.numbers(text.learn[:40_000]), alphabet.numbers(text.test[:2_000])
    return tuple(
        float(NGram(len(alphabet), order).fit(learnt).bits(tested).mean()) for order in range(3)
    )


def best_count() -> dict[str, float]:
    """The n-gram that is best on the part that settings are chosen by."""
    return min(counted(), key=lambda trial: trial["choose_bits"])


def counts() -> go.Figure:
    """Bits a letter on the tests: n-grams over their order."""
    orders, best = [int(trial["order"]) for trial in counted()], best_count()
    return theme.figure(
        _line_of_counts(),
        f"From order 0, all letters alike, to order {best['order']} a letter gets cheaper, from "
        f"{counted()[0]['test_bits']:.2f} to {best['test_bits']:.2f} bits; at order {orders[-1]} it costs "
        f"{counted()[-1]['test_bits']:.2f}.",
        xaxis=_orders(orders, 0.5),
        yaxis={"title": "bits a letter", "range": [0, 7]},
        showlegend=False,
        height=320,
    )


def _line_of_counts() -> list[go.Scatter]:
    orders, grams = ([trial[name] for trial in counted()] for name in ("order", "test_bits"))
    name = plots.words(
        [orders[-1]], [grams[-1]], ["n-grams"], textposition="top left", textfont={"size": 13}
    )
    return [plots.line(orders, grams, "n-gram", theme.GREY, "solid", "circle"), name]


def _orders(orders: list[int], room: float) -> dict[str, object]:
    return {
        "title": "order of the n-gram, in letters",
        "range": [-0.5, orders[-1] + room],
        **plots.ticks(orders, orders),
    }


def scoreboard() -> go.Figure:
    """Bits a letter on the tests: n-grams over their order, and each network over its seeds."""
    orders, best = [int(trial["order"]) for trial in counted()], best_count()
    trials = kept.best()
    cells = {cell: [trial["test_bits"] for trial in found] for cell, found in trials.items()}
    traces = _line_of_counts()
    for place, (cell, bits) in enumerate(cells.items(), start=1):
        at = orders[-1] + 1.2 * place
        colour, _, symbol = plots.CELL_STYLE[cell]
        traces += [
            plots.points([at] * len(bits), bits, cell, colour, symbol, size=10),
            plots.words(
                [at], [max(bits)], [cell], textposition="top center", textfont={"size": 13}
            ),
        ]
    lowest = min(cells, key=lambda cell: float(np.mean(cells[cell])))
    means = ", ".join(f"{cell} {np.mean(bits):.2f}" for cell, bits in cells.items())
    return theme.figure(
        traces,
        f"Bits a letter on text that was not learnt from. The best n-gram, of order {best['order']}, needs "
        f"{best['test_bits']:.2f}; networks of {trials['LSTM'][0]['weights']:,} weights, mean of "
        f"{len(cells['LSTM'])} seeds: {means}. The lowest is the {lowest}.",
        xaxis=_orders(orders, 5.2),
        yaxis={"title": "bits a letter", "range": [0, 7]},
        showlegend=False,
        height=420,
    )
