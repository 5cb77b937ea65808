"""Starts and success: what ships, that it comes out again, and the claims that rest on it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch06.experiments import starts as experiment
from lstm_lab.chapters.ch06.figures import starts


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result, settings = experiments.load("starts"), experiment.StartSettings()
    assert result["settings"] == json.loads(json.dumps(asdict(settings)))
    keys = {(t["kind"], t["value"], t["noise"], t["seed"]) for t in result["trials"]}
    assert len(keys) == len(result["trials"]) == 6 * 2 * settings.seeds


@pytest.mark.parametrize(("place", "noise", "seed"), [(2, 0.2, 0), (4, 1.0, 7), (5, 0.2, 3)])
def test_a_recorded_trial_comes_out_again(place, noise, seed):
    settings = experiment.StartSettings()
    again = experiment.start_trial(settings, (0, place, noise, seed))
    recorded = next(
        t
        for t in experiments.load("starts")["trials"]
        if (t["value"], t["noise"], t["seed"]) == (settings.kinds[0][4][place], noise, seed)
    )
    assert again["updates"] == recorded["updates"]
    assert again["gradient"] == pytest.approx(recorded["gradient"], abs=0.01)


def test_a_small_run_is_written_whole(tmp_path):
    kind = ("tanh RNN", "tanh RNN", {}, "recurrent_scale", (1.5,))
    small = replace(experiment.StartSettings(), kinds=(kind,), noises=(0.2,), seeds=2, lag=4)
    assert experiment.run(tmp_path, jobs=1, settings=small).startswith("starts: ")
    assert len(json.loads((tmp_path / "starts.json").read_text())["trials"]) == 2


def made(gradient, learns, value=1.0):
    return {"gradient": gradient, "updates": 25 if learns else None, "value": value}


def test_the_share_of_pairs_is_one_half_of_a_tie_and_none_without_pairs():
    share = starts.chance_that_more_means_learning
    assert share([made(-1, True), made(-2, False)]) == 1
    assert share([made(-2, True), made(-1, False)]) == 0
    assert share([made(None, True), made(None, False)]) == 0.5
    assert np.isnan(share([made(-1, True), made(-2, True)]))
    assert np.isnan(share([made(-1, True, 1.0), made(-2, False, 2.0)], alike="value"))


def test_between_starts_the_gradient_tells_and_within_one_it_hardly_does():
    for noise in (0.2, 1.0):
        some = starts.trials("tanh RNN", noise)
        assert starts.chance_that_more_means_learning(some) > 0.9
        assert starts.chance_that_more_means_learning(some, alike="value") < 0.75


@pytest.mark.parametrize("noise", [0.2, 1.0])
def test_every_network_is_drawn_once(noise):
    figure = starts.start_and_success(noise)
    drawn = sum(len(trace.x) for trace in figure.data)
    some = starts.trials("tanh RNN", noise)
    assert drawn == len(some) == 60
    solved = sum(t["updates"] is not None for t in some)
    assert f"{solved} of 60 networks learn" in figure.layout.meta["summary"]
