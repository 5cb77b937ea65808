"""A sequence walks through one memory cell of 1997, with gates set by hand and with learnt ones (chapter 07)."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, of_kind, one_of
from lstm_lab.chapters.ch07.experiments.carousel import gated, store_and_tell
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import note
from lstm_lab.models import LSTM1997
from lstm_lab.models.activations import ACTIVATIONS
from lstm_lab.training import Adam, Network, train

STEPS = 12
G, H = ACTIVATIONS["logistic [-2, 2]"], ACTIVATIONS["logistic [-1, 1]"]

SEQUENCES: dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    "store +1 among −1s": ("-+--+--+-+--", (2,), (11,)),
    "store −1 among +1s": ("++--++-++-++", (4,), (9,)),
    "store twice, +1 then −1": ("++-+-+-+-++-", (2, 7), (5, 12)),
}
"""By name: the values of the 12 steps, the steps marked to be stored, the steps that ask."""

INPUT_GATES = ("always open", "open at the mark", "open one step late", "never open")
OUTPUT_GATES = ("always open", "open when asked", "never open")
WIDTH = 10.0
"""Of the drawn cell, from the end of one pipe to that of the other."""

METER = (4.3, 5.7)
"""From where to where the meter of the state is drawn."""

MOST = 3.4
"""Where the panel and the meter of the state end, above and below 0."""

PIPE = (0.25, 0.75)
"""Where the pipes of the drawn cell lie, as shares of its height; a slide is as high as they are."""

UPDATES = (0, 50, 100, 200, 400)
"""After so many updates the learnt cell can be looked at."""


@dataclass(frozen=True, eq=False)
class Walk:
    """What happens in one cell along a sequence; all of shape (T,), of one sequence.

    `said` is what is shown as output; `entry` is o_t h'(c_t), the share of an error at h_t that enters the carousel;
    `taken` is i_t g'(a_t), the share of an error on the carousel that reaches the net input of the cell.
    """

    cell_input: Array
    input_gate: Array
    state: Array
    output_gate: Array
    said: Array
    entry: Array
    taken: Array


def inputs(sequence: str) -> Array:
    """The sequence called so, (12, 3): value, mark to store, mark that asks."""
    values, stored, asked = SEQUENCES[one_of("sequence", sequence, SEQUENCES)]
    x = np.zeros((STEPS, 3))
    x[:, 0] = [1.0 if sign == "+" else -1.0 for sign in values]
    x[np.array(stored) - 1, 1] = 1.0
    x[np.array(asked) - 1, 2] = 1.0
    return x


def walk_by_hand(net_input: Array, input_gate: Array, output_gate: Array) -> Walk:
    """Run one cell with given gates: c_t = c_{t-1} + i_t g(a_t), h_t = o_t h(c_t). All arguments are (T,)."""
    g_net = G.value(net_input)
    state = np.cumsum(input_gate * g_net)
    squashed = H.value(state)
    entry, taken = output_gate * H.slope(squashed), input_gate * G.slope(g_net)
    return Walk(g_net, input_gate, state, output_gate, output_gate * squashed, entry, taken)


def walk_of(network: Network, x: Array) -> Walk:
    """The same of a network with one memory cell; what it says is the output of the network."""
    trace = of_kind("network.model", network.model, LSTM1997).forward(x)
    g_net, squashed = trace.cell_input[:, 0], trace.squashed_cell[:, 0]
    i, o = trace.input_gate[:, 0], trace.output_gate[:, 0]
    entry, taken = o * H.slope(squashed), i * G.slope(g_net)
    return Walk(g_net, i, trace.state[1:, 0], o, network.outputs(x)[:, 0], entry, taken)


@lru_cache
def _taught(seed: int) -> dict[int, Network]:
    """One cell with both gates, trained to store and tell, as it was after each of `UPDATES`."""
    network = gated(3, 1, ("input_gate", "output_gate"), np.random.default_rng(seed))
    stream = store_and_tell(np.random.default_rng([seed, 1]), STEPS)
    optimiser, kept = Adam(0.01), {0: copy.deepcopy(network)}
    for before, after in pairwise(UPDATES):
        train(network, stream, optimiser, after - before, clip=1.0)
        kept[after] = copy.deepcopy(network)
    return kept


def taught(updates: int, seed: int = 0) -> Network:
    """The cell of the explorer after so many updates, one of `UPDATES`; other seeds give other cells.

    Raises:
        TypeError, ValueError: for another number of updates, or a seed below 0.
    """
    if updates not in UPDATES:
        raise ValueError(f"updates must be one of {UPDATES}, got {updates!r}")
    return copy.deepcopy(_taught(integer_in("seed", seed, minimum=0))[updates])


def by_hand(
    sequence: str = "store +1 among −1s",
    input_gate: str = "always open",
    output_gate: str = "always open",
    step: int = STEPS,
) -> go.Figure:
    """One cell with gates set by hand, up to a step: what it takes, holds and says, and the way of an error back."""
    x = inputs(sequence)
    walk = walk_by_hand(
        x[:, 0], gate_by_hand(x[:, 1], input_gate), gate_by_hand(x[:, 2], output_gate)
    )
    setting = f"Sequence: {sequence}; input gate {input_gate}, output gate {output_gate}."
    return _figure(walk, x, step, "says", None, setting)


def gate_by_hand(marks: Array, setting: str) -> Array:
    """The values of a gate along a sequence: at every step, at the marks, one step after them, or never open."""
    one_of("setting", setting, (*INPUT_GATES, *OUTPUT_GATES))
    if setting == "open one step late":
        return np.concatenate([[0.0], marks[:-1]])
    if setting.startswith("open"):
        return marks.copy()
    return np.full(len(marks), float(setting == "always open"))


def learned(
    sequence: str = "store +1 among −1s", updates: int = UPDATES[-1], step: int = STEPS
) -> go.Figure:
    """The same for a cell that has learnt its gates on other sequences, after so many updates."""
    x = inputs(sequence)
    wanted = _wanted(x)
    setting = f"Sequence: {sequence}; after {updates:,} updates."
    return _figure(walk_of(taught(updates), x), x, step, "output", wanted, setting)


def _wanted(x: Array) -> Array:
    """The value stored last where it is asked for, and 0 elsewhere."""
    stored, wanted = 0.0, np.zeros(len(x))
    for t, (value, mark, asked) in enumerate(x):
        stored = value if mark else stored
        wanted[t] = stored if asked else 0.0
    return wanted


def _figure(
    walk: Walk,
    x: Array,
    step: int,
    says: str,
    wanted: Array | None,
    setting: str,
) -> go.Figure:
    """The cell at one step, and below it what came in, what was held and said, and an error on its way back."""
    step = integer_in("step", step, minimum=1, maximum=STEPS)
    letter = "h" if wanted is None else "y"
    output = "says h" if wanted is None else "y, ○ wanted"
    steps = {"range": [0.4, STEPS + 0.6], "tickvals": list(range(1, STEPS + 1))}
    return theme.figure(
        [*_traces(walk, x, step, says, wanted), *_cell(walk, step, letter)],
        f"{_sentence(walk, x, step, says, wanted)} {setting}",
        **plots.panels(
            plots.Panel(
                {"title": "step t", **steps},
                {"range": [-2.4, 3.1], "tickvals": [-2, 0, 1, 2]},
                y=(0.53, 0.69),
            ),
            plots.Panel(None, {"range": [-MOST, MOST], "tickvals": [-3, 0, 1, 3]}, y=(0.24, 0.45)),
            plots.Panel(None, {"range": [-0.04, 0.54], "tickvals": [0, 0.25, 0.5]}, y=(0, 0.16)),
            plots.Panel(plots.no_axis(0, WIDTH), plots.no_axis(-0.5, 1), y=(0.77, 1)),
            notes=[
                _above("y", "▮ cell input g(a), ■ input gate, ▼ store"),
                _above("y2", f"● c, ▮ {output}, ■ output gate, ★ tell"),
                _above("y3", f"error back from step {step}: ○ loop, ◆ input"),
            ],
        ),
        shapes=[theme.across(0, "x domain", y) for y in ("y", "y2", "y3")],
        showlegend=False,
        height=660,
        margin={"l": 42, "r": 12, "t": 8, "b": 50},
    )


def _traces(
    walk: Walk, x: Array, step: int, says: str, wanted: Array | None
) -> list[go.Bar | go.Scatter]:
    """Everything up to a step, panel by panel."""
    t = np.arange(1, STEPS + 1)

    def shown(values: Array) -> list[float | None]:
        return [float(value) if place < step else None for place, value in enumerate(values)]

    def marks(column: int, at: float) -> list[float | None]:
        return [at if mark else None for mark in x[:, column]]

    entry = walk.entry[step - 1]
    said_wanted = shown(wanted) if wanted is not None else [None] * STEPS
    below: dict[str, Any] = {"yaxis": "y3"}
    return [
        plots.bars(t, shown(walk.cell_input), "cell input g(a)", theme.BLUE, 0.62),
        _squares(t, shown(walk.input_gate), "input gate", "y"),
        plots.points(t, marks(1, 2.6), "mark: store this", theme.GREY, "triangle-down", 11),
        plots.bars(t, shown(walk.said), says, theme.BLUE, 0.62, yaxis="y2"),
        plots.line(t, shown(walk.state), "state c", theme.VERMILION, symbol="circle", yaxis="y2"),
        _squares(t, shown(walk.output_gate), "output gate", "y2"),
        plots.points(t, marks(2, 2.7), "mark: tell it now", theme.GREY, "star", 11, yaxis="y2"),
        plots.points(
            t, said_wanted, "wanted", theme.VERMILION, "circle-open", 11,
            border=2, visible=wanted is not None, yaxis="y2",
        ),
        plots.line(
            t, shown(np.full(STEPS, entry)), "on the carousel", theme.VERMILION, "dash", "circle-open",
            width=2, size=9, **below,
        ),
        plots.points(
            t, shown(entry * walk.taken), "reaches the cell input", theme.PURPLE, "diamond", 9, **below
        ),
    ]  # fmt: skip


def _cell(walk: Walk, step: int, letter: str) -> list[go.Scatter]:
    """The cell at a step as pipes: each gate a slide that lets through its share of the height, the state a meter."""
    now = step - 1
    state, low, high = walk.state[now], *PIPE
    level = 0.5 + np.clip(state / (2 * MOST), -0.5, 0.5)
    left, right = METER
    parts = [
        _block(left, right, 0, 1, theme.GREY, 0.15),
        _block(left, right, 0.5, level, theme.VERMILION, 0.9),
    ]
    pipes = ((0, 2.7, left, walk.input_gate[now]), (right, 7, WIDTH, walk.output_gate[now]))
    for start, slide, stop, gate in pipes:
        lifted = gate * (high - low)
        end = slide + 0.2
        parts += [
            _block(start, slide, low, high, theme.BLUE, 0.2),
            _block(end, stop, low, low + lifted, theme.BLUE, 0.45),
            _block(slide, end, low + lifted, high + lifted / 2, theme.GREEN, 1.0),
        ]
    words = {
        (1.35, 0.5): f"g = {_number(walk.cell_input[now])}",
        (2.0, -0.3): f"i = {_number(walk.input_gate[now])}",
        (5.0, -0.3): f"<b>c = {_number(state)}</b>",
        (8.0, -0.3): f"o = {_number(walk.output_gate[now])}",
        (8.6, 0.5): f"{letter} = {_number(walk.said[now])}",
    }
    x, y = np.array(list(words)).T
    return [*parts, plots.words(x, y, list(words.values()), panel="4", cliponaxis=False)]


def _block(x0: float, x1: float, y0: float, y1: float, colour: str, opacity: float) -> go.Scatter:
    """A rectangle of the drawn cell."""
    across, up = [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]
    return plots.area(across, up, "", colour, opacity, panel="4")


def _sentence(walk: Walk, x: Array, step: int, says: str, wanted: Array | None) -> str:
    now = step - 1
    before = walk.state[now - 1] if now else 0.0
    entry = walk.entry[now]
    takes = np.flatnonzero(entry * walk.taken[:step] > 0.02) + 1
    marked = ", marked to be stored" if x[now, 1] else ", asked for" if x[now, 2] else ""
    who = "the cell says" if says == "says" else "the network says"
    text = (
        f"Step {step}, value {_number(x[now, 0], 0)}{marked}: input gate {_number(walk.input_gate[now])}, so the state "
        f"goes from {_number(before)} to {_number(walk.state[now])}; output gate {_number(walk.output_gate[now])}, so "
        f"{who} {_number(walk.said[now])}"
    )
    text += f" ({_number(wanted[now], 0)} is wanted)" if wanted is not None else ""
    if entry < 0.005:
        return f"{text}. No error enters the cell at this step: its output gate is shut, or its state is saturated."
    if len(takes) == step > 1:
        where = "every step so far"
    elif len(takes):
        where = f"step{'s' * (len(takes) > 1)} {', '.join(map(str, takes))}"
    else:
        where = "no step"
    return (
        f"{text}. Of an error here {entry:.2f} enters, stays {entry:.2f} at every earlier step, and moves the input "
        f"weights at {where}."
    )


def _number(value: float, digits: int = 2) -> str:
    """With a true minus sign, and no sign before a zero."""
    return f"{value:.{digits}f}".replace("-", "−") if round(value, digits) else f"{0:.{digits}f}"


def _squares(t: Any, y: Any, name: str, axis: str) -> go.Scatter:
    """The values of a gate: squares with a rim of paper, on a dotted line."""
    rim = {"color": theme.PAPER["light"], "width": 1}
    marker = {"symbol": "square", "size": 9, "color": theme.GREEN, "line": rim}
    look: dict[str, Any] = {"width": 1.5, "marker": marker, "yaxis": axis}
    return plots.line(t, y, name, theme.GREEN, "dot", "square", **look)


def _above(axis: str, text: str) -> dict[str, Any]:
    """A line of words above a y axis's panel, from a little left of it: a phone has no room to give away."""
    place = {"xref": "x domain", "yref": f"{axis} domain", "xshift": -16, "yanchor": "bottom"}
    return {**note(0, 1, text, "left"), **place}
