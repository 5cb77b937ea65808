"""The labelled equations of chapter NN, held against the code."""

from __future__ import annotations

from equations import Equations, assert_near

from lstm_lab.chapters.chNN.figures import fading

EQUATIONS = Equations("NN")
equation = EQUATIONS.equation


def test_every_labelled_equation_is_tested_or_a_definition():
    EQUATIONS.assert_complete(at_least=1)


@equation("eq-NN-first")
def test_what_is_left_is_multiplied_by_the_decay(rng):
    decay = rng.uniform(0, 1)
    left = fading.left_of(decay, 5)
    assert_near([left[k - 1] * decay for k in range(1, 6)], left[1:])
