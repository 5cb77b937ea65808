"""The values of one term for the assignment "backpropagation", and the worked examples that rest on them."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

SQUASHES = {
    "softsign": lambda a: a / (1 + abs(a)),
    "root": lambda a: a / np.sqrt(1 + a * a),
    "arctan": lambda a: 2 / np.pi * np.arctan(a),
}
NICE = {"softsign": 1.0, "root": 0.75, "arctan": 1.0}  # net inputs with short outputs


def values(rng: Random, number: int) -> dict[str, Any]:
    squash = sorted(SQUASHES)[number % 3]
    mirror = rng.choice([True, False])
    sign = rng.choice([-1, 1])
    loss = ["cosh", "root", "uneven"][(number + number // 3) % 3]
    low = rng.choice([True, False])
    mean = rng.choice([True, False])
    given = {
        "squash": squash,
        "loss": loss,
        "dear": "low" if low else "high",
        "wrong_side": "<" if low else ">",
        "factor": rng.choice([2, 3, 4]),
        "mean": mean,
        "many": rng.choice([2, 3]),
        "inside": number % 2 == 0,
        "kappa": rng.choice([0.5, 0.6, 0.8, 1.5, 2.0]),
        "mirror": mirror,
        "sign": sign,
        "rate": (0.3 if loss == "uneven" else 1.0) / (1 if mean else 64),
        "hidden_seed": rng.randrange(10**6),
    }
    given |= by_hand(rng, squash) | deep(given["inside"], given["kappa"]) | shared(mirror, sign)
    return given | {"squash_at": np.round(SQUASHES[squash](np.array([1.0, -3.0])), 12).tolist()}


def by_hand(rng: Random, squash: str) -> dict[str, Any]:
    """A net of one hidden unit whose net input has a short output."""
    a = NICE[squash] * rng.choice([-1, 1])
    x, w = rng.choice([2.0, -2.0, 3.0, -3.0]), rng.choice([0.5, -0.5, 1.5, -1.5])
    v, b_y = rng.choice([2.0, -2.0, 4.0, -4.0]), rng.choice([0.5, -0.5, 1.5, -1.5])
    error = rng.choice([0.75, -0.75])
    h = float(SQUASHES[squash](a))
    return {
        "hand_x": x,
        "hand_w": w,
        "hand_b": a - w * x,
        "hand_v": v,
        "hand_b_y": b_y,
        "hand_d": round(v * h + b_y - error, 10),
    }


def deep(inside: bool, kappa: float) -> dict[str, Any]:
    """What reaches the lower biases in the visible check of the skip connection: right, and by one path only."""
    d_h2 = np.array([1.0, 2.0])
    d_a2 = d_h2 * np.array([0.5, 0.25])
    through = np.array([[1.0, 0.0], [2.0, 1.0]]).T @ d_a2
    past = kappa * (d_a2 if inside else d_h2)
    other = kappa * (d_h2 if inside else d_a2)
    slopes = np.array([0.5, 0.5])
    return {
        "deep_right": (slopes * (through + past)).tolist(),
        "deep_through": (slopes * through).tolist(),
        "deep_past": (slopes * past).tolist(),
        "deep_place": (slopes * (through + other)).tolist(),
    }


def shared(mirror: bool, sign: int) -> dict[str, Any]:
    """The weights that (1, 2, 3) stands for, and what is collected from the gradient (1, 10, 100, 2, 20, 200)."""
    q, first, second = np.array([1, 2, 3]), np.array([1, 10, 100]), np.array([2, 20, 200])
    back = slice(None, None, -1) if mirror else slice(None)
    return {
        "spread_of": [*q.tolist(), *(sign * q[back]).tolist()],
        "collect_of": (first + sign * second[back]).tolist(),
        "collect_minus": (first - sign * second[back]).tolist(),
    }
