import numpy as np
import pytest
import torch

from lstm_lab.chapters.ch09 import checks
from lstm_lab.models import GRU, VariantLSTM


def step(c, i, g):
    return (1 - i) * c + i * g


def weights(m, n):
    block = n * (m + n + 1)
    return np.array([4 * block, 4 * block + 3 * n, 3 * block])


def say(path):
    out, before = "", None
    for symbol in path:
        if symbol != before and symbol != "-":
            out += symbol
        before = symbol
    return out


def gru(W, U, x, h):
    W_r, W_z, W_n = np.split(W, 3)
    U_r, U_z, U_n = np.split(U, 3)
    r = 1 / (1 + np.exp(-(W_r @ x + U_r @ h)))
    z = 1 / (1 + np.exp(-(W_z @ x + U_z @ h)))
    n = np.tanh(W_n @ x + U_n @ (r * h))
    return z * h + (1 - z) * n


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.coupled_gates, step),
        (checks.count_weights, weights),
        (checks.ctc_collapse, say),
        (checks.gru_step, gru),
    ],
)
def test_the_solution_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


def torchs_gru(W, U, x, h):
    cell = torch.nn.GRUCell(W.shape[1], U.shape[1], bias=False, dtype=torch.float64)
    cell.load_state_dict({"weight_ih": torch.tensor(W), "weight_hh": torch.tensor(U)})
    return cell(torch.tensor(x), torch.tensor(h)).detach().numpy()


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.coupled_gates, lambda c, i, g: c + i * g, "the cell of 1997"),
        (checks.coupled_gates, lambda c, i, g: i * c + (1 - i) * g, "wrong way round"),
        (checks.coupled_gates, lambda c, i, g: (1 - i) * c + g, "passes the input gate too"),
        (checks.count_weights, lambda m, n: weights(m - 1, n), "the biases are missing"),
        (checks.count_weights, lambda m, n: weights(m + 1, n), "what PyTorch counts"),
        (
            checks.count_weights,
            lambda m, n: weights(m, n) + np.array([0, 3 * n * (n - 1), 0]),
            "not n × n",
        ),
        (
            checks.count_weights,
            lambda m, n: weights(m, n) - n * (m + n + 1) * np.array([1, 1, 0]),
            "there are four",
        ),
        (checks.ctc_collapse, lambda path: say(path.replace("-", "")), "dropped first"),
        (checks.ctc_collapse, lambda path: path.replace("-", ""), "are one symbol"),
        (checks.gru_step, torchs_gru, "after the multiplication with U, as in PyTorch"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message


@pytest.mark.parametrize(("m", "n"), [(1, 32), (5, 3)])
def test_the_counts_are_those_of_the_cells(m, n):
    rng = np.random.default_rng(0)
    lstm, peephole = (
        VariantLSTM(m, n, rng=rng, peepholes=on).parameter_count for on in (False, True)
    )
    gru_without_second_bias = GRU(m, n, rng=rng).parameter_count - n
    np.testing.assert_array_equal(weights(m, n), [lstm, peephole, gru_without_second_bias])


def test_the_coupled_step_is_that_of_the_ablation():
    model = VariantLSTM(2, 3, rng=np.random.default_rng(1), forget="coupled")
    trace = model.forward(np.random.default_rng(2).normal(size=(5, 2)))
    c = trace.state[:, model.parts["cell"]]
    np.testing.assert_allclose(step(c[:-1], trace.input_gate, trace.cell_input), c[1:], atol=1e-14)
