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
from lstm_lab.interact import theme
from lstm_lab.interact.parts import band


def left_or_right() -> go.Figure:
    """Cards with a mark at the left or at the right: the share right on fresh cards, and what fifty cards taught."""
    tests, right, weights = card_course()
    low, middle, high = np.percentile(100 * right, [10, 50, 90], axis=0)
    at = int(np.searchsorted(tests, 50))
    end = int(tests[-1])
    traces = [
        *band(tests, low, high, theme.BLUE),
        go.Scatter(
            x=tests,
            y=middle,
            mode="lines",
            line={"color": theme.BLUE, "width": 2.5},
            name="median",
            showlegend=False,
        ),
        go.Heatmap(
            z=weights,
            x=np.arange(1, RETINA + 1),
            y=np.arange(1, RETINA + 1),
            colorscale="Cividis",
            showscale=False,
            xaxis="x2",
            yaxis="y2",
        ),
    ]
    halves = weights[:, : RETINA // 2], weights[:, RETINA // 2 :]
    return theme.figure(
        traces,
        f"Left: before the first card the median of {len(right)} perceptrons is right on {middle[0]:.0f} % of fresh "
        f"cards, after fifty on {middle[at]:.1f} % (10–90 %: {low[at]:.1f} to {high[at]:.1f} %), after {end} on "
        f"{middle[-1]:.1f} %. Right: the weights of one perceptron after fifty cards, light for right, dark for left, "
        f"are on average {halves[0].mean():.2f} over the left half of the retina and "
        f"+{halves[1].mean():.2f} over the right.".replace("-", "−"),
        height=360,
        xaxis={"title": "cards seen", "range": [0, end], "domain": [0, 0.48]},
        yaxis={"title": "right, %", "range": [40, 101]},
        xaxis2={"title": "column", "domain": [0.64, 1], "anchor": "y2", "showgrid": False},
        yaxis2={
            "title": "row",
            "anchor": "x2",
            "range": [RETINA + 0.5, 0.5],
            "showgrid": False,
        },
        shapes=[
            {
                "type": "line",
                "xref": "x",
                "yref": "y",
                "x0": 50,
                "x1": 50,
                "y0": 40,
                "y1": 101,
                "line": {"color": theme.GREY, "width": 1, "dash": "dot"},
            }
        ],
        annotations=[
            {
                "text": "50",
                "x": 55,
                "y": 43,
                "xref": "x",
                "yref": "y",
                "xanchor": "left",
                "showarrow": False,
            },
            theme.heading("fresh cards", 0.24),
            theme.heading("weights after 50", 0.82),
        ],
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
    traces = [
        go.Heatmap(
            z=weights,
            x=np.arange(1, 9),
            y=np.arange(1, 9),
            zmin=-limit,
            zmax=limit,
            colorscale="Cividis",
            showscale=False,
            name="weight",
        ),
        go.Bar(
            x=np.arange(1, shown + 1),
            y=counts,
            marker={"color": theme.VERMILION},
            width=0.8,
            name="mistakes",
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
        ),
    ]
    return theme.figure(
        traces,
        f"{first} (−1) or {second} (+1), after {epochs} {'pass' if epochs == 1 else 'passes'} through {len(reading.x)} "
        f"images: {made} mistakes so far, bound {digit_bound(pair):,.0f}. On {len(reading.fresh)} fresh images "
        f"{100 * right:.1f} % are right. {state}{where}",
        height=380,
        xaxis={"title": "column", "domain": [0, 0.44], "dtick": 1, "showgrid": False},
        yaxis={
            "title": "row",
            "range": [8.5, 0.5],
            "dtick": 1,
            "showgrid": False,
        },
        xaxis2={"title": "pass", "domain": [0.56, 1], "anchor": "y2", "range": [0.3, shown + 0.7]},
        yaxis2={"anchor": "x2", "range": [0, 50]},
        annotations=[
            theme.heading(f"light {second}, dark {first}", 0.22),
            theme.heading("mistakes", 0.78),
        ],
        margin={"l": 50, "r": 15, "t": 40, "b": 50},
        showlegend=False,
    )


def never_stops() -> go.Figure:
    """Mistakes in each pass, for two kinds of iris that a plane separates and for two that none does."""
    easy, hard = iris_course()
    passes = np.arange(1, len(hard.mistakes) + 1)
    late = hard.mistakes[len(passes) // 2 :]
    return theme.figure(
        [
            go.Scatter(
                x=passes,
                y=np.array(hard.mistakes),
                name="versicolor or virginica",
                mode="lines",
                line={"color": theme.VERMILION, "width": 1.5},
            ),
            go.Scatter(
                x=passes[: len(easy.mistakes)],
                y=np.array(easy.mistakes),
                name="setosa or versicolor",
                mode="lines+markers",
                line={"color": theme.BLUE, "width": 2, "dash": "dash"},
                marker={"symbol": "diamond", "size": 8},
            ),
        ],
        f"Setosa or versicolor: the rule makes {sum(easy.mistakes)} mistakes, none after pass "
        f"{len(easy.mistakes) - 1}. Versicolor or virginica: it still makes {min(late)} to {max(late)} mistakes a pass "
        f"in passes {len(passes) // 2 + 1} to {len(passes)}.",
        height=340,
        xaxis={"title": "pass through the 100 flowers", "range": [0, len(passes)]},
        yaxis={"title": "mistakes in the pass", "range": [-1, 1.1 * max(hard.mistakes)]},
    )
