"""Chapter 04: the grammar, the window networks and their recorded trials, the months, and the figures of these."""

import importlib

import numpy as np
import pytest

from lstm_lab import measurements
from lstm_lab.explorers import chapter04
from lstm_lab.figures import windows as figures
from lstm_lab.measurements import windows
from lstm_lab.models import MLP

CUES = {word for sense in windows.CUES.values() for word in sense}
SETTINGS = windows.WindowSettings()
CO2 = "statsmodels.datasets.co2"


def trials(what: str) -> list[dict]:
    return [trial for trial in measurements.load("windows")["trials"] if trial["what"] == what]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- The grammar -----------------------------------------------------------------------------------------------------


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


# --- The equations of the text ---------------------------------------------------------------------------------------


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


def test_a_window_without_the_cue_sees_the_same_for_both_senses() -> None:
    for distance in (5, 12):
        both = [figures._example(distance, cue) for cue in ("boat", "loan")]
        outside = windows.through_window(both, distance - 1)
        inside = windows.through_window(both, distance)
        assert (outside[0] == outside[1]).all()
        assert (inside[0] != inside[1]).sum() == 1


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


# --- The months ------------------------------------------------------------------------------------------------------


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


def test_linear_fit_is_least_squares() -> None:
    _, x = windows.monthly_co2()
    learn, held_out = windows.split_months(SETTINGS)

    def rows(months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inputs = [[1, *(x[t - 3 - k] - x[t - 3] for k in range(1, 6))] for t in months]
        return np.array(inputs), np.array([x[t] - x[t - 3] for t in months])

    A, d = rows(learn)
    weights = np.linalg.solve(A.T @ A, A.T @ d)
    A, d = rows(held_out)
    assert figures.linear_error(3, 6) == pytest.approx(np.sqrt(np.mean((A @ weights - d) ** 2)))


# --- What was recorded, and what the text says of it -----------------------------------------------------------------


def test_the_record_was_made_with_these_settings_and_is_whole() -> None:
    recorded = measurements.load("windows")
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


def test_sentences_needed() -> None:
    for kind in ("window", "sum"):
        for width in SETTINGS.cost_windows:
            medians = {
                count: np.median(
                    [
                        t["right"]
                        for t in trials("cost")
                        if (t["kind"], t["window"], t["sentences"]) == (kind, width, count)
                    ]
                )
                for count in SETTINGS.cost_sentences
            }
            enough = [count for count, right in medians.items() if right >= 0.95]
            assert figures.sentences_needed(kind, width) == (enough[0] if enough else None)


def test_a_wider_window_needs_more_sentences_by_about_the_number_of_its_places() -> None:
    window, total = (
        figures.sentences_needed(kind, 32) / figures.sentences_needed(kind, 4)
        for kind in ("window", "sum")
    )
    assert window > 29 > total
    assert 29 / 2 < window / total < 29 * 2


def test_what_the_text_says_of_the_months() -> None:
    def error(ahead: int, window: int) -> float:
        return float(
            np.median(
                [
                    t["held_out"]
                    for t in trials("co2")
                    if (t["ahead"], t["window"]) == (ahead, window)
                ]
            )
        )

    naive = windows.naive_errors(SETTINGS, 3)
    assert error(3, 1) == pytest.approx(naive["last value"], rel=0.02)
    assert error(3, 1) - error(3, 8) > 0.9 * (error(3, 1) - error(3, 13))
    assert error(3, 12) == pytest.approx(naive["last year's change"], rel=0.12)
    assert error(3, 36) == pytest.approx(error(3, 13), rel=0.15)
    assert error(12, 36) == pytest.approx(error(12, 1), rel=0.15)
    assert figures.linear_error(3, 13) < 1.05 * error(3, 13)


# --- The figures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(chapter04.EXPLORERS))
def test_every_state_has_the_same_traces_and_a_sentence(name: str) -> None:
    explorer = chapter04.EXPLORERS[name]()
    states = list(explorer.states())
    made = [explorer.figure(**state) for state in states[:: max(1, len(states) // 30)]]
    assert len({tuple(trace.type for trace in figure.data) for figure in made}) == 1
    assert all(figure.layout.meta["summary"].endswith(".") for figure in made)


def test_window_and_cue_draws_the_recorded_median() -> None:
    figure = figures.window_and_cue(8, 10, "loan")
    right = [t["right"][10 - 4] for t in trials("grid") if t["window"] == 8]
    assert figure.data[5].x[0] == pytest.approx(100 * np.median(right))
    assert "does not see it" in figure.layout.meta["summary"]
    assert "sees it" in figures.window_and_cue(10, 10, "loan").layout.meta["summary"]
    words = [word for word in figure.data[1].text if word]
    assert words[-2] in windows.PLACES
    assert figure.data[1].y[len(words) - 1] == 2
    assert figure.data[2].y[0] == 10


def test_orders_hold_the_same_values() -> None:
    for kind in figures.KINDS:
        came = figures.in_order(kind, "as it came").data[0].y
        assert (figures.in_order(kind, "backwards").data[0].y == came[::-1]).all()
        shuffled = figures.in_order(kind, "shuffled").data[0].y
        assert sorted(shuffled) == sorted(came)
        assert (shuffled != came).any()


def test_co2_error_drawn_is_that_of_the_forecast_kept() -> None:
    kept = next(t for t in trials("co2") if (t["ahead"], t["window"], t["seed"]) == (3, 12, 0))
    _, values = windows.monthly_co2()
    error = windows.root_mean_square(np.array(kept["forecast"]) - values[-144:])
    assert error == pytest.approx(kept["held_out"], abs=0.005)
    figure = figures.co2_window(3, 12)
    assert list(figure.data[1].y) == kept["forecast"][-72:]


def test_learnt_weights_follow_the_path_through_the_hidden_units() -> None:
    reader = windows.Reader(3, rng=rng(1))
    assert isinstance(reader.net, MLP)
    sentences, river = windows.draw(rng(), 200, 4, 4)
    reader = windows.Reader(5, rng=rng(1))
    reader.train(sentences, river, rng(), updates=100)
    z = figures.learnt_weights(reader).data[0].z
    net = reader.net.parameters
    column = 3 * len(windows.WORDS) + windows.WORDS.index("boat")
    assert z[1][3] == pytest.approx(float(net["weights_2"][0] @ net["weights_1"][:, column]))
    assert (z[:4, 3] > 0).all()
    assert (z[4:, 3] < 0).all()
