"""Eight doubles behave as one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numba import njit

from lstm_lab.paper1997.engine import simd
from lstm_lab.paper1997.engine.layout import LANES

values = hnp.arrays(np.float64, LANES, elements=st.floats(-1e3, 1e3, allow_subnormal=False))


@njit
def exponential(x, out):
    for k in range(len(x)):
        simd.store(out, k, simd.exponential(simd.load(x, k)))


@njit
def logistic(x, out):
    for k in range(len(x)):
        simd.store(out, k, simd.logistic(simd.load(x, k)))


@njit
def scaled(x, shifted, out):
    simd.store(out, 0, simd.times_power_of_two(simd.load(x, 0), simd.load(shifted, 0)))


@njit
def everything(a, b, c, out):
    x, y, z = simd.load(a, 0), simd.load(b, 0), simd.load(c, 0)
    simd.store(out, 0, x + y)
    simd.store(out, 1, x - y)
    simd.store(out, 2, x * y)
    simd.store(out, 3, x / y)
    simd.store(out, 4, 2.0 * x - 3.0)
    simd.store(out, 5, 1.0 / y)
    simd.store(out, 6, simd.fma(x, y, z))
    simd.store(out, 7, simd.maximum(x, y))
    simd.store(out, 8, simd.magnitude(x))
    simd.store(out, 9, simd.equals(x, y))
    simd.store(out, 10, simd.clip(x, simd.spread(5.0)))


@given(a=values, b=values.filter(lambda v: (np.abs(v) > 1e-3).all()), c=values)
def test_arithmetic_is_that_of_each_lane(a, b, c):
    out = np.zeros((11, LANES))
    everything(a, b, c, out)
    expected = [a + b, a - b, a * b, a / b, 2 * a - 3, 1 / b]
    assert np.array_equal(out[:6], expected)
    assert np.allclose(out[6], a * b + c, rtol=1e-12, atol=1e-9)
    assert np.array_equal(out[7:], [np.maximum(a, b), np.abs(a), a == b, np.clip(a, -5, 5)])


@given(hnp.arrays(np.float64, (1, LANES), elements=st.floats(-690, 690)))
def test_exponential_and_logistic_agree_with_numpy_in_every_lane(x):
    out = np.zeros((2, LANES))
    exponential(x, out[:1])
    logistic(x, out[1:])
    np.testing.assert_allclose(out[0], np.exp(x[0]), rtol=1e-15)
    np.testing.assert_allclose(out[1], 1 / (1 + np.exp(-x[0])), rtol=1e-14)


@given(
    hnp.arrays(np.float64, (1, LANES), elements=st.floats(0.5, 2)),
    hnp.arrays(np.int64, (1, LANES), elements=st.integers(-900, 900)),
)
def test_a_power_of_two_is_added_to_the_exponent(x, k):
    out = np.zeros((1, LANES))
    scaled(x, k + 1.5 * 2.0**52, out)
    assert np.array_equal(out, np.ldexp(x, k))


@pytest.mark.parametrize("limit", [1.0, 30.0, 699.0])
def test_the_exponential_is_accurate_to_a_few_units_in_the_last_place(limit):
    x = np.random.default_rng(0).uniform(-limit, limit, (20_000, LANES))
    out = np.empty_like(x)
    exponential(x, out)
    assert np.abs(out / np.exp(x) - 1).max() < 1e-15


def test_the_exponential_at_zero_and_beyond_its_range():
    x = np.zeros((1, LANES))
    x[0, :5] = [0.0, -0.0, 1e4, -1e4, np.inf]
    out = np.empty_like(x)
    exponential(x, out)
    assert out[0, 0] == out[0, 1] == 1.0
    assert np.isfinite(out).all()
    assert out[0, 2] > 1e300
    assert 0 < out[0, 3] < 1e-300


def test_the_logistic_function_saturates_without_overflow():
    x = np.linspace(-800, 800, 10 * LANES).reshape(10, LANES)
    out = np.empty_like(x)
    logistic(x, out)
    assert np.allclose(out, 1 / (1 + np.exp(-np.clip(x, -700, 700))), rtol=1e-14, atol=0)


def test_not_a_number_stays_one():
    x = np.full((1, LANES), np.nan)
    out = np.zeros_like(x)
    logistic(x, out)
    assert np.isnan(out).all()
