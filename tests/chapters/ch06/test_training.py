"""The training that a reader starts is the experiment's, and what its figure says is what it holds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import experiments, trainings
from lstm_lab.chapters.ch06.figures.training import (
    CELLS,
    SETTINGS,
    latch_training,
    latch_watched,
)
from lstm_lab.training import SGD, Adam
from lstm_lab.training.watched import Snapshot, side_by_side


def recorded(cell, optimiser, noise, lag, seed):
    """The recorded trial with these settings."""
    wanted = (cell, optimiser, noise, lag, seed)
    (trial,) = (
        trial
        for trial in experiments.load("latch")["trials"]
        if (trial["cell"], trial["optimiser"], trial["noise"], trial["lag"], trial["seed"])
        == wanted
    )
    return trial


@pytest.mark.parametrize(
    "trial",
    [
        ("tanh RNN", "SGD", 0.2, 40, 1),
        ("LSTM 1997", "SGD", 1.0, 40, 0),
        ("LSTM 1997", "Adam", 1.0, 40, 1),
    ],
    ids=str,
)
def test_a_training_with_the_settings_of_a_recorded_trial_is_that_trial(trial):
    cell, optimiser, noise, lag, seed = trial
    found = recorded(*trial)
    kind = {"SGD": SGD, "Adam": Adam}[optimiser](SETTINGS.optimisers[optimiser])
    every, lags = SETTINGS.check_every, range(0, lag + 1, 4)
    looks = list(latch_watched(cell, lag, noise, kind, found["updates"], seed, every, lags))
    assert [None if np.isneginf(v) else round(float(v), 3) for v in looks[0].profile] == found[
        "before"
    ]
    assert [None if np.isneginf(v) else round(float(v), 3) for v in looks[-1].profile] == found[
        "after"
    ]
    assert looks[-1].update == found["updates"]
    assert len(looks[-1].losses) == every


def test_the_first_settings_show_one_cell_that_fails_and_one_that_learns():
    figure = trainings.show("latch").last()
    shares = [float(n) for n in re.findall(r"(\d+) % right", figure.layout.meta["summary"])]
    assert shares[0] < 65
    assert shares[1] > 98
    drawn = [trace.y[-1] for trace in figure.data if trace.yaxis == "y2"]
    assert [round(share) for share in drawn] == shares


@settings(deadline=None, max_examples=8)
@given(st.integers(1, 12), st.floats(0, 2), st.integers(0, 50), st.integers(1, 7))
def test_every_run_goes_from_0_to_1_and_every_figure_has_the_same_traces(lag, noise, seed, updates):
    steps = list(latch_training(lag=lag, noise=noise, seed=seed, updates=updates))
    shares = [step.share for step in steps]
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)
    assert len({len(step.figure.data) for step in steps}) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"lag": 0}, "lag must be an integer from 1 to 200, got 0"),
        ({"lag": "forty"}, "lag must be an integer from 1 to 200, got 'forty'"),
        ({"noise": -1.0}, "noise must be a finite number from 0 to 5, got -1.0"),
        ({"updates": 10**9}, "updates must be an integer from 1 to 2000, got 1000000000"),
        ({"beside": "tanh RNN"}, "beside must be another cell than cell, got 'tanh RNN' twice"),
        ({"cell": "GRU"}, "cell must be one of 'tanh RNN'"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_words_before_anything_is(given, words):
    with pytest.raises((TypeError, ValueError)) as refused:
        latch_training(**given)
    assert str(refused.value).startswith(words)


def test_a_cell_that_breaks_ends_in_words_and_the_other_goes_on():
    *_, step = latch_training(
        cell="tanh RNN", beside="LSTM 1997", lag=5, learning_rate=10.0, updates=40, noise=5.0
    )
    assert step.share == 1
    ended = Snapshot(3, (), 0.5, np.zeros(2), "the loss is nan")
    seen = list(side_by_side({"a": lambda: iter([ended]), "b": lambda: iter([ended] * 3)}))
    assert len(seen) == 3
    assert [len(seen[-1][name]) for name in ("a", "b")] == [1, 3]


def test_cells_are_those_of_the_experiment():
    assert set(CELLS) == {trial["cell"] for trial in experiments.load("latch")["trials"]}
