"""What the boxes "Predict" of chapter 01 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters.ch01.figures import perceptron_runs


def test_fifty_cards_are_enough():
    tests, right, _ = perceptron_runs.card_course()
    median = 100 * np.median(right[:, np.searchsorted(tests, 50)])
    assert_computed(
        "01",
        "fifty-cards",
        {
            "About 55.": 45 < median < 65,
            "About 75.": 65 < median < 85,
            "More than 90.": median > 90,
        },
    )


def test_the_rate_changes_no_mistake_from_weights_of_zero():
    def after_a_pass(rate):
        learning, *_ = perceptron_runs.line_course(rate, 0.1, "zero")
        return learning.mistakes

    slow, fast = after_a_pass(1.0), after_a_pass(10.0)
    assert_computed(
        "01",
        "ten-times-the-rate",
        {
            "It has overshot, and more points are on the wrong side.": fast > slow,
            "It has got further, and fewer points are on the wrong side.": fast < slow,
            "In exactly the same place.": fast == slow,
        },
    )


def test_most_clouds_stay_far_below_the_bound():
    shares = [
        made / bound
        for gap in perceptron_runs.GAPS
        for seed in range(20)
        for made, bound in [perceptron_runs.cloud_count(gap, seed, 2, 60)]
    ]
    median = np.median(shares)
    assert_computed(
        "01",
        "near-the-bound",
        {
            "On the dashed line: the perceptron makes as many mistakes as the bound allows.": median
            == 1,
            "A little below it.": 0.5 <= median < 1,
            "Far below it: less than half of what the bound allows.": median < 0.5,
        },
    )


def test_1_and_8_cost_the_most():
    mistakes = {
        f"{one} and {other}.": sum(perceptron_runs.read_digits(one, other).learning.mistakes)
        for one, other in ((0, 1), (3, 8), (1, 8))
    }
    most = max(mistakes.values())
    assert_computed("01", "hardest-digits", {pair: made == most for pair, made in mistakes.items()})
