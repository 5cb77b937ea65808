"""The book's data are what the packages that ship them have, digit for digit."""

from __future__ import annotations

import freeze_data
import numpy as np
import pytest

from lstm_lab import data


@pytest.mark.parametrize("file", sorted(freeze_data.FILES), ids=lambda file: file.name)
def test_the_text_is_what_its_package_ships(file):
    assert freeze_data.FILES[file]() == file.read_text("ascii")


def test_digits_and_irises_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits, load_iris

    for found, wanted in ((data.digits(), load_digits), (data.irises(), load_iris)):
        for ours, theirs in zip(found, wanted(return_X_y=True), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_months_go_on_one_after_another():
    year, month, values = data.co2()
    assert (np.diff(12 * year + month) == 1).all()
    assert (year[0], month[0], year[-1], month[-1]) == (1958, 3, 2001, 12)
    assert np.isnan(values).sum() == 5
    assert 310 < np.nanmin(values) < np.nanmax(values) < 375


@pytest.mark.parametrize("read", [data.digits, data.irises, data.co2])
def test_what_is_done_with_the_data_does_not_reach_the_next_who_asks(read):
    before = [array.copy() for array in read()]
    for array in read():
        array[...] = 0
    for array, kept in zip(read(), before, strict=True):
        np.testing.assert_array_equal(array, kept)
