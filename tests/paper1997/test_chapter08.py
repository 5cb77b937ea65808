"""The text of chapter 08 against what is on record: it fails where the two drift apart.

Each sentence that claims something about the results stands here with the assertion that bears it
out. A sentence that was changed must be changed here too, and looked at.
"""

import dataclasses
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from lstm_lab import sequences
from lstm_lab.chapters.ch08.experiments import drift
from lstm_lab.chapters.ch08.figures import curves1997
from lstm_lab.models import Readout
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.report import table, wording
from lstm_lab.paper1997.runner import records, trained_nets
from lstm_lab.paper1997.runner.records import RESULTS

CHAPTERS = Path(__file__).parents[2] / "chapters"
CHAPTER, DETAIL = CHAPTERS / "08-six-experiments.md", CHAPTERS / "six-experiments-in-detail.md"
ROWS_2C = [row for row in spec.ROWS if row.startswith("2c")]
EXPERIMENT_1 = ("1-1", "1-2", "1-3", "1-4", "1-5")


def text():
    """The chapter and its appendix."""
    return re.sub(r"\s+", " ", CHAPTER.read_text("utf-8") + DETAIL.read_text("utf-8"))


def prose():
    return re.sub(r"```\{code-cell\}.*?```", "", CHAPTER.read_text("utf-8"), flags=re.S)


def line(row, stage=-1):
    return wording.line(row, stage)


def varied(row, **departures):
    found = wording.varied(row, **departures)
    assert found is not None, f"{row} with {departures} is not on record"
    return found


def into_gates(row):
    return varied(row, recurrence="gates")


def five_rows(units, **how):
    found = wording.hidden_unit_lines(**how)
    return [found[row, units] for row in EXPERIMENT_1]


def counts_and_curves(first_pair):
    """Where the trials of row 4-1 without the slope ended, and how their errors fell."""
    decisions = open_decisions.Decisions(output_slope=False, first_pair=first_pair)
    trials = records.read(records.place(RESULTS, "4-1", decisions)).trials.values()
    return [one.reached[-1].sequences for one in trials], [one.curve for one in trials]


def with_units(row, units):
    return wording.hidden_unit_lines()[row, units]


def wrong_of_rival(name):
    return next(one for one in table.rivals() if one.name == name)


def share(rival):
    return rival.succeeded / rival.trials


def input_gates(row):
    """The input gates of the best block: at what must be remembered, and everywhere else."""
    inside, outside = [], []
    for example in range(5):
        shown = trained_nets.run(row, trained_nets.WHEN[1], example)
        marked = trained_nets.relevant(row, shown.sequence)
        marked[-1] = False
        gates = shown.trace.input_gate
        block = gates[marked].mean(axis=0).argmax()
        others = ~marked
        others[-1] = False
        inside.append(gates[marked, block].min())
        outside.append(gates[others, block].mean())
    return min(inside), max(outside)


def growth(row):
    held = trained_nets.held_by_cells(row, sequences=40)
    return held.growth[held.best]


CLAIMS = {
    "None of the nets trained with Adam meets its rule within its cap.": lambda: all(
        one.trials and not one.succeeded for one in table.rivals() if "Adam" in one.method
    ),
    "For 4-1 that says little, since the nets of 1997 need more than that cap": lambda: (
        line("4-1").mean > wrong_of_rival("adam-lstm-4-1").cap
    ),
    "In 6a the nets of 1997 are done long before that cap.": lambda: (
        line("6a").most < wrong_of_rival("adam-lstm-6a").cap / 5
    ),
    "**Experiment 1 did not reproduce.** In none of the five rows do even half of our nets succeed": lambda: (
        all(line(row).verdict == "not" for row in EXPERIMENT_1)
        and all(line(row).succeeded < line(row).trials / 2 for row in EXPERIMENT_1)
    ),
    "They have learnt the grammar, save for the one symbol that needs memory.": lambda: (
        all(
            trained_nets.wrong_by_place(row)[1] < 0.01 * trained_nets.STRINGS
            for row in EXPERIMENT_1
        )
        and any(not trained_nets.kept(row).trials[0].succeeded for row in EXPERIMENT_1)
    ),
    "is wrong at the T or P in {glue:text}`ch08_1_there`, about half": lambda: all(
        0.4 * trained_nets.STRINGS
        < trained_nets.wrong_by_place(row)[0]
        < 0.6 * trained_nets.STRINGS
        for row in EXPERIMENT_1
        if not trained_nets.kept(row).trials[0].succeeded
    ),
    "Row 1-1 is a net of experiment 1 that failed": lambda: (
        not trained_nets.kept("1-1").trials[0].succeeded
    ),
    'row=1-1&trial=1">a trial of experiment 1 that never gets there</a>': lambda: (
        not trained_nets.kept("1-1").trials[0].succeeded
    ),
    "the net that failed at experiment 1 no cell knows anything of the second symbol": lambda: (
        trained_nets.held_by_cells("1-1").explained.max() < 0.1
    ),
    "row 1-3 shows one that succeeded": lambda: trained_nets.kept("1-3").trials[0].succeeded,
    "The rows as counted were stopped at 20 times the paper's mean or later.": lambda: all(
        line(row).cap >= 20 * line(row).paper_sequences for row in ROWS_2C if line(row).trials
    ),
    "The furthest above is 3b-3, the longest of 3b": lambda: (
        line("3b-3").ratio == max(line(row).ratio for row in spec.ROWS if row.startswith("3"))
        and line("3b-3").ratio > 1
    ),
    "all ten trials get there, and the quickest of them is slower than the paper's mean": lambda: (
        line("3b-3").succeeded == line("3b-3").trials == 10
        and line("3b-3").least > line("3b-3").paper_sequences
    ),
    "**2a** has one departure that changes the picture.": lambda: (
        varied("2a", output_slope=False, cell_added="start").verdict == "reproduced"
    ),
    "In row 2c-1 they take longer than the paper's, at twice the gap most of them fail, and from five "
    "hundred steps on none succeeds.": lambda: (
        line("2c-1").ratio > 2
        and line("2c-1").succeeded > 0.9 * line("2c-1").trials
        and line("2c-2").succeeded < line("2c-2").trials / 2
        and all(not line(row).succeeded for row in ROWS_2C if spec.ROWS[row].task.whole[1] >= 500)
    ),
    "Not only the size of the counts comes out, their order does as well": lambda: (
        all(0.5 < into_gates(row).ratio < 2 for row in ROWS_2C)
        and all(into_gates(row).succeeded >= 0.7 * into_gates(row).trials for row in ROWS_2C)
        and np.corrcoef(
            np.argsort(np.argsort([into_gates(row).mean for row in ROWS_2C])),
            np.argsort(np.argsort([line(row).paper_sequences for row in ROWS_2C])),
        )[0, 1]
        > 0.9
    ),
    "a longer gap costs little, and a few symbols that come often cost much": lambda: (
        into_gates("2c-5").mean < 3 * into_gates("2c-1").mean
        and into_gates("2c-9").mean > 2 * into_gates("2c-5").mean
    ),
    "each of these derivatives grows in proportion to the gap, and the shift as its square.": lambda: (
        1.8 < drift.power("all")[1] < drift.power("all")[2] < 2.2
        and 0.7 < drift.power("gates")[1] < drift.power("gates")[2] < 1.2
    ),
    "Nothing can be learnt there.": lambda: drift.measured("2c-5").slope == 0.0,
    "Smaller first weights alone do not do it": lambda: (
        varied("2c-2", init=0.05).succeeded < 0.2 * varied("2c-2", init=0.05).trials
    ),
    "one trial of {glue:text}`six_3a_most` sequences pulls the mean up": lambda: (
        line("3a-1").median < 0.8 * line("3a-1").mean and line("3a-1").most > 3 * line("3a-1").mean
    ),
    "its state keeps growing to that side until the end": lambda: growth("3a-1") > 1.15,
    "Another cell grows whatever the signal was.": lambda: (
        trained_nets.held_by_cells("3a-1", sequences=40).explained[0] < 0.1
        and trained_nets.held_by_cells("3a-1", sequences=40).growth[0] > 1.15
    ),
    "falls below 0.01 after {glue:text}`ch08_4_early` sequences on average, which is the paper's time scale": lambda: (
        np.nanmean(curves1997.first_below("4-1", 0.01)) < 2 * line("4-1").paper_sequences
        and not np.isnan(curves1997.first_below("4-1", 0.01)).any()
    ),
    "Then they wait for the 2,000 in a row": lambda: (
        line("4-1").mean > 4 * np.nanmean(curves1997.first_below("4-1", 0.01))
        and line("4-1").verdict == "not"
    ),
    "Leave the slope out, and the mean becomes": lambda: (
        varied("4-1", output_slope=False).mean < line("4-1").mean / 4
    ),
    "With the factor 2 of the paper's equation 16 as well, which doubles the step, it becomes": lambda: (
        varied("4-1", output_slope=False, full_square=True).mean
        < varied("4-1", output_slope=False).mean
    ),
    "the input gate of one block opens at the two marked pairs and is shut at all others; "
    "the state makes two steps and then holds.": lambda: (
        input_gates("4-1")[0] > 0.5
        and input_gates("4-1")[1] < 0.05
        and abs(growth("4-1") - 1) < 0.1
    ),
    'The way from "nearly always right" to "almost never wrong" is the longer part': lambda: (
        line("5", 1).mean > 2 * line("5", 0).mean
    ),
    "The input gate of one block opens twice, at the two symbols that matter, and is nearly shut for all others.": (
        lambda: input_gates("6a")[0] > 0.7 and input_gates("6a")[1] < 0.2
    ),
    "**Row 6a is our clearest agreement**: all trials succeed, on average a little sooner than in the paper, "
    "and of 2,560 fresh test sequences hardly any is wrong.": lambda: (
        line("6a").verdict == "reproduced"
        and line("6a").succeeded == line("6a").trials == line("6a").paper_trials
        and 0.67 < line("6a").ratio < 1
        and line("6a").wrong < 3
    ),
    "In every net that solved its task there is a cell whose state says the answer almost by itself; "
    "before training there was none.": lambda: all(
        trained_nets.held_by_cells(row).explained.max() > 0.8
        and trained_nets.held_by_cells(row, trained_nets.WHEN[0]).explained.max() < 0.5
        for row in trained_nets.available()
        if trained_nets.kept(row).trials[0].succeeded
    ),
    "In 4-1 the state stands still once the numbers are in. In 3a-1 and 6a it goes on growing": lambda: (
        abs(growth("4-1") - 1) < 0.1 and min(growth("3a-1"), growth("6a")) > 1.1
    ),
    "whose error is small long before it stops": lambda: (
        curves1997.first_below("4-1", 0.01)[8]
        < 0.2 * records.read(RESULTS / "4-1.json").trials[8].sequences
        and max(t.sequences for t in records.read(RESULTS / "4-1.json").trials.values())
        == records.read(RESULTS / "4-1.json").trials[8].sequences
    ),
    "That is the closest that anything of ours comes to table 1.": lambda: (
        sum(with_units(row, 4).succeeded for row in EXPERIMENT_1) >= 0.9 * 150
        and sum(with_units(row, 0).succeeded for row in EXPERIMENT_1) < 0.3 * 150
        and all(0.5 < with_units(row, 4).ratio < 2 for row in EXPERIMENT_1)
        and all(with_units(row, 4).verdict != "unfinished" for row in EXPERIMENT_1)
    ),
    "A later program of the authors has units that the paper doesn't mention; with them it nearly comes out.": (
        lambda: all(
            with_units(row, 4).succeeded >= 0.85 * with_units(row, 4).trials for row in EXPERIMENT_1
        )
    ),
    "None of these changes brings the row to the paper's 100 %.": lambda: all(
        v.lines[-1].succeeded < 0.9 * v.lines[-1].trials
        for v in table.variants()
        if v.lines[-1].row in EXPERIMENT_1
    ),
    "Connections from the inputs to the outputs help": lambda: (
        varied("1-5", shortcuts=True).succeeded
        > wording.solved_within("1-5", varied("1-5", shortcuts=True).cap)
    ),
    "In experiment 6a the same change makes hardly a difference, and in experiment 1 it cures nothing.": lambda: (
        varied("6a", recurrence="gates").verdict == "reproduced" == line("6a").verdict
        and varied("1-5", recurrence="gates").verdict == "not"
    ),
    "Take the connections into the cells away, and the paper's whole table comes out.": lambda: all(
        0.5 < into_gates(row).ratio < 2 for row in ROWS_2C
    ),
    "The two remedies that help are those of the chapter: no slope, and the doubled step.": lambda: (
        varied("4-1", output_slope=False, full_square=True).verdict == "reproduced"
        and varied("4-1", output_slope=False).verdict == "partly"
    ),
    "The wiring that repairs experiment 2c helps a little here as well": lambda: (
        0.5 * varied("4-1", output_slope=False).mean
        < varied("4-1", output_slope=False, recurrence="gates").mean
        < varied("4-1", output_slope=False).mean
    ),
    "What the net sees when the first pair is marked matters as much.": lambda: all(
        varied("4-1", output_slope=False, first_pair=one).mean
        > 3 * varied("4-1", output_slope=False).mean
        for one in ("neutral", "replaced")
    ),
    "**Experiment 6a** is indifferent: without the slope it is as good as with it.": lambda: (
        varied("6a", output_slope=False).verdict == "reproduced" == line("6a").verdict
    ),
    "in our runs the largest rate does best at lag 4, and the smallest never succeeds within the cap": lambda: (
        share(wrong_of_rival("rtrl-4-10")) > share(wrong_of_rival("rtrl-4-4"))
        and wrong_of_rival("rtrl-4-1").succeeded == 0
    ),
    "At lag 10 we agree with the paper: none succeeds.": lambda: all(
        wrong_of_rival(name).trials and not wrong_of_rival(name).succeeded
        for name in ("rtrl-10-1", "rtrl-10-10")
    ),
    "Experiment 6a reproduced. Experiment 1 did not": lambda: (
        line("6a").verdict == "reproduced"
        and all(line(row).verdict == "not" for row in EXPERIMENT_1)
    ),
    "In experiment 4 the nets learn on the paper's time scale and meet the stopping rule late; "
    "so does the authors' program.": lambda: (
        line("4-1").ratio > 4 and line("4-1").program_mean > 4 * line("4-1").paper_sequences
    ),
    "it is as late as ours": lambda: (
        line("4-1").program_complete and 0.67 < line("4-1").program_mean / line("4-1").mean < 1.5
    ),
    "The two agree to the last sequence, and this is no slip": lambda: (
        varied("4-1", output_slope=False, first_pair="neutral").mean
        == varied("4-1", output_slope=False, first_pair="replaced").mean
        and counts_and_curves("neutral")[0] == counts_and_curves("replaced")[0]
        and counts_and_curves("neutral")[1] != counts_and_curves("replaced")[1]
    ),
    "**So row 4-1 has a lead and no proof**": lambda: (
        line("4-1").verdict == "not"
        and {
            record.decisions.output
            for record in table.planned("grid-4-1")
            if table.row_lines(spec.row("4-1"), record)[-1].verdict == "reproduced"
        }
        == {"linear"}
    ),
    "in all {glue:text}`ch08_grid_linear_count` settings every trial succeeds": lambda: all(
        one.succeeded == one.trials
        for stop in ("both", "average")
        for one in wording.grid_of_adding("linear", stop)
    ),
    "No. (": lambda: (
        sum(line(row).program_succeeded for row in EXPERIMENT_1)
        < 0.2 * sum(line(row).program_trials for row in EXPERIMENT_1)
    ),
    "What helps most is this: {glue:text}`ch08_1_best`.": lambda: max(
        (v for v in table.variants() if v.lines[-1].row == "1-5"),
        key=lambda v: v.lines[-1].succeeded / v.lines[-1].trials,
    ).departures["shortcuts"],
    "The units need not even feed the blocks": lambda: (
        sum(one.succeeded for one in five_rows(4, feed_blocks=False)) >= 0.9 * 150
    ),
    "Nor does it matter much when weights change": lambda: (
        sum(one.succeeded for one in five_rows(4, update="late")) >= 0.9 * 150
    ),
    "So the failure is not our mistake alone.": lambda: (
        line("2c-2").program_complete and line("2c-2").program_succeeded == 0
    ),
    "*Table 3*: not reproduced as counted; reproduced without feedback into the cells": lambda: (
        all(line(row).verdict != "reproduced" for row in ROWS_2C)
        and sum(into_gates(row).verdict == "reproduced" for row in ROWS_2C) > len(ROWS_2C) / 2
    ),
    "The nets hold what they must over a thousand steps": lambda: all(
        line(row).succeeded == line(row).trials for row in ("3a-3", "3b-3", "4-3")
    ),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_of_the_text_holds_on_record(claim):
    assert claim in text(), "the chapter says this no more: change the claim here too"
    assert CLAIMS[claim]()


def test_the_rule_and_the_verdicts_are_not_typed():
    chapter = text()
    assert all(
        f"{{glue:text}}`ch08_rule_{part}`" in chapter for part in ("reproduced", "partly", "not")
    )
    assert table.RULE.count(" partly: ") == table.RULE.count(" not: ") == 1
    assert table.RULE not in chapter
    ours = {f"{one.mean:,.0f}" for one in table.lines() if one.mean is not None}
    ours |= {f"{one.mean:,.0f}" for v in table.variants() for one in v.lines if one.mean}
    assert not [number for number in ours if number in prose()]


def test_every_figure_of_the_paper_in_the_prose_is_in_the_specification():
    published = {
        f"{stage.published.sequences:,.0f}" for row in spec.ROWS.values() for stage in row.stages
    }
    counts = set(re.findall(r"\d{2,3},000", prose())) - {"10,000"}
    assert counts
    assert counts <= published


def test_the_quoted_range_of_success_of_experiment_1_is_the_paper_s():
    assert {spec.ROWS[row].stages[-1].published.percent for row in EXPERIMENT_1} == {97, 100}


def test_equation_of_the_weights_gives_every_count():
    assert "\\text{weights} = H (m + H) + p\\, b\\, s + \\text{biases}" in text()
    for row in spec.ROWS.values():
        net = row.net
        if not net.recurrent:
            continue
        m, p, b, s = net.inputs, net.outputs, net.blocks, net.block_size
        H = b * s + 2 * b
        biases = sum(net.bias_of_hidden) + (p if net.output_bias else 0)
        assert H * (m + H) + p * b * s + biases == row.weights


def test_equation_of_the_error_is_what_a_readout_sends_back():
    assert "y (1 - y) (d - y)" in text()
    readout = Readout(3, 1, rng=np.random.default_rng(0), kind="logistic")
    trace = readout.forward(np.array([0.3, -1.0, 2.0]))
    y, d = trace.output, np.array([0.9])
    error = y * (1 - y) * (d - y)
    came = readout.backward(trace, d).parameters["bias"]
    np.testing.assert_allclose(came, -error, rtol=1e-12)


def test_equation_of_the_sum_is_the_target():
    assert "d = 0.5 + \\frac{X_1 + X_2}{4}" in text()
    for sequence in islice(sequences.adding(np.random.default_rng(4)), 50):
        values = sequence.x[sequence.x[:, 1] == 1.0, 0]
        assert len(values) == 2
        assert sequence.target[-1, 0] == pytest.approx(0.5 + values.sum() / 4)


def test_the_slips_are_as_stated():
    strings = [next(sequences.embedded_reber(np.random.default_rng(n))).symbols for n in range(400)]
    assert min(map(len, strings)) == 9
    extra = np.random.default_rng(1)
    drawn = [len(s) - 3 - 50 for s in islice(sequences.distractors(extra, 50, 50), 4000)]
    assert np.mean(drawn) == pytest.approx(9, abs=0.6)
    bound = (14 + (2560 - 14) * 0.04**2) / 2560
    assert bound < spec.ROWS["5"].stages[-1].published.test_error
    loose = (139 + (2560 - 139) * 0.04**2) / 2560
    assert loose > spec.ROWS["5"].stages[0].published.test_error


# --- the words themselves


def test_a_row_that_is_not_run_says_so(tmp_path):
    one = wording.line("6a", results=tmp_path)
    assert wording.sentence(one) == wording.after(one) == wording.verdict(one) == wording.NOT_RUN
    assert wording.sentence(None) == wording.NOT_RUN
    head, cells = wording.lines_table(["6a", "6b"], tmp_path)
    assert [row[-1] for row in cells] == [wording.NOT_RUN] * 2
    assert len(head) == len(cells[0])
    assert wording.tally(table.lines(tmp_path)) == f"{len(table.lines(tmp_path))} {wording.NOT_RUN}"
    assert wording.variant_rows(results=tmp_path) == []
    assert wording.rival_rows("6a", tmp_path)[0][4] == wording.NOT_RUN
    assert wording.solved_within("6a", 1000, tmp_path) == 0


def test_a_sentence_holds_the_figures_of_its_line():
    one = line("6a")
    said = wording.sentence(one)
    for number in (one.mean, one.least, one.most, one.paper_sequences):
        assert f"{number:,.0f}" in said
    assert said.endswith("by the rule: reproduced")


def test_every_decision_that_can_be_departed_from_has_words():
    default = open_decisions.Decisions()
    for one in dataclasses.fields(default):
        standard = getattr(default, one.name)
        others = open_decisions.CHOICES.get(
            one.name, (not standard,) if standard in (True, False) else (7,)
        )
        for value in others:
            if value != standard:
                assert wording.decision(one.name, value) != f"{one.name} = {value}"


def test_what_is_said_of_experiment_1_together_is_the_sum_of_its_rows():
    ours, program = wording.experiment_1_together()
    assert ours == f"{sum(line(row).succeeded for row in EXPERIMENT_1)} of 150"
    assert program.startswith(f"{sum(line(row).program_succeeded for row in EXPERIMENT_1)} of ")
    four = wording.all_five(4, feed_blocks=False)
    assert four == f"{sum(one.succeeded for one in five_rows(4, feed_blocks=False))} of 150"


def test_a_plan_says_how_far_it_has_come(tmp_path):
    assert wording.progress("hidden-units") == "All 90 planned runs are complete."
    assert wording.progress("grid-4-1", tmp_path).startswith("Of 56 planned runs 0 are complete;")


def test_the_closest_of_a_plan_is_one_of_it(tmp_path):
    assert wording.best_of_plan("grid-4-1", tmp_path) == "None of them is complete yet."
    found = {
        (one.row, one.succeeded, one.trials, one.mean)
        for one in (
            table.row_lines(spec.row(record.row), record)[-1]
            for record in table.planned("hidden-units")
        )
    }
    said = wording.best_of_plan("hidden-units")
    assert [one for one in found if one[3] and f"{one[3]:,.0f} ({one[1]} of {one[2]}" in said]
    assert said.startswith("Closest to the paper: ")


@pytest.mark.parametrize(
    ("output", "stop", "count"),
    [
        ("linear", "both", 12),
        ("linear", "average", 12),
        ("logistic", "both", 16),
        ("logistic", "average", 16),
    ],
)
def test_the_grid_of_adding_is_told_by_output_and_rule(output, stop, count, tmp_path):
    found = [
        table.row_lines(spec.row("4-1"), record)[-1]
        for record in table.planned("grid-4-1")
        if (record.decisions.output, record.decisions.stop) == (output, stop)
    ]
    assert wording.grid_of_adding(output, stop) == found
    assert len(found) == count
    assert wording.grid_of_adding(output, stop, tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tanh", "both"), "output must be one of .*got 'tanh'"),
        (("linear", "never"), "stop must be one of .*got 'never'"),
    ],
)
def test_the_grid_of_adding_has_no_other_part(arguments, message):
    with pytest.raises(ValueError, match=message):
        wording.grid_of_adding(*arguments)


@pytest.mark.parametrize("row", spec.ROWS)
def test_the_net_and_the_rules_of_a_row_are_said_with_its_numbers(row):
    one = spec.ROWS[row]
    assert f"{one.weights:,} weights; learning rate {one.learning_rate:g}." in wording.net(row)
    assert f"{one.net.blocks} block" in wording.net(row)
    said = wording.rules(row)
    assert said.count("when of ") == len(one.stages)
    for stage in one.stages:
        below = stage.rule.average_below
        assert below is None or f"below {below:g}" in said


def test_a_span_of_one_count_is_that_count():
    assert (wording.span([3, 3]), wording.span([3, 1200])) == ("3", "3 to 1,200")


def test_an_unknown_task_is_refused():
    with pytest.raises(ValueError, match="task"):
        wording.rival_rows("9z")
