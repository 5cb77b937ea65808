"""Where gradients neither vanish nor explode: the edge of chaos, and norms that outgrow the radius (chapter 06)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab._validate import Array, number_in, positive_integer
from lstm_lab.interact import plots, theme
from lstm_lab.models import Recurrent, Trace, make

RADII = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
INPUTS = (0.0, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0)
SIZES = (16, 32, 64)
SEEDS = 10
STEPS, SKIP = 200, 50
LAGS = tuple(range(0, 101, 10))


@lru_cache(maxsize=len(SIZES))
def growth_map(units: int) -> Array:
    """Median over seeds of log10 of the growth a step, (inputs, radii), in tanh networks of this size.

    Each network sees the same noise at every size of the input.
    """
    rows = []
    for seed in range(SEEDS):
        row = []
        for radius in RADII:
            rng = np.random.default_rng(seed)
            model = make("tanh RNN", 1, units, rng=rng, recurrent_scale=radius)
            x = rng.standard_normal((STEPS, 1, 1)) * np.array(INPUTS)[:, np.newaxis]
            row.append(gradients.growth(model, model.forward(x), rng, skip=SKIP))
        rows.append(np.transpose(row))
    middle: Array = np.median(rows, axis=0)
    return middle


def edge(units: int) -> Array:
    """For each size of the input, the radius at which the growth is 1, between two radii that were measured."""
    crossings = []
    for row in growth_map(units):
        above = int(np.argmax(row > 0))
        share = row[above - 1] / (row[above - 1] - row[above])
        crossings.append(RADII[above - 1] + share * (RADII[above] - RADII[above - 1]))
    return np.array(crossings)


def mean_field_edge() -> Array:
    """For each size of the input, the radius at which infinitely many units have growth 1."""
    fine = np.linspace(1.0, 4.0, 61)
    return np.array(
        [
            np.interp(1.0, [mean_field_growth(radius, scale) for radius in fine], fine)
            for scale in INPUTS
        ]
    )


@lru_cache(maxsize=1000)
def mean_field_growth(radius: float, input_scale: float) -> float:
    """The growth a step of infinitely many tanh units, radius times the root of the mean squared slope.

    The net inputs are then normal, a ~ N(0, radius^2 q + input_scale^2), where q = E[tanh(a)^2] settles by itself.

    Source: L. Molgedey, J. Schuchhardt & H. G. Schuster, Physical Review Letters 69(26):3717-3719, 1992.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    weights = weights / weights.sum()
    q = 1.0
    for _ in range(500):
        h = np.tanh(np.sqrt(radius**2 * q + input_scale**2) * nodes)
        q = float(weights @ h**2)
    return float(radius * np.sqrt(weights @ (1 - h**2) ** 2))


def edge_of_chaos(
    units: int = 32, recurrent_scale: float = 1.5, input_scale: float = 1.0
) -> go.Figure:
    """The growth a step over radius and input, with the line where it is 1, and the gradient of one chosen network.

    Raises:
        TypeError, ValueError: for a radius that is not among `RADII`, an input that is not among `INPUTS`, or `units`
            that are no positive integer.
    """
    column, row = (
        _place("recurrent_scale", recurrent_scale, RADII),
        _place("input_scale", input_scale, INPUTS),
    )
    grown, line = growth_map(positive_integer("units", units)), edge(units)
    flow = gradients.gradient_flow(
        "tanh RNN",
        LAGS[-1],
        units,
        recurrent_scale=recurrent_scale,
        input_scale=input_scale,
        seeds=SEEDS,
        lags=LAGS,
    )
    rate, end = 10 ** grown[row, column], theme.power_text(flow.state.median[-1])
    fate = (
        "it explodes"
        if rate > 1.005
        else "it vanishes"
        if rate < 0.995
        else "it stays about as it is"
    )
    turn = ", ".join(
        f"{radius:.1f} with input {scale:g}" for radius, scale in zip(line, INPUTS, strict=True)
    )
    places = np.interp(line, RADII, np.arange(len(RADII)))
    traces = [
        plots.heatmap(
            grown, np.arange(len(RADII)), np.arange(len(INPUTS)), zmin=-0.4, zmax=0.4,
            hovertemplate="log₁₀ of the growth a step: %{z:.2f}<extra></extra>",
        ),
        plots.line(places, np.arange(len(INPUTS)), "growth 1: the edge", theme.VERMILION, width=4),
        plots.line(
            np.interp(mean_field_edge(), RADII, np.arange(len(RADII))), np.arange(len(INPUTS)),
            "of infinitely many units", theme.PURPLE, "dot", width=3,
        ),
        plots.points(
            [column], [row], "the network at the right", theme.VERMILION, "circle-open", 17, border=4
        ),
        *plots.line_in_band(
            flow.lags, flow.state.low, flow.state.median, flow.state.high, "",
            *plots.CELL_STYLE["tanh RNN"][:2], panel="2",
        ),
    ]  # fmt: skip
    chart = plots.Panel(
        {"title": "radius", **plots.ticks(range(len(RADII)), _few(RADII))},
        {"title": "input, standard deviation", **plots.ticks(range(len(INPUTS)), [f"{s:g}" for s in INPUTS])},
        x=(0, 0.55),
    )  # fmt: skip
    profile = plots.Panel(
        {"title": "lag, steps", "range": [0, LAGS[-1]]},
        {"title": "gradient left", **theme.power_axis(-30, 30, 7)},
        x=(0.72, 1),
    )
    return theme.figure(
        traces,
        f"{units} tanh units, radius {recurrent_scale:g}, input {input_scale:g}: a step multiplies the gradient by "
        f"{rate:.2f}, so {fate}; {LAGS[-1]} steps back it is {end} times what entered (medians of {SEEDS} networks). "
        f"At this size the growth is 1 at radius {turn}.",
        meta={"steps": 510},  # the panel of curves is small
        **plots.panels(chart, profile),
        shapes=[theme.across(0, "x2 domain", "y2")],
        legend=plots.legend(1.02),
    )


def _few(radii: tuple[float, ...]) -> list[str]:
    """The radii as words below an axis, without those that have no room on a phone."""
    return ["" if radius in (0.75, 1.1, 1.75) else f"{radius:g}" for radius in radii]


def _place(name: str, value: float, among: tuple[float, ...]) -> int:
    """Where a value stands among those that were measured."""
    number_in(name, value)
    if value not in among:
        raise ValueError(
            f"{name} must be one of {', '.join(f'{one:g}' for one in among)}, got {value}"
        )
    return among.index(value)


def beside_the_radius(radius: float = 0.9, units: int = 32, longest: int = 40) -> go.Figure:
    """The norm of U^k for weights drawn at random and for orthogonal ones of the same radius, and radius^k.

    Raises:
        TypeError, ValueError: if `units` or `longest` is not a positive integer.
    """
    lags = np.arange(positive_integer("longest", longest) + 1)
    positive_integer("units", units)

    def powers(initialisation: str) -> gradients.Band:
        def measure(model: Recurrent, _trace: Trace) -> Array:
            U = model.parameters["recurrent_weights"]
            return np.log10([np.linalg.norm(np.linalg.matrix_power(U, int(k)), 2) for k in lags])

        return gradients.over_seeds(
            lambda rng: make(
                "tanh RNN", 1, units, rng=rng, recurrent_scale=radius, initialisation=initialisation
            ),
            lambda _rng: np.zeros((1, 1)),
            20,
            measure,
        )

    drawn, turned = powers("normal"), powers("orthogonal")
    bound = lags * np.log10(radius)
    over = int(lags[drawn.median >= 0][-1])
    until = f"stays above 1 up to lag {over}" if over < longest else "stays above 1"
    traces = [
        *plots.line_in_band(
            lags, drawn.low, drawn.median, drawn.high, "drawn at random", theme.VERMILION
        ),
        plots.line(lags, turned.median, "orthogonal", theme.BLUE, "dash", "square", size=5),
        plots.line(lags, bound, "radius to the power of k", theme.GREY, "dot"),
    ]
    return theme.figure(
        traces,
        f"{units} units, radius {radius:g}, no input: the norm of the weights to the power of k goes up to "
        f"{10 ** drawn.median.max():.2f} at lag {int(lags[drawn.median.argmax()])} and {until}; "
        f"after {longest} steps it is {theme.power_text(drawn.median[-1])}, {10 ** (drawn.median[-1] - bound[-1]):.1f} "
        f"times the radius to that power. Orthogonal weights of the same radius follow the radius exactly.",
        xaxis={"title": "lag k, steps", "range": [0, longest]},
        yaxis={"title": "largest stretch", **theme.power_axis(-3, 1)},
        shapes=[theme.across(0)],
        showlegend=True,
    )
