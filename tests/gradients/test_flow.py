"""The band over seeds, and the flow of the book's cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.gradients import (
    cell_path_norms,
    gradient_flow,
    jacobian_norms,
    over_seeds,
)
from lstm_lab.models import CELLS, ElmanRNN, Recurrent, Trace, make

RNG = np.random.default_rng


def constant(values: np.ndarray) -> Any:
    """A measure that returns one row of `values` a call, whatever the model."""
    rows = iter(values)
    return lambda model, trace: next(rows)


def a_model(rng: np.random.Generator) -> ElmanRNN:
    return ElmanRNN(1, 2, rng=rng)


def an_input(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=(3, 1))


@given(st.integers(1, 25), st.integers(0, 2**32 - 1))
def test_the_band_is_from_the_10th_to_the_90th_percentile(count: int, seed: int) -> None:
    values = RNG(seed).normal(size=(count, 4))
    band = over_seeds(a_model, an_input, count, constant(values))
    expected = np.quantile(values, [0.1, 0.5, 0.9], axis=0)
    np.testing.assert_allclose([band.low, band.median, band.high], expected, atol=1e-12)


def test_the_band_may_reach_minus_infinity() -> None:
    values = np.array([[-np.inf], [-np.inf], [-4.0], [-2.0], [0.0]])
    band = over_seeds(a_model, an_input, 5, constant(values))
    assert (band.low[0], band.median[0], band.high[0]) == (-np.inf, -4.0, pytest.approx(-0.8))
    nothing = over_seeds(a_model, an_input, 3, constant(np.full((3, 1), -np.inf)))
    assert nothing.low[0] == nothing.median[0] == nothing.high[0] == -np.inf


def test_each_seed_draws_its_model_and_then_its_input() -> None:
    seen = []

    def measure(model: Recurrent, trace: Trace) -> np.ndarray:
        seen.append((model.parameters["recurrent_weights"], trace.x))
        return np.zeros(1)

    over_seeds(a_model, an_input, [7, 3], measure)
    for seed, (weights, x) in zip((7, 3), seen, strict=True):
        rng = RNG(seed)
        np.testing.assert_array_equal(weights, a_model(rng).parameters["recurrent_weights"])
        np.testing.assert_array_equal(x, an_input(rng))


def test_a_number_of_seeds_counts_from_zero() -> None:
    def measure(model: Recurrent, trace: Trace) -> np.ndarray:
        return jacobian_norms(model, trace)

    by_number, by_name = (over_seeds(a_model, an_input, seeds, measure) for seeds in (3, range(3)))
    np.testing.assert_array_equal(by_number.low, by_name.low)


@pytest.mark.parametrize(
    ("seeds", "error", "message"),
    [
        (0, ValueError, "seeds must be a positive integer, got 0"),
        (True, TypeError, "seeds must be a positive integer, got True"),
        ("20", TypeError, "seeds must be a positive integer, got '20'"),
        ([], ValueError, "seeds must have at least one seed, got none"),
        ([1, -1], ValueError, "each of seeds must be an integer of at least 0, got -1"),
        ([1.0], TypeError, "each of seeds must be an integer of at least 0, got 1.0"),
    ],
)
def test_bad_seeds_are_refused(seeds: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        over_seeds(a_model, an_input, seeds, constant(np.zeros((3, 1))))


@pytest.mark.parametrize("cell", CELLS)
def test_gradient_flow_is_the_measure_over_seeds(cell: str) -> None:
    flow = gradient_flow(cell, 12, 4, recurrent_scale=0.9, input_scale=0.5, seeds=3, lags=[2, 12])
    options = {"LSTM 1997": {"gradient": "full"}}.get(cell, {})
    norms, paths = [], []
    for seed in range(3):
        rng = RNG(seed)
        model = make(cell, 1, 4, rng=rng, recurrent_scale=0.9, **options)
        trace = model.forward(0.5 * rng.normal(size=(12, 1)))
        norms.append(jacobian_norms(model, trace, lags=[2, 12]))
        paths.append(cell_path_norms(model, trace, lags=[2, 12]))
    assert flow.cell == cell
    np.testing.assert_array_equal(flow.lags, [2, 12])
    np.testing.assert_allclose(flow.state.median, np.median(norms, axis=0), atol=1e-12)
    if "RNN" in cell:
        assert flow.cell_path is None
    else:
        assert flow.cell_path is not None
        np.testing.assert_allclose(flow.cell_path.median, np.median(paths, axis=0), atol=1e-12)


def test_gradient_flow_passes_its_options_on() -> None:
    kept, lost = (gradient_flow("LSTM 2000", 9, 4, forget_bias=b, seeds=3) for b in (9.0, -9.0))
    assert kept.cell_path is not None
    assert lost.cell_path is not None
    assert kept.cell_path.median[-1] > -0.01
    assert lost.cell_path.median[-1] < -20
    full, truncated = (
        gradient_flow("LSTM 1997", 40, 4, gradient=g, seeds=3) for g in ("full", "truncated")
    )
    assert abs(truncated.state.median[-1] - truncated.state.median[2]) < 1e-12
    assert full.state.median[-1] != truncated.state.median[-1]
    silent = gradient_flow("tanh RNN", 9, 4, recurrent_scale=0.0, input_scale=0, seeds=2)
    assert (silent.state.median[1:] == -np.inf).all()
    np.testing.assert_array_equal(silent.lags, np.arange(10))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"cell": "GRU"}, ValueError, "cell must be one of"),
        ({"sequence_length": 0}, ValueError, "sequence_length must be a positive integer, got 0"),
        ({"hidden_size": -1}, ValueError, "hidden_size must be a positive integer, got -1"),
        ({"recurrent_scale": -1.0}, ValueError, "recurrent_scale must be a finite number"),
        ({"input_scale": -1.0}, ValueError, "input_scale must be a finite number of at least 0"),
        ({"input_scale": np.nan}, ValueError, "input_scale must be a finite number of at least 0"),
        ({"cell": "LSTM 2000", "forget_bias": "1"}, TypeError, "forget_bias must be a finite"),
        ({"forget_bias": 5}, TypeError, "forget_bias must not be given for 'tanh RNN', .*got 5"),
        (
            {"gradient": "nonsense"},
            TypeError,
            "gradient must not be given for 'tanh RNN', .*got 'n",
        ),
        ({"cell": "LSTM 2000", "gradient": "full"}, TypeError, "gradient must not be given for"),
        ({"cell": "LSTM 1997", "forget_bias": 1}, TypeError, "forget_bias must not be given for"),
        ({"cell": "LSTM 1997", "gradient": 1}, TypeError, "gradient must be one of"),
        ({"cell": "LSTM 1997", "gradient": "half"}, ValueError, "gradient must be one of"),
        ({"input_size": 0}, ValueError, "input_size must be a positive integer, got 0"),
        ({"seeds": 0}, ValueError, "seeds must be a positive integer, got 0"),
        ({"lags": [6]}, ValueError, "each of lags must be an integer from 0 to 5, got 6"),
    ],
)
def test_gradient_flow_refuses_bad_arguments(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        gradient_flow(**{"cell": "tanh RNN", "sequence_length": 5, **arguments})


# cell, scale or bias, T, log10 of the figure in the survey that the book measures again
SURVEY = [
    ("tanh RNN", 0.9, 20, 8e-5),
    ("tanh RNN", 1.0, 20, 5e-4),
    ("tanh RNN", 1.2, 20, 9e-3),
    ("tanh RNN", 1.5, 20, 2e-1),
    ("tanh RNN", 0.9, 100, 6e-24),
    ("tanh RNN", 1.0, 100, 7e-20),
    ("tanh RNN", 1.2, 100, 3e-13),
    ("tanh RNN", 1.5, 100, 8e-7),
    ("LSTM 2000", 1.0, 20, 1e-1),
    ("LSTM 2000", 3.0, 20, 5.0),
    ("LSTM 2000", 5.0, 20, 9.0),
    ("LSTM 2000", 1.0, 100, 6e-7),
    ("LSTM 2000", 3.0, 100, 12.0),
    ("LSTM 2000", 5.0, 100, 79.0),
]


@pytest.mark.parametrize(("cell", "setting", "steps", "figure"), SURVEY)
def test_the_survey_is_reproduced_within_a_factor_of_ten(
    cell: str, setting: float, steps: int, figure: float
) -> None:
    name = "recurrent_scale" if "RNN" in cell else "forget_bias"
    flow = gradient_flow(cell, steps, lags=[steps], **{name: setting})
    assert abs(flow.state.median[0] - np.log10(figure)) < 1


def test_an_lstm_with_forget_bias_zero_vanishes_as_an_rnn_does() -> None:
    lstm = gradient_flow("LSTM 2000", 100, forget_bias=0.0, lags=[100]).state.median[0]
    rnn = gradient_flow("tanh RNN", 100, lags=[100]).state.median[0]
    assert lstm < -16
    assert abs(lstm - rnn) < 3


@given(
    st.sampled_from(CELLS),
    st.integers(1, 8),
    st.integers(1, 4),
    st.floats(0, 2),
    st.floats(0, 2),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4),
)
@settings(max_examples=25)
def test_the_flow_of_any_network_starts_at_one_and_keeps_its_band(
    cell: str, steps: int, size: int, scale: float, input_scale: float, seeds: list[int]
) -> None:
    options: dict[str, Any] = {"recurrent_scale": scale, "input_scale": input_scale, "seeds": seeds}
    flow = gradient_flow(cell, steps, size, **options)
    assert flow.lags.tolist() == list(range(steps + 1))
    for band in filter(None, (flow.state, flow.cell_path)):
        assert band.median[0] == pytest.approx(0, abs=1e-12)
        assert (band.low <= band.median).all()
        assert (band.median <= band.high).all()
    assert (flow.cell_path is None) == cell.endswith("RNN")
    if cell == "LSTM 1997" and flow.cell_path is not None:
        np.testing.assert_array_equal(flow.cell_path.median, np.zeros(steps + 1))
    if scale == 0 and cell.endswith("RNN"):
        assert np.isneginf(flow.state.high[1:]).all()
    back = gradient_flow(cell, steps, size, lags=range(steps, -1, -1), **options)
    np.testing.assert_array_equal(back.state.median, flow.state.median[::-1])
    shuffled = gradient_flow(cell, steps, size, **(options | {"seeds": seeds[::-1]}))
    np.testing.assert_array_equal(shuffled.state.median, flow.state.median)
