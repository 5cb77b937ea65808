"""Causal self-attention with one head, and how far back its output reaches.

Source: A. Vaswani et al., "Attention is all you need", NIPS 2017, section 3.2. Chapter 11.
"""

from __future__ import annotations

import numpy as np

from lstm_lab._validate import Array


def attention(x: Array, query: Array, key: Array, value: Array) -> Array:
    """Causal self-attention with one head: y_t is a mean of the values v_s = V x_s of all s <= t.

    ::

        q_t = Q x_t / sqrt(n),        k_t = K x_t,        v_t = V x_t
        w_ts = exp(q_t . k_s) / (sum over r <= t of exp(q_t . k_r))
        y_t = sum over s <= t of w_ts v_s

    Args:
        x: (T, m).
        query: Q, (n, m).
        key: K, (n, m).
        value: V, (n, m).

    Returns:
        y, (T, n).

    Source: Vaswani et al., "Attention is all you need", 2017, section 3.2. Chapter 11.
    """
    n = len(query)
    q, k, v = x @ query.T / n**0.5, x @ key.T, x @ value.T  # eq-11-qkv
    y = []
    for t in range(len(x)):
        so_far = slice(0, t + 1)
        w = np.exp(k[so_far] @ q[t])  # eq-11-attention
        y.append(w / w.sum() @ v[so_far])
    return np.stack(y)


def attention_reach(x: Array, query: Array, key: Array, value: Array) -> Array:
    """log10 of the spectral norm of dy_T / dx_{T-k} of `attention`, for k = 0 ... T - 1.

    With w the weights of the last row and v_s = V x_s, for s < T::

        dy_T / dx_s = w_s (V + (v_s - y_T) (K' q_T)')

    and at s = T there is the query's own part besides. Arguments as of `attention`. Chapter 11.
    """
    n = len(query)
    q, k, v = (x[-1] @ query.T) / n**0.5, x @ key.T, x @ value.T
    w = np.exp(k @ q - (k @ q).max())  # the largest is taken off first, so that exp stays finite
    w /= w.sum()
    centred = v - w @ v
    jacobians = w[:, None, None] * (value + centred[:, :, None] * (key.T @ q))
    jacobians[-1] += np.einsum("s,si,sj->ij", w, centred, k) @ query / n**0.5
    return np.log10([np.linalg.norm(one, 2) for one in jacobians[::-1]])
