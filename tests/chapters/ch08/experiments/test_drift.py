"""Nets of experiment 2c before training: where their cells drift to, and how far one error moves them."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch08.experiments import drift
from lstm_lab.paper1997.engine.network_setup import initial_weights
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import trained_nets

SETTINGS = drift.DriftSettings()


def logistic(net):
    return 1 / (1 + np.exp(-net))


def net_and_sequence(recurrence, number):
    """The weights of an untrained net of row 2c-1, from the sources to cells and gates, and its sequence."""
    row = open_decisions.decided(spec.row("2c-1"), open_decisions.Decisions(recurrence=recurrence))
    weights = initial_weights(row.net, spec.trial_generators(row, SETTINGS.seed, number)[0])
    sequence = next(trained_nets.stream(row, np.random.default_rng([SETTINGS.seed, number])))
    return np.concatenate([weights.columns, weights.hidden[:-1]]), sequence.x


def along(W, x):
    """The sources at every step and the states at the end, straight from the paper's equations."""
    sources, y, s = [], np.zeros(6), np.zeros(2)
    for shown in x:
        sources.append(np.concatenate([shown, y]))
        net = sources[-1] @ W
        s = s + logistic(net[2:4]) * (4 * logistic(net[:2]) - 2)
        y = np.concatenate([logistic(net[4:]) * (2 * logistic(s) - 1), logistic(net[2:])])
    return np.array(sources), s


@pytest.mark.parametrize("recurrence", drift.WIRINGS)
@pytest.mark.parametrize("number", [0, 7])
def test_states_and_slopes_are_what_the_equations_give(recurrence, number):
    _, states = along(*net_and_sequence(recurrence, number))
    found = drift.drift_trial(SETTINGS, ("2c-1", "paper", recurrence, number))
    np.testing.assert_allclose(found["states"], states, rtol=1e-9)
    slopes = 2 * logistic(states) * (1 - logistic(states))
    np.testing.assert_allclose(found["slopes"], slopes, rtol=1e-9)


def test_the_shift_is_the_squared_derivative_by_finite_differences():
    W, x = net_and_sequence("all", 0)
    u, _ = along(W, x)  # held fast: the gradient is truncated

    def states(changed):
        net = u @ changed
        return (logistic(net[:, 2:4]) * (4 * logistic(net[:, :2]) - 2)).sum(axis=0)

    squares = np.zeros(2)
    for place in np.ndindex(len(W), 4):
        up, down = W.copy(), W.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        squares += ((states(up) - states(down)) / 2e-5) ** 2
    found = drift.drift_trial(SETTINGS, ("2c-1", "paper", "all", 0))
    np.testing.assert_allclose(found["shifts"], squares, rtol=1e-6)


@given(
    st.sampled_from(["2c-1", "2c-2"]),
    st.sampled_from(SETTINGS.readings),
    st.sampled_from(list(drift.WIRINGS)),
    st.integers(0, SETTINGS.nets - 1),
)
@settings(max_examples=8)
def test_a_recorded_net_comes_out_again(row, reading, recurrence, number):
    again = drift.drift_trial(SETTINGS, (row, reading, recurrence, number))
    recorded = next(
        one
        for one in experiments.load("drift")["trials"]
        if [one[name] for name in ("row", "reading", "recurrence", "net")]
        == [row, reading, recurrence, number]
    )
    for name, value in again.items():
        assert recorded[name] == (value if isinstance(value, int | str) else pytest.approx(value))


def test_what_ships_is_complete_and_made_with_the_settings_of_the_code():
    result = experiments.load("drift")
    assert result["settings"] == json.loads(json.dumps(asdict(SETTINGS)))
    kinds = {(t["row"], t["reading"], t["recurrence"], t["net"]) for t in result["trials"]}
    assert len(kinds) == len(result["trials"]) == 9 * 2 * 2 * SETTINGS.nets


def test_medians_are_those_of_the_record():
    found = drift.measured("2c-3", "gates")
    states = [
        abs(state)
        for one in experiments.load("drift")["trials"]
        if (one["row"], one["reading"], one["recurrence"]) == ("2c-3", "paper", "gates")
        for state in one["states"]
    ]
    assert found.gap == 200
    assert found.state == pytest.approx(np.median(states))


@pytest.mark.parametrize("reading", SETTINGS.readings)
def test_the_power_is_the_slope_of_the_line_and_lies_in_its_interval(reading):
    middle, low, high = drift.power("all", reading)
    ends = [drift.measured(row, "all", reading).shift for row in ("2c-1", "2c-5")]
    assert middle == pytest.approx(np.log(ends[1] / ends[0]) / np.log(20), abs=0.1)
    assert low < middle < high


def test_a_run_writes_a_whole_file(tmp_path):
    small = drift.DriftSettings(rows=("2c-1",), readings=("paper",), nets=2)
    said = drift.run(tmp_path, jobs=1, settings=small)
    assert [file.name for file in tmp_path.iterdir()] == ["drift.json"]
    assert said.startswith("drift: 4 nets")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("1-1",), "row"), (("2c-1", "cells"), "recurrence"), (("2c-1", "all", "ours"), "reading")],
)
def test_what_is_not_known_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        drift.measured(*arguments)
