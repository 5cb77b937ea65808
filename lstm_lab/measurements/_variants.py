"""The cells of the ablation of chapter 09: an LSTM with parts taken out or added, and the GRU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_lab._validate import Array, number_in, of_kind, one_of, positive_integer, true_or_false
from lstm_lab.models import LSTM, Grads, LSTMTrace, Trace, count_parameters
from lstm_lab.models.activations import LOGISTIC, TANH, logistic
from lstm_lab.models.parameters import over_examples
from lstm_lab.models.recurrent import begin, cotangent, draw_weights, through_time, weights

FORGET = ("gate", "none", "coupled")


class VariantLSTM(LSTM):
    r"""The LSTM of 2000 with one part changed.

    With sigma the logistic function and p_i, p_f, p_o the peepholes (zero without them)::

        i_t = sigma(net_i + p_i c_{t-1})          or 1 without an input gate
        f_t = sigma(net_f + p_f c_{t-1})          or 1 without a forget gate, 1 - i_t if coupled
        c_t = f_t c_{t-1} + i_t tanh(net_g)
        o_t = sigma(net_o + p_o c_t)              or 1 without an output gate
        h_t = o_t tanh(c_t)                       or o_t c_t without the squash

    A gate that is left out keeps its rows of the weights; they have no effect and no gradient.

    Args:
        forget: "gate", "none" or "coupled"; coupled gates start with the input gate's bias at minus the forget
            bias, so that the share they keep is that of a forget gate with this bias.
        input_gate, output_gate, squash: False leaves the part out.
        peepholes: True adds `peepholes` (3, hidden_size), p_i, p_f, p_o, which start at zero.
        others: as for `LSTM`.

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
        if forget == "coupled":
            b = self.parameters["bias"]
            b[self.rows["input_gate"]] = -b[self.rows["forget_gate"]]
        if true_or_false("peepholes", peepholes):
            self.parameters["peepholes"] = np.zeros((3, self.hidden_size))

    @property
    def parameter_count(self) -> int:
        """The weights that have an effect: those of the parts that are there."""
        left_out = (self.forget != "gate") + (not self.input_gate) + (not self.output_gate)
        rows = self.hidden_size * (self.input_size + self.hidden_size + 1)
        return count_parameters(self) - left_out * rows

    def _peepholes(self) -> Array:
        return self.parameters.get("peepholes", np.zeros((3, self.hidden_size)))

    def forward(self, x: Array, state: Array | None = None) -> LSTMTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, states = begin(self, x, state)
        W, U, b = weights(self)
        p_i, p_f, p_o = self._peepholes()
        h, c = (states[..., part] for part in self.parts.values())
        units = np.empty((*x.shape[:-1], 4 * self.hidden_size))
        i, f, g, o = (units[..., rows] for rows in self.rows.values())
        squashed = np.empty_like(i)
        for t in range(1, len(x) + 1):
            net = x[t - 1] @ W.T + h[t - 1] @ U.T + b
            net_i, net_f, net_g, net_o = (net[..., rows] for rows in self.rows.values())
            i[t - 1] = logistic(net_i + p_i * c[t - 1]) if self.input_gate else 1.0
            if self.forget == "gate":
                f[t - 1] = logistic(net_f + p_f * c[t - 1])
            else:
                f[t - 1] = 1.0 if self.forget == "none" else 1.0 - i[t - 1]
            g[t - 1] = np.tanh(net_g)
            c[t] = f[t - 1] * c[t - 1] + i[t - 1] * g[t - 1]
            squashed[t - 1] = np.tanh(c[t]) if self.squash else c[t]
            o[t - 1] = logistic(net_o + p_o * c[t]) if self.output_gate else 1.0
            h[t] = o[t - 1] * squashed[t - 1]
        return LSTMTrace(x, states, i, f, g, o, squashed)

    def _step_backward(self, trace: LSTMTrace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From (dL/dh_t, dL/dc_t) to dL/dnet_t, in the order i, f, g, o, and to the step before."""
        i, f, o = trace.input_gate[t - 1], trace.forget_gate[t - 1], trace.output_gate[t - 1]
        g, squashed = trace.cell_input[t - 1], trace.squashed_cell[t - 1]
        before = trace.state[t - 1, ..., self.parts["cell"]]
        p_i, p_f, p_o = self._peepholes()
        d_h, d_c = (d_state[..., part] for part in self.parts.values())

        d_net_o = d_h * squashed * LOGISTIC.slope(o)  # a gate stuck at 1 has slope 0
        d_c = d_c + d_h * (o * TANH.slope(squashed) if self.squash else o) + p_o * d_net_o
        d_f = d_c * before
        d_i = d_c * g - d_f if self.forget == "coupled" else d_c * g
        d_net_i = d_i * LOGISTIC.slope(i)
        d_net_f = d_f * LOGISTIC.slope(f) if self.forget == "gate" else np.zeros_like(d_f)
        d_net = np.concatenate([d_net_i, d_net_f, d_c * (i * TANH.slope(g)), d_net_o], axis=-1)
        d_before = d_c * f + p_i * d_net_i + p_f * d_net_f
        d_h_before = d_net @ self.parameters["recurrent_weights"]
        return d_net, np.concatenate([d_h_before, d_before], axis=-1)

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        grads = super().backward(trace, d_state)
        if "peepholes" in self.parameters:
            trace = of_kind("trace", trace, LSTMTrace)
            d_net, _ = through_time(self._step_backward, trace, d_state)
            c = trace.state[..., self.parts["cell"]]
            seen = {"input_gate": c[:-1], "forget_gate": c[:-1], "output_gate": c[1:]}
            grads.parameters["peepholes"] = np.stack(
                [over_examples(d_net[..., self.rows[gate]] * cell) for gate, cell in seen.items()]
            )
        return grads


@dataclass(frozen=True, eq=False)
class GRUTrace(Trace):
    """The activations of a GRU at steps 1..T, time first, all (T, [batch,] hidden_size).

    `recalled` is U_n h_{t-1} + b_u before the reset gate.
    """

    reset_gate: Array
    update_gate: Array
    candidate: Array
    recalled: Array


class GRU:
    r"""The gated recurrent unit, as `torch.nn.GRU` has it.

    Step t, with sigma the logistic function::

        r_t = sigma(W_r x_t + U_r h_{t-1} + b_r)                  the reset gate
        z_t = sigma(W_z x_t + U_z h_{t-1} + b_z)                  the update gate
        n_t = tanh(W_n x_t + b_n + r_t (U_n h_{t-1} + b_u))       the candidate
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
        self.hidden_size = self.state_size = n = positive_integer("hidden_size", hidden_size)
        self.parts = {"hidden": slice(0, n)}
        self.activations = {"reset_gate": LOGISTIC, "update_gate": LOGISTIC, "candidate": TANH}
        W, U = draw_weights(
            rng,
            3 * n,
            self.input_size,
            n,
            input_weight_scale=input_weight_scale,
            recurrent_scale=recurrent_scale,
            uniform=uniform,
        )
        b = np.zeros(3 * n)
        b[n : 2 * n] = number_in("update_bias", update_bias)
        self.parameters = {
            "input_weights": W,
            "recurrent_weights": U,
            "bias": b,
            "recalled_bias": np.zeros(n),
        }

    @property
    def parameter_count(self) -> int:
        """All weights and biases."""
        return count_parameters(self)

    def forward(self, x: Array, state: Array | None = None) -> GRUTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, h = begin(self, x, state)
        W, U, b = weights(self)
        n = self.hidden_size
        shape = (*x.shape[:-1], n)
        r, z, candidate, recalled = (np.empty(shape) for _ in range(4))
        for t in range(1, len(x) + 1):
            seen, carried = x[t - 1] @ W.T + b, h[t - 1] @ U.T
            gates = logistic(seen[..., : 2 * n] + carried[..., : 2 * n])
            r[t - 1], z[t - 1] = gates[..., :n], gates[..., n:]
            recalled[t - 1] = carried[..., 2 * n :] + self.parameters["recalled_bias"]
            candidate[t - 1] = np.tanh(seen[..., 2 * n :] + r[t - 1] * recalled[t - 1])
            h[t] = (1 - z[t - 1]) * candidate[t - 1] + z[t - 1] * h[t - 1]
        return GRUTrace(x, h, r, z, candidate, recalled)

    def _step_backward(self, trace: GRUTrace, t: int, d_h: Array) -> tuple[Array, Array]:
        """From dL/dh_t to the errors of the net inputs r, z, n and of `recalled`, and to h_{t-1}."""
        r, z = trace.reset_gate[t - 1], trace.update_gate[t - 1]
        candidate, recalled = trace.candidate[t - 1], trace.recalled[t - 1]
        d_n = d_h * ((1 - z) * TANH.slope(candidate))
        d_r = d_n * (recalled * LOGISTIC.slope(r))
        d_z = d_h * ((trace.state[t - 1] - candidate) * LOGISTIC.slope(z))
        d_recalled = d_n * r
        through = np.concatenate([d_r, d_z, d_recalled], axis=-1)
        d_before = d_h * z + through @ self.parameters["recurrent_weights"]
        return np.concatenate([d_r, d_z, d_n, d_recalled], axis=-1), d_before

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times d h_t / d h_{t-1}. See `Recurrent`."""
        return self._step_backward(
            of_kind("trace", trace, GRUTrace), *cotangent(trace, t, d_state)
        )[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dh_t, (T, [batch,] hidden_size), through time."""
        trace = of_kind("trace", trace, GRUTrace)
        errors, d_states = through_time(self._step_backward, trace, d_state)
        n = self.hidden_size
        d_net, d_recalled = errors[..., : 3 * n], errors[..., 3 * n :]
        d_carried = np.concatenate([errors[..., : 2 * n], d_recalled], axis=-1)
        return Grads(
            parameters={
                "input_weights": over_examples(d_net, trace.x),
                "recurrent_weights": over_examples(d_carried, trace.state[:-1]),
                "bias": over_examples(d_net),
                "recalled_bias": over_examples(d_recalled),
            },
            x=d_net @ self.parameters["input_weights"],
            state=d_states,
        )

    def cell_path(self, trace: Trace, t: int) -> None:
        """None: the GRU has no cell apart from its hidden layer."""
        return None
