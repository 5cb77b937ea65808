"""The latch task learnt while one looks on: two cells side by side, with their gradient profiles. Chapter 06."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import integer_in, number_in, one_of
from lstm_lab.chapters.ch06.experiments.latch import LatchSettings
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step
from lstm_lab.models import Readout, make
from lstm_lab.sequences import latch as latch_task
from lstm_lab.training import SGD, Adam, Network
from lstm_lab.training.watched import Snapshot, side_by_side, watched

SETTINGS = LatchSettings()
CELLS = tuple(label for label, *_ in SETTINGS.cells)
OPTIMISERS = {"SGD": SGD, "Adam": Adam}
LONGEST, MOST_NOISE, FASTEST, MOST_UPDATES = 200, 5, 10, 2000
LOOKS = 40
"""A training is looked at so often, from its start to its end."""


def latch_training(
    cell: str = "tanh RNN",
    beside: str = "LSTM 1997",
    lag: int = 40,
    noise: float = 1.0,
    optimiser: str = "SGD",
    learning_rate: float = 0.1,
    updates: int = 400,
    seed: int = 0,
) -> Iterator[Step]:
    """Train two cells on the latch task, side by side, as the experiment of chapter 06 does.

    A cell, a lag, a noise, an optimiser and a seed that the experiment ran give the same weights at every update.

    Args:
        cell: one of `CELLS`.
        beside: another.
        lag: steps between the sign and the question.
        noise: standard deviation of the noise between, in units of the sign.
        optimiser: "SGD" or "Adam".
        learning_rate: its step.
        updates: for each of the two, on batches of 16 sequences.
        seed: of the weights and of the sequences.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is trained.
    """
    one_of("cell", cell, CELLS)
    one_of("beside", beside, CELLS)
    if beside == cell:
        raise ValueError(f"beside must be another cell than cell, got {beside!r} twice")
    integer_in("lag", lag, minimum=1, maximum=LONGEST)
    number_in("noise", noise, minimum=0, maximum=MOST_NOISE)
    one_of("optimiser", optimiser, OPTIMISERS)
    rate = number_in("learning_rate", learning_rate, minimum=1e-6, maximum=FASTEST)
    integer_in("updates", updates, minimum=1, maximum=MOST_UPDATES)
    integer_in("seed", seed, minimum=0, maximum=10**6)
    every = -(-updates // LOOKS)
    lags = range(0, lag + 1, max(1, lag // 10))

    def steps() -> Iterator[Step]:
        runs = {
            name: partial(
                latch_watched,
                name,
                lag,
                noise,
                OPTIMISERS[optimiser](rate),
                updates,
                seed,
                every,
                lags,
            )
            for name in (cell, beside)
        }
        for seen in side_by_side(runs):
            done = max(found[-1].update for found in seen.values())
            yield Step(done / updates, figure(seen, updates, lags))

    return steps()


def latch_watched(
    cell: str,
    lag: int,
    noise: float,
    optimiser: SGD | Adam,
    updates: int,
    seed: int,
    every: int,
    lags: range,
) -> Iterator[Snapshot]:
    """One cell of the experiment on the latch task, looked at every few updates."""
    place = CELLS.index(cell)
    _, kind, options = SETTINGS.cells[place]
    size = SETTINGS.hidden_size
    rng = np.random.default_rng([seed, place])
    model = make(kind, 1, size, rng=rng, **options)
    stream, tests, probe = (
        latch_task(np.random.default_rng([seed, use]), lag, batch, noise)
        for use, batch in ((1, SETTINGS.batch), (2, SETTINGS.test_sequences), (3, None))
    )
    return watched(
        Network(model, Readout(size, 1, rng=rng)),
        stream,
        tests,
        optimiser,
        updates,
        every=every,
        probe=next(probe),
        lags=lags,
        clip=SETTINGS.clip,
    )


def figure(seen: dict[str, list[Snapshot]], updates: int, lags: range) -> go.Figure:
    """Loss, share of right answers and gradient profile of each cell so far."""
    traces: list[Any] = []
    said, lowest = [], -10.0
    for cell, found in seen.items():
        colour, dash, symbol = plots.CELL_STYLE[cell]
        looks = [snapshot.update for snapshot in found]
        losses = [np.mean(snapshot.losses) if snapshot.losses else np.nan for snapshot in found]
        shares = [100 * snapshot.right for snapshot in found]
        first, last = found[0].profile, found[-1].profile
        traces += [
            plots.line(looks, losses, cell, colour, dash, symbol),
            plots.line(looks, shares, "", colour, dash, symbol, panel="2", yaxis="y2", xaxis="x"),
            plots.line(list(lags), _shown(first), "", colour, dash, width=1, panel="3", xaxis="x3"),
            plots.line(list(lags), _shown(last), "", colour, dash, symbol, panel="3", xaxis="x3"),
        ]
        finite = [value for value in (*first, *last) if np.isfinite(value)]
        lowest = min([lowest, *finite])
        said.append(
            f"{cell} {shares[-1]:.0f} % right, {theme.power_text(last[-1])} of the gradient left "
            f"{lags[-1]} steps back ({theme.power_text(first[-1])} at the start)"
            + (f"; ended, since {found[-1].failed}" if found[-1].failed else "")
        )
    done = max(found[-1].update for found in seen.values())
    layout = plots.panels(
        plots.Panel(
            {"title": "updates", "range": [0, updates]},
            {"title": "loss", "rangemode": "tozero"},
            y=(0.74, 1),
        ),
        plots.Panel(None, {"title": "right, %", "range": [-4, 104]}, y=(0.45, 0.69)),
        plots.Panel(
            {"title": "lag: steps back from the end", "range": [0, lags[-1]]},
            {"title": "gradient", **theme.power_axis(max(-45, 10 * (lowest // 10)), 5, 6)},
            y=(0, 0.31),
        ),
    )
    return theme.figure(
        traces,
        f"After {done} of {updates} updates: {'; '.join(said)}.",
        height=680,
        hovermode="closest",
        **layout,
    )


def _shown(values: Any) -> list[Any]:
    return [float(value) if np.isfinite(value) else None for value in values]
