"""The fair comparison: each kind with its own best setting, on seeds of its own."""

from __future__ import annotations

import json

from lstm_lab.chapters.ch09.experiments import digit_rates, fair_digits


def test_every_kind_has_the_setting_that_was_best_for_it():
    settings = fair_digits.FairSettings()
    assert set(settings.chosen) == set(digit_rates.RateSettings().kinds)
    assert all(
        rate in digit_rates.RateSettings().rates
        and scale in digit_rates.RateSettings().input_scales
        for rate, scale in settings.chosen.values()
    )
    assert settings.first_seed > max(range(digit_rates.RateSettings().seeds))


def test_a_small_run_is_written_whole_with_the_number_of_weights(tmp_path):
    kind = "tanh RNN, orthogonal"
    small = fair_digits.FairSettings(chosen={kind: (0.003, 0.3)}, seeds=1, epochs=1)
    assert "the best reads" in fair_digits.run(tmp_path, jobs=1, settings=small)
    (trial,) = json.loads((tmp_path / "fair_digits.json").read_text())["trials"]
    assert trial["weights"] == 32 * 32 + 2 * 32
    assert len(trial["accuracy"]) == 1
    assert 0.1 < trial["accuracy"][0] < 1
