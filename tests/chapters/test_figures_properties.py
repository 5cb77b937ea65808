"""What figures compute and what they are made of, over generated input."""

from __future__ import annotations

import dataclasses
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import ndimage

from lstm_lab.chapters.ch02.figures import machine_order, retina, xor
from lstm_lab.chapters.ch03.figures import symmetry
from lstm_lab.interact import diagram, plots, theme
from lstm_lab.paper1997.published import schema
from lstm_lab.paper1997.report import table

sizes = st.floats(-1e3, 1e3)
places = st.floats(-50, 50).map(lambda value: round(value, 3))
boards = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 1]), min_size=width, max_size=width), min_size=1, max_size=6
    )
)
MINUS, TIMES = "−", " × 10"
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

# --- Words and axes --------------------------------------------------------------------------------------------------


@given(st.floats(-400, 300))
def test_a_power_in_words_is_the_number(log10):
    mantissa, _, exponent = theme.power_text(log10).partition(TIMES)
    said = np.log10(float(mantissa)) + int(exponent.translate(PLAIN) or 0)
    assert said == pytest.approx(log10, abs=0.03)


@given(st.integers(-2000, 2000), st.integers(1, 4000), st.integers(2, 12))
def test_an_axis_of_powers_has_few_even_ticks_within_it(low, span, most):
    axis = theme.power_axis(low, low + span, most)
    ticks = axis["tickvals"]
    assert axis["range"] == [low, low + span]
    assert len(ticks) == len(axis["ticktext"]) <= most
    assert all(low <= tick <= low + span for tick in ticks)
    steps = set(np.diff(ticks))
    assert len(steps) <= 1
    assert all(tick % step == 0 for step in steps for tick in ticks)


@pytest.mark.parametrize("most", [1, 0, 2.5])
def test_an_axis_of_powers_needs_room_for_two_ticks(most):
    with pytest.raises((TypeError, ValueError), match="most must be"):
        theme.power_axis(-3, 3, most)


@given(st.floats(-1e6, 1e6))
def test_a_signed_number_can_be_read_back(value):
    said = plots.signed(value)
    assert "-" not in said
    assert float(said.replace(MINUS, "-")) == pytest.approx(value, rel=1e-5, abs=1e-300)


@given(st.sampled_from(theme.COLOURS), st.floats(0, 1))
def test_a_faint_colour_is_the_colour_with_its_share(colour, opacity):
    *mixed, share = theme.faint(colour, opacity)[len("rgba(") : -1].split(",")
    assert "#" + "".join(f"{int(one):02x}" for one in mixed) == colour
    assert float(share) == opacity


@given(places, places, st.floats(0.1, 9), st.floats(0.1, 9), st.text("abc", min_size=1))
def test_what_stands_in_a_drawing_stands_where_it_was_put(x, y, half_width, half_height, text):
    box = diagram.box(x, y, half_width, half_height)
    assert (box["x0"] + box["x1"]) / 2 == pytest.approx(x, abs=1e-12)
    assert box["y1"] - box["y0"] == pytest.approx(2 * half_height)
    note = diagram.note(x, y, text)
    up, across = plots.upright(x, "x", "y"), theme.across(y)
    assert (up["x0"], up["x1"], across["y0"], across["y1"]) == (x, x, y, y)
    said = [note, theme.heading(text, 0.5), theme.in_the_corner(text)]
    figure = theme.figure([], text, shapes=[box, up, across], annotations=said)
    assert figure.layout.meta["summary"] == text
    assert [one.text for one in figure.layout.annotations] == [text] * 3
    assert (figure.layout.annotations[0].x, figure.layout.annotations[0].y) == (x, y)


@given(st.lists(st.tuples(sizes, st.floats(0, 10)), min_size=1, max_size=8))
def test_a_band_is_filled_from_its_low_to_its_high_edge(edges):
    low = np.array([edge for edge, _ in edges])
    high = low + [width for _, width in edges]
    below, above = plots.band(np.arange(len(low)), low, high, theme.BLUE)
    assert np.array_equal(below.y, low)
    assert np.array_equal(above.y, high)
    assert above.fill == "tonexty"
    assert below.fill is None


@given(st.lists(st.tuples(places, places, places, places), min_size=1, max_size=5), st.data())
def test_an_arrow_ends_where_it_points(arrows, data):
    assume(all(np.hypot(x1 - x0, y1 - y0) > 0.01 for x0, y0, x1, y1 in arrows))
    headed = data.draw(st.sets(st.sampled_from(range(len(arrows)))))
    trace = diagram.arrows_of(arrows, "arrows", theme.BLUE, "solid", sorted(headed))
    x, y = (
        [np.nan if value is None else value for value in values] for values in (trace.x, trace.y)
    )
    ends = list(zip(x, y, strict=True))
    for place, (x0, y0, x1, y1) in enumerate(arrows):
        assert (x0, y0) in ends
        assert ends.count((x1, y1)) >= (3 if place in headed else 1)
    assert np.isnan(x).sum() == len(arrows) + 2 * len(headed)


# --- Machines of a small order ---------------------------------------------------------------------------------------


@given(st.integers(1, 12), st.integers(0, 14))
def test_the_best_polynomial_is_wrong_as_seldom_as_can_be(bits, order):
    ones = np.arange(bits + 1)
    value = machine_order.best_polynomial(bits, order, ones)
    wrong = (value > 0) != (ones % 2 == 1)
    fewest = machine_order.fewest_errors(bits, order)
    assert sum(comb(bits, m) for m in ones[wrong]) == fewest
    assert fewest <= machine_order.fewest_errors(bits, max(order - 1, 0)) <= 2 ** (bits - 1)
    assert (fewest == 0) == (order >= bits)


@given(boards)
def test_pieces_are_counted_as_elsewhere(board):
    image = np.array(board)
    pieces = ndimage.label(image)[1]
    assert retina.parts(image) == pieces
    assert retina.parts(image.T[::-1]) == pieces


@given(*[st.sampled_from([0, 1])] * 2)
def test_a_strip_is_in_one_piece_if_its_ends_differ(left, right):
    assert (retina.parts(retina.strip(left, right)) == 1) == (left != right)


@given(*[sizes] * 4)
def test_without_the_product_opposite_corners_have_one_sum(w1, w2, bias, product_weight):
    a = xor.net_inputs(w1, w2, bias)
    assert a[0] + a[3] == pytest.approx(a[1] + a[2], abs=1e-9)
    more = xor.net_inputs(w1, w2, bias, product_weight) - a
    assert sorted(more)[0 if product_weight < 0 else -1] == pytest.approx(product_weight, abs=1e-9)
    assert np.count_nonzero(more) <= 1


# --- Symmetry --------------------------------------------------------------------------------------------------------


@given(st.integers(1, 8))
def test_half_of_a_symmetric_pattern_says_the_whole(inputs):
    x, wanted = symmetry.symmetry_task(inputs)
    assert len({tuple(row) for row in x}) == len(x) == 2**inputs
    assert wanted.sum() == 2 ** ((inputs + 1) // 2)


@given(
    st.sampled_from([("1:2:4", (1, 2, 4)), ("2:3:4", (2, 3, 4)), ("other", (4, 4, 4))]),
    st.permutations(range(3)),
    st.tuples(*[st.sampled_from([-1, 1])] * 3),
    st.floats(0.01, 100),
)
def test_a_solution_is_known_in_any_order_sign_and_size(kind, order, signs, scale):
    name, ratio = kind
    half = scale * np.array([sign * ratio[at] for at, sign in zip(order, signs, strict=True)])
    weights = np.stack([np.concatenate([half, -half[::-1]])] * 2) * [[1], [-1]]
    assert symmetry.mirror_error(weights) == pytest.approx(0)
    assert symmetry.pair_sizes(weights) == pytest.approx(4 * np.sort(ratio) / max(ratio))
    assert symmetry.solution_kind(weights) == name
    spoiled = weights + np.array([[0.6 * np.abs(weights).max(), 0, 0, 0, 0, 0], [0] * 6])
    assert symmetry.mirror_error(spoiled) > 0.1
    assert symmetry.solution_kind(spoiled) == "other"


# --- The verdict on a row of 1997 ------------------------------------------------------------------------------------

ORDER = ("not", "partly", "reproduced")
published = st.builds(
    schema.Published,
    sequences=st.floats(100, 1e6),
    percent=st.floats(10, 100),
    wrong=st.none() | st.floats(0, 50),
)


@given(published, st.integers(1, 30), st.data())
def test_a_verdict_gets_no_worse_when_the_result_is_better(paper, trials, data):
    succeeded = data.draw(st.integers(1, trials))
    factor = data.draw(st.floats(-2, 2))
    wrong = data.draw(st.floats(0, 100))
    given_to = (succeeded, trials, paper.sequences * 10**factor, wrong)
    worth = ORDER.index(table.verdict(paper, *given_to))
    better = [
        (trials, *given_to[1:]),
        (*given_to[:2], paper.sequences * 10 ** (factor / 2), wrong),
        (*given_to[:3], wrong / 2),
    ]
    assert all(ORDER.index(table.verdict(paper, *one)) >= worth for one in better)
    forgiving = dataclasses.replace(paper, wrong=None)
    assert ORDER.index(table.verdict(forgiving, *given_to)) >= worth
    assert table.verdict(paper, 0, 0, None, None) == "not run"
    assert table.verdict(paper, 0, trials, None, None) == "not"


@given(published, st.integers(1, 30), st.floats(1 / table.NEAR, table.NEAR))
def test_the_paper_reproduces_itself(paper, trials, factor):
    near = table.verdict(paper, trials, trials, paper.sequences * factor**0.99, paper.wrong)
    assert near == "reproduced"
    slower, quicker = (paper.sequences * table.FAR * 1.01, paper.sequences / table.FAR / 1.01)
    assert {table.verdict(paper, trials, trials, mean, 0) for mean in (slower, quicker)} == {"not"}
