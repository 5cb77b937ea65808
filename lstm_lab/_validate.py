"""Checks of arguments, one voice for every error.

Each check returns the value it was given, converted where that is harmless (a NumPy integer to
`int`, a nested list to a float64 array), or raises `TypeError` for a value of the wrong kind and
`ValueError` for a wrong value. Every message names the argument, what was expected and what came:
`hidden_size must be a positive integer, got -3`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Kind = TypeVar("Kind")


def positive_integer(name: str, value: object) -> int:
    """An integer of at least 1."""
    return integer_in(name, value, minimum=1)


def integer_in(
    name: str, value: object, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """An integer between `minimum` and `maximum`, both included; `None` leaves a side open."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral):
        expected = _expected_number("integer", minimum, maximum)
        raise TypeError(f"{name} must be {expected}, got {_show(value)}")
    if not _inside(int(value), minimum, maximum):
        expected = _expected_number("integer", minimum, maximum)
        raise ValueError(f"{name} must be {expected}, got {value}")
    return int(value)


def number_in(
    name: str, value: object, *, minimum: float | None = None, maximum: float | None = None
) -> float:
    """A finite number between `minimum` and `maximum`, both included; `None` leaves a side open."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        expected = _expected_number("finite number", minimum, maximum)
        raise TypeError(f"{name} must be {expected}, got {_show(value)}")
    if not math.isfinite(value) or not _inside(float(value), minimum, maximum):
        expected = _expected_number("finite number", minimum, maximum)
        raise ValueError(f"{name} must be {expected}, got {value}")
    return float(value)


def positive_number(name: str, value: object) -> float:
    """A finite number above zero."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a positive finite number, got {_show(value)}")
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{name} must be a positive finite number, got {value}")
    return float(value)


def true_or_false(name: str, value: object) -> bool:
    """A truth value, and not merely something that Python would take for one."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {_show(value)}")
    return bool(value)


def one_of(name: str, value: object, choices: Iterable[str]) -> str:
    """One of the named `choices`."""
    choices = tuple(choices)
    expected = "one of " + ", ".join(repr(choice) for choice in choices)
    if not isinstance(value, str):
        raise TypeError(f"{name} must be {expected}, got {_show(value)}")
    if value not in choices:
        raise ValueError(f"{name} must be {expected}, got {value!r}")
    return value


def of_kind(name: str, value: object, kind: type[Kind]) -> Kind:
    """An instance of the class `kind`."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, got {_show(value)}")
    return value


def generator(name: str, value: object) -> np.random.Generator:
    """A `numpy.random.Generator`; a bare seed is refused, so that who draws what stays explicit."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator "
            f"(numpy.random.default_rng(seed) makes one), got {_show(value)}"
        )
    return value


def finite_array(name: str, value: object, *shapes: Sequence[int | str]) -> Array:
    """A float64 array without NaN or infinity, of one of the given `shapes` (any if none given).

    A shape is a tuple of lengths; a string stands for a length of 1 or more and is the word that
    the message uses for it: `finite_array("x", x, ("T", 3), ("T", "batch", 3))`.
    """
    array = real_array(name, value)
    if shapes and not any(_fits(array.shape, shape) for shape in shapes):
        expected = " or ".join(_show_shape(shape) for shape in shapes)
        raise ValueError(f"{name} must have shape {expected}, got {_show_shape(array.shape)}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite everywhere, got {_first_not_finite(array)}")
    return array


def real_array(name: str, value: object) -> Array:
    """A float64 array; text, truth values and complex numbers are refused."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array of numbers, got rows of unequal length"
        ) from None
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers, got {_show(value)}")
    return array.astype(np.float64, copy=False)


def _inside(value: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or value >= minimum) and (maximum is None or value <= maximum)


def _expected_number(kind: str, minimum: float | None, maximum: float | None) -> str:
    article = "an" if kind[0] in "aeiou" else "a"
    if minimum is None and maximum is None:
        return f"{article} {kind}"
    if maximum is None:
        if minimum == 1 and kind == "integer":
            return "a positive integer"
        return f"{article} {kind} of at least {minimum}"
    if minimum is None:
        return f"{article} {kind} of at most {maximum}"
    return f"{article} {kind} from {minimum} to {maximum}"


def _fits(shape: tuple[int, ...], expected: Sequence[int | str]) -> bool:
    return len(shape) == len(expected) and all(
        length >= 1 if isinstance(wanted, str) else length == wanted
        for length, wanted in zip(shape, expected, strict=True)
    )


def _show_shape(shape: Sequence[int | str]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def _first_not_finite(array: Array) -> str:
    where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    return f"{array[where]} at index {where}" if where else str(array)


def _show(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"
