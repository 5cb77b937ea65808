from __future__ import annotations

import numpy as np
import pytest

from lstm_lab.models import CELLS, LSTM, LSTM1997, ElmanRNN, make
from lstm_lab.models.cells import options_of


def test_the_cells_of_the_book() -> None:
    assert CELLS == ("tanh RNN", "logistic RNN", "LSTM 1997", "LSTM 2000")
    kinds = [type(make(cell, 2, 3, rng=np.random.default_rng(0))) for cell in CELLS]
    assert kinds == [ElmanRNN, ElmanRNN, LSTM1997, LSTM]


@pytest.mark.parametrize(
    ("cell", "activation"),
    [("tanh RNN", "tanh"), ("logistic RNN", "logistic"), ("ReLU RNN", "relu")],
)
def test_the_rnns_differ_in_their_units(cell: str, activation: str) -> None:
    model = make(cell, 2, 3, rng=np.random.default_rng(0))
    assert model.activations["hidden"].name == activation


@pytest.mark.parametrize("cell", CELLS)
def test_sizes_are_passed_on(cell: str) -> None:
    model = make(cell, 2, 3, rng=np.random.default_rng(0))
    assert (model.input_size, model.hidden_size) == (2, 3)


def test_options_are_passed_on() -> None:
    rng = np.random.default_rng(0)
    assert (make("LSTM 2000", 1, 2, rng=rng, forget_bias=4.0).parameters["bias"][2:4] == 4).all()
    assert make("LSTM 1997", 1, 2, rng=rng, block_size=2).parameters["input_gate_bias"].size == 1


@pytest.mark.parametrize(
    ("cell", "option"),
    [
        (cell, option)
        for cell in CELLS
        for option in ("gradient", "forget_bias", "initialisation", "activation", "block_sise")
        if option not in options_of(cell)
    ],
)
def test_an_option_that_the_cell_does_not_have_is_refused_by_name(cell: str, option: str) -> None:
    message = (
        f"{option} must not be given for '{cell}', whose options are "
        rf".*recurrent_scale, input_weight_scale, uniform; got 'much'"
    )
    with pytest.raises(TypeError, match=message):
        make(cell, 1, 2, rng=np.random.default_rng(0), **{option: "much"})


def test_the_options_of_a_cell_are_those_of_its_constructor() -> None:
    every = ("recurrent_scale", "input_weight_scale", "uniform")
    for simple in ("tanh RNN", "logistic RNN", "ReLU RNN"):
        assert options_of(simple) == ("initialisation", *every)
    assert options_of("LSTM 2000") == ("forget_bias", "longest_lag", *every)
    assert {"gradient", "block_size", *every} < set(options_of("LSTM 1997"))
    with pytest.raises(ValueError, match="cell must be one of"):
        options_of("GRU")


def test_an_unknown_cell_is_refused() -> None:
    with pytest.raises(ValueError, match=r"cell must be one of 'tanh RNN', .*, got 'GRU'"):
        make("GRU", 1, 2, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"cell must be one of .*, got None"):
        make(None, 1, 2, rng=np.random.default_rng(0))  # type: ignore[arg-type]
