"""The picture of a page that messengers and forums show beside a link to it."""

from __future__ import annotations

import io
import math
import textwrap
from typing import Any

from bookbuild.site import logo
from lstm_lab.interact.theme import BLUE, GREY, INK, PAPER, VERMILION

WIDTH, HEIGHT = 1200, 630
LETTERS = 24  # of the page's title, in a line
LINES = 4


def title_lines(title: str) -> list[str]:
    """The title in lines of the card; what does not fit ends in an ellipsis."""
    return textwrap.wrap(title, LETTERS, max_lines=LINES, placeholder=" …") or [""]


def card(title: str, book: str) -> bytes:
    """The card as a PNG: the logo, the book's name, the page's title. The same words give the same bytes.

    Args:
        title: of the page.
        book: name of the book.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Arc, Circle, Polygon

    with mpl.rc_context({"font.family": "DejaVu Sans", "text.parse_math": False}):
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER["light"])
        FigureCanvasAgg(figure)
        figure.text(0.07, 0.86, book, size=24, color=GREY, va="center")
        lines = "\n".join(title_lines(title))
        figure.text(0.07, 0.44, lines, size=42, color=INK["light"], va="center", linespacing=1.25)
        axes = figure.add_axes((0.68, 0.25, 0.5 * HEIGHT / WIDTH, 0.5))
        axes.set(xlim=(0, logo.SIZE), ylim=(logo.SIZE, 0))
        axes.axis("off")
        size = 0.5 * HEIGHT / logo.SIZE * 72 / 100  # points for a unit of the drawing
        level = logo.CENTRE[1]
        axes.plot((0, logo.SIZE), (level, level), color=GREY, lw=logo.LINE_STROKE * size)
        for x in logo.GATES:
            ends = (level - logo.GATE_HEIGHT / 2, level + logo.GATE_HEIGHT / 2)
            axes.plot((x, x), ends, color=GREY, lw=logo.GATE_STROKE * size, solid_capstyle="butt")
        (start, _), end = logo.meeting_points(), logo.loop_end()
        angles = [
            math.degrees(math.atan2(y - logo.LOOP[1], x - logo.LOOP[0])) for x, y in (start, end)
        ]
        diameter = 2 * logo.LOOP_RADIUS
        stroke: Any = {"color": VERMILION, "lw": logo.LOOP_STROKE * size}
        axes.add_patch(
            Arc(logo.LOOP, diameter, diameter, theta1=angles[0], theta2=angles[1], **stroke)
        )
        axes.add_patch(Polygon(logo.arrow(), color=VERMILION, lw=0))
        axes.add_patch(Circle(logo.CENTRE, logo.RADIUS, color=BLUE, zorder=3))
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
