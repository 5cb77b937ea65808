"""Diagrams: boxes with a name and a shape, arrows between them, and words (chapters 05 and later)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.interact import plots, theme

Box = tuple[float, float, str, str]
Arrow = tuple[float, float, float, float]


def diagram(
    boxes: Sequence[Box],
    arrows: Sequence[go.Scatter],
    summary: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    notes: Sequence[dict[str, Any]],
    height: int,
    half_width: float,
    caption: str,
) -> go.Figure:
    """Boxes with a name and a shape each, arrows between them, and words; the summary describes them (`drawn`)."""
    shapes = [box(x, y, half_width, 0.5) for x, y, _, _ in boxes]
    texts = [note(x, y, f"{name}<br>{second}" if second else name) for x, y, name, second in boxes]
    return theme.figure(
        arrows,
        summary,
        xaxis=plots.no_axis(*x_range),
        yaxis=plots.no_axis(*y_range),
        shapes=shapes,
        annotations=[*texts, *notes],
        height=height,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        meta=drawn(caption),
    )


def drawn(caption: str) -> dict[str, Any]:
    """For `layout.meta` of a drawing: its caption is for those who see it, its summary for those who do not."""
    return {"caption": caption, "drawing": True}


def box(x: float, y: float, half_width: float, half_height: float) -> dict[str, Any]:
    """A grey box below the arrows, by its middle and half its sides."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": x - half_width,
        "x1": x + half_width,
        "y0": y - half_height,
        "y1": y + half_height,
        "fillcolor": theme.faint(theme.GREY, 0.18),
        "line": {"color": theme.GREY, "width": 1},
        "layer": "below",
    }


def note(x: float, y: float, text: str, anchor: str = "center", size: int = 12) -> dict[str, Any]:
    """Words at a place of the diagram, as high above it as below; by default in its middle."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "x",
        "yref": "y",
        "showarrow": False,
        "xanchor": anchor,
        "yanchor": "middle",
        "font": {"size": size},
    }


def arrows_of(
    arrows: Sequence[Arrow],
    name: str,
    colour: str,
    dash: str,
    heads: Sequence[int],
    size: float = 0.16,
) -> go.Scatter:
    """Arrows as one line trace; `heads` are the places of those that have a head."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, (x0, y0, x1, y1) in enumerate(arrows):
        xs += [x0, x1, None]
        ys += [y0, y1, None]
        if place in heads:
            along = np.array([x1 - x0, y1 - y0], dtype=float)
            along *= size / np.linalg.norm(along)
            aside = np.array([-along[1], along[0]]) * 0.7
            for edge in (aside, -aside):
                corner = np.array([x1, y1]) - along + edge
                xs += [float(corner[0]), x1, None]
                ys += [float(corner[1]), y1, None]
    return plots.line(xs, ys, name, colour, dash, width=2, hoverinfo="skip")
