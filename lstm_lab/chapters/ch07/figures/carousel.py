"""What was measured about the memory cell of 1997, drawn: gates, gradient, drift (chapter 07)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab._validate import one_of
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch07.experiments.carousel import one_sided
from lstm_lab.interact import plots, theme
from lstm_lab.models import LSTM1997, make

SEEDS = 20
CELLS = 16
LAGS = 25
DRIFT_SEEDS = 50
GRADIENTS = ("truncated", "full")
GATE_SETS = ("no gates", "input gate", "output gate", "both gates")
LEFT_OUT = ("nothing", "the values", "gates to cells", "all feedback")
SQUASH = {"h in [−1, 1]": "logistic [-1, 1]", "h(c) = c": "identity"}
FLOOR = -25


def trials(experiment: str, **wanted: Any) -> list[dict[str, Any]]:
    """The recorded trials of one experiment of `lstm-lab measure carousel` that have these settings."""
    return [
        trial
        for trial in experiments.load("carousel")["trials"]
        if trial["experiment"] == experiment
        and all(trial[name] == value for name, value in wanted.items())
    ]


def gates_needed(cells: int = 1) -> go.Figure:
    """What networks with neither, either or both gates learn: the right sign when asked, and all steps right."""
    places = np.arange(len(GATE_SETS))
    chosen = [trials("gates", cells=cells, gates=name) for name in GATE_SETS]
    sign, right = (
        [100 * np.mean([t[key] for t in some]) for some in chosen] for key in ("sign", "right")
    )
    solved = [sum(t["updates"] is not None for t in some) for some in chosen]
    share = [100 * n / len(some) for n, some in zip(solved, chosen, strict=True)]
    words = [
        f"{name}: right sign in {a:.0f} %, all steps right in {b:.0f} %, {n} of {len(some)} networks solve it"
        for name, a, b, n, some in zip(GATE_SETS, sign, right, solved, chosen, strict=True)
    ]
    return theme.figure(
        [
            plots.bars(places - 0.19, sign, "right sign when asked", theme.BLUE, 0.34),
            plots.bars(places + 0.19, right, "right at every step", theme.GREEN, 0.34, "/"),
            plots.points(places, share, "networks that solve it", theme.VERMILION, "diamond", 13),
        ],
        f"{cells} cell{'s' * (cells > 1)}. {'; '.join(words)}.",
        xaxis={
            **plots.ticks(places, [name.replace(" ", "<br>") for name in GATE_SETS]),
            "range": [-0.5, len(GATE_SETS) - 0.5],
        },
        yaxis={"title": "sequences, or networks, %", "range": [-4, 106]},
        shapes=[{**theme.across(50), "line": {"color": theme.GREY, "width": 1, "dash": "dot"}}],
        barmode="overlay",
    )


def cell_gradient(
    sequence_length: int = 50,
    gradient: str = "truncated",
    recurrent_scale: float = 1.0,
    input_gate_bias: float = 0.0,
) -> go.Figure:
    """The quantity of chapter 06 for the cell of 1997, by its truncated and by its full gradient, and a tanh RNN."""
    lags = np.unique(np.linspace(0, sequence_length, LAGS + 1).round().astype(int))
    one_of("gradient", gradient, GRADIENTS)

    def band(cell: str, **options: Any) -> gradients.Band:
        return gradients.over_seeds(
            lambda rng: make(cell, 1, CELLS, rng=rng, recurrent_scale=recurrent_scale, **options),
            lambda rng: rng.standard_normal((sequence_length, 1)),
            SEEDS,
            lambda model, trace: gradients.jacobian_norms(model, trace, lags=lags),
        )

    cell = band("LSTM 1997", gradient=gradient, input_gate_bias=input_gate_bias)
    rnn = band("tanh RNN")
    end, low, high = (f"{10 ** some[-1]:.3g}" for some in (cell.median, cell.low, cell.high))
    style = plots.CELL_STYLE["LSTM 1997"]
    name = "LSTM 1997, this gradient"
    along = np.zeros(len(lags))
    return theme.figure(
        [
            *plots.line_in_band(lags, cell.low, cell.median, cell.high, name, *style, size=5),
            plots.line(lags, along, "along the cell alone", *plots.ALONG_THE_CELL, width=2),
            plots.line(lags, rnn.median, "tanh RNN", *plots.CELL_STYLE["tanh RNN"], size=5),
        ],
        f"LSTM of 1997, {gradient} gradient, recurrent scale {recurrent_scale:g}, input-gate bias {input_gate_bias:g}: "
        f"{sequence_length} steps back the gradient is {end} times what entered (median of {SEEDS} seeds; 10–90 %: "
        f"{low} to {high}); along the cell alone exactly 1. In a tanh RNN of the same scale "
        f"{theme.power_text(rnn.median[-1])} is left.",
        xaxis={"title": "lag: steps back from the end", "range": [0, sequence_length]},
        yaxis={"title": "gradient, in units of what entered", **theme.power_axis(-12, 4)},
        shapes=[theme.across(0)],
        showlegend=True,
    )


def state_drift(
    mean: float = 1.0,
    input_gate_bias: float = 0.0,
    squash: str = "h in [−1, 1]",
    left_out: str = "nothing",
) -> go.Figure:
    """How far untrained cells drift along one-sided input, and what slope of h is left to let an error in.

    What drives them can be left out: the values that come in, the weights from gates to cells, or all recurrent ones.
    """
    h = SQUASH[one_of("squash", squash, SQUASH)]
    states, slopes = _drifted(mean, input_gate_bias, h, one_of("left_out", left_out, LEFT_OUT))
    steps = np.arange(1, len(states) + 1)
    sizes, left = (
        gradients.Band(*np.quantile(some, (0.5, 0.1, 0.9), axis=1)) for some in (states, slopes)
    )
    traces = [
        *plots.line_in_band(
            steps, sizes.low, sizes.median, sizes.high, "size of the state", theme.VERMILION
        ),
        *plots.line_in_band(
            steps, left.low, left.median, left.high, "slope of h", theme.BLUE, "dash",
            xaxis="x", yaxis="y2",
        ),
    ]  # fmt: skip
    above = plots.Panel(
        {"title": "step t", "range": [0, len(steps)]},
        {"title": "size of c", **theme.power_axis(-4, 3, 5)},
        y=(0.56, 0.95),
    )
    below = plots.Panel(
        None, {"title": "slope of h at c", **theme.power_axis(FLOOR, 1, 4)}, y=(0, 0.4)
    )
    return theme.figure(
        traces,
        f"Values of mean {mean:g}, input-gate bias {input_gate_bias:g}, {squash}, left out: {left_out}. After "
        f"{len(steps)} steps the state of the median cell has size {theme.power_text(sizes.median[-1])} (10–90 % of "
        f"{states.shape[1]} cells: {theme.power_text(sizes.low[-1])} to {theme.power_text(sizes.high[-1])}). The slope "
        f"of h there is {theme.power_text(left.median[-1])}, in the worst tenth "
        f"{theme.power_text(left.low[-1])} or less.",
        **plots.panels(above, below),
        showlegend=False,
        height=460,
    )


@lru_cache(maxsize=128)
def _drifted(mean: float, bias: float, h: str, left_out: str) -> tuple[np.ndarray, np.ndarray]:
    """log10 of |c_t| and of h'(c_t), (T, cells), over the cells of untrained networks."""
    settings = experiments.load("carousel")["settings"]
    states, slopes = [], []
    for seed in range(DRIFT_SEEDS):
        rng = np.random.default_rng(seed)
        model = LSTM1997(2, settings["drift_cells"], rng=rng, input_gate_bias=bias, h=h)
        line = next(one_sided(rng, settings["drift_length"], 1, mean, settings["drift_std"]))
        U, cells = model.parameters["recurrent_weights"], model.hidden_size
        if left_out == "all feedback":
            U[...] = 0.0
        elif left_out == "gates to cells":
            U[:cells, cells:] = 0.0
        trace = model.forward(0.0 * line.x[:, 0] if left_out == "the values" else line.x[:, 0])
        states.append(np.abs(trace.state[1:, model.parts["cell"]]))
        slopes.append(model.activations["squashed_cell"].slope(trace.squashed_cell))
    sizes, left = np.concatenate(states, axis=1), np.concatenate(slopes, axis=1)
    return np.log10(np.maximum(sizes, 1e-12)), np.log10(np.maximum(left, 10.0**FLOOR))
