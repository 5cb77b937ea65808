"""The figures of chapter 05, and what its text says, against computations that share no code with them."""

import numpy as np
import pytest

from lstm_lab import measurements
from lstm_lab.explorers import chapter05
from lstm_lab.explorers.chapter05 import EXPLORERS
from lstm_lab.figures import recurrent
from lstm_lab.measurements.xor_in_time import (
    ALL,
    TruncatedElmanRNN,
    XorSettings,
    batches,
    xor_trial,
)
from lstm_lab.models import ElmanRNN
from lstm_lab.sequences import xor_in_time


def example(seed: int = 0, inputs: int = 2, units: int = 3, steps: int = 7):
    rng = np.random.default_rng(seed)
    net = ElmanRNN(inputs, units, rng=rng)
    net.parameters["bias"][...] = rng.standard_normal(units)
    x = rng.standard_normal((steps, inputs))
    return net, x, rng.standard_normal((steps, units))


def named(net: ElmanRNN) -> list[np.ndarray]:
    return [net.parameters[name] for name in ("input_weights", "recurrent_weights", "bias")]


class Counter:
    """Multiplies and counts."""

    def __init__(self) -> None:
        self.count = 0

    def times(self, a: float, b: float) -> float:
        self.count += 1
        return a * b


def bptt_by_scalars(net, x, d_h, counter):
    """Equations eq-05-meet, eq-05-net and eq-05-sums, one multiplication at a time."""
    (n, m), U = net.parameters["input_weights"].shape, net.parameters["recurrent_weights"]
    h = net.forward(x).state
    slope = 1 - h**2
    dW, dU, db, later = np.zeros((n, m)), np.zeros((n, n)), np.zeros(n), np.zeros(n)
    for t in range(len(x), 0, -1):
        d_a = [counter.times(slope[t, i], d_h[t - 1, i] + later[i]) for i in range(n)]
        for i in range(n):
            db[i] += d_a[i]
            for k in range(m):
                dW[i, k] += counter.times(d_a[i], x[t - 1, k])
            for k in range(n):
                dU[i, k] += counter.times(d_a[i], h[t - 1, k])
        later = [sum(counter.times(U[i, k], d_a[i]) for i in range(n)) for k in range(n)]
    return dW, dU, db


def rtrl_by_scalars(net, x, d_h, counter):
    """Equation eq-05-rtrl, one multiplication at a time, for W, U and b as one matrix."""
    (n, m), U = net.parameters["input_weights"].shape, net.parameters["recurrent_weights"]
    h = net.forward(x).state
    slope = 1 - h**2
    P = np.zeros((n, n, m + n + 1))
    gradient = np.zeros((n, m + n + 1))
    for t in range(1, len(x) + 1):
        source = [*x[t - 1], *h[t - 1], 1.0]
        new = np.zeros_like(P)
        for i in range(n):
            for k in range(n):
                for w in range(m + n + 1):
                    inner = sum(counter.times(U[i, j], P[j, k, w]) for j in range(n))
                    new[i, k, w] = counter.times(slope[t, i], inner + (i == k) * source[w])
                    gradient[k, w] += counter.times(d_h[t - 1, i], new[i, k, w])
        P = new
    return gradient[:, :m], gradient[:, m : m + n], gradient[:, -1]


METHODS = {"BPTT": bptt_by_scalars, "RTRL": rtrl_by_scalars}


@pytest.mark.parametrize("method", METHODS)
def test_the_equations_of_the_text_give_the_gradient_of_the_model(method):
    net, x, d_h = example()
    book = net.backward(net.forward(x), d_h).parameters
    ours = METHODS[method](net, x, d_h, Counter())
    for gradient, name in zip(ours, ("input_weights", "recurrent_weights", "bias"), strict=True):
        np.testing.assert_allclose(gradient, book[name], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("inputs", "units"), [(1, 1), (2, 3), (1, 5)])
def test_the_multiplications_are_those_that_the_equations_make(method, inputs, units):
    counter, steps = Counter(), 4
    METHODS[method](*example(1, inputs, units, steps), counter)
    assert counter.count == steps * recurrent.multiplications(method, units, inputs)


def test_the_costs_grow_as_n_squared_and_n_to_the_fourth():
    for method, power in (("BPTT", 2), ("RTRL", 4)):
        big, bigger = (recurrent.multiplications(method, n) for n in (1000, 2000))
        assert np.log2(bigger / big) == pytest.approx(power, abs=0.01)


def test_bptt_keeps_more_beyond_a_length_near_n_squared():
    n = 100
    kept = recurrent.numbers_kept("RTRL", n, 1)
    assert recurrent.numbers_kept("BPTT", n, n * n) < kept * 1.02
    assert recurrent.numbers_kept("BPTT", n, n * n + n) > kept
    assert recurrent.numbers_kept("RTRL", n, 10**6) == kept


@pytest.mark.parametrize("steps_back", [0, 1, 3, 6, ALL])
def test_a_truncated_error_goes_back_so_many_steps(steps_back):
    net, x, d_h = example(2)
    trace = net.forward(x)
    total = np.zeros_like(d_h)
    for entered in range(1, len(x) + 1):
        error = d_h[entered - 1]
        for step in range(entered, max(0, entered - steps_back - 1), -1):
            total[step - 1] += error
            error = net.step_backward(trace, step, error)
    cut = TruncatedElmanRNN(2, 3, rng=np.random.default_rng(0), steps_back=steps_back)
    cut.parameters = net.parameters
    grads = cut.backward(trace, d_h)
    np.testing.assert_allclose(grads.state[1:], total, rtol=1e-11, atol=1e-13)
    d_net = total * (1 - trace.state[1:] ** 2)
    np.testing.assert_allclose(grads.parameters["recurrent_weights"], d_net.T @ trace.state[:-1])
    np.testing.assert_allclose(grads.parameters["input_weights"], d_net.T @ x)
    np.testing.assert_allclose(grads.parameters["bias"], d_net.sum(axis=0))


@pytest.mark.parametrize("wrong", [-1, 1.5])
def test_steps_back_is_checked(wrong):
    with pytest.raises((TypeError, ValueError), match="steps_back"):
        TruncatedElmanRNN(1, 2, rng=np.random.default_rng(0), steps_back=wrong)


def test_elmans_copy_is_ordinary_backpropagation_with_the_old_state_as_an_input():
    net, x, d_h = example(3)
    state = net.forward(x).state
    cut = TruncatedElmanRNN(2, 3, rng=np.random.default_rng(0), steps_back=0)
    cut.parameters = net.parameters
    ours = cut.backward(cut.forward(x), d_h).parameters["recurrent_weights"]
    alone = net.forward(x[np.newaxis], state[:-1])
    ordinary = net.backward(alone, d_h[np.newaxis]).parameters["recurrent_weights"]
    np.testing.assert_allclose(ours, ordinary)


def test_the_followed_gradient_ends_at_the_finite_difference():
    net = recurrent.example_network("untrained", 0.9)
    line = next(xor_in_time(np.random.default_rng(1), 4))
    target = float(line.target[-1, 0])
    full = recurrent.followed_back(net, line.x, target, recurrent.STEPS - 1)["recurrent_weights"]
    weights = net.model.parameters["recurrent_weights"]
    for place in ((0, 0), (2, 3)):
        kept, losses = weights[place], []
        for change in (1e-5, -1e-5):
            weights[place] = kept + change
            losses.append((net.outputs(line.x)[-1, 0] - target) ** 2 / 2)
        weights[place] = kept
        assert full[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-5, abs=1e-9)


def test_the_unrolled_figure_draws_the_states_and_ends_at_the_full_gradient():
    figure = recurrent.unrolled_network("untrained", 1.5, 3, 2)
    by_name = {trace.name: trace for trace in figure.data}
    line = next(xor_in_time(np.random.default_rng(2), 4))
    W, U, b = named(recurrent.example_network("untrained", 1.5).model)
    h, states = np.zeros(recurrent.UNITS), []
    for bit in line.x:
        h = np.tanh(W @ bit + U @ h + b)
        states.append(h)
    for unit in range(recurrent.UNITS):
        np.testing.assert_allclose(by_name[f"unit {unit + 1}"].y, np.array(states)[:, unit])
    for name in ("direction (cosine)", "length (ratio)"):
        assert by_name[name].y[0] == pytest.approx(1)
    assert "followed 3 steps back" in figure.layout.meta["summary"]


def test_every_state_of_the_unrolled_figure_has_the_same_traces():
    shapes = {
        tuple(trace.name for trace in recurrent.unrolled_network(steps_back=back).data)
        for back in (0, 4, recurrent.STEPS - 1)
    }
    assert len(shapes) == 1


def test_the_levels_of_xor_in_time_follow_from_the_odds():
    """Every pair of bits before a third bit, and before another bit, with the odds of the bit that follows."""
    pairs = [(a, b) for a in (0, 1) for b in (0, 1)]
    places = [[(a, b, (a ^ b,)) for a, b in pairs], *[[(a, b, (0, 1)) for a, b in pairs]] * 2]
    grid = np.linspace(0, 1, 3001)

    def squares(place, q):
        return np.mean(
            [
                np.mean([(np.where(a ^ b, q, 1 - q) - bit) ** 2 for bit in bits], axis=0)
                for a, b, bits in place
            ],
            axis=0,
        )

    errors = np.array([squares(place, grid) for place in places])
    best = errors.mean(axis=0).argmin()
    assert grid[best] == pytest.approx(2 / 3, abs=1e-3)
    assert np.sqrt(errors[0, best]) == pytest.approx(recurrent.RULE, abs=1e-3)
    assert np.sqrt(errors[1, best]) == pytest.approx(recurrent.RULE_ELSEWHERE, abs=1e-3)
    assert errors[:, best].mean() == pytest.approx(recurrent.LEVELS["the rule"], abs=1e-6)
    half = errors[:, 1500]
    np.testing.assert_allclose(half, recurrent.LEVELS["nothing"])
    assert recurrent.LEVELS["nothing"] == recurrent.NOTHING**2
    assert recurrent.LEVELS["rule and clock"] == pytest.approx((0 + 2 * half[1]) / 3)


def test_the_measured_errors_are_counted_as_the_text_says():
    trials = measurements.load("xor_in_time")["trials"]
    for units, back in ((2, 0), (4, 1), (8, ALL)):
        rows = [t for t in trials if (t["hidden_size"], t["steps_back"]) == (units, back)]
        last_twelve = [list(trial["errors"][-1][-12:]) for trial in rows]
        third = [np.sqrt(np.mean([row[i] ** 2 for i in (2, 5, 8, 11)])) for row in last_twelve]
        np.testing.assert_allclose(recurrent.third_bit_error(units, back), third)
        squares = [sum(e * e for e in row) / 12 for row in last_twelve]
        low, high = (2 / 9 + 1 / 6) / 2, (2 / 9 + 1 / 4) / 2
        assert recurrent.understood(units, back) == {
            "nothing": sum(s > high for s in squares),
            "the rule": sum(low < s < high for s in squares),
            "rule and clock": sum(s < low for s in squares),
        }


def test_what_the_text_says_of_the_measured_networks():
    seeds = measurements.load("xor_in_time")["settings"]["seeds"]
    known = {
        (units, back): recurrent.understood(units, back)
        for units in (2, 4, 8)
        for back in (0, 1, ALL)
    }
    for units in (2, 4, 8):
        assert known[units, 0]["nothing"] == 0, "the copy always learns the rule"
        assert known[units, 0]["rule and clock"] == 0, "and never the clock"
    assert known[8, 1]["rule and clock"] == known[8, ALL]["rule and clock"] == seeds
    assert known[2, ALL]["rule and clock"] == 0
    assert 0 < known[4, 1]["rule and clock"] < known[4, ALL]["rule and clock"] < seeds
    medians = [np.median(recurrent.third_bit_error(2, back)) for back in (0, ALL)]
    assert abs(medians[0] - medians[1]) < 0.05
    copy, rule, clock = np.median(recurrent.mean_square_error(8, 0)), 2 / 9, 1 / 6
    assert (rule + clock) / 2 < copy < rule


def test_what_the_text_says_of_truncation_holds_over_sequences():
    """An untrained net loses little by the cut, the trained one much."""
    angles = {}
    for network in recurrent.NETWORKS:
        net, stream, found = (
            recurrent.example_network(network),
            xor_in_time(np.random.default_rng(3), 4),
            [],
        )
        for _ in range(60):
            line = next(stream)
            cut, full = (
                np.concatenate(
                    [
                        g.ravel()
                        for g in recurrent.followed_back(
                            net, line.x, line.target[-1, 0], back
                        ).values()
                    ]
                )
                for back in (0, recurrent.STEPS - 1)
            )
            found.append(cut @ full / np.linalg.norm(cut) / np.linalg.norm(full))
        angles[network] = np.degrees(np.arccos(np.median(found)))
    assert angles["untrained"] < 25
    assert angles["trained on XOR in time"] > 2 * angles["untrained"]


def test_a_small_trial_gives_the_same_errors_again():
    settings = XorSettings(checkpoints=(0, 5), triples=3, batch=2, test_sequences=4)
    first, again = (xor_trial(settings, (2, 0, 1)) for _ in range(2))
    assert first == again
    assert np.shape(first["errors"]) == (2, 3 * 3 - 1)
    assert first["errors"][0] != first["errors"][1]


def test_batches_stand_side_by_side():
    stream, alone = (xor_in_time(np.random.default_rng(4), 3) for _ in range(2))
    group = next(batches(stream, 2))
    assert group.x.shape == group.target.shape == (8, 2, 1)
    for place in range(2):
        np.testing.assert_array_equal(group.x[:, place], next(alone).x)


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_state_of_an_explorer_that_is_sampled_can_be_drawn(name):
    explorer = EXPLORERS[name]()
    states = list(explorer.states())
    assert len(states) < 300
    for state in states[:: max(1, len(states) // 5)]:
        summary = explorer.figure(**state).layout.meta["summary"]
        assert any(sign.isdigit() for sign in summary)
        assert summary.endswith(".")


@pytest.mark.parametrize(
    "draw", [recurrent.two_feedbacks, recurrent.loop_and_line, recurrent.one_step]
)
def test_diagrams_say_in_words_what_they_show(draw):
    figure = draw()
    assert len(figure.layout.meta["summary"]) > 200
    assert len(figure.layout.annotations) > 6
    assert chapter05.EXPLORERS


def test_the_diagram_unrolls_as_many_steps_as_asked():
    texts = [note.text for note in recurrent.loop_and_line(6).layout.annotations]
    assert "h<sub>6</sub>" in texts
    assert texts.count("U") == 6
