"""What is on record is what the code writes: the beginning of each recorded run is run again."""

import numpy as np
import pytest

from lstm_lab.paper1997.engine.layout import LANES
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import records, trial_group
from lstm_lab.paper1997.runner.records import RESULTS
from lstm_lab.paper1997.runner.trial import start

ON_RECORD = sorted([*RESULTS.glob("*.json"), *RESULTS.glob("variants/*.json")])


def first_point(curve, width):
    """Error and share of wrong sequences over the first `width` sequences of a learning curve."""
    part = [point for point in curve if point[0] <= width]
    assert part[-1][0] == width
    return np.mean([point[1:] for point in part], axis=0)


def quickest_to_replay(record):
    """The trials whose recorded curve has its first point earliest."""
    width = min(one.curve[0][0] for one in record.trials.values())
    return width, [one for one in record.trials.values() if one.curve[0][0] == width][:LANES]


def test_every_row_that_is_in_the_tables_folder_is_found():
    assert {"1-1", "2c-1", "4-1", "6a"} <= {file.stem for file in ON_RECORD}


@pytest.mark.parametrize("file", ON_RECORD, ids=lambda file: file.stem)
def test_the_beginning_of_a_recorded_run_comes_out_again(file):
    record = records.read(file)
    row = open_decisions.decided(spec.ROWS[record.row], record.decisions)
    width, known = quickest_to_replay(record)
    replayed = [start(row, record.decisions, record.seed, one.number, record.cap) for one in known]
    group = trial_group.Group(replayed)
    while group.live and max(trial.sequences for trial in replayed) < width:
        group.step()
    for one, again in zip(known, group.close(), strict=True):
        there = first_point(again.curve, width)
        assert there == pytest.approx(one.curve[0][1:], rel=1e-3), one.number
