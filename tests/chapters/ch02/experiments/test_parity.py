"""The parity experiment of chapter 02 and the theorem it rests on."""

from math import comb

import numpy as np
import pytest
from scipy.optimize import linprog

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch02.experiments.parity import (
    ParitySettings,
    parity,
    parity_trial,
    patterns,
    products,
    random_units,
    run,
)


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


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_parity_has_order_n(bits):
    for order in range(1, bits + 1):
        assert separable(products(patterns(bits), order), parity(bits)) == (order == bits)


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


def test_the_results_are_those_of_the_settings_and_can_be_repeated():
    result = experiments.load("parity")
    settings = ParitySettings()
    assert result["settings"]["product_seeds"] == settings.product_seeds
    assert result["settings"]["random_units"] == list(settings.random_units)
    for trial in result["trials"][3:1600:199]:
        if trial["bits"] <= 4:
            key = [trial[name] for name in ("machine", "bits", "order", "units", "seed")]
            assert parity_trial(settings, key) == trial


def test_with_all_products_the_rule_corrects_once_for_each_pattern():
    full = [
        trial
        for trial in experiments.load("parity")["trials"]
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
