"""The carousel and the memory block of 1997 as diagrams (chapter 07).

Solid blue lines carry values, dashed green lines what gates say, the thick red loop is the carousel: colour, dash and
width all tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import integer_in
from lstm_lab.interact import plots, theme
from lstm_lab.interact.diagram import box, drawn, note

Path = Sequence[tuple[float, float]]
"""The corners of a bent arrow; its head stands at the last one."""

GATE_X, GATE_WIDTH = 1.9, 1.4
SPACING = 3.6
"""Distance between the columns of two cells of a block."""


def bare_carousel() -> go.Figure:
    """One linear unit that feeds itself with weight 1.0, and the way of the error through it."""
    values: list[Path] = [
        [(0.9, 2.0), (3.0, 2.0)],
        [(3.8, 2.0), (5.2, 2.0)],
        [(7.2, 2.0), (9.1, 2.0)],
    ]
    loop: Path = [(6.2, 2.7), (6.2, 4.0), (3.4, 4.0), (3.4, 2.4)]
    error: list[Path] = [
        [(9.1, 0.7), (6.2, 0.7)],
        [(6.2, 0.7), (3.4, 0.7)],
        [(3.4, 0.7), (0.9, 0.7)],
    ]
    return _diagram(
        [
            _arrows(values, "values", theme.BLUE, "solid", 2),
            _arrows([loop], "the carousel, weight 1.0", theme.VERMILION, "solid", 4.5),
            _arrows(error, "error, factor 1 a step", theme.PURPLE, "dot", 2),
        ],
        "One unit holds a state c. At each step the input is added to the state of the step before, which comes back "
        "through a self-loop of weight 1.0; no function bends it. An error that arrives at the state goes back through "
        "the same loop and is multiplied by exactly 1 each time round.",
        boxes=[(6.2, 2.0, 1.0, 0.7, "<b>c</b><sub>t</sub>")],
        circles=[(3.4, 2.0, "+")],
        words=[
            (0.85, 2.5, "in", "left"),
            (9.1, 2.5, "out", "right"),
            (4.8, 4.4, "× 1.0, one step later", "center"),
        ],
        x_range=(0.4, 9.6),
        y_range=(0.2, 4.9),
        height=280,
        caption="The constant error carousel: a state that comes back to itself with weight 1.",
    )


def memory_block(cells: int = 1) -> go.Figure:
    """A memory block of 1997 of one or two cells: what is added, what is kept, what is let out.

    Args:
        cells: cells that share the two gates, 1 or 2.

    Raises:
        TypeError, ValueError: if `cells` is another number.
    """
    cells = integer_in("cells", cells, minimum=1, maximum=2)
    columns = [6.4] if cells == 1 else [5.3, 5.3 + SPACING]
    right = columns[-1] + 2.6
    values: list[Path] = [
        [(0.2, 1.3), (0.2, 12.6), (0.5, 12.6)],
        [(GATE_X, 1.3), (GATE_X, 4.4)],
    ]
    gates: list[Path] = []
    loops: list[Path] = []
    boxes = [
        (
            right / 2,
            0.6,
            right / 2,
            0.7,
            "input <b>x</b><sub>t</sub> and last hidden layer <b>z</b><sub>t−1</sub>",
        ),
        (GATE_X, 5.1, GATE_WIDTH, 0.75, "input gate<br>i<sub>t</sub> = σ"),
        (GATE_X, 12.6, GATE_WIDTH, 0.75, "output gate<br>o<sub>t</sub> = σ"),
    ]
    circles = []
    for place, x in enumerate(columns):
        values += [
            [(x, 1.3), (x, 2.4)],
            [(x, 3.6), (x, 4.7)],
            [(x, 5.5), (x, 6.5)],
            [(x, 7.3), (x, 7.9)],
            [(x, 9.1), (x, 10.0)],
            [(x, 11.2), (x, 12.2)],
            [(x, 13.0), (x, 14.2)],
        ]
        left = GATE_X + GATE_WIDTH if place == 0 else columns[place - 1] + 0.4
        gates += [[(left, y), (x - 0.4, y)] for y in (5.1, 12.6)]
        loops.append([(x + 0.8, 8.5), (x + 1.6, 8.5), (x + 1.6, 6.9), (x + 0.4, 6.9)])
        boxes += [
            (x, 3.0, 0.8, 0.6, "g"),
            (x, 8.5, 0.8, 0.6, "<b>c</b><sub>t</sub>"),
            (x, 10.6, 0.8, 0.6, "h"),
        ]
        circles += [(x, 5.1, "×"), (x, 6.9, "+"), (x, 12.6, "×")]
    words = [(x + 1.75, 7.7, "1.0", "left") for x in columns]
    words += [(x, 14.6, "<b>h</b><sub>t</sub>", "center") for x in columns]
    whose = "The cell has" if cells == 1 else "Both cells share"
    return _diagram(
        [
            _arrows(values, "values", theme.BLUE, "solid", 2),
            _arrows(gates, "gates", theme.GREEN, "dash", 2.5),
            _arrows(loops, "carousel", theme.VERMILION, "solid", 4.5),
        ],
        f"From bottom to top. The input of this step and the hidden layer of the last one go to three places: the cell "
        f"input, squashed by g, the input gate and the output gate. The input gate multiplies what g lets through; the "
        f"product is added to the state c, which comes back through a loop of weight 1.0. The state is squashed by h, "
        f"multiplied by the output gate, and leaves as h at step t. {whose} one input gate and one output gate. "
        f"Nothing multiplies the loop: there is no forget gate.",
        boxes=boxes,
        circles=circles,
        words=words,
        x_range=(-0.1, right + 0.1),
        y_range=(-0.3, 15.1),
        height=520,
        caption=f"A block of {cells} memory cell{'s' if cells > 1 else ''}, read from bottom to top.",
    )


def _diagram(
    arrows: Sequence[go.Scatter],
    summary: str,
    *,
    boxes: Sequence[tuple[float, float, float, float, str]],
    circles: Sequence[tuple[float, float, str]],
    words: Sequence[tuple[float, float, str, str]],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    height: int,
    caption: str,
) -> go.Figure:
    """Boxes (middle, half width and height, text), circles with a sign, arrows and words."""
    shapes = [box(x, y, *halves) for x, y, *halves, _ in boxes]
    places = plots.columns([(x, y) for x, y, _ in circles])
    ring: dict[str, Any] = {"border": 1.5, "hoverinfo": "skip"}
    rings = plots.points(*places, "", theme.GREY, "circle-open", 24, **ring)
    notes = [note(x, y, text, "center", 12) for x, y, _, _, text in boxes]
    notes += [note(x, y, sign, "center", 17) for x, y, sign in circles]
    notes += [note(x, y, text, anchor, 13) for x, y, text, anchor in words]
    return theme.figure(
        [*arrows, rings],
        summary,
        xaxis=plots.no_axis(*x_range),
        yaxis=plots.no_axis(*y_range),
        shapes=shapes,
        annotations=notes,
        height=height,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        legend=plots.legend(1.0),
        meta=drawn(caption),
    )


def _arrows(paths: Sequence[Path], name: str, colour: str, dash: str, width: float) -> go.Scatter:
    """Bent arrows as one line trace, a head at the end of each."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for path in paths:
        xs += [x for x, _ in path] + [None]
        ys += [y for _, y in path] + [None]
        end = np.array(path[-1])
        along = end - np.array(path[-2])
        along *= 0.22 / np.linalg.norm(along)
        aside = np.array([-along[1], along[0]]) * 0.7
        corners = (end - along + aside, end, end - along - aside)
        xs += [*(float(corner[0]) for corner in corners), None]
        ys += [*(float(corner[1]) for corner in corners), None]
    return plots.line(xs, ys, name, colour, dash, width=width, hoverinfo="skip")
