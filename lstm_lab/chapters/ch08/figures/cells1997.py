"""The nets of 1997 at work on a test sequence, before training and after it (chapter 08).

The weights are those on record of a row's first trial; the sequences are drawn from the task itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import sequences as tasks
from lstm_lab.interact import plots, theme
from lstm_lab.paper1997.published import schema, spec
from lstm_lab.paper1997.runner.trained_nets import (
    WHEN,
    Run,
    class_names,
    departures,
    kept,
    relevant,
    run,
    says,
)
from lstm_lab.sequences import draw, legal_next_symbols

EXAMPLES = 3
HUES = (theme.BLUE, theme.VERMILION, theme.GREEN, theme.PURPLE)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MOST_BLOCKS, MOST_CELLS = 4, 6
STEPS = 510  # of the values of a curve: four and more to a pixel of a panel
CAPTION = (
    "From top to bottom: what goes in, diamonds for what must be remembered; the input gates and the "
    "output gates of the blocks; the states of the cells, in the colours of their blocks; the output, "
    "with open circles for what is wanted."
)
INPUT, GATES_IN, GATES_OUT, STATES, OUTPUT = "", "2", "3", "4", "5"
"""The panels, from top to bottom, by their axes."""


def cell_before_and_after(row: str = "6a", when: str = WHEN[1], example: int = 0) -> go.Figure:
    """Input, gates, cell states and output of one net on one test sequence."""
    record = kept(row)
    shown = run(row, when, example)
    assert record is not None
    first = record.trials[0]
    end = "which solved the task" if first.succeeded else "which failed"
    after = f"after {first.sequences:,} training sequences"
    return theme.figure(
        [*_input(row, shown), *_gates(shown), *_states(shown), *_output(row, shown)],
        f"Row {row}, the first trial, {end}{departures(record)}, "
        f"{after if when == WHEN[1] else 'before training'}. {says(row, shown)}",
        **_layout(row, example),
        height=640,
        margin={"l": 62, "r": 10, "t": 70, "b": 50},
        legend=plots.legend(1.035),
        meta={"steps": STEPS},
    )


def _steps(shown: Run) -> np.ndarray:
    return np.arange(1, len(shown.sequence) + 1)


def _input(row: str, shown: Run) -> list[go.Scatter]:
    """Symbols as a row of places, values as a line; what matters later is marked."""
    steps, x = _steps(shown), shown.sequence.x
    symbols = bool(shown.sequence.symbols)
    values = x.argmax(axis=1) if symbols else x[:, 0]
    marked = relevant(row, shown.sequence)
    return [
        plots.points(
            steps,
            values.astype(float),
            "input",
            theme.GREY,
            "square",
            4,
            mode="markers" if symbols else "lines",
            line={"color": theme.GREY, "width": 1},
            showlegend=False,
        ),
        plots.points(
            steps[marked],
            values[marked].astype(float),
            "what must be remembered",
            theme.VERMILION,
            "diamond",
            9,
        ),
    ]


def _gates(shown: Run) -> list[go.Scatter]:
    """A line for each block in either panel: always as many traces."""
    steps = _steps(shown)
    blocks = shown.trace.input_gate.shape[-1]
    return [
        plots.line(
            steps if b < blocks else [None],
            gates[:, b] if b < blocks else [None],
            f"block {b + 1}",
            HUES[b],
            DASHES[b],
            width=2,
            panel=panel,
            visible=b < blocks,
            showlegend=panel == GATES_IN,
        )
        for panel, gates in (
            (GATES_IN, shown.trace.input_gate),
            (GATES_OUT, shown.trace.output_gate),
        )
        for b in range(MOST_BLOCKS)
    ]


def _states(shown: Run) -> list[go.Scatter]:
    """A line for each cell, in the colour of its block."""
    steps = _steps(shown)
    cells = shown.trace.cell_input.shape[-1]
    size = cells // shown.trace.input_gate.shape[-1]
    states = shown.trace.state[1:, :cells]
    return [
        plots.line(
            steps if v < cells else [None],
            states[:, v] if v < cells else [None],
            f"cell {v + 1}",
            HUES[v // size % len(HUES)],
            DASHES[v],
            width=2,
            panel=STATES,
            visible=v < cells,
            showlegend=False,
        )
        for v in range(MOST_CELLS)
    ]


def _output(row: str, shown: Run) -> list[Any]:
    """One output as a line, several as a table of colours; and what is wanted."""
    steps = _steps(shown)
    single = shown.output.shape[1] == 1
    reber = row.startswith("1-")
    if reber:
        at, which = np.nonzero(legal_next_symbols(shown.sequence.symbols))
        at = at + 1
    else:
        target = shown.sequence.noise_free_target[-1]
        at = np.array([len(steps)])
        which = target if single else np.array([target.argmax()])
    return [
        plots.line(
            steps if single else [None],
            shown.output[:, 0] if single else [None],
            "output",
            theme.PURPLE,
            width=2,
            panel=OUTPUT,
            visible=single,
            showlegend=False,
        ),
        plots.heatmap(
            np.zeros((2, 2)) if single else shown.output.T,
            [0.0, 1.0] if single else steps,
            [0.0, 1.0] if single else np.arange(shown.output.shape[1]),
            panel=OUTPUT,
            zmin=0,
            zmax=1,
            visible=not single,
        ),
        plots.points(
            at,
            which.astype(float),
            "legal next" if reber else "wanted at the end",
            theme.VERMILION,
            "circle-open",
            8,
            border=2,
            panel=OUTPUT,
        ),
    ]


def _layout(row: str, example: int) -> dict[str, Any]:
    """Five panels below one another; the states have one axis before training and after it."""
    both = [run(row, when, example) for when in WHEN]
    cells = both[0].trace.cell_input.shape[-1]
    states = np.concatenate([one.trace.state[:, :cells] for one in both])
    margin = 0.06 * max(float(np.ptp(states)), 0.5)
    from_0_to_1 = {"range": [-0.05, 1.05], "tickvals": [0, 0.5, 1]}
    outputs = spec.ROWS[row].net.outputs
    classes = {
        "range": [-0.6, outputs - 0.4],
        **plots.ticks(range(outputs), class_names(row)),
        "showgrid": False,
    }
    axes = (
        ("input x", (0.83, 1.0), _input_ticks(spec.ROWS[row])),
        ("gates i", (0.65, 0.79), from_0_to_1),
        ("gates o", (0.47, 0.61), from_0_to_1),
        (
            "states c",
            (0.21, 0.43),
            {"range": [float(states.min()) - margin, float(states.max()) + margin], "nticks": 5},
        ),
        ("output y", (0.0, 0.17), from_0_to_1 if outputs == 1 else classes),
    )
    return plots.panels(
        *(
            plots.Panel(
                {
                    "range": [0, 1.04 * len(both[0].sequence) + 1],
                    "showticklabels": place == len(axes) - 1,
                    **({"title": "time step"} if place == len(axes) - 1 else {}),
                },
                {"title": {"text": title}, **axis},
                y=height,
            )
            for place, (title, height, axis) in enumerate(axes)
        )
    )


def _input_ticks(row: schema.Row) -> dict[str, Any]:
    if row.task.name == "embedded_reber":
        texts = list(draw.REBER_ALPHABET)
        return {"range": [-0.6, 6.6], "tickvals": list(range(7)), "ticktext": texts}
    if row.task.name == "temporal_order":
        texts = list(tasks.tasks.ORDER_ALPHABET)
        return {"range": [-0.6, 7.6], "tickvals": list(range(8)), "ticktext": texts}
    if row.task.name == "distractors":
        p = row.task.whole[0]
        places = [0, p - 1, p + 2.5]
        return {"range": [-2, p + 6], "tickvals": places, "ticktext": ["a1", "", "x, y"]}
    low = 0.0 if row.task.name == "marked_pairs" and row.task.whole[1] else -1.0
    top = 1.8 if row.task.name == "two_classes" else 1.1
    bottom = -1.8 if row.task.name == "two_classes" else low - 0.1
    return {"range": [bottom, top], "tickvals": [low, 0, 1] if low else [0, 0.5, 1]}
