"""The GRU beside PyTorch's; its twin and finite differences are in test_recurrent."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from strategies import Case, assert_close, cases, grus

from lstm_lab.models import GRU
from lstm_lab.twins import torch_layer

RNG = np.random.default_rng


@given(cases(grus()))
def test_gru_is_torchs_own(case: Case) -> None:
    layer = torch_layer(case.model)
    x = torch.tensor(case.x, requires_grad=True)
    h0 = torch.tensor(case.state[np.newaxis], requires_grad=True)
    hidden, _ = layer(x, h0)
    (hidden * torch.tensor(case.d_state)).sum().backward()

    trace = case.model.forward(case.x, case.state)
    grads = case.model.backward(trace, case.d_state)
    candidate = case.model.rows["candidate"]
    assert_close(trace.state[1:], hidden.detach(), 1e-9)
    assert_close(grads.parameters["input_weights"], layer.weight_ih_l0.grad, 1e-9)
    assert_close(grads.parameters["recurrent_weights"], layer.weight_hh_l0.grad, 1e-9)
    assert_close(grads.parameters["bias"], layer.bias_ih_l0.grad, 1e-9)
    assert_close(grads.parameters["recalled_bias"], layer.bias_hh_l0.grad[candidate], 1e-9)
    assert_close(grads.x, x.grad, 1e-9)
    assert_close(grads.state[:1], h0.grad, 1e-9)


@given(cases(grus()))
def test_a_gru_keeps_a_share_of_each_unit_and_fills_up_with_a_squashed_value(case: Case) -> None:
    state = case.model.forward(case.x, 3 * case.state).state
    assert (np.abs(state[1:]) <= np.maximum(np.abs(state[:-1]), 1) + 1e-15).all()


@given(grus())
def test_a_gru_has_as_many_parameters_as_torchs_but_for_biases(model: GRU) -> None:
    """Torch has two biases in each of three blocks, we one, and one more in the candidate."""
    layer = torch.nn.GRU(model.input_size, model.hidden_size)
    theirs = sum(weights.numel() for weights in layer.parameters())
    assert model.parameter_count == theirs - 2 * model.hidden_size


def test_the_rows_of_the_gru_are_reset_update_candidate() -> None:
    model = GRU(1, 2, rng=RNG(0), update_bias=3.5)
    np.testing.assert_array_equal(model.parameters["bias"], [0, 0, 3.5, 3.5, 0, 0])
    for weights in model.parameters.values():
        weights[...] = 0.0
    model.parameters["bias"][...] = np.repeat([0.1, 0.2, 0.3], 2)
    model.parameters["recalled_bias"][...] = 2.0
    trace = model.forward(np.zeros((1, 1)))
    r, z = (1 / (1 + math.exp(-bias)) for bias in (0.1, 0.2))
    n = math.tanh(0.3 + 2 * r)
    for ours, expected in (
        (trace.reset_gate, r),
        (trace.update_gate, z),
        (trace.recalled, 2.0),
        (trace.candidate, n),
        (trace.state[1:], (1 - z) * n),
    ):
        assert_close(ours, np.full((1, 2), expected), 1e-15)


@pytest.mark.parametrize(("bias", "error"), [(math.nan, ValueError), ("1", TypeError)])
def test_gru_refuses_an_update_bias_that_is_no_finite_number(bias: object, error: type) -> None:
    with pytest.raises(error, match="update_bias must be a finite number, got"):
        GRU(1, 1, rng=RNG(0), update_bias=bias)
