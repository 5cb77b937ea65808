"""Rates and scales for the digits: what ships, that the held-out digits are not touched, and what is claimed."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.experiments import digit_rates, digits

SMALL = replace(
    digit_rates.RateSettings(), epochs=1, rates=(0.003,), input_scales=(0.3,), kept_back=1200
)


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result = experiments.load("digit_rates")
    assert result["settings"] == json.loads(json.dumps(asdict(digit_rates.RateSettings())))
    keys = {(t["kind"], t["rate"], t["input_scale"], t["seed"]) for t in result["trials"]}
    assert len(keys) == len(result["trials"]) == 4 * 3 * 2


def test_no_held_out_digit_is_seen(monkeypatch):
    """Judged by digits kept back from the learning set: the held-out pixels may as well not be there."""
    learn, held_out = digits.digits(500)
    blank = (np.full_like(held_out[0], np.nan), held_out[1])
    key = ("tanh RNN, orthogonal", 0.003, 0.3, 0)
    before = digit_rates.rate_trial(SMALL, key)
    monkeypatch.setattr(digit_rates, "digits", lambda test_digits: (learn, blank))
    assert digit_rates.rate_trial(SMALL, key) == before
    assert 0 <= before["accuracy"] <= 1


def test_the_best_setting_is_that_of_the_highest_mean():
    def made(rate, accuracy, seed):
        return {"kind": "a", "rate": rate, "input_scale": 1.0, "seed": seed, "accuracy": accuracy}

    trials = [made(0.1, 0.9, 0), made(0.1, 0.1, 1), made(0.2, 0.6, 0), made(0.2, 0.6, 1)]
    assert digit_rates.best(trials, "a") == (0.2, 1.0)


def test_a_training_that_overflows_is_a_guess(monkeypatch):
    def overflows(*_args, **_options):
        raise FloatingPointError

    monkeypatch.setattr(digit_rates, "train", overflows)
    trial = digit_rates.rate_trial(SMALL, ("ReLU RNN, identity, 64 units", 0.003, 0.3, 0))
    assert trial["accuracy"] == pytest.approx(0.1)


def test_an_orthogonal_start_reads_more_than_the_lstm_so_early():
    """The claim of chapter 09."""
    trials = experiments.load("digit_rates")["trials"]
    reads = {
        kind: max(t["accuracy"] for t in trials if t["kind"] == kind)
        for kind in digit_rates.RateSettings().kinds
    }
    assert reads["tanh RNN, orthogonal"] > reads["LSTM, forget bias 1"]
    assert reads["tanh RNN, orthogonal, 64 units"] > reads["LSTM, forget bias 1"]
    assert reads["ReLU RNN, identity, 64 units"] < reads["LSTM, forget bias 1"]
