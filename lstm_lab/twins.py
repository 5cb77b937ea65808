"""The models in PyTorch, where autograd finds the gradient: for verification and as a baseline.

`twin(model)` writes a model's forward equations once more, with its weights copied, and no backward
pass at all; that its gradients come out the same is what the tests check. `torch_layer(model)`
copies the weights into PyTorch's own `torch.nn.RNN`, `torch.nn.LSTM` or `torch.nn.GRU`.

All in float64. The only module of the package that imports torch. Chapters 05, 07 and 09.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_lab.models import GRU, LSTM, LSTM1997, MLP, ElmanRNN, Readout, Recurrent, VariantLSTM

ACTIVATIONS = {
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "logistic [-1, 1]": lambda net: 2 * torch.sigmoid(net) - 1,
    "logistic [-2, 2]": lambda net: 4 * torch.sigmoid(net) - 2,
    "identity": lambda net: net,
    "relu": torch.relu,
}
"""The functions of `models.activations`, as the 1997 paper writes those that squash."""


class Twin(nn.Module):
    """A module with a model's weights, as torch parameters of the same names and shapes."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        for name, weights in model.parameters.items():
            self.register_parameter(name, nn.Parameter(torch.tensor(weights)))

    def get(self, name: str, size: int = 0) -> Tensor:
        """The parameter called `name`; zeros of length `size` if the model does without it."""
        found: Tensor = getattr(self, name, torch.zeros(size, dtype=torch.float64))
        return found


class RecurrentTwin(Twin):
    """A recurrent model in torch; see `Recurrent` for the shapes."""

    model: Recurrent

    def step(self, x: Tensor, state: Tensor) -> Tensor:
        """The next state, ([batch,] state_size), from an input and the state before."""
        raise NotImplementedError

    def forward(self, x: Tensor, state: Tensor | None = None) -> Tensor:
        """Run along x; return all states, (T + 1, [batch,] state_size), the initial one first."""
        if state is None:
            state = x.new_zeros(*x.shape[1:-1], self.model.state_size)
        states = [state]
        for x_t in x:
            states.append(self.step(x_t, states[-1]))
        return torch.stack(states)

    def parts(self, state: Tensor) -> dict[str, Tensor]:
        """The named parts of a state."""
        return {name: state[..., part] for name, part in self.model.parts.items()}


class ElmanTwin(RecurrentTwin):
    """The equation of `ElmanRNN`."""

    model: ElmanRNN

    def step(self, x: Tensor, state: Tensor) -> Tensor:
        """The next hidden layer, f(W x_t + U h_{t-1} + b)."""
        f = ACTIVATIONS[self.model.activation.name]
        net = x @ self.get("input_weights").T + state @ self.get("recurrent_weights").T
        return f(net + self.get("bias"))


class LSTM1997Twin(RecurrentTwin):
    """The equations of `LSTM1997`; the truncated gradient is that of a detached hidden layer."""

    model: LSTM1997

    def step(self, x: Tensor, state: Tensor) -> Tensor:
        """The three stages: net inputs and gates, s_c + y_in g(net_c), y_out h(s_c)."""
        model = self.model
        cells, blocks = model.hidden_size, model.blocks
        hidden = torch.cat(list(self.parts(state).values())[1:], dim=-1)
        if model.gradient == "truncated":
            hidden = hidden.detach()
        net = x @ self.get("input_weights").T
        if model.recurrent:
            net = net + hidden @ self.get("recurrent_weights").T
        bias = [self.get("cell_bias", cells), self.get("input_gate_bias", blocks)]
        if model.output_gate:
            bias.append(self.get("output_gate_bias", blocks))
        net = net + torch.cat(bias)

        net_c, gates = net[..., :cells], torch.sigmoid(net[..., cells:])
        y_in = gates[..., :blocks].repeat_interleave(model.block_size, dim=-1)
        s = self.parts(state)["cell"] + y_in * ACTIVATIONS[model.g.name](net_c)
        y_c = ACTIVATIONS[model.h.name](s)
        if model.output_gate:
            y_c = gates[..., blocks:].repeat_interleave(model.block_size, dim=-1) * y_c
        return torch.cat([s, y_c, gates], dim=-1)


class LSTMTwin(RecurrentTwin):
    """The equations of `LSTM`."""

    model: LSTM

    def step(self, x: Tensor, state: Tensor) -> Tensor:
        """The next (h, c), with c = f c + i g and h = o tanh(c)."""
        before = self.parts(state)
        net = x @ self.get("input_weights").T + before["hidden"] @ self.get("recurrent_weights").T
        i, f, g, o = (net + self.get("bias")).chunk(4, dim=-1)
        c = torch.sigmoid(f) * before["cell"] + torch.sigmoid(i) * torch.tanh(g)
        return torch.cat([torch.sigmoid(o) * torch.tanh(c), c], dim=-1)


class VariantLSTMTwin(RecurrentTwin):
    """The equations of `VariantLSTM`."""

    model: VariantLSTM

    def step(self, x: Tensor, state: Tensor) -> Tensor:
        """The next (h, c), with the parts that this variant has."""
        model, before = self.model, self.parts(state)
        net = x @ self.get("input_weights").T + before["hidden"] @ self.get("recurrent_weights").T
        i, f, g, o = (net + self.get("bias")).chunk(4, dim=-1)
        p_i, p_f, p_o = self.get("peepholes") if "peepholes" in model.parameters else (0, 0, 0)
        i = torch.sigmoid(i + p_i * before["cell"]) if model.input_gate else torch.ones_like(i)
        f = {
            "gate": torch.sigmoid(f + p_f * before["cell"]),
            "none": torch.ones_like(f),
            "coupled": 1 - i,
        }[model.forget]
        c = f * before["cell"] + i * torch.tanh(g)
        o = torch.sigmoid(o + p_o * c) if model.output_gate else torch.ones_like(o)
        return torch.cat([o * (torch.tanh(c) if model.squash else c), c], dim=-1)


class GRUTwin(RecurrentTwin):
    """The equations of `GRU`."""

    model: GRU

    def step(self, x: Tensor, state: Tensor) -> Tensor:
        """The next h, a mean of the candidate and of the h before."""
        r, z, n = (x @ self.get("input_weights").T + self.get("bias")).chunk(3, dim=-1)
        r_h, z_h, n_h = (state @ self.get("recurrent_weights").T).chunk(3, dim=-1)
        r, z = torch.sigmoid(r + r_h), torch.sigmoid(z + z_h)
        n = torch.tanh(n + r * (n_h + self.get("recalled_bias")))
        return (1 - z) * n + z * state


class MLPTwin(Twin):
    """The equation of `MLP`."""

    model: MLP

    def forward(self, x: Tensor) -> Tensor:
        """The output, (..., layer_sizes[-1])."""
        for layer, f in enumerate(self.model.activations, start=1):
            net = x @ self.get(f"weights_{layer}").T + self.get(f"bias_{layer}")
            x = ACTIVATIONS[f.name](net)
        return x


class ReadoutTwin(Twin):
    """The equation and the loss of `Readout`."""

    model: Readout

    def forward(self, x: Tensor) -> Tensor:
        """The net input of the outputs, (..., output_size)."""
        return x @ self.get("weights").T + self.get("bias", self.model.output_size)

    def loss(self, net: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
        """The loss of `Readout.loss`, from the net input."""
        if self.model.loss_name == "half squared error":
            output = torch.sigmoid(net) if self.model.kind == "logistic" else net
            each = (output - target) ** 2 / 2
        elif self.model.kind == "logistic":
            each = nn.functional.binary_cross_entropy_with_logits(net, target, reduction="none")
        else:
            each = -target * torch.log_softmax(net, dim=-1)
        per_step = each.sum(dim=-1)
        return (per_step if weight is None else per_step * weight).sum()


_TWINS: dict[type, type[Twin]] = {
    ElmanRNN: ElmanTwin,
    LSTM1997: LSTM1997Twin,
    LSTM: LSTMTwin,
    VariantLSTM: VariantLSTMTwin,
    GRU: GRUTwin,
    MLP: MLPTwin,
    Readout: ReadoutTwin,
}


def twin(model: Any) -> Any:
    """The same model in torch, its weights copied.

    Args:
        model: an `ElmanRNN`, `LSTM1997`, `LSTM`, `VariantLSTM`, `GRU`, `MLP` or `Readout`.

    Returns:
        A `torch.nn.Module` in float64 whose parameters have the names and shapes of
        `model.parameters`. For a recurrent model, `forward(x, state=None)` returns all states,
        (T + 1, [batch,] state_size).

    Raises:
        TypeError: for anything else.
    """
    if type(model) not in _TWINS:
        expected = ", ".join(kind.__name__ for kind in _TWINS)
        raise TypeError(f"model must be one of {expected}, got {type(model).__name__}")
    return _TWINS[type(model)](model)


def torch_layer(model: ElmanRNN | LSTM | GRU) -> nn.RNN | nn.LSTM | nn.GRU:
    """PyTorch's own layer with the weights of a tanh or ReLU `ElmanRNN`, an `LSTM` or a `GRU`, in float64.

    The order of the gates is the same. PyTorch has two bias vectors, of which the second is set to
    zero, but for the part of the GRU's that is its `recalled_bias`.

    Raises:
        TypeError: for any other model.
        ValueError: for an `ElmanRNN` with logistic units, which PyTorch does not have.
    """
    layers = {ElmanRNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU}
    if type(model) not in layers:  # a variant of the LSTM is an LSTM, but not PyTorch's
        raise TypeError(f"model must be an ElmanRNN, an LSTM or a GRU, got {type(model).__name__}")
    options: dict[str, Any] = {}
    if isinstance(model, ElmanRNN):
        if model.activation.name == "logistic":
            raise ValueError("model must have tanh or relu units, got 'logistic'")
        options = {"nonlinearity": model.activation.name}
    layer = layers[type(model)](model.input_size, model.hidden_size, dtype=torch.float64, **options)
    second_bias = np.zeros_like(model.parameters["bias"])
    if isinstance(model, GRU):
        second_bias[model.rows["candidate"]] = model.parameters["recalled_bias"]
    named = {
        "weight_ih_l0": model.parameters["input_weights"],
        "weight_hh_l0": model.parameters["recurrent_weights"],
        "bias_ih_l0": model.parameters["bias"],
        "bias_hh_l0": second_bias,
    }
    layer.load_state_dict({name: torch.tensor(weights) for name, weights in named.items()})
    return layer
