"""Figures on a retina (chapter 02)."""

from itertools import product

import numpy as np
import pytest
from scipy import ndimage

from lstm_lab.chapters.ch02.figures import machine_order, retina, xor
from lstm_lab.interact.still_picture import picture


def test_the_four_strips_are_connected_when_their_ends_differ():
    for left, right in product((0, 1), repeat=2):
        image = retina.strip(left, right)
        assert retina.parts(image) == ndimage.label(image)[1]
        assert (retina.parts(image) == 1) == (left != right)


def test_pieces_are_counted_as_scipy_counts_them():
    for image in np.random.default_rng(5).integers(0, 2, (20, 6, 7)):
        assert retina.parts(image) == ndimage.label(image)[1]


@pytest.mark.parametrize(
    "figure", [retina.order_diagram, retina.connectedness, machine_order.parity_order, xor.xor_unit]
)
def test_a_still_picture_can_be_drawn(figure):
    assert picture(figure()).startswith("<svg")


def test_the_diagram_says_its_order():
    assert "order of this machine is 3" in retina.order_diagram().layout.meta["summary"]
    assert "0 and 1: connected" in retina.connectedness().layout.meta["summary"]
