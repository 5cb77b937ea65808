"""Nets of the paper before training: what they hold without having learnt anything."""

import numpy as np
import pytest

from lstm_lab.models.activations import ACTIVATIONS
from lstm_lab.paper1997.engine.network_setup import initial_weights
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import trained_nets


def logistic(net):
    return 1 / (1 + np.exp(-net))


@pytest.mark.parametrize("recurrence", ["all", "gates"])
def test_the_drift_of_untrained_nets_is_what_the_equations_give(recurrence):
    row = open_decisions.decided(spec.row("2c-1"), open_decisions.Decisions(recurrence=recurrence))
    ends = []
    for number in range(20):
        weights = initial_weights(row.net, spec.trial_generators(row, trained_nets.SEED, number)[0])
        sequence = next(
            trained_nets.stream(row, np.random.default_rng([trained_nets.SEED, number]))
        )
        y, s = np.zeros(6), np.zeros(2)
        for x in sequence.x:
            net = x @ weights.columns + y @ weights.hidden[:-1]
            s = s + logistic(net[2:4]) * (4 * logistic(net[:2]) - 2)
            y_c = logistic(net[4:]) * (2 * logistic(s) - 1)
            y = np.concatenate([y_c, logistic(net[2:])])
        ends.append(s)
    found = trained_nets.untrained("2c-1", recurrence)
    ends = np.concatenate(ends)
    assert found.size == pytest.approx(np.median(np.abs(ends)), rel=1e-9)
    slope = 2 * logistic(ends) * (1 - logistic(ends))
    assert found.slope == pytest.approx(np.median(slope), rel=1e-9)
    assert ACTIVATIONS[row.net.h].steepest == 0.5 >= slope.max()


def test_the_cells_drift_through_what_is_fed_back():
    sizes = [trained_nets.untrained(f"2c-{n}").size for n in (1, 3, 5)]
    assert sizes == sorted(sizes)
    assert trained_nets.untrained("2c-5", "gates").size < sizes[0]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("2d",), "row"), (("2c-1", "cells"), "recurrence"), (("2c-1", "all", 0), "fresh")],
)
def test_what_is_not_known_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        trained_nets.untrained(*arguments)


def test_the_shift_of_a_state_is_the_squared_derivative_by_finite_differences():
    row = open_decisions.decided(spec.row("2c-1"), open_decisions.Decisions())
    weights = initial_weights(row.net, spec.trial_generators(row, trained_nets.SEED, 0)[0])
    sequence = next(trained_nets.stream(row, np.random.default_rng([trained_nets.SEED, 0])))
    W = np.concatenate([weights.columns, weights.hidden[:-1]])
    sources, y, s = [], np.zeros(6), np.zeros(2)
    for x in sequence.x:
        sources.append(np.concatenate([x, y]))
        net = sources[-1] @ W
        s = s + logistic(net[2:4]) * (4 * logistic(net[:2]) - 2)
        y = np.concatenate([logistic(net[4:]) * (2 * logistic(s) - 1), logistic(net[2:])])
    u = np.array(sources)  # held fast: the gradient is truncated

    def states(changed):
        net = u @ changed
        return (logistic(net[:, 2:4]) * (4 * logistic(net[:, :2]) - 2)).sum(axis=0)

    squares = np.zeros(2)
    for place in np.ndindex(len(W), 4):
        up, down = W.copy(), W.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        squares += ((states(up) - states(down)) / 2e-5) ** 2
    found = trained_nets.shift_of_state("2c-1", fresh=1)
    assert found == pytest.approx(np.median(squares), rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("2d",), "row"), (("2c-1", "cells"), "recurrence"), (("2c-1", "all", 0), "fresh")],
)
def test_a_shift_of_what_is_not_known_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        trained_nets.shift_of_state(*arguments)
