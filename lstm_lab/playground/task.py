"""A sequence cut into windows, the two networks that foretell it, and the rule that they have to beat."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array, integer_in, number_in, one_of
from lstm_lab.models import Readout, make
from lstm_lab.playground.data import BOOKS, Given, given
from lstm_lab.sequences import Sequence
from lstm_lab.training import Network

SIMPLE = "tanh RNN"
CELLS: dict[str, dict[str, str]] = {"LSTM 2000": {}, "LSTM 1997": {"gradient": "full"}}
"""The LSTM of 1997 learns by its full gradient here, so that PyTorch finds the same."""
BATCH, TESTS, CLIP, LEARNT = 16, 32, 1.0, 0.8
MOST_UNITS, MOST_BACK, MOST_UPDATES = 64, 60, 2000


@dataclass(frozen=True)
class Task:
    """What the two networks learn, all of it decided by these settings.

    Args:
        data: one of the book's sequences by its name, or `data.OWN`.
        own: the reader's text.
        cell: the LSTM beside the simple RNN.
        hidden_size: units of each network.
        steps_back: the length of a window: an error is followed so far back at most.
        learning_rate: of Adam.
        updates: on batches of 16 windows.
        seed: of the weights and the windows.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name; for a sequence, in words.
    """

    data: str = next(iter(BOOKS))
    own: str = ""
    cell: str = "LSTM 2000"
    hidden_size: int = 24
    steps_back: int = 20
    learning_rate: float = 0.01
    updates: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        one_of("cell", self.cell, CELLS)
        integer_in("hidden_size", self.hidden_size, minimum=1, maximum=MOST_UNITS)
        integer_in("steps_back", self.steps_back, minimum=1, maximum=MOST_BACK)
        number_in("learning_rate", self.learning_rate, minimum=1e-6, maximum=1)
        integer_in("updates", self.updates, minimum=1, maximum=MOST_UPDATES)
        integer_in("seed", self.seed, minimum=0, maximum=10**6)
        object.__setattr__(self, "sequence", given(self.data, self.own))
        if len(self.tests_part) <= self.steps_back:
            raise ValueError(
                f"steps_back must be below {len(self.tests_part)}, the length of the part that is kept for tests, "
                f"got {self.steps_back}"
            )

    @property
    def given(self) -> Given:
        """The sequence."""
        found: Given = self.sequence  # type: ignore[attr-defined]
        return found

    @property
    def cut(self) -> int:
        """Where the part that is learnt from ends, and that for tests begins."""
        return int(LEARNT * len(self.given.x))

    @property
    def tests_part(self) -> Array:
        """What the networks do not learn from."""
        return self.given.x[self.cut :]

    def networks(self) -> dict[str, Network]:
        """The two networks, untrained."""
        size = self.given.x.shape[1]
        kind = "softmax" if self.given.letters else "linear"
        found = {}
        for place, (name, options) in enumerate(((SIMPLE, {}), (self.cell, CELLS[self.cell]))):
            rng = np.random.default_rng([self.seed, place])
            model = make(name, size, self.hidden_size, rng=rng, **options)
            found[name] = Network(model, Readout(self.hidden_size, size, rng=rng, kind=kind))
        return found

    def batches(self) -> Iterator[Sequence]:
        """Windows of the part that is learnt from, at random places, without end."""
        rng = np.random.default_rng([self.seed, 9])
        x = self.given.x[: self.cut]
        while True:
            yield self._windows(x, rng.integers(0, len(x) - self.steps_back, BATCH))

    def tests(self) -> Sequence:
        """Windows of the rest, evenly spread."""
        last = len(self.tests_part) - self.steps_back - 1
        starts = np.unique(np.linspace(0, last, TESTS).astype(int))
        return self._windows(self.tests_part, starts)

    def _windows(self, x: Array, starts: np.ndarray) -> Sequence:
        places = starts[np.newaxis] + np.arange(self.steps_back)[:, np.newaxis]
        return Sequence(x[places], x[places + 1], np.ones(self.steps_back, dtype=bool))

    # --- What a loss means -------------------------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """The unit of a loss."""
        return "bits a letter" if self.given.letters else "squared error, in variances"

    def per_step(self, loss: float) -> float:
        """A loss over a window, a step, in that unit."""
        return loss / self.steps_back * (1 / math.log(2) if self.given.letters else 2)

    def naive(self) -> float:
        """The loss of the naive rule on the tests: the last number again; or how often each letter follows the last."""
        tests = self.tests()
        if not self.given.letters:
            return float(np.mean((tests.target - tests.x) ** 2))
        learnt = self.given.x[: self.cut].argmax(axis=1)
        size = len(self.given.letters)
        follows = np.ones((size, size)) / size
        np.add.at(follows, (learnt[:-1], learnt[1:]), 1)
        follows /= follows.sum(axis=1, keepdims=True)
        each = follows[tests.x.argmax(axis=2), tests.target.argmax(axis=2)]
        return float(-np.log2(each).mean())

    @property
    def naive_rule(self) -> str:
        """The naive rule, in words."""
        if self.given.letters:
            return "what mostly follows the last letter"
        return "the last number again"

    def sample(self, network: Network, length: int = 80) -> str:
        """Letters that a network writes, each drawn from what it foretells; an empty text for numbers."""
        letters = self.given.letters
        if not letters:
            return ""
        rng = np.random.default_rng([self.seed, 8])
        written = self.given.x[: self.steps_back]
        said = []
        for _ in range(length):
            odds = network.outputs(written[-self.steps_back :])[-1]
            place = rng.choice(len(letters), p=odds / odds.sum())
            said.append(letters[place])
            written = np.vstack([written, np.eye(len(letters))[place]])
        return "".join(said)
