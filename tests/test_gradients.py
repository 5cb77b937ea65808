from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, cases, recurrent_models

from lstm_lab.gradients import (
    SATURATED_BELOW,
    cell_path_norms,
    gradient_flow,
    jacobian_norms,
    loss_gradient_norms,
    over_seeds,
    step_factors,
)
from lstm_lab.models import CELLS, LSTM, LSTM1997, ElmanRNN, Recurrent, Trace, make
from lstm_lab.twins import twin

RNG = np.random.default_rng
LOG10 = 1e-9
"""How far a log10 may be off: 2.3e-9 of the value itself, about that of 1e-9 a thousand times."""

unbatched = cases(batch=st.none())


def log10(value: Any) -> float:
    """log10 of a float or an mpmath number, -inf of zero."""
    return float(mpmath.log10(value)) if value > 0 else -np.inf


def autograd_factors(model: Recurrent, trace: Trace) -> list[np.ndarray]:
    """A_1..A_T, each by autograd from the twin's forward step."""
    step = twin(model).step
    return [
        torch.autograd.functional.jacobian(
            lambda state, x=x: step(torch.tensor(x), state), torch.tensor(before)
        ).numpy()
        for x, before in zip(trace.x, trace.state, strict=False)
    ]


def exact_norms(factors: list[np.ndarray], lags: list[int]) -> list[float]:
    """log10 of the spectral norms of the products, multiplied out in 50 digits."""
    norms = {}
    with mpmath.workdps(50):
        product = mpmath.eye(len(factors[0]))
        for lag in range(len(factors) + 1):
            if lag in lags:
                norms[lag] = log10(max(mpmath.svd_r(product, compute_uv=False)))
            if lag < len(factors):
                product = product * mpmath.matrix(factors[-1 - lag].tolist())
    return [norms[lag] for lag in lags]


@given(unbatched)
def test_the_whole_product_is_the_jacobian_of_the_sequence(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    module, x = twin(case.model), torch.tensor(case.x)
    jacobian = torch.autograd.functional.jacobian(
        lambda state: module(x, state)[-1], torch.tensor(case.state)
    ).numpy()
    parts = [(None, None), *((of, wrt) for of in case.model.parts for wrt in case.model.parts)]
    for of, wrt in parts:
        block = jacobian[
            case.model.parts.get(of, slice(None)), case.model.parts.get(wrt, slice(None))
        ]
        ours = jacobian_norms(case.model, trace, lags=[len(case.x)], of=of, wrt=wrt)
        theirs = np.linalg.norm(block, 2)
        assert ours.shape == (1,)
        rounding = 1e-14 * np.linalg.norm(jacobian, 2)
        assert abs(10 ** ours[0] - theirs) <= 1e-9 * theirs + rounding, (of, wrt)


@settings(max_examples=20)
@given(unbatched)
def test_every_lag_is_a_product_of_factors(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    factors = autograd_factors(case.model, trace)
    product, norms = np.eye(case.model.state_size), [0.0]
    for factor in reversed(factors):
        product = product @ factor
        norms.append(log10(np.linalg.norm(product, 2)))
    np.testing.assert_allclose(jacobian_norms(case.model, trace), norms, atol=LOG10)


def vanishing_rnn() -> ElmanRNN:
    return ElmanRNN(2, 3, rng=RNG(0), activation="logistic", recurrent_scale=0.8)


def exploding_rnn() -> ElmanRNN:
    return ElmanRNN(2, 3, rng=RNG(1), recurrent_scale=3.0, input_weight_scale=0.0)


def vanishing_lstm() -> LSTM:
    return LSTM(2, 2, rng=RNG(2), forget_bias=-2.0)


def exploding_lstm() -> LSTM:
    """At rest in its fixed point, where a step multiplies by f + i o times the weights of g."""
    return LSTM(2, 2, rng=RNG(3), recurrent_scale=20.0, input_weight_scale=0.0)


def rnn_of_radius(radius: float) -> Callable[[], ElmanRNN]:
    return lambda: ElmanRNN(2, 3, rng=RNG(4), recurrent_scale=radius)


@pytest.mark.parametrize(
    ("make_model", "steps", "least", "most"),
    [
        (vanishing_rnn, 400, -400, -240),
        (vanishing_rnn, 1000, -1000, -650),
        (exploding_rnn, 1000, 450, 500),
        (rnn_of_radius(1e-20), 40, -900, -750),
        (rnn_of_radius(1e-305), 20, -7000, -6000),
        (vanishing_lstm, 700, -800, -400),
        (exploding_lstm, 600, 309, 500),
    ],
)
def test_long_products_are_exact(make_model: Any, steps: int, least: float, most: float) -> None:
    """Far outside the range of floating point (1e-308 to 1e308), against 50-digit arithmetic."""
    model = make_model()
    trace = model.forward(RNG(7).normal(size=(steps, 2)))
    lags = [0, 1, 11, steps // 2, steps]
    factors = autograd_factors(model, trace)
    expected = exact_norms(factors, lags)
    assert least < expected[-1] < most
    np.testing.assert_allclose(jacobian_norms(model, trace, lags=lags), expected, atol=LOG10)

    d_state = RNG(8).normal(size=model.state_size)
    ours = loss_gradient_norms(model, trace, d_state, lags=lags)
    row, exact = mpmath.matrix([d_state.tolist()]), {0: log10(np.linalg.norm(d_state))}
    for lag, factor in enumerate(reversed(factors), start=1):
        row = row * mpmath.matrix(factor.tolist())
        exact[lag] = log10(mpmath.norm(row, 2))
    np.testing.assert_allclose(ours, [exact[lag] for lag in lags], atol=LOG10)


def test_a_long_cell_path_is_exact() -> None:
    model = LSTM(2, 3, rng=RNG(2), forget_bias=-2.0)
    trace = model.forward(RNG(7).normal(size=(700, 2)))
    product = [mpmath.mpf(1)] * 3
    for gates in reversed(trace.forget_gate):
        product = [p * float(f) for p, f in zip(product, gates, strict=True)]
    path = cell_path_norms(model, trace)
    assert path is not None
    assert path[-1] < -400
    assert abs(path[-1] - log10(max(product))) < LOG10


def test_the_norm_is_accurate_to_1e_minus_12() -> None:
    model = ElmanRNN(1, 32, rng=RNG(0), recurrent_scale=1.0)
    trace = model.forward(RNG(1).normal(size=(20, 1)))
    product, expected = np.eye(32), [0.0]
    for t in range(20, 0, -1):
        product = model.step_backward(trace, t, product)
        expected.append(np.log10(np.linalg.svd(product, compute_uv=False)[0]))
    np.testing.assert_allclose(jacobian_norms(model, trace), expected, rtol=0, atol=4e-13)


@given(unbatched)
def test_a_loss_gradient_is_that_of_backward(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    d_end = case.d_state[-1]
    injected = np.zeros_like(case.d_state)
    injected[-1] = d_end
    states = case.model.backward(trace, injected).state[::-1]
    for wrt in (None, *case.model.parts):
        part = case.model.parts.get(wrt, slice(None))
        with np.errstate(divide="ignore"):
            expected = np.log10(np.linalg.norm(states[:, part], axis=1))
        ours = loss_gradient_norms(case.model, trace, d_end, wrt=wrt)
        np.testing.assert_allclose(ours, expected, atol=LOG10)


@given(unbatched)
def test_no_loss_gradient_outgrows_the_jacobian(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    d_end = case.d_state[-1]
    share = loss_gradient_norms(case.model, trace, d_end) - np.log10(np.linalg.norm(d_end))
    assert (share <= jacobian_norms(case.model, trace) + LOG10).all()


@given(unbatched, st.data())
def test_lags_come_in_the_order_asked_for(case: Case, data: st.DataObject) -> None:
    trace = case.model.forward(case.x, case.state)
    lags = data.draw(st.lists(st.integers(0, len(case.x)), min_size=1, max_size=6))
    for measure in (
        lambda lags=None: jacobian_norms(case.model, trace, lags=lags),
        lambda lags=None: loss_gradient_norms(case.model, trace, case.d_state[-1], lags=lags),
        lambda lags=None: cell_path_norms(case.model, trace, lags=lags),
    ):
        every, some = measure(), measure(lags=np.array(lags))
        if every is None:
            assert some is None
        else:
            np.testing.assert_allclose(some, every[lags], atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_product_is_advanced_once_a_step(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make(cell, 1, 4, rng=RNG(0))
    trace = model.forward(np.ones((30, 1)))
    steps: list[int] = []
    step_backward = model.step_backward

    def counted(trace: Trace, t: int, d_state: np.ndarray) -> np.ndarray:
        steps.append(t)
        return step_backward(trace, t, d_state)

    monkeypatch.setattr(model, "step_backward", counted)
    jacobian_norms(model, trace)
    assert steps == list(range(30, 0, -1))


def test_the_cell_path_is_the_product_of_forget_gates() -> None:
    model = LSTM(2, 3, rng=RNG(0))
    trace = model.forward(RNG(1).normal(size=(9, 2)))
    expected = [np.log10(trace.forget_gate[9 - k :].prod(axis=0).max()) for k in range(10)]
    np.testing.assert_allclose(cell_path_norms(model, trace), expected, atol=1e-12)


def test_a_cell_path_may_change_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    model = LSTM(1, 2, rng=RNG(0))
    monkeypatch.setattr(model, "cell_path", lambda trace, t: np.array([-0.5, 0.25]))
    path = cell_path_norms(model, model.forward(np.ones((3, 1))))
    np.testing.assert_allclose(path, np.log10([1, 0.5, 0.25, 0.125]), atol=1e-15)


def test_the_carousel_keeps_the_gradient() -> None:
    """In 1997 the cell path is exactly 1, and truncated nothing is added to it on the way back."""
    model = LSTM1997(2, 3, rng=RNG(0))
    trace = model.forward(RNG(1).normal(size=(50, 2)))
    assert (cell_path_norms(model, trace) == 0).all()
    assert (jacobian_norms(model, trace, of="cell", wrt="cell") == 0).all()
    norms = jacobian_norms(model, trace)
    np.testing.assert_allclose(norms[2:], norms[1], atol=1e-14)


def test_a_simple_network_has_no_cell_path() -> None:
    model = ElmanRNN(1, 2, rng=RNG(0))
    assert cell_path_norms(model, model.forward(np.ones((3, 1)))) is None


def test_zero_is_minus_infinity() -> None:
    model = ElmanRNN(1, 2, rng=RNG(0), recurrent_scale=0)
    trace = model.forward(np.ones((3, 1)))
    np.testing.assert_array_equal(jacobian_norms(model, trace), [0, -np.inf, -np.inf, -np.inf])
    loss = loss_gradient_norms(model, trace, np.array([3.0, 4.0]), lags=[0, 2])
    np.testing.assert_allclose(loss, [np.log10(5), -np.inf], atol=1e-15)
    factors = step_factors(model, trace)
    assert (factors.growth == -np.inf).all()
    assert (factors.singular_values == -np.inf).all()


def test_closed_forget_gates_end_the_cell_path() -> None:
    model = LSTM(1, 2, rng=RNG(0), forget_bias=-1000.0)
    path = cell_path_norms(model, model.forward(np.ones((2, 1))))
    np.testing.assert_array_equal(path, [0, -np.inf, -np.inf])


@given(unbatched)
def test_the_growth_of_the_last_steps_adds_up_to_the_norm(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    growth = step_factors(case.model, trace).growth
    assert growth.shape == (len(case.x),)
    norms = jacobian_norms(case.model, trace)
    np.testing.assert_allclose(np.cumsum(growth[::-1]), norms[1:], atol=1e-9)


@given(cases(batch=st.none(), models=recurrent_models))
def test_the_factors_are_those_of_the_model(case: Case) -> None:
    trace = case.model.forward(case.x, case.state)
    factors = step_factors(case.model, trace)
    weights = case.model.parameters.get("recurrent_weights")
    if weights is None:
        assert factors.singular_values.size == 0
    else:
        assert abs(factors.singular_values[0] - log10(np.linalg.norm(weights, 2))) < 1e-9
        assert (np.diff(factors.singular_values) <= 0).all()
    assert list(factors.slopes) == list(case.model.activations)
    for name, squash in case.model.activations.items():
        slope = squash.slope(getattr(trace, name))
        ours = factors.slopes[name]
        np.testing.assert_allclose(10**ours.mean, slope.mean(axis=1))
        np.testing.assert_allclose(10**ours.median, np.median(slope, axis=1))
        np.testing.assert_allclose(10**ours.largest, slope.max(axis=1))
        below = (slope < SATURATED_BELOW * squash.steepest).mean(axis=1)
        np.testing.assert_array_equal(ours.saturated, below)


def test_a_saturated_unit_is_counted() -> None:
    model = ElmanRNN(1, 4, rng=RNG(0), recurrent_scale=0)
    model.parameters["input_weights"][:] = [[0.0], [1.8], [-1.9], [5.0]]
    slopes = step_factors(model, model.forward(np.array([[1.0], [0.0]]))).slopes["hidden"]
    np.testing.assert_array_equal(slopes.saturated, [0.5, 0])  # tanh'(1.8) is 0.103, of 1.9 0.086
    np.testing.assert_array_equal(slopes.largest, [0, 0])


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
        ({"cell": "LSTM 2000", "forget_bias": None}, TypeError, "forget_bias must be a finite"),
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


def measures(model: Any, trace: Any, **options: Any) -> list[Any]:
    return [
        lambda: jacobian_norms(model, trace, **options),
        lambda: loss_gradient_norms(model, trace, np.ones(4), **options),
        lambda: cell_path_norms(model, trace, **options),
    ]


@pytest.mark.parametrize(
    ("lags", "error", "message"),
    [
        ([4], ValueError, "each of lags must be an integer from 0 to 3, got 4"),
        ([-1], ValueError, "each of lags must be an integer from 0 to 3, got -1"),
        ([1.0], TypeError, "each of lags must be an integer from 0 to 3, got 1.0"),
        ([True], TypeError, "each of lags must be an integer from 0 to 3, got True"),
        ([], ValueError, "lags must have at least one lag, got none"),
        (3, TypeError, "lags must be a sequence of integers, got 3"),
        ("12", TypeError, "lags must be a sequence of integers, got '12'"),
    ],
)
def test_bad_lags_are_refused(lags: Any, error: type[Exception], message: str) -> None:
    model = LSTM(1, 2, rng=RNG(0))
    for measure in measures(model, model.forward(np.ones((3, 1))), lags=lags):
        with pytest.raises(error, match=message):
            measure()


def test_a_batch_no_model_and_no_trace_are_refused() -> None:
    model = LSTM(1, 2, rng=RNG(0))
    batch, single = model.forward(np.ones((3, 2, 1))), model.forward(np.ones((3, 1)))
    for measure in (*measures(model, batch), lambda: step_factors(model, batch)):
        with pytest.raises(
            ValueError, match=r"trace must be of one sequence.*got x of shape \(3, 2"
        ):
            measure()
    other = LSTM(1, 3, rng=RNG(0)).forward(np.ones((3, 1)))
    for measure in measures(model, other):
        with pytest.raises(
            ValueError, match=r"trace.state must have shape \(T \+ 1, 4\), got \(4, 6\)"
        ):
            measure()
    for measure in (*measures(None, single), lambda: step_factors(None, single)):  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="model must be a Recurrent, got None"):
            measure()
    for measure in (*measures(model, "trace"), lambda: step_factors(model, "trace")):  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="trace must be a Trace, got 'trace'"):
            measure()


def test_an_unknown_part_and_a_bad_gradient_are_refused() -> None:
    model = LSTM(1, 2, rng=RNG(0))
    trace = model.forward(np.ones((3, 1)))
    with pytest.raises(ValueError, match="of must be one of 'hidden', 'cell', got 'output'"):
        jacobian_norms(model, trace, of="output")
    with pytest.raises(ValueError, match="wrt must be one of 'hidden', 'cell', got 'gate'"):
        jacobian_norms(model, trace, wrt="gate")
    with pytest.raises(TypeError, match="wrt must be one of 'hidden', 'cell', got 1"):
        loss_gradient_norms(model, trace, np.ones(4), wrt=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"d_state must have shape \(4,\), got \(3, 4\)"):
        loss_gradient_norms(model, trace, np.ones((3, 4)))
    with pytest.raises(ValueError, match="d_state must be finite"):
        loss_gradient_norms(model, trace, np.full(4, np.nan))


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
