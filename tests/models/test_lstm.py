from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, lstms, seeds

from lstm_lab.models import LSTM, load_parameters
from lstm_lab.twins import torch_layer

RNG = np.random.default_rng


def logistic(net: float) -> float:
    return 1 / (1 + math.exp(-net))


@given(cases(lstms()))
def test_lstm_is_torchs_own(case: Case) -> None:
    layer, parts = torch_layer(case.model), case.model.parts
    x = torch.tensor(case.x, requires_grad=True)
    h0, c0 = (
        torch.tensor(case.state[np.newaxis, ..., parts[name]], requires_grad=True)
        for name in ("hidden", "cell")
    )
    d_hidden = case.d_state[..., parts["hidden"]]
    d_last_cell = case.d_state[-1, ..., parts["cell"]]
    hidden, (_, last_cell) = layer(x, (h0, c0))
    loss = (hidden * torch.tensor(d_hidden)).sum() + (last_cell * torch.tensor(d_last_cell)).sum()
    loss.backward()

    trace = case.model.forward(case.x, case.state)
    assert_close(trace.state[1:, ..., parts["hidden"]], hidden.detach(), 1e-9)
    assert_close(trace.state[-1:, ..., parts["cell"]], last_cell.detach(), 1e-9)

    d_state = np.zeros_like(case.d_state)
    d_state[..., parts["hidden"]] = d_hidden
    d_state[-1, ..., parts["cell"]] = d_last_cell
    grads = case.model.backward(trace, d_state)
    assert_close(grads.parameters["input_weights"], layer.weight_ih_l0.grad, 1e-9)
    assert_close(grads.parameters["recurrent_weights"], layer.weight_hh_l0.grad, 1e-9)
    assert_close(grads.parameters["bias"], layer.bias_ih_l0.grad, 1e-9)
    assert_close(grads.x, x.grad, 1e-9)
    assert_close(grads.state[:1, ..., parts["hidden"]], h0.grad, 1e-9)
    assert_close(grads.state[:1, ..., parts["cell"]], c0.grad, 1e-9)


def test_the_rows_of_the_lstm_are_input_forget_cell_output() -> None:
    model = LSTM(1, 2, rng=RNG(0), forget_bias=3.5)
    np.testing.assert_array_equal(model.parameters["bias"], [0, 0, 3.5, 3.5, 0, 0, 0, 0])
    load_parameters(
        model,
        {
            "input_weights": np.zeros((8, 1)),
            "recurrent_weights": np.zeros((8, 2)),
            "bias": np.repeat([0.1, 0.2, 0.3, 0.4], 2),
        },
    )
    trace = model.forward(np.zeros((1, 1)))
    assert_close(trace.input_gate, np.full((1, 2), logistic(0.1)), 1e-15)
    assert_close(trace.forget_gate, np.full((1, 2), logistic(0.2)), 1e-15)
    assert_close(trace.cell_input, np.full((1, 2), math.tanh(0.3)), 1e-15)
    assert_close(trace.output_gate, np.full((1, 2), logistic(0.4)), 1e-15)


@pytest.mark.parametrize("bias", [math.nan, math.inf])
def test_lstm_refuses_a_forget_bias_that_is_not_finite(bias: float) -> None:
    with pytest.raises(ValueError, match="forget_bias must be a finite number, got"):
        LSTM(1, 1, rng=RNG(0), forget_bias=bias)


def test_lstm_refuses_a_forget_bias_that_is_no_number() -> None:
    with pytest.raises(TypeError, match="forget_bias must be a finite number, got '1'"):
        LSTM(1, 1, rng=RNG(0), forget_bias="1")  # type: ignore[arg-type]


@given(st.integers(1, 30), st.integers(2, 500), seeds)
def test_biases_drawn_for_lags_let_the_cells_remember_for_such_times(
    size: int, longest: int, seed: int
) -> None:
    """A gate held at its bias keeps the share 1 - 1 / (u + 1) a step: a memory of u + 1 steps."""
    model = LSTM(1, size, rng=np.random.default_rng(seed), longest_lag=longest)
    forget = model.parameters["bias"][model.rows["forget_gate"]]
    remembered = 1 / (1 - 1 / (1 + np.exp(-forget)))
    assert (remembered >= 2 - 1e-9).all()
    assert (remembered <= max(2, longest) + 1e-9).all()
    np.testing.assert_array_equal(model.parameters["bias"][model.rows["input_gate"]], -forget)
    assert not model.parameters["bias"][2 * size :].any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"longest_lag": 1}, "longest_lag must be an integer of at least 2, got 1"),
        ({"longest_lag": 20, "forget_bias": 1.0}, "forget_bias must not be given with longest_lag"),
    ],
)
def test_wrong_lags_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LSTM(1, 2, rng=np.random.default_rng(0), **options)  # type: ignore[arg-type]
