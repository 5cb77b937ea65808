"""Perceptrons at work, drawn: cards, digits and irises (chapter 01)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab.chapters.ch01.figures.perceptron_runs import (
    RETINA,
    card_course,
    digit_bound,
    iris_course,
    read_digits,
)
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import note


def left_or_right() -> go.Figure:
    """Cards with a mark at the left or at the right: the share right on fresh cards, and what fifty cards taught."""
    tests, right, weights = card_course()
    low, middle, high = np.percentile(100 * right, [10, 50, 90], axis=0)
    at = int(np.searchsorted(tests, 50))
    end = int(tests[-1])
    rows = np.arange(1, RETINA + 1)
    traces = [
        *plots.line_in_band(tests, low, middle, high, "median", theme.BLUE),
        plots.heatmap(weights, rows, rows, panel="2"),
    ]
    halves = weights[:, : RETINA // 2], weights[:, RETINA // 2 :]
    learning = plots.Panel(
        {"title": "cards seen", "range": [0, end]},
        {"title": "right, %", "range": [40, 101]},
        x=(0, 0.48),
        heading="fresh cards",
    )
    taught = plots.Panel(
        {"title": "column", "showgrid": False},
        {"title": "row", "range": [RETINA + 0.5, 0.5], "showgrid": False},
        x=(0.64, 1),
        heading="weights after 50",
    )
    return theme.figure(
        traces,
        f"Left: before the first card the median of {len(right)} perceptrons is right on {middle[0]:.0f} % of fresh "
        f"cards, after fifty on {middle[at]:.1f} % (10–90 %: {low[at]:.1f} to {high[at]:.1f} %), after {end} on "
        f"{middle[-1]:.1f} %. Right: the weights of one perceptron after fifty cards, light for right, dark for left, "
        f"are on average {halves[0].mean():.2f} over the left half of the retina and "
        f"+{halves[1].mean():.2f} over the right.".replace("-", "−"),
        height=360,
        shapes=[plots.upright(50)],
        **plots.panels(learning, taught, notes=[note(55, 43, "50", "left", 13)]),
        margin={"l": 60, "r": 15, "t": 40, "b": 50},
        showlegend=False,
    )


def digit_weights(epochs: int = 0, pair: str = "0 and 1") -> go.Figure:
    """The 64 weights of a perceptron that learns to tell two digits apart, and its mistakes in each pass."""
    first, second = (int(word) for word in pair.split(" and "))
    reading = read_digits(first, second)
    learning = reading.learning
    done = min(epochs, len(learning.mistakes))
    made = sum(learning.mistakes[:done])
    shown = 22
    counts = np.zeros(shown)
    counts[:done] = learning.mistakes[:done]
    weights = learning.weights[made].reshape(8, 8)
    limit = float(np.abs(learning.weights[-1]).max())
    right = reading.share_right(made)
    if learning.converged and done == len(learning.mistakes):
        state = f"Pass {done} was free of mistakes: it has stopped."
    else:
        state = "It has not stopped yet." if done else "Nothing is learned yet."
    largest = np.unravel_index(int(weights.argmax()), weights.shape)
    smallest = np.unravel_index(int(weights.argmin()), weights.shape)
    where = (
        f" Strongest evidence for {second}: row {largest[0] + 1}, column {largest[1] + 1}; for {first}: row "
        f"{smallest[0] + 1}, column {smallest[1] + 1}."
        if weights.any()
        else ""
    )
    passes, rows = np.arange(1, shown + 1), np.arange(1, 9)
    traces = [
        plots.heatmap(weights, rows, rows, zmin=-limit, zmax=limit, name="weight"),
        plots.bars(passes, counts, "mistakes", theme.VERMILION, 0.8, panel="2", showlegend=False),
    ]
    seen = plots.Panel(
        {"title": "column", "dtick": 1, "showgrid": False},
        {"title": "row", "range": [8.5, 0.5], "dtick": 1, "showgrid": False},
        x=(0, 0.44),
        heading=f"light {second}, dark {first}",
    )
    counted = plots.Panel(
        {"title": "pass", "range": [0.3, shown + 0.7]},
        {"range": [0, 50]},
        x=(0.56, 1),
        heading="mistakes",
    )
    return theme.figure(
        traces,
        f"{first} (−1) or {second} (+1), after {epochs} {'pass' if epochs == 1 else 'passes'} through {len(reading.x)} "
        f"images: {made} mistakes so far, bound {digit_bound(pair):,.0f}. On {len(reading.fresh)} fresh images "
        f"{100 * right:.1f} % are right. {state}{where}",
        height=380,
        **plots.panels(seen, counted),
        margin={"l": 50, "r": 15, "t": 40, "b": 50},
        showlegend=False,
    )


def never_stops() -> go.Figure:
    """Mistakes in each pass, for two kinds of iris that a plane separates and for two that none does."""
    easy, hard = iris_course()
    passes = np.arange(1, len(hard.mistakes) + 1)
    until_right = passes[: len(easy.mistakes)]
    late = hard.mistakes[len(passes) // 2 :]
    two, three = "setosa or versicolor", "versicolor or virginica"
    return theme.figure(
        [
            plots.line(passes, np.array(hard.mistakes), three, theme.VERMILION, width=1.5),
            plots.line(
                until_right,
                np.array(easy.mistakes),
                two,
                theme.BLUE,
                "dash",
                "diamond",
                width=2,
                size=8,
            ),
        ],
        f"Setosa or versicolor: the rule makes {sum(easy.mistakes)} mistakes, none after pass "
        f"{len(easy.mistakes) - 1}. Versicolor or virginica: it still makes {min(late)} to {max(late)} mistakes a pass "
        f"in passes {len(passes) // 2 + 1} to {len(passes)}.",
        height=340,
        xaxis={"title": "pass through the 100 flowers", "range": [0, len(passes)]},
        yaxis={"title": "mistakes in the pass", "range": [-1, 1.1 * max(hard.mistakes)]},
    )
