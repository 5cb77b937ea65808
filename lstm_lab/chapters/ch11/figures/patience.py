"""What more data and more updates bring, to which cell: the patience experiment, drawn (chapter 11)."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import one_of
from lstm_lab.chapters import experiments
from lstm_lab.interact import plots, theme

TESTED = {"fresh sequences": "test", "the training sequences": "train"}


def shares(cell: str, noise: float, updates: int, tested: str) -> dict[int, list[float]]:
    """The share of right answers of every seed, by the number of training sequences.

    Raises:
        TypeError, ValueError: for what was not measured.
    """
    result = experiments.load("patience")
    settings = result["settings"]
    one_of("cell", cell, [name for name, _ in settings["cells"]])
    place = _place("updates", updates, settings["checkpoints"])
    _place("noise", noise, settings["noises"])
    kind = TESTED[one_of("tested", tested, TESTED)]
    out: dict[int, list[float]] = {count: [] for count in settings["training_sequences"]}
    for trial in result["trials"]:
        if (trial["cell"], trial["noise"]) == (cell, noise):
            out[trial["training_sequences"]].append(trial[kind][place])
    return out


def _place(name: str, value: float, measured: list[float]) -> int:
    if value not in measured:
        raise ValueError(f"{name} must be one of {measured}, got {value!r}")
    return measured.index(value)


def data_and_updates(
    noise: float = 0.5, updates: int = 600, tested: str = "fresh sequences"
) -> go.Figure:
    """Accuracy against the amount of training data: median of the seeds, and from the worst to the best."""
    settings = experiments.load("patience")["settings"]
    counts = settings["training_sequences"]
    places = np.log2(counts)
    traces, told = [], []
    for cell, _ in settings["cells"]:
        measured = shares(cell, noise, updates, tested)
        table = 100 * np.array([measured[count] for count in counts])
        low, middle, high = np.quantile(table, (0, 0.5, 1), axis=1)
        told.append(f"{cell} {middle[0]:.0f} to {middle[-1]:.0f} %")
        style = plots.CELL_STYLE[cell]
        traces += plots.line_in_band(places, low, middle, high, cell, *style, size=8)
    return theme.figure(
        traces,
        f"Noise {noise:g}, {updates} updates, tested on {tested}: from {counts[0]} to {counts[-1]} training "
        f"sequences the median of {settings['seeds']} networks goes, for the {', the '.join(told)}. "
        f"Guessing gives 50 %.",
        xaxis={
            "title": "training sequences",
            **plots.ticks(places, [f"{count:,}" for count in counts]),
            "range": [places[0] - 0.3, places[-1] + 0.3],
        },
        yaxis={"title": "right answers, %", "range": [30, 104]},
        shapes=[theme.across(50)],
    )
