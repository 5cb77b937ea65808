"""The simple recurrent network (Elman 1990).

Its state is its hidden layer::

    a_t = W x_t + U h_{t-1} + b,        h_t = f(a_t)

Source: J. L. Elman, "Finding structure in time", Cognitive Science 14(2):179-211, 1990; trained by
full backpropagation through time (Rumelhart, Hinton & Williams 1986), where Elman copied the
hidden layer and cut the gradient after one step. Introduced in chapter 05; its gradient in
chapter 06.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_lab._validate import Array, finite_array, integer_in, one_of, positive_integer
from lstm_lab.models.activations import LOGISTIC, RELU, TANH
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    backpropagate_through_time,
    begin,
    cotangent,
    draw_weights,
    grads,
    step_of,
    weights,
)
from lstm_lab.models.trace_origin import checked_trace

UNITS = {unit.name: unit for unit in (TANH, LOGISTIC, RELU)}
INITIALISATIONS = ("normal", "orthogonal", "identity")
"""How the recurrent weights of an `ElmanRNN` can start."""


class ElmanTrace(Trace):
    """The trace of an ElmanRNN; its state is the hidden layer."""

    @property
    def hidden(self) -> Array:
        """h_1..h_T, (T, [batch,] hidden_size)."""
        return self.state[1:]


class ElmanRNN:
    """h_t = f(a_t) with a_t = W x_t + U h_{t-1} + b, and f = tanh, the logistic function or ReLU.

    Parameters, by name and shape: `input_weights` W (hidden_size, input_size),
    `recurrent_weights` U (hidden_size, hidden_size), `bias` b (hidden_size,).

    Args:
        input_size: length of one input vector.
        hidden_size: number of hidden units; the state is these alone.
        rng: draws the initial weights.
        activation: "tanh", "logistic" or "relu".
        recurrent_scale: spectral radius of U, exactly.
        initialisation: "normal": U is drawn N(0, 1 / hidden_size) and then rescaled; "orthogonal":
            U is `recurrent_scale` times a random orthogonal matrix (Saxe et al. 2014); "identity":
            `recurrent_scale` times the identity (with ReLU units the IRNN of Le et al. 2015).
        input_weight_scale: W is N(0, input_weight_scale^2 / input_size).
        uniform: if given, W and U are drawn uniformly from [-uniform, uniform] instead. The bias
            starts at zero either way.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, and for
            `uniform` beside an initialisation of its own.

    Source: Elman 1990; A. M. Saxe, J. L. McClelland & S. Ganguli, ICLR 2014, arXiv:1312.6120;
    Q. V. Le, N. Jaitly & G. E. Hinton, arXiv:1504.00941, 2015. Chapters 05 and 06.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        activation: str = "tanh",
        initialisation: str = "normal",
        recurrent_scale: float = 1.0,
        input_weight_scale: float = 1.0,
        uniform: float | None = None,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.hidden_size = positive_integer("hidden_size", hidden_size)
        self.state_size = self.hidden_size
        self.parts = {"hidden": slice(0, self.hidden_size)}
        self.activation = UNITS[one_of("activation", activation, UNITS)]
        self.activations = {"hidden": self.activation}

        W, U = draw_weights(
            rng,
            self.hidden_size,
            self.input_size,
            self.hidden_size,
            input_weight_scale=input_weight_scale,
            recurrent_scale=recurrent_scale,
            uniform=uniform,
        )
        if one_of("initialisation", initialisation, INITIALISATIONS) != "normal":
            if uniform is not None:
                raise ValueError(
                    f"uniform must not be given with initialisation {initialisation!r}, got {uniform}"
                )
            start = orthogonal(U) if initialisation == "orthogonal" else np.eye(len(U))
            U = recurrent_scale * start
        elif uniform is None and (radius := spectral_radius(U)) > 0:
            U *= recurrent_scale / radius
        self.parameters = {
            "input_weights": W,
            "recurrent_weights": U,
            "bias": np.zeros(self.hidden_size),
        }

    def forward(self, x: Array, state: Array | None = None) -> ElmanTrace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, h = begin(self, x, state)
        W, U, b = weights(self)
        for t, x_t in enumerate(x, start=1):
            a = x_t @ W.T + h[t - 1] @ U.T + b  # eq-05-elman
            h[t] = self.activation.value(a)
        return ElmanTrace(x, h, model=self)

    def _step_backward(self, trace: ElmanTrace, t: int, d_h: Array) -> tuple[Array, Array]:
        """dL/da_t = f'(a_t) dL/dh_t, and from there U^T dL/da_t for the step before."""
        d_a = d_h * self.activation.slope(trace.state[t])  # eq-05-net
        return d_a, d_a @ self.parameters["recurrent_weights"]  # eq-05-meet, its second term

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times the Jacobian d h_t / d h_{t-1} = diag(f'(a_t)) U. See `Recurrent`."""
        trace = checked_trace(self, trace, ElmanTrace)
        return self._step_backward(trace, *cotangent(trace, t, d_state))[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dh_t, (T, [batch,] hidden_size), through time."""
        trace = checked_trace(self, trace, ElmanTrace)
        d_a, d_states = backpropagate_through_time(self._step_backward, trace, d_state)
        return grads(self, trace, self.parts["hidden"], d_a, d_states)

    def cell_path(self, trace: Trace, t: int) -> None:
        """None: a simple recurrent network has no memory cell."""
        step_of(checked_trace(self, trace, ElmanTrace), t)


class TruncatedElmanRNN(ElmanRNN):
    """An ElmanRNN whose `backward` follows each error `steps_back` steps back and no further.

    With dL/dh_t injected at step t, the states h_t, h_{t-1} ... h_{t-steps_back} receive error from it. 0 is
    the network of Elman 1990, whose context layer is a copy that counts as one more input; T - 1 or more
    is `ElmanRNN.backward`. Chapter 05.

    Raises:
        TypeError, ValueError: if `steps_back` is not an integer from 0 on, and as `ElmanRNN`.
    """

    def __init__(self, *sizes: int, steps_back: int, **options: Any) -> None:
        super().__init__(*sizes, **options)
        self.steps_back = integer_in("steps_back", steps_back, minimum=0)

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dh_t, `steps_back` steps each."""
        trace = checked_trace(self, trace, ElmanTrace)
        if self.steps_back >= trace.steps - 1:
            return super().backward(trace, d_state)
        slope = self.activation.slope(trace.state[1:])
        arriving = finite_array("d_state", d_state, trace.state[1:].shape)
        total = arriving.copy()
        for _ in range(self.steps_back):
            earlier = (arriving * slope)[1:] @ self.parameters["recurrent_weights"]
            arriving = np.concatenate([earlier, np.zeros_like(arriving[:1])])
            total += arriving
        d_states = np.concatenate([np.zeros_like(total[:1]), total])
        return grads(self, trace, self.parts["hidden"], total * slope, d_states)


def orthogonal(matrix: Array) -> Array:
    """The orthogonal matrix Q in matrix = Q R, where R has a positive diagonal (chapter 06).

    Of a matrix of independent normal entries it is uniform among all orthogonal matrices (F. Mezzadri,
    Notices of the AMS 54(5):592-604, 2007). All its singular values are 1, so that it keeps every length.

    Raises:
        TypeError, ValueError: for anything but a finite square matrix.
    """
    Q, R = np.linalg.qr(_square(matrix))
    return Q * np.where(np.diag(R) < 0, -1.0, 1.0)


def spectral_radius(matrix: Array) -> float:
    """The largest absolute value of an eigenvalue of a square matrix (chapter 06).

    Raises:
        TypeError, ValueError: for anything but a finite square matrix.
    """
    return float(np.abs(np.linalg.eigvals(_square(matrix))).max())


def _square(matrix: object) -> Array:
    """The argument `matrix`, finite and square."""
    checked = finite_array("matrix", matrix, ("n", "n"))
    if checked.shape[0] != checked.shape[1]:
        raise ValueError(f"matrix must be square, got shape {checked.shape}")
    return checked
