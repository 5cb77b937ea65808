"""A recurrence that is linear in its state: step by step, or in about log2 T rounds at once. Chapter 11."""

from __future__ import annotations

import numpy as np

from lstm_lab._validate import Array


def loop(decay: Array, news: Array) -> Array:
    """The linear recurrence c_t = decay_t c_{t-1} + news_t from c_0 = 0, step by step; all are (T,) or (T, n).

    Chapter 11, where the decay is written lambda_t and the news u_t.
    """
    c, states = np.zeros_like(news[0]), []
    for decay_t, news_t in zip(decay, news, strict=True):
        c = decay_t * c + news_t  # eq-11-linear
        states.append(c)
    return np.stack(states)


def scan_rounds(decay: Array, news: Array) -> list[tuple[Array, Array]]:
    """The same recurrence in about log2 T rounds: what every position holds after each of them.

    Position t holds a pair (decay, news) that stands for the step c -> decay c + news. First it is its own step. In a
    round every position takes in, at the same moment, the pair that stands `reach` positions before it, and `reach`
    doubles.

    Returns:
        the pairs before the first round and after each, (T,) or (T, n); the last news are the states c.

    Chapter 11.
    """
    rounds, reach = [(decay, news)], 1
    while reach < len(news):
        # eq-11-combine, at all positions at once: on the right everything is of the round before
        decay, news = (
            np.concatenate([decay[:reach], decay[reach:] * decay[:-reach]]),
            np.concatenate([news[:reach], decay[reach:] * news[:-reach] + news[reach:]]),
        )
        rounds.append((decay, news))
        reach *= 2
    return rounds


def scan(decay: Array, news: Array) -> Array:
    """All states of c_t = decay_t c_{t-1} + news_t at once, as `loop` gives them. Chapter 11."""
    return scan_rounds(decay, news)[-1][1]


def linear_reach(decay: Array, weights: Array, length: int) -> Array:
    """log10 of the spectral norm of dc_T / dx_{T-k}, for k = 0 ... length - 1, of c_t = decay c_{t-1} + W x_t.

    The derivative is diag(decay^k) W, with `decay` (n,) and `weights` W (n, m). Chapter 11.
    """
    return np.log10([np.linalg.norm(decay[:, None] ** lag * weights, 2) for lag in range(length)])
