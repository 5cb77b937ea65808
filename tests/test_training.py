from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import assert_close, generators, recurrent_models, seeds

from lstm_lab.chapters.ch03.figures import hidden_units
from lstm_lab.models import CELLS, MLP, Readout, load_parameters, make
from lstm_lab.sequences import latch
from lstm_lab.training import (
    LOSSES,
    SGD,
    Adam,
    Network,
    Runs,
    clip_norm,
    fresh_network,
    logistic_network,
    output_part,
    train,
    train_many,
)
from lstm_lab.training.many import _loss


def network(cell="tanh RNN", seed=0, size=6):
    rng = np.random.default_rng(seed)
    return Network(make(cell, 1, size, rng=rng), Readout(size, 1, rng=rng))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("batch", [None, 3])
def test_the_gradient_of_a_network_is_that_of_its_loss(cell, batch):
    net = network(cell)
    if cell == "LSTM 1997":
        net.model.gradient = "full"
    sequence = next(latch(np.random.default_rng(1), 4, batch))
    _, gradients = net.loss_and_gradients(sequence)
    assert set(gradients) == set(net.parameters)
    step = 1e-6
    for name, weights in net.parameters.items():
        at = tuple(size - 1 for size in weights.shape)
        kept = weights[at]
        losses = []
        for shift in (step, -step):
            weights[at] = kept + shift
            losses.append(net.loss_and_gradients(sequence)[0])
        weights[at] = kept
        slope = (losses[0] - losses[1]) / (2 * step)
        # A central difference of a loss of size 1 is good to about 1e-16 / 1e-6.
        assert gradients[name][at] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_a_batch_is_the_mean_of_its_sequences():
    net = network()
    batch = next(latch(np.random.default_rng(2), 5, 4))
    loss, gradients = net.loss_and_gradients(batch)
    single = []
    for column in range(4):
        one = type(batch)(batch.x[:, column], batch.target[:, column], batch.error_mask)
        single.append(net.loss_and_gradients(one))
    assert loss == pytest.approx(np.mean([each[0] for each in single]))
    for name, gradient in gradients.items():
        np.testing.assert_allclose(
            gradient, np.mean([each[1][name] for each in single], axis=0), atol=1e-14
        )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda: SGD(0.1), lambda w: torch.optim.SGD(w, lr=0.1)),
        (lambda: Adam(0.02), lambda w: torch.optim.Adam(w, lr=0.02)),
    ],
)
def test_optimisers_agree_with_torch(ours, theirs):
    rng = np.random.default_rng(0)
    weights = {"a": rng.standard_normal((3, 2)), "b": rng.standard_normal(4)}
    copies = [torch.tensor(value.copy(), requires_grad=True) for value in weights.values()]
    optimiser, reference = ours(), theirs(copies)
    for _ in range(20):
        gradients = {name: rng.standard_normal(value.shape) for name, value in weights.items()}
        for copy, gradient in zip(copies, gradients.values(), strict=True):
            copy.grad = torch.tensor(gradient)
        optimiser.step(weights, gradients)
        reference.step()
    for value, copy in zip(weights.values(), copies, strict=True):
        np.testing.assert_allclose(value, copy.detach().numpy(), rtol=1e-10)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.floats(1e-3, 1e3))
def test_clipping_bounds_the_norm_and_keeps_the_direction(values, threshold):
    gradient = np.array(values)
    clipped, norm = clip_norm({"w": gradient}, threshold)
    assert norm == pytest.approx(np.linalg.norm(gradient))
    assert np.linalg.norm(clipped["w"]) <= threshold * (1 + 1e-12) or norm <= threshold
    if norm > 0:
        factor = min(1.0, threshold / norm)
        np.testing.assert_allclose(clipped["w"], factor * gradient, rtol=1e-9)


def test_a_network_learns_and_training_stops_when_asked():
    net = network(size=8)
    stream = latch(np.random.default_rng(3), 2, 16)
    history = train(net, stream, Adam(0.01), 300, clip=1.0)
    assert np.mean(history.losses[-20:]) < 0.2 * np.mean(history.losses[:5])
    assert history.stopped_after is None
    again = train(net, stream, SGD(0.01), 100, stop=lambda: True, check_every=7)
    assert again.stopped_after == 7


def test_the_same_seed_gives_the_same_losses():
    losses = [
        train(network(), latch(np.random.default_rng(4), 3, 8), SGD(0.1), 10).losses
        for _ in range(2)
    ]
    assert losses[0] == losses[1]


def test_an_exploding_loss_stops_with_its_place():
    net = network()
    net.readout.parameters["weights"][...] = 1e200
    with pytest.raises(FloatingPointError, match="after 0 updates"), np.errstate(all="ignore"):
        train(net, latch(np.random.default_rng(0), 2, 2), SGD(1.0), 5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SGD(0.0), "learning_rate must be a positive finite number, got 0.0"),
        (lambda: Adam(-1), "learning_rate must be a positive finite number, got -1"),
        (lambda: Adam(0.1, beta1=2.0), "beta1 must be"),
        (lambda: clip_norm({}, 0), "threshold must be a positive finite number, got 0"),
        (lambda: train(network(), [], SGD(), 0), "updates must be a positive integer, got 0"),
    ],
)
def test_bad_settings_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def two(**changed):
    """`train_many` on two networks for XOR, with other arguments."""
    starts = {seed: fresh_network(2, 3, seed, 1.0) for seed in (4, 7)}
    settings = {
        "starts": starts,
        "x": hidden_units.XOR_INPUTS,
        "targets": hidden_units.XOR_TARGETS,
        "updates": 5,
        "learning_rate": 0.3,
    }
    return train_many(**settings | changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"starts": {}}, "starts must have at least one network"),
        (
            {"starts": {0: fresh_network(2, 3, 0, 1.0), 1: fresh_network(2, 4, 1, 1.0)}},
            r"starts must be networks of one shape.*\[2, 3, 1\], \[2, 4, 1\]",
        ),
        ({"starts": {0: MLP([2, 3, 1], rng=np.random.default_rng(0))}}, "starts.*logistic"),
        ({"x": np.ones((4, 3))}, r"x must have shape \(examples, 2\)"),
        ({"targets": [0, 1]}, r"targets must have shape \(4,\)"),
        ({"updates": -1}, "updates must be an integer of at least 0, got -1"),
        ({"learning_rate": 0}, "learning_rate must be a positive finite number"),
        ({"momentum": 2}, "momentum must be"),
        ({"loss": "cross-entropy"}, "loss must be one of 'half squared error', 'cross entropy'"),
        ({"kept": [6]}, "each of kept must be an integer from 0 to 5, got 6"),
    ],
)
def test_what_many_networks_cannot_be_trained_with_is_named(changed, message):
    with pytest.raises(ValueError, match=message):
        two(**changed)


def test_weights_that_are_not_kept_are_refused_by_name():
    runs = two(kept=[0])
    with pytest.raises(ValueError, match=r"update must be one of \(0, 5\), got 3"):
        runs.network(4, 3)
    with pytest.raises(ValueError, match=r"seed must be one of \(4, 7\), got 5"):
        runs.parameters(5, 0)


def loss_of(net, x, d):
    return float(((net.forward(x).output[:, 0] - d) ** 2).sum() / 2)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_many_networks_at_once_learn_as_one_by_one(loss, momentum):
    starts = {seed: fresh_network(2, 3, seed, 1.0) for seed in (4, 7)}
    runs = train_many(
        starts,
        hidden_units.XOR_INPUTS,
        hidden_units.XOR_TARGETS,
        20,
        learning_rate=0.3,
        momentum=momentum,
        loss=loss,
        kept=[0, 5],
    )
    assert runs.kept == (0, 5, 20)
    d = hidden_units.XOR_TARGETS[:, np.newaxis]
    for seed in starts:
        net = fresh_network(2, 3, seed, 1.0)
        change = {name: np.zeros_like(w) for name, w in net.parameters.items()}
        for update in range(20):
            trace = net.forward(hidden_units.XOR_INPUTS)
            y = trace.output
            if update in (0, 5):
                for name, weights in runs.parameters(seed, update).items():
                    np.testing.assert_allclose(weights, net.parameters[name], atol=1e-12)
            d_y = (y - d) / (y * (1 - y)) if loss == "cross entropy" else y - d
            gradients = net.backward(trace, d_y).parameters
            for name, weights in net.parameters.items():
                change[name] = momentum * change[name] - 0.3 * gradients[name]
                weights += change[name]
        for name, weights in runs.parameters(seed, 20).items():
            np.testing.assert_allclose(weights, net.parameters[name], atol=1e-12)


def test_the_losses_are_those_of_the_output_layer():
    y = np.array([[0.2], [0.9], [0.5], [0.7]])
    read = Readout(1, 1, rng=np.random.default_rng(0), kind="logistic")
    load_parameters(read, {"weights": [[1.0]], "bias": [0.0]})
    trace = read.forward(np.log(y / (1 - y)))
    d = hidden_units.XOR_TARGETS[:, np.newaxis]
    assert _loss(y, d, "half squared error")[0] == pytest.approx(read.loss(trace, d))
    read.loss_name = "cross entropy"
    assert _loss(y, d, "cross entropy")[0] == pytest.approx(read.loss(trace, d))


def test_the_recorded_loss_is_that_of_the_kept_network():
    runs = hidden_units.train_xor(2, (1, 11), 300)
    for seed, update in product((1, 11), (0, 100, 300)):
        expected = loss_of(
            runs.network(seed, update), hidden_units.XOR_INPUTS, hidden_units.XOR_TARGETS
        )
        assert runs.losses[update, runs.seeds.index(seed)] == pytest.approx(expected)


def test_learned_after_is_the_first_update_that_stays_right():
    right = np.array([[0, 1], [1, 1], [0, 1], [1, 1], [1, 1]], dtype=bool)
    runs = Runs((0, 1), (4,), np.zeros((5, 2)), right, {})
    assert runs.learned_after.tolist() == [3, 0]
    assert runs.learned.tolist() == [True, True]


# --- over generated networks, gradients and seeds


def some_weights(rng, sizes):
    """Named arrays of those lengths."""
    return {f"w{place}": rng.normal(size=size) for place, size in enumerate(sizes)}


lengths = st.lists(st.integers(1, 4), min_size=1, max_size=3)


@given(generators, lengths, st.floats(1e-4, 10))
def test_gradient_descent_moves_against_the_gradient(rng, sizes, rate):
    weights, gradients = some_weights(rng, sizes), some_weights(rng, sizes)
    before = {name: w.copy() for name, w in weights.items()}
    SGD(rate).step(weights, gradients)
    for name, w in weights.items():
        np.testing.assert_allclose(w, before[name] - rate * gradients[name], rtol=1e-12)


@given(generators, st.floats(1e-4, 1), st.floats(0, 0.99), st.floats(0, 0.999), st.integers(1, 6))
def test_adam_is_its_sums_written_out(rng, rate, beta1, beta2, updates):
    gradients = rng.normal(size=(updates, 3))
    weights, expected = {"w": np.zeros(3)}, np.zeros(3)
    adam = Adam(rate, beta1, beta2)
    for n in range(1, updates + 1):
        adam.step(weights, {"w": gradients[n - 1]})
        shares_1, shares_2 = (b ** np.arange(n - 1, -1, -1.0) for b in (beta1, beta2))
        mean = shares_1 @ gradients[:n] / shares_1.sum()
        square = shares_2 @ gradients[:n] ** 2 / shares_2.sum()
        expected -= rate * mean / (np.sqrt(square) + 1e-8)
    assert_close(weights["w"], expected, 1e-9)


@given(generators, st.floats(1e-5, 1), st.floats(-4, 4))
def test_the_first_step_of_adam_is_as_large_as_the_rate_whatever_the_gradient(rng, rate, power):
    gradient = 10**power * rng.choice([-1, 1], 4) * rng.uniform(0.5, 2, 4)
    weights = {"w": np.zeros(4)}
    Adam(rate).step(weights, {"w": gradient})
    np.testing.assert_allclose(weights["w"], -rate * np.sign(gradient), rtol=1e-3)


@given(generators, lengths, st.floats(-300, 300), st.floats(-3, 3))
def test_a_gradient_of_any_size_can_be_clipped(rng, sizes, power, wanted):
    """Also one whose squares are too large for a float."""
    gradients, threshold = some_weights(rng, sizes), 10**wanted
    large = {name: g * 10**power for name, g in gradients.items()}
    clipped, norm = clip_norm(large, threshold)
    length = np.sqrt(sum(np.sum(g**2) for g in gradients.values()))
    if power > -150:  # squares of smaller ones are zero
        assert norm == pytest.approx(length * 10**power, rel=1e-9)
    after = np.sqrt(sum(np.sum(np.square(g)) for g in clipped.values()))
    assert after <= threshold * (1 + 1e-9)
    if norm > threshold:
        for name, g in gradients.items():
            np.testing.assert_allclose(clipped[name], threshold * g / length, rtol=1e-9)


@given(recurrent_models)
def test_the_output_layer_reads_as_many_values_as_there_are_units(model):
    part = output_part(model)
    assert len(range(*part.indices(model.state_size))) == model.hidden_size
    assert part in model.parts.values()
    assert "cell" not in model.parts or part != model.parts["cell"]


@given(st.sampled_from(CELLS), seeds, st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
@settings(max_examples=25)
def test_a_step_of_training_is_the_gradient_clipped_and_subtracted(cell, seed, size, lag, batch):
    one, other = network(cell, seed, size), network(cell, seed, size)
    data = next(latch(np.random.default_rng(seed), lag, batch=batch))
    before = {name: w.copy() for name, w in one.parameters.items()}
    loss, gradients = one.loss_and_gradients(data)
    assert_close(other.outputs(data.x), one.outputs(data.x), 0)
    error = one.outputs(data.x)[-1] - data.target[-1]
    assert loss == pytest.approx(np.sum(error**2) / 2 / batch)
    clipped, norm = clip_norm(gradients, 0.01)
    history = train(other, iter([data] * 9), SGD(0.5), 1, clip=0.01)
    assert history.losses == [loss]
    for name, w in other.parameters.items():
        assert_close(w, before[name] - 0.5 * clipped[name], 1e-12, name)
    moved = sum(np.sum((w - before[name]) ** 2) for name, w in other.parameters.items())
    assert np.sqrt(moved) == pytest.approx(0.5 * min(norm, 0.01), rel=1e-6)


@given(seeds, st.integers(1, 4), st.integers(1, 4), st.floats(0, 3))
@settings(max_examples=25)
def test_a_fresh_network_lies_in_its_range_and_comes_back_from_its_weights(
    seed, inputs, hidden, uniform
):
    made, again = (fresh_network(inputs, hidden, seed, uniform) for _ in range(2))
    for name, w in made.parameters.items():
        np.testing.assert_array_equal(w, again.parameters[name])
        assert np.abs(w).max() <= uniform
    x = np.random.default_rng(seed).normal(size=(5, inputs))
    copied = logistic_network(made.parameters)
    np.testing.assert_array_equal(copied.forward(x).output, made.forward(x).output)
    copied.parameters["bias_2"] += 1.0
    assert copied.parameters["bias_2"] != made.parameters["bias_2"]


@given(
    st.lists(seeds, min_size=1, max_size=3, unique=True),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(0, 5),
    st.floats(0.01, 1),
    st.floats(0, 0.9),
    generators,
)
@settings(max_examples=25)
def test_any_networks_side_by_side_learn_as_each_alone(
    drawn, inputs, hidden, updates, rate, momentum, rng
):
    starts = {seed: fresh_network(inputs, hidden, seed, 1.0) for seed in drawn}
    x, targets = rng.normal(size=(4, inputs)), rng.integers(0, 2, 4).astype(float)
    runs = train_many(starts, x, targets, updates, learning_rate=rate, momentum=momentum, kept=[0])
    assert runs.losses.shape == (updates + 1, len(starts))
    for column, (seed, start) in enumerate(starts.items()):
        alone = logistic_network(start.parameters)
        change = {name: np.zeros_like(w) for name, w in alone.parameters.items()}
        for update in range(updates + 1):
            trace = alone.forward(x)
            error = trace.output - targets[:, None]
            assert runs.losses[update, column] == pytest.approx(np.sum(error**2) / 2)
            assert runs.right[update, column] == ((trace.output[:, 0] > 0.5) == targets).all()
            if update < updates:
                gradients = alone.backward(trace, error).parameters
                for name, w in alone.parameters.items():
                    change[name] = momentum * change[name] - rate * gradients[name]
                    w += change[name]
        for name, w in runs.parameters(seed, updates).items():
            assert_close(w, alone.parameters[name], 1e-9, name)
        for name, w in runs.parameters(seed, 0).items():
            np.testing.assert_array_equal(w, start.parameters[name])
