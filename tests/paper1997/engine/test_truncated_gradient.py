"""The compiled engine does what the readable models do."""

import subprocess
import sys
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
from engine_runs import NETS, eight, learn, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import seeds

from lstm_lab import sequences
from lstm_lab.paper1997.engine import layout, network_setup, truncated_gradient
from lstm_lab.paper1997.engine.layout import (
    LANES,
    Nets,
    Order,
    Weights,
    empty_errors,
)
from lstm_lab.paper1997.published import open_decisions, schema, spec
from lstm_lab.paper1997.runner import string_sets, trial, trial_data, trial_group
from lstm_lab.paper1997.runner.as_models import parameters, readable

PUBLIC = {
    "marked_pairs": lambda rng: sequences.adding(rng, 22),
    "distractors": lambda rng: sequences.distractors(rng, 6, 5),
    "two_classes": lambda rng: sequences.two_classes(rng, 20, 3, noise_std=0.4),
}


def descend(row, weights, stream, count, gradient="truncated", slope=True):
    """The same with the readable models: forward, backward, one update a sequence."""
    lstm, readout = readable(row.net, weights, gradient)
    errors = []
    for sequence in islice(stream, count):
        trace = lstm.forward(sequence.x)
        features = trace.state[1:, lstm.parts["output"]]
        if row.net.shortcuts:
            features = np.concatenate([features, sequence.x], axis=-1)
        out = readout.forward(features)
        mask = sequence.error_mask
        errors.append(np.abs(out.output - sequence.noise_free_target)[mask].max())
        if slope:
            grads = readout.backward(out, sequence.target, mask.astype(float))
            d_features, d_readout = grads.x, grads.parameters
        else:
            d_net = (out.output - sequence.target) * mask[:, None]
            d_features = d_net @ readout.parameters["weights"]
            d_readout = {"weights": d_net.T @ features, "bias": d_net.sum(axis=0)}
        d_state = np.zeros((len(sequence), lstm.state_size))
        d_state[:, lstm.parts["output"]] = d_features[:, : row.net.cells]
        d_lstm = lstm.backward(trace, d_state).parameters
        for model, d in ((lstm, d_lstm), (readout, d_readout)):
            for name, array in model.parameters.items():
                array -= row.learning_rate * d[name]
    return lstm, readout, np.array(errors)


def compare(row, lanes, lane, lstm, readout, tolerance=1e-10):
    for model, ours in zip(
        (lstm, readout), parameters(row.net, layout.out_of_lanes(lanes, lane)), strict=True
    ):
        for name, array in model.parameters.items():
            assert np.abs(array - ours[name]).max() < tolerance, name


def test_a_thousand_updates_equal_those_of_the_readable_models():
    row = row_of("4")
    weights = eight(row.net)
    lanes, worst, _ = learn(row, weights, 1000)
    lstm, readout, errors = descend(
        row, weights[0], PUBLIC["marked_pairs"](np.random.default_rng([0, 0])), 1000
    )
    compare(row, lanes, 0, lstm, readout)
    assert np.abs(worst[:, 0] - errors).max() < 1e-10
    assert np.abs(lstm.parameters["input_weights"] - weights[0].hidden[:2].T).max() > 0.01


@pytest.mark.parametrize("slope", [True, False])
@pytest.mark.parametrize("name", NETS)
def test_every_topology_equals_the_readable_models(name, slope):
    row = row_of(name)
    weights = eight(row.net)
    lanes, worst, _ = learn(row, weights, 60, open_decisions.Decisions(output_slope=slope))
    for lane in (0, 5):
        stream = PUBLIC[row.task.name](np.random.default_rng([0, lane]))
        lstm, readout, errors = descend(row, weights[lane], stream, 60, slope=slope)
        compare(row, lanes, lane, lstm, readout)
        assert np.abs(worst[:, lane] - errors).max() < 1e-10


@pytest.mark.parametrize("name", NETS)
def test_the_full_gradient_equals_the_readable_models(name):
    row = row_of(name)
    weights = eight(row.net)
    decisions = open_decisions.Decisions(error_paths="full", update="sequence")
    lanes, _, _ = learn(row, weights, 60, decisions)
    stream = PUBLIC[row.task.name](np.random.default_rng([0, 3]))
    lstm, readout, _ = descend(row, weights[3], stream, 60, "full")
    compare(row, lanes, 3, lstm, readout)
    truncated, _, _ = learn(row, weights, 60)
    if row.net.recurrent:
        assert np.abs(truncated.hidden - lanes.hidden).max() > 1e-6


@pytest.mark.parametrize("name", NETS)
def test_carried_derivatives_equal_the_truncated_backward_pass(name):
    row = row_of(name)
    forward, worst, mean = learn(row, eight(row.net), 40)
    backward = learn(row, eight(row.net), 40, open_decisions.Decisions(update="sequence"))
    for one, other in zip(forward, backward[0], strict=True):
        assert np.abs(one - other).max(initial=0.0) < 1e-12
    assert np.abs(worst - backward[1]).max() < 1e-12
    assert np.abs(mean - backward[2]).max() < 1e-12


def step_by_step(row, weights, strings):
    """Learn next symbols with an update at every step, in plain NumPy."""
    net, rate = row.net, row.learning_rate
    C, b, A = net.cells, net.blocks, net.inputs
    hidden, output = parameters(net, weights)
    bias = np.concatenate(
        [hidden[f"{unit}_bias"] for unit in ("cell", "input_gate", "output_gate")]
    )
    W = np.column_stack([hidden["input_weights"], hidden["recurrent_weights"], bias])
    V = np.array(output["weights"])
    allowed = np.ones_like(W)
    allowed[:, -1] = net.bias_of_hidden
    block = np.repeat(np.arange(b), net.block_size)

    def f(z):
        return 1 / (1 + np.exp(-z))

    for string in strings:
        s, y = np.zeros(C), np.zeros(net.hidden)
        P_c, P_in = np.zeros((C, W.shape[1])), np.zeros((C, W.shape[1]))
        for shown, following in pairwise(string):
            u = np.concatenate([np.eye(A)[shown], y, [1.0]])
            a = f(W @ u)
            y_in, y_out = a[C : C + b][block], a[C + b :][block]
            g, g_slope = 4 * a[:C] - 2, 4 * a[:C] * (1 - a[:C])
            s = s + y_in * g
            h = 2 * f(s) - 1
            h_slope = (1 - h**2) / 2
            P_c += np.outer(y_in * g_slope, u)
            P_in += np.outer(g * y_in * (1 - y_in), u)
            y_c = y_out * h
            out = f(V @ y_c)
            e = (np.eye(A)[following] - out) * out * (1 - out)
            eps = V.T @ e
            V = V + rate * np.outer(e, y_c)
            e_s = eps * y_out * h_slope
            e_out = np.bincount(block, h * eps) * (a[C + b :] * (1 - a[C + b :]))
            d_in = [(e_s[:, None] * P_in)[block == j].sum(axis=0) for j in range(b)]
            dW = np.vstack([e_s[:, None] * P_c, d_in, np.outer(e_out, u)])
            W = W + rate * allowed * dW
            y = np.concatenate([y_c, a[C:]])
    return W, V


def test_updates_at_every_step_follow_the_equations_of_the_appendix():
    row = spec.row("1-5")
    one = trial.start(row, open_decisions.Decisions(), 0, 0, 100)
    before = Weights(*(array.copy() for array in one.weights))
    (after,) = trial_group.advance([one], 1e-9)
    assert after.sequences == 100
    order = spec.trial_generators(row, 0, 0)[1].integers(0, string_sets.STRINGS, 100)
    symbols, lengths, _ = string_sets.string_sets(row, 0, 0)
    W, V = step_by_step(row, before, [symbols[n, : lengths[n]] for n in order])
    hidden, output = parameters(row.net, after.weights)
    assert np.abs(W[:, :7] - hidden["input_weights"]).max() < 1e-12
    assert np.abs(W[:, 7:-1] - hidden["recurrent_weights"]).max() < 1e-12
    assert np.abs(W[row.net.cells :, -1] - after.weights.hidden[-1, row.net.cells :]).max() < 1e-12
    assert np.abs(V - output["weights"]).max() < 1e-12


def test_a_lane_knows_nothing_of_the_others():
    row = row_of("4")
    weights = eight(row.net)
    together, worst, _ = learn(row, weights, 30)
    alone = layout.into_lanes([weights[6]])
    room = trial_data.room(row, 30)
    steps = trial_data.fill(row, np.random.default_rng([0, 6]), room, 0, 30)
    errors = empty_errors(30)
    order = Order(steps, np.full(LANES, 30), np.ones(LANES), True)
    plan = network_setup.make_plan(row, open_decisions.Decisions())
    truncated_gradient.train(plan, Nets(alone, alone), room, order, errors)
    assert np.array_equal(alone.hidden[..., 0], together.hidden[..., 6])
    assert np.array_equal(errors.worst[:, 0], worst[:, 6])


def test_a_lane_stops_learning_at_its_limit_and_a_test_changes_nothing():
    row = row_of("4")
    weights = eight(row.net)
    ten, _, _ = learn(row, weights, 10)
    room = trial_data.room(row, 30)
    steps = max(
        trial_data.fill(row, np.random.default_rng([0, k]), room, k, 30) for k in range(LANES)
    )
    for learning, limit, expected in ((True, 10, ten), (False, 30, layout.into_lanes(weights))):
        lanes = layout.into_lanes(weights)
        order = Order(steps, np.full(LANES, limit), np.ones(LANES), learning)
        plan = network_setup.make_plan(row, open_decisions.Decisions())
        truncated_gradient.train(plan, Nets(lanes, lanes), room, order, empty_errors(30))
        for one, other in zip(lanes, expected, strict=True):
            assert np.array_equal(one, other)


@st.composite
def small_rows(draw):
    """A row with a small net of any topology, for values or for symbols."""
    task = draw(st.sampled_from([task for _, task in NETS.values()]))
    inputs, outputs = {"marked_pairs": (2, 1), "distractors": (9, 2), "two_classes": (1, 1)}[
        task.name
    ]
    blocks, maybe_random = draw(st.integers(1, 3)), st.sampled_from([None, "random"])
    net = schema.Net(
        inputs,
        outputs,
        blocks,
        draw(st.integers(1, 3)),
        input_gate_bias=draw(st.sampled_from([None, "random", (-1.0,) * blocks])),
        output_gate_bias=draw(st.sampled_from([None, "random", (-2.0,) * blocks])),
        cell_bias=draw(maybe_random),
        output_bias=draw(maybe_random),
        output_gate=draw(st.booleans()),
        recurrent=draw(st.booleans()),
        shortcuts=inputs > 2 and draw(st.booleans()),
        g=draw(st.sampled_from(["logistic", "logistic [-2, 2]", "logistic [-1, 1]"])),
        h=draw(st.sampled_from(["identity", "logistic [-1, 1]"])),
    )
    if not net.output_gate:
        net = replace(net, output_gate_bias=None)
    return replace(row_of("4", draw(st.floats(0.01, 0.5))), task=task, net=net)


@given(small_rows(), seeds, st.integers(0, LANES - 1), st.booleans(), st.booleans())
@settings(max_examples=25)
def test_any_net_learns_as_the_readable_models_do(row, seed, lane, slope, full_gradient):
    paths = {"error_paths": "full", "update": "sequence"} if full_gradient else {}
    weights = eight(row.net, seed)
    lanes, worst, _ = learn(
        row, weights, 8, open_decisions.Decisions(output_slope=slope, **paths), streams_seed=seed
    )
    stream = PUBLIC[row.task.name](np.random.default_rng([seed, lane]))
    gradient = "full" if full_gradient else "truncated"
    lstm, readout, errors = descend(row, weights[lane], stream, 8, gradient, slope)
    compare(row, lanes, lane, lstm, readout)
    assert np.abs(worst[:, lane] - errors).max() < 1e-10


@given(hnp.arrays(np.float64, 7, elements=st.floats(0, 1)), st.sets(st.integers(0, 6), min_size=1))
def test_an_output_is_legal_if_the_most_active_are_the_legal_ones(y, legal):
    others = set(range(7)) - legal
    is_right = all(y[a] > y[b] for a in legal for b in others)
    assert truncated_gradient.illegal(y, sum(1 << k for k in legal)) == (0.0 if is_right else 1.0)


# --- compilation

FRESH = """
import sys
import lstm_lab, lstm_lab.sequences, lstm_lab.paper1997.published.spec
assert "numba" not in sys.modules, "numba came with the ground floor"
from lstm_lab.paper1997.engine import full_gradient, sampling, truncated_gradient
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import run, trial, trial_data, trial_group
assert not truncated_gradient.train.signatures and not sampling.fill.signatures, "compiled at import"
row = spec.row("6a")
trial_group.advance([trial.start(row, open_decisions.Decisions(), 0, 0, 100)], 1e-9)
for function in (truncated_gradient.train, sampling.fill):
    print(sum(function.stats.cache_hits.values()), sum(function.stats.cache_misses.values()))
"""


def test_nothing_is_compiled_at_import_and_what_was_compiled_once_is_kept():
    run = [sys.executable, "-c", FRESH]
    subprocess.run(run, check=True, capture_output=True)  # fills the cache if it is empty
    again = subprocess.run(run, check=True, capture_output=True, text=True)
    assert again.stdout.split() == ["1", "0", "1", "0"]
