"""The norms are those of the products of autograd's Jacobians."""

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
    growth,
    jacobian_norms,
    loss_gradient_norms,
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
            ValueError, match=r"trace must be of a forward pass of this LSTM .*hidden_size 3\)"
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


# --- Growth a step ---------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.floats(0.3, 2.0), st.integers(0, 3))
@settings(max_examples=25)
def test_the_growth_of_an_orthogonal_network_at_rest_is_its_radius(
    seed: int, size: int, radius: float, skip: int
) -> None:
    rng = np.random.default_rng(seed)
    model = ElmanRNN(1, size, rng=rng, recurrent_scale=radius, initialisation="orthogonal")
    rate = growth(model, model.forward(np.zeros((9, 1))), rng, skip=skip)
    assert rate == pytest.approx(np.log10(radius), abs=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_the_growth_is_the_slope_of_the_norms_far_back(cell: str) -> None:
    """And that of a batch is that of its sequences."""
    rng = np.random.default_rng(4)
    options = {"gradient": "full"} if cell == "LSTM 1997" else {}
    model = make(cell, 1, 6, rng=rng, recurrent_scale=1.2, **options)
    x = rng.standard_normal((400, 3, 1))
    rates = growth(model, model.forward(x), np.random.default_rng(1), skip=50)
    for rate, one in zip(rates, np.moveaxis(x, 1, 0), strict=True):
        norms = jacobian_norms(model, model.forward(one), lags=[50, 350])
        assert rate == pytest.approx((norms[1] - norms[0]) / 300, abs=0.01)


def test_no_gradient_has_no_growth_and_a_skip_that_leaves_nothing_is_refused() -> None:
    model = ElmanRNN(1, 2, rng=np.random.default_rng(0), recurrent_scale=0)
    trace = model.forward(np.ones((5, 1)))
    assert growth(model, trace, np.random.default_rng(0), skip=0) == -np.inf
    with pytest.raises(ValueError, match="skip must be an integer from 0 to 2, got 3"):
        growth(model, trace, np.random.default_rng(0), skip=3)
    with pytest.raises(TypeError, match="rng must be"):
        growth(model, trace, 7, skip=0)  # type: ignore[arg-type]
