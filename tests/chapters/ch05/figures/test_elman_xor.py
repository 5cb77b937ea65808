"""XOR in time: the levels and what the text says of the measured networks (chapter 05)."""

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch05.experiments.xor_in_time import ALL
from lstm_lab.chapters.ch05.figures import elman_xor


def test_the_levels_of_xor_in_time_follow_from_the_odds():
    """Every pair of bits before a third bit, and before another bit, with the odds of the bit that follows."""
    pairs = [(a, b) for a in (0, 1) for b in (0, 1)]
    places = [[(a, b, (a ^ b,)) for a, b in pairs], *[[(a, b, (0, 1)) for a, b in pairs]] * 2]
    grid = np.linspace(0, 1, 3001)

    def squares(place, q):
        return np.mean(
            [
                np.mean([(np.where(a ^ b, q, 1 - q) - bit) ** 2 for bit in bits], axis=0)
                for a, b, bits in place
            ],
            axis=0,
        )

    errors = np.array([squares(place, grid) for place in places])
    best = errors.mean(axis=0).argmin()
    assert grid[best] == pytest.approx(2 / 3, abs=1e-3)
    assert np.sqrt(errors[0, best]) == pytest.approx(elman_xor.RULE, abs=1e-3)
    assert np.sqrt(errors[1, best]) == pytest.approx(elman_xor.RULE_ELSEWHERE, abs=1e-3)
    assert errors[:, best].mean() == pytest.approx(elman_xor.LEVELS["the rule"], abs=1e-6)
    half = errors[:, 1500]
    np.testing.assert_allclose(half, elman_xor.LEVELS["nothing"])
    assert elman_xor.LEVELS["nothing"] == elman_xor.NOTHING**2
    assert elman_xor.LEVELS["rule and clock"] == pytest.approx((0 + 2 * half[1]) / 3)


def test_the_measured_errors_are_counted_as_the_text_says():
    trials = experiments.load("xor_in_time")["trials"]
    for units, back in ((2, 0), (4, 1), (8, ALL)):
        rows = [t for t in trials if (t["hidden_size"], t["steps_back"]) == (units, back)]
        last_twelve = [list(trial["errors"][-1][-12:]) for trial in rows]
        third = [np.sqrt(np.mean([row[i] ** 2 for i in (2, 5, 8, 11)])) for row in last_twelve]
        np.testing.assert_allclose(elman_xor.third_bit_error(units, back), third)
        squares = [sum(e * e for e in row) / 12 for row in last_twelve]
        low, high = (2 / 9 + 1 / 6) / 2, (2 / 9 + 1 / 4) / 2
        assert elman_xor.understood(units, back) == {
            "nothing": sum(s > high for s in squares),
            "the rule": sum(low < s < high for s in squares),
            "rule and clock": sum(s < low for s in squares),
        }


def test_what_the_text_says_of_the_measured_networks():
    seeds = experiments.load("xor_in_time")["settings"]["seeds"]
    known = {
        (units, back): elman_xor.understood(units, back)
        for units in (2, 4, 8)
        for back in (0, 1, ALL)
    }
    for units in (2, 4, 8):
        assert known[units, 0]["nothing"] == 0, "the copy always learns the rule"
        assert known[units, 0]["rule and clock"] == 0, "and never the clock"
    assert known[8, 1]["rule and clock"] == known[8, ALL]["rule and clock"] == seeds
    assert known[2, ALL]["rule and clock"] == 0
    assert 0 < known[4, 1]["rule and clock"] < known[4, ALL]["rule and clock"] < seeds
    medians = [np.median(elman_xor.third_bit_error(2, back)) for back in (0, ALL)]
    assert abs(medians[0] - medians[1]) < 0.05
    copy, rule, clock = np.median(elman_xor.mean_square_error(8, 0)), 2 / 9, 1 / 6
    assert (rule + clock) / 2 < copy < rule
