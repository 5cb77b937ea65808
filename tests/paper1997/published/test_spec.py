"""The rows are the paper's, and their nets have the weights that it counts."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import decisions, rows, rows_and_decisions

from lstm_lab.paper1997.published import open_decisions, schema, spec


@pytest.mark.parametrize("row", spec.ROWS.values(), ids=spec.ROWS)
def test_the_topology_has_the_weights_that_the_paper_counts(row):
    assert row.net.weight_count == row.weights


def test_the_rows_are_those_of_the_tables():
    counts = {}
    for row in spec.ROWS.values():
        counts[row.table] = counts.get(row.table, 0) + 1
    assert counts == {1: 5, 2: 1, None: 1, 3: 9, 4: 3, 5: 3, 6: 2, 7: 3, 8: 1, 9: 2}
    assert sum(row.trials for row in spec.ROWS.values() if row.table == 1) == 150
    assert [stage.published.sequences for stage in spec.row("5").stages] == [482_000, 1_273_000]


@pytest.mark.parametrize(("lag", "weights"), [(4, 36), (10, 144), (100, 10_404)])
def test_the_one_unit_net_has_the_weights_of_table_2(lag, weights):
    assert spec.one_unit_net_weights(lag) == weights
    quoted = [q for q in spec.QUOTED if q.lag == lag and q.method != "CH"]
    assert quoted
    assert all(q.weights == (weights, weights) for q in quoted)


def test_each_net_of_the_chunker_is_the_one_unit_net_with_an_output_more():
    (chunker,) = (q for q in spec.QUOTED if q.method == "CH")
    inputs, hidden = chunker.lag + 1, 1
    assert chunker.weights[0] == spec.one_unit_net_weights(chunker.lag) + inputs + hidden


@pytest.mark.parametrize("row", spec.ROWS.values(), ids=spec.ROWS)
def test_a_row_is_of_one_piece(row):
    assert row.cap >= 2 * row.stages[-1].published.sequences
    counts = [stage.published.sequences for stage in row.stages]
    assert counts == sorted(counts)
    for bias in (row.net.input_gate_bias, row.net.output_gate_bias):
        assert bias in (None, "random") or len(bias) == row.net.blocks


def test_the_weight_count_follows_the_topology():
    net = schema.Net(2, 1, 2, 2)
    assert net.weight_count == 8 * 10 + 4
    assert (
        open_decisions.decided(
            spec.row("1-5"), open_decisions.Decisions(shortcuts=True)
        ).net.weight_count
        == 325
    )


def test_decisions_change_the_row_where_they_should():
    row = spec.row("4-1")
    decided = open_decisions.decided(
        row, open_decisions.Decisions(first_pair="neutral", average_window=100)
    )
    assert decided.task.whole == (100, 0, 0)
    assert decided.stages[0].rule.average_window == 100
    assert (
        open_decisions.decided(row, open_decisions.Decisions(full_square=True)).learning_rate == 1.0
    )
    assert open_decisions.decided(row, open_decisions.Decisions(init=0.5)).net.init == 0.5
    swapped = open_decisions.decided(row, open_decisions.Decisions(swapped_ranges=True)).net
    assert (swapped.g, swapped.h) == ("logistic [-1, 1]", "logistic [-2, 2]")
    for_3 = open_decisions.decided(spec.row("3a-1"), open_decisions.Decisions(check_every=500))
    assert [stage.rule.check_every for stage in for_3.stages] == [500, 500]
    frozen = open_decisions.decided(spec.row("2c-1"), open_decisions.Decisions(successive="frozen"))
    assert frozen.stages[0].rule == schema.TestSet(10_000)
    learning = open_decisions.decided(spec.row("2c-1"), open_decisions.Decisions(average_window=7))
    assert learning == spec.row("2c-1")


@pytest.mark.parametrize(
    ("name", "recurrence", "weights"),
    [
        ("2c-1", "gates", 364 - 2 * 6),
        ("2c-1", "none", 364 - 6 * 6),
        ("1-5", "gates", 276 - 6 * 12),
        ("2a", "gates", 10_504),
    ],
)
def test_connections_that_are_not_there_are_not_counted(name, recurrence, weights):
    row = open_decisions.decided(spec.row(name), open_decisions.Decisions(recurrence=recurrence))
    assert row.net.weight_count == weights


def test_a_trial_draws_from_its_own_generators():
    row = spec.row("4-1")
    first = [g.random() for g in spec.trial_generators(row, 1, 0)]
    assert first == [g.random() for g in spec.trial_generators(row, 1, 0)]
    others = [
        spec.trial_generators(row, 1, 1),
        spec.trial_generators(row, 2, 0),
        spec.trial_generators(spec.row("4-2"), 1, 0),
    ]
    drawn = first + [g.random() for generators in others for g in generators]
    assert len(set(drawn)) == len(drawn)


def test_ten_trials_of_experiment_1_share_a_pair_of_sets():
    row = spec.row("1-1")
    drawn = [spec.strings_generator(row, 0, trial).random() for trial in range(30)]
    assert len(set(drawn)) == 3
    assert len(set(drawn[:10])) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"error_paths": "half"}, "error_paths must be one of"),
        ({"update": "batch"}, "update must be one of"),
        ({"error_paths": "full"}, "update must be 'sequence'"),
        ({"average_window": 0}, "average_window"),
        ({"init": -1.0}, "init"),
        ({"init": 5e-324}, "init"),
        ({"init": 1e308}, "init"),
        ({"check_every": 0}, "check_every"),
        ({"check_every": 1001}, "check_every must be an integer from 1 to 1000"),
    ],
)
def test_bad_decisions_are_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        open_decisions.Decisions(**changes)


def test_an_unknown_row_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="'6b'"):
        spec.row("7")


def test_decisions_are_read_from_text():
    texts = ["output_slope=False", "first_pair=neutral", "average_window=50", "init=0.5"]
    assert open_decisions.parse_decisions(texts) == open_decisions.Decisions(
        output_slope=False, first_pair="neutral", average_window=50, init=0.5
    )
    assert open_decisions.parse_decisions([]) == open_decisions.Decisions()
    assert (
        open_decisions.parse_decisions(["error_paths=full", "update=sequence"]).error_paths
        == "full"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("slope=1", "decision must be one of"),
        ("output_slope", "NAME=VALUE"),
        ("output_slope=1", "output_slope must be one of"),
        ("average_window=x", "average_window must be of kind int"),
        ("first_pair=none", "first_pair must be one of"),
    ],
)
def test_texts_that_are_no_decision_are_refused(text, said):
    with pytest.raises(ValueError, match=said):
        open_decisions.parse_decisions([text])


# --- over generated decisions, lags and seeds


@given(decisions())
def test_any_decisions_come_back_from_their_texts(chosen):
    texts = [f"{name}={value}" for name, value in asdict(chosen).items()]
    assert open_decisions.parse_decisions(texts) == chosen
    assert open_decisions.parse_decisions(texts[::-1]) == chosen


@given(rows_and_decisions())
def test_decisions_change_what_they_name_and_leave_the_papers_row_as_it_is(known):
    row, chosen = known
    before = repr(row)
    once = open_decisions.decided(row, chosen)
    rate = row.learning_rate * (2 if chosen.full_square else 1)
    assert once.learning_rate == rate
    assert open_decisions.decided(row, chosen) == once
    assert once.net.shortcuts == (row.net.shortcuts or chosen.shortcuts)
    assert once.net.recurrent == (row.net.recurrent and chosen.recurrence != "none")
    swapped = chosen.swapped_ranges and row.net.h != "identity"
    ranges = ("logistic [-1, 1]", "logistic [-2, 2]") if swapped else (row.net.g, row.net.h)
    assert (once.net.g, once.net.h) == ranges
    assert (once.name, once.weights, once.net.inputs, once.net.outputs, once.net.cells) == (
        row.name, row.weights, row.net.inputs, row.net.outputs, row.net.cells,
    )  # fmt: skip
    assert repr(row) == before


@given(rows.filter(lambda row: row.net.dense_inputs), decisions())
def test_shortcuts_from_values_are_refused(row, chosen):
    with pytest.raises(ValueError, match=f"shortcuts must be False for row {row.name}"):
        open_decisions.decided(row, replace(chosen, shortcuts=True))


@given(st.integers(1, 500))
def test_the_weights_of_the_one_unit_net_are_counted_one_by_one(lag):
    symbols = lag + 1
    unit = symbols + 1  # all inputs, and itself
    assert spec.one_unit_net_weights(lag) == unit + symbols * (symbols + 1)  # and what outputs see


@given(rows, st.none() | rows, st.integers(0, 10**6), st.integers(0, 500), st.integers(0, 12))
def test_trials_share_a_generator_only_if_they_are_the_same(row, other, seed, trial, further):
    other, another = other or row, trial + further

    def first(found):
        return [generator.integers(2**62) for generator in found]

    numbers = first(spec.trial_generators(row, seed, trial))
    assert len(set(numbers)) == 3
    assert first(spec.trial_generators(row, seed, trial)) == numbers
    same = (row.name, trial) == (other.name, another)
    assert (first(spec.trial_generators(other, seed, another)) == numbers) == same
    assert not set(first(spec.trial_generators(row, seed + 1, trial))) & set(numbers)
    strings, theirs = (
        spec.strings_generator(one, seed, number)
        for one, number in ((row, trial), (other, another))
    )
    together = (row.name, trial // 10) == (other.name, another // 10)
    assert np.array_equal(strings.random(3), theirs.random(3)) == together
