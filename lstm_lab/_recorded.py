"""Where the recorded results of long runs are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_SHIPPED = Path(__file__).resolve().parent / "results"  # put there by setup.py
RESULTS = _SHIPPED if _SHIPPED.is_dir() else _SHIPPED.parents[1] / "results"
