"""What figures compute before they draw, against other ways to compute it, over generated input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import generators, seeds

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch01.figures import perceptron_runs
from lstm_lab.chapters.ch04.experiments import windows as sentences
from lstm_lab.chapters.ch04.figures import months, ordered, windows
from lstm_lab.chapters.ch05.figures import elman_xor, unrolled
from lstm_lab.chapters.ch06.figures import latch
from lstm_lab.chapters.ch07.figures import carousel, memory_cell
from lstm_lab.chapters.ch08.figures import curves1997
from lstm_lab.chapters.ch09.figures import digits, successors
from lstm_lab.chapters.ch11.figures import patience, timeline
from lstm_lab.models import ElmanRNN, Perceptron
from lstm_lab.models.margin import widest_gap, with_one
from lstm_lab.paper1997.published import spec

# --- One cell, by hand and learnt (chapter 07) -----------------------------------------------------------------------

marks = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=9).map(np.array)
gate_words = st.sampled_from([*memory_cell.INPUT_GATES, *memory_cell.OUTPUT_GATES])


@given(generators, st.integers(1, 9))
def test_a_walk_by_hand_follows_the_equations_step_by_step(rng, length):
    a, i, o = rng.standard_normal(length), rng.uniform(0, 1, length), rng.uniform(0, 1, length)
    walk, c = memory_cell.walk_by_hand(a, i, o), 0.0
    for t in range(length):
        g = 4 / (1 + np.exp(-a[t])) - 2
        c += i[t] * g
        h = 2 / (1 + np.exp(-c)) - 1
        np.testing.assert_allclose(
            (walk.cell_input[t], walk.state[t], walk.said[t]), (g, c, o[t] * h), atol=1e-12
        )
        np.testing.assert_allclose(walk.entry[t], o[t] * (1 - h**2) / 2, atol=1e-12)
        np.testing.assert_allclose(walk.taken[t], i[t] * (4 - g**2) / 4, atol=1e-12)


@given(marks, gate_words)
def test_a_gate_set_by_hand_opens_where_it_says(marked, setting):
    gate = memory_cell.gate_by_hand(marked, setting)
    for t, value in enumerate(gate):
        expected = {
            "always open": 1.0,
            "never open": 0.0,
            "open one step late": marked[t - 1] if t else 0.0,
        }.get(setting, marked[t])
        assert value == expected


@given(st.sampled_from(list(memory_cell.SEQUENCES)), st.sampled_from(memory_cell.UPDATES))
@settings(max_examples=10)
def test_what_a_learnt_cell_says_is_what_its_network_puts_out(name, updates):
    x, network = memory_cell.inputs(name), memory_cell.taught(updates)
    signs, stored, asked = memory_cell.SEQUENCES[name]
    assert "".join("+" if value > 0 else "-" for value in x[:, 0]) == signs
    assert (np.flatnonzero(x[:, 1]) + 1).tolist() == list(stored)
    assert (np.flatnonzero(x[:, 2]) + 1).tolist() == list(asked)
    walk = memory_cell.walk_of(network, x)
    np.testing.assert_array_equal(walk.said, network.outputs(x)[:, 0])
    np.testing.assert_allclose(
        np.diff(walk.state), (walk.input_gate * walk.cell_input)[1:], atol=1e-12
    )


# --- Perceptrons (chapter 01) ----------------------------------------------------------------------------------------


@given(
    st.integers(0, 99),
    st.integers(1, 5),
    st.integers(2, 30),
    st.sampled_from([0.05, 0.1, 0.2, 0.4]),
)
@settings(max_examples=25)
def test_a_perceptron_makes_no_more_mistakes_than_its_bound(seed, inputs, examples, gap):
    mistakes, bound = perceptron_runs.cloud_count(gap, seed, inputs, examples)
    assert 1 <= mistakes <= bound


@given(st.integers(2, 40))
def test_examples_at_right_angles_reach_the_bound(size):
    mistakes, bound = perceptron_runs.right_angles(size)
    assert mistakes == size
    assert bound == pytest.approx(size, rel=1e-6)


@given(
    st.sampled_from([0.1, 0.5, 1.0, 2.0]),
    st.sampled_from(perceptron_runs.GAPS),
    st.sampled_from(["zero", "not zero"]),
)
@settings(max_examples=15)
def test_the_course_of_a_line_is_the_rule_step_by_step(rate, gap, start):
    x, labels = perceptron_runs.shifted_cloud(gap)
    learning, best, bound = perceptron_runs.line_course(rate, gap, start)
    w = perceptron_runs.START.copy() if start == "not zero" else np.zeros(3)
    mistakes = []
    while not mistakes or mistakes[-1]:
        mistakes.append(0)
        for seen, label in zip(with_one(x), labels, strict=True):
            if label * (w @ seen) <= 0:
                w += rate * label * seen
                mistakes[-1] += 1
    assert list(learning.mistakes) == mistakes
    np.testing.assert_allclose(w[:2], learning.weights[-1], atol=1e-9)
    assert sum(mistakes) <= bound
    assert best.gap == pytest.approx(widest_gap(with_one(x), labels).gap)


@given(generators, st.integers(1, 30))
def test_every_card_has_its_mark_in_the_half_of_its_label(rng, count):
    seen, labels = perceptron_runs.cards(count, rng)
    for card, label in zip(seen.reshape(count, perceptron_runs.RETINA, -1), labels, strict=True):
        rows, columns = np.nonzero(card)
        assert len(rows) == perceptron_runs.MARK**2
        assert np.ptp(rows) == np.ptp(columns) == perceptron_runs.MARK - 1
        assert ((columns >= perceptron_runs.RETINA // 2) == (label > 0)).all()


@given(st.sampled_from([(0, 1), (4, 9), (3, 8)]), st.integers(0, 3), st.integers(1, 20), st.data())
@settings(max_examples=8)
def test_a_reading_is_scored_with_the_weights_of_its_moment(pair, seed, passes, data):
    reading = perceptron_runs.read_digits(*pair, seed, passes)
    assert len(reading.x) == 2 * (len(reading.x) + len(reading.fresh)) // 3
    moment = data.draw(st.integers(0, len(reading.learning.weights) - 1))
    model = Perceptron(64)
    model.parameters["weights"][...] = reading.learning.weights[moment]
    model.parameters["bias"][...] = reading.learning.bias[moment]
    right = model.predict(reading.fresh) == reading.wanted
    assert reading.share_right(moment) == right.mean()


@given(st.sampled_from([(0, 1), (0, 2), (1, 2), (2, 1)]))
def test_irises_of_two_kinds_come_half_and_half(pair):
    x, labels = perceptron_runs.iris(*pair)
    assert x.shape == (100, 4)
    assert labels.sum() == 0
    other, opposite = perceptron_runs.iris(*pair[::-1])
    assert np.array_equal(other, x)
    assert np.array_equal(opposite, -labels)


# --- Nets and gates --------------------------------------------------------------------------------------------------


@given(st.sampled_from(list(successors.FORGET)), st.integers(1, 12))
def test_the_scoreboard_adds_up_what_its_gate_keeps(forget, innings):
    shown, value = successors.runs(innings), successors.FORGET[forget]
    state = successors.board(forget, innings)
    assert len(shown) == len(state) == innings * successors.OVERS
    for t in range(len(state)):
        since = t - t % successors.OVERS if value is None else 0
        kept = 1.0 if value is None else value
        powers = kept ** np.arange(t - since, -1, -1)
        assert state[t] == pytest.approx(powers @ shown[since : t + 1])


@given(seeds, st.integers(2, 8), st.floats(0.2, 1.5), st.data())
@settings(max_examples=25)
def test_an_error_followed_to_the_start_is_the_whole_gradient(seed, length, scale, data):
    network = unrolled.example_network("untrained", round(scale, 2))
    x = np.random.default_rng(seed).standard_normal((length, 1))
    whole = unrolled.followed_back(network, x, 1.0, length - 1)
    trace = network.model.forward(x)
    read = network.readout.forward(trace.state[-1])
    injected = np.zeros_like(trace.state[1:])
    injected[-1] = network.readout.backward(read, np.array([1.0])).x
    full = ElmanRNN.backward(network.model, trace, injected).parameters
    for name, array in full.items():
        np.testing.assert_allclose(whole[name], array, atol=1e-12)
    steps = data.draw(st.integers(0, length - 1))
    part = unrolled.followed_back(network, x, 1.0, steps)
    later = unrolled.followed_back(network, x[-1:], 1.0, 0) if length == 1 else None
    assert later is None or np.array_equal(later["bias"], part["bias"])
    if steps == 0:
        outer = np.outer(part["bias"], x[-1])
        np.testing.assert_allclose(part["input_weights"], outer, atol=1e-12)


# --- What was recorded -----------------------------------------------------------------------------------------------

curve_points = st.lists(
    st.tuples(st.integers(1, 1000), st.floats(1e-6, 10), st.floats(0, 1)), min_size=1, max_size=300
)


@given(curve_points)
@example([(1, 0.5, 1.0)])
def test_a_thinned_curve_leaves_nothing_out(points):
    counts = np.cumsum([step for step, _, _ in points])
    curve = [
        (int(count), error, wrong) for count, (_, error, wrong) in zip(counts, points, strict=True)
    ]
    count, error, wrong = curves1997.thinned(curve)
    assert len(count) == len(error) == len(wrong) <= curves1997.POINTS
    assert (np.diff(count) > 0).all()
    assert 10 ** count[-1] == pytest.approx(counts[-1])
    held = np.diff([0, *np.searchsorted(counts, 10**count * (1 - 1e-9)) + 1])
    assert held.sum() == len(curve)
    assert held @ 10**error == pytest.approx(sum(e for _, e, _ in curve))
    assert held @ wrong == pytest.approx(sum(w for _, _, w in curve), abs=1e-9)


recorded_rows = st.sampled_from(curves1997.rows_on_record())


@given(recorded_rows, st.floats(1e-3, 1), st.floats(1, 3))
@settings(max_examples=25)
def test_a_higher_bound_is_met_no_later(row, bound, factor):
    low, high = curves1997.first_below(row, bound), curves1997.first_below(row, bound * factor)
    assert len(low) == len(high) <= spec.row(row).trials
    for later, sooner in zip(low, high, strict=True):
        assert np.isnan(later) or sooner <= later


@given(
    st.sampled_from([c for c, _ in experiments.load("patience")["settings"]["cells"]]), st.data()
)
def test_shares_of_right_answers_are_those_of_all_seeds(cell, data):
    known = experiments.load("patience")["settings"]
    noise = data.draw(st.sampled_from(known["noises"]))
    updates = data.draw(st.sampled_from(known["checkpoints"]))
    tested = data.draw(st.sampled_from(list(patience.TESTED)))
    shares = patience.shares(cell, noise, updates, tested)
    assert list(shares) == list(known["training_sequences"])
    assert len({len(each) for each in shares.values()}) == 1
    assert all(0 <= share <= 1 for each in shares.values() for share in each)


@given(
    st.sampled_from(
        [(t["hidden_size"], t["steps_back"]) for t in experiments.load("xor_in_time")["trials"]]
    ),
    st.data(),
)
def test_every_seed_is_nearest_to_one_level(kind, data):
    updates = data.draw(st.sampled_from(experiments.load("xor_in_time")["settings"]["checkpoints"]))
    errors = elman_xor.xor_errors(*kind, updates)
    late = errors[:, errors.shape[1] // 2 :]
    mean = elman_xor.mean_square_error(*kind, updates)
    third = elman_xor.third_bit_error(*kind, updates)
    assert mean.shape == third.shape == (len(errors),)
    assert (late.min(axis=1) ** 2 <= mean + 1e-12).all()
    assert (mean <= late.max(axis=1) ** 2 + 1e-12).all()
    assert (third <= late.max(axis=1) + 1e-12).all()
    assert sum(elman_xor.understood(*kind, updates).values()) == len(errors)


@given(st.data())
def test_recorded_trials_are_sorted_into_kinds_that_share_none(data):
    variants = [(task, name) for task in successors.TASKS for name in successors.variants()]
    asked = sorted(
        {(trial["cell"], trial["asked"]) for trial in experiments.load("digits")["trials"]}
    )
    named = sorted({(trial["experiment"],) for trial in experiments.load("carousel")["trials"]})
    for record, kinds, trials in (
        ("ablation", variants, successors.trials),
        ("digits", asked, digits.trials),
        ("carousel", named, carousel.trials),
    ):
        every = experiments.load(record)["trials"]
        assert sum(len(trials(*kind)) for kind in kinds) == len(every)
        assert all(trial in every for trial in trials(*data.draw(st.sampled_from(kinds)))[:2])
    task, name = data.draw(st.sampled_from(variants))
    assert len(successors.outcomes(task, name)) == len(successors.trials(task, name))


@given(st.data())
def test_digits_read_right_are_a_share_for_every_seed(data):
    kinds = sorted(
        {(trial["cell"], trial["asked"]) for trial in experiments.load("digits")["trials"]}
    )
    cell, asked = data.draw(st.sampled_from(kinds))
    epoch = data.draw(st.integers(0, digits.settings()["epochs"]))
    right = digits.accuracy(cell, epoch, asked)
    assert right.shape == (len(digits.trials(cell, asked)),)
    assert ((right >= 0) & (right <= 1)).all()
    kept = data.draw(st.sampled_from(digits.settings()["profile_epochs"]))
    profile = digits.profile(cell, kept)
    assert profile.shape[0] == len(digits.trials(cell))


@given(st.sampled_from(experiments.load("latch")["trials"]))
def test_a_share_of_success_counts_the_seeds_that_succeeded(one):
    kind = {name: one[name] for name in ("cell", "optimiser", "noise", "lag")}
    same = [t for t in experiments.load("latch")["trials"] if kind.items() <= t.items()]
    solved = sum(trial["updates"] is not None for trial in same)
    assert latch.success_share(**kind) == pytest.approx(solved / len(same))


@given(st.data())
def test_the_sentences_that_are_enough_are_the_fewest(data):
    known = sentences.WindowSettings()
    kind = data.draw(st.sampled_from(["window", "sum"]))
    width = data.draw(st.sampled_from(known.cost_windows))
    needed = windows.sentences_needed(kind, width)
    for count in known.cost_sentences:
        right = np.median(
            [t["right"] for t in windows.trials("cost", kind=kind, window=width, sentences=count)]
        )
        if needed is None or count < needed:
            assert right < known.cost_right
        if count == needed:
            assert right >= known.cost_right


@given(st.integers(1, 12), st.sampled_from([2, 4, 8, 12]))
@settings(max_examples=10)
def test_a_fit_on_a_whole_year_beats_the_last_value_and_the_same_month(ahead, window):
    naive = sentences.naive_errors(sentences.WindowSettings(), ahead)
    error = months.linear_error(ahead, window)
    assert 0 < error < max(naive.values())
    if window == 12:
        assert error < min(naive["last value"], naive["same month last year"])


@given(st.sampled_from(list(ordered.KINDS)))
def test_a_small_example_has_a_word_for_every_value(name):
    values, named, time, value = ordered.a_sequence(name)
    assert values.ndim == 1
    assert np.isfinite(values).all()
    assert not named or (values.min(), values.max()) == (0, len(named) - 1)
    assert time
    assert value


@given(st.data())
def test_the_entries_of_a_choice_are_those_that_meet_it(data):
    strand = data.draw(st.sampled_from([timeline.ALL, *timeline.STRANDS]))
    period = data.draw(st.sampled_from(list(timeline.PERIODS)))
    grade = data.draw(st.sampled_from([timeline.ALL, *timeline.GRADES.values()]))
    found = timeline.chosen(strand, period, grade)
    assert set(found) <= set(timeline.chosen(strand)) & set(timeline.chosen(period=period))
    assert set(found) == set(timeline.chosen(strand, period)) & set(timeline.chosen(grade=grade))
    assert len(timeline.chosen()) == sum(len(timeline.chosen(one)) for one in timeline.STRANDS)
