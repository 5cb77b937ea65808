"""What the boxes "Predict" of chapter NN mark as right was computed."""

from __future__ import annotations

from predictions import assert_computed

from lstm_lab.chapters.chNN.figures import fading


def test_a_decay_nearer_to_1_falls_more_slowly():
    before, after = fading.left_of(0.9)[-1], fading.left_of(0.99)[-1]
    assert_computed(
        "NN",
        "slower",
        {"It reaches zero sooner.": after < before, "It falls more slowly.": after > before},
    )
