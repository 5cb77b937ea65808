"""A figure as a still picture: what a reader without JavaScript, on paper or in an e-book sees.

Plotly draws in a browser only, and a fresh machine need not have one to build the book. So what the book uses of Plotly
(KNOWN) is drawn here once more, as one small SVG in the units of a figure 720 pixels wide. Words and axes have the text
colour of the page, light or dark. What is not known is refused by its name: a still shows no less than its figure.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_lab.interact import svg
from lstm_lab.interact.svg import FONT, LINE, StillError, path, short, steps

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDTH, HEIGHT = 720, 420
MARGIN = {"l": 70, "r": 20, "t": 30, "b": 60}
TITLE, TICK, GAP, SAMPLE = 14, 5, 8, 30
"""The size of an axis title, the length of a mark, the space around, the length of a line in a legend."""
INK, GRID, PLAIN = "currentColor", "#808080", "#444444"
COLOURS = ("#0f7fc4", "#d55e00", "#00946c", "#b0569b", "#808080")
_TRACE = "type name x y xaxis yaxis visible showlegend opacity "
KNOWN = {
    "scatter": _TRACE + "mode text textposition textfont.size textfont.color fill fillcolor cliponaxis line.color "
    "line.width line.dash marker.color marker.size marker.sizemode marker.opacity marker.symbol marker.line.color "
    "marker.line.width error_y.type error_y.array error_y.arrayminus error_y.color error_y.visible",
    "bar": _TRACE + "width orientation marker.color marker.pattern.shape marker.pattern.fillmode",
    "heatmap": _TRACE + "z zmin zmax colorscale showscale colorbar.orientation colorbar.thickness colorbar.tickvals "
    "colorbar.ticktext colorbar.title.text colorbar.title.side colorbar.y colorbar.yanchor",
    "axis": "type anchor automargin autorange domain dtick matches nticks range rangemode scaleanchor showgrid "
    "showline showticklabels tick0 tickangle tickfont.size tickmode ticks ticktext tickvals title.text title.standoff "
    "visible zeroline",
    "annotation": "text x y xref yref xanchor yanchor xshift yshift font.size font.color showarrow visible",
    "shape": "type layer x0 x1 y0 y1 xref yref fillcolor opacity visible line.color line.width line.dash",
    "layout": "annotations shapes barmode bargap height margin.l margin.r margin.t margin.b showlegend title.text "
    "legend.orientation legend.x legend.y legend.xanchor legend.yanchor",
}  # fmt: skip
"""The attributes that are drawn; of those that place a legend, whether it stands above or below."""
VALUES: dict[str, tuple[Any, ...]] = {
    "scatter.line.dash": tuple(svg.DASHES), "shape.line.dash": tuple(svg.DASHES), "shape.type": ("line", "rect"),
    "scatter.fill": ("none", "tonexty", "tozeroy", "toself"), "scatter.marker.sizemode": ("diameter",),
    "scatter.marker.symbol": tuple(name + end for name in svg.SYMBOLS for end in ("", "-open")),
    "scatter.error_y.type": ("data",), "bar.marker.pattern.shape": ("", "/"), "heatmap.colorbar.yanchor": ("bottom",),
    "axis.type": ("-", "linear", "log", "category"), "axis.ticks": ("", "outside"), "axis.tickangle": (0,),
    "axis.autorange": (True, False, "reversed"), "axis.rangemode": ("normal", "tozero"),
    "annotation.showarrow": (False,),
}  # fmt: skip
"""Of these attributes, the values that are drawn; of the others, all."""
UNSEEN = re.compile(
    r"(hover\w*|customdata|uid|legendgroup|meta|dragmode|fixedrange|template)(\.|$)"
)
AXIS = re.compile(r"[xy]axis\d*$")
Point = tuple[float, float]


def first_picture(figure: go.Figure) -> str:
    """The picture and the sentence of a figure, as HTML that needs neither script nor style sheet."""
    summary = html.escape(str((figure.layout.meta or {}).get("summary", "")))
    drawn = image(picture(figure), 'aria-label="The figure in its first state"')
    return f'<figure style="max-width:45em;margin:0">{drawn}<figcaption>{summary}</figcaption></figure>'


def image(still: str, name: str) -> str:
    """A picture as an image with a name (an attribute): reader views keep such alone, screen readers say the name."""
    return still.replace("<svg", f'<svg role="img" {name}', 1)


def picture(figure: go.Figure) -> str:
    """A figure as inline SVG, well-formed and without any id; :func:`image` gives it a name where it is put.

    Draws scatter (lines, markers, text, fills, error bars), bar and heatmap traces on any arrangement of axes, with
    their legends in rows above or below the panels, lines and rectangles, and annotations without arrows.

    Raises:
        StillError: if the figure holds anything else, which it names.
    """
    layout = figure.layout.to_plotly_json()
    _check("layout", {name: value for name, value in layout.items() if not AXIS.match(name)})
    for name in filter(AXIS.match, layout):
        _check("axis", layout[name])
    for shape in layout.get("shapes", ()):
        _check("shape", shape)
    for note in layout.get("annotations", ()):
        _check("annotation", {"showarrow": True, **note} if note.get("text") else note)
    for trace in figure.data:
        if trace.type not in ("scatter", "bar", "heatmap"):
            raise StillError(
                f"a still picture is drawn of scatter, bar, heatmap, got {trace.type!r}"
            )
        _check(trace.type, trace.to_plotly_json())
    return _Still(figure).drawn()


def _check(kind: str, thing: dict[str, Any], before: str = "") -> None:
    """Raise an error for the first attribute that is not known, or has a value that is not."""
    for name, value in thing.items():
        full = before + name
        if value is None or UNSEEN.match(full):
            continue
        if isinstance(value, dict) and "bdata" not in value:
            _check(kind, value, full + ".")
            continue
        allowed = VALUES.get(f"{kind}.{full}")
        values = value if isinstance(value, list | tuple | np.ndarray) else [value]
        if full not in KNOWN[kind].split():
            raise StillError(f"a still picture does not draw {kind}.{full} (here {value!r})")
        if allowed and not all(one in allowed for one in values):
            known = ", ".join(map(repr, allowed))
            raise StillError(f"a still picture draws {kind}.{full} of {known}, got {value!r}")


# --- Axes ------------------------------------------------------------------------------------------------------------


class _Axis:
    """One axis: what it spans (of a logarithm, in powers of ten), and where in the picture that stands."""

    def __init__(self, is_x: bool, spec: Any) -> None:
        self.is_x, self.spec, self.is_log = is_x, spec, spec.type == "log"
        self.names: dict[Any, int] = {}
        self.tight: list[float] = []  # what it reaches to without a margin ...
        self.loose: list[float] = []  # ... and with one
        self.low = self.high = self.start = self.end = 0.0

    def learn(self, raw: Any) -> None:
        """Take up the names of categories, in the order in which they come."""
        if self.spec.type == "category" or any(isinstance(one, str) for one in raw):
            for one in raw:
                self.names.setdefault(one, len(self.names))

    def values(self, raw: Any) -> np.ndarray:
        """Where on the axis values are; nan for what has no place."""
        try:
            found = np.array([self.names.get(one, one) for one in raw], dtype=float)
        except (TypeError, ValueError):
            raise StillError(f"a still picture draws numbers and names, got {raw!r}") from None
        return np.log10(np.where(found > 0, found, math.nan)) if self.is_log else found

    def reach(self, values: Any, loose: bool = True) -> None:
        """Let the axis have room for values, with or without a margin beyond them."""
        flat = np.ravel(values)
        (self.loose if loose else self.tight).extend(flat[np.isfinite(flat)].tolist())

    def settle(self) -> None:
        """Choose what the axis spans: as the figure says, or so that all has room."""
        self.tight += [0.0] if self.spec.rangemode == "tozero" else []
        low, high = (side(self.tight + self.loose, default=0.0) for side in (min, max))
        room = 0.055 * (high - low) or 1
        ends = [low - room * (low in self.loose), high + room * (high in self.loose)]
        ends = ends[::-1] if self.spec.autorange == "reversed" else ends
        given = self.spec.range or (None, None)
        self.low, self.high = (
            e if g is None else float(g) for e, g in zip(ends, given, strict=True)
        )

    def at(self, value: Any) -> Any:
        """Where a value stands in the picture."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Where the marks of the axis stand in the picture, and what is written there."""
        spec, (low, high) = self.spec, sorted((self.low, self.high))
        if spec.tickvals is not None:
            values = self.values(spec.tickvals)
        elif self.names:
            values = np.arange(len(self.names))
        else:
            room = abs(self.end - self.start) / (80 if self.is_x else 40)
            rough = (high - low) / (spec.nticks or min(9, max(4, room)) + 1)
            base = 10.0 ** math.floor(math.log10(rough))
            step = spec.dtick or next(base * part for part in (2, 5, 10) if base * part > rough)
            step, first = (max(1, round(step)) if self.is_log else step), float(spec.tick0 or 0)
            values = first + step * np.arange((low - first) // step, (high - first) // step + 1)
        texts = spec.ticktext or list(self.names) or [self._number(value) for value in values]
        slack, pairs = 1e-6 * (high - low), zip(values, map(str, texts), strict=False)
        return [(float(self.at(v)), text) for v, text in pairs if low - slack <= v <= high + slack]

    def _number(self, value: float) -> str:
        """A number as Plotly writes it: 10k, and with a minus sign that is one."""
        if self.is_log:
            text = f"{10.0**value:g}" if abs(value) <= 3 else f"10<sup>{value:g}</sup>"
            return text.replace("-", "−")
        power = math.floor(math.log10(max(abs(self.low), abs(self.high))) + 0.01)
        power = 3 * round((power - 1) / 3) if abs(power) > 3 else 0
        unit = {3: "k", 6: "M", 9: "B", -3: "m", -6: "µ"}.get(power, "")
        number = round(value / 10.0**power if unit else value, 12) + 0.0
        return f"{number:.6g}{unit if number else ''}".replace("-", "−")


# --- The picture -----------------------------------------------------------------------------------------------------


class _Still:
    """The picture while it is drawn: panels that end at their axes, the axes, what lies over them, words."""

    def __init__(self, figure: go.Figure) -> None:
        self.layout = layout = figure.layout
        given = {side: layout.margin[side] for side in MARGIN}
        m = {side: MARGIN[side] if one is None else one for side, one in given.items()}
        height = layout.height or HEIGHT
        self.box = (m["l"], m["t"], WIDTH - m["r"], height - m["b"])
        self.reached = [0.0, 0.0, float(WIDTH), float(height)]
        colours = (layout.template.layout.colorway if layout.template else None) or COLOURS
        self.colours = {id(t): colours[k % len(colours)] for k, t in enumerate(figure.data)}
        self.traces = [one for one in figure.data if one.visible in (None, True)]
        self.shapes = [one for one in layout.shapes if one.visible is not False]
        self.notes = [one for one in layout.annotations if one.visible is not False and one.text]
        hung = [(one.xref or "x", one.yref or "y") for one in (*self.shapes, *self.notes)]
        hung += [(one.xaxis or "x", one.yaxis or "y") for one in figure.data]
        names = {ref.removesuffix(" domain") for pair in hung for ref in pair} - {"paper"}
        self.axes = {
            name: _Axis(name[0] == "x", layout[f"{name[0]}axis{name[1:]}"])
            for name in sorted(names)
        }
        self.grid: list[str] = []
        self.frame: list[str] = []
        self.over: list[str] = []
        self.panels: dict[tuple[_Axis, _Axis], list[str]] = {}
        self.words: dict[str, list[str]] = {}
        self.before: dict[tuple[_Axis, _Axis], np.ndarray] = {}

    def drawn(self) -> str:
        """The picture, as its outermost element."""
        self._measure()
        self._place_axes()
        for axis in self.axes.values():
            if axis.spec.visible is not False:
                self._draw_axis(axis)
        self._draw_shapes(below=True)
        for kind in ("heatmap", "bar", "scatter"):
            for trace in self.traces:
                if trace.type == kind:
                    getattr(self, f"_draw_{kind}")(trace, self._panel(*self._pair(trace)))
        self._draw_shapes(below=False)
        self._draw_legend()
        for note in self.notes:
            self._draw_note(note)
        if self.layout.title.text:
            self._write((WIDTH / 2, 6), self.layout.title.text, 16, "center", "top")
        parts = [path(f'stroke="{GRID}" stroke-opacity=".3"', self.grid), *self._clipped()]
        parts += [path(f'stroke="{INK}"', self.frame), *self.over]
        parts += [f"<g {style}>{''.join(texts)}</g>" for style, texts in self.words.items()]
        left, top, right, bottom = self.reached
        return (
            f'<svg xmlns="{svg.XMLNS}" viewBox="{_frame(left, top, right, bottom)}" fill="none" '
            f'stroke-linejoin="round" font-family="sans-serif">{"".join(parts)}</svg>'
        )

    def _clipped(self) -> Iterator[str]:
        """The panels, each as a picture of its own that ends at its axes."""
        for (x, y), drawn in self.panels.items():
            frame = _frame(x.start, y.end, x.end, y.start)
            at = 'x="{}" y="{}" width="{}" height="{}"'.format(*frame.split())
            if any(drawn):
                yield f'<svg xmlns="{svg.XMLNS}" {at} viewBox="{frame}">{"".join(drawn)}</svg>'

    def _pair(self, trace: Any) -> tuple[_Axis, _Axis]:
        return self.axes[trace.xaxis or "x"], self.axes[trace.yaxis or "y"]

    def _panel(self, x: _Axis, y: _Axis) -> list[str]:
        return self.panels.setdefault((x, y), [])

    # What the axes span and where they stand.

    def _measure(self) -> None:
        for trace in self.traces:
            for axis, raw in zip(self._pair(trace), (trace.x, trace.y), strict=True):
                axis.learn(() if raw is None else raw)
        self.bars = dict(self._bars())
        for trace in self.traces:
            x, y = self._pair(trace)
            if trace.type == "bar":
                where, width, base, top = self.bars[id(trace)]
                across, along = _turned(trace.orientation == "h", x, y)
                across.reach([where - width / 2, where + width / 2], loose=False)
                along.reach(base, loose=False)
                along.reach(top)
            elif trace.type == "heatmap":
                for axis, edges in zip((x, y), self._edges(trace), strict=True):
                    axis.reach(edges, loose=False)
            else:
                values = self._values(trace)
                x.reach(values[0], loose=_mode(trace) != "lines")
                y.reach([values[1], *self._errors(trace)])
                y.reach([0.0] if trace.fill == "tozeroy" else [], loose=False)
        hung = [(one, ("0", "1")) for one in self.shapes] + [(one, ("",)) for one in self.notes]
        for one, sides in hung:
            for name, ref in (("x", one.xref or "x"), ("y", one.yref or "y")):
                if ref in self.axes:
                    axis = self.axes[ref]
                    axis.reach(axis.values([one[name + side] for side in sides]))

    def _place_axes(self) -> None:
        left, top, right, bottom = self.box
        for axis in self.axes.values():
            if other := self.axes.get(axis.spec.matches):
                axis.tight = other.tight = axis.tight + other.tight
                axis.loose = other.loose = axis.loose + other.loose
        for axis in self.axes.values():
            axis.settle()
            first, last = (left, right) if axis.is_x else (bottom, top)
            low, high = axis.spec.domain or (0, 1)
            axis.start, axis.end = first + low * (last - first), first + high * (last - first)
        for axis in self.axes.values():
            if other := self.axes.get(
                axis.spec.scaleanchor
            ):  # the one with longer units spans more
                small, large = sorted((axis, other), key=lambda one: abs(one.at(1) - one.at(0)))
                times = abs((large.at(1) - large.at(0)) / (small.at(1) - small.at(0)))
                middle, half = (large.low + large.high) / 2, times * (large.high - large.low) / 2
                large.low, large.high = middle - half, middle + half

    def _values(self, trace: Any) -> tuple[np.ndarray, np.ndarray]:
        """The places of a trace's points on both axes."""
        count = range(len(trace.x if trace.y is None else trace.y))
        (x, y), raw = self._pair(trace), (trace.x, trace.y)
        return tuple(a.values(count if r is None else r) for a, r in zip((x, y), raw, strict=True))  # type: ignore[return-value]

    def _bars(self) -> Iterator[tuple[int, tuple[np.ndarray, ...]]]:
        """Of each trace of bars: where they stand, how wide they are, where they begin and end."""
        mode, gap = self.layout.barmode or "group", self.layout.bargap
        panels: dict[Any, list[Any]] = {}
        for trace in self.traces:
            if trace.type == "bar":
                panels.setdefault((self._pair(trace), trace.orientation), []).append(trace)
        for (_, orientation), traces in panels.items():
            points = [_turned(orientation == "h", *self._values(one)) for one in traces]
            places = np.concatenate([where for where, _ in points])
            apart = np.diff(np.unique(places)).min(initial=math.inf)
            room = (0.8 if gap is None else 1 - gap) * (apart if apart < math.inf else 1.0)
            meet = mode == "group" and len(places) > len(np.unique(places))
            beside = len(traces) if meet else 1
            ends: dict[Any, float] = {}
            for k, (trace, (where, size)) in enumerate(zip(traces, points, strict=True)):
                base = np.zeros(len(size))
                if mode in ("stack", "relative"):
                    down = (size < 0) & (mode == "relative")
                    keys = list(zip(where.tolist(), down.tolist(), strict=True))
                    base = np.array([ends.get(key, 0.0) for key in keys])
                    ends |= dict(zip(keys, base + np.nan_to_num(size), strict=True))
                shift = (k - (beside - 1) / 2) * room / beside if meet else 0.0
                width = room / beside if trace.width is None else trace.width
                yield id(trace), (where + shift, np.full(len(where), width), base, base + size)

    def _edges(self, trace: Any) -> Iterator[np.ndarray]:
        """Where the cells of a heat map begin and end, along x and along y, by the middles of the cells."""
        raws, counts = (trace.x, trace.y), np.shape(trace.z)[::-1]
        for axis, raw, count in zip(self._pair(trace), raws, counts, strict=True):
            middles = axis.values(range(count) if raw is None else raw)
            if len(middles) != count:
                raise StillError(
                    f"a still picture draws {count} cells by their middles, got {raw!r}"
                )
            half = np.diff(middles) / 2 if count > 1 else np.array([0.5])
            yield np.concatenate(
                [middles[:1] - half[0], middles[:-1] + half[: count - 1], middles[-1:] + half[-1]]
            )

    def _errors(self, trace: Any) -> list[np.ndarray]:
        """The lower and the upper end of each error bar; nothing for a trace without."""
        given = trace.error_y
        if given.array is None or given.visible is False:
            return []
        up = np.array(given.array, dtype=float)
        down = up if given.arrayminus is None else np.array(given.arrayminus, dtype=float)
        y = self._values(trace)[1]
        return [y - down, y + up]

    # What is drawn.

    def _write(
        self, place: Any, words: str, size: float = FONT, level: str = "center", upright: str = "middle",
        colour: str = INK, up: bool = False,
    ) -> None:  # fmt: skip
        """Words, one side or the middle of which stands at a place; read level or upwards."""
        (x, y), lines, line = map(float, place), svg.BREAK.split(words), LINE * size
        deep = (len(lines) - 1) * line
        shift = {
            "top": 0.95 * size,
            "middle": 0.36 * size - deep / 2,
            "bottom": -0.25 * size - deep,
        }
        share, anchor = {"left": (0, "start"), "center": (0.5, "middle"), "right": (1, "end")}[
            level
        ]
        turn = f' transform="rotate(-90 {short(x)} {short(y)})"' if up else ""
        style = f'{svg.filled(colour)} font-size="{short(size)}" text-anchor="{anchor}"'
        for k, (text, width) in enumerate(svg.set_line(one, size) for one in lines):
            base = shift[upright] + k * line
            made = f'<text x="{short(x)}" y="{short(y + base)}"{turn}>{text}</text>'
            self.words.setdefault(style, []).append(made)
            sides = [(-share * width, base - size), ((1 - share) * width, base + size / 4)]
            for dx, dy in sides:
                dx, dy = (dy, -dx) if up else (dx, dy)
                self.reached[:2] = [
                    min(self.reached[0], x + dx - 2),
                    min(self.reached[1], y + dy - 2),
                ]
                self.reached[2:] = [
                    max(self.reached[2], x + dx + 2),
                    max(self.reached[3], y + dy + 2),
                ]

    def _draw_axis(self, axis: _Axis) -> None:
        spec, is_x, ticks = axis.spec, axis.is_x, axis.ticks()
        other = self.axes.get(spec.anchor or ("y" if is_x else "x"))
        edges = (self.box[3], self.box[1]) if is_x else (self.box[0], self.box[2])
        foot, far = (other.start, other.end) if other else edges
        out = foot + TICK if is_x else foot - TICK

        def line(*ends: Point) -> str:
            return steps(_turned(not is_x, *end) for end in ends)

        grid = {at for at, _ in ticks} if spec.showgrid is not False else set()
        has_zero = not axis.names and not axis.is_log and axis.low * axis.high <= 0
        if spec.zeroline is not False and has_zero:
            grid.add(float(axis.at(0.0)))
        self.grid += [line((at, foot), (at, far)) for at in sorted(grid)]
        if spec.showline is not False:
            self.frame.append(line((axis.start, foot), (axis.end, foot)))
        if spec.ticks != "":
            self.frame += [line((at, foot), (at, out)) for at, _ in ticks]
        deep, size = 0.0, spec.tickfont.size or FONT
        sides = ("center", "top") if is_x else ("right", "middle")
        for at, text in ticks if spec.showticklabels is not False else []:
            if text:
                self._write(_turned(not is_x, at, out + (1 if is_x else -3)), text, size, *sides)
                deep = max(deep, svg.extent(text, size)[1 if is_x else 0])
        if spec.title.text:
            away = out + (deep + GAP if is_x else -deep - GAP)
            at = _turned(not is_x, (axis.start + axis.end) / 2, away)
            self._write(
                at, spec.title.text, TITLE, "center", "top" if is_x else "bottom", INK, not is_x
            )

    def _own(self, trace: Any) -> Any:
        """The colour of a trace that has one."""
        line = trace.line.color if trace.type == "scatter" else None
        mark = trace.marker.color
        return line or (mark if isinstance(mark, str) else None) or self.colours[id(trace)]

    def _draw_scatter(self, trace: Any, panel: list[str]) -> None:
        x, y = self._pair(trace)
        mode, colour, opacity = _mode(trace), self._own(trace), _whole(trace.opacity)
        values = self._values(trace)
        points = np.column_stack([x.at(values[0]), y.at(values[1])])
        if trace.fill not in (None, "none"):
            areas = [one for one in self._areas(trace, points) if len(one) > 2]
            panel.append(path(self._fill(trace), (steps(svg.needed(one), True) for one in areas)))
        self.before[x, y] = points
        drawn = panel if trace.cliponaxis is not False else self.over
        if "lines" in mode and trace.line.width != 0:
            look = svg.stroke(colour, trace.line.width or 2, trace.line.dash, opacity)
            drawn.append(path(look, (steps(svg.needed(run)) for run in svg.runs(points))))
        bars = np.array(self._errors(trace))
        for at, low, high in zip(points[:, 0], *y.at(bars), strict=True) if len(bars) else ():
            if math.isfinite(at + low + high):
                caps = [steps([(at - 4, end), (at + 4, end)]) for end in (low, high)]
                ink = svg.stroke(trace.error_y.color or colour, 2)
                drawn.append(path(ink, [steps([(at, low), (at, high)]), *caps]))
        seen = [k for k, (px, py) in enumerate(points) if _within(px, x) and _within(py, y)]
        if "markers" in mode:
            self._draw_marks(trace, points, seen, drawn)
        if "text" in mode:
            self._draw_texts(trace, points, seen)

    def _draw_marks(
        self, trace: Any, points: np.ndarray, seen: list[int], drawn: list[str]
    ) -> None:
        """The markers of a trace; two at one place in one look are one."""
        marker = trace.marker
        looks: dict[Any, dict[Any, None]] = {}
        given = ((marker.symbol, "circle"), (marker.size, 6), (marker.color, self._own(trace)))
        each = [_each(one, default, len(points)) for one, default in given]
        for k in seen:
            look = tuple(values[k] for values in each)
            looks.setdefault(look, {})[tuple(points[k].round(1))] = None
        opacity = _whole(trace.opacity) * _whole(marker.opacity)
        for (symbol, size, colour), places in looks.items():
            drawn.append(svg.marks(list(places), symbol, size, colour, marker.line, opacity))

    def _draw_texts(self, trace: Any, points: np.ndarray, seen: list[int]) -> None:
        upright, _, level = (trace.textposition or "middle center").partition(" ")
        step = np.array(
            [{"left": -1, "right": 1}.get(level, 0), {"top": -1, "bottom": 1}.get(upright, 0)]
        )
        opposite = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
        level, upright = opposite.get(level, level), opposite.get(upright, upright)
        size, colour = trace.textfont.size or FONT, trace.textfont.color or INK
        sizes = _each(trace.marker.size, 6, len(points))
        texts = _each(trace.text, "", len(points))
        for k in seen:
            away = sizes[k] / 2 + 2 if "markers" in trace.mode else 0
            self._write(points[k] + away * step, str(texts[k]), size, level, upright, colour)

    def _areas(self, trace: Any, points: np.ndarray) -> Iterator[np.ndarray]:
        """The areas that a trace fills: of its own line, down to zero, or down to the trace before it."""
        pair = self._pair(trace)
        zero = np.column_stack([points[:, 0], np.full(len(points), pair[1].at(0.0))])
        below = self.before.get(pair, zero) if trace.fill == "tonexty" else zero
        if trace.fill == "toself":
            yield from svg.runs(points)
        elif len(below) == len(points):
            for run in svg.runs(np.hstack([points, below])):
                yield np.concatenate([run[:, :2], run[::-1, 2:]])
        else:
            whole = [np.concatenate([*svg.runs(one), np.empty((0, 2))]) for one in (points, below)]
            yield np.concatenate([whole[0], whole[1][::-1]])

    def _fill(self, trace: Any) -> str:
        return svg.filled(trace.fillcolor or self._own(trace), 1 if trace.fillcolor else 0.5)

    def _draw_bar(self, trace: Any, panel: list[str]) -> None:
        is_flat = trace.orientation == "h"
        across, along = _turned(is_flat, *self._pair(trace))
        where, width, base, top = self.bars[id(trace)]
        sides = across.at(where - width / 2), across.at(where + width / 2)
        bars = np.column_stack([sides[0], along.at(base), sides[1], along.at(top)])
        panel += self._filled_bars(
            trace, bars[np.isfinite(bars).all(axis=1) & (base != top)], is_flat
        )

    def _filled_bars(self, trace: Any, bars: Any, is_flat: bool) -> Iterator[str]:
        """Bars from corner to corner, lying or standing; those with a pattern are striped."""
        colour = self.colours[id(trace)] if trace.marker.color is None else trace.marker.color
        pattern, opacity = trace.marker.pattern, _whole(trace.opacity)
        is_solid = pattern.fillmode == "overlay"
        if pattern.shape != "/" or is_solid:
            corners = ([one[1], one[0], one[3], one[2]] if is_flat else one for one in bars)
            yield path(svg.filled(colour, opacity), (svg.box(*corner) for corner in corners))
        for x0, y0, x1, y1 in bars if pattern.shape == "/" else ():
            look = svg.stroke("#fff" if is_solid else colour, abs(x1 - x0), None, opacity)
            look += ' stroke-dashoffset="2"' if is_solid else ""  # the colour comes first
            middle = [_turned(is_flat, (x0 + x1) / 2, end) for end in (y0, y1)]
            yield path(f'{look} stroke-dasharray="2 3"', [steps(middle)])

    def _draw_heatmap(self, trace: Any, panel: list[str]) -> None:
        if trace.colorscale is None:
            raise StillError("a still picture draws a heat map of a given colorscale, got None")
        xs, ys = (a.at(e) for a, e in zip(self._pair(trace), self._edges(trace), strict=True))
        z = np.array([list(row) for row in trace.z], dtype=float)
        low = float(np.nanmin(z) if trace.zmin is None else trace.zmin)
        high = float(np.nanmax(z) if trace.zmax is None else trace.zmax)
        panel.append(svg.cells(xs, ys, svg.shades(trace.colorscale, low, high, z)))
        if trace.showscale is not False:
            self._draw_scale(trace, low, high)

    def _draw_scale(self, trace: Any, low: float, high: float) -> None:
        """The legend of a colour scale: a bar beside or above the panels, with ticks and a title."""
        import plotly.graph_objects as go

        bar, (left, top, right, bottom) = trace.colorbar, self.box
        is_x, thick = bar.orientation == "h", bar.thickness or 30
        spec = go.layout.XAxis(range=[low, high], tickvals=bar.tickvals, ticktext=bar.ticktext)
        axis = _Axis(is_x, spec)
        axis.settle()
        axis.start, axis.end = (left, right) if is_x else (bottom, top)
        values = np.linspace(low, high, 65)
        shades = svg.shades(trace.colorscale, low, high, (values[1:] + values[:-1]) / 2)
        foot = top - GAP - TICK - LINE * FONT if is_x else right + 2 * GAP + thick
        xs, ys = _turned(not is_x, axis.at(values), np.array([foot - thick, foot]))
        self.over.append(svg.cells(xs, ys, shades[None] if is_x else shades[:, None]))
        for at, text in axis.ticks():
            ends = [_turned(not is_x, at, foot + away) for away in (0, TICK, TICK + 3)]
            self.frame.append(steps(ends[:2]))
            self._write(ends[2], text, FONT, *(("center", "top") if is_x else ("left", "middle")))
        if bar.title.text:
            place = ((left + right) / 2, foot - thick - 4) if is_x else (foot - thick, top - GAP)
            self._write(place, bar.title.text, FONT, "center" if is_x else "left", "bottom")

    def _place(self, thing: Any, name: str, part: str) -> float:
        """A place by its reference: on an axis, as a share of one, or as a share of all panels."""
        ref, value = thing[f"{name}ref"] or name, thing[part]
        axis = self.axes.get(ref.removesuffix(" domain"))
        if axis and ref in self.axes:
            return float(axis.at(axis.values([value])[0]))
        edges = (self.box[0], self.box[2]) if name == "x" else (self.box[3], self.box[1])
        start, end = (axis.start, axis.end) if axis else edges
        return float(start + value * (end - start))

    def _draw_shapes(self, below: bool) -> None:
        for shape in self.shapes:
            if (shape.layer == "below") != below:
                continue
            x0, x1, y0, y1 = (
                self._place(shape, part[0], part) for part in ("x0", "x1", "y0", "y1")
            )
            axes = [self.axes.get((shape[f"{n}ref"] or n).removesuffix(" domain")) for n in "xy"]
            out = self._panel(*axes) if all(axes) else self.over  # type: ignore[arg-type]
            line, opacity = shape.line, _whole(shape.opacity)
            width = 2 if line.width is None else line.width
            look = svg.stroke(line.color or PLAIN, width, line.dash, opacity) if width else ""
            if shape.type == "rect":
                look += " " + svg.filled(shape.fillcolor, opacity) if shape.fillcolor else ""
                out.append(path(look, [svg.box(x0, y0, x1, y1)]))
            else:
                out.append(path(look, [steps([(x0, y0), (x1, y1)])]))

    def _draw_note(self, note: Any) -> None:
        sides = []
        for name, names in (("x", ("left", "center", "right")), ("y", ("bottom", "middle", "top"))):
            is_share = (note[f"{name}ref"] or name) not in self.axes
            auto = names[min(2, max(0, int(3 * note[name]))) if is_share else 1]
            given = note[f"{name}anchor"]
            sides.append(auto if given in (None, "auto") else given)
        x, y = (
            self._place(note, "x", "x") + (note.xshift or 0),
            self._place(note, "y", "y") - (note.yshift or 0),
        )
        size, colour = note.font.size or FONT, note.font.color or INK
        self._write((x, y), note.text, size, sides[0], sides[1], colour)

    # The names of traces.

    def _draw_legend(self) -> None:
        """Names in rows above the panels, or below them if the figure has them there."""
        named = [
            (trace, trace.name or f"trace {k}")
            for k, trace in enumerate(self.traces)
            if trace.showlegend is not False and trace.type != "heatmap"
        ]
        shown, (left, top, _, bottom) = self.layout.showlegend, self.box
        if shown is None:
            shown = len(named) > 1 or any(trace.showlegend for trace, _ in named)
        if not named or not shown:
            return
        widths = [svg.extent(name)[0] + SAMPLE + 16 for _, name in named]
        fits = sum(widths) <= WIDTH - left + 10
        columns = len(named) if fits else max(1, int((WIDTH - left) // max(widths)))
        share = self.layout.legend.y or 0
        is_below = self.layout.legend.yanchor == "top" and share <= 0
        edge = bottom - (share if is_below else max(1.02, share)) * (bottom - top)
        rows_above = 0 if is_below else -(-len(named) // columns)
        for k, (trace, name) in enumerate(named):
            x = left + (sum(widths[:k]) if fits else max(widths) * (k % columns))
            y = edge + (k // columns - rows_above + 0.5) * LINE * FONT
            self._draw_sample(trace, x, y)
            self._write((x + SAMPLE + 6, y), name, FONT, "left")

    def _draw_sample(self, trace: Any, x: float, y: float) -> None:
        """How a trace is drawn, in small, before its name."""
        mode, middle, end, opacity = _mode(trace), x + SAMPLE / 2, x + SAMPLE, _whole(trace.opacity)
        if trace.type == "bar":
            self.over += self._filled_bars(trace, [(middle - 6, y - 6, middle + 6, y + 6)], False)
            return
        if trace.fill not in (None, "none"):
            self.over.append(path(self._fill(trace), [svg.box(x, y - 6, end, y + 6)]))
        if "lines" in mode and trace.line.width != 0:
            look = svg.stroke(self._own(trace), trace.line.width or 2, trace.line.dash, opacity)
            self.over.append(path(look, [steps([(x, y), (end, y)])]))
        if "markers" in mode:
            marker = trace.marker
            symbol, size = _each(marker.symbol, "circle", 1)[0], _each(marker.size, 6, 1)[0]
            colour = _each(marker.color, self._own(trace), 1)[0]
            self.over.append(svg.marks([(middle, y)], symbol, min(size, 16), colour, marker.line))
        elif mode == "text":
            self._write((middle, y), "Aa")


def _mode(trace: Any) -> str:
    if trace.type != "scatter":
        return ""
    few = len(trace.x if trace.y is None else trace.y) < 20  # as Plotly has it
    return str(trace.mode or ("lines+markers" if few else "lines"))


def _turned(turn: bool, first: Any, second: Any) -> Any:
    """Two things, in their order or turned."""
    return (second, first) if turn else (first, second)


def _whole(opacity: float | None) -> float:
    return 1.0 if opacity is None else opacity


def _frame(left: float, top: float, right: float, bottom: float) -> str:
    return " ".join(short(side) for side in (left, top, right - left, bottom - top))


def _each(given: Any, default: Any, count: int) -> list[Any]:
    """One value for each point: the default where none is given, and the one that is given for all."""
    if given is None or isinstance(given, str | int | float):
        return [default if given is None else given] * count
    return list(given) or [default]


def _within(at: float, axis: _Axis) -> bool:
    return bool(min(axis.start, axis.end) - 0.5 <= at <= max(axis.start, axis.end) + 0.5)
