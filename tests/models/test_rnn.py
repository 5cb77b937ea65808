from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, elman_rnns, scales, seeds

from lstm_lab.chapters.ch05.experiments.xor_in_time import ALL
from lstm_lab.models import ElmanRNN, TruncatedElmanRNN, spectral_radius
from lstm_lab.models.rnn import INITIALISATIONS, orthogonal
from lstm_lab.twins import torch_layer


@given(cases(elman_rnns(st.sampled_from(["tanh", "relu"])), steps=st.integers(1, 40)))
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


@given(st.integers(1, 12), scales, seeds)
def test_an_orthogonal_start_keeps_every_length_and_the_identity_every_vector(
    size: int, scale: float, seed: int
) -> None:
    start = {
        name: ElmanRNN(2, size, rng=np.random.default_rng(seed), recurrent_scale=scale, initialisation=name)
        for name in INITIALISATIONS
    }  # fmt: skip
    U = start["orthogonal"].parameters["recurrent_weights"]
    assert_close(U @ U.T, scale**2 * np.eye(size), 1e-12)
    assert spectral_radius(U) == pytest.approx(scale, rel=1e-9)
    assert_close(start["identity"].parameters["recurrent_weights"], scale * np.eye(size), 0)
    for other in start.values():  # the input weights do not depend on it
        assert_close(
            other.parameters["input_weights"], start["normal"].parameters["input_weights"], 0
        )


def test_orthogonal_starts_are_spread_over_all_rotations_and_reflections() -> None:
    """Uniform: every entry has mean 0 and mean square 1 / n, and half of the determinants are 1."""
    drawn = np.array(
        [orthogonal(np.random.default_rng(s).normal(size=(3, 3))) for s in range(2000)]
    )
    assert np.abs(drawn.mean(axis=0)).max() < 5 * np.sqrt(1 / 3 / 2000)
    assert np.abs((drawn**2).mean(axis=0) - 1 / 3).max() < 5 * 0.3 / np.sqrt(2000)
    assert abs(np.mean(np.linalg.det(drawn) > 0) - 0.5) < 5 * 0.5 / np.sqrt(2000)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"initialisation": "glorot"},
            "initialisation must be one of 'normal', 'orthogonal', 'iden",
        ),
        (
            {"initialisation": "identity", "uniform": 0.1},
            "uniform must not be given with .*got 0.1",
        ),
    ],
)
def test_a_wrong_initialisation_is_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ElmanRNN(1, 2, rng=np.random.default_rng(0), **options)


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
        ValueError, match="activation must be one of 'tanh', 'logistic', 'relu', got 'sine'"
    ):
        ElmanRNN(1, 1, rng=np.random.default_rng(0), activation="sine")


def example(seed: int = 0, inputs: int = 2, units: int = 3, steps: int = 7):
    rng = np.random.default_rng(seed)
    net = ElmanRNN(inputs, units, rng=rng)
    net.parameters["bias"][...] = rng.standard_normal(units)
    x = rng.standard_normal((steps, inputs))
    return net, x, rng.standard_normal((steps, units))


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
    grads = cut.backward(cut.forward(x), d_h)
    np.testing.assert_allclose(grads.state[1:], total, rtol=1e-11, atol=1e-13)
    d_net = total * (1 - trace.state[1:] ** 2)
    np.testing.assert_allclose(grads.parameters["recurrent_weights"], d_net.T @ trace.state[:-1])
    np.testing.assert_allclose(grads.parameters["input_weights"], d_net.T @ x)
    np.testing.assert_allclose(grads.parameters["bias"], d_net.sum(axis=0))


@pytest.mark.parametrize("wrong", [-1, 1.5])
def test_steps_back_is_checked(wrong):
    with pytest.raises((TypeError, ValueError), match="steps_back"):
        TruncatedElmanRNN(1, 2, rng=np.random.default_rng(0), steps_back=wrong)


@pytest.mark.parametrize("steps_back", [0, ALL])
@pytest.mark.parametrize("wrong", [np.ones((5, 2)), np.full((6, 3), np.nan), "six steps"])
def test_a_wrong_error_is_refused_by_name_however_short_the_way_back(steps_back, wrong):
    cut = TruncatedElmanRNN(2, 3, rng=np.random.default_rng(0), steps_back=steps_back)
    trace = cut.forward(np.ones((6, 2)))
    with pytest.raises((TypeError, ValueError), match="d_state"):
        cut.backward(trace, wrong)


def test_elmans_copy_is_ordinary_backpropagation_with_the_old_state_as_an_input():
    net, x, d_h = example(3)
    state = net.forward(x).state
    cut = TruncatedElmanRNN(2, 3, rng=np.random.default_rng(0), steps_back=0)
    cut.parameters = net.parameters
    ours = cut.backward(cut.forward(x), d_h).parameters["recurrent_weights"]
    alone = net.forward(x[np.newaxis], state[:-1])
    ordinary = net.backward(alone, d_h[np.newaxis]).parameters["recurrent_weights"]
    np.testing.assert_allclose(ours, ordinary)


@given(cases(elman_rnns(), steps=st.integers(1, 8)), st.integers(0, 9), st.data())
def test_a_truncated_gradient_is_that_of_the_last_steps_alone(
    case: Case, steps_back: int, data: st.DataObject
) -> None:
    """An error at the end sees no more than a network that was started `steps_back` steps before."""
    full, x = case.model, case.x
    cut = TruncatedElmanRNN(
        full.input_size,
        full.hidden_size,
        rng=np.random.default_rng(0),
        steps_back=steps_back,
        activation=full.activation.name,
    )
    cut.parameters = full.parameters
    trace = full.forward(x, case.state)
    end = data.draw(st.integers(1, len(x)), label="where the error comes in")
    d_state = np.zeros_like(case.d_state)
    d_state[end - 1] = case.d_state[end - 1]
    start = max(0, end - steps_back - 1)
    alone = full.forward(x[start:end], trace.state[start])
    expected = full.backward(alone, d_state[start:end])
    came = cut.backward(cut.forward(x, case.state), d_state)
    for name, gradient in expected.parameters.items():
        assert_close(came.parameters[name], gradient, 1e-9, name)
    assert not came.x[:start].any()
    assert_close(came.x[start:end], expected.x, 1e-9)


@given(cases(elman_rnns(), steps=st.integers(1, 6)))
def test_a_gradient_that_is_truncated_nowhere_is_the_whole_one(case: Case) -> None:
    full = case.model
    sizes = (full.input_size, full.hidden_size)
    cut = TruncatedElmanRNN(*sizes, rng=np.random.default_rng(0), steps_back=len(case.x) - 1,
                            activation=full.activation.name)  # fmt: skip
    cut.parameters = full.parameters
    whole, came = (
        net.backward(net.forward(case.x, case.state), case.d_state).parameters
        for net in (full, cut)
    )
    for name, gradient in whole.items():
        assert_close(came[name], gradient, 0, name)


@pytest.mark.parametrize("scale", [0.0, 5e-324, 1e-300])
def test_weights_of_hardly_any_size_are_made(scale):
    net = ElmanRNN(1, 1, rng=np.random.default_rng(0), recurrent_scale=scale)
    assert np.isfinite(net.parameters["recurrent_weights"]).all()
