from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from lstm_lab import _validate as validate

RNG = np.random.default_rng(0)


@given(st.integers())
def test_an_integer_is_positive_or_refused(value: int) -> None:
    if value > 0:
        assert validate.positive_integer("n", value) == value
    else:
        with pytest.raises(ValueError, match=f"n must be a positive integer, got {value}$"):
            validate.positive_integer("n", value)


@given(st.integers(-9, 9), st.integers(-9, 0), st.integers(0, 9))
def test_an_integer_is_inside_or_refused(value: int, low: int, high: int) -> None:
    if low <= value <= high:
        assert validate.integer_in("n", value, minimum=low, maximum=high) == value
    else:
        message = f"n must be an integer from {low} to {high}, got {value}$"
        with pytest.raises(ValueError, match=message):
            validate.integer_in("n", value, minimum=low, maximum=high)


@given(st.floats(), st.floats(-9, 0), st.floats(0, 9))
def test_a_number_is_inside_or_refused(value: float, low: float, high: float) -> None:
    if low <= value <= high:
        assert validate.number_in("a", value, minimum=low, maximum=high) == value
    else:
        with pytest.raises(ValueError, match=r"a must be a finite number from .* to .*, got "):
            validate.number_in("a", value, minimum=low, maximum=high)


@given(st.floats())
def test_a_number_is_positive_and_finite_or_refused(value: float) -> None:
    if 0 < value < np.inf:
        assert validate.positive_number("a", value) == value
    else:
        with pytest.raises(ValueError, match="a must be a positive finite number, got "):
            validate.positive_number("a", value)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, "a finite number"),
        ({"minimum": 0}, "a finite number of at least 0"),
        ({"maximum": 1}, "a finite number of at most 1"),
        ({"minimum": 0, "maximum": 1}, "a finite number from 0 to 1"),
    ],
)
def test_the_message_says_what_was_expected(limits: dict[str, float], expected: str) -> None:
    with pytest.raises(TypeError, match=f"^a must be {expected}, got None \\(NoneType\\)$"):
        validate.number_in("a", None, **limits)


def test_an_open_side_lets_pass() -> None:
    assert validate.number_in("a", -1e300, maximum=0) == -1e300
    assert validate.integer_in("n", -(10**30)) == -(10**30)


@pytest.mark.parametrize(
    "check", [validate.positive_integer, validate.number_in, validate.positive_number]
)
@pytest.mark.parametrize("value", [True, False, np.True_, "1", None, [1], 1j, np.ones(1)])
def test_what_is_no_number_is_a_type_error(check: Callable[..., Any], value: Any) -> None:
    with pytest.raises(TypeError, match=r"a must be a .*, got "):
        check("a", value)


@pytest.mark.parametrize("value", [1.0, np.float64(2), Fraction(3)])
def test_a_number_that_is_no_integer_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="n must be a positive integer, got"):
        validate.positive_integer("n", value)


def test_numpy_numbers_become_pythons() -> None:
    assert type(validate.positive_integer("n", np.int32(3))) is int
    assert type(validate.number_in("a", np.float32(0.5))) is float
    assert type(validate.positive_number("a", 2)) is float


def test_a_truth_value_is_a_truth_value() -> None:
    assert validate.true_or_false("b", np.True_) is True
    assert validate.true_or_false("b", False) is False
    for value in (0, 1, "True", None, np.ones(1)):
        with pytest.raises(TypeError, match="b must be True or False, got "):
            validate.true_or_false("b", value)


def test_a_name_is_among_the_choices() -> None:
    assert validate.one_of("cell", "b", ("a", "b")) == "b"
    assert validate.one_of("cell", "b", {"a": 1, "b": 2}) == "b"
    with pytest.raises(ValueError, match=r"^cell must be one of 'a', 'b', got 'c'$"):
        validate.one_of("cell", "c", iter(("a", "b")))
    with pytest.raises(TypeError, match=r"^cell must be one of 'a', 'b', got 1 \(int\)$"):
        validate.one_of("cell", 1, ("a", "b"))


def test_a_kind_is_that_kind() -> None:
    assert validate.of_kind("d", {}, dict) == {}
    with pytest.raises(TypeError, match=r"^d must be a dict, got \[\] \(list\)$"):
        validate.of_kind("d", [], dict)


def test_a_generator_is_a_generator() -> None:
    assert validate.generator("rng", RNG) is RNG
    for value in (0, None, np.random, np.random.RandomState(0)):
        with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator"):
            validate.generator("rng", value)


@given(npst.arrays(np.float64, npst.array_shapes(max_dims=3, min_side=0), elements=st.floats()))
def test_an_array_is_finite_or_refused(array: np.ndarray) -> None:
    if np.isfinite(array).all():
        assert validate.finite_array("x", array) is array
    else:
        with pytest.raises(ValueError, match=r"x must be finite everywhere, got -?(nan|inf)"):
            validate.finite_array("x", array)


@given(npst.array_shapes(max_dims=4, min_side=0, max_side=3))
def test_an_array_has_one_of_the_shapes_or_is_refused(shape: tuple[int, ...]) -> None:
    good = len(shape) in (2, 3) and shape[-1] == 2 and 0 not in shape
    if good:
        validated = validate.finite_array("x", np.zeros(shape), ("T", 2), ("T", "batch", 2))
        assert validated.shape == shape
    else:
        with pytest.raises(
            ValueError, match=r"^x must have shape \(T, 2\) or \(T, batch, 2\), got \("
        ):
            validate.finite_array("x", np.zeros(shape), ("T", 2), ("T", "batch", 2))


def test_the_place_of_what_is_not_finite_is_named() -> None:
    with pytest.raises(ValueError, match=r"x must be finite everywhere, got inf at index \(1, 0\)"):
        validate.finite_array("x", [[0.0, 1.0], [np.inf, np.nan]])
    with pytest.raises(ValueError, match=r"x must be finite everywhere, got nan$"):
        validate.finite_array("x", np.nan)


def test_integers_and_lists_become_float64() -> None:
    for value in ([1, 2], (1.0, 2.0), np.array([1, 2], dtype=np.int8), np.float32([1, 2])):
        array = validate.finite_array("x", value, (2,))
        assert array.dtype == np.float64
        np.testing.assert_array_equal(array, [1, 2])


@pytest.mark.parametrize(
    "value", [None, "text", ["a"], [True], np.zeros(2, complex), [None], {}, np.array(["1"])]
)
def test_an_array_of_anything_else_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="x must be an array of real numbers, got"):
        validate.finite_array("x", value)


def test_rows_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="x must be a rectangular array of numbers"):
        validate.finite_array("x", [[1], [1, 2]])


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(TypeError) as error:
        validate.true_or_false("b", "x" * 1000)
    assert len(str(error.value)) < 120
