"""Attention beside recurrence: what each costs, how far each reaches, and the scan (chapter 10).

The three layers are written as small NumPy functions, and the counts below are checked against a run of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil, log2

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, one_of, positive_integer
from lstm_lab.interact import plots, theme
from lstm_lab.models import make
from lstm_lab.models.recurrent import Recurrent
from lstm_lab.training import output_part

LAYERS = {layer: plots.CELL_STYLE[layer] for layer in ("LSTM", "attention", "linear recurrence")}
QUANTITIES = ("multiplications", "steps one after another", "longest path")
WIDTH, SEEDS = 32, 10


# --- The layers ------------------------------------------------------------------------------------------------------


def attention(x: Array, query: Array, key: Array, value: Array) -> Array:
    """Causal self-attention with one head: y_t is a mean of the values v_s = V x_s of all s <= t.

    The weights are w_ts = exp(q_t . k_s) / (sum over r <= t of exp(q_t . k_r)) with q_t = Q x_t / sqrt(n) and
    k_s = K x_s.

    Args:
        x: (T, m).
        query: Q, (n, m).
        key: K, (n, m).
        value: V, (n, m).

    Returns:
        y, (T, n).

    Source: Vaswani et al., "Attention is all you need", 2017, section 3.2. Chapter 10.
    """
    q, k, v = (x @ query.T) / len(query) ** 0.5, x @ key.T, x @ value.T
    rows = []
    for t in range(len(x)):
        weight = np.exp(k[: t + 1] @ q[t])
        rows.append((weight @ v[: t + 1]) / weight.sum())
    return np.stack(rows)


def loop(decay: Array, news: Array) -> Array:
    """The linear recurrence c_t = decay_t c_{t-1} + news_t from c_0 = 0, step by step; all are (T,) or (T, n).

    Chapter 10, where the decay is written lambda_t and the news u_t.
    """
    c, states = np.zeros_like(news[0]), []
    for decay_t, news_t in zip(decay, news, strict=True):
        c = decay_t * c + news_t
        states.append(c)
    return np.stack(states)


def scan_rounds(decay: Array, news: Array) -> list[tuple[Array, Array]]:
    """The same recurrence in about log2 T rounds: what every position holds after each of them.

    Position t holds a pair (decay, news) that stands for the step c -> decay c + news. First it is its own step. In a
    round every position takes in, at the same moment, the pair that stands `reach` positions before it, and `reach`
    doubles.

    Returns:
        the pairs before the first round and after each, (T,) or (T, n); the last news are the states c.

    Chapter 10.
    """
    rounds, reach = [(decay, news)], 1
    while reach < len(news):
        decay, news = (
            np.concatenate([decay[:reach], decay[reach:] * decay[:-reach]]),
            np.concatenate([news[:reach], decay[reach:] * news[:-reach] + news[reach:]]),
        )
        rounds.append((decay, news))
        reach *= 2
    return rounds


def scan(decay: Array, news: Array) -> Array:
    """All states of c_t = decay_t c_{t-1} + news_t at once, as `loop` gives them."""
    return scan_rounds(decay, news)[-1][1]


# --- What they cost --------------------------------------------------------------------------------------------------


def cost(layer: str, quantity: str, sequence_length: int, width: int = WIDTH) -> int:
    """What one layer costs forward over a sequence, with as many inputs as outputs.

    Of multiplications are counted those in products of matrices and in gates. A step is whatever can be done at once
    for all positions. The longest path is the number of such steps from the first input to the last output.

    Args:
        layer: a key of `LAYERS`; "LSTM" has a forget gate, and the "linear recurrence" has one gate for the
            decay and one input for the news, both made of x_t alone, and is computed by the scan.
        quantity: one of `QUANTITIES`.
        sequence_length: T.
        width: n, of input and output.

    Raises:
        TypeError, ValueError: for an unknown layer or quantity, or a size that is not a positive integer.

    Source: the comparison of Vaswani et al. 2017, section 4, table 1. Chapter 10.
    """
    one_of("layer", layer, LAYERS)
    one_of("quantity", quantity, QUANTITIES)
    length = positive_integer("sequence_length", sequence_length)
    n = positive_integer("width", width)
    rounds = ceil(log2(length)) if length > 1 else 0
    if quantity != "multiplications":
        return {"LSTM": length, "attention": 1, "linear recurrence": 1 + rounds}[layer]
    taken = sum(length - 2**r for r in range(rounds))
    return {
        "LSTM": length * (8 * n * n + 3 * n),
        "attention": 3 * length * n * n + length * (length + 1) * n,
        "linear recurrence": 2 * length * n * n + 2 * taken * n,
    }[layer]


def cost_of_length(quantity: str = "multiplications", width: int = 128) -> go.Figure:
    """What a longer sequence costs: counted, for three layers of the same width."""
    lengths = np.unique(np.round(10 ** np.linspace(0, 5, 41)).astype(int))
    traces, ends = [], {}
    for layer, style in LAYERS.items():
        counts = [cost(layer, quantity, int(length), width) for length in lengths]
        ends[layer] = cost(layer, quantity, 100_000, width)
        traces.append(plots.line(np.log10(lengths), np.log10(counts), layer, *style, size=5))
    multiplied = quantity == "multiplications"
    told = ", ".join(
        f"{theme.power_text(np.log10(count)) if count >= 10_000_000 else f'{count:,}'} ({layer})"
        for layer, count in ends.items()
    )
    if multiplied:
        summary = (
            f"Layers of width {width}, at 100,000 steps: {told} multiplications. Attention overtakes the LSTM at "
            f"{crossing(width):,} steps"
        )
    else:
        summary = f"{quantity.capitalize()}, at 100,000 steps: {told}. The width plays no part"
    return theme.figure(
        traces,
        f"{summary}.",
        xaxis={"title": "sequence length, steps", **theme.power_axis(0, 5)},
        yaxis={
            "title": quantity,
            **(theme.power_axis(1, 13) if multiplied else theme.power_axis(-0.2, 5.2)),
        },
    )


def crossing(width: int) -> int:
    """The shortest sequence over which attention multiplies more often than an LSTM of the same width."""
    n = positive_integer("width", width)
    return next(
        length
        for length in range(1, 10 * n + 10)
        if cost("attention", QUANTITIES[0], length, n) > cost("LSTM", QUANTITIES[0], length, n)
    )


# --- How far they reach ----------------------------------------------------------------------------------------------


def attention_reach(x: Array, query: Array, key: Array, value: Array) -> Array:
    """log10 of the spectral norm of dy_T / dx_{T-k} of `attention`, for k = 0 ... T - 1.

    With w the weights of the last row and v_s = V x_s, for s < T::

        dy_T / dx_s = w_s (V + (v_s - y_T) (K' q_T)')

    and at s = T there is the query's own part besides.
    """
    n = len(query)
    q, k, v = (x[-1] @ query.T) / n**0.5, x @ key.T, x @ value.T
    w = np.exp(k @ q - (k @ q).max())
    w /= w.sum()
    centred = v - w @ v
    jacobians = w[:, None, None] * (value + centred[:, :, None] * (key.T @ q))
    jacobians[-1] += np.einsum("s,si,sj->ij", w, centred, k) @ query / n**0.5
    return np.log10([np.linalg.norm(one, 2) for one in jacobians[::-1]])


def recurrent_reach(model: Recurrent, x: Array) -> Array:
    """log10 of the spectral norm of dh_T / dx_{T-k}, h what the model hands on, for k = 0 ... T - 1."""
    part = output_part(model)
    units = len(range(*part.indices(model.state_size)))
    trace = model.forward(np.repeat(x[:, None], units, axis=1))
    injected = np.zeros_like(trace.state[1:])
    injected[-1][:, part] = np.eye(units)
    jacobians = model.backward(trace, injected).x
    return np.log10([np.linalg.norm(one, 2) for one in jacobians[::-1]])


def linear_reach(decay: Array, weights: Array, length: int) -> Array:
    """log10 of the spectral norm of dc_T / dx_{T-k} of c_t = decay c_{t-1} + W x_t: of diag(decay^k) W."""
    return np.log10([np.linalg.norm(decay[:, None] ** lag * weights, 2) for lag in range(length)])


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
    told = ", ".join(f"{end} ({layer})" for layer, end in ends.items())
    return theme.figure(
        traces,
        f"Untrained layers of width {WIDTH}, forget bias {forget_bias:g}, slowest decay {slowest:g}: the derivative of "
        f"the last output by the first of {length} inputs has the norm {told}; medians of {SEEDS} seeds.",
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
