"""The abuse with a bias in the output layer: what ships, that it comes out again, and the claim."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch07.experiments import constant


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result, settings = experiments.load("constant"), constant.ConstantSettings()
    assert result["settings"] == json.loads(json.dumps(asdict(settings)))
    keys = {(t["output_bias"], t["rate"], t["seed"]) for t in result["trials"]}
    assert len(keys) == len(result["trials"]) == 2 * settings.seeds


@pytest.mark.parametrize(("output_bias", "seed"), [(False, 5), (True, 5)])
def test_a_recorded_trial_comes_out_again(output_bias, seed):
    again = constant.constant_trial(constant.ConstantSettings(), (output_bias, 0.01, seed))
    assert again in experiments.load("constant")["trials"]


def test_a_small_run_is_written_whole(tmp_path):
    small = replace(constant.ConstantSettings(), seeds=1, updates=25)
    assert constant.run(tmp_path, jobs=1, settings=small).startswith("constant: ")
    assert len(json.loads((tmp_path / "constant.json").read_text())["trials"]) == 2


def test_with_a_place_for_the_constant_the_networks_get_out():
    """The claim of chapter 07; without one it is also what `carousel` found."""

    def solved(some):
        return sum(t["updates"] is not None for t in some)

    trials = experiments.load("constant")["trials"]
    assert solved([t for t in trials if t["output_bias"]]) >= 9
    assert solved([t for t in trials if not t["output_bias"]]) <= 4
    recorded = [
        t
        for t in experiments.load("carousel")["trials"]
        if t["experiment"] == "abuse" and t["biases"] == "0" and t["rate"] == 0.01
    ]
    assert solved(recorded) <= 4
