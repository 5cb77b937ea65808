"""The table of 1997 as one picture: our figure divided by the paper's, row by row (chapter 08)."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import one_of
from lstm_lab.interact import plots, theme
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import table, wording

MARKS = {
    "reproduced": (theme.GREEN, "circle"),
    "partly": (theme.BLUE, "diamond"),
    "not": (theme.VERMILION, "x"),
    "unfinished": (theme.PURPLE, "square-open"),
}
NAMES = {
    "reproduced": "reproduced",
    "partly": "partly",
    "not": "not reproduced",
    "unfinished": "trials still to come",
}
AVERAGES = ("mean", "median")
EXPERIMENTS = {
    "1": "Reber",
    "2": "long lags",
    "3": "noise",
    "4": "adding",
    "5": "product",
    "6": "order",
}
TICKS = (0.008, 0.04, 0.2, 1, 5, 25)
ROW_HEIGHT = 21


def paper_beside_ours(average: str = "mean") -> go.Figure:
    """Sequences to success, ours divided by the paper's, for every stopping rule of every row.

    A row's mark tells its verdict, the bar goes from its quickest to its slowest successful trial. The verdict is
    always by the mean.

    Args:
        average: "mean", as the paper has it, or "median" of our trials.
    """
    one_of("average", average, AVERAGES)
    lines = table.lines()
    places, labels, heads = _places(lines)
    span = _span(lines)
    right = span[1] + 0.42
    bars_x: list[float] = []
    bars_y: list[float] = []
    for line, y in zip(lines, places, strict=True):
        if line.least is not None and line.most is not None:
            ends = np.log10([max(n, 1) / line.paper_sequences for n in (line.least, line.most)])
            bars_x += [*ends, np.nan]
            bars_y += [y, y, np.nan]
    traces: list[Any] = [
        plots.line(
            np.array(bars_x or [np.nan]),
            np.array(bars_y or [np.nan]),
            "quickest to slowest",
            theme.GREY,
            width=3,
            opacity=0.6,
            hoverinfo="skip",
        )
    ]
    for verdict, (colour, symbol) in MARKS.items():
        of = [
            (line, y)
            for line, y in zip(lines, places, strict=True)
            if line.verdict == verdict and line.mean is not None
        ]
        ratios = [_average(line, average) / line.paper_sequences for line, _ in of]
        traces.append(
            plots.points(
                np.log10(ratios) if of else np.array([np.nan]),
                np.array([y for _, y in of] if of else [np.nan]),
                NAMES[verdict],
                colour,
                symbol,
                11,
                marker={"line": {"color": colour, "width": 2}},
                visible=bool(of),
                customdata=[wording.label(line) for line, _ in of],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    said = [_said(line) for line in lines]
    traces.append(
        plots.words(
            np.full(len(lines), right - 0.02),
            places,
            said,
            textposition="middle left",
            textfont={"size": 11},
        )
    )
    run = [line for line in lines if line.trials]
    near = sum(_near(line, average) for line in run)
    bottom = min(places) - 1
    return theme.figure(
        traces,
        f"Our {average} number of sequences divided by the paper's mean, for {len(lines)} stopping rules of "
        f"{len(spec.ROWS)} rows: {wording.tally(lines)}. The {average} of {near} of the {len(run)} that are run is "
        f"within a factor of {table.NEAR:g} of the paper; the number at the right says how many trials succeeded.",
        xaxis={
            "title": f"our {average} ÷ the paper’s",
            "tickangle": 0,
            "range": [span[0], right],
            "tickvals": [
                float(np.log10(tick)) for tick in TICKS if span[0] <= np.log10(tick) <= span[1]
            ],
            "ticktext": [f"{tick:g}" for tick in TICKS if span[0] <= np.log10(tick) <= span[1]],
            "zeroline": False,
        },
        yaxis={
            "tickvals": [*places, *heads],
            "ticktext": labels,
            "range": [bottom, 1],
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "tickfont": {"size": 11},
        },
        shapes=_shapes(bottom),
        height=int(ROW_HEIGHT * (1 - bottom)) + 150,
        margin={"l": 92, "r": 8, "t": 80, "b": 55},
        legend=plots.legend(1.01),
    )


def _average(line: table.Line, average: str) -> float:
    value = line.mean if average == "mean" else line.median
    assert value is not None
    return max(value, 1.0)


def _near(line: table.Line, average: str) -> bool:
    if line.mean is None:
        return False
    ratio = _average(line, average) / line.paper_sequences
    return max(ratio, 1 / ratio) <= table.NEAR


def _said(line: table.Line) -> str:
    """What stands at the right: successes of trials."""
    return f"{line.succeeded}/{line.trials}" if line.trials else wording.NOT_RUN


def _places(lines: list[table.Line]) -> tuple[list[float], list[str], list[float]]:
    """A height for every line, from the top down, with a head before each experiment."""
    places: list[float] = []
    heads: list[float] = []
    texts: list[str] = []
    at, before = 0.0, ""
    for line in lines:
        experiment = line.row[0]
        if experiment != before:
            heads.append(at)
            texts.append(f"<b>{experiment}</b>")
            at, before = at - 1, experiment
        places.append(at)
        at -= 1
    names = [_short(line) for line in lines]
    return places, [*names, *(f"<b>{t[3]} {EXPERIMENTS[t[3]]}</b>" for t in texts)], heads


def _short(line: table.Line) -> str:
    name = wording.label(line).replace("n_seq = ", "n=").replace(",", "")
    return name


def _span(lines: list[table.Line]) -> tuple[float, float]:
    """The axis: from the smallest to the largest ratio of any trial, and at least a tenth to ten."""
    ratios = [
        np.log10(max(count, 1) / line.paper_sequences)
        for line in lines
        for count in (line.least, line.most)
        if count is not None
    ]
    low, high = min([-1.0, *ratios]), max([1.0, *ratios])
    return float(max(low, -2.0)) - 0.08, float(min(high, 2.0)) + 0.08


def _shapes(bottom: float) -> list[dict[str, Any]]:
    """The band of "reproduced", the edges of "partly", and the line where both agree."""

    def upright(at: float, dash: str) -> dict[str, Any]:
        return {**plots.upright(at, dash=dash), "layer": "below"}

    near, far = float(np.log10(table.NEAR)), float(np.log10(table.FAR))
    band = {
        "type": "rect",
        "x0": -near,
        "x1": near,
        "y0": bottom,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": theme.faint(theme.GREEN, 0.15),
    }
    return [band, upright(0.0, "solid"), upright(-far, "dot"), upright(far, "dot")]
