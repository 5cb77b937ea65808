"""The values of one term for the assignment "vanishing-gradient", and the worked examples that rest on them."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

SLOPES = {
    "softsign": lambda a: 1 / (1 + abs(a)) ** 2,
    "root": lambda a: (1 + a * a) ** -1.5,
    "arctan": lambda a: 1 / (1 + (np.pi / 2 * a) ** 2),
}


def values(rng: Random, number: int) -> dict[str, Any]:
    kind = rng.choice(["leaky", "half", "clock"])
    amount = rng.choice({"leaky": [0.2, 0.3, 0.4], "half": [0.5, 0.6, 0.75], "clock": [2, 3]}[kind])
    batch_first = number % 2 == 0
    given = {
        "squash": rng.choice(["softsign", "root", "arctan"]),
        "kind": kind,
        "amount": amount,
        "inside": number // 2 % 2 == 0,
        "gain": rng.choice([0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.05, 1.1]),
        "batch_first": batch_first,
        "sw": ".swapaxes(0, 1)" if batch_first else "",
        "layout": "(batch, T, m)" if batch_first else "(T, batch, m)",
        "states_layout": "(batch, T + 1, n)" if batch_first else "(T + 1, batch, n)",
        "threshold": rng.choice([0.01, 0.001, 0.0001]),
        "limit": rng.choice([0.5, 1.0, 2.0]),
        "hidden_seed": rng.randrange(10**6),
    }
    shares = shares_of(kind, amount, 4, 3)
    given |= {"hand_k": shares[:, -1].tolist(), "shares_of": shares.tolist()}
    return given | by_hand(rng, given)


def by_hand(rng: Random, given: dict[str, Any]) -> dict[str, Any]:
    """Numbers for task 1 whose answer, a number of steps, does not hang on the fourth decimal."""
    kept, threshold = np.array(given["hand_k"]), given["threshold"]
    while True:
        w = rng.choice([0.8, 0.9, 1.1, 1.2])
        z = [rng.choice([-1, 1]) * size for size in rng.sample([0.5, 1.0, 1.5, 2.0], 4)]
        left = np.prod(kept + given["gain"] * (1 - kept) * w * SLOPES[given["squash"]](np.array(z)))
        steps = 4 * np.log(threshold) / np.log(left)
        before, after = (left ** (whole / 4) for whole in (np.floor(steps), np.ceil(steps)))
        if left > 0.002 and before > 1.04 * threshold and after < threshold / 1.04:
            return {"hand_w": w, "hand_z": z}


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
