"""Chapter 03: the trainings, the drawings and the claims of the text against independent computations."""

from itertools import product

import numpy as np
import pytest

from lstm_lab.explorers import EXPLORERS
from lstm_lab.figures import hidden_units as hu
from lstm_lab.models import Readout, load_parameters


def summary(figure):
    return figure.layout.meta["summary"]


def loss_of(net, x, d):
    return float(((net.forward(x).output[:, 0] - d) ** 2).sum() / 2)


@pytest.mark.parametrize("loss", hu.LOSSES)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_many_networks_at_once_learn_as_one_by_one(loss, momentum):
    starts = {seed: hu.fresh(2, 3, seed, 1.0) for seed in (4, 7)}
    runs = hu.train_many(
        starts,
        hu.XOR_INPUTS,
        hu.XOR_TARGETS,
        20,
        learning_rate=0.3,
        momentum=momentum,
        loss=loss,
        kept=[0, 5],
    )
    assert runs.kept == (0, 5, 20)
    d = hu.XOR_TARGETS[:, np.newaxis]
    for seed in starts:
        net = hu.fresh(2, 3, seed, 1.0)
        change = {name: np.zeros_like(w) for name, w in net.parameters.items()}
        for update in range(20):
            trace = net.forward(hu.XOR_INPUTS)
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
    d = hu.XOR_TARGETS[:, np.newaxis]
    assert hu._loss(y, d, "half squared error")[0] == pytest.approx(read.loss(trace, d))
    read.loss_name = "cross entropy"
    assert hu._loss(y, d, "cross entropy")[0] == pytest.approx(read.loss(trace, d))


def test_the_recorded_loss_is_that_of_the_kept_network():
    runs = hu.train_xor(2, (1, 11), 300)
    for seed, update in product((1, 11), (0, 100, 300)):
        expected = loss_of(runs.network(seed, update), hu.XOR_INPUTS, hu.XOR_TARGETS)
        assert runs.losses[update, runs.seeds.index(seed)] == pytest.approx(expected)


def test_learned_after_is_the_first_update_that_stays_right():
    right = np.array([[0, 1], [1, 1], [0, 1], [1, 1], [1, 1]], dtype=bool)
    runs = hu.Runs((0, 1), (4,), np.zeros((5, 2)), right, {})
    assert runs.learned_after.tolist() == [3, 0]
    assert runs.learned.tolist() == [True, True]


def test_the_chain_rule_by_hand_agrees_with_differences():
    """Equations 3 to 6 of the chapter, written out as they stand there."""
    net = hu.SMALL_NET
    x, d, step = np.array([1.0, 1.0]), 0.0, 1e-6

    def outputs(W, b, V, b_y):
        h = 1 / (1 + np.exp(-(W @ x + b)))
        return h, 1 / (1 + np.exp(-(V @ h + b_y)))

    parts = [net["weights_1"], net["bias_1"], net["weights_2"][0], net["bias_2"][0]]
    h, y = outputs(*parts)
    delta_y = (y - d) * y * (1 - y)
    delta = delta_y * parts[2] * h * (1 - h)
    for which, gradient in enumerate([np.outer(delta, x), delta, delta_y * h, np.array(delta_y)]):
        for place in np.ndindex(gradient.shape):
            losses = []
            for sign in (1, -1):
                moved = [np.array(part, dtype=float) for part in parts]
                moved[which][place] += sign * step
                losses.append((outputs(*moved)[1] - d) ** 2 / 2)
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-9)


def test_the_drawing_of_the_small_net_says_what_the_text_says():
    says = summary(hu.chain_rule("1 and 1", "forward pass"))
    assert "the output 0.597" in says
    back = summary(hu.chain_rule("1 and 1", "backward pass"))
    assert "0.0337 and −0.0282" in back
    silent = hu.chain_rule("0 and 0", "gradient")
    on_edges = silent.data[-1].text
    assert [text for text in on_edges if text == "0"] == ["0"] * 4
    assert "0 × " not in on_edges


def test_only_the_right_gradient_has_a_valley():
    central = {m: np.min(hu.gradient_check(m).data[1].y) for m in hu.MISTAKES}
    one_sided = np.min(hu.gradient_check("none").data[0].y)
    assert central["none"] < -9 < -6 > one_sided > central["none"] + 2
    assert all(central[mistake] > -1 for mistake in hu.MISTAKES[1:])
    x = hu.gradient_check("none").data[1].x
    assert -6.5 <= x[int(np.argmin(hu.gradient_check("none").data[1].y))] <= -4


def test_which_of_the_fifteen_seeds_are_stuck():
    stuck = {
        units: [
            s for s, ok in zip(hu.XOR_SEEDS, hu.train_xor(units).learned, strict=True) if not ok
        ]
        for units in hu.XOR_HIDDEN
    }
    assert stuck[1] == list(hu.XOR_SEEDS)
    assert stuck[2] == [11, 12, 14]
    assert stuck[4] == []


def test_a_stuck_network_has_merged_two_inputs_of_different_target():
    net = hu.train_xor(2).network(11, hu.XOR_UPDATES)
    trace = net.forward(hu.XOR_INPUTS)
    h, y = trace.activations[1], trace.output[:, 0]
    assert np.linalg.norm(h[1] - h[3]) < 0.01
    np.testing.assert_allclose(y[[1, 3]], 0.5, atol=0.01)
    assert "are 01 and 11" in summary(hu.hidden_space(11, hu.XOR_UPDATES))


def test_the_surface_is_the_output_of_the_network():
    figure = hu.xor_surface(2, 1, 500)
    heat = figure.data[0]
    net = hu.train_xor(2).network(1, 500)
    at = net.forward(np.array([heat.x[3], heat.y[20]])).output[0]
    assert heat.z[20][3] / 50 == pytest.approx(at, abs=0.0101)
    assert "4 of 4 are right" in summary(figure)


def test_where_the_lines_of_the_hidden_units_lie():
    weights, bias = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([-1.0, -0.25])
    x, y = (np.array(values, dtype=float) for values in hu._unit_lines(weights, bias))
    there = ~np.isnan(x)
    unit = np.cumsum(np.isnan(x))[there]
    net = weights[unit, 0] * x[there] + weights[unit, 1] * y[there] + bias[unit]
    np.testing.assert_allclose(net, 0, atol=1e-12)
    assert there.sum() == 4


def test_the_symmetry_task():
    x, d = hu.symmetry_task()
    assert x.shape == (64, 6)
    assert d.sum() == 8
    assert all(d[i] == (list(row) == list(row)[::-1]) for i, row in enumerate(x))


def test_kinds_of_solutions():
    def weights(*sizes):
        row = np.array([*sizes, *(-s for s in sizes[::-1])], dtype=float)
        return np.array([row, -row])

    assert hu.solution_kind(weights(2, -8, 4)) == "1:2:4"
    assert hu.solution_kind(3 * weights(-3, 2, 4)) == "2:3:4"
    assert hu.solution_kind(weights(1, 1, 2)) == "other"
    assert hu.mirror_error(weights(1, 2, 4)) == 0
    lame = weights(1, 2, 4)
    lame[1] = lame[0]
    assert hu.solution_kind(lame) == "other"


@pytest.mark.parametrize(("seed", "kind"), [(1, "1:2:4"), (3, "2:3:4")])
def test_the_symmetry_task_is_learned_with_mirrored_weights(seed, kind):
    runs = hu.train_symmetry(0.1)
    weights = runs.parameters(seed, 5000)["weights_1"]
    assert runs.learned[seed]
    assert hu.mirror_error(weights) < 0.01
    assert hu.solution_kind(weights) == kind
    assert f"the solution {kind}" in summary(hu.symmetry_weights(0.1, seed, 5000))


def test_a_seed_that_says_no_to_everything_recovers_at_a_smaller_rate():
    assert "56 of 64" in summary(hu.symmetry_weights(0.1, 0, 5000))
    assert "64 of 64" in summary(hu.symmetry_weights(0.02, 0, 5000))


def test_no_signed_sum_of_either_ratio_is_zero():
    def smallest(*sizes):
        return min(
            abs(np.dot(signs, sizes)) for signs in product([-1, 0, 1], repeat=3) if any(signs)
        )

    assert smallest(1, 2, 4) == smallest(2, 3, 4) == 1
    assert smallest(1, 2, 3) == smallest(1, 1, 2) == 0


def test_the_share_that_learns_is_counted_over_seeds():
    figure = hu.learned_share(hidden=(1, 2), seeds=6, updates=200)
    expected = 100 * hu.train_xor(2, tuple(range(6)), 200).learned.mean()
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
