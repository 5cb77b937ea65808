"""The gated recurrent unit: two gates, and no cell beside the hidden state.

Source: K. Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
machine translation", EMNLP 2014, section 2.3. Chapter 09.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, number_in, positive_integer
from lstm_lab.models.activations import LOGISTIC, TANH, ignore_overflow, sigma
from lstm_lab.models.parameters import count_parameters, over_examples
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    backpropagate_through_time,
    begin,
    cotangent,
    draw_weights,
    slices,
    step_of,
    weights,
)
from lstm_lab.models.trace_origin import checked_trace


@dataclass(frozen=True, eq=False)
class GRUTrace(Trace):
    """The activations of a GRU at steps 1..T, time first, beside `x` and `state`.

    All are (T, [batch,] hidden_size); `recalled` is u_t = U_n h_{t-1} + b_u, before the reset gate.
    """

    reset_gate: Array
    update_gate: Array
    candidate: Array
    recalled: Array

    def at(self, t: int) -> tuple[Array, Array, Array, Array]:
        """r_t, z_t, n_t and u_t, the activations of step t = 1..T."""
        row = t - 1
        return (
            self.reset_gate[row],
            self.update_gate[row],
            self.candidate[row],
            self.recalled[row],
        )


class GRU:
    r"""The gated recurrent unit, as `torch.nn.GRU` has it.

    Step t, with sigma the logistic function::

        r_t = sigma(W_r x_t + U_r h_{t-1} + b_r)         the reset gate
        z_t = sigma(W_z x_t + U_z h_{t-1} + b_z)         the update gate
        u_t = U_n h_{t-1} + b_u                          what is recalled
        n_t = tanh(W_n x_t + b_n + r_t u_t)              the candidate
        h_t = (1 - z_t) n_t + z_t h_{t-1}

    In the paper the reset gate comes before the multiplication, U_n (r_t h_{t-1}), and there are no
    biases.

    Parameters, by name and shape, in three row blocks of hidden_size, r, z, n: `input_weights` W
    (3 hidden_size, input_size), `recurrent_weights` U (3 hidden_size, hidden_size), `bias` b
    (3 hidden_size,) and `recalled_bias` b_u (hidden_size,).

    Args:
        input_size: length of one input vector.
        hidden_size: number of units.
        rng: draws the initial weights.
        update_bias: the initial bias b_z; every other bias starts at zero.
        recurrent_scale, input_weight_scale, uniform: as for `LSTM`.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: Cho et al. 2014, section 2.3; the documentation of `torch.nn.GRU`. Chapter 09.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        update_bias: float = 0.0,
        recurrent_scale: float = 1.0,
        input_weight_scale: float = 1.0,
        uniform: float | None = None,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.hidden_size = self.state_size = positive_integer("hidden_size", hidden_size)
        self.parts = slices({"hidden": self.hidden_size})
        self.activations = {"reset_gate": LOGISTIC, "update_gate": LOGISTIC, "candidate": TANH}
        self.rows = slices(
            dict.fromkeys(("reset_gate", "update_gate", "candidate"), self.hidden_size)
        )
        W, U = draw_weights(
            rng,
            3 * self.hidden_size,
            self.input_size,
            self.hidden_size,
            input_weight_scale=input_weight_scale,
            recurrent_scale=recurrent_scale,
            uniform=uniform,
        )
        b = np.zeros(3 * self.hidden_size)
        b[self.rows["update_gate"]] = number_in("update_bias", update_bias)
        self.parameters = {
            "input_weights": W,
            "recurrent_weights": U,
            "bias": b,
            "recalled_bias": np.zeros(self.hidden_size),
        }

    @property
    def parameter_count(self) -> int:
        """All weights and biases."""
        return count_parameters(self)

    @ignore_overflow
    def forward(self, x: Array, state: Array | None = None) -> GRUTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, h = begin(self, x, state)
        W, U, b = weights(self)
        b_u = self.parameters["recalled_bias"]
        reset, update, candidate = self.rows.values()
        r, z, n, u = (np.empty(h.shape) for _ in range(4))
        for t, x_t in enumerate(x, start=1):
            a = x_t @ W.T + b  # eq-09-gru: what each receives from the input
            a_h = h[t - 1] @ U.T  # and what from the state
            r[t] = sigma(a[..., reset] + a_h[..., reset])
            z[t] = sigma(a[..., update] + a_h[..., update])
            u[t] = a_h[..., candidate] + b_u
            n[t] = np.tanh(a[..., candidate] + r[t] * u[t])
            h[t] = (1 - z[t]) * n[t] + z[t] * h[t - 1]
        return GRUTrace(x, h, r[1:], z[1:], n[1:], u[1:], model=self)

    def _step_backward(self, trace: GRUTrace, t: int, d_h: Array) -> tuple[Array, Array]:
        """From dL/dh_t to the derivatives by a_r, a_z, a_n and u, side by side, and to dL/dh_{t-1}.

        eq-09-gru from its last line to its first, by the chain rule.
        """
        r, z, n, u = trace.at(t)
        h_previous = trace.state[t - 1]
        U = self.parameters["recurrent_weights"]

        d_a_n = d_h * ((1 - z) * (1 - n**2))  # h_t = (1 - z_t) n_t + z_t h_{t-1}
        d_a_z = d_h * ((h_previous - n) * z * (1 - z))
        d_u = d_a_n * r  # a^n_t = W_n x_t + b_n + r_t u_t
        d_a_r = d_a_n * (u * r * (1 - r))
        d_h_previous = d_h * z + np.concatenate([d_a_r, d_a_z, d_u], axis=-1) @ U
        return np.concatenate([d_a_r, d_a_z, d_a_n, d_u], axis=-1), d_h_previous

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times d h_t / d h_{t-1}. See `Recurrent`."""
        trace = checked_trace(self, trace, GRUTrace)
        return self._step_backward(trace, *cotangent(trace, t, d_state))[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dh_t, (T, [batch,] hidden_size), through time."""
        trace = checked_trace(self, trace, GRUTrace)
        d, d_states = backpropagate_through_time(self._step_backward, trace, d_state)
        d_a_r, d_a_z, d_a_n, d_u = np.split(d, 4, axis=-1)
        d_a = np.concatenate([d_a_r, d_a_z, d_a_n], axis=-1)
        d_a_h = np.concatenate(
            [d_a_r, d_a_z, d_u], axis=-1
        )  # the candidate hears h through u alone
        return Grads(
            parameters={
                "input_weights": over_examples(d_a, trace.x),
                "recurrent_weights": over_examples(d_a_h, trace.state[:-1]),
                "bias": over_examples(d_a),
                "recalled_bias": over_examples(d_u),
            },
            x=d_a @ self.parameters["input_weights"],
            state=d_states,
        )

    def cell_path(self, trace: Trace, t: int) -> None:
        """None: the GRU has no cell apart from its hidden layer."""
        step_of(checked_trace(self, trace, GRUTrace), t)
