"""What the boxes "Predict" of chapter 03 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters.ch03.figures import chain_rule, hidden_units, symmetry


def logistic(a):
    return 1 / (1 + np.exp(-a))


def test_one_is_told_to_be_quieter_the_other_louder():
    net = chain_rule.SMALL_NET
    hidden = logistic(net["weights_1"] @ np.array([1.0, 1.0]) + net["bias_1"])
    y = logistic(net["weights_2"][0] @ hidden + net["bias_2"][0])
    assert 0.55 < y < 0.65
    np.testing.assert_array_equal(net["weights_2"][0], [1, -1])
    first, second = y * y * (1 - y) * net["weights_2"][0] * hidden * (1 - hidden)
    assert_computed(
        "03",
        "who-is-blamed",
        {
            "Both are positive: both helped to make the mistake.": first > 0 and second > 0,
            "The first is positive, the second negative.": first > 0 > second,
            "The first is negative, the second positive.": first < 0 < second,
        },
    )


def test_most_seeds_learn_xor_with_two_hidden_units():
    learned = hidden_units.train_xor(2).learned
    assert hidden_units.XOR_UPDATES == 3000
    assert_computed(
        "03",
        "how-many-seeds-learn",
        {
            "All of them.": learned.all(),
            "Most, but not all.": 0.5 < learned.mean() < 1,
            "Less than half.": learned.mean() < 0.5,
        },
    )


def test_the_stuck_seed_has_merged_two_inputs():
    course = hidden_units.train_xor(2)

    def hidden(update):
        net = course.network(11, update)
        return net.forward(hidden_units.XOR_INPUTS).activations[1]

    first, last = hidden(course.kept[0]), hidden(course.kept[-1])
    pairs = [(i, j) for i in (0, 3) for j in (1, 2)]  # of different target
    merged = min(np.linalg.norm(last[i] - last[j]) for i, j in pairs) < 0.05
    assert_computed(
        "03",
        "what-went-wrong",
        {
            "The four points have not moved from where they began.": abs(last - first).max() < 0.05,
            "Points of different target lie apart, but not on the two sides of a line.": not merged,
            "Two points of different target lie on the same spot.": merged,
        },
    )


def test_the_cross_entropy_leaves_about_as_many_stuck():
    hundred = tuple(range(100))
    squares = 100 - hidden_units.train_xor(2, hundred).learned.sum()
    updates = hidden_units.XOR_UPDATES
    entropy = 100 - hidden_units.train_xor(2, hundred, updates, "cross entropy").learned.sum()
    assert_computed(
        "03",
        "cross-entropy-to-the-rescue",
        {
            "None.": entropy == 0,
            "About half as many.": 0 < entropy < 0.7 * squares,
            "About as many as before.": entropy >= 0.7 * squares,
        },
    )


def test_mirrored_weights_of_opposite_sign_see_every_symmetric_pattern_alike():
    half = np.array(np.meshgrid(*[[0, 1]] * 3)).reshape(3, -1).T
    patterns = np.hstack([half, half[:, ::-1]])
    drawn = np.random.default_rng(3).standard_normal(3)

    def alike(weights):
        return bool(np.ptp(patterns @ weights) < 1e-12)

    assert_computed(
        "03",
        "mirrored-weights",
        {
            "Weights that mirror each other are equal.": alike([*drawn, *drawn[::-1]]),
            "Weights that mirror each other are equal in size and opposite in sign.": alike(
                [*drawn, *-drawn[::-1]]
            ),
            "All weights are equal.": alike(np.full(6, drawn[0])),
        },
    )
    assert symmetry.SEEDS
