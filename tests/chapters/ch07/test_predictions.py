"""What the boxes "Predict" of chapter 07 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters.ch07.figures import before_1997, carousel, memory_cell


def test_with_open_gates_a_cell_adds_up():
    marks = memory_cell.inputs("store +1 among −1s")
    values, store, tell = marks.T[:3]
    walked = memory_cell.walk_by_hand(values, np.ones(12), np.ones(12))
    asked = int(tell.argmax())
    said, stored = walked.said[asked], values[store.argmax()]
    added = walked.state[asked]
    entering = np.diff([0.0, *walked.state])  # what each step added
    np.testing.assert_allclose(abs(entering), abs(entering[0]))  # as much at every step
    assert_computed(
        "07",
        "gates-always-open",
        {
            "The value that was marked.": np.sign(said) == np.sign(stored),
            "The last value that came.": abs(said - values[asked]) < 0.05,
            "The sum of all that came so far, squashed.": np.isclose(said, np.tanh(added / 2)),
        },
    )


def test_an_untrained_cell_collects_all_that_comes():
    marks = memory_cell.inputs("store +1 among −1s")
    walked = memory_cell.walk_of(memory_cell.taught(0), marks)
    gate = walked.input_gate[:11]
    entering = abs(np.diff([0.0, *walked.state[:11]]))
    marked = int(marks[:, 1].argmax())
    assert_computed(
        "07",
        "before-any-training",
        {
            "Nothing: its gates are shut.": gate.max() < 0.1,
            "The marked value, faintly.": entering[marked] > 0.5 * entering.sum(),
            "A bit of all that came: its input gate stands near one half all the time.": 0.3
            < gate.min()
            < gate.max()
            < 0.7
            and entering[marked] < 0.5 * entering.sum(),
        },
    )


def test_an_input_gate_alone_stores_and_whispers():
    trials = carousel.trials("gates", cells=1, gates="input gate")
    sign, told = (np.mean([trial[key] for trial in trials]) for key in ("sign", "told"))
    assert_computed(
        "07",
        "an-input-gate-alone",
        {
            "It tells the stored value. The input gate has kept it safe.": told > 0.9,
            "It says the right sign nearly always, but too faintly.": sign > 0.9 and told < 0.5,
            "It guesses.": sign < 0.6,
        },
    )


def test_what_can_be_expected_makes_no_lag_for_the_chunker():
    def all_know(approach):
        some = before_1997.trials(approach=approach, random_share=0.0, lag=100)
        return all(trial["updates"] is not None for trial in some)

    assert_computed(
        "07",
        "in-turn",
        {
            "The LSTM.": all_know("LSTM 1997"),
            "The networks with delays.": all_know("delays"),
            "The chunker.": all_know("chunker"),
            "None of them.": not any(map(all_know, before_1997.STYLES)),
        },
    )
