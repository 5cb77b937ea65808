"""Eight trials in one number: a vector type for code compiled by Numba.

`Lanes` is a value of eight doubles that Numba treats like a float: ``+ - * /`` work lane by lane,
and with a plain float. A kernel written with it reads like the kernel of one trial and runs eight
of them side by side in one SIMD register (LLVM splits it where registers are narrower).

Lanes never meet: what lane 3 computes does not depend on the others. `fma` rounds once on every
machine and nothing is left to the compiler's choice, so a trial gives the same bits in any lane.

An array of shape ``(..., LANES)``, C-contiguous, is a list of such numbers; `load` and `store`
address it by its flat place in that list.
"""

# Functions that Numba specialises for the types of each call have none to annotate.
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import (
    intrinsic,
    models,
    overload,
    register_model,
)

from .layout import LANES

_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_BITS = ir.VectorType(ir.IntType(64), LANES)


class LanesType(types.Type):
    """The Numba type of eight doubles side by side."""

    def __init__(self) -> None:
        super().__init__(name=f"Lanes({LANES})")


lanes_type = LanesType()


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, numba_type: LanesType) -> None:
        super().__init__(manager, numba_type, _VECTOR)


def _constant(bits: int) -> ir.Constant:
    return ir.Constant(_BITS, [bits] * LANES)


def _place(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    """A pointer to the eight doubles at flat place `index`."""
    data = cgutils.create_struct_proxy(array_type)(context, builder, array).data
    return builder.gep(builder.bitcast(data, _VECTOR.as_pointer()), [index])


@intrinsic
def load(typing_context, array, index):
    """The lanes at flat place `index` of a C-contiguous float64 array."""

    def generate(context, builder, signature, arguments):
        place = _place(context, builder, signature.args[0], *arguments)
        return builder.load(place, align=8)

    return lanes_type(array, types.intp), generate


@intrinsic
def store(typing_context, array, index, value):
    """Write `value` to flat place `index` of a C-contiguous float64 array."""

    def generate(context, builder, signature, arguments):
        array, index, value = arguments
        place = _place(context, builder, signature.args[0], array, index)
        builder.store(value, place, align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


@intrinsic
def spread(typing_context, value):
    """The same float in every lane."""

    def generate(context, builder, signature, arguments):
        zero = ir.Constant(ir.IntType(32), 0)
        one_lane = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), arguments[0], zero)
        order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return builder.shuffle_vector(one_lane, one_lane, order)

    return lanes_type(types.float64), generate


@intrinsic
def fma(typing_context, a, b, c):
    """``a * b + c`` of three lanes, rounded once."""

    def generate(context, builder, signature, arguments):
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f64")
        return builder.call(function, arguments)

    return lanes_type(lanes_type, lanes_type, lanes_type), generate


@intrinsic
def clip(typing_context, value, limit):
    """Each lane moved into [-limit, limit]."""

    def generate(context, builder, signature, arguments):
        value, high = arguments
        low = builder.fsub(ir.Constant(_VECTOR, [0.0] * LANES), high)
        value = builder.select(builder.fcmp_ordered(">", value, high), high, value)
        return builder.select(builder.fcmp_ordered("<", value, low), low, value)

    return lanes_type(lanes_type, lanes_type), generate


@intrinsic
def maximum(typing_context, a, b):
    """The larger of two, lane by lane; b where a is not a number."""

    def generate(context, builder, signature, arguments):
        a, b = arguments
        return builder.select(builder.fcmp_ordered(">", a, b), a, b)

    return lanes_type(lanes_type, lanes_type), generate


@intrinsic
def equals(typing_context, a, b):
    """1.0 in each lane where a equals b, else 0.0."""

    def generate(context, builder, signature, arguments):
        one, zero = (ir.Constant(_VECTOR, [value] * LANES) for value in (1.0, 0.0))
        return builder.select(builder.fcmp_ordered("==", *arguments), one, zero)

    return lanes_type(lanes_type, lanes_type), generate


@intrinsic
def magnitude(typing_context, value):
    """The absolute value of each lane."""

    def generate(context, builder, signature, arguments):
        bits = builder.bitcast(arguments[0], _BITS)
        return builder.bitcast(builder.and_(bits, _constant((1 << 63) - 1)), _VECTOR)

    return lanes_type(lanes_type), generate


@intrinsic
def times_power_of_two(typing_context, value, shifted):
    """``value * 2**k``, where the low bits of the double `shifted` hold the whole number k."""

    def generate(context, builder, signature, arguments):
        value, shifted = (builder.bitcast(argument, _BITS) for argument in arguments)
        exponent = builder.shl(shifted, _constant(52))
        return builder.bitcast(builder.add(value, exponent), _VECTOR)

    return lanes_type(lanes_type, lanes_type), generate


def _arithmetic(name: str) -> Any:
    @intrinsic
    def both(typing_context, a, b):
        def generate(context, builder, signature, arguments):
            return getattr(builder, name)(*arguments)

        return lanes_type(lanes_type, lanes_type), generate

    return both


def _define(operation: Callable[..., Any], name: str) -> None:
    both = _arithmetic(name)

    @overload(operation, inline="always")
    def choose(a, b):
        if a is lanes_type and b is lanes_type:
            return lambda a, b: both(a, b)
        if a is lanes_type and isinstance(b, types.Float):
            return lambda a, b: both(a, spread(b))
        if b is lanes_type and isinstance(a, types.Float):
            return lambda a, b: both(spread(a), b)
        return None


for _operation, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _define(_operation, _name)


_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_SHIFT = 1.5 * 2.0**52  # adding it leaves a double's nearest whole number in its low bits
_LARGEST = 700.0
_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12 = (
    1.0 / operator.index(factorial)
    for factorial in (1, 2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800, 39916800, 479001600)
)


@njit(inline="always")
def exponential(x):
    """Exponential of each lane, to 4 units in the last place for |x| up to 700; cut off there.

    x = k ln 2 + r with |r| <= ln 2 / 2; the Taylor polynomial of degree 12 at r, times 2**k.
    """
    x = clip(x, spread(_LARGEST))
    shifted = fma(x, spread(_LOG2_E), spread(_SHIFT))
    k = shifted - _SHIFT
    r = fma(k, spread(-_LN2_LOW), fma(k, spread(-_LN2_HIGH), x))
    p = spread(_12)
    for coefficient in (_11, _10, _9, _8, _7, _6, _5, _4, _3, _2, _1, 1.0):
        p = fma(p, r, spread(coefficient))
    return times_power_of_two(p, shifted)


@njit(inline="always")
def logistic(x):
    """1 / (1 + exp(-x)) of each lane."""
    return 1.0 / (1.0 + exponential(0.0 - x))
