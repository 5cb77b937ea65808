"""The examples of chapter 01, and what perceptrons make of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from lstm_lab.chapters.ch01 import explorers as chapter01
from lstm_lab.chapters.ch01.figures import perceptron_runs
from lstm_lab.models import Perceptron
from lstm_lab.models.margin import widest_gap, with_one

gaps = st.floats(0.02, 0.5)


@given(generators, gaps, st.integers(1, 6), st.integers(2, 40))
def test_a_cloud_has_the_gap_that_was_asked_for(rng, gap, input_size, examples):
    x, labels = perceptron_runs.cloud(gap, rng, input_size=input_size, examples=examples)
    assert np.linalg.norm(x, axis=1).max() <= 1 + 1e-9
    assert abs(labels.sum()) <= 1
    assert widest_gap(x, labels).gap >= gap - 1e-6


def test_a_card_has_one_mark_on_the_side_of_its_label():
    seen, labels = perceptron_runs.cards(200, np.random.default_rng(3))
    seen = seen.reshape(-1, perceptron_runs.RETINA, perceptron_runs.RETINA)
    half = perceptron_runs.RETINA // 2
    assert (seen.sum(axis=(1, 2)) == perceptron_runs.MARK**2).all()
    assert (seen[labels < 0, :, half:] == 0).all()
    assert (seen[labels > 0, :, :half] == 0).all()
    assert set(labels) == {-1.0, 1.0}


def test_cards_teach_left_and_right():
    tests, right, weights = perceptron_runs.card_course()
    assert tests[0] == 0
    assert 0.4 < np.median(right[:, 0]) < 0.6
    assert np.median(right[:, np.searchsorted(tests, 50)]) > 0.9
    half = perceptron_runs.RETINA // 2
    assert weights[:, :half].max() <= 0 <= weights[:, half:].min()


def test_digits_are_split_and_never_shared():
    reading = perceptron_runs.read_digits(1, 8)
    assert len(reading.x) == 2 * (len(reading.x) + len(reading.fresh)) // 3
    assert reading.learning.converged
    assert sum(reading.learning.mistakes) <= reading.bound()
    assert reading.share_right(0) == (reading.wanted == -1).mean()
    model = Perceptron(64)
    model.fit(reading.x, reading.labels, max_epochs=100)
    assert reading.share_right() == (model.predict(reading.fresh) == reading.wanted).mean()


def test_the_weights_of_4_and_9_lie_where_the_chapter_says():
    weights = perceptron_runs.read_digits(4, 9).learning.weights[-1].reshape(8, 8)
    assert weights[:2, 4:7].min() > 0
    assert weights[4:6, 1:4].max() < 0


def test_two_irises_are_separable_and_two_are_not():
    easy, hard = perceptron_runs.iris_course()
    assert easy.converged
    assert not hard.converged
    for pair, separable in (((0, 1), True), ((1, 2), False)):
        x, labels = perceptron_runs.iris(*pair)
        assert (widest_gap(with_one(x), labels).gap > 0) == separable


def test_the_passes_of_the_explorers_reach_the_end():
    line = chapter01.perceptron_line()
    values = {name: control.values for name, control in line.controls.items()}
    for start in values["start"]:
        for gap in values["gap"]:
            for rate in values["learning_rate"]:
                learning, best, limit = perceptron_runs.line_course(rate, gap, start)
                assert learning.converged
                assert best.gap < gap
                assert len(learning.mistakes) - 1 <= max(values["epochs"])
                assert sum(learning.mistakes) <= limit
    digits = chapter01.perceptron_digits()
    most = max(
        len(perceptron_runs.read_digits(*map(int, pair.split(" and "))).learning.mistakes)
        for pair in perceptron_runs.PAIRS
    )
    assert most <= max(digits.controls["epochs"].values)
