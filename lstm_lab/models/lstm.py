"""Long Short-Term Memory: the memory cell of 1997 and, with a forget gate, that of 2000.

Sources: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997 (chapter 07); F. A. Gers, J. Schmidhuber & F. Cummins, "Learning to forget:
continual prediction with LSTM", Neural Computation 12(10):2451-2471, 2000 (chapter 09).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    integer_in,
    number_in,
    of_kind,
    one_of,
    positive_integer,
    true_or_false,
)
from lstm_lab.models.activations import LOGISTIC, TANH, activation, logistic
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    begin,
    cotangent,
    draw_weights,
    over_steps,
    through_time,
)

Bias = float | Sequence[float] | str | None


@dataclass(frozen=True, eq=False)
class LSTM1997Trace(Trace):
    """The activations of an LSTM1997 at steps 1..T, time first, beside `x` and `state`.

    `cell_input` g(net_c) and `squashed_cell` h(s_c) are (T, [batch,] hidden_size); `input_gate` and
    `output_gate` are (T, [batch,] blocks), the latter None for a net without output gates.
    """

    cell_input: Array
    squashed_cell: Array
    input_gate: Array
    output_gate: Array | None


class LSTM1997:
    r"""The memory cell blocks of 1997: input and output gates, no forget gate.

    With y(t) = (y_c(t), y_in(t), y_out(t)), the hidden layer, in which the gates take part too:

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

        sizes = {"cell": cells, "output": cells, "input_gate": self.blocks}
        self.activations = {
            "cell_input": self.g,
            "squashed_cell": self.h,
            "input_gate": LOGISTIC,
        }
        if self.output_gate:
            sizes["output_gate"] = self.blocks
            self.activations["output_gate"] = LOGISTIC
        self.parts = _slices(sizes)
        self.state_size = sum(sizes.values())
        self.units = self.state_size - cells

        self.parameters = {
            "input_weights": draw_weights(
                rng,
                (self.units, self.input_size),
                scale=input_weight_scale,
                uniform=uniform,
                scale_name="input_weight_scale",
            )
        }
        if self.recurrent:
            self.parameters["recurrent_weights"] = draw_weights(
                rng,
                (self.units, self.units),
                scale=recurrent_scale,
                uniform=uniform,
                scale_name="recurrent_scale",
            )
        self._add_bias("cell_bias", cell_bias, self.block_size, rng, uniform)
        self._add_bias("input_gate_bias", input_gate_bias, 1, rng, uniform)
        if self.output_gate:
            self._add_bias("output_gate_bias", output_gate_bias, 1, rng, uniform)

    def _add_bias(
        self, name: str, bias: Bias, per_block: int, rng: np.random.Generator, uniform: float | None
    ) -> None:
        if bias is None:
            return
        if isinstance(bias, str):
            one_of(name, bias, ("random",))
            if uniform is None:
                raise ValueError(f"uniform must be given with {name} 'random', got None")
            values = rng.uniform(-uniform, uniform, self.blocks * per_block)
        else:
            values = finite_array(name, bias, (), (self.blocks,))
            values = np.repeat(np.broadcast_to(values, (self.blocks,)), per_block)
        self.parameters[name] = values

    def _spread(self, gate: Array) -> Array:
        """From one value a block to one a cell."""
        return np.repeat(gate, self.block_size, axis=-1)

    def _gather(self, d_cells: Array) -> Array:
        """From one value a cell to their sum over the block: the transpose of `_spread`."""
        return d_cells.reshape(*d_cells.shape[:-1], self.blocks, self.block_size).sum(axis=-1)

    def _drive(self, x: Array) -> Array:
        """W x(t) + b of every step."""
        missing = {
            "cell_bias": self.hidden_size,
            "input_gate_bias": self.blocks,
            "output_gate_bias": self.blocks if self.output_gate else 0,
        }
        bias = [self.parameters.get(name, np.zeros(size)) for name, size in missing.items()]
        return x @ self.parameters["input_weights"].T + np.concatenate(bias)

    def forward(self, x: Array, state: Array | None = None) -> LSTM1997Trace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, states = begin(self, x, state)
        drive = self._drive(x)
        cells, blocks = self.hidden_size, self.blocks
        cell_input = np.empty((*drive.shape[:-1], cells))
        squashed_cell = np.empty_like(cell_input)
        for t in range(1, len(x) + 1):
            s, y = states[t - 1, ..., :cells], states[t - 1, ..., cells:]
            net = drive[t - 1]
            if self.recurrent:
                net = net + y @ self.parameters["recurrent_weights"].T
            gates = logistic(net[..., cells:])
            cell_input[t - 1] = self.g.value(net[..., :cells])
            s = s + self._spread(gates[..., :blocks]) * cell_input[t - 1]
            squashed_cell[t - 1] = y_c = self.h.value(s)
            if self.output_gate:
                y_c = self._spread(gates[..., blocks:]) * y_c
            states[t] = np.concatenate([s, y_c, gates], axis=-1)
        return LSTM1997Trace(
            x=x,
            state=states,
            cell_input=cell_input,
            squashed_cell=squashed_cell,
            input_gate=states[1:, ..., self.parts["input_gate"]],
            output_gate=states[1:, ..., self.parts["output_gate"]] if self.output_gate else None,
        )

    def _step_backward(self, trace: LSTM1997Trace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From dL/dstate_t to dL/dnet(t), rows as in the weights, and dL/dstate_{t-1}.

        The errors of the paper's equations 20 to 26, with the sums over time left to
        `through_time`: e_s = y_out h'(s_c) d_y_c, and what enters a net input is scaled by
        y_in g'(net_c), g(net_c) f'(net_in) or h(s_c) f'(net_out).
        """
        d_s, d_y_c, d_in = (d_state[..., self.parts[k]] for k in ("cell", "output", "input_gate"))
        h_s, g_net, y_in = (
            a[t - 1] for a in (trace.squashed_cell, trace.cell_input, trace.input_gate)
        )
        d_h = d_y_c
        d_net_out = []
        if trace.output_gate is not None:
            y_out = trace.output_gate[t - 1]
            d_out = d_state[..., self.parts["output_gate"]] + self._gather(d_y_c * h_s)
            d_net_out = [d_out * LOGISTIC.slope(y_out)]
            d_h = d_y_c * self._spread(y_out)
        d_s = d_s + d_h * self.h.slope(h_s)
        d_in = d_in + self._gather(d_s * g_net)
        d_net_c = d_s * self._spread(y_in) * self.g.slope(g_net)
        d_net = np.concatenate([d_net_c, d_in * LOGISTIC.slope(y_in), *d_net_out], axis=-1)
        if self.recurrent and self.gradient == "full":
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
        d_bias = over_steps(d_net)
        d_cell, d_in, d_out = np.split(d_bias, [self.hidden_size, self.hidden_size + self.blocks])
        every = {
            "input_weights": over_steps(d_net, trace.x),
            "recurrent_weights": over_steps(d_net, trace.state[:-1, ..., self.hidden_size :]),
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
        return np.ones_like(trace.cell_input[_step("t", t, trace)])


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
        self.parts = _slices({"hidden": n, "cell": n})
        self.activations = {
            "input_gate": LOGISTIC,
            "forget_gate": LOGISTIC,
            "cell_input": TANH,
            "output_gate": LOGISTIC,
            "squashed_cell": TANH,
        }
        bias = np.zeros(4 * n)
        bias[n : 2 * n] = number_in("forget_bias", forget_bias)
        self.parameters = {
            "input_weights": draw_weights(
                rng,
                (4 * n, self.input_size),
                scale=input_weight_scale,
                uniform=uniform,
                scale_name="input_weight_scale",
            ),
            "recurrent_weights": draw_weights(
                rng,
                (4 * n, n),
                scale=recurrent_scale,
                uniform=uniform,
                scale_name="recurrent_scale",
            ),
            "bias": bias,
        }

    def forward(self, x: Array, state: Array | None = None) -> LSTMTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, states = begin(self, x, state)
        W, U, b = self.parameters.values()
        drive = x @ W.T + b
        shape = (*drive.shape[:-1], self.hidden_size)
        i, f, g, o, tanh_c = (np.empty(shape) for _ in range(5))
        for t in range(1, len(x) + 1):
            h, c = np.split(states[t - 1], 2, axis=-1)
            net_i, net_f, net_g, net_o = np.split(drive[t - 1] + h @ U.T, 4, axis=-1)
            i[t - 1], f[t - 1], o[t - 1] = logistic(net_i), logistic(net_f), logistic(net_o)
            g[t - 1] = np.tanh(net_g)
            c = f[t - 1] * c + i[t - 1] * g[t - 1]
            tanh_c[t - 1] = np.tanh(c)
            states[t] = np.concatenate([o[t - 1] * tanh_c[t - 1], c], axis=-1)
        return LSTMTrace(x, states, i, f, g, o, tanh_c)

    def _step_backward(self, trace: LSTMTrace, t: int, d_state: Array) -> tuple[Array, Array]:
        """From (dL/dh_t, dL/dc_t) to dL/dnet_t in the order i, f, g, o, and to the step before."""
        i, f, g, o, tanh_c = (
            activity[t - 1]
            for activity in (
                trace.input_gate,
                trace.forget_gate,
                trace.cell_input,
                trace.output_gate,
                trace.squashed_cell,
            )
        )
        c_previous = trace.state[t - 1, ..., self.parts["cell"]]
        d_h, d_c = np.split(d_state, 2, axis=-1)
        d_c = d_c + d_h * o * (1 - tanh_c**2)
        d_net = np.concatenate(
            [
                d_c * g * i * (1 - i),
                d_c * c_previous * f * (1 - f),
                d_c * i * (1 - g**2),
                d_h * tanh_c * o * (1 - o),
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
        return Grads(
            parameters={
                "input_weights": over_steps(d_net, trace.x),
                "recurrent_weights": over_steps(d_net, trace.state[:-1, ..., self.parts["hidden"]]),
                "bias": over_steps(d_net),
            },
            x=d_net @ self.parameters["input_weights"],
            state=d_states,
        )

    def cell_path(self, trace: Trace, t: int) -> Array:
        """The forget gate f_t, ([batch,] hidden_size)."""
        trace = of_kind("trace", trace, LSTMTrace)
        return trace.forget_gate[_step("t", t, trace)]


def _slices(sizes: dict[str, int]) -> dict[str, slice]:
    ends = np.cumsum(list(sizes.values())).tolist()
    return {
        name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)
    }


def _step(name: str, t: object, trace: Trace) -> int:
    return integer_in(name, t, minimum=1, maximum=trace.steps) - 1
