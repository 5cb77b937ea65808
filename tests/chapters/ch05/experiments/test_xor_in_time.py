"""The experiment of chapter 05: XOR in time."""

import numpy as np

from lstm_lab.chapters.ch05.experiments.xor_in_time import XorSettings, batches, xor_trial
from lstm_lab.sequences import xor_in_time


def test_a_small_trial_gives_the_same_errors_again():
    settings = XorSettings(checkpoints=(0, 5), triples=3, batch=2, test_sequences=4)
    first, again = (xor_trial(settings, (2, 0, 1)) for _ in range(2))
    assert first == again
    assert np.shape(first["errors"]) == (2, 3 * 3 - 1)
    assert first["errors"][0] != first["errors"][1]


def test_batches_stand_side_by_side():
    stream, alone = (xor_in_time(np.random.default_rng(4), 3) for _ in range(2))
    group = next(batches(stream, 2))
    assert group.x.shape == group.target.shape == (8, 2, 1)
    for place in range(2):
        np.testing.assert_array_equal(group.x[:, place], next(alone).x)
