import numpy as np
import pytest

from lstm_lab.chapters.ch04 import checks
from lstm_lab.chapters.ch04.experiments.windows import WORDS, Reader
from lstm_lab.models import count_parameters


def windows_of(x, w):
    return np.lib.stride_tricks.sliding_window_view(x, w)[:, ::-1]


def parameters(vocabulary, window, hidden):
    return (vocabulary * window * hidden) + hidden + hidden + 1


def last_years_change(x, t, m):
    return x[t] + np.diff(x)[t - 12 : t + m - 12].sum()


def leaky(x, keep):
    return (keep ** np.arange(len(x))[::-1, np.newaxis] * x).sum(axis=0)


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.cut_the_windows, windows_of),
        (checks.the_bill, parameters),
        (checks.something_to_beat, last_years_change),
        (checks.leaky_sum, leaky),
    ],
)
def test_another_way_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


def test_the_bill_is_that_of_the_networks_of_the_chapter():
    reader = Reader(5, rng=np.random.default_rng(0))
    assert parameters(len(WORDS), 5, 8) == count_parameters(reader.net)


def without_the_last(x, w):
    return np.array([x[t - w + 1 : t + 1][::-1] for t in range(w - 1, len(x) - 1)])


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.cut_the_windows, lambda x, w: windows_of(x, w)[:, ::-1], "oldest value"),
        (checks.cut_the_windows, without_the_last, "the last window is missing"),
        (checks.the_bill, lambda v, w, n: n * (v * w + 1), "the output unit are missing"),
        (checks.something_to_beat, lambda x, t, m: x[t + m], "looks into the future"),
        (checks.something_to_beat, lambda x, t, m: x[t + m - 12], "a year before"),
        (checks.leaky_sum, lambda x, keep: x.sum(axis=0), "nothing leaks"),
        (checks.leaky_sum, lambda x, keep: (1 - keep) * leaky(x, keep), "running mean"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message
