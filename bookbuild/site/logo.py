"""The logo: a memory cell, drawn as what it does. A unit, a loop back to itself, a gate in and a gate out."""

from __future__ import annotations

import math

from lstm_lab.interact.theme import BLUE, GREY, VERMILION

SIZE = 64  # of the drawing's square
SHOWN = 72  # pixels at the head of a page
CENTRE, RADIUS = (32.0, 44.0), 11.0  # of the unit
LOOP, LOOP_RADIUS = (32.0, 24.0), 16.0
GATES, GATE_HEIGHT = (11.0, 53.0), 20.0
LOOP_STROKE, GATE_STROKE, LINE_STROKE = 4.5, 4.5, 3.0
ARROW = 7.5  # half the width of the arrow's head


def meeting_points() -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the loop leaves the unit and where it comes back, on the unit's edge."""
    apart = CENTRE[1] - LOOP[1]
    down = (apart**2 + LOOP_RADIUS**2 - RADIUS**2) / (2 * apart)
    side = math.sqrt(LOOP_RADIUS**2 - down**2)
    return (LOOP[0] - side, LOOP[1] + down), (LOOP[0] + side, LOOP[1] + down)


def arrow() -> list[tuple[float, float]]:
    """The head of the arrow in which the loop comes back: its tip on the unit, then its two corners."""
    (_, (x, y)) = meeting_points()
    along = math.atan2(y - LOOP[1], x - LOOP[0])  # from the loop's centre to the tip
    back = along - 2 * math.asin(ARROW / LOOP_RADIUS)
    return [
        (x, y),
        *(
            (
                LOOP[0] + (LOOP_RADIUS + side) * math.cos(back),
                LOOP[1] + (LOOP_RADIUS + side) * math.sin(back),
            )
            for side in (-ARROW, ARROW)
        ),
    ]


def loop_end() -> tuple[float, float]:
    """Where the line of the loop ends, inside the arrow's head."""
    (_, inner, outer) = arrow()
    return (inner[0] + outer[0]) / 2, (inner[1] + outer[1]) / 2


def logo_svg() -> str:
    """The logo as an SVG file of its own; its colours stand out from white and from black paper."""
    (left, height), _ = meeting_points()
    end = loop_end()
    head = " ".join(f"{x:.2f},{y:.2f}" for x, y in arrow())
    bars = "".join(f"M{x:g} {CENTRE[1] - GATE_HEIGHT / 2:g}v{GATE_HEIGHT:g}" for x in GATES)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" '
        f'width="{SHOWN}" height="{SHOWN}" role="img">',
        "<title>A memory cell: a unit with a loop to itself, and a gate on either side</title>",
        f'<path d="M0 {CENTRE[1]:g}H{SIZE}" stroke="{GREY}" stroke-width="{LINE_STROKE:g}"/>',
        f'<path d="{bars}" stroke="{GREY}" stroke-width="{GATE_STROKE:g}"/>',
        f'<path d="M{left:.2f} {height:.2f}A{LOOP_RADIUS:g} {LOOP_RADIUS:g} 0 1 1 {end[0]:.2f} {end[1]:.2f}" '
        f'fill="none" stroke="{VERMILION}" stroke-width="{LOOP_STROKE:g}"/>',
        f'<polygon points="{head}" fill="{VERMILION}"/>',
        f'<circle cx="{CENTRE[0]:g}" cy="{CENTRE[1]:g}" r="{RADIUS:g}" fill="{BLUE}"/>',
    ]
    return "\n".join([*lines, "</svg>", ""])
