"""A trial stops when its rule says so, and its numbers do not depend on how it is run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.paper1997.engine import layout, network_setup, truncated_gradient
from lstm_lab.paper1997.engine.layout import LANES
from lstm_lab.paper1997.published import open_decisions, schema, spec
from lstm_lab.paper1997.runner import string_sets, trial, trial_data, trial_group


def some(name, count, cap, seed=0, **decisions):
    chosen = open_decisions.Decisions(**decisions)
    row = open_decisions.decided(spec.row(name), chosen)
    return [trial.start(row, chosen, seed, number, cap) for number in range(count)]


def to_the_end(trials, seconds):
    while not all(one.finished for one in trials):
        trials = trial_group.advance(trials, seconds)
    return trials


def assert_same(one, other):
    assert one.sequences == other.sequences
    assert one.reached == other.reached
    assert one.curve == other.curve
    for a, b in zip(one.weights, other.weights, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("name", ["1-5", "2a", "3a-1", "6a"])
def test_slices_and_companions_change_nothing(name):
    cap = {"1-5": 2000, "2a": 300, "3a-1": 1000, "6a": 2000}[name]
    together = to_the_end(some(name, 3, cap), 60)
    in_slices = to_the_end(some(name, 3, cap), 1e-9)
    alone = to_the_end([some(name, 3, cap)[2]], 60)
    for one, other in zip(together, in_slices, strict=True):
        assert_same(one, other)
    assert_same(together[2], alone[0])


@pytest.mark.parametrize(("recurrence", "into_gates"), [("gates", True), ("none", False)])
def test_connections_that_are_not_there_stay_away(recurrence, into_gates):
    (one,) = to_the_end(some("6a", 1, 300, recurrence=recurrence), 60)
    net, fed_back = one.row.net, one.weights.hidden[:-1]
    assert not fed_back[:, : net.cells].any()
    assert fed_back[:, net.cells :].all() == into_gates
    assert one.weights.columns.all()


def test_another_seed_or_number_gives_another_trial():
    first, second = some("6a", 2, 10)
    (other,) = some("6a", 1, 10, seed=1)
    assert not np.array_equal(first.weights.hidden, second.weights.hidden)
    assert not np.array_equal(first.weights.hidden, other.weights.hidden)


def test_6a_is_learnt_and_its_last_2000_sequences_were_right():
    (one,) = to_the_end(some("6a", 1, 100_000), 60)
    assert one.succeeded
    (reached,) = one.reached
    assert 2000 < reached.sequences <= one.sequences
    assert reached.wrong <= 5
    assert reached.test_error < 0.1
    row = one.row
    again = trial_group.final_test(one, one.weights, row.test_size)
    assert again == (reached.wrong, reached.test_error)


def test_a_trial_that_meets_its_cap_has_failed():
    (one,) = to_the_end(some("6a", 1, 500), 60)
    assert one.finished
    assert not one.succeeded
    assert one.sequences == 500


def slowly(rule, wrong, error, fresh):
    for n in range(len(wrong) - fresh, len(wrong)):
        last = slice(n + 1 - rule.window, n + 1)
        if n + 1 < rule.window or wrong[last].sum() > rule.wrong_allowed:
            continue
        if rule.average_below is not None:
            if n + 1 < rule.average_window:
                continue
            if error[n + 1 - rule.average_window : n + 1].mean() >= rule.average_below:
                continue
        return n - (len(wrong) - fresh)
    return None


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=40),
    st.integers(1, 8),
    st.integers(0, 2),
    st.sampled_from([None, 1.0, 2.0]),
    st.integers(1, 8),
    st.integers(1, 12),
)
@settings(max_examples=300, deadline=None)
def test_the_first_sequence_that_meets_a_rule(history, window, allowed, below, average, fresh):
    wrong = np.array([w for w, _ in history])
    error = np.array([float(e) for _, e in history])
    fresh = min(fresh, len(history))
    rule = schema.Recent(window, allowed, below, average)
    assert trial_group.first_met(rule, wrong, error, fresh) == slowly(rule, wrong, error, fresh)


def test_the_weights_of_a_success_are_those_of_its_moment():
    """Not those of the end of the chunk in which it came."""
    (one,) = to_the_end(some("6a", 1, 100_000), 60)
    row, reached = one.row, one.reached[0]
    again = some("6a", 1, 100_000)[0]
    chunk = trial_data.chunk_size(row)
    extra = reached.sequences % chunk
    assert extra, "choose another seed: this success is at the end of a chunk"
    again.cap = reached.sequences - extra
    (again,) = to_the_end([again], 60)
    room = trial_data.room(row, chunk)
    steps = trial_data.fill_training(again, room, 0)
    lanes = layout.into_lanes([again.weights])
    plan = network_setup.make_plan(row, again.decisions)
    order = layout.Order(steps, np.full(LANES, extra), np.ones(LANES), True)
    nets = layout.Nets(lanes, lanes)
    truncated_gradient.train(plan, nets, room, order, layout.empty_errors(chunk))
    assert np.array_equal(lanes.hidden[..., 0], one.weights.hidden)


# --- experiment 1


def test_the_sets_of_experiment_1():
    row = spec.row("1-1")
    strings, lengths, legal = string_sets.string_sets(row, 0, 0)
    assert len(strings) == 512
    as_tuples = [tuple(s[:n]) for s, n in zip(strings, lengths, strict=True)]
    assert not set(as_tuples[:256]) & set(as_tuples[256:])
    assert (legal[0, : lengths[0] - 1] > 0).all()
    assert string_sets.string_sets(row, 0, 9)[0] is not None
    assert np.array_equal(string_sets.string_sets(row, 0, 9)[0], strings)
    assert not np.array_equal(string_sets.string_sets(row, 0, 10)[1], lengths)


def test_sweeps_show_every_string_once_before_any_comes_again():
    one = some("1-1", 1, 10_000, exemplars="sweeps")[0]
    orders = [trial_data._sweep(one, n) for n in range(2)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(256))
    assert not np.array_equal(*orders)


# --- experiments 2a and 2b


def test_the_cell_of_2a_is_added_when_the_error_stalls():
    (one,) = some("2a", 1, 100_000)
    assert not one.weights.output[0].any()
    assert one.absent_cell_weights.any()
    absent_cell_weights, columns = one.absent_cell_weights.copy(), one.weights.columns.copy()
    while one.absent_cell_weights is not None:
        assert np.array_equal(one.weights.columns, columns)
        assert not one.weights.output[0].any()
        (one,) = trial_group.advance([one], 1e-9)
    assert one.sequences >= 200
    assert np.array_equal(one.weights.output[:1], absent_cell_weights)
    (one,) = trial_group.advance([one], 1e-9)
    assert not np.array_equal(one.weights.columns, columns)


def test_the_cell_of_2a_is_there_at_once_where_asked_for():
    (one,) = some("2a", 1, 1000, cell_added="start")
    assert one.absent_cell_weights is None
    assert one.weights.output[0].any()


def test_a_frozen_net_may_be_judged_instead_of_one_that_learns():
    (one,) = to_the_end(
        some("2a", 1, 20_000, cell_added="start", output_slope=False, successive="frozen"), 60
    )
    assert one.succeeded
    assert one.sequences == one.reached[0].sequences
    assert one.reached[0].wrong == 0
    wrong, _ = trial_group.final_test(some("2a", 1, 10)[0], one.weights, 10_000, give_up_above=0)
    assert wrong == 0
    untrained = some("2a", 1, 10)[0]
    wrong, _ = trial_group.final_test(untrained, untrained.weights, 10_000, give_up_above=0)
    assert 0 < wrong <= 8 * 4


# --- bad input


def test_trials_of_different_rows_do_not_mix():
    with pytest.raises(ValueError, match="one row"):
        trial_group.advance([*some("6a", 1, 10), *some("6b", 1, 10)], 1)
    with pytest.raises(ValueError, match="got 9"):
        trial_group.advance(some("6a", 9, 10), 1)
    with pytest.raises(ValueError, match="got 0"):
        trial_group.advance([], 1)
