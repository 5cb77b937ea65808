"""Long Short-Term Memory as it was published: the memory cell blocks of 1997.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997. Chapter 07.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, one_of, positive_integer, true_or_false
from lstm_lab.models.activations import LOGISTIC, activation, ignore_overflow, sigma
from lstm_lab.models.parameters import Bias, initial_bias, over_examples
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    backpropagate_through_time,
    begin,
    cotangent,
    draw_weights,
    slices,
    step_of,
)
from lstm_lab.models.trace_origin import checked_trace


@dataclass(frozen=True, eq=False)
class LSTM1997Trace(Trace):
    """The activations of an LSTM1997 at steps 1..T, time first, beside `x` and `state`.

    `cell_input` g(a_c) and `squashed_cell` h(c) are (T, [batch,] hidden_size); `input_gate` and
    `output_gate` are (T, [batch,] blocks), the latter all ones in a net without output gates.
    """

    cell_input: Array
    squashed_cell: Array
    input_gate: Array
    output_gate: Array

    def at(self, t: int) -> tuple[Array, Array, Array, Array]:
        """g(a_c), h(c), i and o, the activations of step t = 1..T, by block.

        The first two are ([batch,] blocks, block_size), the gates ([batch,] blocks, 1).
        """
        row = t - 1
        i, o = self.input_gate[row, ..., np.newaxis], self.output_gate[row, ..., np.newaxis]
        by_block = (*i.shape[:-1], -1)
        return (
            self.cell_input[row].reshape(by_block),
            self.squashed_cell[row].reshape(by_block),
            i,
            o,
        )


class LSTM1997:
    r"""The memory cell blocks of 1997: input and output gates, no forget gate.

    With z_t = (h_t, i_t, o_t), the hidden layer, in which the gates take part too, and sigma the
    logistic function::

        a_t = W x_t + U z_{t-1} + b                for the cells, input gates, output gates
        i_t = sigma(a^i_t)         o_t = sigma(a^o_t)
        c_t = c_{t-1} + i_t g(a^c_t)               the constant error carousel
        h_t = o_t h(c_t)

    The paper writes s_c for c, y_c for h_t, y_in and y_out for the gates and net for a. The cells
    of a block share its two gates; cell v of block j has index j * block_size + v. One step is the
    paper's three stages (section 5): gates and cells see the current input and the previous hidden
    layer, an output layer sees the current h_t.

    The state has the parts `cell` c and `output` h, hidden_size each, `input_gate` and
    `output_gate`, one value a block. Its last H = hidden_size + 2 blocks entries are z_t, and the
    rows of the weights are in the same order: cells, input gates, output gates.

    Parameters, by name and shape: `input_weights` W (H, input_size), `recurrent_weights` U (H, H),
    `cell_bias` (hidden_size,), `input_gate_bias` (blocks,), `output_gate_bias` (blocks,). So there
    are H (input_size + H) weights, as the paper counts them, and the biases that were asked for.

    Args:
        input_size: length of one input vector.
        hidden_size: number of memory cells.
        block_size: cells in a block; hidden_size must be a multiple of it.
        rng: draws the initial weights.
        gradient: "truncated", the paper's: errors that arrive at the net inputs of cells and gates
            change their incoming weights but go no further back, so that state_{t-1} receives
            error through the self-loop of the cell only (appendix A.1.2). "full" leaves no path
            out.
        g, h: names in `activations.ACTIVATIONS`. Experiments 2a and 2b have "logistic" and
            "identity".
        output_gate: False leaves the output gates out, h_t = h(c_t) (experiments 2a, 2b).
        recurrent: False leaves U out, so that only the carousel recurs (experiments 2a, 2b).
        cell_bias, input_gate_bias, output_gate_bias: the initial biases: a number, one number a
            block, "random" (uniform in [-uniform, uniform]), or None for no bias at all.
        recurrent_scale: U is N(0, recurrent_scale^2 / H), so its spectral radius is about
            recurrent_scale.
        input_weight_scale: W is N(0, input_weight_scale^2 / input_size).
        uniform: if given, W and U are drawn uniformly from [-uniform, uniform] instead.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: Hochreiter & Schmidhuber 1997, section 4 and appendix A.1. Chapter 07.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        block_size: int = 1,
        gradient: str = "truncated",
        g: str = "logistic [-2, 2]",
        h: str = "logistic [-1, 1]",
        output_gate: bool = True,
        recurrent: bool = True,
        cell_bias: Bias = 0.0,
        input_gate_bias: Bias = 0.0,
        output_gate_bias: Bias = 0.0,
        recurrent_scale: float = 1.0,
        input_weight_scale: float = 1.0,
        uniform: float | None = None,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.hidden_size = cells = positive_integer("hidden_size", hidden_size)
        self.block_size = positive_integer("block_size", block_size)
        if cells % self.block_size:
            raise ValueError(
                f"hidden_size must be a multiple of block_size {block_size}, got {hidden_size}"
            )
        self.blocks = cells // self.block_size
        self.gradient = one_of("gradient", gradient, ("truncated", "full"))
        self.g, self.h = activation("g", g), activation("h", h)
        self.output_gate = true_or_false("output_gate", output_gate)
        self.recurrent = true_or_false("recurrent", recurrent)

        gates = {"input_gate": self.blocks}
        if self.output_gate:
            gates["output_gate"] = self.blocks
        self.parts = slices({"cell": cells, "output": cells, **gates})
        self.units = cells + sum(gates.values())
        self.state_size = cells + self.units
        self.activations = {
            "cell_input": self.g,
            "squashed_cell": self.h,
            **dict.fromkeys(gates, LOGISTIC),
        }

        W, U = draw_weights(
            rng,
            self.units,
            self.input_size,
            self.units,
            input_weight_scale=input_weight_scale,
            recurrent_scale=recurrent_scale,
            uniform=uniform,
        )
        self.parameters = {"input_weights": W}
        if self.recurrent:
            self.parameters["recurrent_weights"] = U
        biases = {
            "cell_bias": (cell_bias, cells),
            "input_gate_bias": (input_gate_bias, self.blocks),
        }
        if self.output_gate:
            biases["output_gate_bias"] = (output_gate_bias, self.blocks)
        for name, (bias, size) in biases.items():
            if bias is not None:
                self.parameters[name] = initial_bias(
                    name, bias, size, rng, uniform, groups=self.blocks
                )

    def _weights(self) -> tuple[Array, Array, Array]:
        """W, U and b, with zeros for what this net does without."""
        cells, blocks = self.hidden_size, self.blocks
        named = {
            "recurrent_weights": np.zeros((self.units, self.units)),
            "cell_bias": np.zeros(cells),
            "input_gate_bias": np.zeros(blocks),
            "output_gate_bias": np.zeros(self.units - cells - blocks),
            **self.parameters,
        }
        b = [named[name] for name in ("cell_bias", "input_gate_bias", "output_gate_bias")]
        return named["input_weights"], named["recurrent_weights"], np.concatenate(b)

    def _by_block(self, cells: Array) -> Array:
        """(..., hidden_size) as (..., blocks, block_size), so that a gate (..., blocks, 1) meets its cells."""
        return cells.reshape(*cells.shape[:-1], self.blocks, self.block_size)

    def _split(self, units: Array) -> tuple[Array, Array, Array]:
        """The cells, input gates and output gates of (..., H), by block.

        H is in the order of z_t and of the rows of the weights; a net without output gates has none
        in it. What comes are views: what is written into them is written into `units`.
        """
        n, blocks = self.hidden_size, self.blocks
        cells, i, o = units[..., :n], units[..., n : n + blocks], units[..., n + blocks :]
        return self._by_block(cells), i[..., np.newaxis], o[..., np.newaxis]

    @ignore_overflow
    def forward(self, x: Array, state: Array | None = None) -> LSTM1997Trace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, state = begin(self, x, state)
        W, U, b = self._weights()
        c = self._by_block(state[..., self.parts["cell"]])
        z = state[..., self.hidden_size :]
        h, i, o = self._split(z)  # what is assigned to these stands in z, and so in the state
        if not self.output_gate:
            o = np.ones(i.shape)
        g_a, h_c = np.empty(c.shape), np.empty(c.shape)
        for t, x_t in enumerate(x, start=1):
            a_c, a_i, a_o = self._split(x_t @ W.T + z[t - 1] @ U.T + b)  # eq-07-gates
            i[t] = sigma(a_i)
            if self.output_gate:
                o[t] = sigma(a_o)
            g_a[t] = self.g.value(a_c)
            c[t] = c[t - 1] + i[t] * g_a[t]  # eq-07-cell
            h_c[t] = self.h.value(c[t])
            h[t] = o[t] * h_c[t]
        cells = (*state.shape[:-1], self.hidden_size)
        return LSTM1997Trace(
            x,
            state,
            cell_input=g_a.reshape(cells)[1:],
            squashed_cell=h_c.reshape(cells)[1:],
            input_gate=i[1:, ..., 0],
            output_gate=o[1:, ..., 0],
            model=self,
        )

    def _step_backward(self, trace: LSTM1997Trace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From dL/d(c_t, z_t) to dL/da_t, in the order of the rows of the weights, and to t - 1.

        eq-07-cell and eq-07-gates from the last line to the first, by the chain rule: the errors of
        the paper's appendix A.1, one step at a time. The sums over time that the paper carries
        forward (eq-07-eligibility) are made by `backpropagate_through_time`.
        """
        g_a, h_c, i, o = trace.at(t)
        d_c = self._by_block(d_state[..., self.parts["cell"]])
        d_h, d_i, d_o = self._split(d_state[..., self.hidden_size :])

        d_c = d_c + d_h * (o * self.h.slope(h_c))  # h_t = o_t h(c_t)
        d_i = d_i + _over_block(d_c, g_a)  # c_t = c_{t-1} + i_t g(a^c_t)
        d_a_c = d_c * (i * self.g.slope(g_a))
        d_a_i = d_i * (i * (1 - i))
        d_a_o = d_o  # of none, in a net without output gates
        if self.output_gate:
            d_o = d_o + _over_block(d_h, h_c)
            d_a_o = d_o * (o * (1 - o))
        d_a = np.concatenate([_flat(d_a_c), d_a_i[..., 0], d_a_o[..., 0]], axis=-1)

        if self.gradient == "full" and self.recurrent:
            d_z = d_a @ self.parameters["recurrent_weights"]
        else:  # eq-07-truncation: what arrives at a net input goes no further back
            d_z = np.zeros(d_a.shape)
        return d_a, np.concatenate([_flat(d_c), d_z], axis=-1)

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times d state_t / d state_{t-1}, truncated or full. See `Recurrent`."""
        trace = checked_trace(self, trace, LSTM1997Trace)
        return self._step_backward(trace, *cotangent(trace, t, d_state))[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        trace = checked_trace(self, trace, LSTM1997Trace)
        d_a, d_states = backpropagate_through_time(self._step_backward, trace, d_state)
        n, blocks = self.hidden_size, self.blocks
        z, d_bias = trace.state[..., n:], over_examples(d_a)
        every = {
            "input_weights": over_examples(d_a, trace.x),
            "recurrent_weights": over_examples(d_a, z[:-1]),
            "cell_bias": d_bias[:n],
            "input_gate_bias": d_bias[n : n + blocks],
            "output_gate_bias": d_bias[n + blocks :],
        }
        return Grads(
            parameters={name: every[name] for name in self.parameters},
            x=d_a @ self.parameters["input_weights"],
            state=d_states,
        )

    def cell_path(self, trace: Trace, t: int) -> Array:
        """Ones, ([batch,] hidden_size): the carousel's self-weight is exactly 1."""
        trace = checked_trace(self, trace, LSTM1997Trace)
        return np.ones_like(trace.cell_input[step_of(trace, t) - 1])


def _flat(cells: Array) -> Array:
    """(..., blocks, block_size) as (..., hidden_size) again."""
    return cells.reshape(*cells.shape[:-2], -1)


def _over_block(d: Array, cells: Array) -> Array:
    """What a gate receives from the cells of its block that it multiplies: the sum of d times cell."""
    return np.einsum("...bv,...bv->...b", d, cells)[..., np.newaxis]
