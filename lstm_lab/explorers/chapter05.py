"""The explorers of chapter 05, 1986-1990: a network with a memory."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.explore import Explorer

EXPLORERS: dict[str, Callable[[], Explorer]] = {}
