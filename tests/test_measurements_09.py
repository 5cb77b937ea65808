"""The measurements of chapter 09: the cells of the ablation, its tasks, and what ships."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from lstm_lab.measurements._variants import GRU, VariantLSTM
from lstm_lab.models import LSTM, Recurrent
from lstm_lab.twins import LSTMTwin

RNG = np.random.default_rng
VARIANTS = {
    "standard": {},
    "no forget gate": {"forget": "none"},
    "no input gate": {"input_gate": False},
    "no output gate": {"output_gate": False},
    "coupled": {"forget": "coupled"},
    "no squash": {"squash": False},
    "peepholes": {"peepholes": True},
    "all at once": {"forget": "coupled", "output_gate": False, "squash": False, "peepholes": True},
}


def random_weights(model: Recurrent, seed: int = 1) -> None:
    rng = RNG(seed)
    for weights in model.parameters.values():
        weights[...] = rng.normal(size=weights.shape)


def assert_gradients_are_finite_differences(model: Recurrent) -> None:
    """Every weight, every input and the initial state, at 1e-6 of the largest."""
    rng = RNG(2)
    x, start = rng.normal(size=(6, 2, model.input_size)), rng.normal(size=(2, model.state_size))
    wanted = rng.normal(size=(6, 2, model.state_size))

    def loss() -> float:
        return float((model.forward(x, start).state[1:] * wanted).sum())

    grads = model.backward(model.forward(x, start), wanted)
    assert set(grads.parameters) == set(model.parameters)
    pairs = [(model.parameters[name], grads.parameters[name]) for name in model.parameters]
    for array, gradient in [*pairs, (x, grads.x), (start, grads.state[0])]:
        for place in np.ndindex(array.shape):
            here = array[place]
            array[place] = here + 1e-6
            above = loss()
            array[place] = here - 1e-6
            slope = (above - loss()) / 2e-6
            array[place] = here
            assert slope == pytest.approx(gradient[place], abs=1e-6 * max(1, abs(gradient).max()))


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_the_gradient_of_a_variant_is_that_of_finite_differences(options: dict) -> None:
    model = VariantLSTM(2, 3, rng=RNG(0), **options)
    random_weights(model)
    assert_gradients_are_finite_differences(model)


def test_the_gradient_of_the_gru_is_that_of_finite_differences() -> None:
    model = GRU(2, 3, rng=RNG(0))
    random_weights(model)
    assert_gradients_are_finite_differences(model)


def test_the_variant_with_nothing_changed_is_the_lstm() -> None:
    plain, variant = LSTM(2, 3, rng=RNG(0)), VariantLSTM(2, 3, rng=RNG(0))
    x = RNG(1).normal(size=(8, 4, 2))
    np.testing.assert_allclose(variant.forward(x).state, plain.forward(x).state, atol=1e-14)


class VariantTwin(LSTMTwin):
    """The equations of `VariantLSTM` in torch, without a backward pass."""

    def step(self, x: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        model, before = self.model, self.parts(state)
        net = x @ self.get("input_weights").T + before["hidden"] @ self.get("recurrent_weights").T
        i, f, g, o = (net + self.get("bias")).chunk(4, dim=-1)
        holes = getattr(self, "peepholes", torch.zeros(3, model.hidden_size, dtype=torch.float64))
        i = torch.sigmoid(i + holes[0] * before["cell"])
        if not model.input_gate:
            i = torch.ones_like(i)
        f = {
            "gate": torch.sigmoid(f + holes[1] * before["cell"]),
            "none": torch.ones_like(f),
            "coupled": 1 - i,
        }[model.forget]
        c = f * before["cell"] + i * torch.tanh(g)
        o = torch.sigmoid(o + holes[2] * c) if model.output_gate else torch.ones_like(o)
        return torch.cat([o * (torch.tanh(c) if model.squash else c), c], dim=-1)


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_a_variant_is_its_equations_in_torch(options: dict) -> None:
    model = VariantLSTM(2, 3, rng=RNG(0), **options)
    random_weights(model)
    module = VariantTwin(model)
    x, wanted = RNG(3).normal(size=(7, 2)), RNG(4).normal(size=(7, 6))
    states = module(torch.tensor(x))
    np.testing.assert_allclose(model.forward(x).state, states.detach(), atol=1e-12)
    (states[1:] * torch.tensor(wanted)).sum().backward()
    grads = model.backward(model.forward(x), wanted)
    for name, weights in module.named_parameters():
        found = np.zeros(weights.shape) if weights.grad is None else weights.grad.numpy()
        np.testing.assert_allclose(grads.parameters[name], found, atol=1e-10)


def test_the_gru_is_torchs_own() -> None:
    model = GRU(2, 3, rng=RNG(0), update_bias=1.0)
    random_weights(model)
    layer = nn.GRU(2, 3, dtype=torch.float64)
    recalled = np.concatenate([np.zeros(6), model.parameters["recalled_bias"]])
    named = {
        "weight_ih_l0": model.parameters["input_weights"],
        "weight_hh_l0": model.parameters["recurrent_weights"],
        "bias_ih_l0": model.parameters["bias"],
        "bias_hh_l0": recalled,
    }
    layer.load_state_dict({name: torch.tensor(weights) for name, weights in named.items()})
    x, wanted = RNG(5).normal(size=(9, 4, 2)), RNG(6).normal(size=(9, 4, 3))
    hidden, _ = layer(torch.tensor(x))
    np.testing.assert_allclose(model.forward(x).state[1:], hidden.detach(), atol=1e-12)
    (hidden * torch.tensor(wanted)).sum().backward()
    grads = model.backward(model.forward(x), wanted)
    np.testing.assert_allclose(
        grads.parameters["recurrent_weights"], layer.weight_hh_l0.grad, atol=1e-10
    )
    np.testing.assert_allclose(
        grads.parameters["recalled_bias"], layer.bias_hh_l0.grad[6:], atol=1e-10
    )


def test_what_is_left_out_does_not_count_as_a_parameter() -> None:
    counts = {
        name: VariantLSTM(2, 3, rng=RNG(0), **options).parameter_count
        for name, options in VARIANTS.items()
    }
    gate = 3 * (2 + 3 + 1)
    assert counts["standard"] == 4 * gate
    assert counts["no forget gate"] == counts["coupled"] == counts["no input gate"] == 3 * gate
    assert counts["peepholes"] == 4 * gate + 3 * 3
    assert GRU(2, 3, rng=RNG(0)).parameter_count == 3 * gate + 3
