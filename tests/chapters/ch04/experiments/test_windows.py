"""The grammar, the window networks and their recorded trials, and the months (chapter 04)."""

import importlib

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch04.experiments import windows

CUES = {word for sense in windows.CUES.values() for word in sense}

SETTINGS = windows.WindowSettings()

CO2 = "statsmodels.datasets.co2"


def trials(what: str) -> list[dict]:
    return [trial for trial in experiments.load("windows")["trials"] if trial["what"] == what]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("distance", [4, 5, 9, 16, 32])
@pytest.mark.parametrize("sense", ["river", "money"])
def test_the_only_cue_stands_at_its_distance(distance: int, sense: str) -> None:
    for seed in range(20):
        words = windows.sentence(rng(seed), distance, sense)
        assert words[-distance] in windows.CUES[sense]
        assert sum(word in CUES for word in words) == 1
        assert set(words) <= set(windows.WORDS)


@pytest.mark.parametrize("distance", [4, 11])
def test_nothing_but_the_cue_depends_on_the_sense(distance: int) -> None:
    for seed in range(20):
        river, money = (windows.sentence(rng(seed), distance, sense) for sense in windows.CUES)
        assert [place for place, (a, b) in enumerate(zip(river, money, strict=True)) if a != b] == [
            len(river) - distance
        ]


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="distance must be"):
        windows.sentence(rng(), 3, "river")
    with pytest.raises(ValueError, match="sense must be one of"):
        windows.sentence(rng(), 4, "pond")
    with pytest.raises(TypeError, match="rng must be"):
        windows.sentence(0, 4, "river")  # type: ignore[arg-type]


def test_the_senses_and_distances_are_drawn_evenly() -> None:
    sentences, river = windows.draw(rng(), 4000, 4, 7)
    distance = [next(len(s) - i for i, w in enumerate(s) if w in CUES) for s in sentences]
    assert np.bincount(distance)[4:] == pytest.approx(np.full(4, 1000), abs=110)
    assert river.mean() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("window", [1, 4, 16])
def test_a_window_has_a_matrix_for_each_place(window: int) -> None:
    reader = windows.Reader(window, rng=rng(3))
    net = reader.net.parameters
    size = len(windows.WORDS)
    sentences, _ = windows.draw(rng(1), 5, 4, 12)
    for words, probability in zip(sentences, reader.probability(sentences), strict=True):
        total = net["bias_1"].copy()
        for k in range(1, window + 1):
            W_k = net["weights_1"][:, (k - 1) * size : k * size]
            word = words[-k] if k <= len(words) else windows.PADDING
            x = np.zeros(size)
            x[windows.WORDS.index(word)] = 1
            total += W_k @ x
        y = 1 / (1 + np.exp(-(net["weights_2"][0] @ np.tanh(total) + net["bias_2"][0])))
        assert probability == pytest.approx(y, rel=1e-12)


@pytest.mark.parametrize("window", [4, 32])
def test_parameters(window: int) -> None:
    n, V = 8, len(windows.WORDS)
    assert windows.Reader(window, rng=rng()).parameter_count == n * (V * window + 1) + n + 1


def test_the_running_sum_counts_words_and_forgets_their_order() -> None:
    words = windows.sentence(rng(5), 12, "money")
    s = windows.running_sum([words])[0]
    assert {w: int(s[windows.INDEX[w]]) for w in set(words)} == {w: words.count(w) for w in words}
    assert s.sum() == len(words)
    assert (s == windows.running_sum([words[::-1]])[0]).all()


def test_training_descends_the_cross_entropy() -> None:
    sentences, river = windows.draw(rng(), 64, 4, 6)
    reader = windows.Reader(6, rng=rng())
    start = reader.net.parameters["weights_2"].copy()

    def loss() -> float:
        y = reader.probability(sentences)
        return float(-np.mean(river * np.log(y) + (1 - river) * np.log(1 - y)))

    before = loss()
    reader.train(sentences, river, rng(), updates=200)
    assert loss() < 0.05 < before
    assert not np.allclose(start, reader.net.parameters["weights_2"])


def test_a_sine_is_known_from_two_values() -> None:
    x = np.sin(2 * np.pi * np.arange(30) / 12 + 0.3)
    assert np.allclose(x[2:], 2 * np.cos(2 * np.pi / 12) * x[1:-1] - x[:-2])


def test_months_are_means_of_weeks() -> None:
    weekly = importlib.import_module(CO2).load_pandas().data["co2"]
    years, values = windows.monthly_co2()
    assert len(years) == 37 * 12
    assert np.isfinite(values).all()
    for month in (0, 100, 443):
        year, number = 1965 + month // 12, month % 12 + 1
        chosen = (weekly.index.year == year) & (weekly.index.month == number)
        assert values[month] == pytest.approx(np.nanmean(weekly[chosen]))
        assert years[month] == pytest.approx(year + (number - 0.5) / 12)


def test_inputs_are_the_past_and_targets_the_change() -> None:
    _, values = windows.monthly_co2()
    months = np.array([50, 300])
    x, change = windows.shapes_before(values, 4, 3, months)
    for row, (inputs, target) in zip(months, zip(x, change, strict=True), strict=True):
        t = row - 3
        assert inputs == pytest.approx([values[t - k] - values[t] for k in range(4)])
        assert target == pytest.approx(values[row] - values[t])
    changed = values.copy()
    changed[298:] += 100
    assert (windows.shapes_before(changed, 4, 3, months)[0] == x).all()


def test_held_out_years_are_not_learnt_from() -> None:
    years, _ = windows.monthly_co2()
    learn, held_out = windows.split_months(SETTINGS)
    assert years[learn].max() < 1990 < years[held_out].min()
    assert len(held_out) == 12 * 12
    assert learn.min() - max(SETTINGS.co2_ahead) - max(SETTINGS.co2_windows) + 1 >= 0


@pytest.mark.parametrize("ahead", SETTINGS.co2_ahead)
def test_naive_rules(ahead: int) -> None:
    _, x = windows.monthly_co2()
    months = range(25 * 12, len(x))
    last = [x[t - ahead] - x[t] for t in months]
    change = [x[t - ahead] + x[t - 12] - x[t - ahead - 12] - x[t] for t in months]
    naive = windows.naive_errors(SETTINGS, ahead)
    assert naive["last value"] == pytest.approx(np.sqrt(np.mean(np.square(last))))
    assert naive["last year's change"] == pytest.approx(np.sqrt(np.mean(np.square(change))))


def test_the_record_was_made_with_these_settings_and_is_whole() -> None:
    recorded = experiments.load("windows")
    assert recorded["settings"]["windows"] == list(SETTINGS.windows)
    assert recorded["settings"]["updates"] == SETTINGS.updates
    assert len(trials("grid")) == len(SETTINGS.windows) * SETTINGS.seeds
    assert len(trials("co2")) == (
        len(SETTINGS.co2_ahead) * len(SETTINGS.co2_windows) * SETTINGS.co2_seeds
    )


@pytest.mark.parametrize(
    "key",
    [("grid", 6, 1), ("shift", "sum", 8, 2), ("cost", "window", 8, 100, 0), ("co2", 3, 6, 1)],
)
def test_a_trial_made_again_gives_what_was_recorded(key: tuple) -> None:
    made = windows.window_trial(SETTINGS, key)
    fixed = {
        name: value
        for name, value in made.items()
        if name not in ("right", "learnt", "held_out", "forecast")
    }
    recorded = next(t for t in trials(key[0]) if all(t[n] == v for n, v in fixed.items()))
    for name in set(made) - set(fixed):
        assert made[name] == pytest.approx(recorded[name], abs=0.02)


def test_it_fails_exactly_when_the_cue_leaves_the_window() -> None:
    for trial in trials("grid"):
        for distance, right in enumerate(trial["right"], start=4):
            if distance <= trial["window"]:
                assert right >= 0.95
            else:
                assert right == pytest.approx(0.5, abs=5 * np.sqrt(0.25 / 200))


def test_a_cue_at_a_new_place_is_not_recognised_by_a_window_but_by_the_sum() -> None:
    for taught in (4, 8, 12):
        for kind, low, high in (("window", 0.35, 0.65), ("sum", 0.97, 1.0)):
            beyond = [
                t["right"][taught - 3 :]
                for t in trials("shift")
                if t["kind"] == kind and t["taught"] == taught
            ]
            assert low <= np.mean(beyond) <= high
