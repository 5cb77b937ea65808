"""The explorers of chapter 03, 1986: hidden units."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.explore import Explorer

EXPLORERS: dict[str, Callable[[], Explorer]] = {}
