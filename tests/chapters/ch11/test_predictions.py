"""What the boxes "Predict" of chapter 11 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch11.figures import patience
from lstm_lab.chapters.ch11.figures.timeline_data import ENTRIES
from lstm_lab.models.linear_recurrence import scan_rounds
from lstm_lab.models.operation_counts import crossing


def test_hardly_any_product_rests_on_a_paper():
    products = [entry for entry in ENTRIES if entry.strand == "products"]
    share = np.mean([entry.grade == "P" for entry in products])
    assert_computed(
        "11",
        "on-whose-word",
        {
            "Nearly all.": share > 0.8,
            "About half.": 0.3 < share < 0.7,
            "Hardly any.": share < 0.2,
        },
    )


def test_few_sequences_are_learnt_by_heart():
    settings = experiments.load("patience")["settings"]
    few, updates = settings["training_sequences"][0], settings["checkpoints"][-1]
    seen, fresh = (
        np.median(patience.shares("tanh RNN", min(settings["noises"]), updates, tested)[few])
        for tested in ("the training sequences", "fresh sequences")
    )
    half = 0.4 < fresh < 0.6
    assert_computed(
        "11",
        "learnt-by-heart",
        {
            "Nearly all of these, and nearly all fresh ones.": seen > 0.9 and fresh > 0.9,
            "Nearly all of these, and about half of fresh ones: it guesses.": seen > 0.9 and half,
            "About half of both.": 0.4 < seen < 0.6 and half,
        },
    )


def test_attention_costs_more_from_some_hundred_steps_on():
    found = crossing(128)
    assert_computed(
        "11",
        "where-attention-costs-more",
        {f"About {about:,} steps.": about / 2 < found < 2 * about for about in (60, 600, 6_000)},
    )


def test_four_rounds_reach_sixteen_positions():
    rounds = len(scan_rounds(np.ones(16), np.ones(16))) - 1
    assert_computed(
        "11", "rounds-of-the-scan", {f"{count}.": rounds == count for count in (4, 8, 15)}
    )
