"""Smaller SVG: the same picture to a fifth of a unit, in fewer letters.

What matplotlib writes says the same thing many times: each tick is a group of its own with a grid line, a mark and a
text, each with its whole style; a curve has a point for each number, on a straight stretch too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NUMBER = re.compile(r"-?\d+\.\d+")
POINT = re.compile(r"([ML])\s*(-?[\d.]+)\s+(-?[\d.]+)\s*")
MARK = re.compile(r"M0 0l([^ ]+ [^ ]+)")
FAMILY = re.compile(r";?font-family:([^;]*)")
PLACED = ("x", "y", "width", "height", "transform", "viewBox")
XLINK = "{http://www.w3.org/1999/xlink}href"
TOLERANCE = 0.15
"""How far a point may lie from the line that is drawn without it, in units of the picture."""
SHARED = ("style", "clip-path")
OPACITY = re.compile(r"(?:^|;)opacity:")
RUN = 3
"""How many neighbours of one style have it written once, around them."""

Point = tuple[float, float]


def compact(svg: str) -> str:
    """The SVG with rounded coordinates, curves without idle points, ticks drawn in one go and styles said once."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        _plain(element)
    _family_once(root)
    for axis in root.iter("g"):
        if axis.get("id", "").startswith("matplotlib.axis"):
            axis[:] = _axis(axis)
    named = {one.get("id"): one for one in root.iter("path") if one.get("id")}
    _each_group(root, lambda children: list(_marks_as_paths(children, named)))
    _drop_idle_names(root)
    _each_group(root, lambda children: list(_flat(children)))
    _each_group(root, lambda children: list(_style_once(children)))
    for element in root.iter():
        element.tail = None
        if element.tag != "text":
            element.text = None
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _each_group(element: Element, change: Callable[[list[Element]], list[Element]]) -> None:
    """Change the children of every element, innermost first."""
    for child in element:
        _each_group(child, change)
    element[:] = change(list(element))


def _plain(element: Element) -> None:
    """Without namespaces, with rounded numbers and a short style."""
    element.tag = element.tag.rpartition("}")[2]
    if XLINK in element.attrib:
        element.set("href", element.attrib.pop(XLINK))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if "d" in element.attrib:
        element.set("d", _path(element.attrib["d"]))
    if "style" in element.attrib:
        element.set("style", _style(element.attrib["style"]))
    for name in PLACED:
        if name in element.attrib:
            element.set(name, NUMBER.sub(_short, element.attrib[name]))


def _style(written: str) -> str:
    """A style without blanks."""
    said = (re.sub(r"\s*([:,])\s*", r"\1", part.strip()) for part in written.split(";"))
    return ";".join(part for part in said if part)


def _family_once(root: Element) -> None:
    """The family of fonts, which all words share, said by the root."""
    found = {family for one in root.iter() for family in FAMILY.findall(one.get("style", ""))}
    if len(found) == 1:
        for one in root.iter():
            if "style" in one.attrib:
                one.set("style", FAMILY.sub("", one.attrib["style"]).strip(";"))
        root.set("style", f"{root.get('style', '')};font-family:{found.pop()}".strip(";"))


def _axis(axis: Element) -> list[Element]:
    """What an axis shows: all grid lines, then all marks, then all words."""
    if any(len(one.attrib) > ("id" in one.attrib) for one in axis.iter("g") if one is not axis):
        return list(axis)
    leaves = [one for one in axis.iter() if one.tag in ("use", "text", "defs")]
    inside = {id(one) for group in axis.iter("defs") for one in group.iter("path")}
    lines = [one for one in axis.iter("path") if id(one) not in inside]
    kinds = {tag: [one for one in leaves if one.tag == tag] for tag in ("defs", "use", "text")}
    return [*kinds["defs"], *_joined(lines, lambda line: True), *kinds["use"], *kinds["text"]]


def _joined(elements: Iterable[Element], may: Callable[[Element], bool]) -> Iterator[Element]:
    """The elements, with neighbouring paths that differ in their course alone as one."""

    def look(one: Element) -> tuple[object, ...]:
        apart = 0 if one.tag == "path" and not one.get("id") and may(one) else id(one)
        return apart, sorted((name, value) for name, value in one.items() if name != "d")

    for _, same in groupby(elements, key=look):
        first, *others = same
        if others:
            first.set("d", first.get("d", "") + "".join(one.get("d", "") for one in others))
        yield first


def _covers(path: Element) -> bool:
    """Whether the path is drawn in one stroke or one fill that nothing shines through."""
    style = path.get("style", "")
    return "fill:none" in style and "opacity" not in style


def _marks_as_paths(
    children: Iterable[Element], named: dict[str | None, Element]
) -> Iterator[Element]:
    """Neighbouring uses of a mark that is one stroke, as one path with all strokes."""
    for is_use, run in groupby(children, key=lambda one: one.tag == "use"):
        if not is_use:
            yield from run
            continue
        for (href, style), same in groupby(
            run, key=lambda one: (one.get("href"), one.get("style"))
        ):
            mark = named.get((href or "#")[1:])
            stroke = MARK.fullmatch(mark.get("d", "")) if mark is not None else None
            if mark is None or stroke is None:
                yield from same
                continue
            course = "".join(
                f"M{one.get('x', '0')} {one.get('y', '0')}l{stroke[1]}" for one in same
            )
            # The mark's own style goes before what its use says.
            said = f"{style or ''};{mark.get('style', '')}".strip(";").split(";")
            both = dict(part.split(":", 1) for part in said)
            yield Element(
                "path", d=course, style=";".join(f"{name}:{value}" for name, value in both.items())
            )


def _drop_idle_names(root: Element) -> None:
    written = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]*)', written))
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    for parent in root.iter():
        if parent.tag == "defs":
            parent[:] = [child for child in parent if child.get("id") or len(child)]


def _flat(children: Iterable[Element]) -> Iterator[Element]:
    """Without groups that group nothing, and without those that are empty."""
    for child in children:
        if child.tag == "g" and not child.attrib:
            yield from child
        elif len(child) or child.tag not in ("g", "defs"):
            yield child


def _style_once(children: Iterable[Element]) -> Iterator[Element]:
    """A run of neighbours of one look inside a group that has it; opacity is not handed down."""

    def look(one: Element) -> tuple[str, dict[str, str]]:
        return one.tag, {name: one.attrib[name] for name in SHARED if name in one.attrib}

    for (tag, shared), same in groupby(_joined(children, _covers), key=look):
        run = list(same)
        if tag == "g" or not shared or len(run) < RUN or OPACITY.search(shared.get("style", "")):
            yield from run
            continue
        group = Element("g", shared)
        for one in run:
            for name in shared:
                del one.attrib[name]
        group.extend(run)
        yield group


# --- Paths -----------------------------------------------------------------------------------------------------------


def _short(found: re.Match[str]) -> str:
    return _digits(round(float(found[0]) * 10))


def _digits(tenths: int) -> str:
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def _path(data: str) -> str:
    """A path of straight lines in relative steps; any other path with its numbers rounded."""
    rest = POINT.sub("", data).strip()
    if rest not in ("", "z"):
        return re.sub(r"\s+", " ", NUMBER.sub(_short, data)).strip()
    stretches: list[list[Point]] = []
    for kind, x, y in POINT.findall(data):
        if kind == "M":
            stretches.append([])
        stretches[-1].append((float(x), float(y)))
    return "".join(map(_steps, stretches)) + rest


def _steps(points: list[Point]) -> str:
    corners = [(round(x * 10), round(y * 10)) for x, y in _needed(points)]
    steps = [
        f"{_digits(x - x0)} {_digits(y - y0)}"
        for (x0, y0), (x, y) in pairwise(corners)
        if (x, y) != (x0, y0)
    ]
    if not steps and len(points) > 1:
        steps = ["0 0"]  # a dot
    start = f"M{_digits(corners[0][0])} {_digits(corners[0][1])}"
    return start + ("l" + " ".join(steps) if steps else "")


def _needed(points: list[Point]) -> list[Point]:
    """The points without which the line would leave its course by more than the tolerance.

    Ramer (1972), Douglas and Peucker (1973): keep the point that is furthest from the chord, and look at both halves.
    """
    keep = {0, len(points) - 1}
    halves = [(0, len(points) - 1)]
    while halves:
        first, last = halves.pop()
        if last - first < 2:
            continue
        aways = [_away(point, points[first], points[last]) for point in points[first + 1 : last]]
        worst = max(range(len(aways)), key=aways.__getitem__)
        if aways[worst] > TOLERANCE:
            middle = first + 1 + worst
            keep.add(middle)
            halves += [(first, middle), (middle, last)]
    return [points[place] for place in sorted(keep)]


def _away(point: Point, start: Point, end: Point) -> float:
    """The distance of a point from a stretch between two others."""
    along, up = end[0] - start[0], end[1] - start[1]
    x, y = point[0] - start[0], point[1] - start[1]
    length = along * along + up * up
    share = min(1.0, max(0.0, (x * along + y * up) / length)) if length else 0.0
    return float(((x - share * along) ** 2 + (y - share * up) ** 2) ** 0.5)
