"""A stream without an end learnt while one looks on: two cells side by side, and how large they grow. Chapter 09."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import integer_in, number_in, one_of
from lstm_lab.chapters.ch09.experiments.ablation import AblationSettings, Continual, make_network
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step
from lstm_lab.training.watched import side_by_side

SETTINGS = AblationSettings()
VARIANTS = {name: (cell, options) for name, cell, options in SETTINGS.variants}
LOOK = (
    plots.Style(theme.VERMILION, "dash", "circle-open"),
    plots.Style(theme.BLUE, "solid", "square"),
)
MOST_CELLS, SHORTEST, LONGEST, FASTEST, MOST_UPDATES = 32, 10, 100, 1.0, 2000
LOOKS = 20


class Look(NamedTuple):
    """After how many updates, the share of deciding letters that are right, and the mean size of a state."""

    update: int
    right: float
    size: float


def stream_training(
    variant: str = "no forget gate",
    beside: str = "forget bias 1",
    cells: int = SETTINGS.hidden_size,
    segment: int = SETTINGS.reber_length,
    learning_rate: float = SETTINGS.learning_rate,
    updates: int = 400,
    seed: int = 0,
) -> Iterator[Step]:
    """Train two cells along the same streams of embedded Reber strings, as the ablation of chapter 09 does.

    With its number of cells, its segment and learning rate they are its networks, weight for weight; but the letters on
    which they are tested are those that follow after the last update.

    Args:
        variant: one of `VARIANTS`.
        beside: another.
        cells: of each.
        segment: so many steps are read before an update, and so far back the error is followed.
        learning_rate: of Adam.
        updates: one a segment, on 16 streams side by side.
        seed: of the weights and of the streams.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is trained.
    """
    one_of("variant", variant, VARIANTS)
    one_of("beside", beside, VARIANTS)
    if beside == variant:
        raise ValueError(f"beside must be another than variant, got {beside!r} twice")
    integer_in("cells", cells, minimum=1, maximum=MOST_CELLS)
    integer_in("segment", segment, minimum=SHORTEST, maximum=LONGEST)
    rate = number_in("learning_rate", learning_rate, minimum=1e-6, maximum=FASTEST)
    integer_in("updates", updates, minimum=1, maximum=MOST_UPDATES)
    integer_in("seed", seed, minimum=0, maximum=10**6)
    settings = replace(SETTINGS, hidden_size=cells, reber_length=segment, learning_rate=rate)

    def steps() -> Iterator[Step]:
        every = -(-updates // LOOKS)
        looks = sorted({1, *range(every, updates, every), updates})
        runs = {name: partial(_looks, settings, name, looks, seed) for name in (variant, beside)}
        for seen in side_by_side(runs):
            yield Step(seen[beside][-1].update / updates, figure(seen, updates, segment))

    return steps()


def _looks(settings: AblationSettings, variant: str, looks: list[int], seed: int) -> Iterator[Look]:
    """One network at each look: the arithmetic of the ablation's trial."""
    cell, options = VARIANTS[variant]
    network = make_network(settings, cell, options, seed, 7, (7, "softmax"))
    stream, made, size = Continual(settings, network, seed, looks[-1]), 0, np.nan
    for look in looks:
        for _ in range(look - made):
            _, size = stream.learn()
        made = look
        yield Look(look, stream.right(), size)


def figure(seen: dict[str, list[Look]], updates: int, segment: int) -> go.Figure:
    """The share of deciding letters that are right, and the size of the states, over the steps of the stream."""
    traces: list[Any] = []
    said = []
    for (name, looks), style in zip(seen.items(), LOOK, strict=True):
        steps = [look.update * segment for look in looks]
        right = [100 * look.right for look in looks]
        sizes = np.log10([look.size for look in looks])
        traces += [
            plots.line(steps, right, name, *style),
            plots.line(steps, sizes, "", *style, panel="2", showlegend=False),
        ]
        last = looks[-1].size
        said.append(
            f"{name}: {right[-1]:.0f} % of the letters to be remembered are right, and the mean size of a state is "
            f"{last:,.{0 if last >= 10 else 2}f}"
        )
    end = updates * segment
    return theme.figure(
        traces,
        f"After {steps[-1]:,} of {end:,} steps of a stream without resets. {'; '.join(said)}.",
        **plots.panels(
            plots.Panel(
                {"range": [0, end]}, {"title": "right, %", "range": [30, 104]}, y=(0.57, 1)
            ),
            plots.Panel(
                {"title": "steps of the stream so far", "range": [0, end]},
                {"title": "size of a state", **theme.power_axis(-2.5, 4.5)},
                y=(0, 0.43),
            ),
        ),
        shapes=[theme.across(50)],
        height=520,
        showlegend=True,
    )
