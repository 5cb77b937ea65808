"""XOR in time learnt while one looks on: two ways of following the error back, side by side. Chapter 05."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, number_in, one_of
from lstm_lab.chapters.ch05.experiments import xor_in_time as experiment
from lstm_lab.chapters.ch05.figures.elman_xor import LEVELS, level, second_half
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step
from lstm_lab.sequences import xor_in_time
from lstm_lab.training import Adam, train
from lstm_lab.training.watched import side_by_side

BACK = {"0 (copy)": 0, "1": 1, "2": 2, "4": 4, "8": 8, "all (full BPTT)": experiment.ALL}
LOOK = (
    plots.Style(theme.VERMILION, "dash", "circle-open"),
    plots.Style(theme.BLUE, "solid", "square"),
)
MOST_UNITS, FASTEST, MOST_UPDATES = 32, 1.0, 5000
LOOKS = 20
SETTINGS = experiment.XorSettings()
Seen = list[tuple[int, Array]]
"""After how many updates, and the error at bits 2, 3, 4 ... then."""


def xor_training(
    steps_back: str = "0 (copy)",
    beside: str = "all (full BPTT)",
    hidden_units: int = 8,
    learning_rate: float = SETTINGS.learning_rate,
    updates: int = 3000,
    seed: int = 0,
) -> Iterator[Step]:
    """Train two simple recurrent networks on XOR in time, which differ in how far the error is followed back.

    With a setting and a seed of the experiment of chapter 05 they are its networks, weight for weight.

    Args:
        steps_back: one of `BACK`.
        beside: another.
        hidden_units: of each.
        learning_rate: of Adam.
        updates: for each, on batches of 16 sequences.
        seed: of the weights and of the sequences.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is trained.
    """
    one_of("steps_back", steps_back, BACK)
    one_of("beside", beside, BACK)
    if beside == steps_back:
        raise ValueError(f"beside must be another than steps_back, got {beside!r} twice")
    integer_in("hidden_units", hidden_units, minimum=1, maximum=MOST_UNITS)
    rate = number_in("learning_rate", learning_rate, minimum=1e-6, maximum=FASTEST)
    integer_in("updates", updates, minimum=1, maximum=MOST_UPDATES)
    integer_in("seed", seed, minimum=0, maximum=10**6)

    def steps() -> Iterator[Step]:
        looks = [0, *range(-(-updates // LOOKS), updates, -(-updates // LOOKS)), updates]
        runs = {
            back: partial(_errors, hidden_units, BACK[back], rate, looks, seed)
            for back in (steps_back, beside)
        }
        for seen in side_by_side(runs):
            done, _ = seen[steps_back][-1]
            yield Step(done / updates, figure(seen, updates, hidden_units))

    return steps()


def _errors(
    hidden_units: int, steps_back: int, rate: float, looks: list[int], seed: int
) -> Iterator[tuple[int, Array]]:
    """The updates so far and the error at each bit of fresh sequences: the arithmetic of the experiment's trial."""
    network = experiment.make_network(hidden_units, steps_back, seed)
    learnt_from, tested_on = (
        xor_in_time(np.random.default_rng([seed, use]), SETTINGS.triples) for use in (1, 2)
    )
    stream = experiment.batches(learnt_from, SETTINGS.batch)
    test = next(experiment.batches(tested_on, SETTINGS.test_sequences))
    optimiser, made = Adam(rate), 0
    for look in looks:
        if look > made:
            train(network, stream, optimiser, look - made)
            made = look
        yield look, experiment.root_mean_square_error(network, test)


def figure(seen: dict[str, Seen], updates: int, hidden_units: int) -> go.Figure:
    """Above, the error at each bit now; below, its mean square over the updates so far. Both with what can be known."""
    traces: list[Any] = []
    said = []
    for (back, found), style in zip(seen.items(), LOOK, strict=True):
        looks, errors = zip(*found, strict=True)
        squares = [float(np.mean(second_half(error) ** 2)) for error in errors]
        now = errors[-1]
        bits = np.arange(2, now.size + 2)
        traces += [
            plots.line(bits, now, back, *style),
            plots.line(list(looks), squares, "", *style, panel="2", showlegend=False),
        ]
        third = np.sqrt(np.mean(second_half(now)[2::3] ** 2))
        said.append(
            f"followed back {back}, the error at every third bit is {third:.2f} and its mean square over all bits "
            f"{squares[-1]:.3f}, nearest to {level(squares[-1])}"
        )
    return theme.figure(
        traces,
        f"{hidden_units} hidden unit{'s' * (hidden_units > 1)}, after {looks[-1]:,} of {updates:,} updates: "
        f"{'; '.join(said)}.",
        **plots.panels(
            plots.Panel(
                {"title": "bit to be foretold", "tickvals": list(range(3, now.size + 2, 3))},
                {"title": "error", "range": [0, 0.65]},
                y=(0.58, 1),
            ),
            plots.Panel(
                {"title": "updates", "range": [0, updates]},
                {
                    "title": "what it knows",
                    "range": [0.15, 0.27],
                    **plots.ticks(list(LEVELS.values()), list(LEVELS)),
                },
                y=(0, 0.36),
            ),
        ),
        height=560,
        showlegend=True,
    )
