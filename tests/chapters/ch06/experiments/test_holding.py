"""How the cell of 1997 holds its bit: what ships, and that it comes out again."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch06.experiments import holding

SMALL = replace(holding.HoldingSettings(), seeds=1, noises=(0.2,), updates=25, lag=5, shown=(3, 5))


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result = experiments.load("holding")
    assert result["settings"] == json.loads(json.dumps(asdict(holding.HoldingSettings())))
    keys = {(t["variant"], t["noise"], t["seed"]) for t in result["trials"]}
    assert len(keys) == len(result["trials"]) == 3 * 2 * 10


@pytest.mark.parametrize("key", [("whole cell", 0.2, 0), (holding.GATES_HELD, 0.2, 3)])
def test_a_recorded_trial_comes_out_again(key):
    recorded = next(
        t
        for t in experiments.load("holding")["trials"]
        if (t["variant"], t["noise"], t["seed"]) == key
    )
    again = holding.holding_trial(holding.HoldingSettings(), key)
    assert again["updates"] == recorded["updates"]
    np.testing.assert_allclose(again["apart"], recorded["apart"], rtol=0.05)


def test_gates_that_are_held_stay_at_one_half_through_training(tmp_path):
    trial = holding.holding_trial(SMALL, (holding.GATES_HELD, 0.2, 0))
    assert trial["gate_at_sign"] == trial["gate_after"] == 0.5
    assert holding.run(tmp_path, jobs=1, settings=SMALL).startswith("holding: ")


def test_without_feedback_noise_adds_up_and_the_gate_does_not_shut_it_out():
    """The claims of chapter 06, from the record."""
    trials = experiments.load("holding")["trials"]
    noisy = {
        variant: [t for t in trials if (t["variant"], t["noise"]) == (variant, 1.0)]
        for variant in holding.HoldingSettings().variants
    }
    solved = {v: sum(t["updates"] is not None for t in some) for v, some in noisy.items()}
    assert solved["whole cell"] == solved[holding.GATES_HELD] == 10
    assert solved[holding.NO_FEEDBACK] == 0
    for trial in noisy[holding.NO_FEEDBACK]:
        assert trial["apart"][-1] < trial["apart"][0]
