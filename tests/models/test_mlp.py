from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import assert_close, generators, mlps

from lstm_lab.models import MLP, count_parameters, load_parameters
from lstm_lab.twins import twin

examples = st.none() | st.integers(1, 5)


def draw_x(model: MLP, rng: np.random.Generator, count: int | None) -> np.ndarray:
    return rng.normal(size=(*(() if count is None else (count,)), model.layer_sizes[0]))


@given(mlps(), generators, examples)
def test_backward_is_autograd(model: MLP, rng: np.random.Generator, count: int | None) -> None:
    x = draw_x(model, rng, count)
    trace = model.forward(x)
    d_output = rng.normal(size=trace.output.shape)
    module, tensor = twin(model), torch.tensor(x, requires_grad=True)
    output = module(tensor)
    (output * torch.tensor(d_output)).sum().backward()

    assert_close(trace.output, output.detach(), 1e-9)
    grads = model.backward(trace, d_output)
    assert list(grads.parameters) == list(model.parameters)
    for name, weights in module.named_parameters():
        assert_close(grads.parameters[name], weights.grad, 1e-9, name)
    assert_close(grads.activations[0], tensor.grad, 1e-9)


@given(mlps(), generators, examples)
def test_backward_is_a_finite_difference(
    model: MLP, rng: np.random.Generator, count: int | None
) -> None:
    """Along one random direction through all weights at once, by a central difference.

    With step 1e-5 it errs by 1e-10 times a third derivative, of size 1 to some hundred for layers
    with unit weights, and by 1e-11 times the loss.
    """
    x = draw_x(model, rng, count)
    start = {name: weights.copy() for name, weights in model.parameters.items()}
    direction = {name: rng.normal(size=weights.shape) for name, weights in start.items()}
    trace = model.forward(x)
    d_output = rng.normal(size=trace.output.shape)
    grads = model.backward(trace, d_output).parameters
    along = sum(float((grads[name] * direction[name]).sum()) for name in start)

    losses = []
    for step in (-1e-5, 1e-5):
        load_parameters(model, {name: start[name] + step * direction[name] for name in start})
        losses.append(float((model.forward(x).output * d_output).sum()))
    assert abs(along - (losses[1] - losses[0]) / 2e-5) < 1e-6 * (1 + abs(along))


def test_every_layer_gets_its_gradient() -> None:
    """The gradient of a layer is the input gradient of the layers above it."""
    rng = np.random.default_rng(0)
    model = MLP([3, 4, 5, 2], rng=rng)
    trace = model.forward(rng.normal(size=(6, 3)))
    d_output = rng.normal(size=(6, 2))
    grads = model.backward(trace, d_output)
    top = MLP([4, 5, 2], rng=rng)
    load_parameters(
        top, {f"{kind}_{k}": model.parameters[f"{kind}_{k + 1}"] for k in (1, 2) for kind in KINDS}
    )
    above = top.backward(top.forward(trace.activations[1]), d_output)
    assert_close(grads.activations[1], above.activations[0], 1e-12)
    assert len(grads.activations) == len(trace.activations) == 4
    np.testing.assert_array_equal(grads.activations[3], d_output)


KINDS = ("weights", "bias")


def test_two_logistic_units_and_one_compute_xor() -> None:
    model = MLP([2, 2, 1], rng=np.random.default_rng(0), activation="logistic")
    load_parameters(
        model,
        {
            "weights_1": [[20, 20], [20, 20]],
            "bias_1": [-10, -30],
            "weights_2": [[20, -20]],
            "bias_2": [-10],
        },
    )
    output = model.forward(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])).output
    np.testing.assert_array_equal(output[:, 0].round(), [0, 1, 1, 0])


def test_weights_start_in_their_spread_and_biases_at_zero() -> None:
    model = MLP([100, 50, 20], rng=np.random.default_rng(0), weight_scale=2.0)
    assert abs(model.parameters["weights_1"].std() * 10 - 2.0) < 0.1
    assert (model.parameters["bias_1"] == 0).all()
    assert count_parameters(model) == 100 * 50 + 50 + 50 * 20 + 20
    narrow = MLP([100, 50], rng=np.random.default_rng(0), uniform=0.3).parameters["weights_1"]
    assert 0.29 < np.abs(narrow).max() <= 0.3


def test_the_output_may_have_another_squashing() -> None:
    model = MLP([1, 2, 3], rng=np.random.default_rng(0), output_activation="identity")
    assert [f.name for f in model.activations] == ["tanh", "identity"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"layer_sizes": [2]}, ValueError, "layer_sizes must name an input and an output"),
        ({"layer_sizes": 3}, TypeError, "layer_sizes must be a list of integers, got 3"),
        ({"layer_sizes": "23"}, TypeError, "layer_sizes must be a list of integers"),
        ({"layer_sizes": [2, 0]}, ValueError, "each of layer_sizes must be a positive integer"),
        ({"layer_sizes": [2, True]}, TypeError, "each of layer_sizes must be a positive integer"),
        ({"rng": None}, TypeError, "rng must be a numpy.random.Generator"),
        ({"activation": "identity"}, ValueError, "activation must be one of 'tanh', 'logistic'"),
        ({"output_activation": "softmax"}, ValueError, "output_activation must be one of"),
        ({"weight_scale": -1.0}, ValueError, "weight_scale must be a finite number of at least 0"),
        ({"uniform": "a"}, TypeError, "uniform must be a finite number of at least 0"),
    ],
)
def test_the_constructor_refuses_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        MLP(**{"layer_sizes": [2, 1], "rng": np.random.default_rng(0), **arguments})


def test_the_passes_refuse_bad_arguments() -> None:
    model = MLP([2, 1], rng=np.random.default_rng(0))
    trace = model.forward(np.zeros((3, 2)))
    with pytest.raises(
        ValueError, match=r"x must have shape \(2,\) or \(examples, 2\), got \(3,\)"
    ):
        model.forward(np.zeros(3))
    with pytest.raises(ValueError, match="x must be finite"):
        model.forward(np.full(2, np.nan))
    with pytest.raises(ValueError, match=r"d_output must have shape \(3, 1\), got \(3,\)"):
        model.backward(trace, np.zeros(3))
    with pytest.raises(TypeError, match="trace must be a MLPTrace"):
        model.backward(None, np.zeros(1))  # type: ignore[arg-type]
