"""Rows of the paper of 1997, and decisions on what it leaves open, as Hypothesis strategies."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from hypothesis import strategies as st

from lstm_lab.paper1997.published import open_decisions, schema, spec
from lstm_lab.paper1997.runner import records
from lstm_lab.paper1997.runner.trial import Reached

counts = st.integers(0, 10**9)
shares = st.floats(0, 1)
points = st.lists(st.tuples(counts, shares, shares), max_size=5)
rows = st.sampled_from(list(spec.ROWS.values()))
inits = st.just(0.0) | st.floats(open_decisions.LEAST_INIT, open_decisions.MOST_INIT)


@st.composite
def decisions(draw: st.DrawFn) -> open_decisions.Decisions:
    """Any decisions that go together."""
    chosen: dict[str, Any] = {
        name: draw(st.sampled_from(words)) for name, words in open_decisions.CHOICES.items()
    }
    if chosen["error_paths"] != "truncated":
        chosen["update"] = "sequence"
    chosen["hidden_units"] = draw(st.integers(0, 4))
    for one in fields(open_decisions.Decisions):
        of_units = one.name.startswith("hidden_units_")
        if isinstance(one.default, bool) and (chosen["hidden_units"] or not of_units):
            chosen[one.name] = draw(st.booleans())
    chosen["start_activation"] = draw(st.floats(0, 1))
    chosen["average_window"] = draw(st.integers(1, 10**6))
    chosen["check_every"] = draw(st.integers(1, open_decisions.OFTEN))
    return open_decisions.Decisions(**chosen, init=draw(inits))


@st.composite
def rows_and_decisions(
    draw: st.DrawFn, of: st.SearchStrategy[schema.Row] = rows
) -> tuple[schema.Row, open_decisions.Decisions]:
    """A row, and decisions that go with it: shortcuts are for symbols."""
    row, chosen = draw(of), draw(decisions())
    return row, replace(chosen, shortcuts=chosen.shortcuts and not row.net.dense_inputs)


@st.composite
def some_records(draw: st.DrawFn) -> records.Record:
    """A record of a few trials of any row under any decisions."""
    row, chosen = draw(rows_and_decisions())
    if draw(st.booleans()):
        chosen = open_decisions.Decisions()
    trials = {}
    for number in draw(st.sets(st.integers(0, 30), max_size=4)):
        met = tuple(
            Reached(stage.name, draw(counts), draw(st.none() | st.integers(0, 2560)), draw(shares))
            for stage in row.stages[: draw(st.integers(0, len(row.stages)))]
        )
        trials[number] = records.TrialRecord(
            number,
            len(met) == len(row.stages),
            draw(counts),
            met,
            draw(st.floats(0, 1e6)),
            tuple(draw(points)),
        )
    cap, wanted = draw(st.integers(1, 10**7)), draw(st.integers(1, 30))
    return records.Record(row.name, chosen, draw(st.integers(0, 2**32)), cap, wanted, trials)
