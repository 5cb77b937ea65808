"""The self-checks of chapter 11, the patient paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstm_lab import check
from lstm_lab.models.linear_recurrence import loop, scan_rounds
from lstm_lab.models.operation_counts import crossing

Array = np.ndarray

PAPER, COMPANY, REPORT = "paper", "company", "report"
ACCOUNT, CONFLICT, NOTHING = "account", "conflict", "nothing"
CLAIMS: dict[str, tuple[str, str, str]] = {
    "A": (
        "In 2013 a deep LSTM made 17.7 % phoneme errors on TIMIT.",
        PAPER,
        "Graves, Mohamed and Hinton measured it themselves and published how.",
    ),
    "B": (
        "In September 2015 Google's voice search used LSTMs trained with CTC.",
        COMPANY,
        "that it was in use is known from Google's own announcement.",
    ),
    "C": (
        "Apple's QuickType used LSTMs in 2016.",
        REPORT,
        "a magazine reports it from a keynote; an inventor's account, which says the same, carries less.",
    ),
    "D": (
        "Siri's voice recognition switched to LSTMs on 30 July 2014.",
        NOTHING,
        "the report dates neural networks to that day, and lists LSTMs two years later.",
    ),
    "E": (
        "An LSTM won the Arabic competition whose data the paper of 2008 uses.",
        NOTHING,
        "it was measured on the data afterwards: better than the winner is not the winner.",
    ),
    "F": (
        "From 2005 to 2017 almost every product for sequences ran on LSTMs.",
        NOTHING,
        "the sources say the opposite for Google's speech until 2015 and its translation until 2016.",
    ),
    "G": (
        "In May 2012 Android's speech recogniser ran on LSTMs.",
        CONFLICT,
        "one post of the company says so, another of the same year has networks without recurrence then.",
    ),
    "H": (
        "LSTMs won competitions in handwriting in 2009.",
        ACCOUNT,
        "the survey that says so is by a maker of the winning method.",
    ),
}
"""Claims, what they rest on, and why."""


def evidence(answer: Any) -> check.Result:
    """`grades`: for each claim what it rests on, "paper", "company", "report", "account", "conflict" or "nothing"."""
    if answer is None or answer is Ellipsis:
        return check.Result(None, "Not answered yet.")
    if not isinstance(answer, Mapping):
        return check.Result(False, f"Expected a dict of claims and grades, got {answer!r}.")
    given = {
        letter: grade
        for letter, grade in answer.items()
        if grade is not None and grade is not Ellipsis
    }
    if not given:
        return check.Result(None, "Not answered yet.")
    kinds = (PAPER, COMPANY, REPORT, ACCOUNT, CONFLICT, NOTHING)
    for letter, (_, right, why) in CLAIMS.items():
        said = given.get(letter)
        if said is None:
            return check.Result(None, f"Claim {letter} is not answered yet.")
        if not isinstance(said, str) or said not in kinds:
            return check.Result(
                False,
                f"Claim {letter}: expected one of {', '.join(map(repr, kinds))}, got {said!r}.",
            )
        if said != right:
            return check.Result(
                False, f"Claim {letter}: expected {right!r}, got {said!r}. Likely cause: {why}"
            )
    return check.Result(True, f"Right, all {len(CLAIMS)} claims.")


def _combine(first: Array, second: Array) -> Array:
    """The pair that stands for two steps, the first of them first."""
    return np.array([second[0] * first[0], second[0] * first[1] + second[1]])


def two_steps(answer: Callable[[Array, Array], Array]) -> check.Result:
    """`combine(first, second)`: the pair (decay, news) of two steps c -> decay c + news, one after the other."""
    cases = [
        (np.array([0.5, 1.0]), np.array([0.5, 1.0])),
        (np.array([0.9, -1.0]), np.array([0.2, 3.0])),
        (np.array([0.0, 2.0]), np.array([1.5, 0.0])),
    ]
    return check.function(
        answer,
        _combine,
        cases,
        mistakes={
            "the second step was done first; the order matters.": lambda first, second: _combine(
                second, first
            ),
            "the news of the first step also go through the second: they are multiplied by its decay.": (
                lambda first, second: np.array([first[0] * second[0], first[1] + second[1]])
            ),
            "the decays are factors: one after the other they multiply, they do not add.": (
                lambda first, second: np.array(
                    [first[0] + second[0], second[0] * first[1] + second[1]]
                )
            ),
        },
    )


def in_rounds(answer: Callable[[Array, Array], Array]) -> check.Result:
    """`scan(decay, news)`: every state of c_t = decay_t c_{t-1} + news_t, in about log2 T rounds."""
    rng = np.random.default_rng(10)
    cases = [
        (rng.uniform(0.5, 1.1, length), rng.standard_normal(length)) for length in (1, 2, 5, 16)
    ]

    def a_left_as_it_was(a: Array, b: Array) -> Array:
        reach = 1
        while reach < len(b):
            b = np.concatenate([b[:reach], a[reach:] * b[:-reach] + b[reach:]])
            reach *= 2
        return b

    def one_round_short(a: Array, b: Array) -> Array:
        return scan_rounds(a, b)[max(0, len(scan_rounds(a, b)) - 2)][1]

    def in_place(a: Array, b: Array) -> Array:
        reach = 1
        while reach < len(b):
            for t in range(reach, len(b)):
                b[t] += a[t] * b[t - reach]
                a[t] *= a[t - reach]
            reach *= 2
        return b

    def a_before_b(a: Array, b: Array) -> Array:
        reach = 1
        while reach < len(b):
            a = np.concatenate([a[:reach], a[reach:] * a[:-reach]])
            b = np.concatenate([b[:reach], a[reach:] * b[:-reach] + b[reach:]])
            reach *= 2
        return b

    return check.function(
        answer,
        loop,
        cases,
        mistakes={
            "the news double their reach, the decay does not: it must stand for as many steps.": (
                a_left_as_it_was
            ),
            "the last round is missing; go on while reach is less than T.": one_round_short,
            "a position reads what was already changed in this round; all read first, then all write.": (
                in_place
            ),
            "the decay was updated before the news used it; both need that of the round before.": a_before_b,
            "this is the running sum of the news, without the decay.": lambda a, b: np.cumsum(b),
        },
    )


def windows_on_top(answer: Callable[[int, int], int]) -> check.Result:
    """`layers(lag, window)`: how many layers with such a window until an output sees an input that far back."""
    return check.function(
        answer,
        lambda lag, window: -(-lag // (window - 1)),
        [(1, 2), (10, 3), (100, 5), (288, 12), (7, 8)],
        mistakes={
            "a window of w steps reaches back w - 1 of them; the present one is the w-th.": (
                lambda lag, window: -(-lag // window)
            ),
            "a part of a layer does not exist: round up.": lambda lag, window: lag // (window - 1),
            "reach adds up from layer to layer; it does not multiply.": lambda lag, window: int(
                np.ceil(np.log(lag) / np.log(window))
            ),
        },
    )


def attention_overtakes(answer: Callable[[int], int]) -> check.Result:
    """`crossing(n)`: the shortest sequence over which attention multiplies more often than an LSTM."""
    return check.function(
        answer,
        crossing,
        [(16,), (32,), (128,)],
        mistakes={
            "at this length the two are equal; the next one is asked for.": lambda n: 5 * n + 2,
            "the weights alone were compared; the LSTM's gates cost 3 n a step, and T (T + 1) is "
            "not T².": lambda n: 5 * n,
            "the weights alone were compared; the LSTM's gates cost 3 n a step.": lambda n: (
                5 * n + 1
            ),
            "Q, K and V cost 3 n² a step, which is missing.": lambda n: 8 * n + 3,
        },
    )
