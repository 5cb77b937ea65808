"""The training of chapter 05 is the experiment's, and what it says is what it draws."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import experiments, trainings
from lstm_lab.chapters.ch05.figures.elman_xor import LEVELS, level, second_half
from lstm_lab.chapters.ch05.figures.xor_learnt import BACK, xor_training


def drawn(figure, panel):
    """The curves of a panel, in their order."""
    axis = {"above": None, "below": "x2"}[panel]
    return [
        (list(t.x), list(t.y)) for t in figure.data if (t.xaxis if t.xaxis != "x" else None) == axis
    ]


@pytest.mark.parametrize(
    ("back", "beside", "units", "seed"),
    [("0 (copy)", "all (full BPTT)", 4, 0), ("1", "0 (copy)", 8, 3)],
)
def test_with_the_settings_of_a_recorded_trial_it_is_that_trial(back, beside, units, seed):
    figure = trainings.show("xor-in-time").last(
        steps_back=back, beside=beside, hidden_units=units, updates=300, seed=seed
    )
    record = experiments.load("xor_in_time")
    place = record["settings"]["checkpoints"].index(300)
    for name, (_, errors) in zip((back, beside), drawn(figure, "above"), strict=True):
        (trial,) = (
            trial
            for trial in record["trials"]
            if (trial["hidden_size"], trial["steps_back"], trial["seed"])
            == (units, BACK[name], seed)
        )
        assert np.round(errors, 4).tolist() == trial["errors"][place]


def test_the_first_settings_show_one_with_the_rule_and_one_with_rule_and_clock():
    said = trainings.show("xor-in-time").last().layout.meta["summary"]
    assert re.findall(r"nearest to ([a-z ]+)", said) == ["the rule", "rule and clock"]


@settings(deadline=None, max_examples=6)
@given(
    st.sampled_from(sorted(BACK)),
    st.sampled_from(sorted(BACK)),
    st.integers(1, 6),
    st.sampled_from([1e-6, 0.01, 1.0]),
    st.integers(1, 30),
)
def test_every_run_goes_from_0_to_1_and_says_what_it_draws(back, beside, units, rate, updates):
    if back == beside:
        with pytest.raises(ValueError, match="beside must be another than steps_back"):
            xor_training(back, beside)
        return
    steps = list(xor_training(back, beside, units, rate, updates))
    shares = [step.share for step in steps]
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(set(shares))
    for step in (steps[0], steps[-1]):
        said = step.figure.layout.meta["summary"]
        squares = [y[-1] for _, y in drawn(step.figure, "below")]
        assert re.findall(r"over all bits (\d\.\d{3}), nearest to ([a-z ]+)", said) == [
            (f"{square:.3f}", level(square)) for square in squares
        ]
        for square, (_, errors) in zip(squares, drawn(step.figure, "above"), strict=True):
            assert square == pytest.approx(np.mean(second_half(np.array(errors)) ** 2))
    assert LEVELS[level(0.0)] == min(LEVELS.values())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"steps_back": "3"}, "steps_back must be one of"),
        ({"beside": 1}, "beside must be one of"),
        ({"hidden_units": 33}, "hidden_units must be an integer from 1 to 32, got 33"),
        ({"learning_rate": 1.5}, "learning_rate must be"),
        ({"updates": 0}, "updates must be an integer from 1 to 5000, got 0"),
        ({"seed": 0.5}, "seed must be an integer"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_trained(given, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        trainings.show("xor-in-time").run(**given)
