"""Long Short-Term Memory with a forget gate: the cell of 2000, and of today's libraries.

Source: F. A. Gers, J. Schmidhuber & F. Cummins, "Learning to forget: continual prediction with
LSTM", Neural Computation 12(10):2451-2471, 2000. Chapter 09.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, number_in, of_kind, positive_integer
from lstm_lab.models.activations import LOGISTIC, TANH, logistic
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    begin,
    cotangent,
    draw_weights,
    grads,
    slices,
    step_of,
    through_time,
    weights,
)


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


class LSTM:
    r"""The LSTM with a forget gate: the cell of 2000 and of today's libraries.

    Step t, with sigma the logistic function::

        (i_t, f_t, g_t, o_t) = (sigma, sigma, tanh, sigma)(W x_t + U h_{t-1} + b)
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
        forget_bias: the initial bias of the forget gates; every other bias starts at zero.
        recurrent_scale: each of the four blocks of U is N(0, recurrent_scale^2 / hidden_size), so
            its spectral radius is about recurrent_scale.
        input_weight_scale: W is N(0, input_weight_scale^2 / input_size).
        uniform: if given, W and U are drawn uniformly from [-uniform, uniform] instead.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: Gers, Schmidhuber & Cummins 2000, section 3. Chapter 09.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        forget_bias: float = 1.0,
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
        b[self.rows["forget_gate"]] = number_in("forget_bias", forget_bias)
        self.parameters = {"input_weights": W, "recurrent_weights": U, "bias": b}

    def forward(self, x: Array, state: Array | None = None) -> LSTMTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, states = begin(self, x, state)
        W, U, b = weights(self)
        h, c = (states[..., part] for part in self.parts.values())
        units = np.empty((*x.shape[:-1], 4 * self.hidden_size))
        i, f, g, o = (units[..., rows] for rows in self.rows.values())
        tanh_c = np.empty_like(i)
        for t in range(1, len(x) + 1):
            net = x[t - 1] @ W.T + h[t - 1] @ U.T + b
            units[t - 1] = logistic(net)
            g[t - 1] = np.tanh(net[..., self.rows["cell_input"]])
            c[t] = f[t - 1] * c[t - 1] + i[t - 1] * g[t - 1]
            tanh_c[t - 1] = np.tanh(c[t])
            h[t] = o[t - 1] * tanh_c[t - 1]
        return LSTMTrace(x, states, i, f, g, o, tanh_c)

    def _step_backward(self, trace: LSTMTrace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From (dL/dh_t, dL/dc_t) to dL/dnet_t, in the order i, f, g, o, and to the step before."""
        i, f, o = trace.input_gate[t - 1], trace.forget_gate[t - 1], trace.output_gate[t - 1]
        g, tanh_c = trace.cell_input[t - 1], trace.squashed_cell[t - 1]
        c_previous = trace.state[t - 1, ..., self.parts["cell"]]
        d_h, d_c = (d_state[..., part] for part in self.parts.values())

        d_c = d_c + d_h * (o * TANH.slope(tanh_c))
        d_net = np.concatenate(
            [
                d_c * (g * LOGISTIC.slope(i)),
                d_c * (c_previous * LOGISTIC.slope(f)),
                d_c * (i * TANH.slope(g)),
                d_h * (tanh_c * LOGISTIC.slope(o)),
            ],
            axis=-1,
        )
        d_h_previous = d_net @ self.parameters["recurrent_weights"]
        return d_net, np.concatenate([d_h_previous, d_c * f], axis=-1)

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times d (h_t, c_t) / d (h_{t-1}, c_{t-1}). See `Recurrent`."""
        return self._step_backward(
            of_kind("trace", trace, LSTMTrace), *cotangent(trace, t, d_state)
        )[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        trace = of_kind("trace", trace, LSTMTrace)
        d_net, d_states = through_time(self._step_backward, trace, d_state)
        return grads(self, trace, self.parts["hidden"], d_net, d_states)

    def cell_path(self, trace: Trace, t: int) -> Array:
        """The forget gate f_t, ([batch,] hidden_size)."""
        trace = of_kind("trace", trace, LSTMTrace)
        return trace.forget_gate[step_of(trace, t) - 1]
