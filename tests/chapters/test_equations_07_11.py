"""The labelled equations of chapters 07 to 11, written out by hand and held against the code they describe.

The left side of each comparison is the formula as it stands in the text, in plain NumPy; the right side is
what the package computes. A new label needs a test here, or a definition in `EQUATIONS` that says why it needs none.
"""

from __future__ import annotations

from itertools import islice, product

import numpy as np
import torch
from equations import Equations, assert_near, function_of, logistic

from lstm_lab import sequences
from lstm_lab.chapters.ch07 import checks as chapter07
from lstm_lab.chapters.ch07.figures import memory_cell
from lstm_lab.chapters.ch08 import checks as chapter08
from lstm_lab.chapters.ch09 import checks as chapter09
from lstm_lab.chapters.ch09.figures import warp
from lstm_lab.chapters.ch11 import checks as chapter11
from lstm_lab.models import GRU, LSTM, LSTM1997, Readout, VariantLSTM, ctc
from lstm_lab.models.activations import ACTIVATIONS
from lstm_lab.models.attention import attention
from lstm_lab.models.deep import DeepStack
from lstm_lab.models.linear_recurrence import loop, scan, scan_rounds
from lstm_lab.paper1997.engine.network_setup import initial_weights
from lstm_lab.paper1997.published import spec
from lstm_lab.paper1997.runner.as_models import readable
from lstm_lab.twins import torch_layer, twin

EQUATIONS = Equations("07", "08", "09", "11")
equation = EQUATIONS.equation


def test_every_labelled_equation_is_tested_or_a_definition():
    EQUATIONS.assert_complete(at_least=21)


def torch_of(x):
    return torch.tensor(np.asarray(x, dtype=float))


# --- Chapter 07 ------------------------------------------------------------------------------------------------------


@equation("eq-07-factor")
def test_the_one_shape_with_a_factor_of_one_everywhere(rng):
    a = 3 * rng.standard_normal(50)
    factor = {}
    for name, f in ACTIVATIONS.items():
        step = 1e-6
        w = 1.0
        factor[name] = w * (f.value(a + step) - f.value(a - step)) / (2 * step)
        np.testing.assert_allclose(factor[name], w * f.slope(f.value(a)), atol=1e-8)
    one_everywhere = [name for name in factor if np.allclose(factor[name], 1)]
    assert one_everywhere == ["identity"]
    net = LSTM1997(1, 1, rng=rng)
    assert_near(1.0, net.cell_path(net.forward(a[:, None]), 7))
    for w in (0.5, 3.0):  # f(a) = a / w, for any weight
        assert_near(w * ((a + 1) / w - a / w), 1)


def carousel_alone(rng):
    """A cell whose gates are held open and whose squashing functions are straight."""
    straight = {"g": "identity", "h": "identity"}
    net = LSTM1997(
        1, 1, rng=rng, output_gate=False, recurrent=False, input_gate_bias=40, **straight
    )
    net.parameters["input_weights"][1] = 0.0
    return net


@equation("eq-07-carousel")
def test_the_carousel_is_a_sum_with_derivative_one(rng):
    net, x = carousel_alone(rng), rng.standard_normal(30)
    w_x, c = net.parameters["input_weights"][0, 0], 0.0
    trace = net.forward(x[:, None])
    for t, x_t in enumerate(x, start=1):
        c = c + w_x * x_t
        assert_near(c, trace.state[t, 0])
    at_the_end = np.zeros((30, net.state_size))
    at_the_end[-1, 0] = 1.0
    for gradient in ("truncated", "full"):
        net.gradient = gradient
        assert_near(np.ones(31), net.backward(trace, at_the_end).state[:, 0])
    by_hand = memory_cell.walk_by_hand(x, np.ones(30), np.ones(30))
    assert_near(np.cumsum(4 * logistic(x) - 2), by_hand.state)


@equation("eq-07-silence")
def test_the_best_constant_weight_whispers(rng):
    T = int(rng.integers(2, 40))
    unit = Readout(1, 1, rng=rng, kind="linear", bias=None)
    state, wanted = np.ones((T, 1)), np.zeros((T, 1))
    wanted[-1] = 1.0

    def loss(v):
        unit.parameters["weights"][...] = v
        return unit.loss(unit.forward(state), wanted)

    v = 1 / T
    assert_near(((v - 1) ** 2 + (T - 1) * v**2) / 2, loss(v))
    assert_near(unit.backward(unit.forward(state), wanted).parameters["weights"], 0)
    assert loss(v) < min(loss(v - 1e-3), loss(v + 1e-3))


def blocks_of_1997(rng, gradient="truncated", m=3, blocks=2, size=2, T=7):
    """A net of memory blocks with random biases, a sequence, and what it did on it."""
    scale = rng.uniform(0.5, 2)
    net = LSTM1997(
        m, blocks * size, rng=rng, block_size=size, gradient=gradient, recurrent_scale=scale
    )
    for name in ("cell_bias", "input_gate_bias", "output_gate_bias"):
        net.parameters[name][...] = rng.standard_normal(net.parameters[name].shape)
    return net, net.forward(rng.standard_normal((T, m)))


def rows_of(net):
    """W, U and b of the cells, of the input gates and of the output gates."""
    p, ends = net.parameters, [net.hidden_size, net.hidden_size + net.blocks]
    b = ("cell_bias", "input_gate_bias", "output_gate_bias")
    W, U = (np.split(p[name], ends) for name in ("input_weights", "recurrent_weights"))
    return list(zip(W, U, [p[name] for name in b], strict=True))


def g(a):
    return 4 * logistic(a) - 2


def h(c):
    return 2 * logistic(c) - 1


@equation("eq-07-cell", "eq-07-gates")
def test_the_forward_pass_of_the_cell_of_1997(rng):
    for size in (1, 2):
        net, trace = blocks_of_1997(rng, size=size)
        n = net.hidden_size
        (W_c, U_c, b_c), (W_i, U_i, b_i), (W_o, U_o, b_o) = rows_of(net)
        with torch.no_grad():
            theirs = twin(net)(torch_of(trace.x)).numpy()
        c, z = np.zeros(n), np.zeros(net.units)
        for t, x in enumerate(trace.x, start=1):
            a_c = W_c @ x + U_c @ z + b_c
            i = logistic(W_i @ x + U_i @ z + b_i)
            o = logistic(W_o @ x + U_o @ z + b_o)
            c = c + np.repeat(i, size) * g(a_c)
            h_t = np.repeat(o, size) * h(c)
            z = np.concatenate([h_t, i, o])
            for state in (trace.state[t], theirs[t]):
                assert_near(np.concatenate([c, z]), state)
    a, i, o = rng.standard_normal(20), rng.uniform(size=20), rng.uniform(size=20)
    walk, c = memory_cell.walk_by_hand(a, i, o), 0.0
    for t in range(20):
        c = c + i[t] * g(a[t])
        assert_near([c, o[t] * h(c)], [walk.state[t], walk.said[t]])


@equation("eq-07-truncation")
def test_the_truncated_and_the_full_gradient_by_the_chain_rule(rng):
    net, trace = blocks_of_1997(rng)
    rows, n, size, T = rows_of(net), net.hidden_size, net.block_size, trace.steps
    d_state = rng.standard_normal((T, net.state_size))

    def by_hand(a_by_z):
        """dL/dU and dL/dstate_0, where `a_by_z` is da/dz of the step before, for the backward pass only."""
        d_U, back = np.zeros((net.units, net.units)), np.zeros(net.state_size)
        for t in range(T, 0, -1):
            d_c, d_h, d_i, d_o = np.split(d_state[t - 1] + back, [n, 2 * n, 2 * n + net.blocks])
            x, c, z = trace.x[t - 1], trace.state[t, :n], trace.state[t - 1, n:]
            a_c, a_i, a_o = (W @ x + U @ z + b for W, U, b in rows)
            i, o = np.repeat(logistic(a_i), size), np.repeat(logistic(a_o), size)
            d_c = d_c + o * (1 - h(c) ** 2) / 2 * d_h
            d_i = d_i + (g(a_c) * d_c).reshape(-1, size).sum(axis=1)
            d_o = d_o + (h(c) * d_h).reshape(-1, size).sum(axis=1)
            slopes = [logistic(a) * (1 - logistic(a)) for a in (a_i, a_o)]
            d_a_c = i * 4 * logistic(a_c) * (1 - logistic(a_c)) * d_c
            d_a = np.concatenate([d_a_c, slopes[0] * d_i, slopes[1] * d_o])
            d_U += np.outer(d_a, z)
            back = np.concatenate([d_c, d_a @ a_by_z])
        return d_U, back

    U = np.concatenate([U for _, U, _ in rows])
    for net.gradient, a_by_z in (("truncated", 0 * U), ("full", U)):
        d_U, back = by_hand(a_by_z)
        found = net.backward(trace, d_state)
        assert_near(d_U, found.parameters["recurrent_weights"])
        assert_near(back, found.state[0])
        assert (np.abs(d_U).max(axis=1) > 0).all()  # the weights U are trained all the same


@equation("eq-07-eligibility")
def test_the_derivatives_that_the_truncated_rule_carries_along(rng):
    net, trace = blocks_of_1997(rng)
    (W_c, U_c, b_c), (W_i, U_i, b_i), _ = rows_of(net)
    n, size = net.hidden_size, net.block_size
    q = np.column_stack([trace.x, trace.state[:-1, n:], np.ones(trace.steps)])
    c_by_w_c, c_by_w_i = np.zeros((n, q.shape[1])), np.zeros((n, q.shape[1]))
    for t, q_t in enumerate(q, start=1):
        x, z = trace.x[t - 1], trace.state[t - 1, n:]
        a_c = W_c @ x + U_c @ z + b_c
        i = np.repeat(logistic(W_i @ x + U_i @ z + b_i), size)
        slope_of_g = 4 * logistic(a_c) * (1 - logistic(a_c))
        c_by_w_c = c_by_w_c + np.outer(i * slope_of_g, q_t)
        c_by_w_i = c_by_w_i + np.outer(g(a_c) * i * (1 - i), q_t)
        for cell in range(n):
            d_state = np.zeros((t, net.state_size))
            d_state[-1, cell] = 1.0
            found = net.backward(net.forward(trace.x[:t]), d_state).parameters
            every = np.column_stack([found["input_weights"], found["recurrent_weights"]])
            every = every[: n + net.blocks]
            bias = np.concatenate([found["cell_bias"], found["input_gate_bias"]])
            every = np.column_stack([every, bias])
            assert_near(c_by_w_c[cell], every[cell])
            assert_near(c_by_w_i[cell], every[n + cell // size])

    def gradient(e, g, i, source):
        P = np.zeros((2, source.shape[1]))
        for g_t, i_t, q_t in zip(g, i, source, strict=True):
            sigma = (g_t + 2) / 4
            P = P + np.outer([i_t * 4 * sigma * (1 - sigma), g_t * i_t * (1 - i_t)], q_t)
        return e * P

    assert chapter07.cell_path_gradient(gradient)


# --- Chapter 08 ------------------------------------------------------------------------------------------------------


@equation("eq-08-weights")
def test_the_weights_that_the_paper_counts(rng):
    counted = 0
    for name, row in spec.ROWS.items():
        if name in ("2a", "2b"):  # "have a simpler net"
            continue
        net = row.net
        sizes = [
            {key: array.size for key, array in model.parameters.items()}
            for model in readable(net, initial_weights(net, rng))
        ]
        biases = sum(size for one in sizes for key, size in one.items() if "bias" in key)
        m, p, b, s = net.inputs, net.outputs, net.blocks, net.block_size
        H = b * s + 2 * b
        count = H * (m + H) + p * b * s + biases
        assert count == sum(size for one in sizes for size in one.values()), name
        assert count == net.weight_count == row.weights, name
        counted += 1
    assert counted >= 20


@equation("eq-08-error")
def test_the_error_that_an_output_sends_back(rng):
    out = Readout(4, 3, rng=rng, kind="logistic", bias="random", uniform=1.0)
    features, d = rng.standard_normal(4), rng.uniform(size=3)
    trace = out.forward(features)
    a = out.parameters["weights"] @ features + out.parameters["bias"]
    y = logistic(a)
    step = 1e-6
    slope = (logistic(a + step) - logistic(a - step)) / (2 * step)
    e = y * (1 - y) * (d - y)
    np.testing.assert_allclose(slope * (d - y), e, atol=1e-9)
    found = out.backward(trace, d)
    assert_near(e, -found.parameters["bias"])
    assert_near(e @ out.parameters["weights"], -found.x)


@equation("eq-08-adding")
def test_the_target_of_the_adding_problem(rng):
    replaced = 0
    for one in islice(sequences.adding(rng, 50), 200):
        values, marks = one.x.T
        X_1, X_2 = values[marks == 1]
        assert_near(0.5 + (X_1 + X_2) / 4, one.target[-1, 0])
        replaced += marks[0] == 1
    assert replaced  # the first pair, whose value is then 0


@equation("eq-08-wait")
def test_the_wait_for_so_many_in_a_row(rng):
    def wait(p, n):
        q = 1 - p
        return (1 - q**n) / (p * q**n)

    p, n = rng.uniform(0.01, 0.5), int(rng.integers(1, 20))
    assert_near(wait(p, n), function_of("08", "expected_wait")(p, n))
    assert chapter08.expected_wait(wait)
    expected = 0.0
    for _ in range(n):  # w_k = w_{k-1} + 1 + p w_k
        expected = (expected + 1) / (1 - p)
    assert_near(wait(p, n), expected)


# --- Chapter 09 ------------------------------------------------------------------------------------------------------


def lstm_2000(rng, kind=LSTM, m=3, n=4, T=8, **options):
    """A net of today's cells with random biases, and its weights by gate."""
    net = kind(m, n, rng=rng, **options)
    for name in {"bias", "peepholes", "recalled_bias"} & set(net.parameters):
        net.parameters[name][...] = rng.standard_normal(net.parameters[name].shape)
    names = ("input_weights", "recurrent_weights", "bias")
    parts = len(net.parameters["bias"]) // n
    gates = list(zip(*(np.split(net.parameters[name], parts) for name in names), strict=True))
    return net, gates, rng.standard_normal((T, m))


@equation("eq-09-forget", "eq-09-lstm")
def test_the_forward_pass_of_todays_lstm(rng):
    net, gates, x = lstm_2000(rng)
    trace = net.forward(x)
    with torch.no_grad():
        hidden, (_, last) = torch_layer(net)(torch_of(x))
    (W_i, U_i, b_i), (W_f, U_f, b_f), (W_g, U_g, b_g), (W_o, U_o, b_o) = gates
    h, c = np.zeros(4), np.zeros(4)
    for t, x_t in enumerate(x, start=1):
        i = logistic(W_i @ x_t + U_i @ h + b_i)
        f = logistic(W_f @ x_t + U_f @ h + b_f)
        g = np.tanh(W_g @ x_t + U_g @ h + b_g)
        o = logistic(W_o @ x_t + U_o @ h + b_o)
        c = f * c + i * g
        h = o * np.tanh(c)
        assert_near(np.concatenate([h, c]), trace.state[t])
        assert_near(h, hidden[t - 1].numpy())
    assert_near(c, last[0].numpy())


@equation("eq-09-peepholes")
def test_gates_that_look_at_the_cell(rng):
    net, gates, x = lstm_2000(rng, VariantLSTM, peepholes=True)
    trace = net.forward(x)
    p_i, p_f, p_o = net.parameters["peepholes"]
    h, c = np.zeros(4), np.zeros(4)
    for t, x_t in enumerate(x, start=1):
        net_i, net_f, net_g, net_o = (W @ x_t + U @ h + b for W, U, b in gates)
        i = logistic(net_i + p_i * c)
        f = logistic(net_f + p_f * c)
        c = f * c + i * np.tanh(net_g)
        o = logistic(net_o + p_o * c)
        h = o * np.tanh(c)
        assert_near(
            [i, f, o], [trace.input_gate[t - 1], trace.forget_gate[t - 1], trace.output_gate[t - 1]]
        )
        assert_near(np.concatenate([h, c]), trace.state[t])


@equation("eq-09-bidirectional")
def test_an_output_that_sees_both_directions(rng):
    m, n, p, T = 3, 4, 2, 6
    nets = [lstm_2000(rng, m=m, n=n, T=T)[0] for _ in range(2)]
    x = rng.standard_normal((T, m))
    out = Readout(2 * n, p, rng=rng, bias="random", uniform=1.0)
    V_1, V_2 = np.split(out.parameters["weights"], 2, axis=1)
    forwards = nets[0].forward(x).state[1:, :n]
    backwards = nets[1].forward(x[::-1]).state[1:, :n][::-1]
    y = [V_1 @ forwards[t] + V_2 @ backwards[t] + out.parameters["bias"] for t in range(T)]
    theirs = torch.nn.LSTM(m, n, bidirectional=True, dtype=torch.float64)
    weights = {}
    for net, direction in zip(nets, ("", "_reverse"), strict=True):
        layer = torch_layer(net).state_dict()
        weights |= {f"{name}{direction}": value for name, value in layer.items()}
    theirs.load_state_dict(weights)
    with torch.no_grad():
        hidden, _ = theirs(torch_of(x))
    assert_near(y, out.forward(hidden.numpy()).output)


@equation("eq-09-ctc")
def test_the_recursion_of_ctc(rng):
    T = int(rng.integers(4, 7))
    y = rng.dirichlet(np.ones(3), T)
    symbols = {symbol: column for column, symbol in enumerate("-ab")}
    said = dict.fromkeys(("a", "ab", "aa", "aab", "abba"), 0.0)
    for path in product(range(3), repeat=T):
        label = ctc.collapse("".join("-ab"[symbol] for symbol in path))
        if label in said:
            said[label] += np.prod(y[np.arange(T), path])
    for label, by_force in said.items():
        q = dict(enumerate("-" + "-".join(label) + "-", start=1))
        S = len(q)
        alpha = {(t, s): 0.0 for t in range(1, T + 1) for s in range(-1, S + 1)}
        for s in (1, 2):  # "A path starts at place 1 or 2"
            alpha[1, s] = y[0, symbols[q[s]]]
        for t in range(2, T + 1):
            for s in range(1, S + 1):
                k = 1 if q[s] != "-" and q[s] != q.get(s - 2) else 0
                before = alpha[t - 1, s] + alpha[t - 1, s - 1] + k * alpha[t - 1, s - 2]
                alpha[t, s] = y[t - 1, symbols[q[s]]] * before
        table = [[alpha[t, s] for s in range(1, S + 1)] for t in range(1, T + 1)]
        assert_near(table, ctc.forward_table(y, label))
        assert_near(alpha[T, S - 1] + alpha[T, S], by_force)
        assert_near(by_force, ctc.label_probability(y, label))


@equation("eq-09-gru")
def test_the_forward_pass_of_the_gru(rng):
    n = 4
    net, gates, x = lstm_2000(rng, GRU, n=n)
    (W_r, U_r, b_r), (W_z, U_z, b_z), (W_n, U_n, b_n) = gates
    b_u, p = net.parameters["recalled_bias"], net.parameters
    theirs = torch.nn.GRU(3, n, dtype=torch.float64)  # "These are PyTorch's equations."
    copied = {
        "weight_ih_l0": p["input_weights"],
        "weight_hh_l0": p["recurrent_weights"],
        "bias_ih_l0": p["bias"],
        "bias_hh_l0": np.concatenate([np.zeros(2 * n), b_u]),
    }
    theirs.load_state_dict({name: torch_of(value) for name, value in copied.items()})
    with torch.no_grad():
        hidden = theirs(torch_of(x))[0].numpy()
    trace, h = net.forward(x), np.zeros(n)
    for t, x_t in enumerate(x, start=1):
        r = logistic(W_r @ x_t + U_r @ h + b_r)
        z = logistic(W_z @ x_t + U_z @ h + b_z)
        u = U_n @ h + b_u
        n_t = np.tanh(W_n @ x_t + b_n + r * u)
        h = (1 - z) * n_t + z * h
        assert_near(h, trace.state[t])
        assert_near(h, hidden[t - 1])
        assert_near([r, z, u, n_t], [trace.reset_gate[t - 1], trace.update_gate[t - 1],
                                     trace.recalled[t - 1], trace.candidate[t - 1]])  # fmt: skip

    def published(W, U, x, h):
        (W_r, W_z, W_n), (U_r, U_z, U_n) = np.split(W, 3), np.split(U, 3)
        r, z = logistic(W_r @ x + U_r @ h), logistic(W_z @ x + U_z @ h)
        return (1 - z) * np.tanh(W_n @ x + U_n @ (r * h)) + z * h

    assert chapter09.gru_step(published)


# --- Chapter 11 ------------------------------------------------------------------------------------------------------


@equation("eq-11-qkv", "eq-11-attention")
def test_attention_is_a_weighted_mean_of_the_values_so_far(rng):
    m, n, T = 5, 4, 9
    W_q, W_k, W_v = rng.standard_normal((3, n, m))
    x = rng.standard_normal((T, m))
    q = [W_q @ x_t / np.sqrt(n) for x_t in x]
    k, v = ([W @ x_t for x_t in x] for W in (W_k, W_v))
    y = []
    for t in range(T):
        match = [np.exp(q[t] @ k[s]) for s in range(t + 1)]
        w = [one / sum(match) for one in match]
        y.append(sum(w[s] * v[s] for s in range(t + 1)))
    assert_near(y, attention(x, W_q, W_k, W_v))
    parts = (torch_of(x @ W.T)[None, None] for W in (W_q, W_k, W_v))
    theirs = torch.nn.functional.scaled_dot_product_attention(*parts, is_causal=True)
    assert_near(y, theirs[0, 0].numpy())


@equation("eq-11-linear")
def test_a_linear_recurrence_step_by_step_and_at_once(rng):
    T, n = int(rng.integers(2, 40)), 3
    decay, news = rng.uniform(0, 1.2, (T, n)), rng.standard_normal((T, n))
    c, states = np.zeros(n), []
    for t in range(T):
        c = decay[t] * c + news[t]
        states.append(c)
    assert_near(states, loop(decay, news))
    assert_near(states, scan(decay, news))
    assert_near(states, function_of("11", "loop")(decay, news))
    assert_near(states, function_of("11", "doubling")(decay, news)[0])
    net, _, x = lstm_2000(rng)
    net.parameters["recurrent_weights"][...] = 0  # "Set U to zero, and the cell can be scanned."
    trace = net.forward(x)
    scanned = scan(trace.forget_gate, trace.input_gate * trace.cell_input)
    assert_near(trace.state[1:, net.parts["cell"]], scanned)


@equation("eq-11-combine")
def test_two_linear_steps_are_one(rng):
    T = 16
    decay, news = rng.uniform(-1, 1, T), rng.standard_normal(T)

    def combine(first, second):
        (decay_1, news_1), (decay_2, news_2) = first, second
        return decay_2 * decay_1, decay_2 * news_1 + news_2

    rounds = scan_rounds(decay, news)
    pairs, reach = list(zip(decay, news, strict=True)), 1
    for after in rounds[1:]:
        pairs = [
            combine(pairs[t - reach], pair) if t >= reach else pair for t, pair in enumerate(pairs)
        ]
        assert_near(pairs, np.stack(after, axis=1))
        reach *= 2
    assert len(rounds) == 1 + np.log2(T)
    c = rng.standard_normal()
    decay_12, news_12 = combine((decay[0], news[0]), (decay[1], news[1]))
    assert_near(decay_12 * c + news_12, decay[1] * (decay[0] * c + news[0]) + news[1])
    assert chapter11.two_steps(lambda first, second: np.array(combine(first, second)))


@equation("eq-09-leak")
def test_a_leaky_unit_moves_a_part_of_the_way(rng):
    x, h, alpha = rng.standard_normal(7), 0.0, 0.3
    for x_t, state in zip(x, warp.read(x, np.full(7, alpha)), strict=True):
        h = (1 - alpha) * h + alpha * np.tanh(warp.INPUT_WEIGHT * x_t + warp.SELF_WEIGHT * h)
        assert_near(h, state)


@equation("eq-09-warp")
def test_a_gate_is_a_leak_of_its_own_at_every_step(rng):
    """By the coupled LSTM: its forget gate is 1 - z, its input gate z; without an output gate or squash h is c."""
    net = VariantLSTM(1, 1, rng=rng, forget="coupled", output_gate=False, squash=False)
    rows = net.rows
    net.parameters["recurrent_weights"][rows["cell_input"]] = warp.SELF_WEIGHT
    net.parameters["input_weights"][rows["cell_input"]] = warp.INPUT_WEIGHT
    net.parameters["bias"][rows["cell_input"]] = 0.0
    x = rng.standard_normal((9, 1))
    trace = net.forward(x)
    assert_near(trace.state[1:, 0], warp.read(x[:, 0], trace.input_gate[:, 0]))


@equation("eq-09-chrono")
def test_biases_for_lags_are_logarithms_of_times_in_their_range(rng):
    net = LSTM(1, 4000, rng=rng, longest_lag=50)
    b_f = net.parameters["bias"][net.rows["forget_gate"]]
    assert_near(net.parameters["bias"][net.rows["input_gate"]], -b_f)
    u = np.sort(np.exp(b_f))
    assert u[0] >= 1
    assert u[-1] <= 49
    uniform = np.linspace(1, 49, len(u))
    assert np.abs(u - uniform).max() < 48 * 1.63 / np.sqrt(len(u)) * 1.5  # Kolmogorov & Smirnov


@equation("eq-09-highway")
def test_a_highway_layer_is_partly_new(rng):
    stack = DeepStack("Highway", 3, 4, rng=rng, gate_bias=-1.0)
    states = stack.forward(rng.standard_normal(4))
    for layer in (1, 2, 3):
        h, W, V = states[layer - 1], stack.W[layer - 1], stack.V[layer - 1]
        z = logistic(V @ h - 1.0)
        assert_near((1 - z) * h + z * np.tanh(W @ h), states[layer])


@equation("eq-09-residual")
def test_a_residual_layer_adds(rng):
    stack = DeepStack("residual", 3, 4, rng=rng)
    states = stack.forward(rng.standard_normal(4))
    for layer in (1, 2, 3):
        h = states[layer - 1]
        assert_near(h + np.tanh(stack.W[layer - 1] @ h), states[layer])
