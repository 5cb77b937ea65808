"""A compact SVG is the same picture."""

import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.compact import TOLERANCE, compact

SVG = """<svg viewBox="0 0 518.4 302.4" xmlns="http://www.w3.org/2000/svg">
<defs>
</defs>
<g id="axes_1">
<g id="patch_2">
<path d="M 0.04 302.37
L 10.04 302.37
L 10.04 302.371
L 10.04 0
z
" clip-path="url(#p1)"/>
</g>
<g id="empty">
</g>
<path id="m1" d="M 0 2.254
C 0.6 2.2 1.2 2 1.6 1.6
z
"/>
<clipPath id="p1"><rect x="50.4449" y="0"/></clipPath>
<use href="#m1" x="65.5566" y="226.876875"/>
</g>
</svg>"""


def points(data):
    """The corners of a path of straight lines, absolute or relative."""
    here, found, relative = np.zeros(2), [], False
    for kind, x, y in re.findall(r"([MLl]?)\s*(-?[\d.]+) (-?[\d.]+)", data):
        relative = kind == "l" or (relative and not kind)
        step = np.array([float(x), float(y)])
        here = here + step if relative else step
        found.append(here)
    return np.array(found)


def test_it_is_shorter_valid_and_keeps_what_is_referred_to():
    small = compact(SVG)
    assert len(small) < 0.75 * len(SVG)
    tree = ElementTree.fromstring(small)
    assert {one.get("id") for one in tree.iter() if one.get("id")} == {"m1", "p1"}
    assert 'x="65.6" y="226.9"' in small
    assert "<defs" not in small


def test_a_second_time_changes_nothing():
    assert compact(compact(SVG)) == compact(SVG)


COORDINATES = st.floats(-500, 500).map(lambda x: round(x, 6))


def distance(point, line):
    """From a point to a line through corners."""
    starts, ends = line[:-1], line[1:]
    along = ends - starts
    squares = np.maximum((along**2).sum(axis=1), 1e-30)
    share = np.clip(((point - starts) * along).sum(axis=1) / squares, 0, 1)
    return np.linalg.norm(starts + share[:, None] * along - point, axis=1).min()


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=20))
def test_no_corner_is_further_from_the_drawn_line_than_the_tolerance(corners):
    first, *rest = corners
    data = f"M {first[0]:.6f} {first[1]:.6f}\n" + "".join(f"L {x:.6f} {y:.6f}\n" for x, y in rest)
    drawn = points(re.search(r'd="([^"]*)"', compact(f'<path d="{data}"/>'))[1])
    for corner in corners:
        assert distance(np.array(corner), drawn) <= TOLERANCE + 0.08
    np.testing.assert_allclose(drawn[[0, -1]], [corners[0], corners[-1]], atol=0.05 + 1e-6)


def test_idle_points_go_and_corners_stay():
    line = "M 0 0\n" + "".join(f"L {x} 0\n" for x in range(1, 50)) + "L 50 30\nL 51 0\n"
    assert 'd="M0 0l49 0 1 30 1 -30"' in compact(f'<path d="{line}"/>')


def test_the_ticks_of_an_axis_are_one_stroke_and_its_words_stay():
    tick = """<g id="xtick_{0}"><g><path d="M {0}0 5 \nL {0}0 0" style="fill: none; stroke: #808080"/></g>
    <g><defs><path id="m1" d="M 0 0 \nL 0 3.5" style="stroke: #000"/></defs></g>
    <g><use xlink:href="#m1" x="{0}0" y="5"/></g>
    <g><text x="{0}0" y="9" style="font-size: 9px">{0} a</text></g></g>"""
    axis = f'<g id="matplotlib.axis_1">{"".join(tick.format(k) for k in (1, 2, 3))}</g>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{axis}</svg>'
    small = compact(svg)
    assert [path.get("d") for path in ElementTree.fromstring(small).iter("path")] == [
        "M10 5l0 -5M20 5l0 -5M30 5l0 -5",
        "M10 5l0 3.5M20 5l0 3.5M30 5l0 3.5",
    ]
    assert re.findall(r"<text[^>]*>([^<]*)", small) == ["1 a", "2 a", "3 a"]
    assert small.count("font-size") == 1


def test_the_family_of_fonts_is_said_once_if_it_is_one():
    word = """<text style="font-size: 9px; font-family: 'A B', {}; fill: red">w</text>"""
    same = compact(f"<svg>{word.format('serif') * 2}</svg>")
    assert same.startswith("""<svg style="font-family:'A B',serif">""")
    assert same.count("font-family") == 1
    assert same.count("font-size:9px;fill:red") == 2
    assert compact(same) == same
    two = compact(f"<svg>{word.format('serif')}{word.format('mono')}</svg>")
    assert two.count("font-family") == 2


def test_what_shines_through_is_drawn_by_itself():
    lines = '<path d="M 0 0 L 5 5" style="fill: none; stroke: red; stroke-opacity: 0.5"/>' * 2
    assert compact(f"<svg><g>{lines}</g></svg>").count("<path") == 2


def test_curves_keep_their_commands():
    assert "C 0.6 2.2 1.2 2 1.6 1.6 z" in compact(SVG)
