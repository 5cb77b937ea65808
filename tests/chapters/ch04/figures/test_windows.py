"""What chapter 04 draws of windows, against the recorded trials."""

import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch04 import explorers as chapter04
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch04.figures import windows as figures
from lstm_lab.models import MLP

SETTINGS = windows.WindowSettings()


def trials(what: str) -> list[dict]:
    return [trial for trial in experiments.load("windows")["trials"] if trial["what"] == what]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_window_without_the_cue_sees_the_same_for_both_senses() -> None:
    for distance in (5, 12):
        both = [figures._example(distance, cue) for cue in ("boat", "loan")]
        outside = windows.through_window(both, distance - 1)
        inside = windows.through_window(both, distance)
        assert (outside[0] == outside[1]).all()
        assert (inside[0] != inside[1]).sum() == 1


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
