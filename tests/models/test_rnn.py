from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, elman_rnns, scales, seeds

from lstm_lab.models import ElmanRNN, spectral_radius
from lstm_lab.twins import torch_layer


@given(cases(elman_rnns(st.just("tanh")), steps=st.integers(1, 40)))
def test_elman_is_torchs_own(case: Case) -> None:
    layer = torch_layer(case.model)
    x = torch.tensor(case.x, requires_grad=True)
    h0 = torch.tensor(case.state[np.newaxis], requires_grad=True)
    hidden, _ = layer(x, h0)
    (hidden * torch.tensor(case.d_state)).sum().backward()

    trace = case.model.forward(case.x, case.state)
    grads = case.model.backward(trace, case.d_state)
    assert_close(trace.hidden, hidden.detach(), 1e-9)
    assert_close(grads.parameters["input_weights"], layer.weight_ih_l0.grad, 1e-9)
    assert_close(grads.parameters["recurrent_weights"], layer.weight_hh_l0.grad, 1e-9)
    assert_close(grads.parameters["bias"], layer.bias_ih_l0.grad, 1e-9)
    assert_close(grads.x, x.grad, 1e-9)
    assert_close(grads.state[:1], h0.grad, 1e-9)


@given(st.integers(1, 20), scales, seeds)
def test_the_recurrent_scale_is_the_spectral_radius(size: int, scale: float, seed: int) -> None:
    model = ElmanRNN(1, size, rng=np.random.default_rng(seed), recurrent_scale=scale)
    radius = spectral_radius(model.parameters["recurrent_weights"])
    assert abs(radius - scale) <= 1e-9 * scale


def test_a_recurrent_scale_of_zero_means_no_recurrence() -> None:
    model = ElmanRNN(2, 3, rng=np.random.default_rng(0), recurrent_scale=0)
    assert (model.parameters["recurrent_weights"] == 0).all()


def test_the_spectral_radius_of_a_rotation_is_its_scale() -> None:
    assert spectral_radius(np.array([[0.0, -3.0], [3.0, 0.0]])) == pytest.approx(3.0)


@pytest.mark.parametrize("matrix", [np.zeros((2, 3)), np.zeros(3), np.array([[np.nan]])])
def test_the_spectral_radius_needs_a_finite_square_matrix(matrix: np.ndarray) -> None:
    with pytest.raises(ValueError, match="matrix must"):
        spectral_radius(matrix)


def test_one_step_by_hand() -> None:
    model = ElmanRNN(1, 2, rng=np.random.default_rng(0), activation="logistic")
    model.parameters["input_weights"][:] = [[1.0], [2.0]]
    model.parameters["recurrent_weights"][:] = [[0.5, -1.0], [0.0, 3.0]]
    model.parameters["bias"][:] = [0.1, 0.2]
    trace = model.forward(np.array([[2.0]]), np.array([1.0, -1.0]))
    net = np.array([2 + 0.5 + 1 + 0.1, 4 - 3 + 0.2])
    assert_close(trace.state[1], 1 / (1 + np.exp(-net)), 1e-15)


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(
        ValueError, match="activation must be one of 'tanh', 'logistic', got 'relu'"
    ):
        ElmanRNN(1, 1, rng=np.random.default_rng(0), activation="relu")
