from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import generators

from lstm_lab.models import Perceptron

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND = np.array([-1.0, -1.0, -1.0, 1.0])
XOR = np.array([-1.0, 1.0, 1.0, -1.0])


def separable(rng: np.random.Generator, gap: float) -> tuple[np.ndarray, np.ndarray, Perceptron]:
    """Points at least `gap` from a random line, their labels, and a perceptron on that line."""
    teacher = Perceptron(2)
    teacher.parameters["weights"][:] = rng.normal(size=2)
    teacher.parameters["bias"][:] = rng.normal(scale=0.3)
    x = rng.uniform(-1, 1, (20, 2))
    distance = teacher.activation(x) / np.linalg.norm(teacher.weights)
    x = x[np.abs(distance) > gap]
    return x, teacher.predict(x), teacher


@given(generators, st.floats(0.1, 10))
def test_it_converges_within_novikoffs_bound(rng: np.random.Generator, rate: float) -> None:
    x, labels, teacher = separable(rng, 0.1)
    assume(len(x) > 0)
    model = Perceptron(2, learning_rate=rate)
    learning = model.fit(x, labels, max_epochs=1000)
    assert learning.converged
    np.testing.assert_array_equal(model.predict(x), labels)
    assert sum(learning.mistakes) <= teacher.mistake_bound(x, labels)
    assert model.distance(x, labels) > 0


@given(generators, st.floats(0.1, 10), st.booleans())
def test_the_record_replays_the_learning(rng: np.random.Generator, rate: float, bias: bool) -> None:
    x, labels = rng.normal(size=(6, 3)), rng.choice([-1.0, 1.0], 6)
    model = Perceptron(3, learning_rate=rate, bias=bias)
    learning = model.fit(x, labels, max_epochs=5)
    examples = list(learning.examples)
    assert len(learning.weights) == len(learning.bias) == len(examples) + 1
    assert sum(learning.mistakes) == len(examples)
    corrections = rate * labels[examples, np.newaxis] * x[examples]
    np.testing.assert_allclose(np.diff(learning.weights, axis=0), corrections, atol=1e-12)
    np.testing.assert_allclose(np.diff(learning.bias), bias * rate * labels[examples], atol=1e-12)
    assert (learning.weights[0] == 0).all()
    np.testing.assert_array_equal(learning.weights[-1], model.weights)
    assert learning.bias[-1] == model.bias
    assert learning.converged == (learning.mistakes[-1] == 0)


def test_the_learning_rate_does_not_change_the_course() -> None:
    first, second = (Perceptron(2, learning_rate=rate) for rate in (1.0, 4.0))
    assert first.fit(CORNERS, AND).examples == second.fit(CORNERS, AND).examples
    np.testing.assert_array_equal(second.weights, 4 * first.weights)


def test_it_learns_and() -> None:
    model = Perceptron(2)
    learning = model.fit(CORNERS, AND)
    assert learning.converged
    np.testing.assert_array_equal(model.predict(CORNERS), AND)
    *before, last = learning.mistakes
    assert last == 0
    assert min(before) > 0


def test_it_never_learns_xor() -> None:
    model = Perceptron(2)
    learning = model.fit(CORNERS, XOR, max_epochs=50)
    assert not learning.converged
    assert len(learning.mistakes) == 50
    assert min(learning.mistakes) > 0
    assert model.mistake_bound(CORNERS, XOR) == np.inf


def test_one_correction_by_hand() -> None:
    model = Perceptron(2, learning_rate=0.5)
    assert model.correct(np.array([2.0, -4.0]), -1.0)
    np.testing.assert_array_equal(model.weights, [-1.0, 2.0])
    assert model.bias == -0.5
    assert model.activation(np.array([1.0, 1.0])) == 0.5
    assert not model.correct(np.array([1.0, 1.0]), 1)
    np.testing.assert_array_equal(model.weights, [-1.0, 2.0])


def test_a_margin_asks_for_more() -> None:
    plain, careful = Perceptron(2), Perceptron(2, margin=2.0)
    assert plain.fit(CORNERS, AND).converged
    assert careful.fit(CORNERS, AND, max_epochs=1000).converged
    assert (AND * careful.activation(CORNERS)).min() > 2.0
    assert (AND * plain.activation(CORNERS)).min() <= 2.0


def test_without_bias_the_line_goes_through_the_origin() -> None:
    model = Perceptron(2, bias=False)
    model.fit(CORNERS, AND, max_epochs=20)
    assert list(model.parameters) == ["weights"]
    assert model.bias == 0
    assert model.activation(np.zeros(2)) == 0


def test_distance_and_bound_by_hand() -> None:
    model = Perceptron(2)
    x, labels = np.array([[3.0, 0.0], [0.0, -5.0]]), np.array([1.0, -1.0])
    assert model.distance(x, labels) == -np.inf
    assert model.mistake_bound(x, labels) == np.inf
    model.parameters["weights"][:] = [3.0, 4.0]
    model.parameters["bias"][:] = 1.0
    assert model.distance(x, labels) == pytest.approx(10 / 5)
    assert model.mistake_bound(x, labels) == pytest.approx((25 + 1) * (25 + 1) / 10**2)


def test_an_activation_of_zero_is_predicted_as_minus_one() -> None:
    assert Perceptron(1).predict(np.array([5.0])) == -1.0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"input_size": 0}, ValueError, "input_size must be a positive integer, got 0"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be a positive finite number, got 0"),
        ({"learning_rate": True}, TypeError, "learning_rate must be a positive finite number"),
        ({"margin": -1}, ValueError, "margin must be a finite number of at least 0, got -1"),
        ({"bias": 0}, TypeError, "bias must be True or False, got 0"),
    ],
)
def test_the_constructor_refuses_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Perceptron(**{"input_size": 2, **arguments})


def test_bad_examples_are_refused() -> None:
    model = Perceptron(2)
    with pytest.raises(ValueError, match=r"x must have shape \(2,\) or \(examples, 2\)"):
        model.activation(np.zeros(3))
    with pytest.raises(ValueError, match=r"x must have shape \(2,\), got \(1, 2\)"):
        model.correct(np.zeros((1, 2)), 1)
    with pytest.raises(ValueError, match=r"label must be \+1 or -1, got 0.0"):
        model.correct(np.zeros(2), 0)
    for call in (model.fit, model.distance, model.mistake_bound):
        with pytest.raises(ValueError, match=r"x must have shape \(examples, 2\), got \(0, 2\)"):
            call(np.zeros((0, 2)), np.zeros(0))
        with pytest.raises(ValueError, match=r"labels must have shape \(4,\), got \(3,\)"):
            call(CORNERS, AND[:3])
        with pytest.raises(ValueError, match=r"labels must be \+1 or -1, got -2.0"):
            call(CORNERS, AND * 2)
    with pytest.raises(ValueError, match="max_epochs must be a positive integer, got 0"):
        model.fit(CORNERS, AND, max_epochs=0)
