"""The explorers of chapter 02, 1969: XOR and the quiet."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.explore import Explorer

EXPLORERS: dict[str, Callable[[], Explorer]] = {}
