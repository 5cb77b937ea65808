"""A table of two switches learnt by hidden units while one looks on. Chapter 03."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, number_in, one_of
from lstm_lab.chapters.ch03.checks import XOR_INPUTS
from lstm_lab.chapters.ch03.figures.hidden_units import surface
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step
from lstm_lab.models import MLP
from lstm_lab.training import LOSSES, fresh_network, train_many

TABLES = {
    "XOR: exactly one": (0, 1, 1, 0),
    "XNOR: both alike": (1, 0, 0, 1),
    "AND: both": (0, 0, 0, 1),
    "OR: at least one": (0, 1, 1, 1),
    "NAND: not both": (1, 1, 1, 0),
}
"""What the lamp does at (0, 0), (0, 1), (1, 0) and (1, 1)."""
MOST_UNITS, FASTEST, WIDEST, MOST_UPDATES = 16, 20.0, 10.0, 20_000
LOOKS = 40


def learn_table(
    table: str = "XOR: exactly one",
    hidden_units: int = 2,
    learning_rate: float = 1.0,
    uniform: float = 1.0,
    loss: str = LOSSES[0],
    updates: int = 3000,
    seed: int = 1,
) -> Iterator[Step]:
    """Train one network on the four patterns of a table, as in "XOR, learnt" of chapter 03.

    With the first settings, and any seed, it is the network that :func:`train_xor` trains, weight for weight.

    Args:
        table: one of `TABLES`.
        hidden_units: 1 to 16.
        learning_rate: the epsilon of Rumelhart, Hinton & Williams (1986), for sums over the four patterns.
        uniform: weights and biases are drawn from [-uniform, uniform]; at 0 all hidden units start alike.
        loss: one of `LOSSES`.
        updates: sweeps through the four patterns.
        seed: of the first weights.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is trained.
    """
    targets = np.array(TABLES[one_of("table", table, TABLES)])
    integer_in("hidden_units", hidden_units, minimum=1, maximum=MOST_UNITS)
    rate = number_in("learning_rate", learning_rate, minimum=1e-6, maximum=FASTEST)
    number_in("uniform", uniform, minimum=0, maximum=WIDEST)
    one_of("loss", loss, LOSSES)
    integer_in("updates", updates, minimum=1, maximum=MOST_UPDATES)
    integer_in("seed", seed, minimum=0, maximum=10**6)

    def steps() -> Iterator[Step]:
        net = fresh_network(2, hidden_units, seed, uniform)
        every = -(-updates // LOOKS)
        losses: list[float] = []
        for done in (0, *range(every, updates, every), updates):
            count = done - max(0, len(losses) - 1)
            run = train_many({seed: net}, XOR_INPUTS, targets, count, learning_rate=rate, loss=loss)
            net = run.network(seed, count)
            losses[-1:] = run.losses[:, 0].tolist()
            yield Step(done / updates, figure(net, targets, losses, updates, table))

    return steps()


def figure(net: MLP, targets: Array, losses: list[float], updates: int, table: str) -> go.Figure:
    """The output over the plane of the two switches, and the loss of every update so far."""
    at = net.forward(XOR_INPUTS).output[:, 0]
    right = int(((at > 0.5) == (targets > 0.5)).sum())
    done, units = len(losses) - 1, net.parameters["bias_1"].size
    shown = ", ".join(f"{a:g}{b:g} gives {y:.2f}" for (a, b), y in zip(XOR_INPUTS, at, strict=True))
    side: dict[str, Any] = {
        "range": [-0.5, 1.5], "tickvals": [0, 1], "showgrid": False, "zeroline": False,
    }  # fmt: skip
    places = np.unique(np.linspace(0, done, 200).round()).astype(int)
    return theme.figure(
        [
            *surface(net, at, targets),
            plots.line(
                places, np.array(losses)[places], "loss", theme.BLUE, width=2, panel="2",
                showlegend=False,
            ),
        ],
        f"{table.partition(':')[0]}, {units} hidden unit{'s' * (units > 1)}, after {done:,} updates: {right} of 4 "
        f"patterns are right ({shown}), and the loss is {losses[-1]:.3f}, from {losses[0]:.3f} at the start.",
        **plots.panels(
            plots.Panel({"title": "input x₁", **side}, {"title": "input x₂", **side}, y=(0.42, 1)),
            plots.Panel(
                {"title": "updates", "range": [0, updates]},
                {"title": "loss L", "range": [0, 1.1 * max(losses)]},
                y=(0, 0.26),
            ),
        ),
        height=600,
        showlegend=True,
    )  # fmt: skip
