"""Each trial is a dot where it ended, each setting a ring, and the sentence counts them all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import explorers
from lstm_lab.chapters.ch08.figures import trials1997
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.report import reproduction_report, table, wording
from lstm_lab.paper1997.runner import records

states = st.sampled_from(trials1997.rows()).flatmap(
    lambda row: st.tuples(st.just(row), st.sampled_from(trials1997.readings(row)))
)


def drawn(row, reading):
    return trials1997.trials_1997(row, **{trials1997.control_name(row): reading})


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def seen(trace):
    return [] if trace.visible is False else [float(x) for x in trace.x]


@given(states)
@settings(max_examples=25)
def test_the_dots_are_the_trials_on_record(state):
    figure = drawn(*state)
    setting = trials1997._tried()[state[0]][state[1]]
    trials = setting.record.trials.values()
    solved = sorted(t.reached[-1].sequences for t in trials if t.succeeded)
    given_up = sorted(t.sequences for t in trials if not t.succeeded)
    np.testing.assert_allclose(sorted(seen(named(figure, "solved"))), np.log10(solved))
    np.testing.assert_allclose(sorted(seen(named(figure, "given up"))), np.log10(given_up))
    (star,) = named(figure, "the paper").x
    published = spec.row(state[0]).stages[-1].published
    assert star == pytest.approx(np.log10(published.sequences))
    assert named(figure, "the paper").y[0] == published.percent


@given(states)
@settings(max_examples=25)
def test_the_bar_is_wilson_s_interval_and_the_sentence_says_it(state):
    figure = drawn(*state)
    line = trials1997._tried()[state[0]][state[1]].line
    low, high = reproduction_report.success_interval(line.succeeded, line.trials)
    bar = next(trace for trace in figure.data if trace.line.width == 3)
    np.testing.assert_allclose(bar.y, [100 * low, 100 * high])
    summary = figure.layout.meta["summary"]
    assert f"{100 * low:.0f} to {100 * high:.0f} %" in summary
    assert f"{line.succeeded} of {line.trials} trials succeed" in summary
    assert wording.verdict(line) in summary


def test_every_setting_on_record_can_be_chosen_once():
    files = [
        path
        for path in records.RESULTS.rglob("*.json")
        if path.relative_to(records.RESULTS).parts[0] != "baselines"
        and not any(part.startswith(".") for part in path.parts)
    ]
    assert sum(trials1997.count_of_settings().values()) == len(files) > 150
    states = list(explorers.show("trials-1997").states())
    assert len(states) == len(files)
    for row in trials1997.rows():
        rings = next(t for t in drawn(row, wording.LETTER).data if t.name == "every setting")
        assert len(rings.x) == trials1997.count_of_settings()[row]


def test_the_letter_comes_first_and_a_program_that_was_not_run_is_said_so():
    assert trials1997.readings("1-5")[:2] == [wording.LETTER, wording.PROGRAM]
    assert "cannot build" in trials1997.trials_1997("2a").layout.meta["summary"]
    assert "not planned" in trials1997.trials_1997("3a-3").layout.meta["summary"]


def test_a_row_is_looked_at_along_one_axis():
    ranges = {tuple(drawn("1-5", one).layout.xaxis2.range) for one in trials1997.readings("1-5")}
    assert len(ranges) == 1


def test_settings_tried_are_in_the_order_of_the_paper():
    rows = [setting.record.row for setting in table.settings_tried()]
    assert rows == sorted(rows, key=list(spec.ROWS).index)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [({"row": "7"}, "row"), ({"row": "1-5", "reading_1_5": "mine"}, "reading_1_5")],
)
def test_what_is_not_on_record_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        trials1997.trials_1997(**arguments)
