"""The training of chapter 09 is the ablation's, and what it says is what it draws."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import experiments, trainings
from lstm_lab.chapters.ch09.figures.stream_learnt import SETTINGS, VARIANTS, stream_training


def curves(figure):
    """The shares of the two networks, in %, and the sizes of their states."""
    above, below = (
        [trace for trace in figure.data if (trace.xaxis == "x2") == lower]
        for lower in (False, True)
    )
    return [list(trace.y) for trace in above], [[10**y for y in trace.y] for trace in below]


@pytest.mark.parametrize(
    ("variant", "beside", "seed"),
    [("no forget gate", "peepholes", 1), ("GRU, update bias 1", "coupled gates", 0)],
)
def test_with_the_settings_of_a_recorded_trial_it_is_that_trial(variant, beside, seed):
    every = SETTINGS.reber_updates // 20  # so often the record has a size, from the first update on
    figure = trainings.show("endless-stream").last(
        variant=variant, beside=beside, seed=seed, updates=1 + every
    )
    _, sizes = curves(figure)
    for name, size in zip((variant, beside), sizes, strict=True):
        (trial,) = (
            trial
            for trial in experiments.load("ablation")["trials"]
            if (trial["task"], trial["variant"], trial["seed"]) == ("continual Reber", name, seed)
        )
        assert [round(size[0], 3), round(size[-1], 3)] == trial["state"][:2]


@pytest.mark.slow
def test_the_first_settings_show_one_that_guesses_and_one_that_remembers():
    figure = trainings.show("endless-stream").last()
    (without, with_gate), (grown, kept) = curves(figure)
    assert without[-1] < 60
    assert with_gate[-1] > 90
    assert grown[-1] > 1000 > 3 > kept[-1]


@settings(deadline=None, max_examples=5)
@given(
    st.sampled_from(sorted(VARIANTS)),
    st.sampled_from(sorted(VARIANTS)),
    st.integers(1, 4),
    st.integers(10, 20),
    st.sampled_from([1e-6, 0.01, 1.0]),
    st.integers(1, 25),
)
def test_every_run_ends_and_says_what_it_draws(variant, beside, cells, segment, rate, updates):
    if variant == beside:
        with pytest.raises(ValueError, match="beside must be another than variant"):
            stream_training(variant, beside)
        return
    steps = list(stream_training(variant, beside, cells, segment, rate, updates))
    shares = [step.share for step in steps]
    assert shares[-1] == 1
    assert shares == sorted(set(shares))
    said = steps[-1].figure.layout.meta["summary"]
    assert said.startswith(f"After {updates * segment:,} of {updates * segment:,} steps")
    right, sizes = curves(steps[-1].figure)
    assert re.findall(r": (\d+) % of the letters", said) == [f"{ys[-1]:.0f}" for ys in right]
    told = [float(size.replace(",", "")) for size in re.findall(r"state is ([\d,]+\.?\d*)", said)]
    assert told == pytest.approx([ys[-1] for ys in sizes], abs=0.5, rel=0.01)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"variant": "LSTM"}, "variant must be one of"),
        ({"cells": 0}, "cells must be an integer from 1 to 32, got 0"),
        ({"segment": 9}, "segment must be an integer from 10 to 100, got 9"),
        ({"learning_rate": "fast"}, "learning_rate must be"),
        ({"updates": 2001}, "updates must be an integer from 1 to 2000, got 2001"),
        ({"seed": -1}, "seed must be an integer"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_trained(given, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        trainings.show("endless-stream").run(**given)
