"""The cells that came after 1997, drawn: the LSTM with a forget gate and peepholes, and the GRU (chapter 09)."""

from __future__ import annotations

import plotly.graph_objects as go

from lstm_lab.interact import theme
from lstm_lab.interact.diagram import Arrow, Box, arrows_of, diagram, note


def lstm_2000() -> go.Figure:
    """One step of the LSTM of 2000, with the peepholes as dotted lines."""
    boxes: list[Box] = [
        (1.0, 6.2, "cell", "c<sub>t−1</sub>"),
        (3.6, 6.2, "keep", "f<sub>t</sub> c<sub>t−1</sub>"),
        (6.4, 6.2, "add", "+ i<sub>t</sub> g<sub>t</sub>"),
        (11.6, 6.2, "cell", "c<sub>t</sub>"),
        (9.3, 4.6, "show", "o<sub>t</sub> tanh"),
        (11.6, 4.6, "hidden", "h<sub>t</sub>"),
        (3.6, 2.8, "forget", "f<sub>t</sub>, σ"),
        (5.5, 2.8, "input", "i<sub>t</sub>, σ"),
        (7.4, 2.8, "new", "g<sub>t</sub>, tanh"),
        (9.3, 2.8, "output", "o<sub>t</sub>, σ"),
        (1.0, 0.7, "step", "x<sub>t</sub>, h<sub>t−1</sub>"),
    ]
    carried: list[Arrow] = [
        (1.9, 6.2, 2.7, 6.2),
        (4.5, 6.2, 5.5, 6.2),
        (7.3, 6.2, 10.7, 6.2),
        (9.3, 6.2, 9.3, 5.1),
        (10.2, 4.6, 10.7, 4.6),
    ]
    weighted: list[Arrow] = [(1.9, 0.7, 9.3, 0.7)]
    weighted += [(x, 0.7, x, 2.3) for x in (3.6, 5.5, 7.4, 9.3)]
    gates: list[Arrow] = [
        (3.6, 3.3, 3.6, 5.7),
        (5.5, 3.3, 6.2, 5.7),
        (7.4, 3.3, 6.7, 5.7),
        (9.3, 3.3, 9.3, 4.1),
    ]
    peepholes: list[Arrow] = [
        (1.0, 5.7, 1.0, 4.2),
        (1.0, 4.2, 4.9, 4.2),
        (3.2, 4.2, 3.2, 3.3),
        (4.9, 4.2, 5.2, 3.3),
        (8.2, 6.2, 8.2, 4.0),
        (8.2, 4.0, 8.9, 3.3),
    ]
    return diagram(
        boxes,
        [
            arrows_of(carried, "what is carried on", theme.BLUE, "solid", heads=range(5)),
            arrows_of(weighted, "weights, learnt", theme.GREY, "dash", heads=(1, 2, 3, 4)),
            arrows_of(gates, "gates and new content", theme.VERMILION, "solid", heads=range(4)),
            arrows_of(peepholes, "peepholes (optional)", theme.GREEN, "dot", heads=(2, 3, 5)),
        ],
        "One step of the LSTM of 2000. Along the top the cell: its old state is multiplied by the forget gate, what "
        "the input gate lets in is added, and nothing else touches it on its way to the next step. Below, four layers "
        "of units see the input and the old hidden state: forget gate, input gate, new content and output gate. The "
        "output gate decides how much of the squashed cell is shown as the hidden state. Peepholes let the gates see "
        "the cell: the forget and the input gate the old one, the output gate the new one.",
        (-0.1, 12.7),
        (0.0, 6.9),
        [note(1.4, 1.6, "every gate<br>sees both")],
        height=430,
        half_width=0.9,
        caption="One step of the LSTM of 2000. The cell runs along the top; dotted lines are optional.",
    )


def gru() -> go.Figure:
    """One step of the gated recurrent unit."""
    boxes: list[Box] = [
        (1.0, 6.2, "hidden", "h<sub>t−1</sub>"),
        (4.0, 6.2, "keep", "z<sub>t</sub> h<sub>t−1</sub>"),
        (7.4, 6.2, "add", "+(1−z<sub>t</sub>)n<sub>t</sub>"),
        (11.6, 6.2, "hidden", "h<sub>t</sub>"),
        (4.0, 2.8, "update", "z<sub>t</sub>, σ"),
        (7.4, 2.8, "new", "n<sub>t</sub>, tanh"),
        (10.2, 2.8, "reset", "r<sub>t</sub>, σ"),
        (1.0, 0.7, "step", "x<sub>t</sub>, h<sub>t−1</sub>"),
    ]
    carried: list[Arrow] = [(2.15, 6.2, 2.85, 6.2), (5.15, 6.2, 6.25, 6.2), (8.55, 6.2, 10.45, 6.2)]
    weighted: list[Arrow] = [(2.15, 0.7, 10.2, 0.7)]
    weighted += [(x, 0.7, x, 2.3) for x in (4.0, 7.4, 10.2)]
    gates: list[Arrow] = [
        (4.0, 3.3, 4.0, 5.7),
        (4.4, 3.3, 7.0, 5.7),
        (7.4, 3.3, 7.4, 5.7),
        (9.05, 2.8, 8.55, 2.8),
    ]
    return diagram(
        boxes,
        [
            arrows_of(carried, "what is carried on", theme.BLUE, "solid", heads=range(3)),
            arrows_of(weighted, "weights, learnt", theme.GREY, "dash", heads=(1, 2, 3)),
            arrows_of(gates, "gates and new content", theme.VERMILION, "solid", heads=range(4)),
        ],
        "One step of the gated recurrent unit. There is no cell apart from the hidden state. One update gate does the "
        "work of two: the share z of the old state is kept, and the share 1 − z is filled with new content. The reset "
        "gate decides how much of the old state the new content may use.",
        (-0.3, 12.9),
        (0.0, 6.9),
        [],
        height=400,
        half_width=1.15,
        caption="One step of the gated recurrent unit. What it carries on runs along the top.",
    )
