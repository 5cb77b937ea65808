"""The one shape that every recurrent model has.

A recurrent model carries a state from one step to the next, state_t = F(state_{t-1}, x_t; W), and
whatever the cell, the same three operations serve: `forward` runs F along a sequence,
`step_backward` is the transposed Jacobian of one F, and `backward` chains these from the last step
to the first (backpropagation through time; chapter 05). Training and measurement share
`step_backward`, so that what is measured in chapter 06 is what trains in chapter 05.

Steps are numbered t = 1..T, and state_0 is what a sequence starts from. So `trace.state[t]` is the
state of step t, and `trace.x[t - 1]` its input, as for every other activation in a trace, which has
none of step 0. Inside a model nothing is shifted: a forward pass allocates its gates with an index 0
that is never used, and a backward pass takes them from `trace.at(t)`, so that in both every letter
counts from the same t as in the equations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from lstm_lab._validate import Array, finite_array, generator, integer_in, number_in
from lstm_lab.models.activations import Activation
from lstm_lab.models.parameters import draw_matrix, over_examples


@dataclass(frozen=True, eq=False)
class Trace:
    """What a forward pass leaves behind, time first; a model's own trace adds its activations.

    `x` is (T, [batch,] input_size); `state` is (T + 1, [batch,] state_size), `state[0]` being the
    initial state. `model` is the model whose forward pass it was, the only one that can take it back.
    """

    x: Array
    state: Array
    model: Recurrent = field(kw_only=True, repr=False)

    @property
    def steps(self) -> int:
        """The length T of the sequence."""
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Grads:
    """The gradient of a loss L, in the shapes of what it is taken of.

    `parameters` has the keys and shapes of `model.parameters` (summed over steps and batch); `x`
    is dL/dx, (T, [batch,] input_size); `state` is the total derivative dL/dstate_t through every
    path, (T + 1, [batch,] state_size).
    """

    parameters: dict[str, Array]
    x: Array
    state: Array


@runtime_checkable
class Recurrent(Protocol):
    """What `gradients`, `training`, `twins` and the figures ask of a recurrent model.

    Attributes:
        input_size: length of one input vector.
        hidden_size: number of hidden units (of memory cells, in the LSTMs).
        state_size: length of the full state carried from one step to the next.
        parts: names the slices of the state, for example {"hidden": ..., "cell": ...}.
        parameters: the weights, by name; an optimiser changes these arrays in place.
        activations: the squashing function behind each activation in the trace, by field name.
    """

    input_size: int
    hidden_size: int
    state_size: int
    parts: dict[str, slice]
    parameters: dict[str, Array]
    activations: dict[str, Activation]

    def forward(self, x: Array, state: Array | None = None) -> Trace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        ...

    def backward(self, trace: Any, d_state: Array) -> Grads:
        """Backpropagate through time.

        `d_state` is (T, [batch,] state_size): at index t - 1, the gradient that the loss injects
        into state_t directly (from an output layer, say), not by way of later states.
        """
        ...

    def step_backward(self, trace: Any, t: int, d_state: Array) -> Array:
        """The vector-Jacobian product of one step, d_state times d state_t / d state_{t-1}.

        `t` is 1..T. `d_state` is ([batch,] state_size); any leading axes are kept, so that for a
        trace without batch a stack (k, state_size) pulls k covectors back at once, and the
        identity gives the Jacobian itself.
        """
        ...

    def cell_path(self, trace: Any, t: int) -> Array | None:
        """The diagonal of d cell_t / d cell_{t-1} along the cell alone; None without a cell."""
        ...


def slices(sizes: dict[str, int]) -> dict[str, slice]:
    """Slices of these lengths, one behind the other, by their names: the parts of a state."""
    ends = np.cumsum(list(sizes.values())).tolist()
    return {
        name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)
    }


def begin(model: Recurrent, x: object, state: object) -> tuple[Array, Array]:
    """Check the arguments of `forward`; return x and the state array with state[0] filled in."""
    x = finite_array("x", x, ("T", model.input_size), ("T", "batch", model.input_size))
    states = np.zeros((len(x) + 1, *x.shape[1:-1], model.state_size))
    if state is not None:
        states[0] = finite_array("state", state, states.shape[1:])
    return x, states


def step_of(trace: Trace, t: object) -> int:
    """Check the number of a step, 1..T."""
    return integer_in("t", t, minimum=1, maximum=trace.steps)


def cotangent(trace: Trace, t: object, d_state: object) -> tuple[int, Array]:
    """Check the arguments of `step_backward`."""
    step = step_of(trace, t)
    d_state = finite_array("d_state", d_state)
    shape = trace.state.shape[1:]
    if d_state.shape[-len(shape) :] != shape:
        expected = ", ".join(map(str, shape))
        raise ValueError(f"d_state must have shape (..., {expected}), got {d_state.shape}")
    return step, d_state


def backpropagate_through_time(
    step: Callable[[Any, int, Array], tuple[Array, Array]], trace: Trace, d_state: object
) -> tuple[Array, Array]:
    """The loop of backpropagation through time, the same for every cell.

    `step(trace, t, d)` takes d = dL/dstate_t to the pair (dL/da_t, d times d state_t/d
    state_{t-1}), a being the net inputs. Returns all dL/da_t, (T, ...), and all dL/dstate_t,
    (T + 1, ...).
    """
    injected = finite_array("d_state", d_state, trace.state[1:].shape)
    total = np.concatenate([np.zeros_like(trace.state[:1]), injected])
    d_a = []
    for t in range(trace.steps, 0, -1):
        d_a_t, d_previous = step(trace, t, total[t])
        total[t - 1] += d_previous  # eq-05-meet: to what was injected comes what later steps send
        d_a.append(d_a_t)
    return np.stack(d_a[::-1]), total


def draw_weights(
    rng: object,
    units: int,
    input_size: int,
    hidden_size: int,
    *,
    input_weight_scale: object,
    recurrent_scale: object,
    uniform: float | None,
) -> tuple[Array, Array]:
    """Initial W, (units, input_size), and U, (units, hidden_size), drawn in this order.

    As `draw_matrix` does, so that a square block of U has a spectral radius of about
    `recurrent_scale`.
    """
    rng = generator("rng", rng)
    input_scale = number_in("input_weight_scale", input_weight_scale, minimum=0)
    hidden_scale = number_in("recurrent_scale", recurrent_scale, minimum=0)
    W = draw_matrix(rng, (units, input_size), input_scale, uniform)
    return W, draw_matrix(rng, (units, hidden_size), hidden_scale, uniform)


def weights(model: Recurrent) -> tuple[Array, Array, Array]:
    """W, U and b of a model that has just these three parameters."""
    named = model.parameters
    return named["input_weights"], named["recurrent_weights"], named["bias"]


def grads(model: Recurrent, trace: Trace, hidden: slice, d_a: Array, d_states: Array) -> Grads:
    """The gradients of W, U and b, where a_t = W x_t + U h_{t-1} + b and h is the part `hidden`.

    From dL/da_t, (T, [batch,] units), and dL/dstate_t, (T + 1, [batch,] state_size).
    """
    h = trace.state[..., hidden]
    return Grads(
        parameters={  # eq-05-sums
            "input_weights": over_examples(d_a, trace.x),
            "recurrent_weights": over_examples(
                d_a, h[:-1]
            ),  # d_a[t - 1] is of step t, h[t - 1] of the one before
            "bias": over_examples(d_a),
        },
        x=d_a @ model.parameters["input_weights"],
        state=d_states,
    )
