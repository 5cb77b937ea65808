"""The figures of chapter NN."""

from __future__ import annotations

import pytest

from lstm_lab.chapters.chNN.figures import fading


def test_nothing_fades_without_decay():
    assert fading.fading(1.0).data[0].y[-1] == 1


@pytest.mark.parametrize("decay", [-0.1, 1.5, "half"])
def test_another_decay_is_refused(decay):
    with pytest.raises((TypeError, ValueError), match="decay must be"):
        fading.fading(decay)
