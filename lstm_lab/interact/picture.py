"""A figure as a still picture: what a reader without JavaScript, on paper or in an e-book sees.

Plotly draws in a browser only, and a fresh machine has none at hand while it builds the book. So the trace types that
the book uses are redrawn with matplotlib as one small SVG whose ink is the text colour of the page, light or dark.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import plotly.graph_objects as go

INK = "#010203"
WIDTH, HEIGHT = 720, 420
MARGIN = {"l": 70, "r": 20, "t": 30, "b": 60}
DASHES = {
    "solid": "-",
    "dash": "--",
    "dot": ":",
    "dashdot": "-.",
    "longdash": (0, (8, 3)),
    "longdashdot": "-.",
}
SYMBOLS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "cross": "P",
    "x": "X",
    "triangle-up": "^",
    "triangle-down": "v",
    "star": "*",
}


def first_picture(figure: go.Figure) -> str:
    """The picture and the sentence of a figure, as HTML that needs neither script nor style sheet."""
    summary = html.escape(str((figure.layout.meta or {}).get("summary", "")))
    return f'<figure style="max-width:45em;margin:0">{picture(figure)}<figcaption>{summary}</figcaption></figure>'


def picture(figure: go.Figure) -> str:
    """A figure as inline SVG.

    Draws scatter (lines, markers, text, fills), bar and heatmap traces, lines and rectangles among the shapes,
    annotations, and any arrangement of axes by their domains.

    Raises:
        TypeError: if the figure holds a trace of another type.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    ink = dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK
    )
    settings: Any = {
        **ink,
        "svg.fonttype": "none",
        "svg.hashsalt": _digest(figure),  # of it the ids are made, which a page may hold once
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "legend.frameon": False,
        "text.parse_math": False,
    }
    height = figure.layout.height or HEIGHT
    with mpl.rc_context(settings):
        canvas = Figure(figsize=(WIDTH / 100, height / 100), dpi=100)
        FigureCanvasSVG(canvas)
        axes = _Axes(canvas, figure, height)
        for trace in figure.data:
            if trace.visible in (None, True):
                _draw(axes, trace)
        for shape in figure.layout.shapes:
            _draw_shape(axes, shape)
        for note in figure.layout.annotations:
            _draw_note(axes, note)
        axes.finish(figure)
        out = io.StringIO()
        canvas.savefig(
            out,
            format="svg",
            transparent=True,
            metadata={"Date": None, "Creator": None},
            bbox_inches=_room(canvas),
        )
    return _inline(out.getvalue())


def _digest(figure: go.Figure) -> str:
    return hashlib.sha256(str(figure.to_json()).encode()).hexdigest()


def _room(canvas: Any) -> Any:
    """The figure, or as much more as its words need: where Plotly widens a margin, the picture becomes larger."""
    from matplotlib.transforms import Bbox

    width, height = canvas.get_size_inches()
    words = canvas.get_tightbbox()
    return Bbox.union([Bbox.from_extents(0, 0, width, height), words.padded(0.04)])


def _inline(svg: str) -> str:
    """Matplotlib's file as part of a page: no header, no style that would leak, ink in the colour of the text."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", svg, flags=re.S)
    svg = re.sub(
        r'width="[\d.]+pt" height="[\d.]+pt"',
        'style="stroke-linejoin:round" aria-hidden="true"',
        svg,
        count=1,
    )
    svg = re.sub(r"font: (?:[\d.]+px )?[^;\"]*;?", lambda m: _font(m.group()), svg)
    return re.sub(r"\s*\n\s*", "\n", svg.replace(INK, "currentColor"))


def _font(declaration: str) -> str:
    size = re.search(r"([\d.]+)px", declaration)
    return f"font: {size.group(1) if size else 12}px sans-serif;"


class _Axes:
    """The matplotlib axes for each pair of Plotly axes, made when first asked for."""

    def __init__(self, canvas: Any, figure: go.Figure, height: int) -> None:
        self.canvas, self.layout = canvas, figure.layout
        self.made: dict[tuple[str, str], Any] = {}
        margin = {side: figure.layout.margin[side] or MARGIN[side] for side in "lrtb"}
        self.left, self.bottom = margin["l"] / WIDTH, margin["b"] / height
        self.width = 1 - (margin["l"] + margin["r"]) / WIDTH
        self.height = 1 - (margin["t"] + margin["b"]) / height

    def pair(self, x: str, y: str) -> Any:
        if (x, y) not in self.made:
            x0, x1 = self._axis(x).domain or (0, 1)
            y0, y1 = self._axis(y).domain or (0, 1)
            box = (
                self.left + x0 * self.width,
                self.bottom + y0 * self.height,
                (x1 - x0) * self.width,
                (y1 - y0) * self.height,
            )
            self.made[x, y] = self.canvas.add_axes(box)
        return self.made[x, y]

    def _axis(self, name: str) -> Any:
        return self.layout[f"{name[0]}axis{name[1:]}"]

    def finish(self, figure: go.Figure) -> None:
        for (x, y), ax in self.made.items():
            _dress(self._axis(x), ax.xaxis, ax.set_xlim, ax.set_xscale, ax.set_xlabel)
            _dress(self._axis(y), ax.yaxis, ax.set_ylim, ax.set_yscale, ax.set_ylabel)
        if figure.layout.showlegend is not False:
            self._legend(figure.layout.legend)
        if figure.layout.title.text:
            self.canvas.suptitle(_words(figure.layout.title.text), fontsize=10)

    def _legend(self, wanted: Any) -> None:
        """One legend for all axes where Plotly has it, in as many columns as there is room for."""
        named = [
            pair
            for ax in self.made.values()
            for pair in zip(*ax.get_legend_handles_labels(), strict=True)
        ]
        y = 1.02 if wanted.y is None else wanted.y
        place = (self.left + (wanted.x or 0) * self.width, self.bottom + y * self.height)
        for columns in range(len(named), 0, -1):
            by_row = [pair for first in range(columns) for pair in named[first::columns]]
            legend = self.canvas.legend(
                *zip(*by_row, strict=True),
                ncols=columns,
                loc="upper left" if wanted.yanchor == "top" else "lower left",
                bbox_to_anchor=place,
                borderaxespad=0,
                columnspacing=1.5,
                fontsize=8,
            )
            if columns == 1 or legend.get_window_extent().x1 <= self.canvas.bbox.x1:
                return
            legend.remove()


def _dress(axis: Any, target: Any, set_limits: Any, set_scale: Any, set_label: Any) -> None:
    if axis.type == "log":
        set_scale("log")
    if axis.range is not None and all(bound is not None for bound in axis.range):
        low, high = (float(bound) for bound in axis.range)
        set_limits(*((10**low, 10**high) if axis.type == "log" else (low, high)))
    elif axis.autorange == "reversed":
        target.axes.invert_yaxis()
    if axis.tickvals is not None:
        labels = axis.ticktext if axis.ticktext is not None else axis.tickvals
        target.set_ticks(list(axis.tickvals), labels=[_words(str(label)) for label in labels])
    if axis.showticklabels is False:
        target.set_tick_params(labelbottom=False, labelleft=False)
    if axis.title.text:
        set_label(_words(axis.title.text))
    if axis.visible is False:
        target.set_visible(False)
        target.axes.spines["bottom" if target.axis_name == "x" else "left"].set_visible(False)
    if axis.showgrid is not False:
        target.grid(True, color="#808080", alpha=0.25, linewidth=0.6)


def _draw(axes: _Axes, trace: Any) -> None:
    draw = {
        "scatter": _draw_scatter,
        "scattergl": _draw_scatter,
        "bar": _draw_bar,
        "heatmap": _draw_heatmap,
    }
    if trace.type not in draw:
        raise TypeError(f"a still picture is drawn of {', '.join(draw)} traces, got {trace.type!r}")
    draw[trace.type](axes.pair(trace.xaxis or "x", trace.yaxis or "y"), trace)


def _draw_scatter(ax: Any, trace: Any) -> None:
    y = _numbers(trace.y)
    x = _numbers(trace.x) if trace.x is not None else np.arange(len(y), dtype=float)
    mode = trace.mode or "lines"
    colour = _colour(trace.line.color or trace.marker.color) or "#0072B2"
    opacity = 1.0 if trace.opacity is None else trace.opacity
    style: dict[str, Any] = {"color": colour, "alpha": opacity, "linestyle": "none"}
    if "lines" in mode and trace.line.width != 0:
        style |= {
            "linestyle": DASHES.get(trace.line.dash or "solid", "-"),
            "linewidth": 0.8 * (trace.line.width or 2),
        }
    if "markers" in mode:
        symbol = trace.marker.symbol if isinstance(trace.marker.symbol, str) else "circle"
        size = trace.marker.size if isinstance(trace.marker.size, int | float) else 6
        style |= {
            "marker": SYMBOLS.get(symbol.removesuffix("-open"), "o"),
            "markersize": 0.8 * size,
        }
        if symbol.endswith("-open"):
            style["markerfacecolor"] = "none"
    label = _words(trace.name) if trace.name and trace.showlegend is not False else None
    is_seen = style["linestyle"] != "none" or "marker" in style
    if "lines" in mode or "markers" in mode:
        drawn = x.tolist() if x.dtype.kind in "fiu" else [str(value) for value in x]
        ax.plot(
            drawn,
            y,
            label=label if is_seen else None,
            drawstyle="steps-post" if trace.line.shape == "hv" else "default",
            **style,
        )
    if trace.fill in ("tonexty", "tozeroy", "toself") and len(y):
        fill, alpha = _fill(trace.fillcolor, colour)
        if trace.fill == "toself":
            ax.fill(x, y, color=fill, alpha=alpha, linewidth=0, label=None if is_seen else label)
        else:
            below = ax._lab_previous[1] if trace.fill == "tonexty" else np.zeros_like(y)
            ax.fill_between(x, below, y, color=fill, alpha=alpha, linewidth=0)
    if "text" in mode and trace.text is not None:
        texts = [trace.text] * len(y) if isinstance(trace.text, str) else trace.text
        for where_x, where_y, text in zip(x, y, texts, strict=True):
            ax.text(where_x, where_y, _words(str(text)), **_beside(trace.textposition), fontsize=8)
    ax._lab_previous = (x, y)


def _beside(position: Any) -> dict[str, Any]:
    """Plotly's "middle left", where a text stands beside its point, as the side that matplotlib aligns."""
    upright, _, level = (position if isinstance(position, str) else "middle center").partition(" ")
    return {
        "ha": {"left": "right", "right": "left"}.get(level, "center"),
        "va": {"top": "bottom", "bottom": "top"}.get(upright, "center"),
    }


def _draw_bar(ax: Any, trace: Any) -> None:
    label = _words(trace.name) if trace.name and trace.showlegend is not False else None
    colour = _colour(trace.marker.color) or "#0072B2"
    places = [
        value if isinstance(value, int | float | np.number) else str(value) for value in trace.x
    ]
    if trace.orientation == "h":
        ax.barh([str(value) for value in trace.y], _numbers(trace.x), color=colour, label=label)
    else:
        ax.bar(places, _numbers(trace.y), color=colour, label=label, width=trace.width or 0.8)


def _draw_heatmap(ax: Any, trace: Any) -> None:
    z = np.array([_numbers(row) for row in trace.z])
    x = np.arange(z.shape[1]) if trace.x is None else np.asarray(trace.x)
    y = np.arange(z.shape[0]) if trace.y is None else np.asarray(trace.y)
    numeric = x.dtype.kind in "fiu" and y.dtype.kind in "fiu"
    places = (x, y) if numeric else (np.arange(len(x)), np.arange(len(y)))
    ax.pcolormesh(*places, z, cmap="cividis", vmin=trace.zmin, vmax=trace.zmax, shading="nearest")
    if not numeric:
        ax.set_xticks(places[0], labels=[str(value) for value in x])
        ax.set_yticks(places[1], labels=[str(value) for value in y])


def _draw_shape(axes: _Axes, shape: Any) -> None:
    if shape.visible is False or shape.type not in ("line", "rect"):
        return
    x_ref, y_ref = (str(ref or axis) for ref, axis in ((shape.xref, "x"), (shape.yref, "y")))
    if "paper" in (x_ref, y_ref):
        return
    ax = axes.pair(x_ref.split(" ")[0], y_ref.split(" ")[0])
    transform = ax.transData
    if "domain" in x_ref:
        transform = ax.get_yaxis_transform()
    elif "domain" in y_ref:
        transform = ax.get_xaxis_transform()
    colour = _colour(shape.line.color) or INK
    dash = DASHES.get(shape.line.dash or "solid", "-")
    if shape.type == "line":
        line = ax.plot(
            [shape.x0, shape.x1], [shape.y0, shape.y1], color=colour, linestyle=dash, linewidth=1
        )[0]
        line.set_transform(transform)
    else:
        from matplotlib.patches import Rectangle

        fill, alpha = _fill(shape.fillcolor, "#808080")
        size = (shape.x1 - shape.x0, shape.y1 - shape.y0)
        box = Rectangle((shape.x0, shape.y0), *size, facecolor=fill, alpha=alpha, edgecolor="none")
        box.set_transform(transform)
        ax.add_patch(box)


def _draw_note(axes: _Axes, note: Any) -> None:
    if note.visible is False or not note.text:
        return
    align = {"left": "left", "right": "right", "center": "center", "auto": "center", None: "center"}
    upright = {
        "top": "top",
        "bottom": "bottom",
        "middle": "center",
        "auto": "center",
        None: "center",
    }
    where = {"ha": align[note.xanchor], "va": upright[note.yanchor], "fontsize": 8}
    if "paper" in (note.xref, note.yref):
        x = axes.left + (note.x or 0) * axes.width
        y = axes.bottom + (note.y or 0) * axes.height
        axes.canvas.text(x, y, _words(note.text), **where)
        return
    x_ref, y_ref = str(note.xref or "x").split(" "), str(note.yref or "y").split(" ")
    ax = axes.pair(x_ref[0], y_ref[0])
    transform = ax.transAxes if len(x_ref) == len(y_ref) == 2 else ax.transData
    ax.text(note.x, note.y, _words(note.text), transform=transform, **where)


def _numbers(values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype == object:
        array = np.array([np.nan if value is None else value for value in array])
    return array.astype(float) if array.dtype.kind in "fiub" else array


def _colour(value: Any) -> str | None:
    """A Plotly colour as matplotlib reads it; an array of colours or values has no single one."""
    if not isinstance(value, str):
        return None
    parts = re.fullmatch(r"rgba?\(([^)]*)\)", value)
    if not parts:
        return value
    red, green, blue = (int(float(part)) for part in parts.group(1).split(",")[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def _fill(value: Any, line: str) -> tuple[str, float]:
    opacity = re.fullmatch(r"rgba\([^)]*,\s*([\d.]+)\)", value or "")
    return _colour(value) or line, float(opacity.group(1)) if opacity else 0.3


def _words(text: str) -> str:
    """Plotly's small HTML as plain words; powers of ten keep their exponent."""
    raised = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
    lowered = str.maketrans("0123456789-−aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₋₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
    text = re.sub(r"<sup>(.*?)</sup>", lambda m: m.group(1).translate(raised), text)
    text = re.sub(r"<sub>(.*?)</sub>", lambda m: _lowered(m.group(1), lowered), text)
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>", "\n", text)))


def _lowered(text: str, table: dict[int, int]) -> str:
    """A subscript in small letters, or after an underscore where Unicode lacks one of them."""
    return text.translate(table) if all(ord(letter) in table for letter in text) else f"_{text}"
