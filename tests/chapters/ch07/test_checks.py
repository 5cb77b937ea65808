import numpy as np
import pytest

from lstm_lab.chapters.ch07 import checks
from lstm_lab.models import LSTM1997, load_parameters


def sigma(a):
    return 1 / (1 + np.exp(-a))


def cell(x, W, U, b):
    c, z, path = 0.0, np.zeros(3), []
    for x_t in x:
        a = W @ x_t + U @ z + b
        i, o = sigma(a[1]), sigma(a[2])
        c = c + i * (4 * sigma(a[0]) - 2)
        h = o * (2 * sigma(c) - 1)
        z = np.array([h, i, o])
        path.append([c, h])
    return np.array(path)


def gate_weights(opened, leak):
    bias = np.log(leak / (1 - leak))
    return [np.log(opened / (1 - opened)) - bias, bias]


def gradient(e, g, i, source):
    P_c, P_i = np.zeros(source.shape[1]), np.zeros(source.shape[1])
    for g_t, i_t, source_t in zip(g, i, source, strict=True):
        P_c += i_t * (1 - g_t**2 / 4) * source_t
        P_i += g_t * i_t * (1 - i_t) * source_t
    return e * np.stack([P_c, P_i])


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.the_cell, cell),
        (checks.gate_weights, gate_weights),
        (checks.cell_path_gradient, gradient),
    ],
)
def test_the_solution_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


def test_gates_that_store_and_tell_pass():
    assert checks.set_the_gates([0, 0, 1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]).passed
    assert checks.set_the_gates(..., ...).passed is None
    assert checks.set_the_gates([0] * 8, None).passed is None


@pytest.mark.parametrize(
    ("input_gate", "output_gate", "cause"),
    [
        ([1] * 8, [0] * 7 + [1], "lets every value in"),
        ([0, 0, 0, 1, 0, 1, 0, 0], [0] * 7 + [1], "one step late"),
        ([0, 0, 1, 0, 1, 0, 0, 0], [1] * 8, "silent before step 8"),
        ([0, 0, 1, 0, 0, 0, 0, 0], [0] * 7 + [1], "only step 3"),
        ([0, 0, 1], [0] * 7 + [1], "Expected 8 numbers from 0 to 1 in input_gate"),
        ([0, 0, 1, 0, 1, 0, 0, 0], [0] * 7 + [2], "Expected 8 numbers from 0 to 1 in output_gate"),
        ("open", [0] * 8, "in input_gate, got 'open'"),
    ],
)
def test_wrong_gates_are_told_why(input_gate, output_gate, cause):
    result = checks.set_the_gates(input_gate, output_gate)
    assert result.passed is False
    assert cause in result.message


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (
            checks.the_cell,
            lambda x, W, U, b: cell(x, W, U * np.array([1, 0, 0]), b),
            "the two gates feed",
        ),
        (checks.gate_weights, lambda p, q: gate_weights(p, q)[::-1], "exchanged"),
        (
            checks.gate_weights,
            lambda p, q: [np.log(p / (1 - p)), np.log(q / (1 - q))],
            "only the difference",
        ),
        (
            checks.cell_path_gradient,
            lambda e, g, i, s: gradient(e, g[-1:], i[-1:], s[-1:]),
            "only the last step",
        ),
        (checks.cell_path_gradient, lambda e, g, i, s: gradient(e, g, i, s)[::-1], "exchanged"),
        (
            checks.cell_path_gradient,
            lambda e, g, i, s: gradient(1.0, g, i, s),
            "error is missing",
        ),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message


def test_the_cell_of_the_exercise_is_that_of_the_book():
    rng = np.random.default_rng(7)
    model = LSTM1997(2, 1, rng=rng)
    x, W, U, b = (
        rng.standard_normal((9, 2)),
        *(rng.standard_normal((3, n)) for n in (2, 3)),
        rng.standard_normal(3),
    )
    load_parameters(
        model,
        {
            "input_weights": W,
            "recurrent_weights": U,
            "cell_bias": b[:1],
            "input_gate_bias": b[1:2],
            "output_gate_bias": b[2:],
        },
    )
    np.testing.assert_allclose(cell(x, W, U, b), model.forward(x).state[1:, :2], atol=1e-12)


def test_the_gradient_of_the_exercise_is_the_truncated_one_of_the_book():
    rng = np.random.default_rng(8)
    model = LSTM1997(3, 1, rng=rng)
    trace = model.forward(rng.standard_normal((15, 3)))
    d_state = np.zeros((15, model.state_size))
    d_state[-1, model.parts["cell"]] = -0.7
    book = model.backward(trace, d_state).parameters
    source = np.hstack([trace.x, trace.state[:-1, 1:]])
    ours = gradient(-0.7, trace.cell_input[:, 0], trace.input_gate[:, 0], source)
    both = np.hstack([book["input_weights"], book["recurrent_weights"]])[:2]
    np.testing.assert_allclose(ours, both, atol=1e-12)
