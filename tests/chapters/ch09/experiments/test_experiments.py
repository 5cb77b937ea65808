"""The measurements of chapter 09: the cells of the ablation, its tasks, and what ships."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import islice

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.experiments import ablation, digits
from lstm_lab.sequences import adding, by_length, legal_next_symbols

RNG = np.random.default_rng

# --- The tasks -------------------------------------------------------------------------------------------------------


def test_a_stream_is_made_of_whole_strings_and_cut() -> None:
    stream = ablation.reber_stream(RNG(3), 200)
    assert stream.x.shape == stream.target.shape == (200, 7)
    np.testing.assert_array_equal(stream.x[1:], stream.target[:-1])
    rest = "".join(stream.symbols)
    ends = [at + 3 for at in ablation.deciding(rest)]
    assert len(ends) > 10
    for start, end in zip([0, *ends], ends, strict=False):
        string = rest[start:end]
        assert legal_next_symbols(string).any()  # raises unless it is one whole string
        assert string[1] == string[-2]


def test_the_deciding_steps_are_followed_by_the_repeated_letter() -> None:
    symbols = ablation.reber_stream(RNG(4), 300).symbols
    for step in ablation.deciding(symbols):
        assert symbols[step] == symbols[step + 2] == "E"
        assert symbols[step + 1] in "TP"


def test_batches_hold_sequences_of_one_length_and_lose_none_of_a_length() -> None:
    batches = list(islice(by_length(adding(RNG(5), 30), 4), 10))
    lengths = {len(batch) for batch in batches}
    assert lengths <= {30, 31, 32, 33}
    assert len(lengths) > 1
    assert all(batch.x.shape[1:] == (4, 2) for batch in batches)
    first = next(one for one in adding(RNG(5), 30) if len(one) == len(batches[0]))
    np.testing.assert_array_equal(batches[0].x[:, 0], first.x)


def test_the_digits_are_split_once_and_read_row_by_row() -> None:
    (pixels, labels), (test, wanted) = digits.digits()
    assert pixels.shape == (64, 1297, 1)
    assert test.shape == (64, 500, 1)
    assert pixels.min() == 0
    assert pixels.max() == 1
    from sklearn.datasets import load_digits

    every = load_digits()
    together = np.concatenate([labels, wanted])
    np.testing.assert_array_equal(np.bincount(together), np.bincount(every.target))
    pictures = {(picture / 16).tobytes() for picture in every.images}
    assert test[:, 7, 0].reshape(8, 8).tobytes() in pictures
    for kind in range(10):
        assert (wanted == kind).sum() >= digits.DigitSettings().shown_per_class


def test_asking_at_the_end_or_at_every_pixel() -> None:
    (pixels, labels), _ = digits.digits()
    for asked, steps in zip(digits.ASKED, ([63], range(64)), strict=True):
        batch = next(digits.batches(RNG(6), pixels, labels, 8, asked))
        np.testing.assert_array_equal(np.flatnonzero(batch.error_mask), steps)
        np.testing.assert_array_equal(batch.target.sum(axis=(1, 2)) > 0, batch.error_mask)
    epoch = list(digits.batches(RNG(7), pixels, labels, 32))
    assert len(epoch) == 1297 // 32


# --- What ships ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings", "trials"),
    [
        ("digits", digits.DigitSettings(), 4 * 5 + 2 * 5),
        ("ablation", ablation.AblationSettings(), 2 * 11 * 5),
    ],
)
def test_what_ships_is_complete_and_made_with_the_settings_of_the_code(
    name: str, settings: digits.DigitSettings | ablation.AblationSettings, trials: int
) -> None:
    result = experiments.load(name)
    assert result["settings"] == json.loads(json.dumps(asdict(settings)))
    assert len(result["trials"]) == trials
    kinds = [
        tuple(trial.get(key) for key in ("task", "variant", "cell", "asked", "seed"))
        for trial in result["trials"]
    ]
    assert len(set(kinds)) == trials


@pytest.mark.parametrize(
    "key", [(0, 1, "at the end"), (2, 0, "at the end"), (2, 3, "at every pixel")]
)
def test_a_recorded_reader_begins_the_same_way_again(key: tuple[int, int, str]) -> None:
    settings = digits.DigitSettings()
    recorded = next(
        trial
        for trial in experiments.load("digits")["trials"]
        if (trial["cell"], trial["seed"], trial["asked"]) == (settings.cells[key[0]][0], *key[1:])
    )
    again = digits.digits_trial(replace(settings, epochs=1), key)
    assert again["accuracy"] == pytest.approx(recorded["accuracy"][:2], abs=0.01)
    assert again["profiles"][:2] == [
        pytest.approx(profile, abs=0.02) for profile in recorded["profiles"][:2]
    ]


def recorded_trial(task: str, variant: int, seed: int) -> dict:
    name = ablation.AblationSettings().variants[variant][0]
    return next(
        trial
        for trial in experiments.load("ablation")["trials"]
        if (trial["task"], trial["variant"], trial["seed"]) == (task, name, seed)
    )


@pytest.mark.parametrize("variant", [2, 3, 8, 10])
def test_a_recorded_network_begins_to_add_the_same_way_again(variant: int) -> None:
    settings = replace(ablation.AblationSettings(), adding_updates=100)
    again = ablation.ablation_trial(settings, ("adding", variant, 1))
    recorded = recorded_trial("adding", variant, 1)["errors"][:2]
    assert again["errors"] == pytest.approx(recorded, abs=0.005)


@pytest.mark.parametrize("variant", [1, 3, 9])
def test_a_recorded_network_begins_its_stream_the_same_way_again(variant: int) -> None:
    settings = replace(ablation.AblationSettings(), reber_updates=60)
    again = ablation.ablation_trial(settings, ("continual Reber", variant, 2))
    recorded = recorded_trial("continual Reber", variant, 2)
    assert np.mean(again["losses"][:10]) == pytest.approx(recorded["losses"][0], abs=0.002)
    assert again["state"][0] == pytest.approx(recorded["state"][0], abs=0.01)
