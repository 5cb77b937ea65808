"""What the boxes "Predict" of chapter 02 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters.ch02.figures import machine_order

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
LIT = np.array([False, True, True, False])


def test_a_line_has_three_corners_right_at_most():
    drawn = 3 * np.random.default_rng(2).standard_normal((20_000, 3))
    on = drawn[:, :2] @ CORNERS.T + drawn[:, 2:] > 0
    best = (on == LIT).sum(axis=1).max()
    assert_computed(
        "02",
        "how-many-corners",
        {"Two.": best == 2, "Three.": best == 3, "All four.": best == 4},
    )


def test_the_product_has_a_negative_weight():
    weights = np.linspace(-3, 3, 61)
    solves = np.array(
        [(((CORNERS.sum(axis=1) + v * CORNERS.prod(axis=1) - 0.5) > 0) == LIT).all() for v in weights]
    )  # fmt: skip
    assert_computed(
        "02",
        "weight-of-the-product",
        {
            "Positive, and large enough.": solves[weights > 0].any(),
            "Any number but 0.": solves[abs(weights) > 1e-9].all(),
            "Negative, and far enough below 0.": solves[weights < -1.6].all()
            and not solves[weights > -1.4].any(),
        },
    )


def test_on_three_bits_a_unit_reaches_the_same_share():
    two, three = (1 - machine_order.fewest_errors(bits, 1) / 2**bits for bits in (2, 3))
    assert two == 0.75
    assert_computed(
        "02",
        "parity-of-three",
        {"More.": three > two, "The same.": three == two, "Less.": three < two},
    )
