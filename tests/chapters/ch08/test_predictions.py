"""What the boxes "Predict" of chapter 08, and of the appendix to it, mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import table, wording
from lstm_lab.paper1997.runner import trained_nets


def test_less_than_a_quarter_reproduced():
    share = np.mean([line.verdict == "reproduced" for line in table.lines()])
    assert_computed(
        "08",
        "how-many-reproduce",
        {
            "Nearly all.": share > 0.8,
            "About half.": 0.35 < share < 0.65,
            "Less than a quarter.": share < 0.25,
        },
    )


def test_the_nets_that_fail_lack_the_one_symbol():
    failed = [
        row
        for row in trained_nets.available(wording.EXPERIMENT_1)
        if not trained_nets.kept(row).trials[0].succeeded
    ]
    there, elsewhere = np.sum([trained_nets.wrong_by_place(row) for row in failed], axis=0)
    assert len(failed) >= 2
    assert_computed(
        "08",
        "where-it-fails",
        {
            "Anywhere: they have not learnt the grammar.": elsewhere > there,
            "At the last step.": there + elsewhere == 0,  # the last symbol is always E
            "At the T or P that repeats the second symbol, and hardly anywhere else.": there
            > 20 * elsewhere,
        },
    )


def test_twenty_times_the_gap_costs_the_paper_less_than_twice():
    rows = [spec.ROWS[name] for name in ("2c-1", "2c-5")]
    assert [max(row.task.whole) for row in rows] == [50, 1000]
    first, last = (row.stages[-1].published.sequences for row in rows)
    assert_computed(
        "08",
        "twenty-times-the-gap",
        {
            "About twenty times.": 10 < last / first < 40,
            "About five times.": 3 < last / first < 8,
            "Less than twice.": last / first < 2,
        },
    )


def test_two_thousand_in_a_row_take_millions_by_chance():
    # E(k) = (E(k - 1) + 1) / (1 - p): one more right, or all anew
    wait, wrong = 0.0, 1 / 200
    for _ in range(2000):
        wait = (wait + 1) / (1 - wrong)
    assert_computed(
        "08",
        "two-thousand-in-a-row",
        {
            "Some thousands.": wait < 1e5,
            "Some millions.": 1e6 < wait < 1e7,
            "More than were ever run: billions.": wait > 1e9,
        },
    )


def test_noise_adds_up_with_the_root_of_its_number():
    noise = np.random.default_rng(8).standard_normal((2000, 100))
    moved = noise.sum(axis=1).std() / noise.std()
    assert_computed(
        "six",
        "a-hundred-values-of-noise",
        {
            "Next to nothing: its mean is 0.": moved < 1,
            "It would move it by about ten times the size of one value.": 5 < moved < 20,
            "It would move it by about a hundred times the size of one value.": moved > 50,
        },
    )


def test_the_second_rule_of_row_5_takes_about_three_times_as_long():
    loose, strict = wording.line("5", 0).mean, wording.line("5", 1).mean
    assert_computed(
        "six",
        "the-second-rule",
        {
            "A little: less than half as long again.": strict < 1.5 * loose,
            "About three times as long.": 2 * loose < strict < 4.5 * loose,
            "More than ten times as long.": strict > 10 * loose,
        },
    )


def test_all_trials_of_6a_succeed():
    line = wording.line("6a")
    share = line.succeeded / line.trials
    assert_computed(
        "six",
        "which-came-first",
        {"None.": share == 0, "About half.": 0.3 < share < 0.7, "All.": share == 1},
    )


def test_no_cell_knows_the_answer_before_training():
    best = [
        trained_nets.held_by_cells(row, trained_nets.WHEN[0]).explained.max()
        for row in trained_nets.available()
        if trained_nets.kept(row).trials[0].succeeded
    ]
    assert_computed(
        "six",
        "before-they-learnt",
        {
            "Near 1 already: some cell always happens to know.": min(best) > 0.8,
            "About one half.": all(0.35 < one < 0.65 for one in best),
            "Near 0, below a third.": max(best) < 1 / 3,
        },
    )


def test_the_largest_rate_is_best_for_ours():
    solved = {
        f"Rate {one.learning_rate}.": one.succeeded / one.trials
        for one in table.rivals()
        if one.task == "2a, lag 4" and one.method == "RTRL"
    }
    most = max(solved.values())
    assert_computed("six", "which-rate", {rate: share == most for rate, share in solved.items()})
