"""Long Short-Term Memory with a forget gate: the cell of 2000, and of today's libraries.

Source: F. A. Gers, J. Schmidhuber & F. Cummins, "Learning to forget: continual prediction with
LSTM", Neural Computation 12(10):2451-2471, 2000. Chapter 09.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, integer_in, number_in, positive_integer
from lstm_lab.models.activations import LOGISTIC, TANH, ignore_overflow, sigma
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    backpropagate_through_time,
    begin,
    cotangent,
    draw_weights,
    grads,
    slices,
    step_of,
    weights,
)
from lstm_lab.models.trace_origin import checked_trace


@dataclass(frozen=True, eq=False)
class LSTMTrace(Trace):
    """The activations of an LSTM at steps 1..T, time first, beside `x` and `state`.

    All are (T, [batch,] hidden_size): the three gates, `cell_input` tanh(net_c) and
    `squashed_cell` tanh(c_t).
    """

    input_gate: Array
    forget_gate: Array
    cell_input: Array
    output_gate: Array
    squashed_cell: Array

    def at(self, t: int) -> tuple[Array, Array, Array, Array, Array]:
        """i_t, f_t, g_t, o_t and tanh(c_t), the activations of step t = 1..T."""
        row = t - 1
        return (
            self.input_gate[row],
            self.forget_gate[row],
            self.cell_input[row],
            self.output_gate[row],
            self.squashed_cell[row],
        )


class LSTM:
    r"""The LSTM with a forget gate: the cell of 2000 and of today's libraries.

    Step t, with sigma the logistic function::

        i_t = sigma(W_i x_t + U_i h_{t-1} + b_i)         the input gate
        f_t = sigma(W_f x_t + U_f h_{t-1} + b_f)         the forget gate
        g_t = tanh(W_g x_t + U_g h_{t-1} + b_g)          the cell input
        o_t = sigma(W_o x_t + U_o h_{t-1} + b_o)         the output gate
        c_t = f_t c_{t-1} + i_t g_t
        h_t = o_t tanh(c_t)

    Gers et al. squash the cell input and the cell state to [-2, 2] and [-1, 1] as in 1997; like
    `torch.nn.LSTM`, this has tanh for both, and the gates do not feed the hidden layer.

    The state has the parts `hidden` h and `cell` c, hidden_size each.

    Parameters, by name and shape, in four row blocks of hidden_size in torch's order, input gate,
    forget gate, cell input, output gate: `input_weights` W (4 hidden_size, input_size),
    `recurrent_weights` U (4 hidden_size, hidden_size), `bias` b (4 hidden_size,).

    Args:
        input_size: length of one input vector.
        hidden_size: number of memory cells.
        rng: draws the initial weights.
        forget_bias: the initial bias of the forget gates, 1 by default; every other bias starts at zero.
        longest_lag: if given, the biases of the forget gates are drawn instead, those of the input
            gates being their negatives: log u with u uniform from 1 to longest_lag - 1, so that the
            cells begin by remembering for different times up to that lag ("chrono", Tallec & Ollivier).
        recurrent_scale: each of the four blocks of U is N(0, recurrent_scale^2 / hidden_size), so
            its spectral radius is about recurrent_scale.
        input_weight_scale: W is N(0, input_weight_scale^2 / input_size).
        uniform: if given, W and U are drawn uniformly from [-uniform, uniform] instead.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: Gers, Schmidhuber & Cummins 2000, section 3; C. Tallec & Y. Ollivier, ICLR 2018,
    arXiv:1804.11188, section 2. Chapter 09.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        forget_bias: float | None = None,
        longest_lag: int | None = None,
        recurrent_scale: float = 1.0,
        input_weight_scale: float = 1.0,
        uniform: float | None = None,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.hidden_size = n = positive_integer("hidden_size", hidden_size)
        self.state_size = 2 * n
        self.parts = slices({"hidden": n, "cell": n})
        self.activations = {
            "input_gate": LOGISTIC,
            "forget_gate": LOGISTIC,
            "cell_input": TANH,
            "output_gate": LOGISTIC,
            "squashed_cell": TANH,
        }
        self.rows = slices(
            dict.fromkeys(("input_gate", "forget_gate", "cell_input", "output_gate"), n)
        )
        W, U = draw_weights(
            rng,
            4 * n,
            self.input_size,
            n,
            input_weight_scale=input_weight_scale,
            recurrent_scale=recurrent_scale,
            uniform=uniform,
        )
        b = np.zeros(4 * n)
        if longest_lag is None:
            b[self.rows["forget_gate"]] = (
                1.0 if forget_bias is None else number_in("forget_bias", forget_bias)
            )
        elif forget_bias is None:
            longest = integer_in("longest_lag", longest_lag, minimum=2)
            b[self.rows["forget_gate"]] = np.log(rng.uniform(1, longest - 1, n))  # eq-09-chrono
            b[self.rows["input_gate"]] = -b[self.rows["forget_gate"]]
        else:
            raise ValueError(f"forget_bias must not be given with longest_lag, got {forget_bias}")
        self.parameters = {"input_weights": W, "recurrent_weights": U, "bias": b}

    @ignore_overflow
    def forward(self, x: Array, state: Array | None = None) -> LSTMTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, state = begin(self, x, state)
        W, U, b = weights(self)
        h, c = state[..., self.parts["hidden"]], state[..., self.parts["cell"]]
        i, f, g, o, tanh_c = (np.empty(c.shape) for _ in range(5))
        for t, x_t in enumerate(x, start=1):
            a = x_t @ W.T + h[t - 1] @ U.T + b  # eq-09-lstm: the net inputs of all four,
            i[t] = sigma(a[..., self.rows["input_gate"]])  # and its lines, one by one
            f[t] = sigma(a[..., self.rows["forget_gate"]])
            g[t] = np.tanh(a[..., self.rows["cell_input"]])
            o[t] = sigma(a[..., self.rows["output_gate"]])
            c[t] = f[t] * c[t - 1] + i[t] * g[t]  # eq-09-forget
            tanh_c[t] = np.tanh(c[t])
            h[t] = o[t] * tanh_c[t]
        return LSTMTrace(x, state, i[1:], f[1:], g[1:], o[1:], tanh_c[1:], model=self)

    def _step_backward(self, trace: LSTMTrace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From dL/d(h_t, c_t) to dL/da_t, in the order i, f, g, o, and to dL/d(h_{t-1}, c_{t-1}).

        eq-09-lstm from its last line to its first, by the chain rule. The slopes are written in the
        values, sigma' = y (1 - y) and tanh' = 1 - y^2, which the trace has kept.
        """
        i, f, g, o, tanh_c = trace.at(t)
        h, c = self.parts["hidden"], self.parts["cell"]
        c_previous = trace.state[t - 1, ..., c]
        U = self.parameters["recurrent_weights"]

        d_h = d_state[..., h]
        d_c = d_state[..., c] + d_h * (o * (1 - tanh_c**2))  # h_t = o_t tanh(c_t)
        d_a_o = d_h * (tanh_c * o * (1 - o))
        d_a_g = d_c * (i * (1 - g**2))  # c_t = f_t c_{t-1} + i_t g_t
        d_a_f = d_c * (c_previous * f * (1 - f))
        d_a_i = d_c * (g * i * (1 - i))
        d_a = np.concatenate([d_a_i, d_a_f, d_a_g, d_a_o], axis=-1)
        return d_a, np.concatenate([d_a @ U, d_c * f], axis=-1)  # to h_{t-1} and to c_{t-1}

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times d (h_t, c_t) / d (h_{t-1}, c_{t-1}). See `Recurrent`."""
        trace = checked_trace(self, trace, LSTMTrace)
        return self._step_backward(trace, *cotangent(trace, t, d_state))[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        trace = checked_trace(self, trace, LSTMTrace)
        d_a, d_states = backpropagate_through_time(self._step_backward, trace, d_state)
        return grads(self, trace, self.parts["hidden"], d_a, d_states)

    def cell_path(self, trace: Trace, t: int) -> Array:
        """The forget gate f_t, ([batch,] hidden_size); not the paths that lead through a gate."""
        trace = checked_trace(self, trace, LSTMTrace)
        return trace.forget_gate[step_of(trace, t) - 1]
