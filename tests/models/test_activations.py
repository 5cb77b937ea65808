from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.models import ACTIVATIONS
from lstm_lab.models.activations import activation, logistic

RANGES = {
    "logistic": (0, 1),
    "tanh": (-1, 1),
    "logistic [-1, 1]": (-1, 1),
    "logistic [-2, 2]": (-2, 2),
}
nets = st.floats(-20, 20)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(net=nets)
def test_the_slope_is_the_derivative(name: str, net: float) -> None:
    """A central difference with step 1e-5 errs by 1e-10 f''' / 6 and 1e-16 |f| / 1e-5."""
    f = ACTIVATIONS[name]
    around = f.value(np.array([net - 1e-5, net + 1e-5]))
    slope = f.slope(f.value(np.array(net)))
    assert abs(slope - (around[1] - around[0]) / 2e-5) < 1e-9
    assert 0 <= slope <= f.steepest


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_steepest_slope_is_at_zero(name: str) -> None:
    f = ACTIVATIONS[name]
    assert f.slope(f.value(np.zeros(()))) == f.steepest
    assert f.name == name


@pytest.mark.parametrize("name", RANGES)
def test_the_range_is_the_one_in_the_name(name: str) -> None:
    low, high = ACTIVATIONS[name].value(np.array([-1e4, 1e4]))
    assert (low, high) == RANGES[name]


@given(nets)
def test_g_and_h_of_1997_are_stretched_logistics(net: float) -> None:
    f, net_array = logistic(np.array(net)), np.array(net)
    assert ACTIVATIONS["logistic [-2, 2]"].value(net_array) == pytest.approx(4 * f - 2, abs=1e-14)
    assert ACTIVATIONS["logistic [-1, 1]"].value(net_array) == pytest.approx(2 * f - 1, abs=1e-14)


def test_the_identity_returns_a_copy() -> None:
    net = np.array([1.0, -2.0])
    value = ACTIVATIONS["identity"].value(net)
    np.testing.assert_array_equal(value, net)
    assert value is not net


def test_an_unknown_activation_is_refused_by_the_arguments_name() -> None:
    with pytest.raises(ValueError, match=r"squash must be one of 'logistic', .*, got 'relu'"):
        activation("squash", "relu")
    with pytest.raises(ValueError, match="squash must be one of 'tanh', got 'logistic'"):
        activation("squash", "logistic", ("tanh",))
