"""The recurrent cells of the book by the names that its figures and exercises use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from lstm_lab._validate import one_of
from lstm_lab.models.lstm import LSTM
from lstm_lab.models.lstm1997 import LSTM1997
from lstm_lab.models.recurrent import Recurrent
from lstm_lab.models.rnn import ElmanRNN

_BUILD: dict[str, Callable[..., Recurrent]] = {
    "tanh RNN": partial(ElmanRNN, activation="tanh"),
    "logistic RNN": partial(ElmanRNN, activation="logistic"),
    "ReLU RNN": partial(ElmanRNN, activation="relu"),
    "LSTM 1997": LSTM1997,
    "LSTM 2000": LSTM,
}

CELLS = ("tanh RNN", "logistic RNN", "LSTM 1997", "LSTM 2000")
"""The cells that the book compares, in the order of history; `make` knows the "ReLU RNN" too."""


def make(
    cell: str, input_size: int, hidden_size: int, *, rng: np.random.Generator, **options: Any
) -> Recurrent:
    """Build the recurrent model called `cell`, one of `CELLS` or "ReLU RNN".

    `options` go to its constructor: `recurrent_scale`, `input_weight_scale` and `uniform` suit
    every cell, `initialisation` the RNNs, `forget_bias` and `longest_lag` the "LSTM 2000",
    `gradient` and more the "LSTM 1997".

    Raises:
        TypeError: for an option that the cell does not have, by its name.
        TypeError, ValueError: for an unknown cell and for what the constructor refuses.

    Chapter 06, the first to set cells side by side.
    """
    build = _BUILD[one_of("cell", cell, _BUILD)]
    known = options_of(cell)
    for name, value in options.items():
        if name not in known:
            raise TypeError(
                f"{name} must not be given for {cell!r}, whose options are {', '.join(known)}; "
                f"got {value!r}"
            )
    return build(input_size, hidden_size, rng=rng, **options)


def options_of(cell: str) -> tuple[str, ...]:
    """The options that `make` takes for a cell, by name.

    Raises:
        TypeError, ValueError: for an unknown cell.

    Chapter 06.
    """
    build = _BUILD[one_of("cell", cell, _BUILD)]
    fixed = {"input_size", "hidden_size", "rng"}
    if isinstance(build, partial):  # what sets the cell apart is not the caller's to choose
        fixed |= set(build.keywords)
    return tuple(name for name in signature(build).parameters if name not in fixed)
