"""What lies in the lanes is what the public generators yield, and what a chunk should hold."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import rows, rows_and_decisions
from strategies import seeds

from lstm_lab import sequences
from lstm_lab.paper1997.engine import layout, sampling
from lstm_lab.paper1997.engine.layout import LANES
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import string_sets, trial, trial_data


@pytest.mark.parametrize("name", ["2a", "2b", "2c-1", "3b-1", "3c-1", "4-1", "5", "6a", "6b"])
@settings(max_examples=10)
@given(seed=seeds, lane=st.integers(0, LANES - 1), count=st.integers(1, 6))
def test_the_engine_reads_what_the_public_generators_yield(name, seed, lane, count):
    row = open_decisions.decided(spec.row(name), open_decisions.Decisions())
    rng = np.random.default_rng
    public = {
        "2a": lambda: sequences.long_lag(rng(seed)),
        "2b": lambda: sequences.long_lag(rng(seed), random_middle=True),
        "2c-1": lambda: sequences.distractors(rng(seed)),
        "3b-1": lambda: sequences.two_classes(rng(seed), noisy_signal=True),
        "3c-1": lambda: sequences.two_classes(
            rng(seed), targets=(0.2, 0.8), target_noise_std=0.1**0.5
        ),
        "4-1": lambda: sequences.adding(rng(seed)),
        "5": lambda: sequences.multiplication(rng(seed)),
        "6a": lambda: sequences.temporal_order(rng(seed)),
        "6b": lambda: sequences.temporal_order(rng(seed), 3),
    }[name]()
    room = trial_data.room(row, count)
    used = trial_data.fill(row, rng(seed), room, lane, count)
    at = 0
    for sequence in islice(public, count):
        now = slice(at, at + len(sequence))
        flags = room.flags[now, lane]
        assert np.array_equal((flags & layout.ERROR) > 0, sequence.error_mask)
        assert np.flatnonzero(flags & layout.START).tolist() == [0]
        assert np.flatnonzero(flags & layout.END).tolist() == [len(sequence) - 1]
        if room.x.shape[1]:
            assert np.array_equal(room.x[now, :, lane], sequence.x)
        else:
            assert np.array_equal(room.symbols[now, lane], sequence.x.argmax(axis=1))
        asked = sequence.error_mask
        wanted, judged = room.target[now, lane][asked], room.judged[now, lane][asked]
        if row.net.outputs == 1:
            assert np.array_equal(wanted, sequence.target[asked, 0])
            assert np.array_equal(judged, sequence.noise_free_target[asked, 0])
        else:
            assert np.array_equal(wanted, sequence.target[asked].argmax(axis=1))
        at += len(sequence)
    assert at == used
    assert not np.delete(room.flags, lane, axis=1).any()


@pytest.mark.parametrize(
    ("name", "decisions", "errors", "judged"),
    [("2a", {}, 100, 100), ("2b", {}, 100, 1), ("2b", {"error_of_2b": "end"}, 1, 1)],
)
def test_where_2a_and_2b_have_errors_and_are_judged(name, decisions, errors, judged):
    row = open_decisions.decided(spec.row(name), open_decisions.Decisions(**decisions))
    room = trial_data.room(row, 1)
    trial_data.fill(row, np.random.default_rng(0), room, 0, 1)
    assert ((room.flags[:, 0] & layout.ERROR) > 0).sum() == errors
    assert ((room.flags[:, 0] & layout.JUDGE) > 0).sum() == judged


def test_strings_too_long_for_the_streams_are_an_error():
    strings = string_sets.string_sets(spec.row("1-1"), 0, 0)
    with pytest.raises(ValueError, match="too short"):
        sampling.fill_strings(*strings, False, np.arange(50), layout.empty_streams(20, 0), 0)


@given(rows.filter(lambda row: row.task.name != "embedded_reber"), seeds, st.data())
@settings(max_examples=30)
def test_a_chunk_fits_its_room_and_ends_as_often_as_it_has_sequences(row, seed, data):
    count = data.draw(st.integers(1, min(trial_data.chunk_size(row), 20)))
    lane = data.draw(st.integers(0, LANES - 1))
    room = trial_data.room(row, count)
    used = trial_data.fill(row, np.random.default_rng(seed), room, lane, count)
    flags = room.flags[:, lane]
    starts, ends = (
        np.flatnonzero(flags & layout.START),
        np.flatnonzero(flags & layout.END),
    )
    assert len(starts) == len(ends) == count
    assert starts[0] == 0
    assert np.array_equal(starts[1:], ends[:-1] + 1)
    assert ends[-1] + 1 == used
    assert not flags[used:].any()
    assert (flags[ends] & layout.JUDGE).all()
    assert not np.delete(room.flags, lane, axis=1).any()


@given(st.integers(0, 10**6), st.integers(0, 40))
@settings(max_examples=10)
def test_sets_of_strings_are_legal_and_the_test_is_fresh(seed, number):
    strings, lengths, legal = string_sets.string_sets(spec.row("1-1"), seed, number)
    known = [tuple(string[:length]) for string, length in zip(strings, lengths, strict=True)]
    half = string_sets.STRINGS
    assert len(known) == 2 * half
    assert not set(known[:half]) & set(known[half:])
    for string, allowed in zip(known, legal, strict=True):
        assert all(allowed[t] >> following & 1 for t, following in enumerate(string[1:]))


@given(
    seeds,
    st.lists(st.integers(0, 2 * string_sets.STRINGS - 1), min_size=1, max_size=5),
    st.booleans(),
)
@settings(max_examples=20)
def test_strings_lie_in_a_lane_one_after_the_other(seed, order, remembered):
    strings, lengths, legal = string_sets.string_sets(spec.row("1-1"), seed % 5, 0)
    room = layout.empty_streams(int(lengths[order].sum()), 0)
    used = sampling.fill_strings(strings, lengths, legal, remembered, np.array(order), room, 3)
    at = 0
    for n in order:
        steps = slice(at, at + lengths[n] - 1)
        assert np.array_equal(room.symbols[steps, 3], strings[n, : lengths[n] - 1])
        assert np.array_equal(room.target[steps, 3], strings[n, 1 : lengths[n]])
        judged = np.flatnonzero(room.flags[steps, 3] & layout.JUDGE)
        expected = [lengths[n] - 3] if remembered else list(range(lengths[n] - 1))
        assert judged.tolist() == expected
        at += lengths[n] - 1
    assert used == at


@given(rows_and_decisions(rows.filter(lambda row: row.net.inputs < 200)), seeds)
@settings(max_examples=20)
def test_a_chunk_of_training_is_the_same_for_the_same_trial(row_and_decisions, seed):
    row, chosen = row_and_decisions
    known = open_decisions.decided(row, chosen)
    rooms = []
    for _ in range(2):
        one = trial.start(known, chosen, seed, 0, 10**6)
        room = trial_data.room(known, trial_data.chunk_size(known))
        used = trial_data.fill_training(one, room, 0)
        rooms.append((used, *room))
    assert all(np.array_equal(a, b) for a, b in zip(*rooms, strict=True))
    assert (rooms[0][3] & layout.END > 0).sum() == trial_data.chunk_size(known)
