"""What can be done with the weights of any model."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, assert_close, cases, elman_rnns, generators, lstms, mlps

from lstm_lab.models import LSTM, MLP, ElmanRNN, count_parameters, load_parameters
from lstm_lab.models.parameters import over_examples


@given(elman_rnns() | lstms())
def test_the_count_of_a_recurrent_model_is_its_formula(model: ElmanRNN | LSTM) -> None:
    gates = 4 if isinstance(model, LSTM) else 1
    n, m = model.hidden_size, model.input_size
    assert count_parameters(model) == gates * n * (m + n + 1)


@given(mlps())
def test_the_count_of_layers_is_their_formula(model: MLP) -> None:
    before, after = model.layer_sizes[:-1], model.layer_sizes[1:]
    assert count_parameters(model) == sum((m + 1) * n for m, n in zip(before, after, strict=True))


@given(cases(), generators)
def test_loaded_weights_are_copies_that_decide_what_a_model_does(
    case: Case, rng: np.random.Generator
) -> None:
    model, x, state = case.model, case.x, case.state
    first = model.forward(x, state).state
    kept = {name: w.copy() for name, w in model.parameters.items()}
    load_parameters(model, {name: rng.normal(size=w.shape) for name, w in kept.items()})
    load_parameters(model, kept)
    assert_close(model.forward(x, state).state, first, 0)
    for name, w in kept.items():
        assert not np.shares_memory(w, model.parameters[name])


@given(generators, st.lists(st.integers(1, 3), max_size=3), st.integers(1, 4), st.integers(1, 4))
def test_a_gradient_over_examples_is_the_sum_of_outer_products(
    rng: np.random.Generator, leading: list[int], n: int, m: int
) -> None:
    d_net, source = rng.normal(size=(*leading, n)), rng.normal(size=(*leading, m))
    weights, bias = np.zeros((n, m)), np.zeros(n)
    for index in np.ndindex(*leading):
        weights += np.outer(d_net[index], source[index])
        bias += d_net[index]
    assert_close(over_examples(d_net, source), weights, 1e-12)
    assert_close(over_examples(d_net), bias, 1e-12)
