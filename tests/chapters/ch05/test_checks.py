import numpy as np
import pytest

from lstm_lab.chapters.ch05 import checks
from lstm_lab.models import ElmanRNN, Readout, count_parameters


def parameters(m, n, p):
    rng = np.random.default_rng(0)
    return count_parameters(ElmanRNN(m, n, rng=rng)) + count_parameters(Readout(n, p, rng=rng))


def arriving(U, h, d_h):
    """Each error is sent back on its own; what arrives at a step is their sum."""
    total = np.zeros_like(d_h)
    for start in range(len(h)):
        error = d_h[start]
        for t in range(start, -1, -1):
            total[t] += error
            error = U.T @ ((1 - h[t] ** 2) * error)
    return total


def truncated(U, h, d_h, K):
    total = np.zeros_like(d_h)
    for start in range(len(h)):
        error = d_h[start]
        for t in range(start, max(-1, start - K - 1), -1):
            total[t] += error
            error = U.T @ ((1 - h[t] ** 2) * error)
    return total


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.count_the_weights, parameters),
        (checks.what_arrives, arriving),
        (checks.truncate, truncated),
    ],
)
def test_another_way_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


def test_the_rule_without_a_clock_by_trying_every_sequence():
    """Two free bits and their XOR, twice; q by least squares over the bits that follow two others."""
    sequences = [
        [a, b, a ^ b, c, d, c ^ d] for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)
    ]
    held = np.array([[s[t] == s[t - 1] ^ s[t - 2] for t in (5, 3, 4)] for s in sequences])
    q = held.mean()
    off = np.where(held, 1 - q, q)
    third, others = np.sqrt((off[:, 0] ** 2).mean()), np.sqrt((off[:, 1:] ** 2).mean())
    assert checks.rule_without_clock([q, third, others]).passed
    assert checks.rule_without_clock(...).passed is None


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.count_the_weights, lambda m, n, p: n * (m + n + p), "b and b_y are missing"),
        (checks.what_arrives, lambda U, h, d_h: arriving(U.T, h, d_h), "transposed"),
        (checks.what_arrives, lambda U, h, d_h: truncated(U, h, d_h, 1), "one step only"),
        (checks.what_arrives, lambda U, h, d_h: arriving(U, 0 * h, d_h), "1 - h², is missing"),
        (checks.truncate, lambda U, h, d_h, K: truncated(U, h, d_h, K + 1), "one step too many"),
        (checks.truncate, lambda U, h, d_h, K: arriving(U, h, d_h), "nothing was cut"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message


def test_a_wrong_value_is_named():
    result = checks.rule_without_clock([1.0, 0.0, np.sqrt(0.5)])
    assert result.passed is False
    assert "q = 1 trusts the rule" in result.message
