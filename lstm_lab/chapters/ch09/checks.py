"""The self-checks of chapter 09, what came next, with the right answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_lab import check
from lstm_lab.models.activations import logistic
from lstm_lab.models.ctc import collapse

Array = np.ndarray


def coupled_gates(answer: Callable[[Array, Array, Array], Array]) -> check.Result:
    """`step(c, i, g)`: the new cell state when the forget gate is tied to the input gate, f = 1 - i."""
    rng = np.random.default_rng(9)
    case = rng.standard_normal(4), logistic(rng.standard_normal(4)), np.tanh(rng.standard_normal(4))
    return check.function(
        answer,
        lambda c, i, g: (1 - i) * c + i * g,
        [(2.0, 0.25, -1.0), (5.0, 1.0, 0.5), (5.0, 0.0, 0.5), case],
        mistakes={
            "nothing is forgotten: this is the cell of 1997.": lambda c, i, g: c + i * g,
            "the gate is the wrong way round: i lets the new content in, and 1 - i keeps the old.": (
                lambda c, i, g: i * c + (1 - i) * g
            ),
            "only the old state is scaled; the new content passes the input gate too.": (
                lambda c, i, g: (1 - i) * c + g
            ),
        },
    )


def count_weights(answer: Callable[[int, int], Array]) -> check.Result:
    """`weights(m, n)`: the parameters of an LSTM, a peephole LSTM and a GRU with m inputs and n cells."""

    def counts(m: int, n: int, biases: int = 1, peepholes: int = 1) -> Array:
        block = n * (m + n + biases)
        return np.array([4 * block, 4 * block + 3 * n * peepholes, 3 * block])

    return check.function(
        answer,
        counts,
        [(1, 1), (1, 32), (10, 3), (7, 12)],
        mistakes={
            "the biases are missing.": lambda m, n: counts(m, n, biases=0),
            "this is what PyTorch counts, with two biases a unit; here there is one.": lambda m, n: (
                counts(m, n, biases=2)
            ),
            "a peephole goes from a cell to its own gates: n weights a gate, not n × n.": (
                lambda m, n: counts(m, n, peepholes=n)
            ),
            "three blocks of an LSTM were counted; there are four: three gates and the cell input.": (
                lambda m, n: np.array([3, 3, 3]) * n * (m + n + 1) + np.array([0, 3 * n, 0])
            ),
        },
    )


def ctc_collapse(answer: Callable[[str], str]) -> check.Result:
    """`say(path)`: merge repeats, then drop the blanks, written "-"."""

    def merged(path: str) -> str:
        return "".join(a for a, b in zip(path, " " + path, strict=False) if a != b)

    return check.function(
        answer,
        collapse,
        [("-aa-b",), ("aa-ab-",), ("abba",), ("b--b",), ("----",)],
        mistakes={
            "blanks were dropped first; then a-a becomes aa and is merged by mistake.": lambda path: (
                merged(path.replace("-", ""))
            ),
            "the blanks are still there.": merged,
            "repeats without a blank between are one symbol.": lambda path: path.replace("-", ""),
        },
    )


def gru_step(answer: Callable[[Array, Array, Array, Array], Array]) -> check.Result:
    """`gru(W, U, x, h)`: one step of the published GRU, without biases, rows in the order r, z, n."""
    cases = [_example(seed, m, n) for seed, (m, n) in enumerate([(1, 1), (2, 3), (4, 5)])]
    return check.function(
        answer,
        _gru,
        cases,
        mistakes={
            "the reset gate comes after the multiplication with U, as in PyTorch; in the paper it comes before.": (
                lambda W, U, x, h: _gru(W, U, x, h, reset="after")
            ),
            "there is no reset gate in the candidate.": lambda W, U, x, h: _gru(
                W, U, x, h, reset="never"
            ),
            "the update gate is the wrong way round: here z keeps the old state.": lambda W, U, x, h: (
                _gru(W, U, x, h, keep=False)
            ),
        },
    )


def _gru(W: Array, U: Array, x: Array, h: Array, reset: str = "before", keep: bool = True) -> Array:
    """One step of the published GRU; with other options, of one that is often taken for it."""
    W_r, W_z, W_n = np.split(W, 3)
    U_r, U_z, U_n = np.split(U, 3)
    r, z = logistic(W_r @ x + U_r @ h), logistic(W_z @ x + U_z @ h)
    recalled = {"before": U_n @ (r * h), "after": r * (U_n @ h), "never": U_n @ h}[reset]
    n = np.tanh(W_n @ x + recalled)
    return z * h + (1 - z) * n if keep else (1 - z) * h + z * n


def _example(seed: int, m: int, n: int) -> tuple[Array, Array, Array, Array]:
    """W, U, x and h of a GRU with m inputs and n units."""
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal
    return normal((3 * n, m)), normal((3 * n, n)), normal(m), normal(n)
