"""The self-checks of chapter 02, 1969: XOR and the quiet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import comb

import numpy as np

from lstm_lab import check

Array = np.ndarray


def count_them(answer: Callable[[float, float, float], int]) -> check.Result:
    """`right_of_four(w1, w2, b)`: on how many patterns of XOR a unit is right."""
    return check.function(
        answer,
        _right,
        [(1, 1, -0.5), (1, 1, -1.5), (1, 0, -0.5), (0, 0, 0), (-1, -1, 1.5), (2, 1, -2)],
        mistakes={
            "a net input of exactly 0 means off, not on.": lambda w1, w2, b: _right(
                w1, w2, b, on=lambda a: a >= 0
            ),
            "the target is OR: the lamp is off when both switches are up.": lambda w1, w2, b: (
                _right(w1, w2, b, lamp=(False, True, True, True))
            ),
            "on and off are exchanged.": lambda *w: 4 - _right(*w),
            "the bias is missing.": lambda w1, w2, b: _right(w1, w2, 0),
        },
    )


def _right(
    w1: float,
    w2: float,
    b: float,
    lamp: Sequence[bool] = (False, True, True, False),
    on: Callable[[float], bool] = lambda a: a > 0,
) -> int:
    net_inputs = (b, w2 + b, w1 + b, w1 + w2 + b)
    return sum(on(a) == wanted for a, wanted in zip(net_inputs, lamp, strict=True))


def fourteen_of_sixteen(answer: Callable[[int, int, int, int], bool]) -> check.Result:
    """`one_line(f00, f01, f10, f11)`: whether one unit computes that function of two inputs."""
    return check.function(
        answer,
        lambda f00, f01, f10, f11: not (f00 == f11 and f01 == f10 and f00 != f01),
        list(product((0, 1), repeat=4)),
        mistakes={
            "the opposite of XOR cannot be drawn either: turn all signs.": lambda *f: (
                f != (0, 1, 1, 0)
            ),
            "this is the answer turned round: True should mean that a unit can.": (
                lambda f00, f01, f10, f11: f00 == f11 and f01 == f10 and f00 != f01
            ),
            "two ones and two zeros are not enough to fail; x₁ alone has them too.": lambda *f: (
                sum(f) != 2
            ),
            "a function that is always on, or always off, can be computed: by the bias.": (
                lambda f00, f01, f10, f11: not (f00 == f11 and f01 == f10)
            ),
        },
    )


def weights_of_products(answer: Callable[[int], Array]) -> check.Result:
    """`weight_of_products(n)`: parity of n inputs, 0 or 1, as a sum of products."""
    return check.function(
        answer,
        lambda n: (-2.0) ** np.arange(n),
        [(1,), (2,), (3,), (6,)],
        mistakes={
            "they alternate, but they also grow; check three ones.": lambda n: (
                (-1.0) ** np.arange(n)
            ),
            "the signs are missing.": lambda n: 2.0 ** np.arange(n),
            "one step too far: a single input must count 1.": lambda n: (
                (-2.0) ** np.arange(1, n + 1)
            ),
        },
    )


def best_plain_unit(answer: Callable[[int], int]) -> check.Result:
    """`best_count(n)`: the most patterns of parity that a unit with equal weights has right."""
    return check.function(
        answer,
        _best,
        [(2,), (3,), (4,), (5,), (8,)],
        mistakes={
            "only weights +1 were tried.": lambda n: _best(n, signs=(1,)),
            "values of m were counted; C(n, m) patterns have m ones.": lambda n: _best(
                n, weigh=False
            ),
            "this counts the patterns that are wrong.": lambda n: 2**n - _best(n),
        },
    )


def _best(n: int, signs: Sequence[int] = (1, -1), weigh: bool = True) -> int:
    m = np.arange(n + 1)
    count = np.array([comb(n, k) if weigh else 1 for k in m])
    return max(
        int(count[(sign * m > threshold) == (m % 2 == 1)].sum())
        for sign in signs
        for threshold in np.arange(-n - 0.5, n + 1)
    )
