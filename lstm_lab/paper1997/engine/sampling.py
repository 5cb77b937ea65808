"""Sequences for the engine: the draws of `lstm_lab.sequences`, compiled, laid into lanes.

The functions that draw are those of `lstm_lab.sequences.draw`, so that a seed gives the very
sequences that the public generators yield; a test compares them bit for bit.

Source: Hochreiter & Schmidhuber 1997, section 5. Chapter 08.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from ...sequences import draw
from .caching import compiled
from .layout import END, ERROR, JUDGE, START, Streams

LONG_LAG, DISTRACTORS, TWO_CLASSES, MARKED_PAIRS, TEMPORAL_ORDER = range(5)


@cache
def register_draws() -> None:
    """Let compiled code call the functions of `draw`."""
    for function in (
        draw.integer,
        draw.embedded_reber,
        draw.long_lag,
        draw.distractors,
        draw.two_classes,
        draw.marked_pairs,
        draw.temporal_order,
    ):
        register_jitable(function)


register_draws()


@compiled
def fill(
    kind: int,
    whole: NDArray[np.int64],
    real: NDArray[np.float64],
    rng: np.random.Generator,
    streams: Streams,
    lane: int,
    count: int,
) -> int:
    """Draw `count` sequences into a lane, from its first step on; returns the steps used.

    Args:
        kind: which task, LONG_LAG ... TEMPORAL_ORDER.
        whole: its whole parameters, in the order in which the draw takes them; see `schema.Task`.
        real: its real parameters, likewise.
        rng: where the randomness of this lane comes from.
        streams: where the sequences go.
        lane: which lane.
        count: how many sequences.

    Raises:
        ValueError: if the streams are too short.
    """
    at = 0
    streams.flags[:, lane] = 0
    for _ in range(count):
        x, symbols = streams.x[at:, :, lane], streams.symbols[at:, lane]
        target = 0.0
        judged = np.nan
        if kind == LONG_LAG:
            random_middle = whole[1] > 0
            length = draw.long_lag(rng, whole[0], random_middle, symbols) - 1
            for t in range(length):
                streams.target[at + t, lane] = symbols[t + 1]
                streams.flags[at + t, lane] = (ERROR | JUDGE, ERROR, 0)[whole[1]]
            target = float(symbols[length])
        elif kind == DISTRACTORS:
            length = draw.distractors(rng, whole[0], whole[1], symbols) - 1
            target = float(symbols[length] - whole[0] - 2)
        elif kind == TWO_CLASSES:
            length, number = draw.two_classes(rng, whole[0], whole[1], real[0], whole[2] == 1, x)
            judged = real[1 + number]
            noise = real[3] * rng.standard_normal() if real[3] > 0.0 else 0.0
            target = judged + noise
        elif kind == MARKED_PAIRS:
            length, target = draw.marked_pairs(rng, whole[0], real[0], whole[1] == 1, whole[2], x)
        else:
            length, number = draw.temporal_order(rng, whole.reshape(-1, 2), symbols)
            target = float(number)
        last = at + length - 1
        streams.flags[at, lane] |= START
        streams.flags[last, lane] |= ERROR | JUDGE | END
        streams.target[last, lane] = target
        streams.judged[last, lane] = target if np.isnan(judged) else judged
        at = last + 1
    return at


@compiled
def fill_strings(
    strings: NDArray[np.int64],
    lengths: NDArray[np.int64],
    legal: NDArray[np.int64],
    only_remembered: bool,
    order: NDArray[np.int64],
    streams: Streams,
    lane: int,
) -> int:
    """Lay the stored strings ``strings[order]`` into a lane; returns the steps used.

    Args:
        strings: ``(N, longest)``, symbols.
        lengths: ``(N,)``.
        legal: ``(N, longest)``: the symbols that may follow, as bits.
        only_remembered: judge only the step before the last but one symbol (experiment 1's T or P).
        order: which strings, one after the other.
        streams: where they go.
        lane: which lane.

    Raises:
        ValueError: if the streams are too short.
    """
    at = 0
    streams.flags[:, lane] = 0
    for n in order:
        length = lengths[n] - 1
        if at + length > len(streams.flags):
            raise ValueError("the streams are too short for these strings")
        for t in range(length):
            streams.symbols[at + t, lane] = strings[n, t]
            streams.target[at + t, lane] = strings[n, t + 1]
            streams.judged[at + t, lane] = legal[n, t]
            judge = not only_remembered or t == length - 2
            streams.flags[at + t, lane] = ERROR | JUDGE if judge else ERROR
        streams.flags[at, lane] |= START
        streams.flags[at + length - 1, lane] |= END
        at += length
    return at
