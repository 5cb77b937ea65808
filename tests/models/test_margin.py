"""The widest gap and the bound of chapter 01, against independent computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import generators

from lstm_lab.chapters.ch01.figures import perceptron_runs
from lstm_lab.models import Perceptron
from lstm_lab.models.margin import widest_gap, with_one

gaps = st.floats(0.02, 0.5)

rates = st.floats(0.05, 20)


def test_the_widest_gap_of_two_points_lies_halfway():
    x, labels = np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([1.0, -1.0])
    found = widest_gap(x, labels)
    np.testing.assert_allclose(found.direction, [np.sqrt(0.5), -np.sqrt(0.5)])
    assert found.gap == pytest.approx(np.sqrt(2))
    assert found.radius == 2
    assert found.bound() == pytest.approx(2)


@given(generators, gaps)
def test_no_direction_of_the_plane_has_a_wider_gap(rng, gap):
    x, labels = perceptron_runs.cloud(gap, rng)
    angle = np.linspace(0, 2 * np.pi, 4001)
    tried = (labels[:, None] * x) @ np.stack([np.cos(angle), np.sin(angle)])
    found = widest_gap(x, labels)
    assert found.gap >= tried.min(axis=0).max() - 1e-9
    assert found.gap == pytest.approx(tried.min(axis=0).max(), abs=2e-3)


def test_scikit_learn_finds_the_same_gap_in_the_digits():
    from sklearn.svm import SVC

    reading = perceptron_runs.read_digits(0, 1)
    x = with_one(reading.x)
    machine = SVC(kernel="linear", C=1e4, tol=1e-5).fit(
        np.vstack([x, -x]), np.append(reading.labels, -reading.labels)
    )  # mirrored, so that its own bias is zero
    found = widest_gap(x, reading.labels)
    assert found.gap == pytest.approx(1 / np.linalg.norm(machine.coef_), rel=1e-3)


@pytest.mark.parametrize(
    ("labels", "separable"), [([-1, -1, -1, 1], True), ([-1, 1, 1, -1], False)]
)
def test_and_has_a_gap_and_xor_has_none(labels, separable):
    corners = with_one(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]))
    found = widest_gap(corners, np.array(labels, dtype=float))
    assert (found.gap > 0) == separable
    assert np.isfinite(found.bound()) == separable


@given(generators, gaps, rates, st.floats(0, 5))
def test_equations_of_the_proof_hold_at_every_mistake(rng, gap, rate, size):
    x, labels = perceptron_runs.cloud(gap, rng, examples=20)
    x = x + perceptron_runs.CENTRE
    start = size * rng.standard_normal(3)
    model = Perceptron(2, learning_rate=rate)
    model.parameters["weights"][...], model.parameters["bias"][...] = start[:2], start[2]
    learning = model.fit(x, labels, max_epochs=20_000)
    assert learning.converged
    best = widest_gap(with_one(x), labels)
    weights = np.column_stack([learning.weights, learning.bias])
    made = np.arange(len(weights))
    along, squares = weights @ best.direction, (weights**2).sum(axis=1)
    slack = 1e-7 * (1 + squares)
    assert (along >= along[0] + made * rate * best.gap - slack).all()
    assert (squares <= squares[0] + made * (rate * best.radius) ** 2 + slack).all()
    assert made[-1] <= best.bound(rate, start) * (1 + 1e-9)


@given(generators, gaps, rates)
def test_the_bound_from_zero_is_novikoffs_at_any_rate(rng, gap, rate):
    best = widest_gap(*perceptron_runs.cloud(gap, rng))
    assert best.bound(rate) == pytest.approx((best.radius / best.gap) ** 2)


@given(generators, rates)
def test_the_bound_from_elsewhere_solves_its_equation(rng, rate):
    best = widest_gap(*perceptron_runs.cloud(0.1, rng))
    start = rng.standard_normal(2)
    most = best.bound(rate, start)
    left = best.direction @ start + most * rate * best.gap
    right = np.sqrt(start @ start + most * (rate * best.radius) ** 2)
    assert left == pytest.approx(right, rel=1e-6)


@given(generators, rates, st.floats(0, 3))
def test_the_bound_of_the_last_exercise(rng, rate, margin):
    x, labels = perceptron_runs.cloud(0.2, rng, examples=20)
    model = Perceptron(2, learning_rate=rate, margin=margin, bias=False)
    learning = model.fit(x, labels, max_epochs=100_000)
    best = widest_gap(x, labels)
    assert learning.converged
    assert sum(learning.mistakes) <= (best.radius**2 + 2 * margin / rate) / best.gap**2 + 1e-6
