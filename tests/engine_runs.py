"""Small nets of the engine, and a few sequences learnt by eight of them at once."""

from __future__ import annotations

import numpy as np

from lstm_lab.paper1997.engine import full_gradient, layout, network_setup, truncated_gradient
from lstm_lab.paper1997.engine.layout import (
    LANES,
    Nets,
    Order,
    Weights,
    empty_errors,
)
from lstm_lab.paper1997.published import open_decisions, schema, spec
from lstm_lab.paper1997.runner import trial_data

PAIRS = schema.Task("marked_pairs", (22, 0, 2), (-1.0,), typical_length=24)
NETS = {
    "4": (spec.row("4-1").net, PAIRS),
    "2 cells, no bias": (schema.Net(9, 2, 2, 1), schema.Task("distractors", (5, 6))),
    "3": (spec.row("3a-1").net, schema.Task("two_classes", (20, 3, 0), (0.4, 1.0, 0.0, 0.0))),
    "identity, one gate": (
        schema.Net(
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
        schema.Task("distractors", (5, 6)),
    ),
}


def row_of(name, rate=0.5):
    net, task = NETS[name]
    stage = schema.Stage("", schema.Recent(10**6), schema.Published(1))
    return schema.Row("x", None, "", "", task, net, rate, 8, 0.1, (stage,), 0, 100, 0)


def eight(net, seed=0):
    return [
        network_setup.initial_weights(net, np.random.default_rng([seed, lane]))
        for lane in range(LANES)
    ]


def learn(row, weights, count, decisions=None, streams_seed=0):
    """`count` sequences in each lane; returns the weights, the worst and the mean errors."""
    decisions = decisions or open_decisions.Decisions()
    lanes = layout.into_lanes(weights)
    room = trial_data.room(row, count)
    steps = max(
        trial_data.fill(row, np.random.default_rng([streams_seed, lane]), room, lane, count)
        for lane in range(LANES)
    )
    errors = empty_errors(count)
    run = full_gradient.train_full if decisions.update == "sequence" else truncated_gradient.train
    late = decisions.update == "late"
    changes = Weights(*(np.zeros_like(array) for array in lanes)) if late else lanes
    order = Order(steps, np.full(LANES, count), np.ones(LANES), True)
    run(network_setup.make_plan(row, decisions), Nets(lanes, changes), room, order, errors)
    return lanes, errors.worst, errors.mean
