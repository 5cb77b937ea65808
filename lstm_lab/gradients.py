"""What flows back through time: one definition for every cell.

The state at the end of a sequence depends on the state k steps before it by a product of k step
Jacobians (k is the lag)::

    d state_T / d state_{T-k} = A_T A_{T-1} ... A_{T-k+1},        A_t = d state_t / d state_{t-1}

How fast this product shrinks or grows with k is how fast the gradient vanishes or explodes.
The state is the *full* state, everything that is carried from one step to the next, and A_t is what
`model.step_backward` multiplies by: the arithmetic measured here is the arithmetic that trains.

Every size is a base-10 logarithm, since products of hundreds of factors leave the range of floating
point: the product is brought back to size one after each step and its exponent kept as an integer,
so -700 comes out as -700, an explosion as its size, and -inf means exactly zero.

Sources: S. Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen", diploma thesis, TU
München 1991; Y. Bengio, P. Simard & P. Frasconi, IEEE Transactions on Neural Networks 5(2):157-166,
1994; Hochreiter & Schmidhuber 1997, section 3.1. Chapter 06.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    generator,
    integer_in,
    number_in,
    of_kind,
    one_of,
    positive_integer,
)
from lstm_lab.models import Recurrent, Trace, make
from lstm_lab.models.trace_origin import checked_trace

Lags = Sequence[int] | np.ndarray | None
Seeds = int | Iterable[int]

SATURATED_BELOW = 0.1
"""A unit counts as saturated where its slope is below this share of the steepest slope there is
(for tanh, beyond an output of 0.95)."""


def jacobian_norms(
    model: Recurrent,
    trace: Trace,
    *,
    lags: Lags = None,
    of: str | None = None,
    wrt: str | None = None,
) -> Array:
    """Spectral norm of d state_T / d state_{T-k} at each lag k, as log10.

    The spectral norm is the largest factor by which the product can stretch a vector: no gradient
    that enters at the end arrives k steps earlier with more than this share of its length.
    Chapter 06.

    Args:
        model: any recurrent model.
        trace: its forward pass along one sequence, without batch.
        lags: the lags to measure, each in 0..T; all of them by default. The cost is that of as many
            steps as the largest, and of one norm a lag.
        of: a part of the state, one of `model.parts`, to take its rows only.
        wrt: likewise the columns: the block d of_T / d wrt_{T-k}, by all paths from the one to the
            other, also those through the rest of the state.

    Returns:
        log10 of the norms, in the order of `lags`. Lag 0 gives 0, or -inf between two parts.

    Raises:
        TypeError, ValueError: for an unknown part, a lag out of range, or a trace with batch.
    """
    trace, chosen = _checked(model, trace, lags)
    rows = np.eye(model.state_size)[_part("of", model, of)]
    return _norms_along(model, trace, rows, chosen, _part("wrt", model, wrt))


def loss_gradient_norms(
    model: Recurrent, trace: Trace, d_state: Array, *, lags: Lags = None, wrt: str | None = None
) -> Array:
    """Euclidean norm of dL / d state_{T-k} at each lag k, as log10, for a loss at the end.

    Chapter 06.

    Args:
        model: any recurrent model.
        trace: its forward pass along one sequence, without batch.
        d_state: dL / d state_T, (state_size,).
        lags: as in `jacobian_norms`.
        wrt: a part of the state, to take dL / d wrt_{T-k} alone.

    Returns:
        log10 of the norms, in the order of `lags`.

    Raises:
        TypeError, ValueError: as `jacobian_norms`, and for a d_state of the wrong shape.
    """
    trace, chosen = _checked(model, trace, lags)
    row = finite_array("d_state", d_state, (model.state_size,))[np.newaxis]
    return _norms_along(model, trace, row, chosen, _part("wrt", model, wrt))


def growth(model: Recurrent, trace: Trace, rng: np.random.Generator, *, skip: int) -> Array:
    """The mean log10 factor by which one step multiplies the gradient, far from both ends.

    A random covector is pulled back from the last step and brought to length 1 after each; the mean is over the steps
    T - skip ... skip + 1, so that neither its direction nor the first state matter. Of a long sequence it is log10 e
    times the largest Lyapunov exponent: above 0 the gradient explodes and neighbouring states part, below 0 both
    vanish; at 0 is the edge of chaos. Chapter 06.

    Args:
        model: any recurrent model.
        trace: its forward pass along one sequence, or a batch of them.
        rng: draws the covector.
        skip: steps left out at either end.

    Returns:
        one number a sequence, (batch,), or a single one; -inf if the product is 0.

    Raises:
        TypeError, ValueError: for a trace of another model, or a `skip` that leaves no step.

    Source: G. Benettin, L. Galgani, A. Giorgilli & J.-M. Strelcyn, Meccanica 15:9-30, 1980, for the method.
    """
    trace = checked_trace(of_kind("model", model, Recurrent), trace, Trace)  # type: ignore[type-abstract]
    integer_in("skip", skip, minimum=0, maximum=(trace.steps - 1) // 2)
    row = generator("rng", rng).standard_normal(trace.state.shape[1:])
    row /= np.linalg.norm(row, axis=-1, keepdims=True)
    logs = []
    for t in range(trace.steps, skip, -1):
        row = model.step_backward(trace, t, row)
        length = np.linalg.norm(row, axis=-1, keepdims=True)
        row = row / np.where(length > 0, length, 1.0)
        with np.errstate(divide="ignore"):
            logs.append(np.log10(length[..., 0]))
    mean: Array = np.mean(logs[skip:], axis=0)
    return mean


def cell_path_norms(model: Recurrent, trace: Trace, *, lags: Lags = None) -> Array | None:
    """The path along the memory cell alone, as log10: the largest product over the cells.

    The product of forget gates for the LSTM of 2000, exactly 1 (log10 0) for that of 1997. It
    leaves out every path through gates and recurrent weights, and can lie above or below the norm
    of the full product: it is drawn beside it, not for it. Chapters 07 and 09.

    Returns:
        log10 of the largest product at each of `lags`, or None for a model without a cell.

    Raises:
        TypeError, ValueError: as `jacobian_norms`.
    """
    trace, chosen = _checked(model, trace, lags)
    along = (model.cell_path(trace, t) for t in range(trace.steps, 0, -1))
    factors = [factor for factor in along if factor is not None]
    if not factors:
        return None
    with np.errstate(divide="ignore"):
        steps = np.log10(np.abs([np.ones_like(factors[0]), *factors]))
    return np.cumsum(steps, axis=0).max(axis=-1)[chosen]


@dataclass(frozen=True, eq=False)
class Slopes:
    """The slope f'(net) of one squashing function over the units of a layer, at steps 1..T.

    `mean`, `median` and `largest` are log10, (T,); `saturated` is the share of units, 0 to 1, whose
    slope is below `SATURATED_BELOW` of the steepest there is.
    """

    mean: Array
    median: Array
    largest: Array
    saturated: Array


@dataclass(frozen=True, eq=False)
class Factors:
    """What one step contributes to the product; see `step_factors`."""

    singular_values: Array
    slopes: dict[str, Slopes]
    growth: Array


def step_factors(model: Recurrent, trace: Trace) -> Factors:
    """Take the product apart: weights, slopes, and what each step does to the norm.

    For a simple recurrent network A_t = diag(f'(net_t)) U, so that its norm is at most the largest
    slope times the largest singular value of U (Hochreiter & Schmidhuber 1997, section 3.1).
    Chapter 06.

    Returns:
        `singular_values` of the recurrent weights, log10, largest first (empty without such
        weights); `slopes` for each squashing function in `model.activations`; and `growth`, (T,),
        at index t - 1 the log10 of the factor by which step t changes the norm of the product
        when it joins it: the sum of the last k is the log10 norm at lag k.

    Raises:
        TypeError, ValueError: as `jacobian_norms`.
    """
    norms = jacobian_norms(model, trace)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(np.isneginf(norms[1:]), -np.inf, np.diff(norms))[::-1]
        weights = model.parameters.get("recurrent_weights", np.zeros((0, 0)))
        singular_values = np.log10(np.linalg.svd(weights, compute_uv=False))
        slopes = {}
        for name, activation in model.activations.items():
            slope = activation.slope(getattr(trace, name))
            slopes[name] = Slopes(
                mean=np.log10(slope.mean(axis=-1)),
                median=np.log10(np.median(slope, axis=-1)),
                largest=np.log10(slope.max(axis=-1)),
                saturated=(slope < SATURATED_BELOW * activation.steepest).mean(axis=-1),
            )
    return Factors(singular_values, slopes, growth)


@dataclass(frozen=True, eq=False)
class Band:
    """A quantity over seeds: its median, and the 10th and 90th percentile around it."""

    median: Array
    low: Array
    high: Array


def over_seeds(
    make_model: Callable[[np.random.Generator], Recurrent],
    make_input: Callable[[np.random.Generator], Array],
    seeds: Seeds,
    measure: Callable[[Recurrent, Trace], Array],
) -> Band:
    """Measure on fresh models and inputs, one a seed, and return the band over the seeds.

    Chapter 06.

    Args:
        make_model: called first with `numpy.random.default_rng(seed)`, returns a model.
        make_input: called next with the same generator, returns x.
        seeds: the seeds, or their number (then 0, 1, 2 ...).
        measure: takes a model and its trace along the input to an array, the same shape for
            every seed; `jacobian_norms`, for example. -inf is allowed.

    Raises:
        TypeError, ValueError: for seeds that are no integers of at least 0, or none at all.
    """
    measured = []
    for seed in _seeds(seeds):
        rng = np.random.default_rng(seed)
        model = make_model(rng)
        measured.append(measure(model, model.forward(make_input(rng))))
    return _band(np.stack(measured))


@dataclass(frozen=True, eq=False)
class GradientFlow:
    """The flow of gradient in one kind of cell, untrained; see `gradient_flow`.

    `lags` are the lags measured; `state` is the band of `jacobian_norms` over the full state, and
    `cell_path` that of `cell_path_norms`, None for a network without a cell.
    """

    cell: str
    lags: np.ndarray
    state: Band
    cell_path: Band | None


def gradient_flow(
    cell: str,
    sequence_length: int,
    hidden_size: int = 32,
    *,
    recurrent_scale: float = 1.0,
    input_scale: float = 1.0,
    initialisation: str | None = None,
    forget_bias: float | None = None,
    longest_lag: int | None = None,
    gradient: str | None = None,
    input_size: int = 1,
    seeds: Seeds = 20,
    lags: Lags = None,
) -> GradientFlow:
    """How much gradient an untrained network passes back, by lag, over seeds.

    The state starts at zero and the inputs are standard normal times `input_scale` (0 for no
    input). The input weights are N(0, 1 / input_size), so that what a net input receives from
    outside has standard deviation `input_scale`.

    Args:
        cell: one of `models.CELLS`, or "ReLU RNN".
        sequence_length: the number T of steps.
        hidden_size: hidden units, or memory cells.
        recurrent_scale: spectral radius of the recurrent weights: exact for the RNNs, about so
            for each recurrent matrix of the LSTMs.
        input_scale: standard deviation of the inputs.
        initialisation: of the RNNs alone, how their recurrent weights start: "normal" (the
            default), "orthogonal" or "identity".
        forget_bias: of the "LSTM 2000" alone, the one cell with a forget gate; 1 by default.
        longest_lag: likewise, to draw the biases of its gates for lags up to this one instead.
        gradient: of the "LSTM 1997" alone: "full" (the default), the true derivative as for every
            other cell, or "truncated", what its learning rule uses.
        input_size: number of input lines.
        seeds: as in `over_seeds`.
        lags: as in `jacobian_norms`.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, or one that the cell does
            not have, by its name.

    Chapter 06; for the LSTMs chapters 07 and 09.
    """
    steps = positive_integer("sequence_length", sequence_length)
    positive_integer("input_size", input_size)
    number_in("input_scale", input_scale, minimum=0)
    chosen = _checked_lags(steps, lags)
    given = {
        "initialisation": initialisation,
        "forget_bias": forget_bias,
        "longest_lag": longest_lag,
        "gradient": gradient,
    }
    options = {name: value for name, value in given.items() if value is not None}
    if cell == "LSTM 1997":
        options.setdefault("gradient", "full")

    def measure(model: Recurrent, trace: Trace) -> Array:
        path = cell_path_norms(model, trace, lags=chosen)
        full = jacobian_norms(model, trace, lags=chosen)
        return full[np.newaxis] if path is None else np.stack([full, path])

    band = over_seeds(
        lambda rng: make(
            cell, input_size, hidden_size, rng=rng, recurrent_scale=recurrent_scale, **options
        ),
        lambda rng: input_scale * rng.standard_normal((steps, input_size)),
        seeds,
        measure,
    )
    bands = [Band(*row) for row in zip(band.median, band.low, band.high, strict=True)]
    return GradientFlow(cell, chosen, bands[0], bands[1] if len(bands) > 1 else None)


def _pulled_back(model: Recurrent, trace: Trace, rows: Array) -> Iterator[tuple[Array, int]]:
    """`rows` times d state_T / d state_{T-k} for k = 0..T, each as (array, power of two)."""
    exponent = 0
    for t in range(trace.steps, 0, -1):
        yield rows, exponent
        rows, shift = _scaled(model.step_backward(trace, t, rows))
        exponent += shift
    yield rows, exponent


def _scaled(rows: Array) -> tuple[Array, int]:
    """`rows` with its largest entry brought to [1/2, 1) by a power of two, and that power.

    In two halves, because 2**1074, which the smallest float needs, is no float itself.
    """
    shift = math.frexp(np.abs(rows).max())[1]
    half = shift // 2
    return rows * 2.0**-half * 2.0 ** (half - shift), shift


def _norms_along(
    model: Recurrent, trace: Trace, rows: Array, lags: np.ndarray, columns: slice
) -> Array:
    """log10 of the spectral norms of `rows` times the product, at `lags` and in `columns`.

    By the largest eigenvalue of the smaller Gram matrix, of blocks scaled to size one: squaring
    costs the small singular values their accuracy, but not the largest.
    """
    measured, where = np.unique(lags, return_inverse=True)
    grams, exponents = [], []
    for lag, (product, exponent) in enumerate(_pulled_back(model, trace, rows)):
        if lag in measured:
            block, shift = _scaled(product[:, columns])
            grams.append(block @ block.T if len(block) <= block.shape[1] else block.T @ block)
            exponents.append(exponent + shift)
        if lag == measured[-1]:  # no need to go further back
            break
    squared = np.linalg.eigvalsh(np.stack(grams))[:, -1]
    with np.errstate(divide="ignore"):
        return (np.log10(squared) / 2 + np.array(exponents) * np.log10(2.0))[where]


def _checked(model: object, trace: object, lags: Lags) -> tuple[Trace, np.ndarray]:
    """Check the arguments that all measures share; without lags, all that the trace has."""
    model = of_kind("model", model, Recurrent)  # type: ignore[type-abstract]
    trace = checked_trace(model, trace, Trace)
    if trace.state.ndim != 2:
        raise ValueError(
            f"trace must be of one sequence, with x of shape (T, input_size), "
            f"got x of shape {trace.x.shape}"
        )
    return trace, _checked_lags(trace.steps, lags)


def _part(name: str, model: Recurrent, part: str | None) -> slice:
    """The slice of a named part of the state, the whole of it for None."""
    return slice(None) if part is None else model.parts[one_of(name, part, model.parts)]


def _checked_lags(steps: int, lags: Lags) -> np.ndarray:
    """The lags as an array, each in 0..steps; all of these by default."""
    if lags is None:
        return np.arange(steps + 1)
    if isinstance(lags, str) or not isinstance(lags, Iterable):
        raise TypeError(f"lags must be a sequence of integers, got {lags!r}")
    checked = [integer_in("each of lags", lag, minimum=0, maximum=steps) for lag in lags]
    if not checked:
        raise ValueError("lags must have at least one lag, got none")
    return np.array(checked)


def _seeds(seeds: Seeds) -> list[int]:
    """The seeds as a list; a number stands for as many, from 0 on."""
    if not isinstance(seeds, Iterable) or isinstance(seeds, str):
        return list(range(positive_integer("seeds", seeds)))
    checked = [integer_in("each of seeds", seed, minimum=0) for seed in seeds]
    if not checked:
        raise ValueError("seeds must have at least one seed, got none")
    return checked


def _band(measured: Array) -> Band:
    """The band over the first axis, that of the seeds."""
    return Band(*(_quantile(np.sort(measured, axis=0), q) for q in (0.5, 0.1, 0.9)))


def _quantile(ordered: Array, q: float) -> Array:
    """Linear interpolation between order statistics, as `numpy.quantile`, with -inf allowed."""
    position = q * (len(ordered) - 1)
    below, share = int(position), position % 1
    low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    with np.errstate(invalid="ignore"):
        return np.where(np.isneginf(low) & (share < 1), -np.inf, low + share * (high - low))
