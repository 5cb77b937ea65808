"""The values of one term for the assignment "lstm-cell": the two cells, and small worked cases as Python text."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np

CODE = Path(__file__).with_name("reference.py").read_text("utf-8")
FUNCTIONS = (
    "import numpy as np\n\n\n" + CODE[CODE.index("def ref_squash") :]
)  # without the example's values
NAMES = {"g": "cell input", "i": "input gate", "f": "forget gate", "o": "output gate"}
RANGES_G = [
    (-1, 2),
    (-3, 3),
    (-2, 1),
    (-1, 3),
    (-2.5, 2.5),
    (-3, 1),
    (-3, 2),
    (-2, 3),
    (-1.5, 2.5),
    (-2.5, 1.5),
]
RANGES_H = [
    (-2, 2),
    (-0.5, 0.5),
    (-1.5, 1.5),
    (-1, 0.5),
    (-3, 3),
    (-1, 2),
    (-2, 1),
    (-0.5, 1),
    (-1.5, 0.5),
    (-0.5, 1.5),
]


def values(rng: Random, number: int) -> dict[str, Any]:
    coupled = number // 2 % 2 == 0
    interleaved = number % 2 == 0
    order97 = rng.choice(["igo", "iog", "ogi", "oig", "goi"])  # gio is the library's
    order00 = rng.choice(["ogi", "oig", "goi", "iog"] if coupled else ["ofgi", "gofi", "fogi"])
    range_g, range_h = rng.choice(RANGES_G), rng.choice(RANGES_H)
    peephole = rng.choice("io" if coupled else "ifo")
    facts: dict[str, Any] = {
        "ORDER": {1997: order97, 2000: order00},
        "INTERLEAVED": interleaved,
        "RANGES": {"g": range_g, "h": range_h},
        "PEEPHOLE": peephole,
    }
    exec(FUNCTIONS, facts)
    given = {
        "coupled": coupled,
        "interleaved": interleaved,
        "order97": order97,
        "order00": order00,
        "gates00": order00.replace("g", ""),
        "order97_text": ", ".join(NAMES[name] for name in order97),
        "order00_text": ", ".join(NAMES[name] for name in order00),
        "rows00": len(order00),
        "low_g": float(range_g[0]),
        "high_g": float(range_g[1]),
        "low_h": float(range_h[0]),
        "high_h": float(range_h[1]),
        "peephole": peephole,
        "peephole_text": NAMES[peephole],
        "now": peephole == "o",
        "hidden_seed": rng.randrange(10**6),
        "reference_code": FUNCTIONS,
    }
    return given | worked(facts, rng.randrange(10**6))


def worked(facts: dict[str, Any], seed: int) -> dict[str, Any]:
    """Cases of one or two cells for the visible checks, each with what is right and what a likely mistake gives."""
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {}

    def case(
        name: str, year: int, T: int, recurrent: bool = True, peephole: bool = True
    ) -> tuple[Any, ...]:
        p, x, d_h = facts["draw"](rng, year, 1, 1, T)
        p, x, d_h = {key: plain(array) for key, array in p.items()}, plain(x), plain(d_h)
        p["U"], d_h = p["U"] * recurrent, np.where(d_h == 0, 0.5, d_h)
        if year == 2000:
            p["P"] = p["P"] * peephole
        forward = facts["ref_forward97" if year == 1997 else "ref_forward00"]
        trace = facts["seen"](forward(p, x))
        gradient = facts["ref_gradient"](forward, p, x, d_h)
        found[f"{name}_p"], found[f"{name}_x"], found[f"{name}_d"] = map(text, (p, x, d_h))
        found[f"{name}_trace"], found[f"{name}_grad"] = text(trace), text(gradient)
        return p, x, d_h, trace, gradient, forward

    case("first97", 1997, 1, recurrent=False)
    case("line97", 1997, 3, recurrent=False)
    p, x, d_h, *_, forward = case("loop97", 1997, 3)
    deaf = p["U"] * facts["ref_stack"]({"g": np.ones(1), "i": np.zeros(1), "o": np.zeros(1)}, 1997)
    found["loop97_deaf"] = text(forward(p | {"U": deaf}, x)["h"])
    found["loop97_none"] = text(forward(p | {"U": 0 * p["U"]}, x)["h"])
    found["loop97_truncated"] = text(facts["ref_truncated97"](p, x, d_h))
    case("line00", 2000, 3, recurrent=False, peephole=False)
    p, x, d_h, *_, forward = case("peep00", 2000, 3, recurrent=False)
    found["peep00_none"] = text(forward(p | {"P": 0 * p["P"]}, x)["h"])
    case("loop00", 2000, 3, peephole=False)
    return found


def plain(array: Any) -> Any:
    """Rounded to one digit, and nowhere zero."""
    rounded = np.round(array, 1)
    return np.where(rounded == 0, 0.5, rounded)


def text(value: Any) -> str:
    """A Python expression for an array or a dict of arrays."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {text(array)}' for key, array in value.items()) + "}"
    array = np.asarray(value)
    short = np.array([float(f"{number:.9g}") + 0.0 for number in array.flat])
    return f"np.array({short.reshape(array.shape).tolist()})"
