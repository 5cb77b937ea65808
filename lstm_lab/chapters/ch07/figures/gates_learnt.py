"""Storing and telling learnt while one looks on: cells with different gates, side by side. Chapter 07."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, number_in, one_of
from lstm_lab.chapters.ch07.experiments import carousel
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step
from lstm_lab.sequences import Sequence
from lstm_lab.training import Adam, train
from lstm_lab.training.watched import side_by_side

SETTINGS = carousel.CarouselSettings()
GATES = tuple(SETTINGS.gates)
LOOK = (
    plots.Style(theme.VERMILION, "dash", "circle-open"),
    plots.Style(theme.BLUE, "solid", "square"),
)
SHORTEST, LONGEST, MOST_CELLS, FASTEST, MOST_UPDATES = 6, 100, 16, 1.0, 5000
LOOKS = 40


class Look(NamedTuple):
    """After how many updates, the shares of :func:`carousel.told`, and what is said at each step of one sequence."""

    update: int
    shares: dict[str, float]
    said: Array


def store_and_tell_training(
    gates: str = "input gate",
    beside: str = "both gates",
    cells: int = 1,
    length: int = SETTINGS.gate_length,
    learning_rate: float = SETTINGS.learning_rates["Adam"],
    updates: int = 600,
    seed: int = 0,
) -> Iterator[Step]:
    """Train two networks of memory cells of 1997 to store a value and to tell it when asked; a gate left out is open.

    With the length and learning rate of the experiment of chapter 07, they are its networks, weight for weight.

    Args:
        gates: which gates there are, one of `GATES`.
        beside: another.
        cells: of each network.
        length: steps of a sequence; the value comes in its first third, the question in its last.
        learning_rate: of Adam.
        updates: for each, on batches of 32 sequences.
        seed: of the weights and of the sequences.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is trained.
    """
    one_of("gates", gates, GATES)
    one_of("beside", beside, GATES)
    if beside == gates:
        raise ValueError(f"beside must be another than gates, got {beside!r} twice")
    integer_in("cells", cells, minimum=1, maximum=MOST_CELLS)
    integer_in("length", length, minimum=SHORTEST, maximum=LONGEST)
    rate = number_in("learning_rate", learning_rate, minimum=1e-6, maximum=FASTEST)
    integer_in("updates", updates, minimum=1, maximum=MOST_UPDATES)
    integer_in("seed", seed, minimum=0, maximum=10**6)

    def steps() -> Iterator[Step]:
        every = -(-updates // LOOKS)
        looks = [0, *range(every, updates, every), updates]
        runs = {
            name: partial(_looks, name, cells, length, rate, looks, seed)
            for name in (gates, beside)
        }
        shown = carousel.data(SETTINGS, carousel.store_and_tell, seed, length)[1]
        for seen in side_by_side(runs):
            yield Step(seen[beside][-1].update / updates, figure(seen, updates, shown))

    return steps()


def _looks(
    gates: str, cells: int, length: int, rate: float, looks: list[int], seed: int
) -> Iterator[Look]:
    """One network at each look: the arithmetic of the experiment's trial."""
    network = carousel.gated(3, cells, SETTINGS.gates[gates], np.random.default_rng(seed))
    stream, test = carousel.data(SETTINGS, carousel.store_and_tell, seed, length)
    optimiser, made = Adam(rate), 0
    for look in looks:
        if look > made:
            train(network, stream, optimiser, look - made, clip=SETTINGS.clip)
            made = look
        yield Look(look, carousel.told(network, test), network.outputs(test.x)[:, 0, 0])


def figure(seen: dict[str, list[Look]], updates: int, shown: Sequence) -> go.Figure:
    """The share of sequences that are right at every step, and what each network says in one of them now."""
    steps = np.arange(1, len(shown.x) + 1)
    values, marks, questions = shown.x[:, 0].T
    stored, asked = int(marks.argmax()), int(questions.argmax())
    traces: list[Any] = []
    words = []
    for (name, looks), style in zip(seen.items(), LOOK, strict=True):
        right = [100 * look.shares["right"] for look in looks]
        last = looks[-1].shares
        traces += [
            plots.line([look.update for look in looks], right, name, *style),
            plots.line(steps, looks[-1].said, "", *style, panel="2", showlegend=False),
        ]
        words.append(
            f"{name}: {right[-1]:.0f} % of fresh sequences are right at every step; when asked, the sign is right in "
            f"{100 * last['sign']:.0f} % and the value within 0.5 in {100 * last['told']:.0f} %"
        )
    target = shown.target[:, 0, 0]
    wanted = plots.points(
        steps, target, "wanted", theme.GREY, "diamond-open", 11, panel="2", border=1.5
    )
    return theme.figure(
        [*traces, wanted],
        f"After {looks[-1].update:,} of {updates:,} updates. {'; '.join(words)}. The sequence shown stores "
        f"{plots.signed(values[stored])} at step {stored + 1} and asks for it at step {asked + 1}.",
        **plots.panels(
            plots.Panel(
                {"title": "updates", "range": [0, updates]},
                {"title": "right, %", "range": [-4, 104]},
                y=(0.6, 1),
            ),
            plots.Panel(
                {"title": "step", "range": [0.5, len(steps) + 0.5]},
                {"title": "says", "range": [-1.6, 1.6], "tickvals": [-1, 0, 1]},
                y=(0, 0.38),
            ),
        ),
        shapes=[
            plots.upright(stored + 1, "x2", "y2"), plots.upright(asked + 1, "x2", "y2", "dash"),
        ],
        height=560,
        showlegend=True,
    )  # fmt: skip
