"""Small nets of the engine, and a few sequences learnt by eight of them at once."""

from __future__ import annotations

import numpy as np

from lstm_lab.paper1997 import choices, engine, full, kinds, lockstep, spec, supply, trial
from lstm_lab.paper1997.layout import LANES, Nets, Order, Weights, empty_errors

PAIRS = kinds.Task("marked_pairs", (22, 0, 2), (-1.0,), typical_length=24)
NETS = {
    "4": (spec.row("4-1").net, PAIRS),
    "2 cells, no bias": (kinds.Net(9, 2, 2, 1), kinds.Task("distractors", (5, 6))),
    "3": (spec.row("3a-1").net, kinds.Task("two_classes", (20, 3, 0), (0.4, 1.0, 0.0, 0.0))),
    "identity, one gate": (
        kinds.Net(
            9,
            2,
            1,
            2,
            output_gate=False,
            recurrent=False,
            shortcuts=True,
            g="logistic",
            h="identity",
        ),
        kinds.Task("distractors", (5, 6)),
    ),
}


def row_of(name, rate=0.5):
    net, task = NETS[name]
    stage = kinds.Stage("", kinds.Recent(10**6), kinds.Published(1))
    return kinds.Row("x", None, "", "", task, net, rate, 8, 0.1, (stage,), 0, 100, 0)


def eight(net, seed=0):
    return [
        trial.initial_weights(net, np.random.default_rng([seed, lane])) for lane in range(LANES)
    ]


def learn(row, weights, count, decisions=None, streams_seed=0):
    """`count` sequences in each lane; returns the weights, the worst and the mean errors."""
    decisions = decisions or choices.Decisions()
    lanes = lockstep.into_lanes(weights)
    room = supply.room(row, count)
    steps = max(
        supply.fill(row, np.random.default_rng([streams_seed, lane]), room, lane, count)
        for lane in range(LANES)
    )
    errors = empty_errors(count)
    run = full.train_full if decisions.update == "sequence" else engine.train
    late = decisions.update == "late"
    changes = Weights(*(np.zeros_like(array) for array in lanes)) if late else lanes
    order = Order(steps, np.full(LANES, count), np.ones(LANES), True)
    run(trial.make_plan(row, decisions), Nets(lanes, changes), room, order, errors)
    return lanes, errors.worst, errors.mean
