"""Hypothesis strategies, and the comparisons that go with them.

Shapes, options and seeds are drawn by Hypothesis, which shrinks them; the numbers in the arrays
come from NumPy's generator under a drawn seed, so that they are generic (no accidental zeros).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from lstm_lab.models import (
    ACTIVATIONS,
    GRU,
    LSTM,
    LSTM1997,
    MLP,
    ElmanRNN,
    Readout,
    Recurrent,
    VariantLSTM,
)

Array = np.ndarray
Gated = TypeVar("Gated", LSTM, GRU)

seeds = st.integers(0, 2**32 - 1)
generators = seeds.map(np.random.default_rng)
sizes = st.integers(1, 4)
batches = st.none() | st.integers(1, 3)
scales = st.floats(0.2, 2.0)
squashings = st.sampled_from(["tanh", "logistic"])
either_gradient = st.sampled_from(["truncated", "full"])
short = st.integers(1, 12)


@st.composite
def elman_rnns(draw: st.DrawFn, activation: st.SearchStrategy[str] = squashings) -> ElmanRNN:
    """A simple recurrent network with random weights, biases included."""
    rng = draw(generators)
    model = ElmanRNN(
        draw(sizes),
        draw(sizes),
        rng=rng,
        activation=draw(activation),
        recurrent_scale=draw(scales),
        input_weight_scale=draw(scales),
    )
    return with_random_biases(model, rng)


@st.composite
def gated(draw: st.DrawFn, kind: type[Gated]) -> Gated:
    """A net of a kind that needs no options of its own, with random weights, biases included."""
    rng = draw(generators)
    model = kind(
        draw(sizes),
        draw(sizes),
        rng=rng,
        recurrent_scale=draw(scales),
        input_weight_scale=draw(scales),
    )
    return with_random_biases(model, rng)


def lstms() -> st.SearchStrategy[LSTM]:
    """An LSTM with forget gates."""
    return gated(LSTM)


@st.composite
def lstm1997s(draw: st.DrawFn, gradient: st.SearchStrategy[str] = either_gradient) -> LSTM1997:
    """A net of 1997 with any of its options, random weights and biases."""
    rng = draw(generators)
    block_size = draw(st.integers(1, 3))
    biases = {
        name: draw(st.sampled_from([None, 0.0]))
        for name in ("cell_bias", "input_gate_bias", "output_gate_bias")
    }
    model = LSTM1997(
        draw(sizes),
        block_size * draw(st.integers(1, 3)),
        block_size=block_size,
        rng=rng,
        gradient=draw(gradient),
        g=draw(st.sampled_from(sorted(ACTIVATIONS))),
        h=draw(st.sampled_from(sorted(ACTIVATIONS))),
        output_gate=draw(st.booleans()),
        recurrent=draw(st.booleans()),
        recurrent_scale=draw(scales),
        input_weight_scale=draw(scales),
        **biases,
    )
    return with_random_biases(model, rng)


@st.composite
def variants(draw: st.DrawFn) -> VariantLSTM:
    """An LSTM with any of its parts changed, biases and peepholes random."""
    rng = draw(generators)
    model = VariantLSTM(
        draw(sizes),
        draw(sizes),
        rng=rng,
        forget=draw(st.sampled_from(["gate", "none", "coupled"])),
        input_gate=draw(st.booleans()),
        output_gate=draw(st.booleans()),
        squash=draw(st.booleans()),
        peepholes=draw(st.booleans()),
        recurrent_scale=draw(scales),
        input_weight_scale=draw(scales),
    )
    for name in {"peepholes"} & set(model.parameters):
        model.parameters[name][...] = rng.normal(size=model.parameters[name].shape)
    return with_random_biases(model, rng)


def grus() -> st.SearchStrategy[GRU]:
    """A GRU."""
    return gated(GRU)


@st.composite
def mlps(draw: st.DrawFn) -> MLP:
    """A multi-layer perceptron of one to three layers of weights."""
    rng = draw(generators)
    model = MLP(
        draw(st.lists(sizes, min_size=2, max_size=4)),
        rng=rng,
        activation=draw(squashings),
        output_activation=draw(st.sampled_from([None, "tanh", "logistic", "identity"])),
    )
    return with_random_biases(model, rng)


@st.composite
def readouts(draw: st.DrawFn) -> Readout:
    """An output layer with any of its losses."""
    rng = draw(generators)
    kind, loss = draw(
        st.sampled_from(
            [
                ("linear", "half squared error"),
                ("logistic", "half squared error"),
                ("logistic", "cross entropy"),
                ("softmax", "cross entropy"),
            ]
        )
    )
    bias = draw(st.sampled_from([None, 0.0]))
    model = Readout(draw(sizes), draw(sizes), rng=rng, kind=kind, loss=loss, bias=bias)
    return with_random_biases(model, rng)


recurrent_models = elman_rnns() | lstms() | variants() | grus() | lstm1997s()
differentiable_models = elman_rnns() | lstms() | variants() | grus() | lstm1997s(st.just("full"))
"""The recurrent models whose `backward` is the true derivative."""


@dataclass(frozen=True)
class Case:
    """A recurrent model with an input, an initial state and a gradient to inject."""

    model: Any
    x: Array
    state: Array
    d_state: Array


@st.composite
def cases(
    draw: st.DrawFn,
    models: st.SearchStrategy[Recurrent] = recurrent_models,
    steps: st.SearchStrategy[int] = short,
    batch: st.SearchStrategy[int | None] = batches,
) -> Case:
    """A recurrent model and what its `forward` and `backward` take."""
    model, length, lanes, rng = draw(models), draw(steps), draw(batch), draw(generators)
    middle = () if lanes is None else (lanes,)
    return Case(
        model=model,
        x=rng.normal(size=(length, *middle, model.input_size)),
        state=rng.normal(size=(*middle, model.state_size)),
        d_state=rng.normal(size=(length, *middle, model.state_size)),
    )


def with_random_biases(model: Any, rng: np.random.Generator) -> Any:
    """The same model, its biases drawn from N(0, 1) in place."""
    for name, bias in model.parameters.items():
        if "bias" in name:
            bias[...] = rng.normal(size=bias.shape)
    return model


def assert_close(ours: Any, theirs: Any, relative: float, name: str = "array") -> None:
    """Equal shapes, and nowhere further apart than `relative` times the largest entry.

    Relative to the array and not to each entry: an entry that is a small difference of large ones
    carries their rounding error in both computations.
    """
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, f"{name}: shape {ours.shape}, expected {theirs.shape}"
    if theirs.size == 0:
        return
    apart = np.abs(ours - theirs).max()
    allowed = relative * np.abs(theirs).max() + 1e-14
    assert apart <= allowed, f"{name}: {apart:.3g} apart, allowed {allowed:.3g}"
