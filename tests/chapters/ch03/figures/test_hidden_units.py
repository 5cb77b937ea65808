"""Chapter 03: XOR learned, the drawings and the claims of the text against independent computations."""

import numpy as np
import pytest

from lstm_lab.chapters.ch03.figures import hidden_units
from lstm_lab.chapters.explorers import EXPLORERS


def summary(figure):
    return figure.layout.meta["summary"]


def test_which_of_the_fifteen_seeds_are_stuck():
    stuck = {
        units: [
            s
            for s, ok in zip(
                hidden_units.XOR_SEEDS, hidden_units.train_xor(units).learned, strict=True
            )
            if not ok
        ]
        for units in hidden_units.XOR_HIDDEN
    }
    assert stuck[1] == list(hidden_units.XOR_SEEDS)
    assert stuck[2] == [11, 12, 14]
    assert stuck[4] == []


def test_a_stuck_network_has_merged_two_inputs_of_different_target():
    net = hidden_units.train_xor(2).network(11, hidden_units.XOR_UPDATES)
    trace = net.forward(hidden_units.XOR_INPUTS)
    h, y = trace.activations[1], trace.output[:, 0]
    assert np.linalg.norm(h[1] - h[3]) < 0.01
    np.testing.assert_allclose(y[[1, 3]], 0.5, atol=0.01)
    assert "are 01 and 11" in summary(hidden_units.hidden_space(11, hidden_units.XOR_UPDATES))


def test_the_surface_is_the_output_of_the_network():
    figure = hidden_units.xor_surface(2, 1, 500)
    heat = figure.data[0]
    net = hidden_units.train_xor(2).network(1, 500)
    at = net.forward(np.array([heat.x[3], heat.y[20]])).output[0]
    assert heat.z[20][3] / 50 == pytest.approx(at, abs=0.0101)
    assert "4 of 4 are right" in summary(figure)


def test_where_the_lines_of_the_hidden_units_lie():
    weights, bias = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([-1.0, -0.25])
    x, y = (np.array(values, dtype=float) for values in hidden_units._unit_lines(weights, bias))
    there = ~np.isnan(x)
    unit = np.cumsum(np.isnan(x))[there]
    net = weights[unit, 0] * x[there] + weights[unit, 1] * y[there] + bias[unit]
    np.testing.assert_allclose(net, 0, atol=1e-12)
    assert there.sum() == 4


def test_the_share_that_learns_is_counted_over_seeds():
    figure = hidden_units.learned_share(hidden=(1, 2), seeds=6, updates=200)
    expected = 100 * hidden_units.train_xor(2, tuple(range(6)), 200).learned.mean()
    assert figure.data[0].y[1] == pytest.approx(expected)
    assert figure.data[0].y[0] == 0


@pytest.mark.parametrize(
    "name", ["chain-rule", "gradient-check", "xor-surface", "hidden-space", "symmetry-weights"]
)
def test_every_state_has_the_same_traces(name):
    explorer = EXPLORERS[name]()
    states = list(explorer.states())
    some = states[:: max(1, len(states) // 12)]
    assert len({len(explorer.figure(**state).data) for state in some}) == 1
    assert all(summary(explorer.figure(**state)) for state in some)
