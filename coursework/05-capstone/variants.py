"""The values of one term for the assignment "capstone": a row, a decision, and the rules of the report."""

from __future__ import annotations

from random import Random
from statistics import NormalDist
from typing import Any

ROWS = {
    "6a": {"title": "temporal order", "sequences": 31_390, "section": "5.6", "cap": 60_000},
    "3a-1": {"title": "two classes, T = 100", "sequences": 39_850, "section": "5.3", "cap": 90_000},
}
CHANGES = [
    ("6a", "output_slope", True, False),
    ("6a", "swapped_ranges", False, True),
    ("6a", "full_square", False, True),
    ("6a", "shortcuts", False, True),
    ("3a-1", "output_slope", True, False),
    ("3a-1", "swapped_ranges", False, True),
    ("3a-1", "biases", "table 10", "all"),
    ("3a-1", "full_square", False, True),
]
MEANING = {
    "output_slope": "whether the error of an output has the factor f'(net)",
    "swapped_ranges": "which of g and h has the range [-2, 2]",
    "full_square": "whether the whole squared error is descended, or half of it",
    "shortcuts": "whether the inputs feed the outputs directly too",
    "biases": "which units have a bias",
}


def values(rng: Random, number: int) -> dict[str, Any]:
    row, name, default, changed = rng.choice(CHANGES)
    level = [80, 95, 90, 99][number % 4]
    part, words = [(0.25, "a quarter"), (0.5, "half"), (0.75, "three quarters")][number % 3]
    solved = number % 2 == 0
    near = rng.choice([1.2, 1.3, 1.6, 1.8, 2.0])
    far = rng.choice([3.0, 4.0, 6.0])
    slack = rng.choice([5, 15, 20, 25])
    return {
        "row": row,
        "row_title": ROWS[row]["title"],
        "row_section": ROWS[row]["section"],
        "paper": ROWS[row]["sequences"],
        "cap": ROWS[row]["cap"],
        "decision": name,
        "meaning": MEANING[name],
        "default": default,
        "changed": changed,
        "level": level,
        "z": round(NormalDist().inv_cdf(0.5 + level / 200), 6),
        "part": part,
        "part_words": words,
        "solved": solved,
        "near": near,
        "far": far,
        "slack": slack,
        "hidden_seed": rng.randrange(10**6),
    }
