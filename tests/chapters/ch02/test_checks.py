from itertools import product

import numpy as np
import pytest

from lstm_lab.chapters.ch02 import checks
from lstm_lab.chapters.ch02.experiments.parity import parity, patterns
from lstm_lab.chapters.ch02.figures import xor


def right_of_four(w1, w2, b):
    return int(((xor.net_inputs(w1, w2, b) > 0) == xor.LAMP).sum())


def one_line(*values):
    """By search: small whole weights and a threshold between them compute every function that can be."""
    small = np.arange(-2, 3)
    return any(
        tuple(int(a > 0) for a in xor.net_inputs(w1, w2, b)) == values
        for w1, w2, b in product(small, small, np.arange(-2.5, 3))
    )


def weight_of_products(n):
    """By a linear system: a row for each number of ones, a column for each size of product."""
    choose = np.array(
        [[binomial(m, s) for s in range(1, n + 1)] for m in range(1, n + 1)], dtype=float
    )
    return np.linalg.solve(choose, np.arange(1, n + 1) % 2)


def binomial(m, s):
    return int((patterns(m).sum(axis=1) == s).sum())


def best_count(n):
    sums = patterns(n).sum(axis=1)
    return max(
        int(((sign * sums > threshold) == (parity(n) > 0)).sum())
        for sign in (1, -1)
        for threshold in np.arange(-n - 0.5, n + 1)
    )


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.count_them, right_of_four),
        (checks.fourteen_of_sixteen, one_line),
        (checks.weights_of_products, weight_of_products),
        (checks.best_plain_unit, best_count),
    ],
)
def test_a_search_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.count_them, lambda *w: 4 - right_of_four(*w), "on and off are exchanged"),
        (checks.count_them, lambda w1, w2, b: right_of_four(w1, w2, 0), "bias is missing"),
        (checks.fourteen_of_sixteen, lambda *f: not one_line(*f), "turned round"),
        (checks.fourteen_of_sixteen, lambda *f: f != (0, 1, 1, 0), "opposite of XOR"),
        (checks.weights_of_products, lambda n: abs(weight_of_products(n)), "the signs"),
        (checks.best_plain_unit, lambda n: 2**n - best_count(n), "that are wrong"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message
