import numpy as np
import pytest

from lstm_lab.chapters.ch01 import checks
from lstm_lab.models import Perceptron


def learn(w, b, x, d):
    model = Perceptron(len(w))
    model.parameters["weights"][...], model.parameters["bias"][...] = w, b
    model.correct(x, d)
    return np.append(model.weights, model.bias)


def mistakes_at_most(x, d, u):
    model = Perceptron(x.shape[1], bias=False)
    model.parameters["weights"][...] = u
    return model.mistake_bound(x, d)


def corrections_at_most(radius, gamma, learning_rate, mu):
    return (learning_rate * radius**2 + 2 * mu) / (learning_rate * gamma**2)


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.one_example, learn),
        (checks.the_bound, mistakes_at_most),
        (checks.a_wider_margin, corrections_at_most),
    ],
)
def test_the_model_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


def strictly_wrong(w, b, x, d):
    return learn(w, b, x, d) if d * (w @ x + b) < 0 else np.append(w, b)


def always(w, b, x, d):
    return np.append(w + d * x, b + d)


def any_length(x, d, u):
    return (x**2).sum(axis=1).max() / (d * (x @ u)).min() ** 2


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.one_example, strictly_wrong, "d a <= 0, not d a < 0"),
        (checks.one_example, always, "only a mistake is corrected"),
        (checks.the_bound, any_length, "divide by its length"),
        (checks.the_bound, lambda *e: mistakes_at_most(*e) ** 0.5, "not squared yet"),
        (checks.a_wider_margin, lambda R, gamma, *_: (R / gamma) ** 2, "Novikoff's bound"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message
