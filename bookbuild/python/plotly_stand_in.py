"""A stand-in for `plotly.graph_objects` in the page: it makes plain data, which the page's plotly.js draws.

Plotly's Python package is larger than all of Pyodide and is not needed for this: a figure of the book is traces and a
layout. What is understood is what Plotly means by it: `line_color=` is `line={"color": ...}`, None says nothing, and a
title given as text is `{"text": ...}` (plotly.js would drop the bare text without a word). A test compares the first
state of every explorer with the real Plotly's. Nothing is checked here: a wrong name draws nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

OPAQUE = ("meta", "customdata", "ids", "text", "hovertext")
"""Values that are the author's own and not Plotly's."""


LISTS = ("annotations", "images", "shapes")
"""Lists of parts, of which Plotly keeps none that is empty."""
WITH_UNDERSCORE = ("error_x", "error_y")


def _split(key: str) -> tuple[str, str]:
    """A key, and what of it leads into the part of that name: `line_color` is `line`, `color`."""
    for whole in WITH_UNDERSCORE:
        if key.startswith(whole):
            return whole, key[len(whole) + 1 :]
    first, _, rest = key.partition("_")
    return first, rest


@cache
def _scales() -> dict[str, Any]:
    """Plotly's named colour scales, which the build puts beside this file; plotly.js has other ones of some names."""
    file = Path(__file__).with_name("scales.json")
    return dict(json.loads(file.read_text())) if file.is_file() else {}


class Part(dict):
    """A trace, a layout, or a part of them: a dictionary whose keys can be written as attributes."""

    def __init__(self, *given: Mapping[str, Any] | None, **more: Any) -> None:
        super().__init__()
        for values in (*given, more):
            self.update(values or {})

    def update(self, *given: Any, **more: Any) -> Part:  # type: ignore[override]
        """Take over values, deep into parts that both have; returns itself, as Plotly's does."""
        for values in (*given, more):
            for key, value in dict(values or {}).items():
                if key != "overwrite":
                    self._set(key, value)
        return self

    def _set(self, key: str, value: Any) -> None:
        key, rest = _split(key)
        if rest:
            value = {rest: value}
        if value is None:
            self.pop(key, None)
            return
        if key == "title" and isinstance(value, str):
            value = {"text": value}
        if key == "colorscale" and isinstance(value, str):
            value = _scales().get(value.lower(), value)
        if key in LISTS and not len(value):
            self.pop(key, None)
        elif key in OPAQUE:
            dict.__setitem__(self, key, value)
        elif isinstance(value, Mapping):
            held = self.get(key)
            part = held if isinstance(held, Part) else Part()
            dict.__setitem__(self, key, part.update(value))
        elif isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
            dict.__setitem__(self, key, [Part(one) for one in value])
        else:
            dict.__setitem__(self, key, value)

    def __setitem__(self, key: str, value: Any) -> None:
        self.pop(key, None)
        self._set(key, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def to_plotly_json(self) -> dict[str, Any]:
        """Itself, as plain data."""
        return dict(plain(self))


class Figure:
    """Traces and a layout."""

    def __init__(self, data: Any = None, layout: Any = None, **_: Any) -> None:
        if isinstance(data, Mapping) and "type" not in data:  # a whole figure as a dictionary
            layout, data = layout or data.get("layout"), data.get("data")
        traces = [] if data is None else data if isinstance(data, list | tuple) else [data]
        self.data = tuple(Part({"type": "scatter"}, trace) for trace in traces)
        self.layout = Part(layout)

    def add_trace(self, trace: Any, **_: Any) -> Figure:
        """Add a trace."""
        return self.add_traces([trace])

    def add_traces(self, data: Any, **_: Any) -> Figure:
        """Add traces."""
        traces = data if isinstance(data, list | tuple) else [data]
        self.data = (*self.data, *(Part({"type": "scatter"}, trace) for trace in traces))
        return self

    def update_layout(self, *given: Any, **more: Any) -> Figure:
        """Change the layout."""
        self.layout.update(*given, **more)
        return self

    def update_traces(self, *given: Any, **more: Any) -> Figure:
        """Change every trace."""
        for trace in self.data:
            trace.update(*given, **more)
        return self

    def update_xaxes(self, *given: Any, **more: Any) -> Figure:
        """Change the x axes."""
        return self._update_axes("xaxis", *given, **more)

    def update_yaxes(self, *given: Any, **more: Any) -> Figure:
        """Change the y axes."""
        return self._update_axes("yaxis", *given, **more)

    def _update_axes(self, kind: str, *given: Any, **more: Any) -> Figure:
        for name in {kind, *(key for key in self.layout if key.startswith(kind))}:
            self.layout.update({name: Part(*given, **more)})
        return self

    def to_plotly_json(self) -> dict[str, Any]:
        """The figure as plain data."""
        return {"data": [plain(trace) for trace in self.data], "layout": plain(self.layout)}

    to_dict = to_plotly_json

    def show(self, *_: Any, **__: Any) -> None:
        """Show it below the cell."""
        from IPython.display import display

        display(self)

    def __repr__(self) -> str:
        return f"Figure with {len(self.data)} trace{'s' * (len(self.data) != 1)}"


def plain(value: Any) -> Any:
    """A value as JSON can say it: arrays as lists, what is not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | range):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


class _Namespace:
    """`go.layout.Template(...)` and the like: any name makes a part."""

    def __getattr__(self, name: str) -> type[Part]:
        if name.startswith("_"):
            raise AttributeError(name)
        return Part


layout = _Namespace()
Layout = Part


def __getattr__(name: str) -> Any:
    """`go.Scatter`, `go.Bar` and every other kind of trace."""
    if not name[:1].isupper():
        raise AttributeError(f"module 'plotly.graph_objects' has no attribute {name!r} in the page")

    def trace(arg: Mapping[str, Any] | None = None, **values: Any) -> Part:
        return Part({"type": name.lower()}, arg, **values)

    trace.__name__ = name
    return trace
