"""What the boxes "Predict" of chapter 04 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.chapters.ch04.figures import windows as figures


def test_beyond_its_edge_a_window_guesses():
    trials = [
        t for t in experiments.load("windows")["trials"] if t["what"] == "grid" and t["window"] == 8
    ]
    right = np.median([t["right"] for t in trials], axis=0)
    distances = windows.NEAREST + np.arange(len(right))
    inside, beyond = right[distances <= 8], right[distances > 8]
    cliff = inside.min() > 0.95 and beyond[0] < 0.6
    assert_computed(
        "04",
        "beyond-the-window",
        {
            "They fall slowly, the farther the cue.": not cliff,
            "They fall at the edge, but stay a little better than guessing: some sense is left in the "
            "other words.": cliff and abs(beyond - 0.5).max() >= 0.06,
            "They fall to guessing, one word beyond the edge.": cliff
            and abs(beyond - 0.5).max() < 0.06,
        },
    )


def test_a_wide_window_needs_more_than_its_places():
    settings = windows.WindowSettings()
    narrow, wide = settings.cost_windows[0], settings.cost_windows[-1]
    places = wide - narrow + 1
    ratio = figures.sentences_needed("window", wide) / figures.sentences_needed("window", narrow)
    assert_computed(
        "04",
        "price-of-places",
        {
            "The same number: the cue words are the same.": ratio < 2,
            "As many times more as there are places.": places / 2 < ratio < 2 * places,
            "Still more.": ratio >= 2 * places,
        },
    )
