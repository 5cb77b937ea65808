"""Layers in depth: their Jacobians are autograd's, and what each kind keeps."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import assert_close, seeds

from lstm_lab.models.deep import KINDS, DeepStack


def in_torch(stack: DeepStack, h: torch.Tensor) -> torch.Tensor:
    for W, V in zip(torch.tensor(stack.W), torch.tensor(stack.V), strict=True):
        new = torch.tanh(W @ h)
        if stack.kind == "Highway":
            z = torch.sigmoid(V @ h + stack.gate_bias)
            h = (1 - z) * h + z * new
        else:
            h = new if stack.kind == "plain" else h + new
    return h


@given(
    st.sampled_from(KINDS),
    st.integers(1, 8),
    st.integers(1, 6),
    st.floats(0, 2),
    st.floats(-4, 4),
    seeds,
)
def test_the_product_of_jacobians_is_autograds(
    kind: str, depth: int, units: int, scale: float, gate_bias: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    stack = DeepStack(kind, depth, units, rng=rng, scale=scale, gate_bias=gate_bias)
    h = rng.standard_normal(units)
    states = stack.forward(h)
    assert_close(states[-1], in_torch(stack, torch.tensor(h)), 1e-9)
    product = np.eye(units)
    for layer in range(1, depth + 1):
        product = stack.jacobian(states, layer) @ product
    theirs = torch.autograd.functional.jacobian(lambda x: in_torch(stack, x), torch.tensor(h))
    assert_close(product, theirs, 1e-9)
    if scale > 0:
        assert 10 ** stack.norms(h)[-1] == pytest.approx(np.linalg.norm(product, 2), rel=1e-9)


def test_without_weights_a_residual_stack_is_a_carousel_and_a_plain_one_is_nothing() -> None:
    h = np.arange(3.0)
    stacks = {
        kind: DeepStack(kind, 5, 3, rng=np.random.default_rng(0), scale=0.0) for kind in KINDS
    }
    assert_close(stacks["residual"].norms(h), np.zeros(6), 1e-12)
    carried = 5 * np.log10(1 - 1 / (1 + np.exp(2.0)))
    assert stacks["Highway"].norms(h)[-1] == pytest.approx(carried, abs=1e-9)
    assert not stacks["plain"].forward(h)[1:].any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "dense"}, "kind must be one of"),
        ({"depth": 0}, "depth must be a positive integer, got 0"),
        ({"units": -1}, "units must be a positive integer, got -1"),
        ({"scale": -1.0}, "scale must be a finite number of at least 0"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DeepStack(
            **{
                "kind": "plain",
                "depth": 2,
                "units": 2,
                "rng": np.random.default_rng(0),
                **arguments,
            }
        )


def test_a_layer_that_is_not_there_is_refused() -> None:
    stack = DeepStack("plain", 2, 2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="layer must be an integer from 1 to 2, got 3"):
        stack.jacobian(stack.forward(np.ones(2)), 3)
    with pytest.raises(ValueError, match="h must have shape"):
        stack.forward(np.ones(3))
