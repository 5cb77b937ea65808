"""A still picture shows what its figure does, where the axes say, or the figure is refused by name."""

import html
import re
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bookbuild.explorer_html import page_html
from lstm_lab.chapters import explorers
from lstm_lab.interact import svg, theme
from lstm_lab.interact.explorer import Explorer
from lstm_lab.interact.live import live_bundle
from lstm_lab.interact.static import figure_page
from lstm_lab.interact.still_picture import KNOWN, UNSEEN, VALUES, _check, first_picture, picture
from lstm_lab.interact.svg import StillError

RED, BLUE = "#ff0000", "#0000ff"
NAMESPACE = "{http://www.w3.org/2000/svg}"
SOME = 25
ROUNDED = 0.11
"""How far a place may be from what it was before it was written to a tenth."""


def drawn(figure):
    """The picture as a tree."""
    return ElementTree.fromstring(picture(figure))


def places_of(tree):
    """Where words stand, (x, y) by the words."""
    return {
        "".join(text.itertext()): (float(text.get("x")), float(text.get("y")))
        for text in tree.iter(f"{NAMESPACE}text")
    }


def outlines(element):
    """The courses of a path, as arrays of their corners; an arc counts by its end."""
    found, here = [], np.zeros(2)
    for kind, rest in re.findall(r"([Mlhvaz])([^Mlhvaz]*)", element.get("d")):
        numbers = [float(one) for one in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if kind == "M":
            here = np.array(numbers)
            found.append([here])
        elif kind in "lhv":
            numbers = (
                numbers if kind == "l" else [numbers[0], 0] if kind == "h" else [0, numbers[0]]
            )
            for step in np.reshape(numbers, (-1, 2)):
                here = here + step
                found[-1].append(here)
        elif kind == "a":
            here = here + numbers[5:7]
            found[-1].append(here)
    return [np.array(course) for course in found]


def paths(tree, **attributes):
    """The paths with such attributes."""
    return [
        one
        for one in tree.iter(f"{NAMESPACE}path")
        if all(one.get(name.replace("_", "-")) == value for name, value in attributes.items())
    ]


def courses(tree, **attributes):
    return [course for one in paths(tree, **attributes) for course in outlines(one)]


def rulers(tree, low="low", high="high", left="left", right="right"):
    """Where the two named marks of both axes stand: x of left and right, y of low and high."""
    words = places_of(tree)
    middle = 0.36 * svg.FONT  # words stand on a line, which is below their middle
    return [words[left][0], words[right][0]], [words[low][1] - middle, words[high][1] - middle]


def ruled(x=(0.0, 1.0), y=(0.0, 1.0), **more):
    """Axes with two named marks each."""
    ends = {
        "xaxis": {"tickvals": list(x), "ticktext": ["left", "right"], "range": list(x)},
        "yaxis": {"tickvals": list(y), "ticktext": ["low", "high"], "range": list(y)},
    }
    return {name: {**ends[name], **more.get(name, {})} for name in ends}


UNIT = st.floats(0.02, 0.98)
POINTS = st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=8, unique=True)


# --- Points and lines ------------------------------------------------------------------------------------------------


@settings(max_examples=SOME)
@given(
    POINTS,
    st.sampled_from(sorted(svg.SYMBOLS)),
    st.booleans(),
    st.tuples(st.booleans(), st.booleans()),
    st.tuples(st.floats(0, 0.4), st.floats(0.6, 1)),
    st.sampled_from(["linear", "log"]),
)
def test_every_point_lies_where_the_axes_say(points, symbol, is_open, turned, domain, kind):
    x, y = np.array(points).T * 4 + 1  # one to five, which has a logarithm
    ends = [5.0, 1.0] if turned[0] else [1.0, 5.0], [5.0, 1.0] if turned[1] else [1.0, 5.0]
    spans = ends if kind == "linear" else [np.log10(one).tolist() for one in ends]
    axes = ruled(ends[0], ends[1])
    for axis, span in zip(axes.values(), spans, strict=True):
        axis.update(domain=list(domain), type=kind, range=span)
    marker = {"symbol": symbol + "-open" * is_open, "size": 8, "color": RED}
    figure = theme.figure([go.Scatter(x=x, y=y, mode="markers", marker=marker)], "Points.", **axes)
    tree = drawn(figure)
    rule = rulers(tree)
    found = courses(tree, **({"stroke": RED} if is_open or symbol == "circle" else {"fill": RED}))
    scale = (lambda v: v) if kind == "linear" else np.log10
    expected = []
    for values, (start, end), (first, last) in zip((x, y), rule, ends, strict=True):
        share = (scale(values) - scale(first)) / (scale(last) - scale(first))
        expected.append(start + share * (end - start))
    expected = sorted({tuple(np.round(one, 1)) for one in np.array(expected).T})
    middles = [tuple((course.min(axis=0) + course.max(axis=0)) / 2) for course in found]
    assert len(middles) == len(expected)
    if symbol.startswith(("triangle", "star")):
        reach = 3.0  # their middle is not the middle of the box around them
    else:
        reach = 2 * ROUNDED
    for place in expected:
        assert min(np.abs(np.array(middles) - place).max(axis=1)) <= reach


def test_each_symbol_has_a_look_of_its_own():
    looks = set()
    for symbol in VALUES["scatter.marker.symbol"]:
        marker = {"symbol": symbol, "color": RED}
        (one,) = [
            path
            for path in drawn(
                theme.figure([go.Scatter(x=[1], y=[1], mode="markers", marker=marker)], "One.")
            ).iter(f"{NAMESPACE}path")
            if RED in (path.get("fill"), path.get("stroke"))
        ]
        looks.add((one.get("d"), one.get("fill"), one.get("stroke-linecap")))
    assert len(looks) == 2 * len(svg.SYMBOLS) == 16


def distance(point, line):
    """From a point to a line through corners."""
    starts, ends = line[:-1], line[1:]
    along = ends - starts
    squares = np.maximum((along**2).sum(axis=1), 1e-30)
    share = np.clip(((point - starts) * along).sum(axis=1) / squares, 0, 1)
    return np.linalg.norm(starts + share[:, None] * along - point, axis=1).min()


@settings(max_examples=SOME)
@given(st.lists(UNIT, min_size=2, max_size=60))
def test_a_line_has_no_idle_point_and_leaves_none_of_its_figure(values):
    x = np.linspace(0, 1, len(values))
    line = go.Scatter(x=x, y=values, mode="lines", line={"color": RED})
    tree = drawn(theme.figure([line], "A line.", **ruled()))
    (left, right), (low, high) = rulers(tree)
    (course,) = courses(tree, stroke=RED)
    points = np.column_stack([left + x * (right - left), low + np.array(values) * (high - low)])
    for point in points:
        assert distance(point, course) <= svg.TOLERANCE + ROUNDED
    assert len(course) <= len(values)


def test_points_on_a_straight_stretch_go():
    line = go.Scatter(
        x=np.arange(100), y=np.r_[np.zeros(50), 9, np.zeros(49)], mode="lines", line={"color": RED}
    )
    assert len(courses(drawn(theme.figure([line], "A peak.")), stroke=RED)[0]) == 5


def test_a_gap_in_a_line_stays_one():
    line = go.Scatter(x=[0, 1, 2, 3, 4], y=[1, 2, None, 1, 3], mode="lines", line={"color": RED})
    assert [len(one) for one in courses(drawn(theme.figure([line], "Two.")), stroke=RED)] == [2, 2]


def test_a_line_that_leaves_its_panel_is_cut_there():
    line = go.Scatter(x=[0, 1], y=[-9, 9], mode="lines", line={"color": RED})
    tree = drawn(theme.figure([line], "Steep.", **ruled()))
    (left, right), (low, high) = rulers(tree)
    (panel,) = [one for one in tree.iter(f"{NAMESPACE}svg") if one.get("x")]
    frame = [float(panel.get(name)) for name in ("x", "y", "width", "height")]
    np.testing.assert_allclose(frame, [left, high, right - left, low - high], atol=ROUNDED)
    assert panel.get("viewBox").split() == [panel.get(n) for n in ("x", "y", "width", "height")]
    assert next(iter(panel)).get("stroke") == RED
    free = drawn(theme.figure([line.update(cliponaxis=False)], "Steep.", **ruled()))
    assert len(list(free.iter(f"{NAMESPACE}svg"))) == 1


@pytest.mark.parametrize("dash", VALUES["scatter.line.dash"])
def test_a_dash_is_drawn_in_the_width_of_its_line(dash):
    line = go.Scatter(y=[1, 2], mode="lines", line={"color": RED, "dash": dash, "width": 4})
    (path,) = paths(drawn(theme.figure([line], "Dashed.")), stroke=RED)
    assert path.get("stroke-width") == "4"
    told = [float(part) / 4 for part in (path.get("stroke-dasharray") or "").split()]
    assert told == list(svg.DASHES[dash])


@settings(max_examples=SOME)
@given(
    st.lists(st.tuples(UNIT, st.floats(0.01, 0.3), st.floats(0.01, 0.3)), min_size=1, max_size=5)
)
def test_error_bars_end_where_the_data_say(bars):
    middle, up, down = np.array(bars).T
    x = np.linspace(0.1, 0.9, len(bars))
    error = {"type": "data", "array": up, "arrayminus": down, "color": RED}
    trace = go.Scatter(x=x, y=middle, mode="markers", error_y=error, marker={"color": BLUE})
    tree = drawn(theme.figure([trace], "Spread.", **ruled(y=(-1.0, 2.0))))
    (left, right), (low, high) = rulers(tree)
    stems = [one for one in courses(tree, stroke=RED) if abs(np.ptp(one[:, 0])) < ROUNDED]
    caps = [one for one in courses(tree, stroke=RED) if np.ptp(one[:, 0]) > 7]
    assert (len(stems), len(caps)) == (len(bars), 2 * len(bars))
    for stem, at, bottom, top in zip(stems, x, middle - down, middle + up, strict=True):
        place = low + (np.array([bottom, top]) + 1) / 3 * (high - low)
        np.testing.assert_allclose(stem[:, 1], place, atol=ROUNDED)
        np.testing.assert_allclose(stem[:, 0], left + at * (right - left), atol=ROUNDED)


# --- Bars ------------------------------------------------------------------------------------------------------------


@settings(max_examples=SOME)
@given(
    st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from(["group", "stack", "overlay"]),
)
def test_bars_stand_side_by_side_or_on_each_other(heights, is_flat, mode):
    values, names = np.array(heights).T, [f"n{k}" for k in range(len(heights))]
    along = {"range": [0, 2], "tickvals": [0, 2], "ticktext": ["low", "high"]}
    traces = []
    for colour, value in zip((RED, BLUE), values, strict=True):
        x, y = (value, names) if is_flat else (names, value)
        traces.append(
            go.Bar(x=x, y=y, orientation="h" if is_flat else "v", marker={"color": colour})
        )
    axes = {"xaxis": along} if is_flat else {"yaxis": along}
    tree = drawn(theme.figure(traces, "Bars.", barmode=mode, showlegend=False, **axes))
    words, place = places_of(tree), 0 if is_flat else 1
    low, high = (
        words[name][place] - (0 if is_flat else 0.36 * svg.FONT) for name in ("low", "high")
    )
    first, second = (
        np.array([one[:4] for one in courses(tree, fill=colour)]) for colour in (RED, BLUE)
    )
    assert len(first) == len(second) == len(names)
    ends = {"first": first, "second": second}
    ends = {name: (one.min(axis=1), one.max(axis=1)) for name, one in ends.items()}
    unit, across = (high - low) / 2, 1 - place
    for name, value in zip(ends, values, strict=True):
        size = ends[name][1][:, place] - ends[name][0][:, place]
        np.testing.assert_allclose(size, value * abs(unit), atol=2 * ROUNDED)
    if mode == "group":
        gaps = [
            np.abs(ends["second"][a][:, across] - ends["first"][b][:, across])
            for a, b in ((0, 1), (1, 0))
        ]
        assert np.minimum(*gaps).max() <= 2 * ROUNDED  # they touch, and neither covers the other
        assert np.maximum(*gaps).min() > 2
    else:
        np.testing.assert_allclose(first[:, :, across], second[:, :, across], atol=2 * ROUNDED)
    bases = low + (values[0] if mode == "stack" else 0) * unit
    feet = ends["second"][0 if unit > 0 else 1][:, place]
    np.testing.assert_allclose(feet, bases, atol=2 * ROUNDED)


@pytest.mark.parametrize("fill", ["replace", "overlay"])
def test_bars_with_a_pattern_are_told_apart_without_colour(fill):
    marker = {"color": RED, "pattern": {"shape": "/", "fillmode": fill}}
    tree = drawn(theme.figure([go.Bar(x=[1], y=[2], marker=marker)], "Striped."))
    assert [
        one.get("stroke-dasharray")
        for one in paths(tree, stroke=RED if fill == "replace" else "#fff")
    ] == ["2 3"]
    assert len(paths(tree, fill=RED)) == (fill == "overlay")


# --- Heat maps -------------------------------------------------------------------------------------------------------

JUMP = [[0, "#000000"], [0.5, "#000080"], [0.5, "rgb(128, 0, 0)"], [1, "#ff0000"]]


def test_cells_have_the_colours_of_their_own_scale_and_stand_at_their_places():
    z, x, y = [[0, 4.9], [5.1, 10]], [1, 3], [10, 20]
    trace = go.Heatmap(z=z, x=x, y=y, zmin=0, zmax=10, colorscale=JUMP, showscale=False)
    axes = ruled((0.0, 4.0), (5.0, 25.0))
    tree = drawn(theme.figure([trace], "A jump.", **axes))
    (left, right), (low, high) = rulers(tree)
    found = {one.get("fill"): outlines(one)[0] for one in paths(tree) if one.get("fill")}
    assert list(found) == ["#000000", "#00007d", "#830000", "#ff0000"]
    for (row, column), course in zip(((0, 0), (0, 1), (1, 0), (1, 1)), found.values(), strict=True):
        box = np.array([course.min(axis=0), course.max(axis=0)])
        sides = left + np.array([2 * column, 2 * column + 2]) / 4 * (right - left)
        ends = low + np.array([10 * row + 10, 10 * row]) / 20 * (high - low)
        np.testing.assert_allclose(box, np.column_stack([sides, ends]), atol=ROUNDED)


def test_a_cell_without_a_value_is_empty():
    trace = go.Heatmap(z=[[0, None, 1]], colorscale=JUMP, showscale=False)
    tree = drawn(theme.figure([trace], "A hole."))
    assert [one.get("fill") for one in paths(tree) if one.get("fill")] == ["#000000", "#ff0000"]


@pytest.mark.parametrize("orientation", ["h", "v"])
def test_a_colour_scale_is_told_from_end_to_end(orientation):
    bar = {
        "orientation": orientation,
        "title": {"text": "share"},
        "tickvals": [0, 1],
        "ticktext": ["none", "all"],
    }
    trace = go.Heatmap(z=[[0.5]], zmin=0, zmax=1, colorscale=JUMP, colorbar=bar)
    tree = drawn(theme.figure([trace], "One.", margin={"t": 90, "r": 90, "l": 70, "b": 55}))
    along = 0 if orientation == "h" else 1
    scale = {
        one.get("fill"): outlines(one)[0].mean(axis=0)[along]
        for one in paths(tree)
        if one.get("fill")
    }
    words = places_of(tree)
    ends = words["none"][along], words["all"][along]
    shades = sorted(scale.items(), key=lambda item: abs(item[1] - ends[0]))
    assert shades[0][0] < "#000020"
    assert shades[-1][0] > "#f00000"
    assert "share" in words
    assert len(scale) > 40


# --- Areas, shapes, notes, words -------------------------------------------------------------------------------------


@settings(max_examples=SOME)
@given(st.lists(st.tuples(UNIT, UNIT), min_size=2, max_size=8))
def test_a_band_lies_between_its_two_lines(pairs):
    low, high = np.sort(np.array(pairs), axis=1).T
    assume((high - low).max() > 0.01)
    x = np.linspace(0, 1, len(pairs))
    edge = {"x": x, "mode": "lines", "line": {"width": 0}}
    band = go.Scatter(y=high, fill="tonexty", fillcolor="rgba(255,0,0,0.2)", **edge)
    tree = drawn(
        theme.figure([go.Scatter(y=low, **edge), band], "A band.", showlegend=False, **ruled())
    )
    (left, right), (bottom, top) = rulers(tree)
    (path,) = paths(tree, fill=RED)
    assert path.get("fill-opacity") == "0.2"
    (course,) = outlines(path)
    closed = np.concatenate([course, course[:1]])
    for values in (low, high):
        points = np.column_stack([left + x * (right - left), bottom + values * (top - bottom)])
        assert max(distance(point, closed) for point in points) <= svg.TOLERANCE + ROUNDED


def test_an_area_down_to_zero_and_one_of_its_own():
    down = go.Scatter(x=[0, 1], y=[0.5, 0.5], mode="lines", fill="tozeroy", fillcolor=RED)
    own = go.Scatter(x=[0, 1, 1], y=[0, 0, 1], mode="lines", fill="toself", fillcolor=BLUE)
    tree = drawn(theme.figure([down, own], "Two areas.", showlegend=False, **ruled()))
    (left, right), (low, high) = rulers(tree)
    middle = (low + high) / 2
    for colour, corners in (
        (RED, [(left, middle), (right, middle), (right, low), (left, low)]),
        (BLUE, [(left, low), (right, low), (right, high)]),
    ):
        np.testing.assert_allclose(
            courses(tree, fill=colour)[0][: len(corners)], corners, atol=ROUNDED
        )


@settings(max_examples=SOME)
@given(
    UNIT, UNIT, UNIT, UNIT, st.sampled_from(["x", "x domain"]), st.sampled_from(["y", "y domain"])
)
def test_shapes_stand_at_their_places(x0, x1, y0, y1, x_ref, y_ref):
    assume(abs(x1 - x0) > 0.01 and abs(y1 - y0) > 0.01)
    place = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "xref": x_ref, "yref": y_ref}
    shapes = [
        {"type": "line", "line": {"color": BLUE}, **place},
        {"type": "rect", "fillcolor": RED, "line": {"width": 0}, "layer": "below", **place},
    ]
    tree = drawn(theme.figure([go.Scatter(x=[0], y=[0])], "Shapes.", shapes=shapes, **ruled()))
    (left, right), (low, high) = rulers(tree)
    ends = np.array(
        [(left + x * (right - left), low + y * (high - low)) for x, y in ((x0, y0), (x1, y1))]
    )
    np.testing.assert_allclose(courses(tree, stroke=BLUE)[0], ends, atol=ROUNDED)
    np.testing.assert_allclose(courses(tree, fill=RED)[0][[0, 2]], ends, atol=2 * ROUNDED)


@pytest.mark.parametrize(
    ("x_ref", "y_ref"), [("x", "y"), ("x domain", "y domain"), ("paper", "paper")]
)
def test_a_note_stands_at_its_place_and_is_moved_by_its_shift(x_ref, y_ref):
    note = {
        "x": 0.25,
        "y": 0.5,
        "xref": x_ref,
        "yref": y_ref,
        "showarrow": False,
        "xanchor": "left",
    }
    notes = [{**note, "text": "here"}, {**note, "text": "there", "xshift": 9, "yshift": 4}]
    figure = theme.figure([go.Scatter(x=[0], y=[0])], "Notes.", annotations=notes, **ruled())
    words = places_of(tree := drawn(figure))
    (left, right), (low, high) = rulers(tree)
    place = left + 0.25 * (right - left), (low + high) / 2 + 0.36 * svg.FONT
    np.testing.assert_allclose(words["here"], place, atol=2 * ROUNDED)
    np.testing.assert_allclose(
        np.subtract(words["there"], words["here"]), [9, -4], atol=2 * ROUNDED
    )


@pytest.mark.parametrize(
    ("position", "anchor", "down"),
    [("middle left", "end", 0), ("top center", "middle", -1), ("bottom right", "start", 1)],
)
def test_words_stand_on_the_side_of_their_point_that_plotly_puts_them(position, anchor, down):
    words = go.Scatter(x=[0.5], y=[0.5], text=["words"], mode="text", textposition=position)
    tree = drawn(theme.figure([words], "W.", **ruled()))
    (group,) = [
        one for one in tree.iter(f"{NAMESPACE}g") if "words" in ["".join(t.itertext()) for t in one]
    ]
    assert group.get("text-anchor") == anchor
    _, (low, high) = rulers(tree)
    away = places_of(tree)["words"][1] - 0.36 * svg.FONT - (low + high) / 2
    assert np.sign(round(away)) == down


def test_raised_and_lowered_words_come_back_to_their_line():
    made, width = svg.set_line("10<sup>−12</sup> <b>per</b> h<sub>t</sub> &lt; 1", 10)
    tree = ElementTree.fromstring(f"<text>{made}</text>")
    assert "".join(tree.itertext()) == "10−12 per ht < 1"
    shifts = [float(one.get("dy")) for one in tree.iter() if one.get("dy")]
    assert sum(shifts) == pytest.approx(0, abs=0.01)
    assert shifts[0] < 0 < shifts[2]
    assert {one.get("font-size") for one in tree.iter() if one.get("dy")} == {"7", None}
    assert "per" in [one.text for one in tree.iter() if one.get("font-weight") == "bold"]
    assert width > svg.set_line("10", 10)[1]


def test_lines_of_words_stand_below_each_other():
    words = places_of(drawn(theme.figure([go.Scatter(y=[1, 2])], "L.", xaxis_title="one<br>two")))
    assert words["two"][1] - words["one"][1] == pytest.approx(svg.LINE * 14, abs=ROUNDED)


# --- Axes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 10_000], ["0", "2k", "10k"]),
        ([0, 1], ["0", "0.2", "1"]),
        ([-0.002, 0.002], ["−0.002", "0", "0.002"]),
        ([-3e6, 3e6], ["−2M", "0", "2M"]),
    ],
)
def test_numbers_at_an_axis_are_written_as_plotly_writes_them(values, labels):
    words = places_of(
        drawn(
            theme.figure([go.Scatter(x=[0, 1], y=values, mode="lines")], "N.", xaxis_visible=False)
        )
    )
    assert set(labels) <= set(words)


def test_a_logarithmic_axis_has_its_powers_at_equal_steps():
    figure = theme.figure(
        [go.Scatter(x=[1, 1e6], y=[1, 2], mode="lines")],
        "L.",
        xaxis_type="log",
        yaxis_visible=False,
    )
    words = places_of(drawn(figure))
    at = [words[name][0] for name in ("1", "100", "104", "106")]  # 10 to the fourth, to the sixth
    np.testing.assert_allclose(np.diff(at), np.diff(at)[0], atol=2 * ROUNDED)


def test_categories_stand_in_the_order_in_which_they_come():
    words = places_of(drawn(theme.figure([go.Bar(x=["late", "early"], y=[1, 2])], "Names.")))
    assert words["late"][0] < words["early"][0]


def test_a_reversed_axis_runs_down():
    figure = theme.figure(
        [go.Scatter(y=[0, 4], mode="lines")], "R.", yaxis_autorange="reversed", xaxis_visible=False
    )
    words = places_of(drawn(figure))
    assert words["0"][1] < words["4"][1]


def test_an_axis_may_have_the_scale_of_another():
    points = go.Scatter(
        x=[0, 1], y=[0, 1], mode="markers", marker={"color": RED, "symbol": "square"}
    )
    figure = theme.figure([points], "Square.", yaxis_scaleanchor="x")
    first, second = (one.mean(axis=0) for one in courses(drawn(figure), fill=RED))
    step = np.abs(second - first)
    assert step[0] == pytest.approx(step[1], abs=2 * ROUNDED)


def test_axes_that_match_span_the_same():
    traces = [
        go.Scatter(y=[0, 4], mode="lines"),
        go.Scatter(y=[0, 9], mode="lines", yaxis="y2", xaxis="x2"),
    ]
    layout = {
        "xaxis": {"domain": [0, 0.4], "visible": False},
        "xaxis2": {"domain": [0.6, 1], "visible": False},
    }
    figure = theme.figure(
        traces, "Two.", showlegend=False, yaxis2={"matches": "y", "anchor": "x2"}, **layout
    )
    labels = [text for text in drawn(figure).iter(f"{NAMESPACE}text") if text.text == "8"]
    assert len({text.get("y") for text in labels}) == 1
    assert len(labels) == 2


def test_an_axis_that_is_not_visible_leaves_nothing():
    bare = {"visible": False}
    trace = go.Scatter(x=[1, 2], y=[1, 2], line={"color": RED}, mode="lines")
    tree = drawn(theme.figure([trace], "Up.", xaxis=bare, yaxis=bare))
    assert [one.get("stroke") for one in paths(tree)] == [RED]
    assert places_of(tree) == {}


def test_panels_stand_where_their_domains_are():
    traces = [go.Scatter(y=[0, 1]), go.Bar(x=["a", "b"], y=[1, 2], xaxis="x2", yaxis="y2")]
    figure = theme.figure(
        traces,
        "Two.",
        xaxis={"domain": [0, 0.4]},
        xaxis2={"domain": [0.6, 1]},
        yaxis2={"anchor": "x2"},
    )
    panels = [one for one in drawn(figure).iter(f"{NAMESPACE}svg") if one.get("x")]
    left, right = sorted((float(one.get("x")), float(one.get("width"))) for one in panels)
    whole = (right[0] - left[0]) / 0.6
    assert left[1] == pytest.approx(0.4 * whole, abs=ROUNDED)
    assert right[1] == pytest.approx(left[1], abs=ROUNDED)


# --- Legends ---------------------------------------------------------------------------------------------------------


@settings(max_examples=SOME)
@given(st.integers(1, 9), st.integers(1, 40), st.booleans())
def test_the_names_of_curves_are_read_row_by_row_outside_of_the_axes(count, length, above):
    names = [f"{n} {'x' * length}" for n in range(count)]
    place = {"y": 1.02, "yanchor": "bottom"} if above else {"y": -0.2, "yanchor": "top"}
    legend = {"orientation": "h", "x": 0, "xanchor": "left", **place}
    traces = [go.Scatter(y=[0.1, 0.2], name=name) for name in names]
    tree = drawn(theme.figure(traces, "Flat.", legend=legend, showlegend=True, **ruled()))
    words = places_of(tree)
    (left, _), (low, high) = rulers(tree)
    assert sorted(names, key=lambda name: words[name][::-1]) == names
    if above:
        assert max(words[name][1] for name in names) < high
    else:
        assert min(words[name][1] - svg.FONT for name in names) > low
    reach = [float(one) for one in tree.get("viewBox").split()]
    for name in names:
        assert left < words[name][0] < words[name][0] + svg.extent(name)[0] <= reach[0] + reach[2]
        assert reach[1] <= words[name][1] <= reach[1] + reach[3]
    for one in names:
        for other in names:
            beside = abs(words[one][0] - words[other][0]) >= min(
                svg.extent(one)[0], svg.extent(other)[0]
            )
            assert one == other or beside or abs(words[one][1] - words[other][1]) > svg.FONT


@pytest.mark.parametrize(
    ("trace", "attribute"),
    [
        (go.Scatter(y=[1, 2], mode="lines", line={"color": RED}), "stroke"),
        (go.Scatter(y=[1, 2], mode="markers", marker={"color": RED, "symbol": "square"}), "fill"),
        (
            go.Scatter(y=[1, 2, 1], mode="lines", fill="toself", line={"width": 0}, fillcolor=RED),
            "fill",
        ),
        (go.Bar(y=[1, 2], marker={"color": RED}), "fill"),
    ],
)
def test_each_kind_of_trace_is_seen_in_its_panel_and_beside_its_name(trace, attribute):
    tree = drawn(theme.figure([trace.update(name="here")], "Here.", showlegend=True))
    panels = [one for one in tree.iter(f"{NAMESPACE}svg") if one.get("x")]
    inside = [path for panel in panels for path in paths(panel, **{attribute: RED})]
    assert len(inside) == 1
    assert len(paths(tree, **{attribute: RED})) == 2
    assert "here" in places_of(tree)


def test_what_is_not_visible_is_neither_drawn_nor_named():
    hidden = go.Scatter(x=[1], y=[1], name="unseen", visible=False, marker={"color": RED})
    tree = drawn(theme.figure([go.Scatter(y=[1, 2], name="seen"), hidden], "One.", showlegend=True))
    assert "unseen" not in places_of(tree)
    assert not paths(tree, stroke=RED)


# --- The picture as a whole ------------------------------------------------------------------------------------------


def test_ink_is_the_colour_of_the_page_and_nothing_leaks_out():
    still = picture(theme.figure([go.Scatter(y=[1, 2], name="up")], "Up.", showlegend=True))
    assert still.startswith("<svg")
    assert 'stroke="currentColor"' in still
    assert 'fill="currentColor"' in still
    assert not re.search(r"<style|<script|\bid=|url\(|class=|href=", still)


def test_the_same_figure_gives_the_same_bytes():
    figure = theme.figure([go.Heatmap(z=[[1, 2], [3, 4]], colorscale="Cividis")], "Four cells.")
    assert picture(figure) == picture(figure)


def width_of(tree):
    return float(tree.get("viewBox").split()[2])


def test_a_picture_grows_by_the_words_that_have_no_room():
    names = ("a", "ab", "a name of many words at an axis")
    widths = [
        width_of(drawn(theme.figure([go.Bar(x=[1], y=[name], orientation="h")], "One.")))
        for name in names
    ]
    assert widths[0] == widths[1] == 720
    assert widths[2] > 800


@settings(max_examples=SOME)
@given(st.text(st.sampled_from("ab <&$_^\\{}%é−\"'"), min_size=1, max_size=12).filter(str.strip))
def test_any_words_give_well_formed_xml_that_says_them(words):
    figure = theme.figure([go.Scatter(y=[1, 2], name=html.escape(words))], "W.", showlegend=True)
    assert html.unescape(html.escape(words)) in places_of(drawn(figure))


@pytest.mark.parametrize("name", list(explorers.EXPLORERS))
def test_every_explorer_has_a_picture_with_its_titles_and_notes(name):
    explorer = explorers.show(name)
    figure = explorer.figure(**explorer.initial)
    said = "".join("".join(drawn(figure).itertext()).split())
    layout = figure.layout.to_plotly_json()
    axes = [axis for key, axis in layout.items() if key[1:].startswith("axis")]
    words = [axis.get("title", {}).get("text", "") for axis in axes if axis.get("visible", True)]
    words += [one["text"] for one in layout.get("annotations", ()) if one.get("visible", True)]
    for text in words:
        plain = html.unescape(re.sub(r"</?(?:su[bp]|b|i|br) ?/?>", "", text))
        assert "".join(plain.split()) in said


def test_an_image_has_its_name_once_on_the_page_and_in_a_notebook():
    figure = theme.figure([go.Scatter(y=[1, 2])], "It rises.")
    page = figure_page(figure, "up")
    written = page_html(page, ".")
    assert written.count('role="img"') == 1
    (name,) = re.findall(r'<svg role="img" aria-labelledby="([^"]+)"', written)
    assert f'id="{name}">It rises.<' in written
    assert len(re.findall(r'<svg role="img" aria-label="[^"]+"', first_picture(figure))) == 1


def test_the_sentence_is_escaped():
    assert "&lt;script&gt;" in first_picture(theme.figure([go.Scatter(y=[1, 2])], "<script>"))


# --- What is refused -------------------------------------------------------------------------------------------------

POINT = {"x": [1, 2], "y": [1, 2]}
NOT_DRAWN = [
    (go.Scatter(**POINT, line={"shape": "spline"}), {}, "scatter.line.shape"),
    (go.Scatter(**POINT, line={"dash": "7px"}), {}, "scatter.line.dash"),
    (go.Scatter(**POINT, marker={"symbol": "hexagon"}), {}, "scatter.marker.symbol"),
    (go.Scatter(**POINT, marker={"symbol": ["circle", "hourglass"]}), {}, "scatter.marker.symbol"),
    (go.Scatter(**POINT, marker={"color": [1, 2], "colorscale": "Cividis"}), {}, "scatter.marker.colorscale"),
    (go.Scatter(**POINT, marker={"sizemode": "area"}), {}, "scatter.marker.sizemode"),
    (go.Scatter(**POINT, marker={"gradient": {"type": "radial"}}), {}, "scatter.marker.gradient.type"),
    (go.Scatter(**POINT, error_x={"array": [1, 1]}), {}, "scatter.error_x.array"),
    (go.Scatter(**POINT, error_y={"type": "percent", "value": 9}), {}, "scatter.error_y"),
    (go.Scatter(**POINT, fill="tonextx"), {}, "scatter.fill"),
    (go.Scatter(**POINT, fillpattern={"shape": "x"}), {}, "scatter.fillpattern.shape"),
    (go.Scatter(**POINT, stackgroup="one"), {}, "scatter.stackgroup"),
    (go.Scatter(**POINT, connectgaps=True), {}, "scatter.connectgaps"),
    (go.Scatter(**POINT, texttemplate="%{y}"), {}, "scatter.texttemplate"),
    (go.Bar(**POINT, base=1), {}, "bar.base"),
    (go.Bar(**POINT, offset=1), {}, "bar.offset"),
    (go.Bar(**POINT, text=["a", "b"]), {}, "bar.text"),
    (go.Bar(**POINT, error_y={"array": [1, 1]}), {}, "bar.error_y.array"),
    (go.Bar(**POINT, marker={"pattern": {"shape": "x"}}), {}, "bar.marker.pattern.shape"),
    (go.Bar(**POINT, marker={"line": {"width": 2}}), {}, "bar.marker.line.width"),
    (go.Heatmap(z=[[1]], colorscale=JUMP, zsmooth="best"), {}, "heatmap.zsmooth"),
    (go.Heatmap(z=[[1]], colorscale=JUMP, xgap=2), {}, "heatmap.xgap"),
    (go.Heatmap(z=[[1]], colorscale=JUMP, reversescale=True), {}, "heatmap.reversescale"),
    (go.Heatmap(z=[[1]], colorscale=JUMP, zmid=2), {}, "heatmap.zmid"),
    (go.Heatmap(z=[[1]], colorscale=JUMP, text=[["a"]], texttemplate="%{text}"), {}, "heatmap.text"),
    (go.Heatmap(z=[[1]], colorscale=JUMP, colorbar={"len": 0.5}), {}, "heatmap.colorbar.len"),
    (go.Heatmap(z=[[1]]), {}, "colorscale"),
    (go.Scatter(**POINT), {"xaxis": {"type": "date"}}, "axis.type"),
    (go.Scatter(**POINT), {"xaxis": {"tickangle": 45}}, "axis.tickangle"),
    (go.Scatter(**POINT), {"yaxis": {"side": "right"}}, "axis.side"),
    (go.Scatter(**POINT), {"yaxis": {"overlaying": "x"}}, "axis.overlaying"),
    (go.Scatter(**POINT), {"yaxis": {"tickformat": ".2f"}}, "axis.tickformat"),
    (go.Scatter(**POINT), {"yaxis": {"rangebreaks": [{"values": [1]}]}}, "axis.rangebreaks"),
    (go.Scatter(**POINT), {"shapes": [{"type": "circle", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]}, "shape.type"),
    (go.Scatter(**POINT), {"shapes": [{"type": "path", "path": "M0 0"}]}, "shape.path"),
    (go.Scatter(**POINT), {"annotations": [{"text": "a", "x": 1, "y": 1}]}, "annotation.showarrow"),
    (go.Scatter(**POINT), {"annotations": [{"text": "a", "showarrow": False, "textangle": 9}]}, "annotation.textangle"),
    (go.Scatter(**POINT), {"images": [{"source": "a.png"}]}, "layout.images"),
    (go.Scatter(**POINT), {"updatemenus": [{}]}, "layout.updatemenus"),
    (go.Scatter(**POINT), {"polar": {"bgcolor": "red"}}, "layout.polar"),
    (go.Scatter(x=["2020-01-01", "2020-01-02"], y=[1, 2], xcalendar="julian"), {}, "scatter.xcalendar"),
    (go.Scatter(**POINT, name="<span>a</span>"), {"showlegend": True}, "<span>"),
    (go.Pie(values=[1, 2]), {}, "got 'pie'"),
    (go.Scattergl(**POINT), {}, "got 'scattergl'"),
]  # fmt: skip


@pytest.mark.parametrize(("trace", "layout", "name"), NOT_DRAWN, ids=[one[2] for one in NOT_DRAWN])
def test_what_a_still_does_not_draw_fails_the_build_by_name(trace, layout, name):
    figure = theme.figure([trace], "Something.", **layout)
    with pytest.raises(StillError, match=re.escape(name)):
        picture(figure)
    with pytest.raises(StillError, match=f"^figure 'mine': .*{re.escape(name)}"):
        figure_page(figure, "mine")


MAKERS = {
    "scatter": go.Scatter, "bar": go.Bar, "heatmap": go.Heatmap, "axis": go.layout.XAxis,
    "annotation": go.layout.Annotation, "shape": go.layout.Shape, "layout": go.Layout,
}  # fmt: skip


@pytest.mark.parametrize("kind", MAKERS)
def test_what_plotly_knows_is_drawn_not_seen_or_refused(kind):
    """Of every attribute, present and future; and nothing is drawn that Plotly does not know."""
    known = KNOWN[kind].split()
    for name in MAKERS[kind]()._valid_props:
        if name.startswith(("xaxis", "yaxis")) and kind == "layout":
            continue
        is_drawn = any(one.split(".")[0] == name for one in known)
        if is_drawn or UNSEEN.match(name):
            continue
        with pytest.raises(StillError, match=rf"{kind}\.{name}\b"):
            _check(kind, {name: "anything"})
    for path in known:
        MAKERS[kind]()[path]  # raises if there is no such attribute


def test_a_figure_that_is_refused_is_shown_in_a_notebook_all_the_same():
    def curve(slope=1):
        return theme.figure(
            [go.Scatter(x=[0, 1], y=[0, slope], line={"shape": "spline"})], f"By {slope}."
        )

    data, _ = live_bundle(Explorer(curve, "curve", slope=[1, 2]))
    assert "By 1." in data["text/html"]
    assert "scatter.line.shape" in data["text/html"]
