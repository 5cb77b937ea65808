import numpy as np
import pytest

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch09.experiments import digits as task
from lstm_lab.chapters.ch09.figures import digits


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("cell", digits.CELLS)
def test_the_accuracy_is_drawn_as_recorded(cell):
    drawn = line(digits.accuracy_over_epochs(), cell).y
    epochs = digits.settings()["epochs"]
    recorded = [100 * np.median(digits.accuracy(cell, epoch)) for epoch in range(epochs + 1)]
    np.testing.assert_allclose(drawn, recorded)


def test_the_digits_shown_are_the_first_two_of_each_class():
    labels = task.digits(digits.settings()["test_digits"])[1][1]
    for name, place in digits.digit_names().items():
        kind, which = name.split(", ")
        index = digits.shown()[place]
        assert labels[index] == int(kind)
        assert (labels[:index] == int(kind)).sum() == digits.ORDINALS.index(which)


@pytest.mark.parametrize("pixels", [0, 22, 64])
@pytest.mark.parametrize("asked", task.ASKED)
def test_a_reading_shows_what_was_read_and_nothing_more(pixels, asked):
    figure = digits.reading_a_digit("3, second", "LSTM, forget bias 1", asked, pixels)
    picture, answers, *gates = figure.data
    assert np.isfinite(np.array(picture.z, dtype=float)).sum() == pixels
    index = digits.shown()[digits.digit_names()["3, second"]]
    ink = task.digits(digits.settings()["test_digits"])[1][0][:pixels, index, 0]
    np.testing.assert_array_equal(np.array(picture.z, dtype=float).ravel()[:pixels], ink)
    known = np.array(answers.z, dtype=float)[:, : pixels // 2 + 1]
    np.testing.assert_allclose(known.sum(axis=0), 100, atol=1)
    assert np.isnan(np.array(answers.z, dtype=float)[:, pixels // 2 + 1 :]).all()
    for gate in gates:
        opening = np.array(gate.y, dtype=float)
        assert np.isfinite(opening).sum() == pixels
        assert ((opening[:pixels] >= 0) & (opening[:pixels] <= 1)).all()


def test_the_chapter_is_right_that_the_first_six_is_taken_for_a_four_at_first():
    guesses = [
        int(
            np.array(digits.reading_a_digit("6, first", pixels=read).data[1].z)[
                :, read // 2
            ].argmax()
        )
        for read in (16, 64)
    ]
    assert guesses == [4, 6]


def test_a_network_without_gates_shows_none():
    figure = digits.reading_a_digit("3, second", "tanh RNN", task.ASKED[0], 30)
    assert [trace.visible for trace in figure.data[2:]] == [False, False]


def test_the_sentence_names_the_best_guess():
    figure = digits.reading_a_digit("7, first", "tanh RNN", task.ASKED[0], 64)
    last = np.array(figure.data[1].z, dtype=float)[:, -1]
    assert f"its best guess is {last.argmax()} with" in figure.layout.meta["summary"]


@pytest.mark.parametrize("cell", digits.CELLS)
@pytest.mark.parametrize("epoch", [0, 10, 60])
def test_the_profile_is_drawn_as_recorded(cell, epoch):
    figure = digits.gradient_over_training(cell, epoch)
    now = digits.profile(cell, epoch)
    np.testing.assert_allclose(line(figure, "now, every path").y, np.median(now, axis=0))
    before = line(figure, "before training").y
    np.testing.assert_allclose(before, np.median(digits.profile(cell, 0), axis=0))
    assert before[0] == now[:, 0].max() == 0
    path = line(figure, "now, along the cell alone")
    assert path.visible == (cell != "tanh RNN")
    assert len(figure.data) == 7


def test_asking_early_is_drawn_for_both_ways_of_training():
    figure = digits.by_pixel()
    for cell, asked, *_ in digits.READERS:
        right = [trial["by_pixel"] for trial in digits.trials(cell, asked)]
        drawn = line(figure, f"{cell}, {asked}").y
        np.testing.assert_allclose(drawn, 100 * np.median(right, axis=0))


def test_what_is_not_recorded_is_refused():
    with pytest.raises(ValueError, match="cell must be one of"):
        digits.trials("GRU")
    with pytest.raises(ValueError, match="asked must be one of"):
        digits.trials("tanh RNN", "never")
    assert len(experiments.load("digits")["trials"]) == 4 * 5 + 2 * 5
