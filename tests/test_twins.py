from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from strategies import Case, assert_close, cases, mlps, readouts

from lstm_lab.models import (
    ACTIVATIONS,
    GRU,
    LSTM,
    LSTM1997,
    ElmanRNN,
    Perceptron,
    Recurrent,
    VariantLSTM,
)
from lstm_lab.twins import ACTIVATIONS as TORCH_ACTIVATIONS
from lstm_lab.twins import torch_layer, twin

RNG = np.random.default_rng


@given(cases() | mlps() | readouts())
def test_a_twin_has_the_models_weights_as_copies(drawn: Any) -> None:
    model = drawn.model if isinstance(drawn, Case) else drawn
    module = twin(model)
    assert [name for name, _ in module.named_parameters()] == list(model.parameters)
    for name, weights in module.named_parameters():
        assert weights.dtype == torch.float64
        np.testing.assert_array_equal(weights.detach().numpy(), model.parameters[name])
        model.parameters[name] += 1.0
        assert (weights.detach().numpy() != model.parameters[name]).all()


@given(cases())
def test_a_twin_starts_at_zero_and_names_the_parts(case: Case) -> None:
    module = twin(case.model)
    states = module(torch.tensor(case.x))
    assert (states[0] == 0).all()
    parts = module.parts(states)
    assert list(parts) == list(case.model.parts)
    assert_close(torch.cat(list(parts.values()), dim=-1).detach(), states.detach(), 0)


def test_a_truncated_twin_detaches_its_hidden_layer() -> None:
    """The gradient of the state before reaches the cells only, with weight 1."""
    model = LSTM1997(2, 3, rng=RNG(0))
    state = torch.tensor(RNG(1).normal(size=model.state_size), requires_grad=True)
    twin(model)(torch.ones(1, 2, dtype=torch.float64), state)[1, :3].sum().backward()
    np.testing.assert_array_equal(state.grad, [1, 1, 1, *[0] * 9])


def test_a_twin_can_be_trained() -> None:
    module = twin(LSTM(1, 2, rng=RNG(0)))
    x = torch.tensor(RNG(1).normal(size=(5, 1)))
    optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
    losses = []
    for _ in range(5):
        optimiser.zero_grad()
        loss = (module(x)[-1] - 1).square().sum()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_activations_are_the_same(name: str) -> None:
    net = np.linspace(-30, 30, 121)
    theirs = TORCH_ACTIVATIONS[name](torch.tensor(net))
    np.testing.assert_allclose(ACTIVATIONS[name].value(net), theirs, atol=1e-14)


@pytest.mark.parametrize(
    "model",
    [kind(2, 3, rng=RNG(0)) for kind in (ElmanRNN, LSTM, GRU)],
    ids=["RNN", "LSTM", "GRU"],
)
def test_torchs_own_layer_is_a_copy(model: Recurrent) -> None:
    layer = torch_layer(model)  # type: ignore[arg-type]
    x = RNG(1).normal(size=(4, 2))
    before = layer(torch.tensor(x))[0].detach()
    assert_close(model.forward(x).state[1:, model.parts["hidden"]], before, 1e-12)
    for weights in model.parameters.values():
        weights += 1.0
    assert torch.equal(layer(torch.tensor(x))[0], before)


def test_what_has_no_twin_is_refused() -> None:
    with pytest.raises(TypeError, match=r"model must be one of ElmanRNN, .*, got Perceptron"):
        twin(Perceptron(2))
    with pytest.raises(
        TypeError, match="model must be an ElmanRNN, an LSTM or a GRU, got LSTM1997"
    ):
        torch_layer(LSTM1997(1, 1, rng=RNG(0)))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="model must be an ElmanRNN, an LSTM or a GRU, got Variant"):
        torch_layer(VariantLSTM(1, 1, rng=RNG(0), peepholes=True))
    with pytest.raises(ValueError, match="model must have tanh or relu units, got 'logistic'"):
        torch_layer(ElmanRNN(1, 1, rng=RNG(0), activation="logistic"))


def test_only_the_twins_import_torch() -> None:
    code = "import sys, lstm_lab.gradients; print('torch' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "False"
