"""What holds for every recurrent model: one set of properties for all cells."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, differentiable_models, recurrent_models

from lstm_lab.gradients import (
    cell_path_norms,
    jacobian_norms,
    loss_gradient_norms,
    step_factors,
)
from lstm_lab.models import (
    CELLS,
    GRU,
    MLP,
    ElmanRNN,
    Readout,
    Recurrent,
    load_parameters,
    make,
)
from lstm_lab.models.recurrent import slices
from lstm_lab.twins import twin

AUTOGRAD = 1e-9


@given(cases())
def test_forward_is_that_of_the_twin(case: Case) -> None:
    ours = case.model.forward(case.x, case.state).state
    theirs = twin(case.model)(torch.tensor(case.x), torch.tensor(case.state))
    assert_close(ours, theirs.detach(), AUTOGRAD)


@given(cases())
def test_backward_is_autograd(case: Case) -> None:
    module = twin(case.model)
    x = torch.tensor(case.x, requires_grad=True)
    state = torch.tensor(case.state, requires_grad=True)
    states = module(x, state)
    states.retain_grad()
    (states[1:] * torch.tensor(case.d_state)).sum().backward()

    grads = case.model.backward(case.model.forward(case.x, case.state), case.d_state)
    assert list(grads.parameters) == list(case.model.parameters)
    for name, weights in module.named_parameters():
        # a parameter that has no effect is one that torch has not seen
        theirs = torch.zeros_like(weights) if weights.grad is None else weights.grad
        assert_close(grads.parameters[name], theirs, AUTOGRAD, name)
    assert_close(grads.x, x.grad, AUTOGRAD, "x")
    assert_close(grads.state[0], state.grad, AUTOGRAD, "state")


@given(cases(steps=st.integers(1, 6)))
def test_the_gradient_of_every_state_is_autograd(case: Case) -> None:
    """dL/dstate_t is the gradient at a sequence that starts in state_t."""
    trace = case.model.forward(case.x, case.state)
    grads = case.model.backward(trace, case.d_state)
    module = twin(case.model)
    for t in range(len(case.x)):
        state = torch.tensor(trace.state[t], requires_grad=True)
        later = module(torch.tensor(case.x[t:]), state)[1:]
        (later * torch.tensor(case.d_state[t:])).sum().backward()
        injected = case.d_state[t - 1] if t else 0.0
        assert_close(grads.state[t], state.grad.numpy() + injected, AUTOGRAD, f"state {t}")


@settings(max_examples=25)
@given(cases(differentiable_models, steps=st.integers(1, 5), batch=st.none() | st.just(2)))
def test_backward_is_a_finite_difference(case: Case) -> None:
    """The five-point difference with step s errs by s^4 |L'''''| / 30 and by about eps |L| / s.

    At s = 2e-3 the first is 5e-13 times a fifth derivative, which the steps of a sequence with
    weights of up to about 5 raise to some thousands at most; the second is 1e-13 |L|. Hence 1e-7
    of the gradient's largest entry, with |L| added for a gradient that is small beside the loss.
    """

    def loss() -> float:
        return float((case.model.forward(case.x, case.state).state[1:] * case.d_state).sum())

    grads = case.model.backward(case.model.forward(case.x, case.state), case.d_state)
    pairs = [(grads.parameters[name], w, name) for name, w in case.model.parameters.items()]
    pairs += [(grads.x, case.x, "x"), (grads.state[0], case.state, "state")]
    for ours, argument, name in pairs:
        numeric = five_point_difference(loss, argument)
        allowed = 1e-7 * (np.abs(numeric).max() + abs(loss()) + 1)
        assert np.abs(ours - numeric).max() <= allowed, name


def five_point_difference(loss: Callable[[], float], argument: np.ndarray) -> np.ndarray:
    step = 2e-3
    gradient = np.zeros_like(argument)
    for index in np.ndindex(argument.shape):
        value = argument[index]
        losses = {}
        for k in (-2, -1, 1, 2):
            argument[index] = value + k * step
            losses[k] = loss()
        argument[index] = value
        near, far = losses[1] - losses[-1], losses[2] - losses[-2]
        gradient[index] = (8 * near - far) / (12 * step)
    return gradient


@given(cases(batch=st.none()), st.data())
def test_the_identity_pulled_back_one_step_is_the_jacobian(case: Case, data: st.DataObject) -> None:
    trace = case.model.forward(case.x, case.state)
    t = data.draw(st.integers(1, len(case.x)))
    step = twin(case.model).step
    jacobian = torch.autograd.functional.jacobian(
        lambda state: step(torch.tensor(case.x[t - 1]), state), torch.tensor(trace.state[t - 1])
    )
    ours = case.model.step_backward(trace, t, np.eye(case.model.state_size))
    assert_close(ours, jacobian, AUTOGRAD)


@given(cases())
def test_backward_is_step_backward_repeated(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    total = np.zeros_like(case.state)
    states = case.model.backward(trace, case.d_state).state
    for t in range(len(case.x), 0, -1):
        total = total + case.d_state[t - 1]
        np.testing.assert_array_equal(states[t], total)
        total = case.model.step_backward(trace, t, total)
    np.testing.assert_array_equal(states[0], total)


@given(cases(batch=st.integers(1, 3)), st.integers(1, 3))
def test_step_backward_takes_any_leading_axes(case: Case, stack: int) -> None:
    trace = case.model.forward(case.x, case.state)
    rows = np.random.default_rng(0).normal(size=(stack, *case.state.shape))
    ours = case.model.step_backward(trace, 1, rows)
    assert_close(ours, [case.model.step_backward(trace, 1, row) for row in rows], 1e-12)


@given(cases(batch=st.integers(1, 3)))
def test_a_batch_is_its_sequences_side_by_side(case: Case) -> None:
    model = case.model
    trace = model.forward(case.x, case.state)
    grads = model.backward(trace, case.d_state)
    alone = [
        model.backward(model.forward(case.x[:, b], case.state[b]), case.d_state[:, b])
        for b in range(len(case.state))
    ]
    assert_close(grads.x, np.stack([one.x for one in alone], axis=1), 1e-12)
    assert_close(grads.state, np.stack([one.state for one in alone], axis=1), 1e-12)
    for name in model.parameters:
        assert_close(
            grads.parameters[name], sum(one.parameters[name] for one in alone), 1e-12, name
        )


@given(cases(steps=st.integers(2, 12)), st.data())
def test_a_sequence_can_be_run_in_two_pieces(case: Case, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(case.x) - 1))
    whole = case.model.forward(case.x, case.state).state
    first = case.model.forward(case.x[:cut], case.state).state
    second = case.model.forward(case.x[cut:], first[-1]).state
    assert_close(np.concatenate([first, second[1:]]), whole, 1e-12)


@given(cases())
def test_the_state_starts_at_zero_by_default(case: Case) -> None:
    ours = case.model.forward(case.x)
    np.testing.assert_array_equal(ours.state[0], np.zeros_like(case.state))
    np.testing.assert_array_equal(
        ours.state, case.model.forward(case.x, np.zeros_like(case.state)).state
    )


@given(cases(batch=st.none()), st.data())
def test_the_cell_path_is_the_cell_block_of_the_jacobian(case: Case, data: st.DataObject) -> None:
    trace = case.model.forward(case.x, case.state)
    t = data.draw(st.integers(1, len(case.x)))
    path = case.model.cell_path(trace, t)
    if isinstance(case.model, ElmanRNN | GRU):
        assert path is None
    elif "peepholes" in case.model.parameters:  # their share leads through the gates
        np.testing.assert_array_equal(path, trace.forget_gate[t - 1])
    else:
        jacobian = case.model.step_backward(trace, t, np.eye(case.model.state_size))
        cell = case.model.parts["cell"]
        np.testing.assert_array_equal(np.diag(path), jacobian[cell, cell])


@given(cases())
def test_the_cell_path_keeps_the_batch(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    path = case.model.cell_path(trace, 1)
    expected = None if path is None else (*case.state.shape[:-1], case.model.hidden_size)
    assert (path if path is None else path.shape) == expected


@given(cases())
def test_activations_name_fields_of_the_trace(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    for name, activation in case.model.activations.items():
        values = getattr(trace, name)
        assert values.shape[:-1] == case.x.shape[:-1]
        assert (activation.slope(values) <= activation.steepest).all()


@given(cases())
def test_neither_pass_changes_its_arguments(case: Case) -> None:
    before = [a.copy() for a in (case.x, case.state, case.d_state)]
    trace = case.model.forward(case.x, case.state)
    states = trace.state.copy()
    case.model.backward(trace, case.d_state)
    for now, then in zip((case.x, case.state, case.d_state), before, strict=True):
        np.testing.assert_array_equal(now, then)
    np.testing.assert_array_equal(trace.state, states)


@given(cases())
def test_parts_cover_the_state_once(case: Case) -> None:
    indices = np.concatenate(
        [np.arange(case.model.state_size)[part] for part in case.model.parts.values()]
    )
    np.testing.assert_array_equal(indices, np.arange(case.model.state_size))


@given(recurrent_models)
def test_every_model_has_the_one_shape(model: Any) -> None:
    assert isinstance(model, Recurrent)


@pytest.mark.parametrize("cell", CELLS)
def test_parameters_are_changed_in_place(cell: str) -> None:
    model = make(cell, 2, 3, rng=np.random.default_rng(0))
    x = np.ones((4, 2))
    before = model.forward(x).state
    model.parameters["input_weights"] *= 2
    assert np.abs(model.forward(x).state - before).max() > 1e-3


@pytest.mark.parametrize("cell", CELLS)
def test_the_generator_decides_the_weights(cell: str) -> None:
    first, again, other = (make(cell, 2, 3, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    for name, weights in first.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], weights)
    assert (other.parameters["recurrent_weights"] != first.parameters["recurrent_weights"]).all()


@pytest.mark.parametrize("cell", CELLS)
def test_uniform_weights_fill_their_range(cell: str) -> None:
    model = make(cell, 40, 40, rng=np.random.default_rng(0), uniform=0.2)
    for name in ("input_weights", "recurrent_weights"):
        weights = model.parameters[name]
        assert 0.199 < np.abs(weights).max() <= 0.2
        assert abs(weights.std() - 0.2 / np.sqrt(3)) < 0.005


@pytest.mark.parametrize("cell", CELLS)
def test_scaled_weights_have_their_spread(cell: str) -> None:
    model = make(
        cell, 25, 64, rng=np.random.default_rng(0), recurrent_scale=0.7, input_weight_scale=3.0
    )
    W, U = model.parameters["input_weights"], model.parameters["recurrent_weights"]
    assert abs(W.std() * 5 - 3.0) < 0.15
    tolerance = 0.1 if "RNN" in cell else 0.02  # an RNN's radius is exact, its spread is not
    assert abs(U.std() * np.sqrt(U.shape[1]) - 0.7) < tolerance


@pytest.fixture(params=CELLS)
def model(request: pytest.FixtureRequest) -> Recurrent:
    return make(request.param, 2, 3, rng=np.random.default_rng(0))


BAD_X = [
    (np.zeros((4, 3)), ValueError, r"x must have shape \(T, 2\) or \(T, batch, 2\), got \(4, 3\)"),
    (np.zeros((0, 2)), ValueError, r"x must have shape \(T, 2\).*got \(0, 2\)"),
    (np.zeros((4, 0, 2)), ValueError, r"x must have shape .*got \(4, 0, 2\)"),
    (np.zeros(2), ValueError, r"x must have shape .*got \(2,\)"),
    (np.zeros((1, 1, 1, 2)), ValueError, "x must have shape"),
    (np.array([[0.0, np.nan]]), ValueError, r"x must be finite everywhere, got nan at index"),
    (np.array([[0.0, np.inf]]), ValueError, r"x must be finite everywhere, got inf at index"),
    ([["a", "b"]], TypeError, "x must be an array of real numbers"),
    ([[1.0, 2.0], [3.0]], ValueError, "x must be a rectangular array"),
    (np.ones((4, 2), dtype=bool), TypeError, "x must be an array of real numbers, got .*bool"),
    (np.ones((4, 2), dtype=complex), TypeError, "x must be an array of real numbers"),
    (None, TypeError, "x must be an array of real numbers, got None"),
]


@pytest.mark.parametrize(("x", "error", "message"), BAD_X)
def test_forward_refuses_a_bad_x(
    model: Recurrent, x: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        model.forward(x)


@pytest.mark.parametrize("shape", [(1,), (2, 1), ()])
def test_forward_refuses_a_state_of_another_shape(model: Recurrent, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"state must have shape \(\d+,\), got"):
        model.forward(np.zeros((4, 2)), np.zeros(shape))


def test_forward_refuses_a_state_that_is_not_finite(model: Recurrent) -> None:
    with pytest.raises(ValueError, match="state must be finite everywhere"):
        model.forward(np.zeros((4, 2)), np.full(model.state_size, np.nan))


def test_backward_refuses_a_bad_d_state(model: Recurrent) -> None:
    trace = model.forward(np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"d_state must have shape \(4, \d+\), got \(5, \d+\)"):
        model.backward(trace, np.zeros((5, model.state_size)))
    with pytest.raises(ValueError, match="d_state must be finite everywhere"):
        model.backward(trace, np.full((4, model.state_size), np.inf))
    with pytest.raises(TypeError, match="d_state must be an array of real numbers"):
        model.backward(trace, "gradient")  # type: ignore[arg-type]


def test_step_backward_refuses_bad_arguments(model: Recurrent) -> None:
    trace = model.forward(np.zeros((4, 2)))
    d_state = np.zeros(model.state_size)
    for t in (0, 5, -1):
        with pytest.raises(ValueError, match=f"t must be an integer from 1 to 4, got {t}"):
            model.step_backward(trace, t, d_state)
    for strange in (True, 1.0, "1"):
        with pytest.raises(TypeError, match="t must be an integer from 1 to 4, got"):
            model.step_backward(trace, strange, d_state)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"d_state must have shape \(\.\.\., \d+\), got \(1,\)"):
        model.step_backward(trace, 1, np.zeros(1))
    with pytest.raises(ValueError, match="d_state must be finite"):
        model.step_backward(trace, 1, d_state + np.nan)


def test_cell_path_refuses_a_bad_step(model: Recurrent) -> None:
    trace = model.forward(np.zeros((4, 2)))
    for t in (0, 5):
        with pytest.raises(ValueError, match="t must be an integer from 1 to 4"):
            model.cell_path(trace, t)


def test_a_trace_of_another_kind_is_refused(model: Recurrent) -> None:
    other = "LSTM 2000" if isinstance(model, ElmanRNN) else "tanh RNN"
    trace = make(other, 2, 3, rng=np.random.default_rng(0)).forward(np.zeros((4, 2)))
    with pytest.raises(TypeError, match=r"trace must be a .*Trace, got"):
        model.backward(trace, np.zeros((4, model.state_size)))
    with pytest.raises(TypeError, match=r"trace must be a .*Trace, got"):
        model.step_backward(trace, 1, np.zeros(model.state_size))
    with pytest.raises(TypeError, match=r"trace must be a .*Trace, got"):
        model.cell_path(trace, 1)


@given(cases(batch=st.none()), st.integers(1, 4))
def test_a_trace_of_another_model_is_refused(case: Case, hidden: int) -> None:
    """Of the same class and the same sizes, with the same weights even; and of other sizes."""
    model = case.model
    same = copy.deepcopy(model)
    other = type(model)(model.input_size, 3 * hidden, rng=np.random.default_rng(0))
    for stranger in (same, other):
        trace = stranger.forward(case.x)
        d_state = np.zeros_like(trace.state)
        message = (
            rf"trace must be of a forward pass of this {type(model).__name__} \(input_size "
            rf"{model.input_size}, hidden_size {model.hidden_size}\), got one of another model, "
            rf"{type(model).__name__} \(input_size {model.input_size}, hidden_size "
            rf"{stranger.hidden_size}\)"
        )
        with pytest.raises(ValueError, match=message):
            model.backward(trace, d_state[1:])
        with pytest.raises(ValueError, match=message):
            model.step_backward(trace, 1, d_state[1])
        with pytest.raises(ValueError, match=message):
            model.cell_path(trace, 1)
        for measure in (jacobian_norms, cell_path_norms, step_factors):
            with pytest.raises(ValueError, match=message):
                measure(model, trace)
        with pytest.raises(ValueError, match=message):
            loss_gradient_norms(model, trace, np.zeros(model.state_size))


@pytest.mark.parametrize(
    "layer",
    [
        lambda rng, n: MLP([2, n, 1], rng=rng),
        lambda rng, n: Readout(2, n, rng=rng),
    ],
    ids=["MLP", "Readout"],
)
def test_a_trace_of_another_layer_is_refused_too(layer: Callable[..., Any]) -> None:
    model = layer(np.random.default_rng(0), 3)
    for units in (3, 4):
        trace = layer(np.random.default_rng(0), units).forward(np.zeros(2))
        with pytest.raises(
            ValueError, match=r"trace must be of a forward pass of this .*, got one"
        ):
            model.backward(trace, np.zeros(3))


BAD_CONSTRUCTION = [
    ({"input_size": 0}, ValueError, "input_size must be a positive integer, got 0"),
    ({"hidden_size": -3}, ValueError, "hidden_size must be a positive integer, got -3"),
    ({"hidden_size": True}, TypeError, "hidden_size must be a positive integer, got True"),
    ({"hidden_size": 3.0}, TypeError, "hidden_size must be a positive integer, got 3.0"),
    ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
    ({"recurrent_scale": -1}, ValueError, "recurrent_scale must be a finite number of at least 0"),
    ({"recurrent_scale": np.inf}, ValueError, "recurrent_scale must be a finite number"),
    ({"input_weight_scale": "1"}, TypeError, "input_weight_scale must be a finite number"),
    ({"uniform": -0.1}, ValueError, "uniform must be a finite number of at least 0, got -0.1"),
]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("arguments", "error", "message"), BAD_CONSTRUCTION)
def test_the_constructor_refuses_bad_arguments(
    cell: str, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    good = {"input_size": 2, "hidden_size": 3, "rng": np.random.default_rng(0)}
    with pytest.raises(error, match=message):
        make(cell, **{**good, **arguments})


def test_load_parameters_copies_or_leaves_all_alone(model: Recurrent) -> None:
    other = {name: np.ones_like(weights) for name, weights in model.parameters.items()}
    bad = {**other, "input_weights": np.full_like(other["input_weights"], np.nan)}
    before = {name: weights.copy() for name, weights in model.parameters.items()}
    with pytest.raises(ValueError, match="input_weights must be finite"):
        load_parameters(model, bad)
    for name, weights in model.parameters.items():
        np.testing.assert_array_equal(weights, before[name])
    kept = model.parameters["input_weights"]
    load_parameters(model, other)
    assert model.parameters["input_weights"] is kept
    assert (kept == 1).all()
    with pytest.raises(ValueError, match="parameters must have the names"):
        load_parameters(model, {"input_weights": kept})


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 9), min_size=1, max_size=5))
def test_the_parts_of_a_state_lie_one_behind_the_other(lengths: dict[str, int]) -> None:
    parts = slices(lengths)
    assert list(parts) == list(lengths)
    state = np.arange(sum(lengths.values()))
    assert {name: len(state[part]) for name, part in parts.items()} == lengths
    np.testing.assert_array_equal(np.concatenate([state[part] for part in parts.values()]), state)
