"""The explorers of chapter 01, 1958: a machine that learns."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.explore import Explorer

EXPLORERS: dict[str, Callable[[], Explorer]] = {}
