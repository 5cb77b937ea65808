"""Smaller SVG: the same picture to a tenth of a unit, in fewer letters."""

from __future__ import annotations

import re

NUMBER = re.compile(r"-?\d+\.\d+")
PATH = re.compile(r'(?s) d="([^"]*)"')
POINT = re.compile(r"([ML])\s*(-?[\d.]+)\s+(-?[\d.]+)\s*")
PLACED = re.compile(r'((?:x|y|width|height|transform|viewBox)=")([^"]*)"')
IDENTITY = re.compile(r' id="([^"]*)"')


def compact(svg: str) -> str:
    """The SVG with coordinates to one decimal, paths in relative steps, and no id that nothing refers to."""
    svg = PATH.sub(lambda found: f' d="{_path(found[1])}"', svg)
    svg = PLACED.sub(lambda found: f'{found[1]}{NUMBER.sub(_short, found[2])}"', svg)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]*)', svg))
    svg = IDENTITY.sub(lambda found: found[0] if found[1] in used else "", svg)
    svg = re.sub(r"<defs>\s*</defs>\s*", "", svg)
    while (less := re.sub(r"<g>\s*</g>\s*", "", svg)) != svg:
        svg = less
    return re.sub(r">\s*\n\s*<", "><", svg)


def _short(found: re.Match[str]) -> str:
    return _digits(round(float(found[0]) * 10))


def _digits(tenths: int) -> str:
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def _path(data: str) -> str:
    """A path of straight lines in relative steps; any other path with its numbers rounded."""
    rest = POINT.sub("", data).strip()
    if rest not in ("", "z"):
        return re.sub(r"\s+", " ", NUMBER.sub(_short, data)).strip()
    steps, last, out = 0, (0, 0), []
    for kind, x, y in POINT.findall(data):
        here = (round(float(x) * 10), round(float(y) * 10))
        if kind == "M":
            out.append(f"M{_digits(here[0])} {_digits(here[1])}")
            steps = 0
        elif here != last or steps == 0:
            step = f"{_digits(here[0] - last[0])} {_digits(here[1] - last[1])}"
            out.append(f"l{step}" if steps == 0 else f" {step}")
            steps += 1
        last = here
    return "".join(out) + rest
