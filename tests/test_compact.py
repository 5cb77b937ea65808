"""A compact SVG is the same picture."""

import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.compact import compact

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


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=2, max_size=20))
def test_corners_stay_within_a_tenth(corners):
    first, *rest = corners
    data = f"M {first[0]:.6f} {first[1]:.6f}\n" + "".join(f"L {x:.6f} {y:.6f}\n" for x, y in rest)
    drawn = points(re.search(r'd="([^"]*)"', compact(f'<path d="{data}"/>'))[1])
    for corner in corners:
        assert np.abs(drawn - corner).max(axis=1).min() <= 0.05 + 1e-6
    np.testing.assert_allclose(drawn[-1], corners[-1], atol=0.05 + 1e-6)


def test_curves_keep_their_commands():
    assert "C 0.6 2.2 1.2 2 1.6 1.6 z" in compact(SVG)
