"""The decoder of `assets/explore-decode.js`, told again in Python: what a packed explorer holds."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np

from lstm_lab.interact.pack import MISSING


def unpack(text: str) -> dict[str, Any]:
    """What an explorer's block holds: keys, template and leaves, each with its values and the place of each state's."""
    block = zlib.decompress(base64.b64decode(text))
    end = 4 + int.from_bytes(block[:4], "little")
    packed: dict[str, Any] = json.loads(block[4:end])
    for leaf in packed["leaves"]:
        if "shapes" in leaf:
            leaf["values"], end = _values(leaf, block, end)
        seen = 0
        for state, back in enumerate(leaf["index"]):
            leaf["index"][state] = seen - back
            seen += back == 0
    return packed


def _values(leaf: dict[str, Any], block: bytes, start: int) -> tuple[list[Any], int]:
    sizes = [int(np.prod(shape)) if shape else 0 for shape in leaf["shapes"]]
    count = sum(sizes)
    low, high = np.frombuffer(block, np.uint8, 2 * count, start).reshape(2, count).astype(int)
    folded = low + 256 * high
    levels = np.zeros(count, int)
    for place, step in enumerate((folded >> 1) ^ -(folded & 1)):
        before = 0 if place < leaf["lag"] else levels[place - leaf["lag"]]
        levels[place] = (before + step) % 65536
    numbers = np.where(levels == MISSING, np.nan, leaf["low"] + leaf["step"] * levels)
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    shaped = [
        part.reshape(shape) if shape else None
        for part, shape in zip(parts, leaf["shapes"], strict=True)
    ]
    return shaped, start + 2 * count
