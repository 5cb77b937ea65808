"""What a machine of limited order can reach, against a search (chapter 02)."""

from math import comb

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch02.experiments.parity import parity, patterns, products
from lstm_lab.chapters.ch02.figures import machine_order


def signed_rows(features, labels):
    """The inequalities of a unit that is right everywhere: row . (w, b) > 0."""
    return labels[:, None] * np.column_stack([features, np.ones(len(features))])


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


@pytest.mark.parametrize(
    ("bits", "order"), [(n, k) for n in (2, 3, 4) for k in range(1, n + 1)] + [(5, 4)]
)
def test_the_fewest_errors_are_those_that_a_search_finds(bits, order):
    found = fewest_errors_by_search(products(patterns(bits), order), parity(bits))
    assert machine_order.fewest_errors(bits, order) == found


def test_the_best_polynomial_meets_the_bound_and_changes_sign_k_times():
    for bits in range(1, 11):
        m = patterns(bits).sum(axis=1)
        for order in range(1, bits + 1):
            wrong = (machine_order.best_polynomial(bits, order, m) > 0) != (parity(bits) > 0)
            assert wrong.sum() == machine_order.fewest_errors(bits, order)
            signs = np.sign(machine_order.best_polynomial(bits, order, np.arange(bits + 1)))
            assert np.sum(signs[1:] != signs[:-1]) == order


def test_the_best_polynomial_is_a_sum_of_products_of_at_most_k_inputs():
    for order in (1, 2, 4):
        features = np.column_stack([np.ones(32), products(patterns(5), order)])
        a = machine_order.best_polynomial(5, order, patterns(5).sum(axis=1))
        weights = np.linalg.lstsq(features, a, rcond=None)[0]
        np.testing.assert_allclose(features @ weights, a, atol=1e-8)


def test_one_short_of_enough_misses_one_pattern():
    assert [machine_order.fewest_errors(n, n - 1) for n in range(2, 9)] == [1] * 7


def test_fewest_errors_refuses_what_is_no_count():
    with pytest.raises(ValueError, match="bits must be a positive integer, got 0"):
        machine_order.fewest_errors(0, 1)


def test_no_result_beats_what_is_possible():
    for trial in experiments.load("parity")["trials"]:
        most = 2 ** trial["bits"] - machine_order.fewest_errors(trial["bits"], trial["order"])
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
                    for trial in experiments.load("parity")["trials"]
                    if trial["machine"] == "products"
                    and (trial["bits"], trial["order"]) == (bits, order)
                ]
            )
            best = 2**bits - machine_order.fewest_errors(bits, order)
            if order in (1, bits - 1):
                assert right == best
            else:
                short.append(right < best)
    assert np.mean(short) > 0.9


def test_the_figure_of_association_units_shows_the_share_that_came_to_rest():
    figure = machine_order.association_units(3)
    assert [trace.visible for trace in figure.data] == [True, True, True, False]
    assert set(figure.data[0].y) == {0}
    assert set(figure.data[1].y) == {0}
    trials = experiments.load("parity")["trials"]
    rested = [
        t["solved"]
        for t in trials
        if (t["machine"], t["bits"], t["order"], t["units"]) == ("random units", 3, 3, 8)
    ]
    assert len(rested) == 20
    assert figure.data[2].y[3] == pytest.approx(100 * sum(rested) / 20)


def test_the_figure_of_parity_marks_right_and_wrong_and_names_the_best():
    figure = machine_order.parity_order(4, 1)
    assert "at best right on 11 of them, 68.8 %" in figure.layout.meta["summary"]
    right, wrong = (~np.isnan(np.array(figure.data[place].y, dtype=float)) for place in (1, 2))
    assert np.all(right ^ wrong)
    counts = np.array([comb(4, m) for m in range(5)])
    assert counts[right].sum() == 11
    assert figure.data[3].y[0] == pytest.approx(100 * 11 / 16)
    assert "this is order 3" in machine_order.parity_order(3, 7).layout.meta["summary"]
