"""The labelled equations of chapters 01 to 06, written out by hand and held against the code they describe.

The left side of each comparison is the formula as it stands in the text, in plain NumPy; the right side is
what the package computes. A new label needs a test here, or a definition in `EQUATIONS` that says why it needs none.
"""

from __future__ import annotations

import numpy as np
import pytest
from equations import Equations, assert_near, logistic

from lstm_lab import gradients
from lstm_lab.chapters.ch01 import checks as chapter01
from lstm_lab.chapters.ch02.figures import xor
from lstm_lab.chapters.ch03.figures import hidden_units
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.models import (
    CELLS,
    MLP,
    ElmanRNN,
    Perceptron,
    Readout,
    count_parameters,
    make,
)
from lstm_lab.models.activations import LOGISTIC
from lstm_lab.models.margin import widest_gap, with_one
from lstm_lab.sequences import Sequence
from lstm_lab.training import Network, clip_norm

EQUATIONS = Equations("01", "02", "03", "04", "05", "06")
equation = EQUATIONS.equation


def test_every_labelled_equation_is_tested_or_a_definition():
    EQUATIONS.assert_complete(at_least=34)


# --- Chapter 01 ------------------------------------------------------------------------------------------------------


def perceptron(rng, n, rate=1.0):
    model = Perceptron(n, learning_rate=rate)
    model.parameters["weights"][...] = rng.standard_normal(n)
    model.parameters["bias"][...] = rng.standard_normal(1)
    return model


@equation("eq-01-net")
def test_a_net_input_and_its_threshold(rng):
    model, x = perceptron(rng, 5), rng.standard_normal((20, 5))
    a = [sum(w * x_i for w, x_i in zip(model.weights, row, strict=True)) + model.bias for row in x]
    assert_near(a, model.activation(x))
    assert_near([1 if each > 0 else -1 for each in a], model.predict(x))


@equation("eq-01-rule", "eq-01-same")
def test_a_correction(rng):
    eta = rng.uniform(0.1, 3)
    corrected = 0
    for _ in range(20):
        model, x, d = perceptron(rng, 4, eta), rng.standard_normal(4), rng.choice([-1, 1])
        w, b = model.weights.copy(), model.bias
        a = w @ x + b
        wrong = d * a <= 0
        assert model.correct(x, d) == wrong
        assert_near(model.weights, w + eta * d * x if wrong else w)
        assert_near(model.bias, b + eta * d if wrong else b)
        if wrong:
            corrected += 1
            assert_near(d * a + eta * (x @ x + 1), d * model.activation(x))
    assert corrected


@equation("eq-01-along", "eq-01-step-length", "eq-01-novikoff")
def test_the_three_steps_of_the_proof_at_every_mistake(rng):
    u, eta = rng.standard_normal(3), rng.uniform(0.1, 3)
    x = rng.standard_normal((30, 2))
    x_1 = np.column_stack([x, np.ones(30)])
    d = np.sign(x_1 @ u)
    u /= np.linalg.norm(u)
    gamma, R = (d * (x_1 @ u)).min(), np.linalg.norm(x_1, axis=1).max()
    model = Perceptron(2, learning_rate=eta)
    course = model.fit(x, d, max_epochs=100_000)
    assert course.converged
    w = np.column_stack([course.weights, course.bias])
    for M, example in enumerate(course.examples, start=1):
        longer = w[M] @ w[M] - w[M - 1] @ w[M - 1]
        middle = 2 * eta * d[example] * (w[M - 1] @ x_1[example])
        assert_near(longer, middle + eta**2 * x_1[example] @ x_1[example])
        assert middle <= 1e-12
        assert longer <= eta**2 * R**2 + 1e-9
        assert u @ w[M] >= M * eta * gamma - 1e-9
    best = widest_gap(with_one(x), d)
    assert len(course.examples) <= best.bound() * (1 + 1e-9) <= (R / gamma) ** 2 * (1 + 1e-6)
    assert_near(best.bound(), (best.radius / best.gap) ** 2)


@equation("eq-01-weak")
def test_corrections_of_weak_answers_are_bounded_too(rng):
    eta, mu = rng.uniform(0.1, 3), rng.uniform(0, 5)
    u = rng.standard_normal(3)
    u /= np.linalg.norm(u)
    x_1 = np.column_stack([rng.standard_normal((30, 2)), np.ones(30)])
    d = np.sign(x_1 @ u)
    gamma, R = (d * (x_1 @ u)).min(), np.linalg.norm(x_1, axis=1).max()
    w, M, weak = np.zeros(3), 0, True
    while weak:
        weak = False
        for x, label in zip(x_1, d, strict=True):
            if label * (w @ x) <= mu:
                w, M, weak = w + eta * label * x, M + 1, True

    def bound(R, gamma, eta, mu):
        return (R**2 + 2 * mu / eta) / gamma**2

    assert 0 < M <= bound(R, gamma, eta, mu)
    assert chapter01.a_wider_margin(bound)


# --- Chapter 02 ------------------------------------------------------------------------------------------------------


@equation("eq-02-four", "eq-02-alternating")
def test_four_inequalities_that_cannot_all_hold(rng):
    for _ in range(50):
        w1, w2, b = rng.standard_normal(3)
        unit = Perceptron(2)
        unit.parameters["weights"][...], unit.parameters["bias"][...] = (w1, w2), b
        says_on = unit.predict(xor.CORNERS) > 0
        hold = [b <= 0, w2 + b > 0, w1 + b > 0, w1 + w2 + b <= 0]
        assert hold == list(says_on == xor.LAMP)
        assert not all(hold)
        a = unit.activation(xor.CORNERS)
        assert_near(a[1] + a[2] - a[0] - a[3], 0)


@equation("eq-02-product")
def test_a_third_input_that_is_the_product(rng):
    w1, w2, v, b = rng.standard_normal(4)
    unit = Perceptron(3)
    unit.parameters["weights"][...], unit.parameters["bias"][...] = (w1, w2, v), b
    a = np.array([w1 * x1 + w2 * x2 + v * x1 * x2 + b for x1, x2 in xor.CORNERS])
    assert_near(a, unit.activation(np.column_stack([xor.CORNERS, xor.CORNERS.prod(axis=1)])))
    assert_near(a, xor.net_inputs(w1, w2, b, v))
    assert_near(a[1] + a[2] - a[0] - a[3], -v)


# --- Chapter 03 ------------------------------------------------------------------------------------------------------


@equation("eq-03-logistic")
def test_the_logistic_function_and_its_slope(rng):
    a = 3 * rng.standard_normal(20)
    y = 1 / (1 + np.exp(-a))
    assert_near(y, LOGISTIC.value(a))
    assert_near(y * (1 - y), LOGISTIC.slope(y))
    step = 1e-6
    numerical = (logistic(a + step) - logistic(a - step)) / (2 * step)
    np.testing.assert_allclose(numerical, LOGISTIC.slope(y), atol=1e-9)


def small_net(rng, hidden=4, inputs=3):
    """A net of one hidden layer and one output, its weights, an example and its target."""
    net = MLP([inputs, hidden, 1], rng=rng, activation="logistic")
    for name in ("bias_1", "bias_2"):
        net.parameters[name][...] = rng.standard_normal(net.parameters[name].shape)
    names = ("weights_1", "bias_1", "weights_2", "bias_2")
    W, b, V, b_y = (net.parameters[name] for name in names)
    return net, (W, b, V[0], b_y[0]), rng.standard_normal(inputs), float(rng.integers(2))


@equation("eq-03-loss")
def test_half_the_squared_error(rng):
    out = Readout(4, 3, rng=rng, kind="logistic")
    trace = out.forward(rng.standard_normal((6, 4)))
    d = rng.uniform(size=(6, 3))
    assert_near(sum((y - t) ** 2 for y, t in zip(trace.output.flat, d.flat, strict=True)) / 2,
         out.loss(trace, d))  # fmt: skip


@equation("eq-03-forward", "eq-03-delta-out", "eq-03-delta-hidden", "eq-03-gradient")
def test_the_chain_rule_by_hand(rng):
    net, (W, b, V, b_y), x, d = small_net(rng)
    a = W @ x + b
    h = logistic(a)
    a_y = V @ h + b_y
    y = logistic(a_y)
    trace = net.forward(x)
    assert_near(h, trace.activations[1])
    assert_near(y, trace.output[0])
    delta_y = (y - d) * y * (1 - y)
    delta = [delta_y * V[j] * h[j] * (1 - h[j]) for j in range(len(h))]
    grads = net.backward(trace, trace.output - d).parameters
    assert_near(delta_y * h, grads["weights_2"][0])
    assert_near(delta_y, grads["bias_2"][0])
    assert_near(
        [[delta[j] * x[i] for i in range(len(x))] for j in range(len(h))], grads["weights_1"]
    )
    assert_near(delta, grads["bias_1"])


@equation("eq-03-central")
def test_central_differences(rng):
    net, _, x, d = small_net(rng)
    trace = net.forward(x)
    grads = net.backward(trace, trace.output - d).parameters
    step = 1e-5

    def loss():
        return float((net.forward(x).output[0] - d) ** 2 / 2)

    for name, weights in net.parameters.items():
        for place in np.ndindex(weights.shape):
            old = weights[place]
            weights[place] = old + step
            above = loss()
            weights[place] = old - step
            below = loss()
            weights[place] = old
            assert (above - below) / (2 * step) == pytest.approx(grads[name][place], abs=1e-9)


@equation("eq-03-cross")
def test_the_cross_entropy_cancels_the_slope(rng):
    out = Readout(4, 1, rng=rng, kind="logistic", loss="cross entropy")
    trace, d = out.forward(rng.standard_normal(4)), np.array([float(rng.integers(2))])
    y = trace.output
    assert_near(float((-d * np.log(y) - (1 - d) * np.log(1 - y))[0]), out.loss(trace, d))
    assert_near(y - d, out.backward(trace, d).parameters["bias"])
    runs = hidden_units.train_xor(2, (1,), 1, "cross entropy")
    before, after = (runs.parameters(1, update)["bias_2"] for update in (0, 1))
    y = runs.network(1, 0).forward(hidden_units.XOR_INPUTS).output[:, 0]
    assert_near(before - hidden_units.XOR_RATE * (y - hidden_units.XOR_TARGETS).sum(), after)


# --- Chapter 04 ------------------------------------------------------------------------------------------------------


@equation("eq-04-window", "eq-04-parameters")
def test_a_network_with_a_window(rng):
    w, n = int(rng.integers(2, 6)), 5
    reader = windows.Reader(w, rng=rng, hidden_size=n)
    net = reader.net.parameters
    for name in ("bias_1", "bias_2"):
        net[name][...] = rng.standard_normal(net[name].shape)
    words = windows.sentence(rng, 9, "river")
    N = len(windows.WORDS)
    a = net["bias_1"].copy()
    for k in range(1, w + 1):  # W_k, of the word k places before "bank"
        x = np.zeros(N)
        x[windows.INDEX[words[-k]]] = 1
        a += net["weights_1"][:, (k - 1) * N : k * N] @ x
    y = 1 / (1 + np.exp(-(net["weights_2"] @ np.tanh(a) + net["bias_2"])))
    assert_near(y, reader.probability([words]))
    assert n * (N * w + 1) + n + 1 == count_parameters(reader.net) == reader.parameter_count


@equation("eq-04-shape")
def test_the_shape_of_the_latest_months(rng):
    x, w, m = rng.standard_normal(40), 6, 3
    inputs, change = windows.shapes_before(x, w, m, np.arange(20, 40))
    for row, month in enumerate(range(20, 40)):
        t = month - m
        assert_near([x[t - k] - x[t] for k in range(w)], inputs[row])
        assert_near(x[t + m] - x[t], change[row])


@equation("eq-04-naive")
def test_last_years_change(rng):
    settings, m = windows.WindowSettings(), int(rng.integers(1, 13))
    _, x = windows.monthly_co2(settings.first_year)
    errors = [
        x[t] + (x[t + m - 12] - x[t - 12]) - x[t + m] for t in windows.split_months(settings)[1] - m
    ]
    naive = windows.naive_errors(settings, m)["last year's change"]
    assert_near(np.sqrt(np.mean(np.square(errors))), naive)


@equation("eq-04-sum")
def test_the_running_sum(rng):
    words = windows.sentence(rng, 12, "money")
    s = np.zeros(len(windows.WORDS))
    for word in words:
        s = s + np.eye(len(windows.WORDS))[windows.INDEX[word]]
    assert_near(s, windows.running_sum([words])[0])


@equation("eq-04-state")
def test_one_rule_takes_each_summary_to_the_next(rng):
    for cell in CELLS:
        model = make(cell, 2, 3, rng=rng)
        x = rng.standard_normal((6, 2))
        h = np.zeros(model.state_size)
        for x_t in x:
            h = model.forward(x_t[np.newaxis], h).state[1]
        assert_near(h, model.forward(x).state[-1])


# --- Chapter 05 ------------------------------------------------------------------------------------------------------


def elman(rng, m=2, n=4, p=3, T=6, activation="tanh"):
    """A network with logistic outputs, its weights, a sequence and its targets."""
    model = ElmanRNN(m, n, rng=rng, activation=activation)
    model.parameters["bias"][...] = rng.standard_normal(n)
    network = Network(model, Readout(n, p, rng=rng, kind="logistic", bias="random", uniform=1.0))
    sequence = Sequence(rng.standard_normal((T, m)), rng.uniform(size=(T, p)), np.full(T, True))
    return network, sequence


def weights_of(network):
    names = ("input_weights", "recurrent_weights", "bias", "readout.weights", "readout.bias")
    return [network.parameters[name] for name in names]


@equation("eq-05-elman")
def test_the_forward_pass_of_elmans_network(rng):
    for activation, f in (("tanh", np.tanh), ("logistic", logistic)):
        network, sequence = elman(rng, activation=activation)
        W, U, b, V, b_y = weights_of(network)
        h, outputs = np.zeros(len(U)), network.outputs(sequence.x)
        states = network.model.forward(sequence.x).state
        assert_near(states[0], 0)
        for t, x in enumerate(sequence.x, start=1):
            a = W @ x + U @ h + b
            h = f(a)
            a_y = V @ h + b_y
            assert_near(h, states[t])
            assert_near(logistic(a_y), outputs[t - 1])


@equation("eq-05-meet", "eq-05-net", "eq-05-sums")
def test_backpropagation_through_time_by_hand(rng):
    network, sequence = elman(rng)
    W, U, b, V, _ = weights_of(network)
    trace = network.model.forward(sequence.x)
    h, y, d = trace.state, network.outputs(sequence.x), sequence.target
    d_a_y = (y - d) * y * (1 - y)
    d_W, d_U, d_b = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    d_h, d_a_next = np.zeros_like(h), np.zeros_like(b)
    for t in range(len(y), 0, -1):
        d_h[t] = V.T @ d_a_y[t - 1] + U.T @ d_a_next
        d_a = (1 - h[t] ** 2) * d_h[t]
        d_W += np.outer(d_a, sequence.x[t - 1])
        d_U += np.outer(d_a, h[t - 1])
        d_b += d_a
        d_a_next = d_a
    _, found = network.loss_and_gradients(sequence)
    assert_near(d_W, found["input_weights"])
    assert_near(d_U, found["recurrent_weights"])
    assert_near(d_b, found["bias"])
    assert_near(d_a_y.T @ h[1:], found["readout.weights"])
    assert_near(d_a_y.sum(axis=0), found["readout.bias"])
    assert_near(d_h[1:], network.model.backward(trace, d_a_y @ V).state[1:])


@equation("eq-05-rtrl")
def test_real_time_recurrent_learning_index_by_index(rng):
    network, sequence = elman(rng, n=3, T=5)
    model, n = network.model, 3
    U = model.parameters["recurrent_weights"]
    trace = model.forward(sequence.x)
    h = trace.state
    P = np.zeros((n, n, n))  # dh_i / dU_kl
    for t in range(1, len(h)):
        old = P.copy()
        for i, k, j in np.ndindex(P.shape):
            direct = h[t - 1, j] if i == k else 0.0
            P[i, k, j] = (1 - h[t, i] ** 2) * (U[i] @ old[:, k, j] + direct)
    for i in range(n):
        at_the_end = np.zeros((len(h) - 1, n))
        at_the_end[-1, i] = 1.0
        assert_near(P[i], model.backward(trace, at_the_end).parameters["recurrent_weights"])


# --- Chapter 06 ------------------------------------------------------------------------------------------------------


@equation("eq-06-chain", "eq-06-step")
def test_the_gradient_is_a_product_of_step_jacobians(rng):
    network, sequence = elman(rng)
    model = network.model
    U = model.parameters["recurrent_weights"]
    trace = model.forward(sequence.x)
    T = trace.steps
    injected = np.zeros_like(trace.state[1:])
    injected[-1] = arriving = rng.standard_normal(len(U))
    found = model.backward(trace, injected).state
    for k in range(1, T + 1):
        step = np.diag(1 - trace.state[T - k + 1] ** 2) @ U
        assert_near(step, model.step_backward(trace, T - k + 1, np.eye(len(U))))
        arriving = arriving @ step
        assert_near(arriving, found[T - k])


@equation("eq-06-one-unit")
def test_one_unit_multiplies_weight_and_slope(rng):
    w = float(rng.uniform(-6, 6))
    model = ElmanRNN(1, 1, rng=rng, activation="logistic")
    model.parameters["recurrent_weights"][...] = w
    x = rng.standard_normal((8, 1))
    trace = model.forward(x)
    h, product = trace.state[:, 0], 1.0
    for k, log10 in enumerate(gradients.jacobian_norms(model, trace)):
        assert_near(product, 10**log10)
        if k < 8:
            slope = h[8 - k] * (1 - h[8 - k])
            assert slope <= 0.25
            product *= abs(w * slope)


@equation("eq-06-bound")
def test_no_norm_exceeds_the_bound(rng):
    for activation, steepest in (("tanh", 1.0), ("logistic", 0.25)):
        model = ElmanRNN(2, 6, rng=rng, activation=activation, recurrent_scale=rng.uniform(0.3, 3))
        sigma_1 = np.sqrt(np.linalg.eigvalsh(weights(model).T @ weights(model)).max())
        trace = model.forward(rng.standard_normal((10, 2)))
        norms = 10 ** gradients.jacobian_norms(model, trace)
        assert np.all(norms <= (steepest * sigma_1) ** np.arange(11) * (1 + 1e-9))
    still = ElmanRNN(2, 6, rng=rng)
    quiet = still.forward(np.zeros((1, 2)))
    sigma_1 = np.linalg.norm(weights(still), 2)
    assert_near(10 ** gradients.jacobian_norms(still, quiet), [1, sigma_1])


def weights(model):
    return model.parameters["recurrent_weights"]


@equation("eq-06-state")
def test_the_norm_of_the_full_state_for_every_cell(rng):
    step = 1e-6
    for cell in CELLS:
        options = {"gradient": "full"} if cell == "LSTM 1997" else {}
        model = make(cell, 2, 3, rng=rng, **options)
        x = rng.standard_normal((4, 2))
        trace = model.forward(x)
        for k in range(1, 5):
            columns = []
            for direction in np.eye(model.state_size):
                ends = [
                    model.forward(x[4 - k :], trace.state[4 - k] + sign * step * direction).state
                    for sign in (1, -1)
                ]
                columns.append((ends[0][-1] - ends[1][-1]) / (2 * step))
            norm = np.linalg.norm(np.array(columns).T, 2)
            measured = 10 ** gradients.jacobian_norms(model, trace, lags=[k])[0]
            assert measured == pytest.approx(norm, rel=1e-5, abs=1e-8), cell


@equation("eq-06-clip")
def test_clipping_bounds_the_norm_and_keeps_the_direction(rng):
    gradient = {"W": rng.standard_normal((3, 2)), "b": rng.standard_normal(3)}
    flat = np.concatenate([gradient["W"].ravel(), gradient["b"]])
    for theta in (0.1, 1.0, 100.0):
        clipped, norm = clip_norm(gradient, theta)
        assert_near(np.linalg.norm(flat), norm)
        assert_near(
            flat * min(1, theta / norm), np.concatenate([clipped["W"].ravel(), clipped["b"]])
        )
