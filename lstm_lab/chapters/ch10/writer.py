"""A network that foretells the next letter: how it learns, what a text costs it, what it writes. Chapter 10."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_lab._validate import Array, generator, integer_in, number_in, one_of
from lstm_lab.models import GRU, LSTM, ElmanRNN, Readout
from lstm_lab.models.readout import ReadoutTrace
from lstm_lab.sequences.letters import Alphabet
from lstm_lab.training import Network, output_part

CELLS: dict[str, Callable[..., Any]] = {"tanh RNN": ElmanRNN, "GRU": GRU, "LSTM": LSTM}
"""The LSTM is the one with a forget gate, whose bias begins at 1."""


@dataclass(frozen=True)
class Writer:
    """A recurrent network, its output layer, a softmax over letters, and the alphabet of both."""

    cell: str
    network: Network
    alphabet: Alphabet

    @property
    def size(self) -> int:
        """How many weights there are."""
        return sum(weights.size for weights in self.network.parameters.values())

    def learn_from(
        self, numbers: np.ndarray, state: Array | None
    ) -> tuple[float, dict[str, Array], Array]:
        """One window of truncated backpropagation through time, for a batch of texts side by side.

        The state is carried over from the window before, so the forward pass sees all of the text; the error goes back
        to the beginning of the window alone.

        Args:
            numbers: letters, (T + 1, batch): each but the last is read, each but the first is foretold.
            state: the state after the window before, (batch, state_size), or None at the beginning.

        Returns:
            the mean loss of a letter in nats, its gradient by parameter, and the state after the window.
        """
        target = self.alphabet.vectors(numbers[1:])
        weight = np.full(target.shape[:-1], 1 / target[..., 0].size)
        return self.network.window(self.alphabet.vectors(numbers[:-1]), target, weight, state)

    def read(self, numbers: np.ndarray, state: Array | None = None) -> tuple[ReadoutTrace, Array]:
        """What the output layer gives after each letter, and the state after each.

        Args:
            numbers: letters, (T, [batch]).
            state: the state before them, ([batch,] state_size); zeros if None.
        """
        model = self.network.model
        states = model.forward(self.alphabet.vectors(numbers), state).state[1:]
        return self.network.readout.forward(states[..., output_part(model)]), states

    def bits(self, text: str) -> Array:
        """-log2 of the odds that the network gave each letter of a text but the first, (T - 1,)."""
        numbers = self.alphabet.numbers(text)
        return self.bits_after(numbers[:-1], numbers[1:])

    def bits_after(self, read: np.ndarray, meant: np.ndarray) -> Array:
        """-log2 of the odds of each letter that was meant, after those that were read, in the shape of both."""
        odds = self.read(read)[0].output
        return np.asarray(
            -np.log2(np.take_along_axis(odds, meant[..., np.newaxis], axis=-1)[..., 0])
        )

    def write(
        self, beginning: str, temperature: float, rng: np.random.Generator
    ) -> Iterator[tuple[str, Array]]:
        """Read a beginning, then write without end: each letter is drawn and read back as the next input.

        The odds are those of the net inputs over the temperature, softmax(net / temperature): below 1 likely letters
        become likelier, at 0 the likeliest is always taken.

        Yields:
            each letter written, and the state after it was read, (state_size,).

        Raises:
            TypeError, ValueError: for a beginning with other letters or none, or a temperature below 0.
        """
        if not beginning:
            raise ValueError("beginning must have at least one letter, got none")
        heat = number_in("temperature", temperature, minimum=0, maximum=10)
        generator("rng", rng)
        first = self.alphabet.numbers(beginning)

        def letters() -> Iterator[tuple[str, Array]]:
            trace, states = self.read(first)
            while True:
                number = draw(trace.net[-1], heat, rng)
                trace, states = self.read(np.array([number]), states[-1])
                yield self.alphabet.letters[number], states[-1]

        return letters()


def draw(net: Array, temperature: float, rng: np.random.Generator) -> int:
    """A number from softmax(net / temperature); the largest net input's at 0."""
    if temperature == 0:
        return int(net.argmax())
    scaled = (net - net.max()) / temperature
    odds = np.exp(scaled)
    return int(rng.choice(len(odds), p=odds / odds.sum()))


def fresh(cell: str, hidden_size: int, alphabet: Alphabet, rng: np.random.Generator) -> Writer:
    """An untrained network.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    one_of("cell", cell, CELLS)
    size = integer_in("hidden_size", hidden_size, minimum=1, maximum=1000)
    model = CELLS[cell](len(alphabet), size, rng=rng, input_weight_scale=3.0)
    readout = Readout(size, len(alphabet), rng=rng, kind="softmax")
    return Writer(cell, Network(model, readout), alphabet)


def size_for(cell: str, weights: int, letters: int) -> int:
    """The hidden units with which a network has about so many weights, and not more."""
    blocks = {"tanh RNN": 1, "GRU": 3, "LSTM": 4}[one_of("cell", cell, CELLS)]
    rows = letters + 1
    linear = blocks * rows + letters
    return int((np.sqrt(linear**2 + 4 * blocks * (weights - letters)) - linear) / (2 * blocks))


# --- Weights as they are kept ----------------------------------------------------------------------------------------


def round_weights(writer: Writer) -> None:
    """Round all weights to 16 bits, in place: what is measured is then what is kept."""
    for weights in writer.network.parameters.values():
        weights[...] = weights.astype(np.float16)


def packed(writer: Writer) -> dict[str, str]:
    """The weights by name, rounded to 16 bits, as base64."""
    return {
        name: base64.b64encode(weights.astype("<f2").tobytes()).decode()
        for name, weights in writer.network.parameters.items()
    }


def unpacked(cell: str, hidden_size: int, alphabet: Alphabet, kept: dict[str, str]) -> Writer:
    """The network whose weights were packed."""
    writer = fresh(cell, hidden_size, alphabet, np.random.default_rng(0))
    for name, weights in writer.network.parameters.items():
        found = np.frombuffer(base64.b64decode(kept[name]), "<f2")
        weights[...] = found.reshape(weights.shape)
    return writer
