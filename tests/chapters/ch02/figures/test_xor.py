"""One threshold unit over XOR (chapter 02)."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from lstm_lab.chapters.ch02.experiments.parity import patterns
from lstm_lab.chapters.ch02.explorers import EXPLORERS
from lstm_lab.chapters.ch02.figures import xor
from lstm_lab.models import Perceptron


def signed_rows(features, labels):
    """The inequalities of a unit that is right everywhere: row . (w, b) > 0."""
    return labels[:, None] * np.column_stack([features, np.ones(len(features))])


def separable(features, labels):
    """Whether one unit is right on all examples, by linear programming."""
    rows = signed_rows(features, labels)
    found = linprog(
        np.zeros(rows.shape[1]), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=(None, None)
    )
    return found.status == 0


def inside(x, y, polygon_x, polygon_y):
    """Whether points lie in a polygon, by counting crossings of a ray."""
    result = np.zeros(len(x), dtype=bool)
    for i in range(len(polygon_x)):
        x0, y0 = polygon_x[i - 1], polygon_y[i - 1]
        x1, y1 = polygon_x[i], polygon_y[i]
        with np.errstate(divide="ignore", invalid="ignore"):
            crosses = ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        result ^= crosses
    return result


def test_net_inputs_are_those_of_the_perceptron_and_their_alternating_sum_is_minus_v():
    rng = np.random.default_rng(0)
    for w1, w2, bias, v in rng.standard_normal((50, 4)):
        unit = Perceptron(3)
        unit.parameters["weights"][...] = w1, w2, v
        unit.parameters["bias"][...] = bias
        a = xor.net_inputs(w1, w2, bias, v)
        given = np.column_stack([xor.CORNERS, xor.CORNERS.prod(axis=1)])
        np.testing.assert_allclose(a, unit.activation(given))
        assert a[1] + a[2] - a[0] - a[3] == pytest.approx(-v)


def test_any_three_of_the_four_inequalities_can_be_had_and_all_four_cannot():
    labels = np.where(xor.LAMP, 1.0, -1.0)
    assert not separable(xor.CORNERS, labels)
    for left_out in range(4):
        kept = np.arange(4) != left_out
        assert separable(xor.CORNERS[kept], labels[kept])


def test_the_explorer_of_xor_reaches_three_and_never_four():
    states = list(EXPLORERS["xor-unit"]().states())
    right = [int(((xor.net_inputs(**state) > 0) == xor.LAMP).sum()) for state in states]
    assert max(right) == 3
    assert min(right) == 1


@pytest.mark.parametrize(
    ("state", "corner"),
    [
        ({"w1": 1.0, "w2": 1.0, "bias": -0.5}, (1, 1)),
        ({"w1": -1.0, "w2": -1.0, "bias": 1.5}, (0, 0)),
        ({"w1": 1.0, "w2": -1.0, "bias": -0.5}, (0, 1)),
    ],
)
def test_the_linked_states_have_three_right_and_say_which_is_violated(state, corner):
    assert state in EXPLORERS["xor-unit"]().states()
    figure = xor.xor_unit(**state)
    says = figure.layout.meta["summary"]
    assert "right on 3 of 4" in says
    assert f"the inequality of ({corner[0]}, {corner[1]}) is violated" in says
    violated = next(one for one in figure.data if one.type == "bar" and one.name == "violated").y
    assert [place for place in range(4) if not np.isnan(violated[place])] == [
        2 * corner[0] + corner[1]
    ]


def test_with_the_product_xor_is_solved_from_minus_three_halves_on():
    for state in EXPLORERS["xor-product"]().states():
        says = xor.xor_with_product(**state).layout.meta["summary"]
        solved = "all four inequalities hold" in says
        if (state["weight"], state["bias"]) == (1.0, -0.5):
            assert solved == (state["product_weight"] <= -1.5)
        if state["product_weight"] >= 0:
            assert not solved


@pytest.mark.parametrize(
    ("w1", "w2", "bias"), [(1, 0, -0.5), (1, 1, -0.5), (-1.5, 0.5, 1), (0, 0, 1), (0, 0, -1)]
)
def test_the_shaded_half_is_where_the_unit_says_on(w1, w2, bias):
    region = xor.xor_unit(w1, w2, bias).data[0]
    x, y = np.random.default_rng(1).uniform(xor.LOW, xor.HIGH, (2, 2000))
    np.testing.assert_array_equal(inside(x, y, region.x, region.y), w1 * x + w2 * y + bias > 0)


@pytest.mark.parametrize(
    ("weight", "v", "bias"), [(1, -2, -0.5), (1, 1, -1), (-1, -3, 1), (0, -1, 0.5), (1, 0, -0.5)]
)
def test_the_bent_region_is_where_the_unit_says_on(weight, v, bias):
    region = xor.xor_with_product(weight, v, bias).data[0]
    x, y = np.random.default_rng(2).uniform(xor.LOW, xor.HIGH, (2, 4000))
    a = weight * (x + y) + v * x * y + bias
    same = inside(x, y, region.x, region.y) == (a > 0)
    assert same.mean() > 0.985  # drawn in 60 columns
    assert same[np.abs(a) > 0.15].mean() > 0.995


def test_the_functions_that_a_unit_computes_are_14_of_16_104_of_256_and_1882_of_65536():
    """As the chapter counts them with whole weights; here by linear programming, one function of each kind."""
    for bits, expected in ((2, 14), (3, 104), (4, 1882)):
        places = 2 ** np.arange(2**bits)
        x = patterns(bits).astype(int)
        moves = [
            ((x[:, list(order)] ^ np.array(flip)) @ 2 ** np.arange(bits)[::-1])
            for order in permutations(range(bits))
            for flip in product((0, 1), repeat=bits)
        ]
        left, count = set(range(2**2**bits)), 0
        while left:
            table = np.array([(min(left) >> place) & 1 for place in range(2**bits)])
            same_kind = {int(form[move] @ places) for form in (table, 1 - table) for move in moves}
            count += separable(patterns(bits), 2.0 * table - 1) * len(same_kind)
            left -= same_kind
        assert count == expected


@given(*[st.sampled_from(xor.WEIGHTS)] * 4)
def test_what_is_dragged_stands_where_the_unit_is_and_goes_where_it_would_be(w1, w2, bias, other):
    def handles(*unit):
        return xor.xor_unit(*unit).layout.meta["handles"]

    tip, *line = handles(w1, w2, bias)
    assert tip["x"]["at"][xor.WEIGHTS.index(w1)] == tip["x"]["stands"]
    assert tip["y"]["at"][xor.WEIGHTS.index(w2)] == tip["y"]["stands"]
    if not line:
        return
    (on_line,) = line
    x1, x2 = (on_line[name]["stands"] for name in "xy")
    assert w1 * x1 + w2 * x2 + bias == pytest.approx(0, abs=1e-12)
    moving = next(name for name in "xy" if "control" in on_line[name])
    _, *moved = handles(w1, w2, other)
    for handle in moved:
        to = on_line[moving]["at"][xor.WEIGHTS.index(other)]
        assert handle[moving]["stands"] == pytest.approx(to)
