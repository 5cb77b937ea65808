"""The training of chapter 07 is the experiment's, and what it says is what it draws."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import experiments, trainings
from lstm_lab.chapters.ch07.figures.gates_learnt import GATES, SETTINGS, store_and_tell_training

SHARES = re.compile(
    r"([a-z ]+): (\d+) % of fresh sequences are right at every step; when asked, the sign is right in (\d+) % and the "
    r"value within 0\.5 in (\d+) %"
)


@pytest.mark.parametrize(
    ("gates", "beside", "cells", "seed"),
    [("input gate", "output gate", 1, 3), ("no gates", "input gate", 2, 0)],
)
def test_with_the_settings_of_a_recorded_trial_it_is_that_trial(gates, beside, cells, seed):
    updates = SETTINGS.gate_updates
    figure = trainings.show("store-and-tell").last(
        gates=gates, beside=beside, cells=cells, updates=updates, seed=seed
    )
    for name, *shares in SHARES.findall(figure.layout.meta["summary"]):
        (trial,) = (
            trial
            for trial in experiments.load("carousel")["trials"]
            if (trial["experiment"], trial["seed"]) == ("gates", seed)
            and (trial["cells"], trial["gates"]) == (cells, name.strip())
        )
        assert trial["updates"] is None  # it was not stopped before
        wanted = [trial[key] for key in ("right", "sign", "told")]
        assert shares == [f"{100 * share:.0f}" for share in wanted]


def test_the_first_settings_show_one_that_whispers_and_one_that_tells():
    said = trainings.show("store-and-tell").last().layout.meta["summary"]
    (_, right, sign, told), (_, *both) = SHARES.findall(said)
    assert int(sign) > 90 > 10 > max(int(right), int(told))
    assert min(map(int, both)) > 98


@settings(deadline=None, max_examples=6)
@given(
    st.sampled_from(GATES),
    st.sampled_from(GATES),
    st.integers(1, 4),
    st.integers(6, 20),
    st.sampled_from([1e-6, 0.01, 1.0]),
    st.integers(1, 50),
)
def test_every_run_goes_from_0_to_1_and_says_what_it_draws(
    gates, beside, cells, length, rate, updates
):
    if gates == beside:
        with pytest.raises(ValueError, match="beside must be another than gates"):
            store_and_tell_training(gates, beside)
        return
    steps = list(store_and_tell_training(gates, beside, cells, length, rate, updates))
    shares = [step.share for step in steps]
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(set(shares))
    last = steps[-1].figure
    curves = {trace.name: trace.y[-1] for trace in last.data if trace.name in GATES}
    said = {name.strip(): right for name, right, *_ in SHARES.findall(last.layout.meta["summary"])}
    assert said == {name: f"{value:.0f}" for name, value in curves.items()}
    (wanted,) = (trace for trace in last.data if trace.name == "wanted")
    assert sum(value != 0 for value in wanted.y) == 1
    asked = next(step for step, value in zip(wanted.x, wanted.y, strict=True) if value)
    assert f"asks for it at step {asked}." in last.layout.meta["summary"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"gates": "forget gate"}, "gates must be one of"),
        ({"cells": 17}, "cells must be an integer from 1 to 16, got 17"),
        ({"length": 5}, "length must be an integer from 6 to 100, got 5"),
        ({"learning_rate": 0}, "learning_rate must be"),
        ({"updates": 5001}, "updates must be an integer from 1 to 5000, got 5001"),
        ({"seed": True}, "seed must be an integer"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_trained(given, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        trainings.show("store-and-tell").run(**given)
