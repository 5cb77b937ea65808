"""Chapter 03: the symmetry task and the claims of the text about its solutions."""

from itertools import product

import numpy as np
import pytest

from lstm_lab.chapters.ch03.figures import symmetry


def summary(figure):
    return figure.layout.meta["summary"]


def test_the_symmetry_task():
    x, d = symmetry.symmetry_task()
    assert x.shape == (64, 6)
    assert d.sum() == 8
    assert all(d[i] == (list(row) == list(row)[::-1]) for i, row in enumerate(x))


def test_kinds_of_solutions():
    def weights(*sizes):
        row = np.array([*sizes, *(-s for s in sizes[::-1])], dtype=float)
        return np.array([row, -row])

    assert symmetry.solution_kind(weights(2, -8, 4)) == "1:2:4"
    assert symmetry.solution_kind(3 * weights(-3, 2, 4)) == "2:3:4"
    assert symmetry.solution_kind(weights(1, 1, 2)) == "other"
    assert symmetry.mirror_error(weights(1, 2, 4)) == 0
    lame = weights(1, 2, 4)
    lame[1] = lame[0]
    assert symmetry.solution_kind(lame) == "other"


@pytest.mark.parametrize(("seed", "kind"), [(1, "1:2:4"), (3, "2:3:4")])
def test_the_symmetry_task_is_learned_with_mirrored_weights(seed, kind):
    runs = symmetry.train_symmetry(0.1)
    weights = runs.parameters(seed, 5000)["weights_1"]
    assert runs.learned[seed]
    assert symmetry.mirror_error(weights) < 0.01
    assert symmetry.solution_kind(weights) == kind
    assert f"the solution {kind}" in summary(symmetry.symmetry_weights(0.1, seed, 5000))


def test_a_seed_that_says_no_to_everything_recovers_at_a_smaller_rate():
    assert "56 of 64" in summary(symmetry.symmetry_weights(0.1, 0, 5000))
    assert "64 of 64" in summary(symmetry.symmetry_weights(0.02, 0, 5000))


def test_no_signed_sum_of_either_ratio_is_zero():
    def smallest(*sizes):
        return min(
            abs(np.dot(signs, sizes)) for signs in product([-1, 0, 1], repeat=3) if any(signs)
        )

    assert smallest(1, 2, 4) == smallest(2, 3, 4) == 1
    assert smallest(1, 2, 3) == smallest(1, 1, 2) == 0


def test_most_that_learn_stand_one_two_four_and_some_find_another_ratio_or_saturate():
    """What chapter 03 says of the seeds of its explorer."""
    ends = [
        symmetry.symmetry_weights(sweep=5000, learning_rate=rate, seed=seed).layout.meta["summary"]
        for rate in (0.1, 0.02)
        for seed in range(12)
    ]
    learnt = [end for end in ends if "64 of 64 patterns" in end]
    binary = sum("the solution 1:2:4" in end for end in learnt)
    other = sum("the solution 2:3:4" in end for end in learnt)
    assert binary + other == len(learnt)
    assert binary > len(learnt) / 2 > other > 1
    assert sum("finds 0 of the 8" in end for end in ends[:12]) > 1
