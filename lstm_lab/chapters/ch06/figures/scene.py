"""The central scene of the book: an unrolled network, and what is left of the error at each of its steps (chapter 06).

The error enters at the right, at the last step, and flows to the left. Sizes are absolute values: no curve is divided
by its own maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import gradients
from lstm_lab._validate import integer_in, one_of
from lstm_lab.interact import plots, theme
from lstm_lab.interact.theme import power_text
from lstm_lab.models import CELLS

SEEDS = 20
HIDDEN_SIZE = 32
BALLS = 300
"""An innings of fifty overs: the sequence ends at ball 300."""

LENGTHS = (5, 10, 20, 50, 100, 150, 200, 288)
"""Back to ball 12, 288 steps before ball 300."""

FLOAT32_ZERO = -45
"""Powers of ten below which a 32-bit float is zero: the smallest one above zero is 1.4e-45."""

AXES = ("powers of ten", "plain numbers")
TOP = {"powers of ten": 15.0, "plain numbers": 2.0}
FLOOR = {"powers of ten": -52.0, "plain numbers": 0.0}
FAR = {"powers of ten": (-60.0, 20.0), "plain numbers": (0.0, 8.0)}
"""Where curves are cut off, outside the chart: what is packed shares its steps among all that it holds."""
STEPS = 1000
"""A third of a pixel each."""

ROOM_FOR_NAMES = 1.42
BOXES = 30
BOLD, QUIET = 4.0, 1.5
THICK = 22
STRIP = (0.86, 0.93)
GRAPH = (0.0, 0.81)


def gradient_flow(
    sequence_length: int = 50,
    cell: str = "tanh RNN",
    axis: str = "powers of ten",
    recurrent_scale: float = 0.9,
    input_scale: float = 1.0,
    forget_bias: float | None = None,
) -> go.Figure:
    """How much of the gradient at the end of a sequence is left k steps before it, in every kind of cell, untrained.

    The quantity is the spectral norm of the full state Jacobian (:func:`lstm_lab.gradients.gradient_flow`), the same
    for every cell: medians over 20 seeds. Of the chosen cell there is the 10-90 % band as well, the path along the cell
    alone, and the strip above the curves, which is the unrolled network, as bright as what is left at each step.

    Args:
        sequence_length: steps, at most 300.
        cell: the chosen one of `models.CELLS`.
        axis: "powers of ten", or "plain numbers" from 0 to 2.
        recurrent_scale: the spectral radius of an RNN, about that of each recurrent matrix of an LSTM.
        input_scale: standard deviation of the inputs, 0 for none.
        forget_bias: for the "LSTM 2000" alone, where it is 1 by default.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, or one that the cell does not have, by
            its name.
    """
    integer_in("sequence_length", sequence_length, minimum=1, maximum=BALLS)
    one_of("axis", axis, AXES)
    setting = (int(sequence_length), recurrent_scale, input_scale)
    chosen = _flow(cell, *setting, forget_bias)
    flows = {each: chosen if each == cell else _flow(each, *setting) for each in CELLS}
    return theme.figure(
        [
            *_chosen(chosen, axis),
            *(
                _curve(flow, each, bold=flow is chosen, visible=each == axis)
                for each in AXES
                for flow in flows.values()
            ),
            *_strip(chosen, axis),
            _names(flows, cell, axis),
        ],
        _sentence(chosen, *setting, forget_bias),
        meta={"handles": [_handle()], "steps": STEPS},
        shapes=_marks(axis),
        margin={"l": 62, "r": 16, "t": 8, "b": 50},
        height=440,
        showlegend=False,
        annotations=_notes(sequence_length, axis),
        xaxis=_lag_axis(),
        yaxis={**_size_axis(axis), "domain": GRAPH},
        yaxis2={**plots.no_axis(-0.5, 0.5), "domain": STRIP},
    )


# --- What is measured ------------------------------------------------------------------------------------------------


@cache
def _flow(
    cell: str,
    sequence_length: int,
    recurrent_scale: float,
    input_scale: float,
    forget_bias: float | None = None,
) -> gradients.GradientFlow:
    return gradients.gradient_flow(
        cell,
        sequence_length,
        HIDDEN_SIZE,
        recurrent_scale=recurrent_scale,
        input_scale=input_scale,
        forget_bias=forget_bias,
        seeds=SEEDS,
        lags=lags(sequence_length),
    )


def lags(sequence_length: int) -> np.ndarray:
    """The lags drawn: the first six and the last, and between them ever fewer, 14 at most."""
    near = np.arange(min(sequence_length, 5) + 1)
    far = np.geomspace(5, max(sequence_length, 5), 9).round().astype(int)
    return np.union1d(near, far[far <= sequence_length])


def _shown(log10: Any, axis: str) -> Any:
    """Sizes as an axis has them: powers of ten, where 0 has none, or plain; what is far off the chart is cut off."""
    if axis == AXES[0]:
        return np.where(np.isneginf(log10), np.nan, np.clip(log10, *FAR[axis]))
    return np.clip(10.0 ** np.minimum(log10, 2), *FAR[axis])


# --- Parts of the figure ---------------------------------------------------------------------------------------------


def _curve(flow: gradients.GradientFlow, axis: str, bold: bool, visible: bool) -> go.Scatter:
    """The median of one kind of cell as one of the axes has it, bold if it is chosen."""
    colour, dash, _ = plots.CELL_STYLE[flow.cell]
    return plots.line(
        flow.lags,
        _shown(flow.state.median, axis),
        flow.cell,
        colour,
        dash,
        width=BOLD if bold else QUIET,
        visible=visible,
        hovertemplate="%{x} steps back: " + ("10^%{y:.1f}" if axis == AXES[0] else "%{y:.2f}"),
    )


def _chosen(flow: gradients.GradientFlow, axis: str) -> list[go.Scatter]:
    """In powers of ten the band of the chosen cell, and the path along the cell alone."""
    colour, path = plots.CELL_STYLE[flow.cell].colour, flow.cell_path
    nothing = ([None], [None])
    is_wide = axis == AXES[0]
    (x, low), (_, high) = (
        (flow.lags, _shown(edge, axis)) if is_wide else nothing
        for edge in (flow.state.low, flow.state.high)
    )
    band = plots.band(x, low, high, colour, visible=is_wide)
    along: dict[str, Any] = {"visible": path is not None, "hoverinfo": "skip"}
    x, y = nothing if path is None else (flow.lags, _shown(path.median, axis))
    return [
        *band,
        plots.line(x, y, "along the cell alone", *plots.ALONG_THE_CELL, size=4, width=1, **along),
    ]


def _strip(flow: gradients.GradientFlow, axis: str) -> list[Any]:
    """The unrolled network, as bright at each step as what is left there, and the end that one drags.

    It is a line for each shade, in pieces: lines move quickly, a table of colours would be drawn anew each time.
    """
    length = int(flow.lags[-1])
    edges = np.linspace(0, length, min(length, BOXES) + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    left = np.interp(middles, flow.lags, np.maximum(flow.state.median, -400))
    share = 1 - left / FLOAT32_ZERO if axis == AXES[0] else 10 ** np.minimum(left, 0)
    shades = np.rint(np.clip(share, 0, 1) * (len(theme.SHADES) - 1))
    pieces = [_pieces(edges, shades == shade) for shade in range(len(theme.SHADES))]
    return [
        *(
            plots.line(x, 0 * x, "", colour, width=THICK, hoverinfo="skip", yaxis="y2")
            for x, colour in zip(pieces, theme.SHADES, strict=True)
        ),
        plots.points(
            [length], [0], "first step", theme.GREY, size=18, hoverinfo="skip", yaxis="y2"
        ),
    ]


def _pieces(edges: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """From where to where the chosen boxes go, neighbours in one piece, with a gap after each; a gap if none is."""
    turns = np.flatnonzero(np.diff(chosen, prepend=False, append=False)).reshape(-1, 2)
    gaps = np.full((len(turns), 1), np.nan)
    found = np.hstack([edges[turns], gaps]).ravel()
    return found if len(found) else np.array([np.nan])


def _handle() -> dict[str, Any]:
    """The end of the strip, which can be dragged to where the slider's values stand."""
    return {
        "x": {"axis": "x", "control": "sequence_length", "at": list(LENGTHS)},
        "y": {"axis": "y2", "stands": 0},
    }


def _lag_axis() -> dict[str, Any]:
    return {
        "title": "steps back from the end",
        "showgrid": False,
        "range": [BALLS * ROOM_FOR_NAMES, 0],
        **plots.ticks(range(0, BALLS + 1, 50), range(0, BALLS + 1, 50)),
    }


def _size_axis(axis: str) -> dict[str, Any]:
    title = {"title": "error left, 1 = as it entered"}
    if axis == AXES[0]:
        return {**title, **theme.power_axis(FLOOR[axis], TOP[axis], 8)}
    return {**title, **plots.ticks([0, 0.5, 1, 1.5, 2], [0, 0.5, 1, 1.5, 2]), "range": [0, 2]}


def _marks(axis: str) -> list[dict[str, Any]]:
    """A line at 1, and one where a 32-bit number becomes 0."""
    if axis == AXES[0]:
        return [theme.across(0), theme.across(FLOAT32_ZERO)]
    return [theme.across(1), theme.across(0)]


def _notes(sequence_length: int, axis: str) -> list[dict[str, Any]]:
    """Which balls the ends of the strip are, and what the lower line is."""
    zero = "below this: 0 in 32 bits" if axis == AXES[0] else ""
    first = f"ball {BALLS - sequence_length} "
    return [
        _note(first, sequence_length, 0, "right", y_ref="y2", xshift=-11),
        _note(f"ball {BALLS}: the error enters ↓", 0, 1, "right", "top", "paper"),
        _note(zero, BALLS * ROOM_FOR_NAMES, FLOAT32_ZERO if zero else 0, "left", "top", xshift=3),
    ]


def _names(flows: dict[str, gradients.GradientFlow], chosen: str, axis: str) -> go.Scatter:
    """The name of each cell where its line ends, or leaves the chart; names that would meet are moved apart."""
    low, high = max(FLOOR[axis], FLOAT32_ZERO), TOP[axis]
    room = (high - low) / 14
    places = {}
    for cell, flow in flows.items():
        sizes = _shown(flow.state.median, axis)
        inside = np.flatnonzero((sizes >= low) & (sizes <= high))
        last = inside[-1]  # there is one: at lag 0 the size is 1
        places[cell] = (
            int(flow.lags[last]),
            float(np.clip(sizes[last], low + room / 2, high - room / 2)),
        )
    heights = apart([height for _, height in places.values()], room, low, high)
    return plots.words(
        [lag for lag, _ in places.values()],
        heights,
        [f"<b>{cell}</b> " if cell == chosen else f"{cell} " for cell in places],
        textposition="middle left",
        textfont={"size": 11},
    )


def apart(heights: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """Heights in their order, each at least `room` above the one below it, all within `low` and `high`."""
    order = np.argsort(heights, kind="stable")
    moved = np.array(heights, dtype=float)[order]
    floor = low
    for k, height in enumerate(moved):
        moved[k] = max(height, floor)
        floor = moved[k] + room
    top = high
    for k in reversed(range(len(moved))):
        moved[k] = min(moved[k], top)
        top = moved[k] - room
    placed = np.empty_like(moved)
    placed[order] = moved
    return [float(height) for height in placed]


def _note(
    text: str,
    x: float,
    y: float,
    x_anchor: str,
    y_anchor: str = "middle",
    y_ref: str = "y",
    **more: Any,
) -> dict[str, Any]:
    return {
        "text": text, "x": x, "y": y, "xref": "x", "yref": y_ref, "xanchor": x_anchor, "yanchor": y_anchor,
        "showarrow": False, **more,
    }  # fmt: skip


# --- What it says ----------------------------------------------------------------------------------------------------


def _sentence(
    flow: gradients.GradientFlow,
    sequence_length: int,
    recurrent_scale: float,
    input_scale: float,
    forget_bias: float | None,
) -> str:
    """First what it means for an innings, then the numbers."""
    end = flow.state.median[-1]
    rate = 10 ** (end / sequence_length)
    along = ""
    if flow.cell_path is not None:
        along = f" Along the cell alone: {power_text(flow.cell_path.median[-1])}."
    return (
        f"{heard(end, BALLS - sequence_length)}\n"
        f"{flow.cell}, {_setting(flow.cell, recurrent_scale, input_scale, forget_bias)}: {sequence_length} steps back "
        f"the gradient is {power_text(end)} times what entered (median of {SEEDS} seeds), a factor of {rate:.2f} a "
        f"step.{along}"
    )


def heard(size: float, ball: int) -> str:
    """How much of the error at ball 300 reaches an earlier one; the norm is the most that any error keeps."""
    if np.isneginf(size):
        return f"Of an error at ball {BALLS}, nothing reaches ball {ball}."
    if size >= np.log10(1.05):
        times = f"{10**size:.2g}" if size < 2 else power_text(size)
        return f"An error at ball {BALLS} reaches ball {ball} up to {times} times as large."
    if size >= -2:
        left = f"{100 * 10**size:.2g} %"
        return f"Of an error at ball {BALLS}, at most {left} reaches ball {ball}."
    if size > -6:
        digit = 10 ** int(-size)
        parts = f"{digit * int(10**-size / digit):,}"
    else:
        parts = power_text(int(-size)).removeprefix("1.0 × ")
    nothing = ": in 32 bits that is 0" if size < FLOAT32_ZERO else ""
    return f"Of an error at ball {BALLS}, less than 1 part in {parts} reaches ball {ball}{nothing}."


def _setting(
    cell: str, recurrent_scale: float, input_scale: float, forget_bias: float | None
) -> str:
    """The settings of a flow in words."""
    word = "spectral radius" if cell.endswith("RNN") else "recurrent scale"
    inputs = f"inputs of standard deviation {input_scale:g}" if input_scale else "no input"
    bias = 1.0 if forget_bias is None else forget_bias
    gate = f", forget bias {bias:g}" if cell == "LSTM 2000" else ""
    return f"{word} {recurrent_scale:g}, {inputs}{gate}"
