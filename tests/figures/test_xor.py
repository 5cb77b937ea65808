from itertools import permutations, product
from math import comb

import numpy as np
import pytest
from scipy import ndimage
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from lstm_lab import measurements
from lstm_lab.explore.picture import picture
from lstm_lab.explorers.chapter02 import EXPLORERS
from lstm_lab.figures import xor
from lstm_lab.measurements.parity import (
    ParitySettings,
    parity,
    parity_trial,
    patterns,
    products,
    random_units,
    run,
)
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


def fewest_errors_by_search(features, labels):
    """As few examples as must be given up for the others to be right, by mixed-integer programming."""
    rows = signed_rows(features, labels)
    examples, weights = rows.shape
    edge = np.full(weights, 50.0)
    found = milp(
        np.concatenate([np.zeros(weights), np.ones(examples)]),
        constraints=LinearConstraint(np.hstack([rows, 2000.0 * np.eye(examples)]), lb=1),
        integrality=np.concatenate([np.zeros(weights), np.ones(examples)]),
        bounds=Bounds(
            np.concatenate([-edge, np.zeros(examples)]), np.concatenate([edge, np.ones(examples)])
        ),
    )
    assert found.success
    return round(found.fun)


# --- XOR -------------------------------------------------------------------------------------------------------------


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
    violated = figure.data[6].y
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


# --- Parity and order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_parity_has_order_n(bits):
    for order in range(1, bits + 1):
        assert separable(products(patterns(bits), order), parity(bits)) == (order == bits)


@pytest.mark.parametrize(
    ("bits", "order"), [(n, k) for n in (2, 3, 4) for k in range(1, n + 1)] + [(5, 4)]
)
def test_the_fewest_errors_are_those_that_a_search_finds(bits, order):
    found = fewest_errors_by_search(products(patterns(bits), order), parity(bits))
    assert xor.fewest_errors(bits, order) == found


def test_the_best_polynomial_meets_the_bound_and_changes_sign_k_times():
    for bits in range(1, 11):
        m = patterns(bits).sum(axis=1)
        for order in range(1, bits + 1):
            wrong = (xor.best_polynomial(bits, order, m) > 0) != (parity(bits) > 0)
            assert wrong.sum() == xor.fewest_errors(bits, order)
            signs = np.sign(xor.best_polynomial(bits, order, np.arange(bits + 1)))
            assert np.sum(signs[1:] != signs[:-1]) == order


def test_the_best_polynomial_is_a_sum_of_products_of_at_most_k_inputs():
    for order in (1, 2, 4):
        features = np.column_stack([np.ones(32), products(patterns(5), order)])
        a = xor.best_polynomial(5, order, patterns(5).sum(axis=1))
        weights = np.linalg.lstsq(features, a, rcond=None)[0]
        np.testing.assert_allclose(features @ weights, a, atol=1e-8)


def test_one_short_of_enough_misses_one_pattern():
    assert [xor.fewest_errors(n, n - 1) for n in range(2, 9)] == [1] * 7


def test_fewest_errors_refuses_what_is_no_count():
    with pytest.raises(ValueError, match="bits must be a positive integer, got 0"):
        xor.fewest_errors(0, 1)


def test_a_feature_that_misses_an_input_cancels_in_the_alternating_sum():
    rng = np.random.default_rng(3)
    for order in (1, 2, 3):
        np.testing.assert_allclose(parity(4) @ products(patterns(4), order), 0)
        np.testing.assert_allclose(parity(4) @ random_units(patterns(4), 50, order, rng), 0)
    assert np.abs(parity(4) @ products(patterns(4), 4)).max() == 16


def test_random_units_see_as_many_inputs_as_they_should_and_are_not_constant():
    fired = random_units(patterns(4), 200, 2, np.random.default_rng(4))
    assert set(np.unique(fired)) == {0.0, 1.0}
    assert np.all((fired.mean(axis=0) > 0) & (fired.mean(axis=0) < 1))
    table = fired.reshape(2, 2, 2, 2, 200)
    sees = np.stack([(np.diff(table, axis=axis) != 0).any(axis=(0, 1, 2, 3)) for axis in range(4)])
    assert sees.sum(axis=0).max() == 2


def test_parity_of_zeros_and_ones_is_a_sum_of_products_with_weights_of_powers_of_minus_two():
    for n in range(1, 9):
        for m in range(n + 1):
            value = sum(comb(m, s) * (-2) ** (s - 1) for s in range(1, m + 1))
            assert value == m % 2


# --- The experiment --------------------------------------------------------------------------------------------------


def test_the_results_are_those_of_the_settings_and_can_be_repeated():
    result = measurements.load("parity")
    settings = ParitySettings()
    assert result["settings"]["product_seeds"] == settings.product_seeds
    assert result["settings"]["random_units"] == list(settings.random_units)
    for trial in result["trials"][3:1600:199]:
        if trial["bits"] <= 4:
            key = [trial[name] for name in ("machine", "bits", "order", "units", "seed")]
            assert parity_trial(settings, key) == trial


def test_no_result_beats_what_is_possible():
    for trial in measurements.load("parity")["trials"]:
        most = 2 ** trial["bits"] - xor.fewest_errors(trial["bits"], trial["order"])
        assert trial["right"] <= most
        assert not trial["solved"] or trial["right"] == 2 ** trial["bits"]


def test_the_median_trial_is_the_best_possible_at_order_1_and_at_order_n_minus_1():
    """And mostly not in between, as the chapter says."""
    short = []
    for bits in range(2, 9):
        for order in range(1, bits):
            right = np.median(
                [
                    trial["right"]
                    for trial in measurements.load("parity")["trials"]
                    if trial["machine"] == "products"
                    and (trial["bits"], trial["order"]) == (bits, order)
                ]
            )
            best = 2**bits - xor.fewest_errors(bits, order)
            if order in (1, bits - 1):
                assert right == best
            else:
                short.append(right < best)
    assert np.mean(short) > 0.9


def test_with_all_products_the_rule_corrects_once_for_each_pattern():
    full = [
        trial
        for trial in measurements.load("parity")["trials"]
        if trial["machine"] == "products" and trial["order"] == trial["bits"]
    ]
    assert len(full) == 70
    for trial in full:
        assert trial["solved"]
        assert trial["corrections"] == 2 ** trial["bits"]


def test_the_experiment_runs_and_says_how_it_went(tmp_path):
    small = ParitySettings(
        product_bits=(2,),
        product_seeds=1,
        product_passes=5,
        random_bits=(2,),
        random_units=(16,),
        random_seeds=1,
        random_passes=50,
    )
    says = run(tmp_path, 1, small)
    assert says.startswith("parity: 2 of 4 trials solved")
    assert (tmp_path / "parity.json").exists()


def test_the_figure_of_association_units_shows_the_share_that_came_to_rest():
    figure = xor.association_units(3)
    assert [trace.visible for trace in figure.data] == [True, True, True, False]
    assert set(figure.data[0].y) == {0}
    assert set(figure.data[1].y) == {0}
    trials = measurements.load("parity")["trials"]
    rested = [
        t["solved"]
        for t in trials
        if (t["machine"], t["bits"], t["order"], t["units"]) == ("random units", 3, 3, 8)
    ]
    assert len(rested) == 20
    assert figure.data[2].y[3] == pytest.approx(100 * sum(rested) / 20)


def test_the_figure_of_parity_marks_right_and_wrong_and_names_the_best():
    figure = xor.parity_order(4, 1)
    assert "at best right on 11 of them, 68.8 %" in figure.layout.meta["summary"]
    right, wrong = (~np.isnan(np.array(figure.data[place].y, dtype=float)) for place in (1, 2))
    assert np.all(right ^ wrong)
    counts = np.array([comb(4, m) for m in range(5)])
    assert counts[right].sum() == 11
    assert figure.data[3].y[0] == pytest.approx(100 * 11 / 16)
    assert "this is order 3" in xor.parity_order(3, 7).layout.meta["summary"]


# --- Connectedness and pictures --------------------------------------------------------------------------------------


def test_the_four_strips_are_connected_when_their_ends_differ():
    for left, right in product((0, 1), repeat=2):
        image = xor.strip(left, right)
        assert xor.parts(image) == ndimage.label(image)[1]
        assert (xor.parts(image) == 1) == (left != right)


def test_pieces_are_counted_as_scipy_counts_them():
    for image in np.random.default_rng(5).integers(0, 2, (20, 6, 7)):
        assert xor.parts(image) == ndimage.label(image)[1]


@pytest.mark.parametrize(
    "figure", [xor.order_diagram, xor.connectedness, xor.parity_order, xor.xor_unit]
)
def test_a_still_picture_can_be_drawn(figure):
    assert picture(figure()).startswith("<svg")


def test_the_diagram_says_its_order():
    assert "order of this machine is 3" in xor.order_diagram().layout.meta["summary"]
    assert "0 and 1: connected" in xor.connectedness().layout.meta["summary"]
