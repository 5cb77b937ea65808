import numpy as np
import pytest

from lstm_lab.chapters.ch06 import checks


def factor(w, h):
    return abs(w) * (1 - h**2)


def profile(U, hidden):
    product, norms = np.eye(len(U)), [1.0]
    for h in hidden[::-1]:
        product = product @ (np.diag(1 - h**2) @ U)
        norms.append(np.linalg.norm(product, 2))
    return np.array(norms)


def needed_bias(steps, left):
    return -np.log(left ** (-1 / steps) - 1)


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.one_factor, factor),
        (checks.the_product, profile),
        (checks.forget_bias, needed_bias),
    ],
)
def test_the_solution_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.one_factor, lambda w, h: w * (1 - h**2), "the sign of w"),
        (checks.one_factor, lambda w, h: abs(w) * (1 - h), "1 - h², not 1 - h"),
        (checks.the_product, lambda U, hidden: profile(U, hidden[::-1]), "starts at step T"),
        (checks.forget_bias, lambda k, left: left ** (1 / k), "this is the forget gate"),
        (checks.forget_bias, lambda k, left: -needed_bias(k, left), "the sign"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message
