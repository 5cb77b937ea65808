"""Long Short-Term Memory as it was published: the memory cell blocks of 1997.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997. Chapter 07.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, of_kind, one_of, positive_integer, true_or_false
from lstm_lab.models.activations import LOGISTIC, activation, logistic
from lstm_lab.models.parameters import Bias, initial_bias, over_examples
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    begin,
    cotangent,
    draw_weights,
    slices,
    step_of,
    through_time,
)


@dataclass(frozen=True, eq=False)
class LSTM1997Trace(Trace):
    """The activations of an LSTM1997 at steps 1..T, time first, beside `x` and `state`.

    `cell_input` g(net_c) and `squashed_cell` h(s_c) are (T, [batch,] hidden_size); `input_gate` and
    `output_gate` are (T, [batch,] blocks), the latter all ones in a net without output gates.
    """

    cell_input: Array
    squashed_cell: Array
    input_gate: Array
    output_gate: Array


class LSTM1997:
    r"""The memory cell blocks of 1997: input and output gates, no forget gate.

    With y(t) = (y_c(t), y_in(t), y_out(t)), the hidden layer, in which the gates take part too::

        net(t)   = W x(t) + U y(t-1) + b                for the cells, input gates, output gates
        y_in(t)  = f(net_in(t))         y_out(t) = f(net_out(t))
        s_c(t)   = s_c(t-1) + y_in(t) g(net_c(t))       the constant error carousel
        y_c(t)   = y_out(t) h(s_c(t))

    f is the logistic function. The cells of a block share its two gates; cell v of block j has
    index j * block_size + v. One step is the paper's three stages (section 5): gates and cells see
    the current input and the previous hidden layer, an output layer sees the current `y_c`.

    The state has the parts `cell` s_c and `output` y_c, hidden_size each, `input_gate` and
    `output_gate`, one value a block. Its last H = hidden_size + 2 blocks entries are y(t), and the
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
        output_gate: False leaves the output gates out, y_c = h(s_c) (experiments 2a, 2b).
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
        self._members = np.kron(np.eye(self.blocks), np.ones((self.block_size, 1)))

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

    def _spread(self, gates: Array) -> Array:
        """Give each cell the value of its block."""
        return gates @ self._members.T

    def _gather(self, cells: Array) -> Array:
        """Give each block the sum over its cells: the transpose of `_spread`."""
        return cells @ self._members

    def forward(self, x: Array, state: Array | None = None) -> LSTM1997Trace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, states = begin(self, x, state)
        W, U, b = self._weights()
        cells = self.hidden_size
        s, y_c = states[..., self.parts["cell"]], states[..., self.parts["output"]]
        y, gates = states[..., cells:], states[..., 2 * cells :]
        y_in, y_out = self._gates(states)
        g_net, h_s = np.empty_like(s[1:]), np.empty_like(s[1:])
        for t in range(1, len(x) + 1):
            net = x[t - 1] @ W.T + y[t - 1] @ U.T + b
            gates[t] = logistic(net[..., cells:])
            g_net[t - 1] = self.g.value(net[..., :cells])
            s[t] = s[t - 1] + self._spread(y_in[t]) * g_net[t - 1]
            h_s[t - 1] = self.h.value(s[t])
            y_c[t] = self._spread(y_out[t]) * h_s[t - 1]
        return LSTM1997Trace(x, states, g_net, h_s, y_in[1:], y_out[1:])

    def _gates(self, states: Array) -> tuple[Array, Array]:
        """y_in and y_out as views of the states; y_out = 1 in a net without output gates."""
        y_in = states[..., self.parts["input_gate"]]
        if not self.output_gate:
            return y_in, np.ones_like(y_in)
        return y_in, states[..., self.parts["output_gate"]]

    def _step_backward(self, trace: LSTM1997Trace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From dL/dstate_t to dL/dnet(t), in the order of the rows of the weights, and to t - 1.

        These are the errors of the paper's appendix A.1 (e_s = y_out h'(s_c) e_c, and what reaches
        a net input is scaled by y_in g', g f'_in or h f'_out), one step at a time: the sums that
        the paper carries forward in its eligibilities are made by `through_time`.
        """
        cells = self.hidden_size
        g_net, h_s = trace.cell_input[t - 1], trace.squashed_cell[t - 1]
        y_in, y_out = trace.input_gate[t - 1], trace.output_gate[t - 1]
        y_gates = trace.state[t, ..., 2 * cells :]
        d_s, d_y_c, d_gates = np.split(d_state, [cells, 2 * cells], axis=-1)

        d_s = d_s + d_y_c * (self._spread(y_out) * self.h.slope(h_s))
        d_in, d_out = self._gather(d_s * g_net), self._gather(d_y_c * h_s)
        d_gates = d_gates + np.concatenate([d_in, d_out], axis=-1)[..., : self.units - cells]
        d_net_c = d_s * (self._spread(y_in) * self.g.slope(g_net))
        d_net = np.concatenate([d_net_c, d_gates * LOGISTIC.slope(y_gates)], axis=-1)

        if self.gradient == "full" and self.recurrent:
            d_y = d_net @ self.parameters["recurrent_weights"]
        else:
            d_y = np.zeros_like(d_net)
        return d_net, np.concatenate([d_s, d_y], axis=-1)

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times d state_t / d state_{t-1}, truncated or full. See `Recurrent`."""
        return self._step_backward(
            of_kind("trace", trace, LSTM1997Trace), *cotangent(trace, t, d_state)
        )[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        trace = of_kind("trace", trace, LSTM1997Trace)
        d_net, d_states = through_time(self._step_backward, trace, d_state)
        d_bias = over_examples(d_net)
        d_cell, d_in, d_out = np.split(d_bias, [self.hidden_size, self.hidden_size + self.blocks])
        every = {
            "input_weights": over_examples(d_net, trace.x),
            "recurrent_weights": over_examples(d_net, trace.state[:-1, ..., self.hidden_size :]),
            "cell_bias": d_cell,
            "input_gate_bias": d_in,
            "output_gate_bias": d_out,
        }
        return Grads(
            parameters={name: every[name] for name in self.parameters},
            x=d_net @ self.parameters["input_weights"],
            state=d_states,
        )

    def cell_path(self, trace: Trace, t: int) -> Array:
        """Ones, ([batch,] hidden_size): the carousel's self-weight is exactly 1."""
        trace = of_kind("trace", trace, LSTM1997Trace)
        return np.ones_like(trace.cell_input[step_of(trace, t) - 1])
