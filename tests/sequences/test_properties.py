"""What holds for a task of any size, under any seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import seeds

from lstm_lab import sequences
from lstm_lab.sequences import draw


def same_draw(seed, law, buffer):
    """What the law of a task fills a buffer with, under a seed."""
    filled = law(np.random.default_rng(seed), buffer)
    return filled, buffer


@given(seeds, st.integers(1, 60))
@settings(max_examples=25)
def test_any_number_of_threes_obeys_exclusive_or(seed, triples):
    sequence = next(sequences.xor_in_time(np.random.default_rng(seed), triples))
    bits = np.append(sequence.x[:, 0], sequence.target[-1, 0]).astype(int)
    assert len(bits) == 3 * triples == len(sequence) + 1
    assert set(bits) <= {0, 1}
    assert np.array_equal(bits[2::3], bits[0::3] ^ bits[1::3])
    assert np.array_equal(sequence.x[1:], sequence.target[:-1])
    assert sequence.error_mask.all()


@given(seeds, st.data())
def test_a_wrong_symbol_is_found_at_its_place(seed, data):
    sequence = next(sequences.embedded_reber(np.random.default_rng(seed)))
    symbols, legal = sequence.symbols, sequences.legal_next_symbols(sequence.symbols)
    assert legal.shape == sequence.target.shape == (len(symbols) - 1, 7)
    assert legal[sequence.target == 1].all()
    assert legal.sum(axis=1).tolist() == [2, 1, *[2] * (len(symbols) - 6), 1, 1, 1]
    assert legal[-2, draw.REBER_ALPHABET.index(symbols[1])]
    length, drawn = same_draw(seed, draw.embedded_reber, np.empty(400, dtype=np.int64))
    assert "".join(symbols) == "".join(draw.REBER_ALPHABET[k] for k in drawn[:length])
    at = data.draw(st.integers(1, len(symbols) - 1))
    wrong = data.draw(st.sampled_from(np.flatnonzero(~legal[at - 1]).tolist()))
    changed = (*symbols[:at], draw.REBER_ALPHABET[wrong], *symbols[at + 1 :])
    with pytest.raises(ValueError, match=rf"breaks the grammar at symbol {at + 1}$"):
        sequences.legal_next_symbols(changed)
    with pytest.raises(ValueError, match="ends too early"):
        sequences.legal_next_symbols(symbols[: data.draw(st.integers(0, len(symbols) - 1))])


@given(seeds, st.integers(2, 40), st.booleans())
@settings(max_examples=25)
def test_the_first_symbol_comes_back_after_any_lag(seed, lag, random_middle):
    sequence = next(sequences.long_lag(np.random.default_rng(seed), lag, random_middle))
    assert sequence.x.shape == sequence.target.shape == (lag, lag + 1)
    assert sequence.symbols[0] == sequence.symbols[-1]
    assert sequence.symbols[0] in ("x", "y")
    middle = [f"a{k}" for k in range(1, lag)]
    assert set(sequence.symbols[1:-1]) <= set(middle)
    assert random_middle or list(sequence.symbols[1:-1]) == middle
    buffer = np.empty(lag + 1, dtype=np.int64)
    length, drawn = same_draw(
        seed, lambda r, symbols: draw.long_lag(r, lag, random_middle, symbols), buffer
    )
    assert length == lag + 1
    assert np.array_equal(drawn[:-1], sequence.x.argmax(axis=1))
    assert np.array_equal(drawn[1:], sequence.target.argmax(axis=1))


@given(seeds, st.integers(1, 30), st.integers(1, 20))
@settings(max_examples=25)
def test_any_distractors_may_come_between(seed, gap, count):
    sequence = next(sequences.distractors(np.random.default_rng(seed), gap, count))
    b, kind, *middle, e = sequence.symbols
    assert (b, e) == ("b", "e")
    assert len(middle) >= gap
    assert {int(symbol[1:]) for symbol in middle} <= set(range(1, count + 1))
    assert sequence.target[-1].tolist() == [float(kind == "x"), float(kind == "y")]
    assert not sequence.target[:-1].any()
    length, drawn = same_draw(
        seed,
        lambda r, symbols: draw.distractors(r, count, gap, symbols),
        np.empty(gap + 400, dtype=np.int64),
    )
    assert np.array_equal(drawn[: length - 1], sequence.x.argmax(axis=1))


@given(
    seeds,
    st.integers(1, 60),
    st.booleans(),
    st.floats(0, 2),
    st.just(0.0) | st.floats(0.01, 2),
    st.data(),
)
@settings(max_examples=25)
def test_two_classes_of_any_length(seed, minimal_length, noisy, std, target_std, data):
    signal = data.draw(st.integers(1, minimal_length))
    sequence = next(
        sequences.two_classes(
            np.random.default_rng(seed),
            minimal_length,
            signal,
            noisy_signal=noisy,
            targets=(0.2, 0.8),
            target_noise_std=target_std,
            noise_std=std,
        )
    )
    assert minimal_length <= len(sequence) <= 1.1 * minimal_length
    (length, kind), x = same_draw(
        seed,
        lambda r, x: draw.two_classes(r, minimal_length, signal, std, noisy, x),
        np.empty((minimal_length + minimal_length // 10, 1)),
    )
    assert np.array_equal(x[:length], sequence.x)
    assert sequence.noise_free_target[-1, 0] == (0.2, 0.8)[kind]
    assert (sequence.target[-1, 0] == sequence.noise_free_target[-1, 0]) == (target_std == 0)
    if not noisy or std == 0:
        assert (sequence.x[:signal] == (1.0, -1.0)[kind]).all()


@given(
    seeds,
    st.integers(22, 90),
    st.sampled_from(["neutral", "replaced", "marked"]),
    st.booleans(),
)
def test_two_marked_values_of_any_sequence_make_its_target(seed, length, first_pair, product):
    task = sequences.multiplication if product else sequences.adding
    low, neutral = (0.0, 1.0) if product else (-1.0, 0.0)
    sequence = next(task(np.random.default_rng(seed), length, first_pair))
    value, mark = sequence.x.T
    assert length <= len(sequence) <= 1.1 * length
    assert low <= value.min() <= value.max() <= 1
    assert mark[-1] == -1
    where = np.flatnonzero(mark == 1)
    assert len(where) + (mark[0] == -1) * (len(where) == 1) == 2
    values = [*value[where], *[neutral] * (2 - len(where))]
    expected = np.prod(values) if product else 0.5 + sum(values) / 4
    assert sequence.target[-1, 0] == pytest.approx(expected, abs=1e-15)
    assert 0 <= sequence.target[-1, 0] <= 1
    code = ("neutral", "replaced", "marked").index(first_pair)
    (steps, target), x = same_draw(
        seed,
        lambda r, x: draw.marked_pairs(r, length, low, product, code, x),
        np.empty((length + length // 10, 2)),
    )
    assert np.array_equal(x[:steps], sequence.x)
    assert target == sequence.target[-1, 0]


@given(seeds, st.sampled_from([2, 3]))
def test_the_class_of_any_string_is_read_off_its_letters(seed, relevant):
    sequence = next(sequences.temporal_order(np.random.default_rng(seed), relevant))
    digits = "".join("01"[s == "Y"] for s in sequence.symbols if s in "XY")
    assert len(digits) == relevant
    assert sequence.target[-1].argmax() == int(digits, 2)
    assert sequence.target.sum() == 1
    windows = np.array({2: [(10, 20), (50, 60)], 3: [(10, 20), (33, 43), (66, 76)]}[relevant])
    (length, kind), drawn = same_draw(
        seed, lambda r, symbols: draw.temporal_order(r, windows, symbols), np.empty(110, dtype=int)
    )
    assert kind == int(digits, 2)
    assert tuple("abcdEBXY"[k] for k in drawn[:length]) == sequence.symbols


@given(seeds, st.integers(-100, 100), st.integers(0, 50))
def test_a_drawn_integer_lies_between_its_ends(seed, low, span):
    first, second = np.random.default_rng(seed), np.random.default_rng(seed)
    drawn = [draw.integer(first, low, low + span) for _ in range(20)]
    assert low <= min(drawn) <= max(drawn) <= low + span
    expected = low + np.floor(second.random(20) * (span + 1))
    assert np.array_equal(drawn, expected)


@given(st.integers(1, 9), st.data())
def test_the_local_code_can_be_read_back(size, data):
    shape = data.draw(st.lists(st.integers(1, 3), max_size=3))
    symbols = np.random.default_rng(data.draw(seeds)).integers(0, size, shape)
    code = sequences.one_hot(symbols, size)
    assert code.shape == (*shape, size)
    assert (code.sum(axis=-1) == 1).all()
    assert set(np.unique(code)) <= {0.0, 1.0}
    assert np.array_equal(code.argmax(axis=-1), symbols)


@given(st.integers(1, 9), st.booleans())
def test_a_sequence_has_a_length_and_a_clean_target(steps, noisy):
    x, target, clean = np.zeros((steps, 2)), np.ones((steps, 1)), np.full((steps, 1), 0.5)
    mask = np.ones(steps, dtype=bool)
    sequence = sequences.Sequence(x, target, mask, *([clean] if noisy else []))
    assert len(sequence) == steps
    assert sequence.noise_free_target is (clean if noisy else target)
