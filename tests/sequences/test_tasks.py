"""The tasks are what the papers say they are."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab import sequences
from lstm_lab.sequences import draw


def take(stream, count):
    return list(islice(stream, count))


def rng():
    return np.random.default_rng(1997)


STREAMS = {
    "latch": lambda r: sequences.latch(r, 20),
    "xor": lambda r: sequences.xor_in_time(r, 50),
    "1": sequences.embedded_reber,
    "2a": lambda r: sequences.long_lag(r, 12),
    "2b": lambda r: sequences.long_lag(r, 12, random_middle=True),
    "2c": lambda r: sequences.distractors(r, 20, 10),
    "3a": sequences.two_classes,
    "3b": lambda r: sequences.two_classes(r, noisy_signal=True),
    "3c": lambda r: sequences.two_classes(r, targets=(0.2, 0.8), target_noise_std=0.1**0.5),
    "4": sequences.adding,
    "5": sequences.multiplication,
    "6a": sequences.temporal_order,
    "6b": lambda r: sequences.temporal_order(r, 3),
}


@pytest.mark.parametrize("name", STREAMS)
def test_every_task_has_time_first_and_a_target_where_the_mask_says(name):
    for sequence in take(STREAMS[name](rng()), 20):
        steps = len(sequence)
        assert sequence.x.shape[0] == sequence.target.shape[0] == steps
        assert sequence.error_mask.shape == (steps,)
        assert sequence.error_mask[-1]
        assert not sequence.target[~sequence.error_mask].any()
        assert sequence.noise_free_target.shape == sequence.target.shape


@pytest.mark.parametrize("name", STREAMS)
def test_a_seed_fixes_the_stream_and_sequences_do_not_share_memory(name):
    first, second = take(STREAMS[name](rng()), 3), take(STREAMS[name](rng()), 3)
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.x, b.x)
        assert np.array_equal(a.target, b.target)
    assert not np.shares_memory(first[0].x, first[1].x)


@pytest.mark.parametrize("name", ["1", "2a", "2b", "3a", "3b", "3c", "4", "5", "6a", "6b"])
def test_the_error_comes_at_every_step_in_1_and_2a_2b_and_at_the_end_elsewhere(name):
    for sequence in take(STREAMS[name](rng()), 20):
        expected = len(sequence) if name in ("1", "2a", "2b") else 1
        assert sequence.error_mask.sum() == expected


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        ([0, -1], "symbols must be from 0 to 6, got -1"),
        ([7], "symbols must be from 0 to 6, got 7"),
        ([0.0], "symbols must be whole numbers, got an array of float64"),
    ],
)
def test_a_symbol_that_the_alphabet_does_not_have_is_refused(symbols, message):
    with pytest.raises((TypeError, ValueError), match=message):
        sequences.one_hot(np.array(symbols), 7)


def test_a_symbol_is_a_row_with_one_in_its_place():
    assert sequences.one_hot(np.array([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]


# --- latch and XOR


@given(lag=st.integers(1, 60), batch=st.integers(1, 5), signal_steps=st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_latch_shows_the_class_then_noise_and_asks_at_the_end(lag, batch, signal_steps):
    sequence = next(sequences.latch(rng(), lag, batch=batch, signal_steps=signal_steps))
    assert sequence.x.shape == sequence.target.shape == (signal_steps + lag, batch, 1)
    assert set(np.unique(sequence.target[-1])) <= {-1.0, 1.0}
    assert (sequence.x[:signal_steps] == sequence.target[-1]).all()
    assert np.flatnonzero(sequence.error_mask).tolist() == [signal_steps + lag - 1]


def test_latch_noise_has_the_deviation_asked_for_and_no_mean():
    noise = next(sequences.latch(rng(), 4000, batch=10, noise_std=0.3)).x[3:]
    assert abs(noise.std() - 0.3) < 0.01
    assert abs(noise.mean()) < 0.01


def test_latch_without_noise_is_silent_during_the_lag():
    assert not next(sequences.latch(rng(), 5, noise_std=0.0)).x[3:].any()


def test_latch_classes_are_even():
    classes = next(sequences.latch(rng(), 1, batch=4000)).target[-1]
    assert abs(classes.mean()) < 0.06


def test_every_third_bit_is_the_exclusive_or_of_the_two_before():
    sequence = next(sequences.xor_in_time(rng(), 300))
    bits = np.append(sequence.x[:, 0], sequence.target[-1, 0]).astype(int)
    assert len(bits) == 900
    assert np.array_equal(bits[2::3], bits[0::3] ^ bits[1::3])
    assert np.array_equal(sequence.x[1:], sequence.target[:-1])


# --- experiment 1


def test_reber_strings_obey_the_grammar_and_the_last_but_one_repeats_the_second():
    lengths = []
    for sequence in take(sequences.embedded_reber(rng()), 2000):
        string = "".join(sequence.symbols)
        legal = sequences.legal_next_symbols(string)
        assert (legal & (sequence.target == 1)).sum(axis=1).tolist() == [1] * len(sequence)
        assert string[-2] == string[1]
        lengths.append(len(string))
    assert min(lengths) == 9
    assert max(lengths) > 20


def test_legal_next_symbols_of_a_string_walked_by_hand():
    legal = sequences.legal_next_symbols("BTBTXSETE")
    names = ["".join(np.array(list("BTSXPVE"))[row]) for row in legal]
    assert names == ["TP", "B", "TP", "SX", "SX", "E", "T", "E"]
    legal = sequences.legal_next_symbols("BPBPTTVPSEPE")
    names = ["".join(np.array(list("BTSXPVE"))[row]) for row in legal]
    assert names == ["TP", "B", "TP", "TV", "TV", "TV", "PV", "SX", "E", "P", "E"]


@pytest.mark.parametrize(
    ("string", "said"),
    [
        ("BTBTXSEPE", "symbol 8"),
        ("BTBSXSETE", "symbol 4"),
        ("BTBTXSET", "too early"),
        ("BTB", "too early"),
        ("", "too early"),
        ("BTBTXSETEE", "symbol 10"),
        ("BTQ", "'Q'"),
    ],
)
def test_a_string_outside_the_grammar_is_refused_with_the_place(string, said):
    with pytest.raises(ValueError, match=said):
        sequences.legal_next_symbols(string)


def test_the_outer_and_the_first_inner_choice_have_even_odds():
    buffer = np.empty(400, dtype=np.int64)
    r, firsts = rng(), []
    for _ in range(3000):
        draw.embedded_reber(r, buffer)
        firsts.append((buffer[1] == draw.T, buffer[3] == draw.T))
    assert np.abs(np.mean(firsts, axis=0) - 0.5).max() < 0.04


# --- experiment 2


def test_2a_has_two_sequences_in_a_fixed_order():
    seen = set()
    for sequence in take(sequences.long_lag(rng(), lag=5), 40):
        assert sequence.symbols[1:-1] == ("a1", "a2", "a3", "a4")
        assert sequence.symbols[0] == sequence.symbols[-1]
        assert sequence.x.shape == (5, 6)
        assert np.array_equal(sequence.x[1:], sequence.target[:-1])
        seen.add(sequence.symbols[0])
    assert seen == {"x", "y"}


def test_2b_draws_the_middle_from_the_distractors_alone():
    middles = [
        symbol
        for sequence in take(sequences.long_lag(rng(), lag=11, random_middle=True), 300)
        for symbol in sequence.symbols[1:-1]
    ]
    names, counts = np.unique(middles, return_counts=True)
    assert set(names) == {f"a{k}" for k in range(1, 11)}
    assert counts.min() > 0.8 * 300


@pytest.mark.parametrize(("gap", "count"), [(20, 20), (30, 5), (5, 30)])
def test_2c_keeps_the_second_symbol_over_the_gap(gap, count):
    lengths, kinds, used = [], [], set()
    for sequence in take(sequences.distractors(rng(), gap, count), 1500):
        assert sequence.x.shape[1] == count + 4
        assert sequence.symbols[0] == "b"
        assert sequence.symbols[1] in "xy"
        assert sequence.symbols[-1] == "e"
        assert "e" not in sequence.symbols[:-1]
        middle = sequence.symbols[2:-1]
        assert len(middle) >= gap
        assert all(symbol[0] == "a" for symbol in middle)
        assert sequence.target[-1].tolist() == [
            float(sequence.symbols[1] == "x"),
            float(sequence.symbols[1] == "y"),
        ]
        used |= set(middle)
        lengths.append(len(middle) - gap)
        kinds.append(sequence.symbols[1] == "x")
    assert used == {f"a{k}" for k in range(1, count + 1)}
    assert min(lengths) == 0
    assert abs(np.mean(lengths) - 9) < 1
    assert abs(np.mean(kinds) - 0.5) < 0.05


# --- experiment 3


@pytest.mark.parametrize("signal_steps", [1, 3])
def test_3a_shows_the_class_without_noise(signal_steps):
    data = take(sequences.two_classes(rng(), 100, signal_steps), 800)
    for sequence in data:
        wanted = sequence.target[-1, 0]
        assert (sequence.x[:signal_steps, 0] == (1.0 if wanted == 1.0 else -1.0)).all()
        assert 100 <= len(sequence) <= 110
    noise = np.concatenate([s.x[signal_steps:, 0] for s in data])
    assert abs(noise.var() - 0.2) < 0.005
    assert abs(noise.mean()) < 0.01
    assert {len(s) for s in data} == set(range(100, 111))
    assert abs(np.mean([s.target[-1, 0] for s in data]) - 0.5) < 0.06


def test_3b_adds_the_noise_to_the_signal():
    data = take(sequences.two_classes(rng(), 30, 3, noisy_signal=True), 3000)
    signal = np.array([s.x[:3, 0] - (2 * s.target[-1, 0] - 1) for s in data])
    assert abs(signal.var() - 0.2) < 0.01
    assert abs(signal.mean()) < 0.02


def test_3c_puts_noise_on_the_target_and_keeps_the_clean_one():
    stream = sequences.two_classes(rng(), 30, targets=(0.2, 0.8), target_noise_std=0.1**0.5)
    data = take(stream, 3000)
    noise = np.array([s.target[-1, 0] - s.noise_free_target[-1, 0] for s in data])
    assert abs(noise.var() - 0.1) < 0.01
    assert {s.noise_free_target[-1, 0] for s in data} == {0.2, 0.8}
    assert all((s.x[0, 0] == 1.0) == (s.noise_free_target[-1, 0] == 0.2) for s in data)


# --- experiments 4 and 5


def marked(sequence):
    return np.flatnonzero(sequence.x[:, 1] == 1.0)


@pytest.mark.parametrize("minimal_length", [22, 100])
def test_4_marks_one_of_the_first_ten_and_one_of_the_first_half(minimal_length):
    firsts, all_marks = [], []
    for sequence in take(sequences.adding(rng(), minimal_length), 3000):
        assert minimal_length <= len(sequence) <= 1.1 * minimal_length
        assert sequence.x[-1, 1] == -1.0
        assert sequence.x[0, 1] in (-1.0, 1.0)
        assert set(sequence.x[1:-1, 1]) <= {0.0, 1.0}
        where = marked(sequence)
        assert len(where) == 2
        assert where.min() <= 9
        assert where.max() <= minimal_length // 2 - 2
        firsts.append(where.min() == 0)
        all_marks.extend(where)
        assert where.min() > 0 or sequence.x[0, 0] == 0.0
        expected = 0.5 + sequence.x[where, 0].sum() / 4
        assert sequence.target[-1, 0] == pytest.approx(expected, abs=1e-15)
    assert set(all_marks) == set(range(minimal_length // 2 - 1))
    candidates = minimal_length // 2 - 2
    assert abs(np.mean(firsts) - (0.1 + 0.9 / candidates)) < 0.025


def test_4_values_are_uniform_between_minus_one_and_one():
    values = np.concatenate([s.x[:, 0] for s in take(sequences.adding(rng()), 300)])
    assert values.min() >= -1
    assert values.max() <= 1
    assert abs(values.mean()) < 0.02
    assert abs(values.var() - 1 / 3) < 0.01


def test_5_multiplies_values_between_zero_and_one_and_a_first_pair_counts_as_one():
    for sequence in take(sequences.multiplication(rng()), 1000):
        assert sequence.x[:, 0].min() >= 0
        expected = np.prod(sequence.x[marked(sequence), 0])
        assert sequence.target[-1, 0] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("task", "neutral"), [(sequences.adding, 0.0), (sequences.multiplication, 1.0)]
)
def test_the_three_readings_of_a_marked_first_pair(task, neutral):
    streams = [task(rng(), 50, first_pair=name) for name in ("neutral", "replaced", "marked")]
    seen = 0
    for same, replaced, with_mark in islice(zip(*streams, strict=True), 500):
        assert same.target[-1] == replaced.target[-1] == with_mark.target[-1]
        assert np.array_equal(same.x[1:], replaced.x[1:])
        assert np.array_equal(same.x[1:], with_mark.x[1:])
        if len(marked(same)) == 1:
            seen += 1
            assert same.x[0, 1] == replaced.x[0, 1] == -1.0
            assert with_mark.x[0].tolist() == [neutral, 1.0]
            assert replaced.x[0, 0] == neutral != same.x[0, 0]
        else:
            assert np.array_equal(same.x, with_mark.x)
    assert seen > 20


# --- experiment 6


@pytest.mark.parametrize(
    ("relevant", "windows"),
    [(2, [(10, 20), (50, 60)]), (3, [(10, 20), (33, 43), (66, 76)])],
)
def test_6_places_x_and_y_in_their_windows_and_reads_them_as_digits(relevant, windows):
    seen = [set() for _ in windows]
    classes = set()
    for sequence in take(sequences.temporal_order(rng(), relevant), 600):
        assert 100 <= len(sequence) <= 110
        assert sequence.symbols[0] == "E"
        assert sequence.symbols[-1] == "B"
        places = [t + 1 for t, s in enumerate(sequence.symbols) if s in "XY"]
        assert len(places) == relevant
        for where, (low, high), met in zip(places, windows, seen, strict=True):
            assert low <= where <= high
            met.add(where)
        rest = [s for t, s in enumerate(sequence.symbols[1:-1]) if t + 2 not in places]
        assert set(rest) <= set("abcd")
        digits = "".join("01"[sequence.symbols[t - 1] == "Y"] for t in places)
        assert np.argmax(sequence.target[-1]) == int(digits, 2)
        assert sequence.target[-1].sum() == 1.0
        classes.add(digits)
    assert all(len(met) == 11 for met in seen)
    assert len(classes) == 2**relevant


# --- bad input


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: sequences.latch(7, 5), TypeError, "rng must be"),
        (lambda: sequences.latch(rng(), 0), ValueError, "lag must be a positive integer, got 0"),
        (lambda: sequences.latch(rng(), 5, noise_std=-1.0), ValueError, "noise_std"),
        (lambda: sequences.latch(rng(), 5, batch=0), ValueError, "batch"),
        (lambda: sequences.xor_in_time(rng(), 0), ValueError, "triples"),
        (lambda: sequences.embedded_reber("seed"), TypeError, "rng must be"),
        (lambda: sequences.long_lag(rng(), 1), ValueError, "lag"),
        (lambda: sequences.long_lag(rng(), 5, 1), TypeError, "random_middle"),
        (lambda: sequences.distractors(rng(), 0, 5), ValueError, "minimal_gap"),
        (lambda: sequences.distractors(rng(), 5, 2.5), TypeError, "distractor_count"),
        (lambda: sequences.two_classes(rng(), 10, 11), ValueError, "signal_steps"),
        (lambda: sequences.two_classes(rng(), targets=(1.0,)), ValueError, "targets"),
        (lambda: sequences.adding(rng(), 21), ValueError, "minimal_length"),
        (lambda: sequences.adding(rng(), first_pair="zero"), ValueError, "first_pair"),
        (lambda: sequences.temporal_order(rng(), 4), ValueError, "relevant"),
    ],
)
def test_bad_arguments_are_refused_at_the_call(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_a_string_that_outgrows_its_buffer_is_an_error_not_an_overrun():
    with pytest.raises(ValueError, match="too short"):
        draw.embedded_reber(rng(), np.empty(8, dtype=np.int64))
    with pytest.raises(ValueError, match="too short"):
        draw.distractors(rng(), 5, 10, np.empty(10, dtype=np.int64))
