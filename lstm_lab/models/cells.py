"""The recurrent cells of the book by the names that its figures and exercises use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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
    "LSTM 1997": LSTM1997,
    "LSTM 2000": LSTM,
}

CELLS = tuple(_BUILD)
"""The names that `make` knows, in the order of history."""


def make(
    cell: str, input_size: int, hidden_size: int, *, rng: np.random.Generator, **options: Any
) -> Recurrent:
    """Build the recurrent model called `cell`, one of `CELLS`.

    `options` go to its constructor: `recurrent_scale`, `input_weight_scale` and `uniform` suit
    every cell, `forget_bias` the "LSTM 2000", `gradient` and more the "LSTM 1997".

    Raises:
        TypeError, ValueError: for an unknown cell or option and for what the constructor refuses.

    Chapter 06, the first to set cells side by side.
    """
    return _BUILD[one_of("cell", cell, CELLS)](input_size, hidden_size, rng=rng, **options)
