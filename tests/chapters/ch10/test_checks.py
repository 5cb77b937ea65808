import numpy as np
import pytest

from lstm_lab.chapters.ch10 import checks


def perplexity(odds):
    return 2 ** np.mean(-np.log2(odds))


def odds(net, temperature):
    power = np.exp((net - net.max()) / temperature)
    return power / power.sum()


def windows(letters, window):
    return [(at, min(at + window, letters - 1)) for at in range(0, letters - 1, window)]


def depth(text):
    found, now = [], 0
    for letter in text:
        now = max(0, now + (letter == "(") - (letter == ")"))
        found.append(now)
    return found


SOLUTIONS = [
    (checks.perplexity, perplexity),
    (checks.temperature, odds),
    (checks.windows, windows),
    (checks.counter, depth),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_the_solution_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.perplexity, lambda p: np.mean(-np.log2(p)), "2 to that power"),
        (checks.perplexity, lambda p: 1 / np.mean(p), "of the bits, not of the odds"),
        (checks.perplexity, lambda p: 2 ** np.sum(-np.log2(p)), "added, not averaged"),
        (checks.perplexity, lambda p: 2 ** np.mean(-np.log(p)), "powers of 2"),
        (checks.temperature, lambda a, tau: odds(a * tau, 1), "divided by the temperature"),
        (checks.temperature, lambda a, tau: odds(a, 1), "left out"),
        (checks.temperature, lambda a, tau: odds(a, 1) / tau, "no longer sum to 1"),
        (checks.windows, lambda n, w: windows(n + 1, w), "never read"),
        (checks.windows, lambda n, w: [(k, k + w) for k in range(0, n - w, w)], "short window"),
        (checks.counter, lambda text: [min(1, one) for one in depth(text)], "above 1"),
        (checks.counter, lambda text: [0, *depth(text)][: len(text)], "includes that bracket"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message


def test_an_overflow_is_not_right():
    def wrong(net, temperature):
        with np.errstate(all="ignore"):
            power = np.exp(np.asarray(net) / temperature)
            return power / power.sum()

    assert "got nan" in checks.temperature(wrong).message
