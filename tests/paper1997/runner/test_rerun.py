"""Experiment 1 run by the reader: the NumPy trial is the engine's, and Numba is not needed for it."""

import subprocess
import sys

import numpy as np
import pytest

from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import table
from lstm_lab.paper1997.runner import rerun


@pytest.mark.slow
def test_a_trial_in_numpy_is_the_one_of_the_engine():
    (engine,) = rerun.experiment_1("1-4", hidden_units=8, seed=1016, trials=1, most=6_000)
    assert rerun.in_numpy("1-4", hidden_units=8, seed=1016, most=6_000) == engine


def test_it_is_a_trial_on_record_where_seed_and_units_are():
    on_record = next(
        one
        for one in table.planned("hidden-units")
        if (one.row, one.decisions) == ("1-5", open_decisions.Decisions(hidden_units=4))
    )
    again = rerun.experiment_1("1-5", hidden_units=4, seed=1016, trials=3, most=3_000)
    for one in again:
        known = on_record.trials[one.trial]
        assert one.succeeded == (known.sequences <= 3_000)
        assert one.strings == min(known.sequences, 3_000)


def test_the_weights_are_counted_and_nothing_is_learnt_in_no_time():
    few = rerun.in_numpy("1-1", hidden_units=4, most=100)
    assert (few.weights, few.succeeded, few.strings) == (432, False, 100)
    assert rerun.in_numpy("1-1", hidden_units=0, most=100).weights == spec.row("1-1").weights


def test_the_net_that_is_judged_does_not_learn_from_it():
    row = open_decisions.decided(spec.row("1-5"), open_decisions.Decisions(hidden_units=2))
    weights = rerun.initial_weights(row.net, np.random.default_rng(0))
    net = rerun.NumpyNet(row.net, weights, row.learning_rate)
    before = net.W.copy()
    assert not rerun._right(net, *rerun._shown(row, 0, 0)[0])
    np.testing.assert_array_equal(net.W, before)


def test_the_strings_say_what_may_follow():
    for x, target, allowed in rerun._shown(spec.row("1-1"), 3, 0)[:40]:
        assert x.shape == target.shape == allowed.shape
        assert (x.sum(axis=1) == 1).all()
        assert allowed[target > 0].all()
        np.testing.assert_array_equal(x[1:], target[:-1])


WITHOUT = """
import sys
sys.modules["numba"] = None
from lstm_lab.paper1997.runner import rerun
print(rerun.told(rerun.experiment_1("1-5", hidden_units=1, trials=2, most=100)))
"""


def test_without_numba_as_many_trials_are_run():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    head, rows = eval(done.stdout)
    assert head == rerun.HEAD
    assert [row[-1] for row in rows] == ["not within 100 strings"] * 2


@pytest.mark.parametrize(
    ("argument", "value"),
    [("row", "2a"), ("hidden_units", -1), ("hidden_units", 33), ("seed", -1), ("trials", 0), ("most", 5)],
)  # fmt: skip
def test_bad_arguments_are_named(argument, value):
    with pytest.raises(ValueError, match=argument):
        rerun.experiment_1(**{argument: value})
