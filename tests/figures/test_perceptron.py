"""What chapter 01 shows and claims, against independent computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from lstm_lab.explorers import chapter01
from lstm_lab.figures import perceptron
from lstm_lab.models import Perceptron

gaps = st.floats(0.02, 0.5)
rates = st.floats(0.05, 20)


@given(generators, gaps, st.integers(1, 6), st.integers(2, 40))
def test_a_cloud_has_the_gap_that_was_asked_for(rng, gap, input_size, examples):
    x, labels = perceptron.cloud(gap, rng, input_size=input_size, examples=examples)
    assert np.linalg.norm(x, axis=1).max() <= 1 + 1e-9
    assert abs(labels.sum()) <= 1
    assert perceptron.widest_gap(x, labels).gap >= gap - 1e-6


def test_the_widest_gap_of_two_points_lies_halfway():
    x, labels = np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([1.0, -1.0])
    found = perceptron.widest_gap(x, labels)
    np.testing.assert_allclose(found.direction, [np.sqrt(0.5), -np.sqrt(0.5)])
    assert found.gap == pytest.approx(np.sqrt(2))
    assert found.radius == 2
    assert found.bound() == pytest.approx(2)


@given(generators, gaps)
def test_no_direction_of_the_plane_has_a_wider_gap(rng, gap):
    x, labels = perceptron.cloud(gap, rng)
    angle = np.linspace(0, 2 * np.pi, 4001)
    tried = (labels[:, None] * x) @ np.stack([np.cos(angle), np.sin(angle)])
    found = perceptron.widest_gap(x, labels)
    assert found.gap >= tried.min(axis=0).max() - 1e-9
    assert found.gap == pytest.approx(tried.min(axis=0).max(), abs=2e-3)


def test_scikit_learn_finds_the_same_gap_in_the_digits():
    from sklearn.svm import SVC

    reading = perceptron.read_digits(0, 1)
    x = perceptron.with_one(reading.x)
    machine = SVC(kernel="linear", C=1e4, tol=1e-5).fit(
        np.vstack([x, -x]), np.append(reading.labels, -reading.labels)
    )  # mirrored, so that its own bias is zero
    found = perceptron.widest_gap(x, reading.labels)
    assert found.gap == pytest.approx(1 / np.linalg.norm(machine.coef_), rel=1e-3)


@pytest.mark.parametrize(
    ("labels", "separable"), [([-1, -1, -1, 1], True), ([-1, 1, 1, -1], False)]
)
def test_and_has_a_gap_and_xor_has_none(labels, separable):
    corners = perceptron.with_one(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]))
    found = perceptron.widest_gap(corners, np.array(labels, dtype=float))
    assert (found.gap > 0) == separable
    assert np.isfinite(found.bound()) == separable


@given(generators, gaps, rates, st.floats(0, 5))
def test_equations_of_the_proof_hold_at_every_mistake(rng, gap, rate, size):
    x, labels = perceptron.cloud(gap, rng, examples=20)
    x = x + perceptron.CENTRE
    start = size * rng.standard_normal(3)
    model = Perceptron(2, learning_rate=rate)
    model.parameters["weights"][...], model.parameters["bias"][...] = start[:2], start[2]
    learning = model.fit(x, labels, max_epochs=20_000)
    assert learning.converged
    best = perceptron.widest_gap(perceptron.with_one(x), labels)
    weights = np.column_stack([learning.weights, learning.bias])
    made = np.arange(len(weights))
    along, squares = weights @ best.direction, (weights**2).sum(axis=1)
    slack = 1e-7 * (1 + squares)
    assert (along >= along[0] + made * rate * best.gap - slack).all()
    assert (squares <= squares[0] + made * (rate * best.radius) ** 2 + slack).all()
    assert made[-1] <= best.bound(rate, start) * (1 + 1e-9)


@given(generators, gaps, rates)
def test_the_bound_from_zero_is_novikoffs_at_any_rate(rng, gap, rate):
    best = perceptron.widest_gap(*perceptron.cloud(gap, rng))
    assert best.bound(rate) == pytest.approx((best.radius / best.gap) ** 2)


@given(generators, rates)
def test_the_bound_from_elsewhere_solves_its_equation(rng, rate):
    best = perceptron.widest_gap(*perceptron.cloud(0.1, rng))
    start = rng.standard_normal(2)
    most = best.bound(rate, start)
    left = best.direction @ start + most * rate * best.gap
    right = np.sqrt(start @ start + most * (rate * best.radius) ** 2)
    assert left == pytest.approx(right, rel=1e-6)


def test_a_correction_moves_the_net_input_as_the_chapter_says():
    x, y, rate = np.array([1.0, 2.0]), -1.0, 0.7
    model = Perceptron(2, learning_rate=rate)
    model.parameters["weights"][...] = 4.0, 1.0
    before = y * model.activation(x)
    assert model.correct(x, y)
    assert y * model.activation(x) == pytest.approx(before + rate * (x @ x + 1))


@given(generators, rates, st.floats(0, 3))
def test_the_bound_of_the_last_exercise(rng, rate, margin):
    x, labels = perceptron.cloud(0.2, rng, examples=20)
    model = Perceptron(2, learning_rate=rate, margin=margin, bias=False)
    learning = model.fit(x, labels, max_epochs=100_000)
    best = perceptron.widest_gap(x, labels)
    assert learning.converged
    assert sum(learning.mistakes) <= (best.radius**2 + 2 * margin / rate) / best.gap**2 + 1e-6


@pytest.mark.parametrize("gap", [0.05, 0.4])
def test_from_zero_every_rate_draws_the_same_lines(gap):
    slow, fast = (perceptron.line(3, rate, gap, "zero") for rate in (0.1, 10.0))
    for place in range(6):
        for axis in "xy":
            np.testing.assert_allclose(slow.data[place][axis], fast.data[place][axis], atol=1e-9)
    slow, fast = (perceptron.line(3, rate, gap, "not zero") for rate in (0.1, 10.0))
    assert not np.allclose(slow.data[3].x, fast.data[3].x)


@pytest.mark.parametrize("epochs", [1, 4, 12])
def test_the_line_is_where_the_net_input_is_zero(epochs):
    learning, _, limit = perceptron.line_course(0.3, 0.1, "not zero")
    figure = perceptron.line(epochs, 0.3, 0.1, "not zero")
    made = sum(learning.mistakes[:epochs])
    points = np.column_stack([figure.data[3].x, figure.data[3].y])
    np.testing.assert_allclose(points @ learning.weights[made] + learning.bias[made], 0, atol=1e-9)
    arrow = np.diff(np.column_stack([figure.data[4].x, figure.data[4].y]), axis=0)[0]
    assert arrow @ learning.weights[made] > 0
    assert arrow @ np.diff(points, axis=0)[0] == pytest.approx(0, abs=1e-9)
    assert f"has made {made} mistakes; the bound is {limit:,.0f}" in figure.layout.meta["summary"]
    assert 10 ** figure.data[6].x[1] == pytest.approx(made)
    assert 10 ** figure.data[7].x[1] == pytest.approx(limit)


def test_rings_mark_what_the_perceptron_gets_wrong():
    learning, _, _ = perceptron.line_course(1.0, 0.05, "zero")
    made = learning.mistakes[0]
    x, labels = perceptron.shifted_cloud(0.05)
    wrong = labels * (x @ learning.weights[made] + learning.bias[made]) <= 0
    figure = perceptron.line(1, 1.0, 0.05, "zero")
    np.testing.assert_array_equal(~np.isnan(figure.data[2].x), wrong)
    rested = perceptron.line(12, 1.0, 0.05, "zero")
    assert np.isnan(rested.data[2].x).all()
    assert "the line rests" in rested.layout.meta["summary"]


def test_before_the_first_example_there_is_no_line():
    figure = perceptron.line(0, 1.0, 0.1, "zero")
    assert np.isnan(figure.data[3].x).all()
    assert "There is no line yet" in figure.layout.meta["summary"]


def test_clouds_stay_below_the_bound_and_right_angles_reach_it():
    figure = perceptron.bound(10, 20)
    limit, clouds, worst = figure.data
    assert (np.array(clouds.y) <= np.array(clouds.x) + 1e-9).all()
    assert len(clouds.x) == 100
    np.testing.assert_allclose(worst.x, worst.y, atol=1e-9)
    np.testing.assert_allclose(10 ** np.array(worst.y), 2 ** np.arange(8))
    assert list(limit.x) == list(limit.y)


def test_a_card_has_one_mark_on_the_side_of_its_label():
    seen, labels = perceptron.cards(200, np.random.default_rng(3))
    seen = seen.reshape(-1, perceptron.RETINA, perceptron.RETINA)
    half = perceptron.RETINA // 2
    assert (seen.sum(axis=(1, 2)) == perceptron.MARK**2).all()
    assert (seen[labels < 0, :, half:] == 0).all()
    assert (seen[labels > 0, :, :half] == 0).all()
    assert set(labels) == {-1.0, 1.0}


def test_cards_teach_left_and_right():
    tests, right, weights = perceptron.card_course()
    assert tests[0] == 0
    assert 0.4 < np.median(right[:, 0]) < 0.6
    assert np.median(right[:, np.searchsorted(tests, 50)]) > 0.9
    half = perceptron.RETINA // 2
    assert weights[:, :half].max() <= 0 <= weights[:, half:].min()


def test_digits_are_split_and_never_shared():
    reading = perceptron.read_digits(1, 8)
    assert len(reading.x) == 2 * (len(reading.x) + len(reading.fresh)) // 3
    assert reading.learning.converged
    assert sum(reading.learning.mistakes) <= reading.bound()
    assert reading.share_right(0) == (reading.wanted == -1).mean()
    model = Perceptron(64)
    model.fit(reading.x, reading.labels, max_epochs=100)
    assert reading.share_right() == (model.predict(reading.fresh) == reading.wanted).mean()


def test_the_digit_figure_adds_up():
    figure = perceptron.digit_weights(5, "3 and 8")
    learning = perceptron.read_digits(3, 8).learning
    assert list(figure.data[1].y[:5]) == list(learning.mistakes[:5])
    assert not figure.data[1].y[5:].any()
    made = sum(learning.mistakes[:5])
    np.testing.assert_array_equal(np.ravel(figure.data[0].z), learning.weights[made])
    assert f"{made} mistakes so far" in figure.layout.meta["summary"]


def test_the_weights_of_4_and_9_lie_where_the_chapter_says():
    weights = perceptron.read_digits(4, 9).learning.weights[-1].reshape(8, 8)
    assert weights[:2, 4:7].min() > 0
    assert weights[4:6, 1:4].max() < 0


def test_two_irises_are_separable_and_two_are_not():
    easy, hard = perceptron.iris_course()
    assert easy.converged
    assert not hard.converged
    for pair, separable in (((0, 1), True), ((1, 2), False)):
        x, labels = perceptron.iris(*pair)
        assert (perceptron.widest_gap(perceptron.with_one(x), labels).gap > 0) == separable


def test_the_passes_of_the_explorers_reach_the_end():
    line = chapter01.perceptron_line()
    values = {name: control.values for name, control in line.controls.items()}
    for start in values["start"]:
        for gap in values["gap"]:
            for rate in values["learning_rate"]:
                learning, best, limit = perceptron.line_course(rate, gap, start)
                assert learning.converged
                assert best.gap < gap
                assert len(learning.mistakes) - 1 <= max(values["epochs"])
                assert sum(learning.mistakes) <= limit
    digits = chapter01.perceptron_digits()
    most = max(
        len(perceptron.read_digits(*map(int, pair.split(" and "))).learning.mistakes)
        for pair in perceptron.PAIRS
    )
    assert most <= max(digits.controls["epochs"].values)


@pytest.mark.parametrize(
    "draw", [perceptron.unit, perceptron.left_or_right, perceptron.never_stops]
)
def test_plain_figures_say_what_they_show(draw):
    assert len(draw().layout.meta["summary"]) > 80
