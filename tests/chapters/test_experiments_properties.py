"""What holds for the pure parts of the measurements, whatever sizes and seeds they are given."""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import combinations, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import assert_close, generators, seeds

from lstm_lab import results
from lstm_lab.chapters.ch02.experiments import parity
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch05.experiments import xor_in_time
from lstm_lab.chapters.ch07.experiments import carousel
from lstm_lab.chapters.ch09.experiments import ablation
from lstm_lab.chapters.ch09.experiments import digits as reading
from lstm_lab.chapters.ch11.experiments import patience
from lstm_lab.models import Readout, make
from lstm_lab.sequences import by_length, embedded_reber, latch
from lstm_lab.sequences import xor_in_time as xor_task
from lstm_lab.training import Network

few = settings(max_examples=20)

# --- Chapter 02: parity ----------------------------------------------------------------------------------------------


@given(st.integers(1, 8), st.data())
@few
def test_parity_changes_with_every_bit(bits, data):
    x, labels = parity.patterns(bits), parity.parity(bits)
    assert x.shape == (2**bits, bits)
    assert (x @ 2 ** np.arange(bits - 1, -1, -1) == np.arange(2**bits)).all()
    flipped = np.arange(2**bits) ^ (1 << data.draw(st.integers(0, bits - 1)))
    np.testing.assert_array_equal(labels[flipped], -labels)


@given(st.integers(1, 6), st.data())
@few
def test_products_are_orthogonal_signs_and_the_last_of_all_is_parity(bits, data):
    order = data.draw(st.integers(1, bits))
    x = parity.patterns(bits)
    features = parity.products(x, order)
    assert features.shape[1] == sum(
        1 for k in range(1, order + 1) for _ in combinations(range(bits), k)
    )
    np.testing.assert_array_equal(features.T @ features, len(x) * np.eye(features.shape[1]))
    agreement = np.abs(parity.parity(bits) @ features) / len(x)
    np.testing.assert_array_equal(agreement, [0] * (len(agreement) - 1) + [order == bits])


@given(generators, st.integers(1, 6), st.integers(1, 6), st.data())
@few
def test_a_random_unit_sees_no_more_inputs_than_its_order(rng, bits, units, data):
    order = data.draw(st.integers(1, bits))
    x = parity.patterns(bits)
    fired = parity.random_units(x, units, order, rng)
    assert set(np.unique(fired)) == {0.0, 1.0}
    assert ((fired.mean(axis=0) > 0) & (fired.mean(axis=0) < 1)).all()
    seen = [
        [
            (fired[np.arange(len(x)) ^ (1 << bit), unit] != fired[:, unit]).any()
            for bit in range(bits)
        ]
        for unit in range(units)
    ]
    assert (np.sum(seen, axis=1) <= order).all()


# --- Chapter 04: windows ---------------------------------------------------------------------------------------------


@given(seeds, st.integers(4, 30))
def test_a_sentence_of_either_sense_differs_in_its_cue_alone(seed, distance):
    river, money = (
        windows.sentence(np.random.default_rng(seed), distance, sense) for sense in windows.CUES
    )
    differs = [place for place, (a, b) in enumerate(zip(river, money, strict=True)) if a != b]
    assert differs == [len(river) - distance]
    assert river[-distance] in windows.CUES["river"]
    assert money[-distance] in windows.CUES["money"]
    assert set(river) | set(money) <= set(windows.WORDS) - {windows.PADDING}


@given(generators, st.integers(1, 20), st.integers(4, 12), st.integers(0, 8))
@few
def test_drawn_sentences_have_their_cue_within_the_distances(rng, count, nearest, more):
    words, river = windows.draw(rng, count, nearest, nearest + more)
    assert len(words) == len(river) == count
    for sentence, is_river in zip(words, river, strict=True):
        cues = windows.CUES["river" if is_river else "money"]
        (place,) = [k for k, word in enumerate(sentence[::-1], 1) if word in cues]
        assert nearest <= place <= nearest + more


@given(generators, st.integers(1, 9), st.integers(1, 25))
@few
def test_a_window_shows_the_last_words_and_a_sum_counts_all(rng, count, window):
    sentences, _ = windows.draw(rng, count, 4, 16)
    seen = windows.through_window(sentences, window)
    assert seen.shape == (count, window)
    for row, words, total in zip(seen, sentences, windows.running_sum(sentences), strict=True):
        read = [windows.WORDS[k] for k in row]
        padding = max(0, window - len(words))
        assert read == words[::-1][:window] + [windows.PADDING] * padding
        assert {windows.WORDS[k]: n for k, n in enumerate(total) if n} == Counter(words)
    x = windows.one_hot(seen)
    assert x.shape == (count, window * len(windows.WORDS))
    np.testing.assert_array_equal(x.reshape(count, window, -1).argmax(axis=2), seen)
    assert (x.sum(axis=1) == window).all()


@given(generators, st.integers(1, 6) | st.none(), st.integers(1, 4))
@few
def test_a_reader_cannot_tell_what_lies_outside_its_window(rng, window, hidden):
    reader = windows.Reader(window, rng=rng, hidden_size=hidden)
    sentences, river = windows.draw(rng, 6, 8, 12)
    said = reader.probability(sentences)
    assert ((said > 0) & (said < 1)).all()
    assert reader.accuracy(sentences, said > 0.5) == 1
    other_way = reader.accuracy(sentences, 1 - river)
    assert reader.accuracy(sentences, river) == pytest.approx(1 - other_way)
    inputs = len(windows.WORDS) * (window or 1)
    assert reader.parameter_count == hidden * (inputs + 1) + hidden + 1
    changed = [
        [*words[::-1][(window or 0) :], *words[-window:]] if window else words[::-1]
        for words in sentences
    ]
    np.testing.assert_allclose(reader.probability(changed), said, rtol=1e-12)


@given(generators, st.integers(1, 6), st.integers(1, 6), st.floats(-1e3, 1e3))
def test_the_shape_of_the_past_has_no_level_and_the_target_is_the_change(rng, window, ahead, level):
    values = rng.normal(size=30)
    months = np.arange(window + ahead - 1, 30)
    x, change = windows.shapes_before(values, window, ahead, months)
    assert x.shape == (len(months), window)
    assert not x[:, 0].any()
    shifted = windows.shapes_before(values + level, window, ahead, months)
    np.testing.assert_allclose(shifted[0], x, atol=1e-9)
    np.testing.assert_allclose(shifted[1], change, atol=1e-9)
    np.testing.assert_allclose(values[months - ahead] + change, values[months], atol=1e-12)
    if window > ahead:  # the change of `ahead` months before stands in the inputs
        np.testing.assert_allclose(-x[ahead:, ahead], change[: len(change) - ahead], atol=1e-12)


@given(generators, st.integers(1, 9), st.floats(-100, 100))
def test_a_root_mean_square_lies_between_the_mean_and_the_largest(rng, count, scale):
    errors = rng.normal(size=count)
    size = windows.root_mean_square(errors)
    assert np.abs(errors).mean() - 1e-12 <= size <= np.abs(errors).max() + 1e-12
    assert windows.root_mean_square(scale * errors) == pytest.approx(abs(scale) * size)


# --- Chapter 05: XOR in time -----------------------------------------------------------------------------------------


@given(seeds, st.integers(1, 5), st.integers(1, 5), st.integers(1, 3), st.integers(0, 4))
@few
def test_batches_of_a_stream_lose_nothing_and_the_error_is_that_of_each_step(
    seed, triples, size, hidden, steps_back
):
    def stream():
        return xor_task(np.random.default_rng(seed), triples)

    made = list(xor_in_time.batches(iter(list(islice(stream(), 3 * size))), size))
    assert len(made) == 3
    alone = stream()
    for batch in made:
        for place in range(size):
            one = next(alone)
            np.testing.assert_array_equal(batch.x[:, place], one.x)
            np.testing.assert_array_equal(batch.target[:, place], one.target)
    network, again = (xor_in_time.make_network(hidden, steps_back, seed) for _ in range(2))
    assert network.model.steps_back == steps_back
    for name, weights in network.parameters.items():
        np.testing.assert_array_equal(weights, again.parameters[name])
    error = xor_in_time.root_mean_square_error(network, made[0])
    off = network.outputs(made[0].x) - made[0].target
    assert error.shape == (3 * triples - 1,)
    assert_close(error**2 * size, (off**2).sum(axis=(1, 2)), 1e-12)


# --- Chapter 07: the carousel ----------------------------------------------------------------------------------------

some_lengths, some_batches = st.integers(3, 40), st.integers(1, 6)


@given(generators, some_lengths, some_batches)
@few
def test_what_was_stored_is_told_when_it_is_asked_for(rng, length, batch):
    data = next(carousel.store_and_tell(rng, length, batch))
    assert data.x.shape == (length, batch, 3)
    value, mark, asked = np.moveaxis(data.x, 2, 0)
    assert set(np.unique(value)) <= {-1.0, 1.0}
    assert (mark.sum(axis=0) == 1).all()
    assert (asked.sum(axis=0) == 1).all()
    stored, told = mark.argmax(axis=0), asked.argmax(axis=0)
    assert (stored < length // 3).all()
    assert (told >= length - length // 3).all()
    expected = asked * value[stored, np.arange(batch)]
    np.testing.assert_array_equal(data.target[..., 0], expected)
    assert data.error_mask.all()


@given(generators, some_lengths, some_batches)
@few
def test_the_marked_values_decide_the_target_at_the_end(rng, length, batch):
    tasks = {
        carousel.around_a_constant: (1, lambda values: 0.5 + 0.3 * values[0]),
        carousel.one_sided: (1, lambda values: values[0]),
        carousel.product_of_two: (2, lambda values: values[0] * values[1]),
    }
    for task, (marks, expected) in tasks.items():
        stream = task(rng, length, batch)
        data, kept = next(stream), None
        for lane in range(batch):
            where = np.flatnonzero(data.x[:, lane, 1])
            assert len(where) == marks
            assert data.target[-1, lane, 0] == expected(data.x[where, lane, 0])
            assert set(np.abs(data.x[where, lane, 0])) == {1.0}
        assert not data.target[:-1].any()
        assert np.flatnonzero(data.error_mask).tolist() == [length - 1]
        kept = data.x.copy()
        next(stream)
        np.testing.assert_array_equal(data.x, kept)


@given(
    seeds,
    st.integers(1, 3),
    st.integers(1, 4),
    st.sets(st.sampled_from(["input_gate", "output_gate"])),
)
@few
def test_a_gate_that_is_left_out_is_open_whatever_comes(seed, inputs, cells, gates):
    network = carousel.gated(inputs, cells, sorted(gates), np.random.default_rng(seed))
    both = carousel.gated(inputs, cells, ["input_gate", "output_gate"], np.random.default_rng(seed))
    x = 3 * np.random.default_rng(seed).normal(size=(6, 2, inputs))
    trace = network.model.forward(x)
    for gate in ("input_gate", "output_gate"):
        is_open = np.abs(getattr(trace, gate) - 1).max() < 1e-12
        assert is_open == (gate not in gates)
    rows = slice(0, cells)
    for name in ("input_weights", "recurrent_weights"):
        weights, same = network.model.parameters[name], both.model.parameters[name]
        np.testing.assert_array_equal(weights[rows], same[rows])
    mean, spread = carousel.contributions(network, x)
    assert mean.shape == spread.shape == (cells,)
    total = network.outputs(x)[-1, :, 0] - network.readout.parameters["bias"]
    assert abs(total.mean()) <= mean.sum() + 1e-12
    assert total.std() <= spread.sum() + 1e-12


# --- Chapter 09: variants, streams and digits ------------------------------------------------------------------------


@given(seeds, st.integers(1, 200))
@few
def test_a_stream_of_strings_is_whole_strings_cut_at_its_end(seed, length):
    stream = ablation.reber_stream(np.random.default_rng(seed), length)
    assert len(stream) == length
    assert len(stream.symbols) == length + 1
    strings, whole = embedded_reber(np.random.default_rng(seed)), ""
    deciding = []
    while len(whole) <= length:
        string = "".join(next(strings).symbols)
        deciding.append(len(whole) + len(string) - 3)
        whole += string
    assert whole.startswith("".join(stream.symbols))
    assert ablation.deciding(stream.symbols) == [step for step in deciding if step + 2 <= length]
    np.testing.assert_array_equal(stream.x[1:], stream.target[:-1])


@given(seeds, st.integers(1, 4), st.integers(1, 40))
@few
def test_batches_by_length_hold_each_sequence_once(seed, batch, count):
    given_out = list(islice(embedded_reber(np.random.default_rng(seed)), count))
    groups = list(by_length(iter(given_out), batch))
    wanted = Counter(len(sequence) for sequence in given_out)
    assert Counter(len(group) for group in groups) == {
        length: number // batch for length, number in wanted.items() if number >= batch
    }
    for length in wanted:
        ours = [g.x[:, place] for g in groups if len(g) == length for place in range(batch)]
        theirs = [sequence.x for sequence in given_out if len(sequence) == length]
        for a, b in zip(ours, theirs, strict=False):
            np.testing.assert_array_equal(a, b)


@given(seeds, st.sampled_from(["LSTM", "GRU"]), st.integers(1, 3), st.integers(1, 3))
@few
def test_a_network_of_the_ablation_is_decided_by_its_seed(seed, cell, inputs, outputs):
    chosen = ablation.AblationSettings(hidden_size=3)
    first, again, other = (
        ablation.make_network(chosen, cell, {}, s, inputs, (outputs, "softmax"))
        for s in (seed, seed, seed + 1)
    )
    for name, weights in first.parameters.items():
        np.testing.assert_array_equal(weights, again.parameters[name])
    assert not np.array_equal(first.parameters["input_weights"], other.parameters["input_weights"])
    output = first.outputs(np.random.default_rng(seed).normal(size=(4, inputs)))
    assert output.shape == (4, outputs)
    np.testing.assert_allclose(output.sum(axis=-1), 1)


@given(generators, st.integers(1, 20), st.integers(1, 6), st.sampled_from(reading.ASKED))
@few
def test_an_epoch_shows_every_digit_once_but_for_a_rest(rng, count, batch, asked):
    pixels, labels = rng.random((5, count, 1)), rng.integers(0, 10, count)
    shown = list(reading.batches(rng, pixels, labels, batch, asked))
    assert len(shown) == count // batch
    columns = {tuple(pixels[:, k, 0]): labels[k] for k in range(count)}
    for task in shown:
        assert task.error_mask.sum() == (1 if asked == "at the end" else len(pixels))
        for place in range(batch):
            label = columns.pop(tuple(task.x[:, place, 0]))
            expected = np.eye(10)[label] * task.error_mask[:, None]
            np.testing.assert_array_equal(task.target[:, place], expected)
    assert len(columns) == count % batch


# --- Chapter 11: patience --------------------------------------------------------------------------------------------


@given(seeds, st.integers(1, 8), st.integers(1, 8))
@few
def test_a_batch_of_a_fixed_set_repeats_nothing_that_it_need_not(seed, count, size):
    rng = np.random.default_rng(seed)
    known = next(latch(rng, 5, batch=count))
    drawn = next(patience.batches(known, size, rng))
    columns = [tuple(known.x[:, k, 0]) for k in range(count)]
    came = [columns.index(tuple(drawn.x[:, k, 0])) for k in range(size)]
    assert size > count or len(set(came)) == size
    np.testing.assert_array_equal(drawn.target, known.target[:, came])


@given(seeds, st.integers(1, 4), st.integers(1, 12))
@few
def test_a_network_with_its_output_turned_round_is_right_where_it_was_wrong(seed, size, count):
    rng = np.random.default_rng(seed)
    network = Network(make("tanh RNN", 1, size, rng=rng), Readout(size, 1, rng=rng, bias=None))
    known = next(latch(rng, 3, batch=count))
    assume((network.outputs(known.x)[-1] != 0).all())
    right = patience.share_right(network, known)
    network.readout.parameters["weights"] *= -1
    assert patience.share_right(network, known) == pytest.approx(1 - right, abs=2e-4)
    assert right == pytest.approx(round(right * count) / count, abs=1e-4)


# --- Result files ----------------------------------------------------------------------------------------------------

plain = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False) | st.text()
objects = st.dictionaries(st.text(), plain | st.lists(plain, max_size=3), max_size=4)


@given(objects, st.dictionaries(st.text(), st.text(), max_size=3), st.lists(objects, max_size=4))
@few
def test_a_result_is_read_as_it_was_written(kept, versions, trials):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "result.json")
        file.write_bytes(results.result_bytes(kept, versions, trials))
        found = results.read(file)
    assert (found["settings"], found["versions"], found["trials"]) == (kept, versions, trials)
