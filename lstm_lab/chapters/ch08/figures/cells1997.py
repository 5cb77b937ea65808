"""The nets of 1997 at work on a test sequence, before training and after it (chapter 08).

The weights are those on record of a row's first trial; the sequences are drawn from the task itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import sequences as tasks
from lstm_lab.interact import theme
from lstm_lab.paper1997.published import schema, spec
from lstm_lab.paper1997.report import wording
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


def cell_before_and_after(row: str = "6a", when: str = WHEN[1], example: int = 0) -> go.Figure:
    """Input, gates, cell states and output of one net on one test sequence."""
    record = kept(row)
    panels = _Panels(row, ((0.0, 1.0),), example)
    shown = run(row, when, example)
    panels.add(shown, 0)
    assert record is not None
    first = record.trials[0]
    end = "which solved the task" if first.succeeded else "which failed"
    after = f"after {first.sequences:,} training sequences"
    return panels.figure(
        f"Row {row}, the first trial, {end}{departures(record)}, "
        f"{after if when == WHEN[1] else 'before training'}. {says(row, shown)}",
        meta={"steps": STEPS},
    )


def before_after(row: str = "6a", example: int = 0) -> go.Figure:
    """The same in two columns, before training on the left; a note where no net is on record."""
    record = kept(row)
    meta = {"name": f"cells-{row}", "caption": CAPTION, "steps": STEPS}
    if record is None:
        return theme.figure(
            [go.Scatter(x=[None], y=[None])],
            f"Row {row}: {wording.NOT_RUN}.",
            height=200,
            meta=meta,
            annotations=[{**theme.heading(wording.NOT_RUN, 0.5), "y": 0.5}],
        )
    panels = _Panels(row, ((0.0, 0.48), (0.52, 1.0)), example)
    for column, when in enumerate(WHEN):
        panels.add(run(row, when, example), column)
    first = record.trials[0]
    end = "it solved the task" if first.succeeded else "it failed"
    return panels.figure(
        f"Row {row}, the first trial; {end}{departures(record)}, and stopped after "
        f"{first.sequences:,} sequences. Before training: {says(row, run(row, WHEN[0], example))} "
        f"After: {says(row, run(row, WHEN[1], example))}",
        meta=meta,
    )


class _Panels:
    """Five panels below one another, in one column or two; the axes of a row are shared."""

    DOMAINS = ((0.83, 1.0), (0.65, 0.79), (0.47, 0.61), (0.21, 0.43), (0.0, 0.17))
    TITLES = ("input x", "gates i", "gates o", "states c", "output y")

    def __init__(self, row: str, columns: tuple[tuple[float, float], ...], example: int) -> None:
        self.row, self.columns = row, columns
        self.traces: list[Any] = []
        both = [run(row, when, example) for when in WHEN]
        cells = both[0].trace.cell_input.shape[-1]
        states = np.concatenate([one.trace.state[:, :cells] for one in both])
        margin = 0.06 * max(float(np.ptp(states)), 0.5)
        self.states = [float(states.min()) - margin, float(states.max()) + margin]
        self.length = len(both[0].sequence)

    def axes(self, column: int, panel: int) -> dict[str, str]:
        number = column * 5 + panel + 1
        suffix = "" if number == 1 else str(number)
        return {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}

    def add(self, shown: Run, column: int) -> None:
        """The traces of one run: always the same number."""
        self._input(shown.sequence, self.axes(column, 0))
        steps = np.arange(1, len(shown.sequence) + 1)
        blocks = shown.trace.input_gate.shape[-1]
        for panel, gates in ((1, shown.trace.input_gate), (2, shown.trace.output_gate)):
            for b in range(MOST_BLOCKS):
                there = b < blocks
                self._line(
                    steps,
                    gates[:, b] if there else [None],
                    f"block {b + 1}",
                    HUES[b],
                    DASHES[b],
                    self.axes(column, panel),
                    there,
                    legend=panel == 1 and column == 0,
                )
        cells = shown.trace.cell_input.shape[-1]
        states = shown.trace.state[1:, :cells]
        size = cells // blocks
        for v in range(MOST_CELLS):
            there = v < cells
            self._line(
                steps,
                states[:, v] if there else [None],
                f"cell {v + 1}",
                HUES[v // size % len(HUES)],
                DASHES[v],
                self.axes(column, 3),
                there,
                legend=False,
            )
        self._output(shown, steps, self.axes(column, 4))

    def _line(
        self,
        x: Any,
        y: Any,
        name: str,
        hue: str,
        dash: str,
        axes: dict[str, str],
        there: bool,
        legend: bool,
    ) -> None:
        self.traces.append(
            go.Scatter(
                x=x if there else [None],
                y=y,
                name=name,
                mode="lines",
                line={"color": hue, "dash": dash, "width": 2},
                visible=there,
                showlegend=legend,
                **axes,
            )
        )

    def _input(self, sequence: tasks.Sequence, axes: dict[str, str]) -> None:
        """Symbols as a row of places, values as a line; what matters later is marked."""
        steps, x = np.arange(1, len(sequence) + 1), sequence.x
        symbols = bool(sequence.symbols)
        values = x.argmax(axis=1) if symbols else x[:, 0]
        marked = relevant(self.row, sequence)
        self.traces += [
            go.Scatter(
                x=steps,
                y=values.astype(float),
                name="input",
                mode="markers" if symbols else "lines",
                marker={"color": theme.GREY, "symbol": "square", "size": 4},
                line={"color": theme.GREY, "width": 1},
                showlegend=False,
                **axes,
            ),
            go.Scatter(
                x=steps[marked],
                y=values[marked].astype(float),
                name="what must be remembered",
                mode="markers",
                marker={"color": theme.VERMILION, "symbol": "diamond", "size": 9},
                showlegend=axes["xaxis"] == "x",
                **axes,
            ),
        ]

    def _output(self, shown: Run, steps: np.ndarray, axes: dict[str, str]) -> None:
        single = shown.output.shape[1] == 1
        if self.row.startswith("1-"):
            at, which = np.nonzero(legal_next_symbols(shown.sequence.symbols))
            at = at + 1
        else:
            target = shown.sequence.noise_free_target[-1]
            at = np.array([len(steps)])
            which = target if single else np.array([target.argmax()])
        self.traces += [
            go.Scatter(
                x=steps if single else [None],
                y=shown.output[:, 0] if single else [None],
                name="output",
                mode="lines",
                line={"color": theme.PURPLE, "width": 2},
                visible=single,
                showlegend=False,
                **axes,
            ),
            go.Heatmap(
                x=[0.0, 1.0] if single else steps,
                y=[0.0, 1.0] if single else np.arange(shown.output.shape[1]),
                z=np.zeros((2, 2)) if single else shown.output.T,
                zmin=0,
                zmax=1,
                colorscale="Cividis",
                showscale=False,
                visible=not single,
                **axes,
            ),
            go.Scatter(
                x=at,
                y=which.astype(float),
                name="legal next" if self.row.startswith("1-") else "wanted at the end",
                mode="markers",
                marker={
                    "color": theme.VERMILION,
                    "symbol": "circle-open",
                    "size": 8,
                    "line": {"width": 2},
                },
                showlegend=axes["xaxis"] == "x5",
                **axes,
            ),
        ]

    def figure(self, summary: str, **more: Any) -> go.Figure:
        """The figure of all panels."""
        layout: dict[str, Any] = {}
        for column, domain in enumerate(self.columns):
            for panel in range(5):
                names = self.axes(column, panel)
                x, y = (f"{axis[0]}axis{axis[1:]}" for axis in names.values())
                last = panel == 4
                layout[x] = {
                    "domain": list(domain),
                    "anchor": names["yaxis"],
                    "range": [0, 1.04 * self.length + 1],
                    "showticklabels": last,
                    **({"title": "time step"} if last else {}),
                }
                layout[y] = {
                    "domain": list(self.DOMAINS[panel]),
                    "anchor": names["xaxis"],
                    "showticklabels": column == 0,
                    **({"title": {"text": self.TITLES[panel]}} if column == 0 else {}),
                    **self._ticks(panel),
                }
        notes = []
        if len(self.columns) == 2:
            notes = [
                theme.heading(when, (low + high) / 2)
                for when, (low, high) in zip(WHEN, self.columns, strict=True)
            ]
        return theme.figure(
            self.traces,
            summary,
            **layout,
            annotations=notes,
            height=640,
            margin={"l": 62, "r": 10, "t": 70, "b": 50},
            legend={"orientation": "h", "y": 1.035, "yanchor": "bottom", "x": 0, "xanchor": "left"},
            **more,
        )

    def _ticks(self, panel: int) -> dict[str, Any]:
        row = spec.ROWS[self.row]
        outputs = row.net.outputs
        if panel == 0:
            return _input_ticks(row)
        if panel in (1, 2):
            return {"range": [-0.05, 1.05], "tickvals": [0, 0.5, 1]}
        if panel == 3:
            return {"range": self.states, "nticks": 5}
        if outputs == 1:
            return {"range": [-0.05, 1.05], "tickvals": [0, 0.5, 1]}
        return {
            "range": [-0.6, outputs - 0.4],
            "tickvals": list(range(outputs)),
            "ticktext": list(class_names(self.row)),
            "showgrid": False,
        }


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
