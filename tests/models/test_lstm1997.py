from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, lstm1997s

from lstm_lab.models import LSTM1997, Readout, count_parameters, load_parameters
from lstm_lab.models.activations import LOGISTIC

RNG = np.random.default_rng


def logistic(net: float) -> float:
    return 1 / (1 + math.exp(-net))


def test_two_steps_of_1997_by_hand() -> None:
    """One cell, one input line, every weight another number."""
    model = LSTM1997(1, 1, rng=RNG(0))
    load_parameters(
        model,
        {
            "input_weights": [[0.5], [-0.3], [0.7]],
            "recurrent_weights": [[0.2, 0.4, -0.6], [0.1, -0.8, 0.9], [-0.5, 0.3, 1.1]],
            "cell_bias": [0.05],
            "input_gate_bias": [-1.0],
            "output_gate_bias": [-2.0],
        },
    )
    s = y_c = y_in = y_out = 0.0
    expected = []
    for x in (1.0, -2.0):
        net_c = 0.5 * x + 0.2 * y_c + 0.4 * y_in - 0.6 * y_out + 0.05
        net_in = -0.3 * x + 0.1 * y_c - 0.8 * y_in + 0.9 * y_out - 1.0
        net_out = 0.7 * x - 0.5 * y_c + 0.3 * y_in + 1.1 * y_out - 2.0
        y_in, y_out = logistic(net_in), logistic(net_out)
        s = s + y_in * (4 * logistic(net_c) - 2)
        y_c = y_out * (2 * logistic(s) - 1)
        expected.append([s, y_c, y_in, y_out])
    trace = model.forward(np.array([[1.0], [-2.0]]))
    assert model.parts == {
        "cell": slice(0, 1),
        "output": slice(1, 2),
        "input_gate": slice(2, 3),
        "output_gate": slice(3, 4),
    }
    assert_close(trace.state[1:], expected, 1e-14)


@given(cases(lstm1997s(st.just("truncated"))))
def test_truncation_is_the_papers_learning_rule(case: Case) -> None:
    """Appendix A.1, equations 19 to 28: eligibilities carried forward, no pass back in time.

    The output layer reads y_c alone, so that the error enters there: e_c = -dL/dy_c.
    """
    model, parts = case.model, case.model.parts
    d_state = np.zeros_like(case.d_state)
    d_state[..., parts["output"]] = case.d_state[..., parts["output"]]
    trace = model.forward(case.x, np.zeros_like(case.state))
    grads = model.backward(trace, d_state).parameters

    lanes = [()] if case.x.ndim == 2 else [(b,) for b in range(case.x.shape[1])]
    rule = sum(papers_rule(model, trace, d_state, lane) for lane in lanes)
    W, U = np.split(rule[:, :-1], [model.input_size], axis=1)
    assert_close(grads["input_weights"], W, 1e-9)
    if model.recurrent:
        assert_close(grads["recurrent_weights"], U, 1e-9)
    ends = np.cumsum([model.hidden_size, model.blocks])
    names = ("cell_bias", "input_gate_bias", "output_gate_bias")
    for name, bias in zip(names, np.split(rule[:, -1], ends), strict=True):
        if name in grads:
            assert_close(grads[name], bias, 1e-9, name)


def papers_rule(model: LSTM1997, trace: Any, d_state: np.ndarray, lane: tuple[int, ...]) -> Any:
    """dL/dw_lm for every unit l and every source m: inputs, hidden layer, bias."""
    cells, blocks, size = model.hidden_size, model.blocks, model.block_size
    states = trace.state[(slice(None), *lane)]
    ones = np.ones((len(trace.x), 1))
    sources = np.hstack([trace.x[(slice(None), *lane)], states[:-1, cells:], ones])
    gradient = np.zeros((model.units, sources.shape[1]))
    P_in = np.zeros((cells, sources.shape[1]))
    P_c = np.zeros((cells, sources.shape[1]))
    for t, y in enumerate(sources):
        now = (t, *lane)
        e_c = -d_state[now][model.parts["output"]]
        y_in, y_out = trace.input_gate[now], trace.output_gate[now]
        g, h = trace.cell_input[now], trace.squashed_cell[now]
        for v in range(cells):
            j = v // size
            P_in[v] += g[v] * LOGISTIC.slope(y_in[j]) * y
            P_c[v] += model.g.slope(g)[v] * y_in[j] * y
            e_s = y_out[j] * model.h.slope(h)[v] * e_c[v]
            gradient[v] -= e_s * P_c[v]
            gradient[cells + j] -= e_s * P_in[v]
            if model.output_gate:
                e_out = LOGISTIC.slope(y_out[j]) * h[v] * e_c[v]
                gradient[cells + blocks + j] -= e_out * y
    return gradient


@given(cases(lstm1997s(st.just("truncated"))))
def test_truncated_error_goes_back_through_the_carousel_alone(case: Case) -> None:
    """What leaves a step enters the cells only, and passes from cell to cell unchanged."""
    model, cell = case.model, case.model.parts["cell"]
    trace = model.forward(case.x, case.state)
    d_state = np.zeros_like(case.state)
    d_state[..., cell] = case.d_state[0][..., cell]
    for t in range(len(case.x), 0, -1):
        before = model.step_backward(trace, t, d_state)
        np.testing.assert_array_equal(before, d_state)


def test_full_gradient_also_goes_through_the_gates() -> None:
    model = LSTM1997(2, 3, rng=RNG(0), gradient="full")
    trace = model.forward(RNG(1).normal(size=(3, 2)))
    jacobian = model.step_backward(trace, 2, np.eye(model.state_size))
    assert (jacobian[model.parts["cell"], 3:] != 0).all()
    model.gradient = "truncated"
    truncated = model.step_backward(trace, 2, np.eye(model.state_size))
    assert (truncated[:, 3:] == 0).all()
    np.testing.assert_array_equal(truncated[:, :3], jacobian[:, :3])


# input, blocks, block size, outputs, biased units, output gates, recurrent: W of Tables 1 to 9
PAPER_NETS = [
    pytest.param(7, 4, 1, 7, "gates", 264, id="1, 4 blocks of 1"),
    pytest.param(7, 3, 2, 7, "gates", 276, id="1, 3 blocks of 2"),
    *(
        pytest.param(p + 4, 2, 1, 2, "none", count, id=f"2c, p = {p}")
        for p, count in [(50, 364), (100, 664), (200, 1264), (500, 3064), (1000, 6064)]
    ),
    pytest.param(1, 3, 1, 1, "hidden", 102, id="3"),
    pytest.param(2, 2, 2, 1, "all", 93, id="4 and 5"),
    pytest.param(8, 2, 2, 4, "all", 156, id="6a"),
    pytest.param(8, 3, 2, 8, "all", 308, id="6b"),
]


@pytest.mark.parametrize(("inputs", "blocks", "size", "outputs", "biased", "count"), PAPER_NETS)
def test_the_weights_count_as_in_the_paper(
    inputs: int, blocks: int, size: int, outputs: int, biased: str, count: int
) -> None:
    gates = None if biased == "none" else -1.0
    model = LSTM1997(
        inputs,
        blocks * size,
        block_size=size,
        rng=RNG(0),
        cell_bias=0.0 if biased in ("hidden", "all") else None,
        input_gate_bias=gates,
        output_gate_bias=gates,
    )
    readout = Readout(model.hidden_size, outputs, rng=RNG(0), bias=0.0 if biased == "all" else None)
    assert count_parameters(model) + count_parameters(readout) == count


def test_the_weights_of_experiment_2a_count_as_in_the_paper() -> None:
    """One cell and its input gate see the inputs; the outputs see inputs and cell."""
    model = LSTM1997(
        101,
        1,
        rng=RNG(0),
        g="logistic",
        h="identity",
        output_gate=False,
        recurrent=False,
        cell_bias=None,
        input_gate_bias=None,
    )
    readout = Readout(101 + model.hidden_size, 101, rng=RNG(0), bias=None)
    assert list(model.parameters) == ["input_weights"]
    assert count_parameters(model) + count_parameters(readout) == 10_504
    trace = model.forward(np.zeros((3, 101)))
    assert_close(trace.state[1:, model.parts["output"]], [[0.25], [0.5], [0.75]], 1e-15)
    np.testing.assert_array_equal(trace.output_gate, np.ones((3, 1)))


def test_biases_are_given_per_block() -> None:
    model = LSTM1997(
        1,
        6,
        block_size=2,
        rng=RNG(0),
        cell_bias=[1, 2, 3],
        input_gate_bias=-1,
        output_gate_bias=[-1, -2, -3],
    )
    np.testing.assert_array_equal(model.parameters["cell_bias"], [1, 1, 2, 2, 3, 3])
    np.testing.assert_array_equal(model.parameters["input_gate_bias"], [-1, -1, -1])
    np.testing.assert_array_equal(model.parameters["output_gate_bias"], [-1, -2, -3])


def test_random_biases_are_drawn_like_the_weights() -> None:
    model = LSTM1997(1, 300, rng=RNG(0), uniform=0.1, input_gate_bias="random", cell_bias=None)
    bias = model.parameters["input_gate_bias"]
    assert 0.09 < bias.max() <= 0.1
    assert -0.1 <= bias.min() < -0.09
    assert len(np.unique(bias)) == 300
    assert "cell_bias" not in model.parameters


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"block_size": 4}, ValueError, "hidden_size must be a multiple of block_size 4, got 6"),
        ({"block_size": 0}, ValueError, "block_size must be a positive integer, got 0"),
        ({"gradient": "cut"}, ValueError, "gradient must be one of 'truncated', 'full'"),
        ({"g": "relu"}, ValueError, "g must be one of 'logistic', 'tanh'"),
        ({"h": None}, TypeError, "h must be one of"),
        ({"output_gate": 1}, TypeError, "output_gate must be True or False, got 1"),
        ({"recurrent": "no"}, TypeError, "recurrent must be True or False, got 'no'"),
        ({"cell_bias": [1, 2]}, ValueError, r"cell_bias must have shape \(\) or \(6,\)"),
        ({"input_gate_bias": np.nan}, ValueError, "input_gate_bias must be finite"),
        ({"input_gate_bias": "any"}, ValueError, "input_gate_bias must be one of 'random'"),
        ({"output_gate_bias": "random"}, ValueError, "uniform must be given with output_gate_bias"),
    ],
)
def test_1997_refuses_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        LSTM1997(2, 6, rng=RNG(0), **arguments)
