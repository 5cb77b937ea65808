import numpy as np
import pytest

from lstm_lab.chapters.ch11 import checks

GRADES = {letter: right for letter, (_, right, _) in checks.CLAIMS.items()}


def combine(first, second):
    return np.array([second[0] * first[0], second[0] * first[1] + second[1]])


def scan(a, b):
    reach = 1
    while reach < len(b):
        longer_b = b.copy()
        longer_b[reach:] = a[reach:] * b[:-reach] + b[reach:]
        longer_a = a.copy()
        longer_a[reach:] = a[reach:] * a[:-reach]
        a, b, reach = longer_a, longer_b, 2 * reach
    return b


def layers(lag, window):
    return int(np.ceil(lag / (window - 1)))


def crossing(n):
    return 5 * n + 3


SOLUTIONS = [
    (checks.two_steps, combine),
    (checks.in_rounds, scan),
    (checks.windows_on_top, layers),
    (checks.attention_overtakes, crossing),
]


@pytest.mark.parametrize(("check", "solution"), SOLUTIONS)
def test_the_solution_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.two_steps, lambda first, second: combine(second, first), "order matters"),
        (checks.two_steps, lambda f, s: np.array([f[0] * s[0], f[1] + s[1]]), "go through"),
        (checks.in_rounds, lambda a, b: np.cumsum(b), "without the decay"),
        (checks.windows_on_top, lambda lag, window: lag // (window - 1), "round up"),
        (checks.windows_on_top, lambda lag, window: -(-lag // window), "reaches back w - 1"),
        (checks.attention_overtakes, lambda n: 5 * n + 2, "the two are equal"),
        (checks.attention_overtakes, lambda n: 8 * n + 3, "Q, K and V"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message


@pytest.mark.parametrize(
    ("slip", "cause"),
    [
        ("a stays", "as many steps"),
        ("stops early", "last round is missing"),
        ("in place", "all read first"),
        ("a first", "the decay was updated before"),
    ],
)
def test_each_slip_in_the_scan_is_named(slip, cause):
    def wrong(a, b):
        reach, stop = 1, len(b) / (2 if slip == "stops early" else 1)
        while reach < stop:
            if slip == "in place":
                for t in range(reach, len(b)):
                    a[t], b[t] = a[t] * a[t - reach], b[t] + a[t] * b[t - reach]
            else:
                longer_a = np.concatenate([a[:reach], a[reach:] * a[:-reach]])
                used = longer_a if slip == "a first" else a
                b = np.concatenate([b[:reach], used[reach:] * b[:-reach] + b[reach:]])
                a = a if slip == "a stays" else longer_a
            reach *= 2
        return b

    result = checks.in_rounds(wrong)
    assert result.passed is False
    assert cause in result.message


def test_the_evidence_is_graded_claim_by_claim():
    assert checks.evidence(GRADES).passed
    assert checks.evidence(dict.fromkeys(GRADES, ...)).passed is None
    assert checks.evidence(None).passed is None
    assert checks.evidence({**GRADES, "C": ...}).passed is None
    wrong = checks.evidence({**GRADES, "D": "company"})
    assert wrong.passed is False
    assert "lists LSTMs two years later" in wrong.message
    assert "expected one of" in checks.evidence({**GRADES, "A": "book"}).message
