"""Networks with a memory, drawn as diagrams: the feedback, the loop as a line, one step (chapter 05)."""

from __future__ import annotations

import plotly.graph_objects as go

from lstm_lab._validate import positive_integer
from lstm_lab.interact import theme
from lstm_lab.interact.diagram import Arrow, Box, arrows_of, diagram, note


def two_feedbacks() -> go.Figure:
    """Jordan 1986 and Elman 1990: what is copied back, and to where."""
    boxes: list[Box] = []
    up: list[Arrow] = []
    copied: list[Arrow] = []
    for left in (0.0, 6.0):
        boxes += [
            (left + 1.2, 0.5, "input", "x<sub>t</sub>"),
            (left + 2.2, 2.5, "hidden", "h<sub>t</sub>"),
            (left + 2.2, 4.5, "output", "y<sub>t</sub>"),
        ]
        up += [
            (left + 1.2, 1.0, left + 1.8, 2.0),
            (left + 3.6, 1.0, left + 2.7, 2.0),
            (left + 2.2, 3.0, left + 2.2, 4.0),
        ]
    boxes += [(3.6, 0.5, "state", "s<sub>t</sub>"), (9.6, 0.5, "context", "h<sub>t−1</sub>")]
    copied += [(3.2, 4.5, 5.0, 4.5), (5.0, 4.5, 5.0, 0.5), (5.0, 0.5, 4.6, 0.5)]
    copied += [(9.2, 2.5, 11.0, 2.5), (11.0, 2.5, 11.0, 0.5), (11.0, 0.5, 10.6, 0.5)]
    return diagram(
        boxes,
        [
            arrows_of(up, "weights, learnt", theme.BLUE, "solid", heads=range(6)),
            arrows_of(copied, "copy, one step later", theme.VERMILION, "dash", heads=(2, 5)),
        ],
        "Two networks of three layers each: input, hidden, output. In Jordan's, the output is copied to state units, "
        "which go into the hidden layer at the next step. In Elman's, the hidden layer itself is copied, to context "
        "units. The arrows upwards carry weights that are learnt; the copies carry none.",
        (-0.1, 11.3),
        (-0.2, 5.9),
        [note(2.2, 5.6, "<b>Jordan 1986</b>"), note(8.2, 5.6, "<b>Elman 1990</b>")],
        height=380,
        half_width=1.0,
        caption="Jordan copies the output back, Elman the hidden layer.",
    )


def loop_and_line(steps: int = 4) -> go.Figure:
    """One network with a loop, and the same network unrolled over some steps."""
    steps = positive_integer("steps", steps)
    boxes: list[Box] = [(1.0, y, text, "") for y, text in zip((0.5, 2.5, 4.5), "xhy", strict=True)]
    arrows: list[Arrow] = [(1.0, 1.0, 1.0, 2.0), (1.0, 3.0, 1.0, 4.0)]
    loop: list[Arrow] = [
        (1.5, 2.7, 2.1, 2.7),
        (2.1, 2.7, 2.1, 3.5),
        (2.1, 3.5, 1.3, 3.5),
        (1.3, 3.5, 1.3, 3.0),
    ]
    notes = [
        note(0.6, 1.5, "W"),
        note(0.6, 3.5, "V"),
        note(2.4, 3.2, "U"),
        note(1.0, 5.6, "<b>the loop</b>"),
    ]
    for t in range(1, steps + 1):
        x = 2.4 + 2 * t
        boxes += [
            (x, y, f"{text}<sub>{t}</sub>", "")
            for y, text in zip((0.5, 2.5, 4.5), "xhy", strict=True)
        ]
        arrows += [(x, 1.0, x, 2.0), (x, 3.0, x, 4.0)]
        notes += [note(x - 0.35, 1.5, "W"), note(x - 0.35, 3.5, "V")]
        if t > 1:
            loop.append((x - 1.5, 2.5, x - 0.5, 2.5))
            notes.append(note(x - 1.0, 2.9, "U"))
    middle = 3.4 + steps
    notes.append(note(middle, 5.6, f"<b>unrolled over {steps} steps</b>"))
    return diagram(
        boxes,
        [
            arrows_of(arrows, "within a step", theme.BLUE, "solid", heads=range(len(arrows))),
            arrows_of(loop, "to the next step", theme.VERMILION, "dash", heads=range(3, len(loop))),
        ],
        f"Left: input x feeds hidden layer h through W, h feeds output y through V, and h feeds itself through U. "
        f"Right: the loop drawn as a line of {steps} copies of the network, a copy a step; U leads from each hidden "
        f"layer to the next. All {steps} copies share one W, one U and one V.",
        (0.2, 3.0 + 2 * steps),
        (-0.2, 5.9),
        notes,
        height=360,
        half_width=0.5,
        caption="A loop, and the same loop as a line: one copy of the network a step, one set of weights for all.",
    )


def one_step() -> go.Figure:
    """One step of backpropagation through time, forward and backward, with the shape of everything on the way."""
    forward: list[Box] = [
        (1.1, 9.0, "h<sub>t−1</sub>", "(n,)"),
        (4.4, 9.0, "a<sub>t</sub>", "(n,)"),
        (7.4, 9.0, "h<sub>t</sub>", "(n,)"),
        (4.4, 7.0, "x<sub>t</sub>", "(m,)"),
        (7.4, 11.0, "y<sub>t</sub>", "(p,)"),
    ]
    ahead: list[Arrow] = [
        (1.9, 9.0, 3.6, 9.0),
        (5.2, 9.0, 6.6, 9.0),
        (8.2, 9.0, 9.8, 9.0),
        (4.4, 7.5, 4.4, 8.5),
        (7.4, 9.5, 7.4, 10.5),
    ]
    backward: list[Box] = [
        (1.1, 3.0, "∂L/∂h<sub>t−1</sub>", "(n,)"),
        (4.4, 3.0, "∂L/∂a<sub>t</sub>", "(n,)"),
        (7.4, 3.0, "∂L/∂h<sub>t</sub>", "(n,)"),
        (7.4, 5.0, "∂L/∂a<sub>y,t</sub>", "(p,)"),
        (2.4, 0.8, "∂L/∂W", "(n, m)"),
        (4.4, 0.8, "∂L/∂U", "(n, n)"),
        (6.4, 0.8, "∂L/∂b", "(n,)"),
    ]
    back: list[Arrow] = [
        (7.4, 4.5, 7.4, 3.5),
        (9.8, 3.0, 8.2, 3.0),
        (6.6, 3.0, 5.2, 3.0),
        (3.6, 3.0, 1.9, 3.0),
        (4.0, 2.5, 2.7, 1.3),
        (4.4, 2.5, 4.4, 1.3),
        (4.8, 2.5, 6.1, 1.3),
    ]
    notes = [
        note(2.75, 9.6, "U<br>(n, n)"),
        note(5.9, 9.4, "f"),
        note(9.0, 9.6, "U,<br>next"),
        note(3.7, 8.0, "W<br>(n, m)"),
        note(6.6, 10.0, "V, f<sub>y</sub><br>(p, n)"),
        note(6.7, 4.0, "Vᵀ<br>(n, p)"),
        note(9.0, 3.6, "Uᵀ<br>(n, n)"),
        note(5.9, 3.4, "× f′"),
        note(2.75, 3.6, "Uᵀ<br>(n, n)"),
        note(2.7, 2.0, "x<sub>t</sub>"),
        note(3.95, 1.75, "h<sub>t−1</sub>"),
        note(6.0, 2.0, "1"),
        note(1.5, 11.2, "<b>forward</b>"),
        note(1.5, 5.2, "<b>backward</b>"),
    ]
    return diagram(
        [*forward, *backward],
        [
            arrows_of(ahead, "forward", theme.BLUE, "solid", heads=range(len(ahead))),
            arrows_of(back, "backward", theme.VERMILION, "dash", heads=range(len(back))),
        ],
        "One step with m inputs, n hidden units and p outputs. Forward: W (n, m) takes x_t and U (n, n) takes h_(t−1) "
        "to the net input a_t (n,); f gives h_t (n,); V (p, n) and f_y give y_t (p,). Backward: two errors meet in "
        "∂L/∂h_t (n,), one from the net input of this step's output through V transposed, one from step t + 1 through "
        "U transposed. Times f′ that is ∂L/∂a_t (n,). It goes on to step t − 1 through U transposed, and with x_t, "
        "h_(t−1) and 1 it makes this step's share of the gradients of W (n, m), U (n, n) and b (n,).",
        (0.0, 10.2),
        (0.1, 11.8),
        notes,
        height=620,
        half_width=0.8,
        caption="One step, forward and backward. In brackets: the shape of each vector and matrix.",
    )
