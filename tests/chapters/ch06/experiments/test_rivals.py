"""The rival starts: a small run of both tasks, and what becomes of a training that overflows."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from lstm_lab.chapters.ch06.experiments import rivals

FULL = rivals.RivalSettings()
SMALL = replace(
    FULL,
    kinds={"LSTM 2000, chrono": FULL.kinds["LSTM 2000, chrono"]},
    latch_lags=(4,),
    latch_noises=(0.2,),
    latch_seeds=1,
    adding_lengths=(22,),
    adding_updates=50,
    adding_seeds=1,
)


def test_a_small_run_is_written_whole_and_goes_on_where_it_was(tmp_path):
    assert rivals.run(tmp_path, jobs=1, settings=SMALL).startswith("rivals: ")
    whole = (tmp_path / "rivals.json").read_text()
    trials = json.loads(whole)["trials"]
    assert [t["task"] for t in trials] == ["latch", "adding"]
    assert trials[0]["updates"] is not None
    assert trials[1]["error"] > 0
    rivals.run(tmp_path, jobs=1, settings=SMALL)
    assert (tmp_path / "rivals.json").read_text() == whole


@pytest.mark.parametrize("length", [22, 60])
def test_the_lags_of_chrono_are_those_of_the_task(monkeypatch, length):
    asked = []
    monkeypatch.setattr(
        rivals, "_adding", lambda s, cell, options, *_rest: asked.append(options) or {}
    )
    rivals.rival_trial(FULL, ("adding", "LSTM 2000, chrono", 0.01, length, 0))
    rivals.rival_trial(FULL, ("adding", "LSTM 2000, forget bias 1", 0.01, length, 0))
    assert asked == [{"longest_lag": length}, {"forget_bias": 1.0}]


def test_a_training_that_overflows_is_no_success(monkeypatch):
    def overflows(*_arguments):
        raise FloatingPointError

    monkeypatch.setattr(rivals, "_latch", overflows)
    trial = rivals.rival_trial(FULL, ("latch", "ReLU RNN, identity", 1.0, 20, 0))
    assert trial["updates"] is None
    assert trial["overflow"] is True


def test_the_kinds_start_as_they_are_called():
    for kind, (cell, options) in FULL.kinds.items():
        given = {**options, **({"longest_lag": 20} if "longest_lag" in options else {})}
        model = rivals.make(cell, 1, 8, rng=np.random.default_rng(0), **given)
        if "orthogonal" in kind:
            U = model.parameters["recurrent_weights"]
            np.testing.assert_allclose(U @ U.T, np.eye(8), atol=1e-12)
        if "identity" in kind:
            np.testing.assert_array_equal(model.parameters["recurrent_weights"], np.eye(8))
