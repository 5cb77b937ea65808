"""Parts of an SVG in few letters: paths, colours, markers, cells, and words with Plotly's small markup."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

XMLNS = "http://www.w3.org/2000/svg"
FONT, LINE = 13, 1.3
"""The size of words, and the height of a line in it."""
TOLERANCE = 0.15
"""How far a point may lie from the line that is drawn without it."""
DASHES = {
    "solid": (),
    "dot": (1, 1),
    "dash": (3, 3),
    "longdash": (5, 5),
    "dashdot": (3, 1, 1, 1),
    "longdashdot": (5, 2, 1, 2),
}
PLUS = np.array([(3, 1), (1, 1), (1, 3), (-1, 3), (-1, 1), (-3, 1)])
PLUS = np.concatenate([PLUS, -PLUS]) / 3
FIFTHS = np.arange(10)[:, None] * math.pi / 5
STAR = np.hstack([np.sin(FIFTHS), -np.cos(FIFTHS)]) * np.resize([1.4, 0.535], 10)[:, None]
SYMBOLS: dict[str, Any] = {  # corners in radii, as Plotly has them
    "circle": [],
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "diamond": [(1.3, 0), (0, 1.3), (-1.3, 0), (0, -1.3)],
    "triangle-up": [(-1.155, 0.5), (1.155, 0.5), (0, -1)],
    "triangle-down": [(-1.155, -0.5), (1.155, -0.5), (0, 1)],
    "cross": 1.2 * PLUS,
    "x": 0.85 * PLUS @ np.array([(1, 1), (-1, 1)]),
    "star": STAR,
}
WIDE, SLIM = "mwMW@%—…", "iljtfrI.,:;|!'()[] ·"
BREAK, MARKUP = re.compile(r"<br ?/?>"), re.compile(r"(</?[a-zA-Z][^<>]*>)")
STYLES = {"b": ' font-weight="bold"', "i": ' font-style="italic"', "em": ' font-style="italic"'}
SHIFTS = {"sup": -0.4, "sub": 0.25}


class StillError(ValueError):
    """A figure that holds what a still picture does not draw."""


def short(value: float) -> str:
    """A number to a tenth, in the fewest letters."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else re.sub(r"^(-?)0\.", r"\1.", text)


# --- Paths -----------------------------------------------------------------------------------------------------------


def path(look: str, courses: Iterable[str]) -> str:
    """A path of several courses; nothing if there is none, or if it would not be seen."""
    course = "".join(courses)
    return f'<path {look.strip()} d="{course}"/>' if course and look else ""


def steps(points: Any, close: bool = False) -> str:
    """The course through points, each rounded to a tenth and told by its step from the one before."""
    places = [(round(float(x), 1), round(float(y), 1)) for x, y in points]
    told = [f"{short(b[0] - a[0])} {short(b[1] - a[1])}" for a, b in pairwise(places) if a != b]
    start = f"M{short(places[0][0])} {short(places[0][1])}"
    return (start + "l" + " ".join(told or ["0 0"]) + "z" * close).replace(" -", "-")


def box(x0: float, y0: float, x1: float, y1: float) -> str:
    """The course around a rectangle."""
    return steps([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], close=True)


def runs(points: np.ndarray) -> Iterator[np.ndarray]:
    """The stretches of a line between its gaps."""
    whole = np.isfinite(points).all(axis=1)
    gaps = np.flatnonzero(~whole)
    for piece, holds in zip(np.split(points, gaps), np.split(whole, gaps), strict=True):
        if holds.any():
            yield piece[holds]


def needed(points: np.ndarray) -> np.ndarray:
    """The points without which a line would leave its course by more than the tolerance.

    Ramer (1972), Douglas and Peucker (1973): keep the point that is furthest from the chord, and look at both halves.
    """
    keep, halves = {0, len(points) - 1}, [(0, len(points) - 1)]
    while halves:
        first, last = halves.pop()
        chord, away = points[last] - points[first], points[first : last + 1] - points[first]
        share = np.clip(away @ chord / max(chord @ chord, 1e-30), 0, 1)
        distances = np.linalg.norm(away - share[:, None] * chord, axis=1)
        if distances.max() > TOLERANCE:
            middle = first + int(distances.argmax())
            keep.add(middle)
            halves += [(first, middle), (middle, last)]
    return points[sorted(keep)]


def marks(points: Any, symbol: str, size: float, colour: Any, line: Any, opacity: float = 1) -> str:
    """Markers of one look as one path; `line` is Plotly's, of their border."""
    name, is_open, radius = symbol.removesuffix("-open"), symbol.endswith("-open"), size / 2
    border = line.width or (1 if is_open else 0)
    ink = colour if is_open else line.color or "#444444"
    look = "" if is_open else filled(colour, opacity)
    look += " " + stroke(ink, border, None, opacity) if border else ""
    if len(SYMBOLS[name]):
        corners = radius * np.array(SYMBOLS[name])
        return path(look, (steps(np.array(point) + corners, close=True) for point in points))
    if border:
        r, d = short(radius), short(size)
        arcs = f"a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0-{d} 0"
        return path(look, (f"M{short(x - radius)} {short(y)}{arcs}" for x, y in points))
    dots = (f"M{short(x)} {short(y)}h0" for x, y in points)  # a round stroke without a length
    return path(stroke(colour, size, None, opacity) + ' stroke-linecap="round"', dots)


def cells(xs: np.ndarray, ys: np.ndarray, shades: np.ndarray) -> str:
    """Cells with their edges and colours: one path for each colour, a rectangle for neighbours in a row."""
    courses: dict[str, list[str]] = {}
    for (y0, y1), row in zip(pairwise(ys), shades, strict=True):
        starts = [0, *(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), len(row)]
        for a, b in pairwise(starts):
            courses.setdefault(row[a], []).append(box(xs[a], y0, xs[b], y1))
    drawn = "".join(path(filled(shade), course) for shade, course in courses.items() if shade)
    return f'<g shape-rendering="crispEdges">{drawn}</g>'


# --- Colours ---------------------------------------------------------------------------------------------------------


def filled(value: Any, opacity: float = 1.0, what: str = "fill") -> str:
    """A colour as an attribute, with its opacity as another."""
    if not isinstance(value, str):
        raise StillError(f"a still picture draws colours by their names, got {value!r}")
    parts = re.fullmatch(r"rgba?\(([^)]*)\)", value)
    if parts:
        red, green, blue, *alpha = (float(part) for part in parts[1].split(","))
        value = f"#{round(red):02x}{round(green):02x}{round(blue):02x}"
        opacity *= alpha[0] if alpha else 1
    return f'{what}="{value}"' + (f' {what}-opacity="{opacity:.3g}"' if opacity < 1 else "")


def stroke(colour: Any, width: float = 1, dash: str | None = None, opacity: float = 1.0) -> str:
    """The look of a line."""
    dashes = " ".join(short(part * max(3, width)) for part in DASHES[dash or "solid"])
    wide = f' stroke-width="{short(width)}"' if width != 1 else ""
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return filled(colour, opacity, "stroke") + wide + broken


def shades(
    scale: Sequence[tuple[float, str]], low: float, high: float, z: np.ndarray
) -> np.ndarray:
    """The colour of each value on a scale from `low` to `high`; nothing where there is no value."""
    stops = np.array([stop for stop, _ in scale], dtype=float)
    codes = [filled(colour)[7:13] for _, colour in scale]
    colours = np.array([[int(code[k : k + 2], 16) for k in (0, 2, 4)] for code in codes])
    shares = np.nan_to_num(np.clip((z - low) / ((high - low) or 1), 0, 1))
    bands = [np.interp(shares, stops, band).round().astype(int) for band in colours.T]
    return np.where(np.isnan(z), "", np.vectorize("#{:02x}{:02x}{:02x}".format)(*bands))


# --- Words -----------------------------------------------------------------------------------------------------------


def set_line(words: str, size: float) -> tuple[str, float]:
    """A line of Plotly's small HTML as SVG, and its width as a wide sans serif has it."""
    made, width, scale, shift = "", 0.0, 1.0, 0.0
    for part in MARKUP.split(words):
        tag = part[1:-1].lower() if MARKUP.fullmatch(part) else ""
        name = tag.removeprefix("/")
        if tag and name not in SHIFTS | STYLES:
            raise StillError(f"a still picture does not draw the markup {part} in {words!r}")
        if name in SHIFTS:
            shift += SHIFTS[name] * size * (1 if tag == name else -1)
            scale = 0.7 if tag == name else 1.0
        elif tag:
            made += f"<tspan{STYLES[name]}>" if tag == name else "</tspan>"
        elif part:
            plain = html.unescape(part)
            text, ems = html.escape(plain, quote=False), sum(map(_ems, plain))
            width += ems * scale * size
            small = f' font-size="{short(scale * size)}"' if scale < 1 else ""
            made += f'<tspan dy="{short(shift)}"{small}>{text}</tspan>' if shift or small else text
            shift = 0.0
    return made, width


def _ems(letter: str) -> float:
    if letter in WIDE:
        return 0.95
    return 0.37 if letter in SLIM else 0.72 if letter.isupper() else 0.61


def extent(words: str, size: float = FONT) -> tuple[float, float]:
    """The width and the height of words."""
    lines = BREAK.split(words)
    return max(set_line(line, size)[1] for line in lines), len(lines) * LINE * size
