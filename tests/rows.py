"""Rows of the paper of 1997, and decisions on what it leaves open, as Hypothesis strategies."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lstm_lab.paper1997 import choices, spec

rows = st.sampled_from(list(spec.ROWS.values()))


@st.composite
def decisions(draw: st.DrawFn) -> choices.Decisions:
    """Any decisions that go together."""
    chosen: dict[str, Any] = {
        name: draw(st.sampled_from(words)) for name, words in choices.CHOICES.items()
    }
    if chosen["error_paths"] != "truncated":
        chosen["update"] = "sequence"
    for name in ("output_slope", "shortcuts", "swapped_ranges", "full_square"):
        chosen[name] = draw(st.booleans())
    for name in ("average_window", "check_every"):
        chosen[name] = draw(st.integers(1, 10**6))
    return choices.Decisions(**chosen, init=draw(st.floats(0, 10)))
