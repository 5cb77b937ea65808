"""What sets the variants apart; forward and backward are held against torch in test_recurrent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, seeds, sizes, variants

from lstm_lab.models import LSTM, VariantLSTM

RNG = np.random.default_rng
VARIANTS: dict[str, dict[str, Any]] = {
    "standard": {},
    "no forget gate": {"forget": "none"},
    "no input gate": {"input_gate": False},
    "no output gate": {"output_gate": False},
    "coupled": {"forget": "coupled"},
    "no squash": {"squash": False},
    "peepholes": {"peepholes": True},
}


@given(seeds, sizes, sizes, st.floats(-2, 2))
def test_a_variant_with_nothing_changed_is_the_lstm(
    seed: int, inputs: int, hidden: int, bias: float
) -> None:
    variant = VariantLSTM(inputs, hidden, rng=RNG(seed), forget_bias=bias)
    plain = LSTM(inputs, hidden, rng=RNG(seed), forget_bias=bias)
    x = RNG(seed).normal(size=(5, inputs))
    states = [model.forward(x).state for model in (variant, plain)]
    assert_close(*states, 1e-12)
    grads = [
        model.backward(model.forward(x), np.ones((5, 2 * hidden))) for model in (variant, plain)
    ]
    for name in plain.parameters:
        assert_close(*[each.parameters[name] for each in grads], 1e-12, name)


@given(cases(variants()))
def test_a_gate_that_is_left_out_stands_open_and_its_weights_are_not_trained(case: Case) -> None:
    model: VariantLSTM = case.model
    trace = model.forward(case.x, case.state)
    found = model.backward(trace, case.d_state).parameters
    there = {
        "input_gate": model.input_gate,
        "forget_gate": model.forget == "gate",
        "output_gate": model.output_gate,
    }
    for gate, has in there.items():
        assert (gate in model.activations) == has
        if not has:
            for name in ("input_weights", "recurrent_weights", "bias"):
                assert not found[name][model.rows[gate]].any()
            if gate != "forget_gate" or model.forget == "none":
                np.testing.assert_array_equal(getattr(trace, gate), 1)
    if model.forget == "coupled":
        np.testing.assert_array_equal(trace.forget_gate, 1 - trace.input_gate)
    if not model.squash:
        c = trace.state[1:, ..., model.parts["cell"]]
        np.testing.assert_array_equal(trace.squashed_cell, c)


def test_what_is_left_out_does_not_count_as_a_parameter() -> None:
    counts = {
        name: VariantLSTM(2, 3, rng=RNG(0), **options).parameter_count
        for name, options in VARIANTS.items()
    }
    gate = 3 * (2 + 3 + 1)
    assert counts["standard"] == counts["no squash"] == 4 * gate
    assert counts["no forget gate"] == counts["coupled"] == counts["no input gate"] == 3 * gate
    assert counts["no output gate"] == 3 * gate
    assert counts["peepholes"] == 4 * gate + 3 * 3


def test_coupled_gates_start_with_the_forget_gate_that_was_asked_for() -> None:
    model = VariantLSTM(2, 3, rng=RNG(0), forget="coupled", forget_bias=2.0)
    for name in ("input_weights", "recurrent_weights"):
        model.parameters[name][...] = 0.0
    trace = model.forward(np.zeros((1, 2)))
    np.testing.assert_allclose(trace.forget_gate, 1 / (1 + np.exp(-2.0)))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"forget": "never"}, ValueError, "forget must be one of 'gate', 'none', 'coupled', got"),
        ({"input_gate": 1}, TypeError, "input_gate must be True or False, got 1"),
        ({"output_gate": None}, TypeError, "output_gate must be True or False, got None"),
        ({"squash": "no"}, TypeError, "squash must be True or False, got 'no'"),
        ({"peepholes": 3}, TypeError, "peepholes must be True or False, got 3"),
        ({"forget_bias": "1"}, TypeError, "forget_bias must be a finite number, got '1'"),
    ],
)
def test_a_variant_refuses_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        VariantLSTM(2, 3, rng=RNG(0), **arguments)
