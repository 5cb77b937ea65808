"""What the boxes "Predict" of chapter 09 mark as right was computed."""

import re

from predictions import assert_computed

from lstm_lab.chapters import experiments, explorers
from lstm_lab.chapters.ch09.figures import ctc, warp
from lstm_lab.models.ctc import every_label


def test_two_frames_cannot_say_aa():
    labels = every_label(ctc.frames(2))
    assert sum(paths for _, paths in labels.values()) == 9
    paths = labels["aa"][1] if "aa" in labels else 0
    assert_computed(
        "09", "saying-aa", {"None.": paths == 0, "One: a, a.": paths == 1, "Three.": paths == 3}
    )


def test_a_forget_bias_of_0_stops_the_adding():
    recorded = experiments.load("ablation")
    line = 0.05

    def none_learns(variant):
        trials = [t for t in recorded["trials"] if (t["task"], t["variant"]) == ("adding", variant)]
        assert len(trials) == recorded["settings"]["seeds"]
        return not any(min(t["errors"]) < line for t in trials)

    assert_computed(
        "09",
        "what-stops-adding",
        {
            "No forget gate.": none_learns("no forget gate"),
            "Forget bias 0.": none_learns("forget bias 0"),
            "No output squash.": none_learns("no output squash"),
        },
    )


def test_two_rows_of_an_eight_look_like_a_nine():
    explorer = explorers.show("reading-a-digit")
    assert explorer.initial == {
        "digit": "8, first",
        "network": "LSTM, forget bias 1",
        "asked": "at every pixel",
        "pixels": 16,
    }
    said = explorer.figure(**explorer.initial).layout.meta["summary"]
    guess, percent = re.search(r"its best guess is (\d) with (\d+) %", said).groups()
    sure = int(percent) > 20
    assert_computed(
        "09",
        "two-rows-of-an-eight",
        {
            "8 already.": sure and guess == "8",
            "9.": sure and guess == "9",
            "It has none: all ten digits are about equally likely.": not sure,
        },
    )


def test_a_slower_pace_hurts_the_leak_most():
    leaky = warp.UNITS[0]
    gaps = {
        words: warp.gap(leaky, pace)
        for words, pace in {
            "Four times slower.": "4 times slower",
            "Twice as fast.": "2 times faster",
            "Fits and starts, which on average is slower.": "in fits and starts",
        }.items()
    }
    worst = max(gaps.values())
    assert_computed("09", "a-change-of-pace", {words: gap == worst for words, gap in gaps.items()})
