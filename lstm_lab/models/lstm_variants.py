"""The LSTM of 2000 with parts taken out or added: the cells of the ablation of chapter 09.

Sources: K. Greff et al., "LSTM: a search space odyssey", IEEE Transactions on Neural Networks and
Learning Systems 28(10):2222-2232, 2017; for the peepholes F. A. Gers & J. Schmidhuber, "Recurrent
nets that time and count", IJCNN 2000. Chapter 09.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_lab._validate import Array, one_of, true_or_false
from lstm_lab.models.activations import ACTIVATIONS, ignore_overflow, sigma
from lstm_lab.models.lstm import LSTM, LSTMTrace
from lstm_lab.models.parameters import count_parameters, over_examples
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    backpropagate_through_time,
    begin,
    grads,
    weights,
)
from lstm_lab.models.trace_origin import checked_trace

FORGET = ("gate", "none", "coupled")
"""What can stand in the place of the forget gate."""


class VariantLSTM(LSTM):
    r"""The LSTM of 2000 with one part changed, or several.

    With sigma the logistic function, a the net inputs of `LSTM` and p_i, p_f, p_o the peepholes
    (zero without them)::

        i_t = sigma(a_i + p_i c_{t-1})           or 1 without an input gate
        f_t = sigma(a_f + p_f c_{t-1})           or 1 without a forget gate, 1 - i_t if coupled
        c_t = f_t c_{t-1} + i_t tanh(a_g)
        o_t = sigma(a_o + p_o c_t)               or 1 without an output gate
        h_t = o_t tanh(c_t)                      or o_t c_t without the squash

    A gate that is left out keeps its rows of the weights; they have no effect and no gradient.
    `squashed_cell` of the trace is c_t itself without the squash.

    Args:
        input_size: length of one input vector.
        hidden_size: number of memory cells.
        rng: draws the initial weights.
        forget: "gate", "none" or "coupled"; coupled gates start with the input gate's bias at minus the forget
            bias, so that the share they keep is that of a forget gate with this bias.
        input_gate, output_gate, squash: False leaves the part out.
        peepholes: True adds `peepholes` (3, hidden_size), p_i, p_f, p_o, which start at zero.
        options: the others of `LSTM`.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: the variants of Greff et al. 2017; peepholes: Gers & Schmidhuber 2000. Chapter 09.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        forget: str = "gate",
        input_gate: bool = True,
        output_gate: bool = True,
        squash: bool = True,
        peepholes: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(input_size, hidden_size, rng=rng, **options)
        self.forget = one_of("forget", forget, FORGET)
        self.input_gate = true_or_false("input_gate", input_gate)
        self.output_gate = true_or_false("output_gate", output_gate)
        self.squash = true_or_false("squash", squash)
        if forget != "gate":
            del self.activations["forget_gate"]
        if not input_gate:
            del self.activations["input_gate"]
        if not output_gate:
            del self.activations["output_gate"]
        if not squash:
            self.activations["squashed_cell"] = ACTIVATIONS["identity"]
        if forget == "coupled":
            b = self.parameters["bias"]
            b[self.rows["input_gate"]] = -b[self.rows["forget_gate"]]
        if true_or_false("peepholes", peepholes):
            self.parameters["peepholes"] = np.zeros((3, self.hidden_size))

    @property
    def parameter_count(self) -> int:
        """The weights that have an effect, those of the parts that are there."""
        left_out = (self.forget != "gate") + (not self.input_gate) + (not self.output_gate)
        rows = self.hidden_size * (self.input_size + self.hidden_size + 1)
        return count_parameters(self) - left_out * rows

    def _peepholes(self) -> Array:
        """p_i, p_f and p_o, (3, hidden_size); zeros in a net without them."""
        return self.parameters.get("peepholes", np.zeros((3, self.hidden_size)))

    @ignore_overflow
    def forward(self, x: Array, state: Array | None = None) -> LSTMTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, state = begin(self, x, state)
        W, U, b = weights(self)
        p_i, p_f, p_o = self._peepholes()
        h, c = state[..., self.parts["hidden"]], state[..., self.parts["cell"]]
        i, f, g, o, squashed_c = (np.ones(c.shape) for _ in range(5))  # a gate left out stays at 1
        for t, x_t in enumerate(x, start=1):
            a = x_t @ W.T + h[t - 1] @ U.T + b  # eq-09-lstm
            a_i, a_f, a_g, a_o = (a[..., rows] for rows in self.rows.values())
            if self.input_gate:
                i[t] = sigma(a_i + p_i * c[t - 1])  # eq-09-peepholes
            if self.forget == "gate":
                f[t] = sigma(a_f + p_f * c[t - 1])
            elif self.forget == "coupled":
                f[t] = 1 - i[t]
            g[t] = np.tanh(a_g)
            c[t] = f[t] * c[t - 1] + i[t] * g[t]
            if self.output_gate:
                o[t] = sigma(a_o + p_o * c[t])
            squashed_c[t] = np.tanh(c[t]) if self.squash else c[t]
            h[t] = o[t] * squashed_c[t]
        return LSTMTrace(x, state, i[1:], f[1:], g[1:], o[1:], squashed_c[1:], model=self)

    def _step_backward(self, trace: LSTMTrace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From dL/d(h_t, c_t) to dL/da_t, in the order i, f, g, o, and to dL/d(h_{t-1}, c_{t-1}).

        A gate that stands at 1 has the slope 1 (1 - 1) = 0, so that one left out passes nothing on.
        """
        i, f, g, o, squashed_c = trace.at(t)
        h, c = self.parts["hidden"], self.parts["cell"]
        c_previous = trace.state[t - 1, ..., c]
        p_i, p_f, p_o = self._peepholes()
        U = self.parameters["recurrent_weights"]

        d_h = d_state[..., h]
        d_a_o = d_h * (squashed_c * o * (1 - o))  # h_t = o_t tanh(c_t)
        slope = 1 - squashed_c**2 if self.squash else 1.0
        d_c = d_state[..., c] + d_h * (o * slope) + p_o * d_a_o
        d_a_g = d_c * (i * (1 - g**2))  # c_t = f_t c_{t-1} + i_t g_t
        d_i, d_f = d_c * g, d_c * c_previous
        if self.forget == "coupled":  # f = 1 - i has no net input: what reaches it goes to i
            d_i, d_f = d_i - d_f, np.zeros_like(d_f)
        d_a_f = d_f * (f * (1 - f))
        d_a_i = d_i * (i * (1 - i))
        d_c_previous = d_c * f + p_i * d_a_i + p_f * d_a_f
        d_a = np.concatenate([d_a_i, d_a_f, d_a_g, d_a_o], axis=-1)
        return d_a, np.concatenate([d_a @ U, d_c_previous], axis=-1)

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        trace = checked_trace(self, trace, LSTMTrace)
        d_a, d_states = backpropagate_through_time(self._step_backward, trace, d_state)
        found = grads(self, trace, self.parts["hidden"], d_a, d_states)
        if "peepholes" in self.parameters:
            d_a_i, d_a_f, _, d_a_o = (d_a[..., rows] for rows in self.rows.values())
            c = trace.state[..., self.parts["cell"]]
            seen = [d_a_i * c[:-1], d_a_f * c[:-1], d_a_o * c[1:]]  # the output gate sees c_t
            found.parameters["peepholes"] = np.stack([over_examples(each) for each in seen])
        return found
