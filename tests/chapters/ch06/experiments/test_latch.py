import json
from dataclasses import replace

import numpy as np
import pytest

from lstm_lab import results
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch06.experiments import latch

SMALL = latch.LatchSettings(
    cells=(("tanh RNN", "tanh RNN", {}),),
    lags=(2, 4),
    noises=(0.2,),
    seeds=2,
    hidden_size=4,
    batch=4,
    updates=50,
    profile_lag=4,
)


def test_a_run_writes_a_whole_file_and_no_leftovers(tmp_path):
    said = latch.run(tmp_path, jobs=1, settings=SMALL)
    assert [file.name for file in tmp_path.iterdir()] == ["latch.json"]
    result = json.loads((tmp_path / "latch.json").read_text())
    assert len(result["trials"]) == 2 * 2 * 2
    solved = sum(trial["updates"] is not None for trial in result["trials"])
    assert said.startswith(f"latch: {solved} of 8")
    assert result["settings"]["hidden_size"] == 4


def test_a_stopped_run_goes_on_and_repeats_nothing(tmp_path, monkeypatch):
    latch.run(tmp_path, jobs=1, settings=SMALL)
    whole = (tmp_path / "latch.json").read_text()
    (tmp_path / "latch.json").unlink()
    calls = []
    trial = latch.latch_trial

    def stops_in_the_fourth(settings, key):
        calls.append(key)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return trial(settings, key)

    monkeypatch.setattr(latch, "latch_trial", stops_in_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        latch.run(tmp_path, jobs=1, settings=SMALL)
    assert not (tmp_path / "latch.json").exists()
    journal = tmp_path / "latch.journal"
    journal.write_text(journal.read_text() + '[[0, "SGD", 0.2')  # a torn last line
    latch.run(tmp_path, jobs=1, settings=SMALL)
    assert (tmp_path / "latch.json").read_text() == whole
    assert len(calls) == 4 + 8 - 3
    assert not journal.exists()


def test_a_journal_of_other_settings_is_refused(tmp_path):
    (tmp_path / "latch.journal").write_text('{"seeds": 3}\n')
    with pytest.raises(ValueError, match=r"latch\.journal was made with other settings"):
        latch.run(tmp_path, jobs=1, settings=SMALL)


def test_the_optimiser_is_named_when_unknown():
    with pytest.raises(ValueError, match="optimiser must be one of"):
        latch.latch_trial(replace(SMALL, optimisers={"RMS": 0.1}), (0, "RMS", 0.2, 2, 0))


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result = experiments.load("latch")
    default = latch.LatchSettings()
    settings = json.loads(json.dumps(result["settings"]))
    assert settings["lags"] == list(default.lags)
    assert settings["optimisers"] == default.optimisers
    trials = result["trials"]
    kinds = {(t["cell"], t["optimiser"], t["noise"], t["lag"], t["seed"]) for t in trials}
    assert len(kinds) == len(trials) == 5 * 2 * 2 * len(default.lags) * default.seeds


@pytest.mark.parametrize(
    "key", [(0, "SGD", 0.2, 5, 0), (3, "Adam", 0.2, 2, 1), (2, "SGD", 0.2, 10, 2)]
)
def test_a_recorded_trial_comes_out_again(key):
    result = experiments.load("latch")
    settings = latch.LatchSettings()
    cell = settings.cells[key[0]][0]
    recorded = next(
        trial
        for trial in result["trials"]
        if (trial["cell"], trial["optimiser"], trial["noise"], trial["lag"], trial["seed"])
        == (cell, *key[1:])
    )
    again = latch.latch_trial(settings, key)
    assert again["updates"] == recorded["updates"]
    assert again["right"] == pytest.approx(recorded["right"], abs=0.02)


def test_profiles_start_at_one():
    profiled = [trial for trial in experiments.load("latch")["trials"] if "before" in trial]
    assert profiled
    for trial in profiled:
        assert trial["before"][0] == trial["after"][0] == 0
        assert len(trial["before"]) == len(trial["after"]) == 11
        assert np.isfinite([value for value in trial["before"] if value is not None]).all()


def test_a_result_that_is_not_there_names_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    experiments.load.cache_clear()
    with pytest.raises(FileNotFoundError, match="lstm-lab measure latch"):
        experiments.load("latch")
    with pytest.raises(ValueError, match="name must be one of"):
        experiments.load("nothing")
    experiments.load.cache_clear()
