"""The nets of 1997 in plain NumPy, one trial at a time: what the engine computes, to be read.

With everything that a decision on the paper's gaps can add: ordinary hidden units beside the memory
cells, a constant unit for the outputs' bias, activations that do not begin at 0, and three moments
at which weights may change. The engine is tested against it to 1e-10; where a net has nothing of
that, it computes what `lstm_lab.models.LSTM1997` with a `Readout` does.

Source: Hochreiter & Schmidhuber 1997, section 4 and appendix A.1. Chapter 08.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ... import _validate as check
from ...models.activations import LOGISTIC, activation
from ..published.schema import Net
from .layout import Weights

Array = NDArray[np.float64]

UPDATES = ("step", "sequence", "late")


class NumpyNet:
    """A net that learns on-line by the truncated gradient.

    Step t, with the sources u = (x(t), y(t-1), the bias unit if there is one, 1)::

        y_in, y_out, y_i = f(W_in u), f(W_out u), f(W_i u)      gates and ordinary hidden units
        s_c(t) = s_c(t-1) + y_in g(W_c u)                       internal states, s_c(0) = 0
        y_c    = y_out h(s_c)                                   cell outputs
        y_k    = f(V (y_c, y_i, 1) + V_x x)                     outputs (V_x where there are shortcuts)

    Args:
        net: its topology.
        weights: its weights, one lane; copied.
        learning_rate: alpha.
        output_slope: whether f'(net_k) stands in the error of an output (equation 19).
        update: "step", "sequence" or "late", as in `Decisions`.

    Attributes:
        W: ``(H, S)``, from the sources to cells, input gates, output gates, ordinary units.
        V: ``(K, F)``, from cells, ordinary units and 1 to the outputs.
        V_x: ``(K, inputs)``.

    Raises:
        TypeError, ValueError: on an argument of the wrong kind or out of range.
    """

    def __init__(
        self,
        net: Net,
        weights: Weights,
        learning_rate: float,
        output_slope: bool = True,
        update: str = "step",
    ) -> None:
        self.net = check.of_kind("net", net, Net)
        self.learning_rate = check.positive_number("learning_rate", learning_rate)
        self.output_slope = check.true_or_false("output_slope", output_slope)
        self.update = check.one_of("update", update, UPDATES)
        self.g, self.h = activation("g", net.g), activation("h", net.h)
        dense = net.dense_inputs
        self.W = np.concatenate([weights.hidden[:dense], weights.columns, weights.hidden[dense:]]).T
        self.V = weights.output.T.copy()
        shortcuts = weights.output_columns if net.shortcuts else np.zeros((net.inputs, net.outputs))
        self.V_x = shortcuts.T.copy()
        self.exists = _existing(net)
        self.changes = [np.zeros_like(array) for array in (self.W, self.V, self.V_x)]

    def learn(self, x: Array, target: Array, has_error: NDArray[np.bool_]) -> Array:
        """Run along a sequence and learn from it; returns the outputs, (T, outputs).

        Args:
            x: ``(T, inputs)``, one-hot for symbols.
            target: ``(T, outputs)``.
            has_error: ``(T,)``, at which steps an error comes in.
        """
        net, cells = self.net, self.net.cells
        y, s = np.full(net.hidden, net.start_activation), np.zeros(cells)
        unit = np.full(int(net.bias_unit), net.start_activation)
        P_c, P_in = np.zeros((2, cells, self.W.shape[1]))
        outputs = np.zeros((len(x), net.outputs))
        for t in range(len(x)):
            u = np.concatenate([x[t], y, unit, [1.0]])
            y, s, P_c, P_in = self._forward(u, s, P_c, P_in)
            unit[:] = 1.0
            outputs[t] = self._outputs(x[t], y)
            if has_error[t]:
                self._contribute(x[t], u, y, s, P_c, P_in, outputs[t], target[t])
            at_once = self.update == "step" and has_error[t]
            if at_once or (self.update == "late" and t == 0):
                self._apply()
        if self.update == "sequence":
            self._apply()
        return outputs

    def carried(self, x: Array) -> tuple[Array, Array, Array]:
        """The states at the end of a sequence, and d s_c / d w: by the weights into cells and their input gates.

        Args:
            x: ``(T, inputs)``, one-hot for symbols.

        Returns:
            s_c, ``(cells,)``, then P_c and P_in, each ``(cells, S)``; 0 where there is no connection.
        """
        net = self.net
        y, s = np.full(net.hidden, net.start_activation), np.zeros(net.cells)
        unit = np.full(int(net.bias_unit), net.start_activation)
        P_c, P_in = np.zeros((2, net.cells, self.W.shape[1]))
        for shown in x:
            u = np.concatenate([shown, y, unit, [1.0]])
            y, s, P_c, P_in = self._forward(u, s, P_c, P_in)
            unit[:] = 1.0
        gates = net.cells + np.arange(net.cells) // net.block_size
        return s, P_c * self.exists[0][: net.cells], P_in * self.exists[0][gates]

    def _forward(
        self, u: Array, s: Array, P_c: Array, P_in: Array
    ) -> tuple[Array, Array, Array, Array]:
        """The hidden layer and the states of a step, and what the states owe to each weight."""
        cells = self.net.cells
        a = self.W @ u
        y = LOGISTIC.value(a)
        y_in, y_out = self._of_cells(y)
        g = self.g.value(a[:cells])
        s = s + y_in * g
        y[:cells] = y_out * self.h.value(s)
        P_c = P_c + np.outer(y_in * self.g.slope(g), u)  # equation 27
        P_in = P_in + np.outer(g * LOGISTIC.slope(y_in), u)  # equation 26
        return y, s, P_c, P_in

    def _of_cells(self, y: Array) -> tuple[Array, Array]:
        """The input and the output gate of each cell; 1 where there are no output gates."""
        net = self.net
        gates = y[net.cells : net.cells + net.gates].reshape(-1, net.blocks)
        y_in, y_out = (
            np.repeat(gates, net.block_size, axis=1)
            if net.output_gate
            else (
                np.repeat(gates[0], net.block_size),
                np.ones(net.cells),
            )
        )
        return y_in, y_out

    def _features(self, y: Array) -> Array:
        """What the outputs see: cells, ordinary units, 1."""
        return np.concatenate([y[: self.net.cells], y[self.net.cells + self.net.gates :], [1.0]])

    def _outputs(self, x: Array, y: Array) -> Array:
        a = self.V @ self._features(y) + self.V_x @ x
        return a if self.net.linear_output else LOGISTIC.value(a)

    def _contribute(
        self,
        x: Array,
        u: Array,
        y: Array,
        s: Array,
        P_c: Array,
        P_in: Array,
        output: Array,
        target: Array,
    ) -> None:
        """Add what the error of this step changes in each weight (equation 22)."""
        net, cells, first_unit = self.net, self.net.cells, self.net.cells + self.net.gates
        _, y_out = self._of_cells(y)
        h = self.h.value(s)
        e = target - output
        if self.output_slope and not net.linear_output:
            e = e * LOGISTIC.slope(output)  # equation 19
        back = self.V.T @ e
        e_s = y_out * self.h.slope(h) * back[:cells]
        dW = np.zeros_like(self.W)
        dW[:cells] = e_s[:, None] * P_c
        by_block = (net.blocks, net.block_size)
        d_in = (e_s[:, None] * P_in).reshape(*by_block, -1).sum(axis=1)
        dW[cells : cells + net.blocks] = d_in
        if net.output_gate:
            gates = slice(cells + net.blocks, first_unit)
            e_out = (h * back[:cells]).reshape(by_block).sum(axis=1) * LOGISTIC.slope(y[gates])
            dW[gates] = np.outer(e_out, u)
        dW[first_unit:] = np.outer(back[cells:-1] * LOGISTIC.slope(y[first_unit:]), u)
        ways = (dW, np.outer(e, self._features(y)), np.outer(e, x))
        for change, way, exists in zip(self.changes, ways, self.exists, strict=True):
            change += self.learning_rate * exists * way

    def _apply(self) -> None:
        """Put what was added up to the weights."""
        for weights, change in zip((self.W, self.V, self.V_x), self.changes, strict=True):
            weights += change
            change[:] = 0.0


def _existing(net: Net) -> tuple[Array, Array, Array]:
    """Which connections there are, as 0 and 1, in the shapes of W, V and V_x."""
    first_unit, symbols = net.cells + net.gates, net.inputs
    W = np.ones((net.hidden, symbols + net.hidden + net.bias_unit + 1))
    fed_back = W[:, symbols:-1]
    if not net.recurrent:
        fed_back[:] = 0.0
    if not net.into_cells:
        fed_back[: net.cells] = 0.0
    if not net.hidden_units_feed_blocks:
        fed_back[:first_unit, first_unit : net.hidden] = 0.0
    if not net.hidden_units_recurrent:
        fed_back[first_unit:] = 0.0
    W[:, -1] = net.bias_of_hidden
    V = np.ones((net.outputs, net.features + 1))
    V[:, -1] = net.output_bias is not None
    return W, V, np.full((net.outputs, net.inputs), float(net.shortcuts))
