from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import assert_close, generators, readouts

from lstm_lab.models import Readout, load_parameters
from lstm_lab.twins import twin

RNG = np.random.default_rng
leading = st.sampled_from([(), (3,), (4, 2)])
KINDS = [
    ("linear", "half squared error"),
    ("logistic", "half squared error"),
    ("logistic", "cross entropy"),
    ("softmax", "cross entropy"),
]


def draw_target(model: Readout, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    target = rng.uniform(size=shape)
    return target / target.sum(axis=-1, keepdims=True) if model.kind == "softmax" else target


@given(readouts(), generators, leading, st.booleans())
def test_loss_and_gradient_are_torchs(
    model: Readout, rng: np.random.Generator, shape: tuple[int, ...], weighted: bool
) -> None:
    x = rng.normal(size=(*shape, model.input_size))
    target = draw_target(model, (*shape, model.output_size), rng)
    weight = rng.uniform(size=shape) if weighted else None
    trace = model.forward(x)
    grads = model.backward(trace, target, weight)

    module, tensor = twin(model), torch.tensor(x, requires_grad=True)
    loss = module.loss(
        module(tensor), torch.tensor(target), None if weight is None else torch.tensor(weight)
    )
    loss.backward()
    assert_close(model.loss(trace, target, weight), loss.detach(), 1e-9)
    assert list(grads.parameters) == list(model.parameters)
    for name, weights in module.named_parameters():
        assert_close(grads.parameters[name], weights.grad, 1e-9, name)
    assert_close(grads.x, tensor.grad, 1e-9, "x")


@given(readouts(), generators)
def test_the_gradient_is_a_finite_difference(model: Readout, rng: np.random.Generator) -> None:
    """A central difference with step 1e-5 errs by 1e-10 L''' and 1e-11 L."""
    x = rng.normal(size=(2, model.input_size))
    target = draw_target(model, (2, model.output_size), rng)
    grads = model.backward(model.forward(x), target)
    for name, weights in [*model.parameters.items(), ("x", x)]:
        ours = grads.x if name == "x" else grads.parameters[name]
        for index in np.ndindex(weights.shape):
            value, losses = weights[index], []
            for step in (-1e-5, 1e-5):
                weights[index] = value + step
                losses.append(model.loss(model.forward(x), target))
            weights[index] = value
            assert abs(ours[index] - (losses[1] - losses[0]) / 2e-5) < 1e-7 * (1 + losses[0])


@pytest.mark.parametrize(
    ("kind", "output"),
    [("linear", [1, 3]), ("logistic", [0.7311, 0.9526]), ("softmax", [0.1192, 0.8808])],
)
def test_the_output_is_that_of_its_kind(kind: str, output: list[float]) -> None:
    model = Readout(2, 2, rng=RNG(0), kind=kind)
    load_parameters(model, {"weights": [[1, 0], [0, 1]], "bias": [0, 1]})
    np.testing.assert_allclose(model.forward(np.array([1.0, 2.0])).output, output, atol=5e-5)


@pytest.mark.parametrize(("kind", "loss"), KINDS)
def test_the_error_is_the_difference_unless_a_slope_damps_it(kind: str, loss: str) -> None:
    model = Readout(2, 2, rng=RNG(0), kind=kind, loss=loss)
    trace = model.forward(RNG(1).normal(size=2))
    target = np.array([0.25, 0.75])
    y = trace.output
    slope = y * (1 - y) if (kind, loss) == ("logistic", "half squared error") else 1.0
    grads = model.backward(trace, target)
    assert_close(grads.parameters["bias"], (y - target) * slope, 1e-14)


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
def test_the_cross_entropy_of_a_far_miss_is_finite(kind: str) -> None:
    model = Readout(1, 2, rng=RNG(0), kind=kind, loss="cross entropy", bias=None)
    load_parameters(model, {"weights": [[1000.0], [-1000.0]]})
    trace = model.forward(np.array([1.0]))
    assert model.loss(trace, np.array([0.0, 1.0])) == pytest.approx(2000)
    assert np.isfinite(model.backward(trace, np.array([0.0, 1.0])).x).all()


def test_the_first_loss_of_a_kind_is_its_default() -> None:
    names = [
        Readout(1, 2, rng=RNG(0), kind=kind).loss_name for kind in ("linear", "logistic", "softmax")
    ]
    assert names == ["half squared error", "half squared error", "cross entropy"]


def test_a_step_of_weight_zero_needs_no_target() -> None:
    model = Readout(1, 2, rng=RNG(0), kind="softmax")
    trace = model.forward(np.ones((3, 1)))
    target = np.array([[0.0, 0.0], [9.0, 9.0], [1.0, 0.0]])
    last = model.loss(model.forward(np.ones(1)), target[2])
    assert model.loss(trace, target, np.array([0, 0, 1])) == pytest.approx(last, abs=1e-15)
    with pytest.raises(ValueError, match=r"target must be in \[0, 1\]"):
        model.loss(trace, target)


def test_biases_of_the_outputs() -> None:
    assert "bias" not in Readout(1, 2, rng=RNG(0), bias=None).parameters
    np.testing.assert_array_equal(Readout(1, 2, rng=RNG(0), bias=[1, 2]).parameters["bias"], [1, 2])
    bias = Readout(1, 200, rng=RNG(0), bias="random", uniform=0.1).parameters["bias"]
    assert 0.09 < np.abs(bias).max() <= 0.1


def test_weights_start_in_their_spread() -> None:
    weights = Readout(100, 100, rng=RNG(0), weight_scale=3.0).parameters["weights"]
    assert abs(weights.std() * 10 - 3.0) < 0.1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"input_size": 0}, ValueError, "input_size must be a positive integer, got 0"),
        ({"output_size": 1.5}, TypeError, "output_size must be a positive integer, got 1.5"),
        ({"rng": 1}, TypeError, "rng must be a numpy.random.Generator"),
        ({"kind": "tanh"}, ValueError, "kind must be one of 'linear', 'logistic', 'softmax'"),
        ({"loss": "hinge"}, ValueError, "loss must be one of 'half squared error', got 'hinge'"),
        ({"loss": "cross entropy"}, ValueError, "loss must be one of 'half squared error'"),
        ({"bias": True}, TypeError, "bias must be an array of real numbers"),
        ({"bias": "random"}, ValueError, "uniform must be given with bias 'random'"),
        ({"weight_scale": -1}, ValueError, "weight_scale must be"),
        ({"uniform": np.nan}, ValueError, "uniform must be"),
    ],
)
def test_the_constructor_refuses_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Readout(**{"input_size": 2, "output_size": 2, "rng": RNG(0), **arguments})


def test_the_passes_refuse_bad_arguments() -> None:
    model = Readout(2, 2, rng=RNG(0), kind="softmax")
    for x in (np.zeros(3), np.zeros((0, 2)), np.zeros(())):
        with pytest.raises(ValueError, match=r"x must have shape \(\.\.\., 2\), got"):
            model.forward(x)
    with pytest.raises(ValueError, match="x must be finite"):
        model.forward(np.full(2, np.inf))
    trace = model.forward(np.zeros((3, 2)))
    target = np.full((3, 2), 0.5)
    for call in (model.loss, model.backward):
        with pytest.raises(TypeError, match="trace must be a ReadoutTrace"):
            call(None, target)
        with pytest.raises(ValueError, match=r"target must have shape \(3, 2\), got \(2,\)"):
            call(trace, target[0])
        with pytest.raises(ValueError, match=r"target must be in \[0, 1\], got -1.0 to 2.0"):
            call(trace, np.array([[-1.0, 2.0], [0.5, 0.5], [0.5, 0.5]]))
        with pytest.raises(ValueError, match=r"target must sum to 1 .*, got 0.5"):
            call(trace, target / 2)
        with pytest.raises(ValueError, match=r"weight must have shape \(3,\), got \(2,\)"):
            call(trace, target, np.ones(2))
