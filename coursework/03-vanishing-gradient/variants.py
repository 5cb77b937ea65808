"""The values of one term for the assignment "vanishing-gradient", and the worked examples that rest on them."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np


def values(rng: Random) -> dict[str, Any]:
    kind = rng.choice(["leaky", "half", "clock"])
    amount = rng.choice({"leaky": [0.2, 0.3, 0.4], "half": [0.5, 0.6, 0.75], "clock": [2, 3]}[kind])
    batch_first = rng.choice([True, False])
    given = {
        "squash": rng.choice(["softsign", "root", "arctan"]),
        "kind": kind,
        "amount": amount,
        "inside": rng.choice([True, False]),
        "batch_first": batch_first,
        "sw": ".swapaxes(0, 1)" if batch_first else "",
        "layout": "(batch, T, m)" if batch_first else "(T, batch, m)",
        "states_layout": "(batch, T + 1, n)" if batch_first else "(T + 1, batch, n)",
        "threshold": rng.choice([0.01, 0.001, 0.0001]),
        "limit": rng.choice([0.5, 1.0, 2.0]),
        "hand_w": rng.choice([0.8, 0.9, 1.1, 1.2]),
        "hand_z": [rng.choice([-1, 1]) * z for z in rng.sample([0.5, 1.0, 1.5, 2.0], 4)],
        "hidden_seed": rng.randrange(10**6),
    }
    shares = shares_of(kind, amount, 4, 3)
    return given | {"hand_k": shares[:, -1].tolist(), "shares_of": shares.tolist()}


def shares_of(kind: str, amount: float, steps: int, units: int) -> Any:
    """The shares kept, a row a step."""
    shares = np.zeros((steps, units))
    if kind == "leaky":
        shares[:] = amount
    elif kind == "half":
        shares[:, units // 2 :] = amount
    else:
        shares[:, units // 2 :] = 1.0
        shares[int(amount) - 1 :: int(amount), units // 2 :] = 0.0
    return shares
