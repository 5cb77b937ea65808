"""What is written of a row and of a trial on its way is what is read."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rows import counts, decisions, points, rows, rows_and_decisions, shares, some_records

from lstm_lab.paper1997.published.open_decisions import Decisions, decided
from lstm_lab.paper1997.runner import records
from lstm_lab.paper1997.runner.trial import start


@given(some_records())
def test_a_record_is_read_as_it_was_written(record):
    with tempfile.TemporaryDirectory() as folder:
        path = records.place(Path(folder), record.row, record.decisions)
        records.write(record, path)
        assert records.read(path) == record
        before = path.read_bytes()
        records.write(records.read(path), path)
        assert path.read_bytes() == before
        known = records.read_all(Path(folder))
    plain = not records.departures(record.decisions)
    assert known == ({record.row: record} if plain else {})


@given(rows, decisions(), decisions())
def test_other_decisions_have_another_place(row, one, other):
    places = {records.place(Path("results"), row.name, chosen) for chosen in (one, other)}
    assert len(places) == len({str(records.departures(one)), str(records.departures(other))})
    named = records.departures(one)
    assert replace(Decisions(), **named) == one
    assert all(getattr(one, name) != getattr(Decisions(), name) for name in named)


@given(rows_and_decisions(), st.integers(0, 2**32), st.integers(0, 30), st.data())
def test_a_trial_on_its_way_goes_on_where_it_was(known, seed, number, data):
    row, chosen = known

    def fresh(cap=1000):
        return start(decided(row, chosen), chosen, seed, number, cap)

    trial = fresh()
    trial.training.random(data.draw(st.integers(0, 5)))
    trial.weights.hidden[...] += data.draw(shares)
    trial.sequences, trial.seconds = data.draw(counts), data.draw(st.floats(0, 1e6))
    trial.wrong, trial.error = np.array([True, False]), np.array([0.5, data.draw(shares)])
    trial.curve, trial.latest_error = data.draw(points), data.draw(shares)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "row.npz"
        records.keep_unfinished([trial], path)
        again, another = fresh(), fresh(cap=1001)
        records.restore_unfinished({number: again}, path)
        records.restore_unfinished({number: another}, path)
    assert records.of_trial(again) == records.of_trial(trial)
    assert (again.training.random(), again.latest_error) == (
        trial.training.random(),
        trial.latest_error,
    )
    assert all(map(np.array_equal, again.weights, trial.weights))
    assert np.array_equal(again.error, trial.error)
    assert another.sequences == 0
