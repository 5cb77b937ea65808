"""Attention beside recurrence, drawn: what each costs, how far each reaches, and the scan (chapter 11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, one_of, positive_integer
from lstm_lab.interact import plots, theme
from lstm_lab.models import Recurrent, make
from lstm_lab.models.attention import attention_reach
from lstm_lab.models.linear_recurrence import linear_reach, loop, scan_rounds
from lstm_lab.models.operation_counts import cost, crossing
from lstm_lab.training import output_part

LAYERS = {layer: plots.CELL_STYLE[layer] for layer in ("LSTM", "attention", "linear recurrence")}
WIDTH, SEEDS = 32, 10


def cost_of_length(quantity: str = "multiplications", width: int = 128) -> go.Figure:
    """What a longer sequence costs: counted, for three layers of the same width."""
    lengths = np.unique(np.round(10 ** np.linspace(0, 5, 41)).astype(int))
    traces, ends = [], {}
    for layer, style in LAYERS.items():
        counts = [cost(layer, quantity, int(length), width) for length in lengths]
        ends[layer] = cost(layer, quantity, 100_000, width)
        traces.append(plots.line(np.log10(lengths), np.log10(counts), layer, *style, size=5))
    multiplied = quantity == "multiplications"
    listed = ", ".join(
        f"{theme.power_text(np.log10(count)) if count >= 10_000_000 else f'{count:,}'} ({layer})"
        for layer, count in ends.items()
    )
    if multiplied:
        summary = (
            f"Layers of width {width}, at 100,000 steps: {listed} multiplications. Attention overtakes the LSTM at "
            f"{crossing(width):,} steps"
        )
    else:
        summary = f"{quantity.capitalize()}, at 100,000 steps: {listed}. The width plays no part"
    return theme.figure(
        traces,
        f"{summary}.",
        xaxis={"title": "sequence length, steps", **theme.power_axis(0, 5)},
        yaxis={
            "title": quantity,
            **(theme.power_axis(1, 13) if multiplied else theme.power_axis(-0.2, 5.2)),
        },
    )


# --- How far they reach ----------------------------------------------------------------------------------------------


def recurrent_reach(model: Recurrent, x: Array) -> Array:
    """log10 of the spectral norm of dh_T / dx_{T-k}, h what the model hands on, for k = 0 ... T - 1."""
    part = output_part(model)
    units = len(range(*part.indices(model.state_size)))
    trace = model.forward(np.repeat(x[:, None], units, axis=1))
    injected = np.zeros_like(trace.state[1:])
    injected[-1][:, part] = np.eye(units)
    jacobians = model.backward(trace, injected).x
    return np.log10([np.linalg.norm(one, 2) for one in jacobians[::-1]])


@cache
def reach(layer: str, sequence_length: int, setting: float = 0.0) -> tuple[Array, Array, Array]:
    """Median, 10th and 90th percentile over seeds of the norm of d output_T / d input_{T-k}, untrained, as log10.

    Args:
        layer: "tanh RNN", "LSTM" (setting: forget bias), "attention" or "linear recurrence" (setting: the slowest
            decay; the decays lie evenly between 0.5 and it).
        sequence_length: T.
        setting: see `layer`.
    """
    curves = [_one_reach(layer, sequence_length, setting, seed) for seed in range(SEEDS)]
    low, middle, high = np.percentile(np.maximum(curves, -300), (10, 50, 90), axis=0)
    return middle, low, high


def _one_reach(layer: str, length: int, setting: float, seed: int) -> Array:
    """The curve of `reach` for one seed; the input is the same for every layer, the weights are drawn apart."""
    rng = np.random.default_rng(seed)
    x = np.random.default_rng([seed, 1]).standard_normal((length, WIDTH))

    def drawn() -> Array:
        return rng.standard_normal((WIDTH, WIDTH)) / WIDTH**0.5

    made: dict[str, Callable[[], Array]] = {
        "tanh RNN": lambda: recurrent_reach(make("tanh RNN", WIDTH, WIDTH, rng=rng), x),
        "LSTM": lambda: recurrent_reach(
            make("LSTM 2000", WIDTH, WIDTH, rng=rng, forget_bias=setting), x
        ),
        "attention": lambda: attention_reach(x, drawn(), drawn(), drawn()),
        "linear recurrence": lambda: linear_reach(
            np.linspace(0.5, setting, WIDTH), drawn(), length
        ),
    }
    return made[one_of("layer", layer, made)]()


def who_reaches(
    sequence_length: int = 100, forget_bias: float = 3.0, slowest: float = 0.99
) -> go.Figure:
    """How much the last output depends on an input k steps before it: the same derivative for four layers."""
    length = positive_integer("sequence_length", sequence_length)
    lags = np.unique(np.linspace(0, length - 1, 26).round().astype(int))
    settings = {
        "tanh RNN": 0.0,
        "LSTM": forget_bias,
        "attention": 0.0,
        "linear recurrence": slowest,
    }
    traces, ends = [], {}
    for layer, setting in settings.items():
        curves = reach(layer, length, setting)
        ends[layer] = theme.power_text(curves[0][-1])
        middle, low, high = (curve[lags] for curve in curves)
        style = plots.CELL_STYLE[layer]
        traces += plots.line_in_band(lags, low, middle, high, layer, *style, size=5)
    listed = ", ".join(f"{end} ({layer})" for layer, end in ends.items())
    return theme.figure(
        traces,
        f"Untrained layers of width {WIDTH}, forget bias {forget_bias:g}, slowest decay {slowest:g}: the derivative of "
        f"the last output by the first of {length} inputs has the norm {listed}; medians of {SEEDS} seeds.",
        xaxis={"title": "lag: steps back from the end", "range": [0, length - 1]},
        yaxis={"title": "norm of the derivative", **theme.power_axis(-12, 2)},
        annotations=[
            theme.in_the_corner(
                f"tanh RNN, off the chart: {ends['tanh RNN']}"
                if reach("tanh RNN", length)[0][-1] < -12
                else ""
            )
        ],
    )


# --- The scan, drawn -------------------------------------------------------------------------------------------------


def scan_picture(
    method: str = "scan", steps: int = 0, rounds: int = 0, decay: float = 0.9
) -> go.Figure:
    """What each position of a linear recurrence knows of each input: after some steps of a loop, or rounds of a scan.

    Row t, column s: the factor by which u_s stands in what position t holds; 0 where it has not arrived.
    """
    length = 16
    one_of("method", method, ("loop", "scan"))
    ones = np.full((length, length), float(decay))
    own = np.eye(length)
    if method == "scan":
        every = scan_rounds(ones, own)
        known = every[integer_in("rounds", rounds, minimum=0, maximum=len(every) - 1)][1]
        done = f"After {rounds} of {len(every) - 1} rounds of the scan"
        work = sum(length - 2**r for r in range(rounds))
    else:
        steps = integer_in("steps", steps, minimum=0, maximum=length)
        known = own.copy()
        known[:steps] = loop(ones, own)[:steps]
        done = f"After {steps} of {length} steps of the loop"
        work = max(0, steps - 1)
    filled = int(np.count_nonzero(known))
    whole = length * (length + 1) // 2
    places = np.arange(1, length + 1)
    return theme.figure(
        [
            plots.heatmap(
                known,
                places,
                places,
                zmin=0,
                zmax=1,
                showscale=True,
                colorbar={"title": {"text": "factor"}, "thickness": 12},
                hovertemplate="u<sub>%{x}</sub> in position %{y}: %{z:.2f}<extra></extra>",
            )
        ],
        f"{done} with a decay of {decay:g}, {filled} of {whole} pairs of position and input are in place, "
        f"by {work} combinations of two steps. Position 16 knows {int(np.count_nonzero(known[-1]))} of its 16 inputs.",
        xaxis={"title": "input s", "range": [0.5, length + 0.5], "dtick": 3, "tick0": 1},
        yaxis={"title": "position t", "range": [length + 0.5, 0.5], "dtick": 3, "tick0": 1},
        margin={"l": 60, "r": 20, "t": 20, "b": 55},
    )
