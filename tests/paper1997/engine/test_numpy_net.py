"""The net in plain NumPy, autograd, the engine, and sums made by hand all say the same."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from engine_runs import eight, learn, row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import seeds

from lstm_lab.paper1997.engine import full_gradient, layout, network_setup, truncated_gradient
from lstm_lab.paper1997.engine.layout import (
    END,
    ERROR,
    JUDGE,
    LANES,
    START,
    Nets,
    Order,
    Weights,
    empty_errors,
    empty_streams,
)
from lstm_lab.paper1997.engine.numpy_net import UPDATES, NumpyNet
from lstm_lab.paper1997.published import open_decisions, schema, spec
from lstm_lab.paper1997.runner import records, trial, trial_data, trial_group

TASKS = {
    "values": schema.Task("marked_pairs", (22, 0, 2), (-1.0,), typical_length=24),
    "symbols": schema.Task("distractors", (5, 6)),
    "an error at every step": schema.Task("long_lag", (8, 1), typical_length=9),
}
SIZES = {"values": (2, 1), "symbols": (9, 2), "an error at every step": (9, 9)}


@st.composite
def nets(draw, shortcuts=True):
    """A task, and a small net for it with anything that a decision can add."""
    name = draw(st.sampled_from(list(TASKS)))
    blocks, yes_or_no = draw(st.integers(1, 2)), st.booleans()
    maybe_random = st.sampled_from([None, "random"])
    output_gate = draw(yes_or_no)
    net = schema.Net(
        *SIZES[name],
        blocks,
        draw(st.integers(1, 2)),
        input_gate_bias=draw(st.sampled_from([None, "random", (-1.0, -3.0)[:blocks]])),
        output_gate_bias=draw(maybe_random) if output_gate else None,
        cell_bias=draw(maybe_random),
        output_bias=draw(maybe_random),
        output_gate=output_gate,
        recurrent=draw(yes_or_no),
        into_cells=draw(yes_or_no),
        shortcuts=shortcuts and name != "values" and draw(yes_or_no),
        hidden_units=draw(st.integers(0, 3)),
        hidden_units_feed_blocks=draw(yes_or_no),
        hidden_units_recurrent=draw(yes_or_no),
        hidden_units_bias=draw(maybe_random),
        bias_unit=draw(yes_or_no),
        start_activation=draw(st.sampled_from([0.0, 0.5, 0.9])),
        added_gate_bias=draw(yes_or_no),
        linear_output=draw(yes_or_no),
        init=0.5,
    )
    return TASKS[name], net


def sequences_of(streams, lane, row):
    """What a lane is shown: x, targets and where errors come in, sequence by sequence."""
    net, flags = row.net, streams.flags[:, lane]
    for start in np.flatnonzero(flags & START):
        end = start + int(np.flatnonzero(flags[start:] & END)[0]) + 1
        if net.dense_inputs:
            x = streams.x[start:end, :, lane]
        else:
            x = np.eye(net.inputs)[streams.symbols[start:end, lane]]
        wanted = streams.target[start:end, lane]
        one_value = net.outputs == 1
        target = wanted[:, None] if one_value else np.eye(net.outputs)[wanted.astype(int)]
        yield x, target, (flags[start:end] & ERROR) > 0


def assert_agree(net, numpy_net, weights, tolerance=1e-10):
    """Whether NumPy's net has the weights of one lane."""
    dense = net.dense_inputs
    W = np.concatenate([weights.hidden[:dense], weights.columns, weights.hidden[dense:]]).T
    assert np.abs(numpy_net.W - W).max() < tolerance
    assert np.abs(numpy_net.V - weights.output.T).max() < tolerance
    if net.shortcuts:
        assert np.abs(numpy_net.V_x - weights.output_columns.T).max() < tolerance


@given(nets(), seeds, st.sampled_from(UPDATES), st.booleans(), st.integers(0, LANES - 1))
@settings(max_examples=40)
def test_the_engine_learns_as_numpy_does(task_and_net, seed, update, slope, lane):
    task, net = task_and_net
    row = replace(row_of("4", 0.3), task=task, net=net)
    weights = eight(net, seed)
    decisions = open_decisions.Decisions(update=update, output_slope=slope)
    lanes, worst, _ = learn(row, weights, 6, decisions, streams_seed=seed)
    room = trial_data.room(row, 6)
    trial_data.fill(row, np.random.default_rng([seed, lane]), room, lane, 6)
    numpy_net = NumpyNet(net, weights[lane], row.learning_rate, slope, update)
    errors = []
    for x, target, has_error in sequences_of(room, lane, row):
        output = numpy_net.learn(x, target, has_error)
        errors.append(np.abs(output - target)[-1].max())
    assert_agree(net, numpy_net, layout.out_of_lanes(lanes, lane))
    if task.name != "long_lag":  # there, all steps are judged
        assert np.abs(worst[:, lane] - errors).max() < 1e-10


def autograd(net, weights, sequence, full_gradient):
    """What one sequence changes in each weight, at rate 1, found by torch from the forward pass."""
    torch = pytest.importorskip("torch")
    numpy_net = NumpyNet(net, weights, 1.0)
    W, V, V_x = (
        torch.tensor(array, requires_grad=True)
        for array in (numpy_net.W, numpy_net.V, numpy_net.V_x)
    )
    squash = {
        "logistic [-2, 2]": lambda a: 4 * torch.sigmoid(a) - 2,
        "logistic [-1, 1]": lambda a: 2 * torch.sigmoid(a) - 1,
    }
    cells, b, size, first_unit = net.cells, net.blocks, net.block_size, net.cells + net.gates
    y = torch.full((net.hidden,), net.start_activation, dtype=torch.float64)
    s, one = torch.zeros(cells, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    loss = 0.0
    for t, (x, target, has_error) in enumerate(zip(*sequence, strict=True)):
        x, target = torch.tensor(x), torch.tensor(target)
        unit = one * (net.start_activation if t == 0 else 1.0)
        before = y if full_gradient else y.detach()
        a = W @ torch.cat([x, before, *([unit] if net.bias_unit else []), one])
        gates = torch.sigmoid(a[cells:])
        y_in = gates[:b].repeat_interleave(size)
        s = s + y_in * squash[net.g](a[:cells])
        y_c = squash[net.h](s)
        if net.output_gate:
            y_c = gates[b : 2 * b].repeat_interleave(size) * y_c
        y = torch.cat([y_c, gates])
        out = V @ torch.cat([y_c, y[first_unit:], one]) + V_x @ x
        out = out if net.linear_output else torch.sigmoid(out)
        if has_error:
            loss = loss + (target - out).square().sum() / 2
    loss.backward()
    return [-array.grad.numpy() for array in (W, V, V_x)]


@given(nets(), seeds)
@settings(max_examples=25)
def test_numpy_and_autograd_find_the_same_change(task_and_net, seed):
    task, net = task_and_net
    row = replace(row_of("4"), task=task, net=net)
    weights = network_setup.initial_weights(net, np.random.default_rng(seed))
    room = trial_data.room(row, 1)
    trial_data.fill(row, np.random.default_rng(seed), room, 0, 1)
    (sequence,) = sequences_of(room, 0, row)
    numpy_net = NumpyNet(net, weights, 1.0, update="sequence")
    before = [array.copy() for array in (numpy_net.W, numpy_net.V, numpy_net.V_x)]
    numpy_net.learn(*sequence)
    after = (numpy_net.W, numpy_net.V, numpy_net.V_x)
    found = autograd(net, weights, sequence, full_gradient=False)
    for one, old, way, exists in zip(after, before, found, numpy_net.exists, strict=True):
        np.testing.assert_allclose(one - old, exists * way, rtol=0, atol=1e-10)


@given(nets(shortcuts=False), seeds)
@settings(max_examples=25)
def test_the_engine_s_full_gradient_is_autograd_s(task_and_net, seed):
    task, net = task_and_net
    row = replace(row_of("4", 1.0), task=task, net=net)
    weights = eight(net, seed)
    decisions = open_decisions.Decisions(error_paths="full", update="sequence")
    lanes, _, _ = learn(row, weights, 1, decisions, streams_seed=seed)
    room = trial_data.room(row, 1)
    trial_data.fill(row, np.random.default_rng([seed, 2]), room, 2, 1)
    (sequence,) = sequences_of(room, 2, row)
    expected = NumpyNet(net, weights[2], 1.0)
    found = autograd(net, weights[2], sequence, full_gradient=True)
    for array, way, exists in zip(
        (expected.W, expected.V, expected.V_x), found, expected.exists, strict=True
    ):
        array += exists * way
    assert_agree(net, expected, layout.out_of_lanes(lanes, 2))


# --- by hand: one input, one block of one cell, one output, a bias unit; all start at 0.5


def f(a):
    return 1 / (1 + exp(-a))


HAND = schema.Net(
    1,
    1,
    1,
    1,
    input_gate_bias="random",
    output_gate_bias="random",
    cell_bias="random",
    output_bias="random",
    bias_unit=True,
    start_activation=0.5,
    init=0.7,
)
SEQUENCES = [([0.3, -0.8], [0.9, 0.2]), ([-0.5, 0.6], [0.1, 0.7])]
RATE = 0.9


def contributions(now, sequence):
    """What each step of a sequence contributes; `now` holds W and V, which may change in between.

    Written from the equations, each sum over the past in full: nothing is carried.
    """
    x, d = sequence
    y, s, past = (0.5, 0.5, 0.5), 0.0, []
    for t in range(2):
        W, V = now
        u = (x[t], *y, 0.5 if t == 0 else 1.0, 1.0)
        net = [sum(w * v for w, v in zip(row, u, strict=True)) for row in W]
        sigma, y_in, y_out = map(f, net)
        g, g_slope = 4 * sigma - 2, 4 * sigma * (1 - sigma)
        s += y_in * g
        h, h_slope = 2 * f(s) - 1, 2 * f(s) * (1 - f(s))
        y_c = y_out * h
        past.append((u, y_in, g, g_slope))
        y_k = f(V[0] * y_c + V[1])
        e_k = y_k * (1 - y_k) * (d[t] - y_k)
        e_s = y_out * h_slope * V[0] * e_k
        e_out = y_out * (1 - y_out) * h * V[0] * e_k
        dW = [
            [e_s * sum(y_i * g_s * v[j] for v, y_i, _, g_s in past) for j in range(6)],
            [e_s * sum(g_ * y_i * (1 - y_i) * v[j] for v, y_i, g_, _ in past) for j in range(6)],
            [e_out * u[j] for j in range(6)],
        ]
        yield RATE * np.array(dW), RATE * np.array([e_k * y_c, e_k])
        y = (y_c, y_in, y_out)


def by_hand(W, V, update):
    """The weights after both sequences, and what is still to be added to them."""
    now, pending = [W, V], [0.0 * W, 0.0 * V]
    for sequence in SEQUENCES:
        for t, change in enumerate(contributions(now, sequence)):
            pending = [one + more for one, more in zip(pending, change, strict=True)]
            at_end = update == "sequence" and t == 1
            if update == "step" or at_end or (update == "late" and t == 0):
                now[:] = [one + more for one, more in zip(now, pending, strict=True)]
                pending = [0.0 * W, 0.0 * V]
    return *now, *pending


@pytest.mark.parametrize("update", UPDATES)
def test_two_sequences_by_hand(update):
    row = replace(row_of("4", RATE), net=HAND)
    one = network_setup.initial_weights(HAND, np.random.default_rng(4))
    room = empty_streams(4, 1)
    for number, (x, d) in enumerate(SEQUENCES):
        for t in range(2):
            room.x[2 * number + t, 0], room.target[2 * number + t] = x[t], d[t]
            room.flags[2 * number + t] = ERROR | JUDGE | (START, END)[t]
    lanes = layout.into_lanes([one] * LANES)
    late = update == "late"
    changes = Weights(*(np.zeros_like(array) for array in lanes)) if late else lanes
    run = full_gradient.train_full if update == "sequence" else truncated_gradient.train
    order = Order(4, np.full(LANES, 9), np.ones(LANES), True)
    plan = network_setup.make_plan(row, open_decisions.Decisions(update=update))
    run(plan, Nets(lanes, changes), room, order, empty_errors(2))
    W, V, pending_W, pending_V = by_hand(one.hidden.T, one.output[:, 0], update)
    for lane in (0, 7):
        np.testing.assert_allclose(lanes.hidden[..., lane].T, W, rtol=0, atol=1e-14)
        np.testing.assert_allclose(lanes.output[:, 0, lane], V, rtol=0, atol=1e-14)
        if late:
            np.testing.assert_allclose(changes.hidden[..., lane].T, pending_W, rtol=0, atol=1e-14)
            np.testing.assert_allclose(changes.output[:, 0, lane], pending_V, rtol=0, atol=1e-14)
            assert np.abs(pending_W).max() > 1e-4
    others = [by_hand(one.hidden.T, one.output[:, 0], other) for other in UPDATES]
    assert min(np.abs(a[0] - b[0]).max() for a in others for b in others if a is not b) > 1e-4


def test_late_is_by_sequence_but_for_the_first_steps_and_the_end():
    """The program's rule against update by sequence, over two sequences.

    Late, the first step's contribution counts at once; then that of the second step waits for the
    first step of the next sequence, which has seen neither. By sequence, all of each counts at its end.
    """
    one = network_setup.initial_weights(HAND, np.random.default_rng(4))
    W, V = one.hidden.T, one.output[:, 0]
    at_first = next(contributions([W, V], SEQUENCES[0]))
    now = [W + at_first[0], V + at_first[1]]
    first = contributions(old := [W, V], SEQUENCES[0])
    next(first)
    old[:] = now
    later = next(first)
    begun = next(contributions(now, SEQUENCES[1]))
    expected = now[0] + later[0] + begun[0]
    np.testing.assert_allclose(by_hand(W, V, "late")[0], expected, rtol=0, atol=1e-14)
    sequence = by_hand(W, V, "sequence")
    at_old = list(contributions([W, V], SEQUENCES[0]))
    after = [W + at_old[0][0] + at_old[1][0], V + at_old[0][1] + at_old[1][1]]
    at_new = list(contributions(after, SEQUENCES[1]))
    np.testing.assert_allclose(
        sequence[0], after[0] + at_new[0][0] + at_new[1][0], rtol=0, atol=1e-14
    )


# --- decisions


@pytest.mark.parametrize(
    ("row", "count"),
    [("4-1", 101), ("5", 101), ("6a", 164), ("6b", 320), ("3a-1", 102), ("2c-1", 364)],
)
def test_the_program_s_nets_have_as_many_weights_as_it_says(row, count):
    net = open_decisions.decided(spec.row(row), open_decisions.AS["authors-program"]).net
    assert net.weight_count == count
    hidden, output = network_setup.masks(net)
    columns = net.hidden * (net.inputs - net.dense_inputs)
    assert hidden.sum() + columns + net.outputs * output.sum() == count


@pytest.mark.parametrize(
    ("row", "units", "count"),
    [("1-1", 4, 432), ("1-2", 4, 444), ("1-4", 8, 632), ("1-5", 8, 644), ("1-1", 0, 264)],
)
def test_hidden_units_add_to_the_weights_of_experiment_1(row, units, count):
    net = open_decisions.decided(spec.row(row), open_decisions.Decisions(hidden_units=units)).net
    assert net.weight_count == count


@given(nets(), seeds)
@settings(max_examples=40)
def test_a_net_has_the_weights_of_its_count_and_no_other_ever_changes(task_and_net, seed):
    task, net = task_and_net
    weights = network_setup.initial_weights(net, np.random.default_rng(seed))
    numpy_net = NumpyNet(net, weights, 1.0)
    assert sum(int(array.sum()) for array in numpy_net.exists) == net.weight_count
    for array, exists in zip(
        (numpy_net.W, numpy_net.V, numpy_net.V_x), numpy_net.exists, strict=True
    ):
        assert not array[exists == 0].any()
    row = replace(row_of("4"), task=task, net=net)
    lanes, _, _ = learn(row, [weights] * LANES, 3, open_decisions.Decisions(update="late"))
    after = NumpyNet(net, layout.out_of_lanes(lanes, 1), 1.0)
    assert not after.W[after.exists[0] == 0].any()
    assert not after.V[after.exists[1] == 0].any()


def test_a_grid_and_an_added_bias_begin_as_the_program_does():
    row = open_decisions.decided(spec.row("4-1"), open_decisions.AS["authors-program"])
    weights = network_setup.initial_weights(row.net, np.random.default_rng(0))
    net = row.net
    bias = slice(net.cells, net.cells + net.blocks)
    on_grid = (weights.hidden / 0.1 * 1000).copy()
    given = np.array(net.input_gate_bias)
    on_grid[-1, bias] -= given * 10_000
    assert np.abs(on_grid - np.round(on_grid)).max() < 1e-6
    added = weights.hidden[-1, bias] - given
    assert (np.abs(added) <= 0.1).all()
    assert added.any()
    plain = network_setup.initial_weights(spec.row("4-1").net, np.random.default_rng(0))
    assert np.array_equal(plain.hidden[-1, bias], given)


def test_an_average_alone_stops_before_flawless_sequences_do():
    both = open_decisions.decided(spec.row("4-1"), open_decisions.Decisions()).stages[-1].rule
    alone = (
        open_decisions.decided(spec.row("4-1"), open_decisions.Decisions(stop="average"))
        .stages[-1]
        .rule
    )
    error = np.full(3000, 0.009)
    wrong = np.ones(3000, dtype=bool)
    assert trial_group.first_met(both, wrong, error, 100) is None
    assert trial_group.first_met(alone, wrong, error, 100) == 0
    assert trial_group.first_met(alone, wrong, error + 0.002, 100) is None


def test_a_late_trial_that_is_kept_goes_on_as_one_that_was_not_interrupted(tmp_path):
    decisions = open_decisions.Decisions(update="late", hidden_units=2, start_activation=0.5)
    row = open_decisions.decided(spec.row("1-5"), decisions)
    (straight,) = trial_group.advance([trial.start(row, decisions, 3, 0, 400)], 60)
    kept = trial.start(row, decisions, 3, 0, 400)
    path = tmp_path / "kept.npz"
    while not kept.finished:
        (kept,) = trial_group.advance([kept], 1e-9)
        records.keep_unfinished([kept], path)
        again = trial.start(row, decisions, 3, 0, 400)
        if not kept.finished:
            records.restore_unfinished({0: again}, path)
            kept = again
    assert kept.sequences == straight.sequences == 400
    for one, other in zip(
        (*kept.weights, *kept.changes), (*straight.weights, *straight.changes), strict=True
    ):
        assert np.array_equal(one, other)
    assert any(array.any() for array in kept.changes)


def test_nets_that_no_chapter_shows_are_refused():
    from lstm_lab.paper1997.runner.as_models import readable

    net = open_decisions.decided(spec.row("1-5"), open_decisions.Decisions(hidden_units=1)).net
    with pytest.raises(
        ValueError, match=r"net must have hidden_units 0 to be read as LSTM1997 .* got 1"
    ):
        readable(net, network_setup.initial_weights(net, np.random.default_rng(0)))
