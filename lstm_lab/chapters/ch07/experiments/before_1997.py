"""What was tried before 1997, on one task: delays, time constants and the chunker beside the cell. Chapter 07."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import (
    Array,
    finite_array,
    generator,
    integer_in,
    number_in,
    one_of,
    positive_integer,
)
from lstm_lab.models import LSTM1997, ElmanRNN, Readout, Recurrent
from lstm_lab.models.parameters import draw_matrix, over_examples
from lstm_lab.models.recurrent import (
    Grads,
    Trace,
    backpropagate_through_time,
    begin,
    cotangent,
    slices,
)
from lstm_lab.models.trace_origin import checked_trace
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.training import Adam, Network, clip_norm, output_part

ALPHABET = "xyabcd"
"""Two cues, and four letters to pass the time."""
CUES, FILLERS = 2, 4

APPROACHES = (
    "tanh RNN",
    "delays",
    "time constants 10",
    "time constants 100",
    "chunker",
    "LSTM 1997",
)


@dataclass(frozen=True)
class BeforeSettings:
    """Everything that decides the experiment on the forerunners of chapter 07."""

    approaches: tuple[str, ...] = APPROACHES
    random_shares: tuple[float, ...] = (0.0, 0.1, 1.0)
    lags: tuple[int, ...] = (10, 30, 100)
    seeds: int = 5
    hidden_size: int = 16
    delay: int = 10
    input_gate_bias: float = -3.0
    surprise: float = 0.5
    batch: int = 16
    updates: int = 1000
    learning_rate: float = 0.003
    clip: float = 1.0
    check_every: int = 50
    test_sequences: int = 200
    right_share: float = 0.99


def run(folder: Path = RESULTS, jobs: int = -1, settings: BeforeSettings | None = None) -> str:
    """Train each approach to say at the end which letter came first, over seeds; returns one sentence on the outcome.

    A trial succeeds when, at a check, `right_share` of fresh test sequences get the larger chance for the right one of
    the two cues.
    """
    chosen = settings or BeforeSettings()
    keys = list(product(chosen.approaches, chosen.random_shares, chosen.lags, range(chosen.seeds)))
    trials = run_trials(folder / "before_1997.json", keys, before_trial, chosen, jobs)
    solved = sum(trial["updates"] is not None for trial in trials)
    return f"before_1997: {solved} of {len(trials)} trials solved, in {folder / 'before_1997.json'}"


def before_trial(settings: BeforeSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial: updates to success (None if it never came) and the share of right answers at the end."""
    approach, random_share, lag, seed = key
    learner = _learner(settings, approach, np.random.default_rng([seed, 0]))
    stream = letters(np.random.default_rng([seed, 1]), lag, random_share, settings.batch)
    tests = letters(np.random.default_rng([seed, 2]), lag, random_share, settings.test_sequences)
    updates, right = None, 0.0
    for update in range(1, settings.updates + 1):
        learner.learn(next(stream))
        if update % settings.check_every == 0:
            string = next(tests)
            said = learner.answers(string)
            right = float(np.mean(said == string[-1]))
            if right >= settings.right_share:
                updates = update
                break
    return {
        "approach": approach,
        "random_share": random_share,
        "lag": lag,
        "seed": seed,
        "updates": updates,
        "right": round(right, 4),
        "passed_up": learner.passed_up(string),
    }


def letters(
    rng: np.random.Generator, lag: int, random_share: float, batch: int
) -> Iterator[np.ndarray]:
    """Strings whose last letter is their first, `lag` steps before: tasks 2a and 2b with a small alphabet.

    x or y with equal odds; then a, b, c, d in turn, `lag` - 1 of them, each drawn anew from the four with the chance
    `random_share`; then the first letter again.

    Yields:
        numbers of letters in `ALPHABET`, (lag + 1, batch).

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: 1997, section 5.2, which has as many letters as steps. Chapter 07.
    """
    rng = generator("rng", rng)
    integer_in("lag", lag, minimum=2)
    number_in("random_share", random_share, minimum=0, maximum=1)
    positive_integer("batch", batch)
    in_turn = CUES + np.arange(lag - 1)[:, np.newaxis] % FILLERS

    def stream() -> Iterator[np.ndarray]:
        while True:
            cue = rng.integers(CUES, size=(1, batch))
            drawn = CUES + rng.integers(FILLERS, size=(lag - 1, batch))
            fillers = np.where(rng.random((lag - 1, batch)) < random_share, drawn, in_turn)
            yield np.concatenate([cue, fillers, cue])

    return stream()


def one_hot(string: np.ndarray) -> Array:
    """Letters as inputs, (..., len(ALPHABET))."""
    return np.eye(len(ALPHABET))[string]


# --- Delays and time constants ---------------------------------------------------------------------------------------


class Forerunner:
    """The simple recurrent network with one or both of two remedies: connections from long ago, and slow units.

        a_t = W x_t + U h_{t-1} + V h_{t-D} + b
        h_t = (1 - 1/tau) h_{t-1} + (1/tau) tanh(a_t)

    The state is (h_t, h_{t-1} ... h_{t-D+1}). Without a delay there is no V, and with all time constants 1 it is
    then an :class:`~lstm_lab.models.ElmanRNN`.

    Parameters, by name and shape: `input_weights` W (hidden_size, input_size), `recurrent_weights` U and, with a
    delay, `delayed_weights` V (hidden_size, hidden_size), `bias` b (hidden_size,).

    Args:
        input_size: length of one input vector.
        hidden_size: number of hidden units.
        rng: draws the initial weights; those of U and V have the variance that U alone would have.
        time_constants: tau, in steps, at least 1: one for all units, or one for each. They are not learnt.
        delay: D, in steps, at least 2; None for none.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.

    Source: time constants after M. C. Mozer, "Induction of multiscale temporal structure", NIPS 4, 1992; delays as
    in section 2 of Hochreiter & Schmidhuber 1997. Chapter 07.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        time_constants: float | Sequence[float] | Array = 1.0,
        delay: int | None = None,
    ) -> None:
        self.input_size = positive_integer("input_size", input_size)
        self.hidden_size = n = positive_integer("hidden_size", hidden_size)
        rng = generator("rng", rng)
        slow = finite_array("time_constants", time_constants, (), (n,))
        if (slow < 1).any():
            raise ValueError(f"time_constants must be at least 1, got {slow.min()}")
        self.delay = 1 if delay is None else integer_in("delay", delay, minimum=2)
        self.rate = 1 / slow
        self.state_size = self.delay * n
        self.parts = slices({"hidden": n, "earlier": self.state_size - n})
        self.activations: dict[str, Any] = {}
        sources = 1 if delay is None else 2
        self.parameters = {"input_weights": draw_matrix(rng, (n, self.input_size), 1.0, None)}
        for name in ("recurrent_weights", "delayed_weights")[:sources]:
            self.parameters[name] = draw_matrix(rng, (n, n), sources**-0.5, None)
        self.parameters["bias"] = np.zeros(n)

    def forward(self, x: Array, state: Array | None = None) -> Trace:
        """Run along x, (T, input_size) or (T, batch, input_size), from `state` (zeros if None)."""
        x, s = begin(self, x, state)
        n = self.hidden_size
        for t in range(1, len(x) + 1):
            h = s[t - 1][..., :n]
            s[t][..., :n] = (1 - self.rate) * h + self.rate * np.tanh(self._net(x[t - 1], s[t - 1]))
            s[t][..., n:] = s[t - 1][..., :-n] if self.delay > 1 else s[t][..., n:]
        return Trace(x, s, model=self)

    def _net(self, x_t: Array, earlier: Array) -> Array:
        named, n = self.parameters, self.hidden_size
        a = x_t @ named["input_weights"].T + named["bias"]
        a += earlier[..., :n] @ named["recurrent_weights"].T
        if self.delay > 1:
            a += earlier[..., -n:] @ named["delayed_weights"].T
        return a

    def _step_backward(self, trace: Trace, t: int, d_state: Array) -> tuple[Array, Array]:
        """dL/da_t, and what the state before receives: by the net input, by slowness and by the shift."""
        n = self.hidden_size
        d_h = d_state[..., :n]
        tanh = np.tanh(self._net(trace.x[t - 1], trace.state[t - 1]))
        d_a = d_h * self.rate * (1 - tanh**2)
        d_before = np.zeros_like(d_state)
        d_before[..., :n] = d_h * (1 - self.rate) + d_a @ self.parameters["recurrent_weights"]
        if self.delay > 1:
            d_before[..., :-n] += d_state[..., n:]
            d_before[..., -n:] += d_a @ self.parameters["delayed_weights"]
        return d_a, d_before

    def step_backward(self, trace: Trace, t: int, d_state: Array) -> Array:
        """d_state times the Jacobian of one step. See :class:`~lstm_lab.models.Recurrent`."""
        trace = checked_trace(self, trace, Trace)
        return self._step_backward(trace, *cotangent(trace, t, d_state))[1]

    def backward(self, trace: Trace, d_state: Array) -> Grads:
        """Backpropagate the injected dL/dstate_t, (T, [batch,] state_size), through time."""
        trace = checked_trace(self, trace, Trace)
        d_a, d_states = backpropagate_through_time(self._step_backward, trace, d_state)
        n, before = self.hidden_size, trace.state[:-1]
        gradients = {
            "input_weights": over_examples(d_a, trace.x),
            "recurrent_weights": over_examples(d_a, before[..., :n]),
            "delayed_weights": over_examples(d_a, before[..., -n:]),
            "bias": over_examples(d_a),
        }
        return Grads(
            parameters={name: gradients[name] for name in self.parameters},
            x=d_a @ self.parameters["input_weights"],
            state=d_states,
        )

    def cell_path(self, trace: Trace, t: int) -> None:
        """None: there is no memory cell."""
        cotangent(checked_trace(self, trace, Trace), t, trace.state[0])


# --- Learners --------------------------------------------------------------------------------------------------------


class Predictor:
    """A network that says which letter comes next, trained on each step's cross entropy with Adam."""

    def __init__(self, model: Recurrent, rng: np.random.Generator, settings: BeforeSettings):
        readout = Readout(model.hidden_size, len(ALPHABET), rng=rng, kind="softmax")
        self.network = Network(model, readout)
        self.optimiser = Adam(settings.learning_rate)
        self.clip = settings.clip

    def chances(self, x: Array) -> Array:
        """The chance of each letter to be the next, after each step of x."""
        return self.network.outputs(x)

    def update(self, x: Array, target: Array, weight: Array) -> Array:
        """One update on the mean cross entropy of the steps with a weight of 1; returns the chances before it."""
        model, readout = self.network.model, self.network.readout
        trace = model.forward(x)
        hidden = output_part(model)
        read = readout.forward(trace.state[1:][..., hidden])
        back = readout.backward(read, target, weight / max(weight.sum(), 1))
        d_state = np.zeros_like(trace.state[1:])
        d_state[..., hidden] = back.x
        gradients = dict(model.backward(trace, d_state).parameters)
        gradients |= {f"readout.{name}": g for name, g in back.parameters.items()}
        self.optimiser.step(self.network.parameters, clip_norm(gradients, self.clip)[0])
        return read.output


class Single:
    """One network reads every letter."""

    def __init__(self, model: Recurrent, rng: np.random.Generator, settings: BeforeSettings):
        self.predictor = Predictor(model, rng, settings)

    def learn(self, string: np.ndarray) -> None:
        """One update on strings of letters, (T + 1, batch)."""
        self.predictor.update(one_hot(string[:-1]), one_hot(string[1:]), np.ones(string[1:].shape))

    def answers(self, string: np.ndarray) -> np.ndarray:
        """Which of the cues has the larger chance to be the last letter."""
        return self.predictor.chances(one_hot(string[:-1]))[-1, ..., :CUES].argmax(axis=-1)

    def passed_up(self, string: np.ndarray) -> None:
        """None: there is nothing above."""


class Chunker:
    """Two networks: the upper one reads only the letters that the lower one did not expect.

    A letter is unexpected if the lower network gave it a chance of less than `surprise`; the first always goes up. The
    upper network learns to say which letter goes up next. The paper's upper network is also told when a letter went
    up, and its lower one learns to imitate the upper one; both are left out.

    Source: J. Schmidhuber, "Learning complex, extended sequences using the principle of history compression", Neural
    Computation 4(2), 1992. Chapter 07.
    """

    def __init__(self, rng: np.random.Generator, settings: BeforeSettings):
        self.lower, self.upper = (
            Predictor(ElmanRNN(len(ALPHABET), settings.hidden_size, rng=rng), rng, settings)
            for _ in range(2)
        )
        self.surprise = settings.surprise

    def learn(self, string: np.ndarray) -> None:
        """One update of both networks."""
        chances = self.lower.update(
            one_hot(string[:-1]), one_hot(string[1:]), np.ones(string[1:].shape)
        )
        goes_up = unexpected(string, chances, self.surprise)
        high, length = compressed(string, goes_up)
        if len(high) > 1:  # else the lower network expected every letter but the first
            weight = (np.arange(1, len(high))[:, np.newaxis] < length).astype(float)
            self.upper.update(one_hot(high[:-1]), one_hot(high[1:]), weight)

    def answers(self, string: np.ndarray) -> np.ndarray:
        """Which of the cues has the larger chance, by the word of the network that is surer of it."""
        chances = self.lower.chances(one_hot(string[:-1]))
        high, length = compressed(string[:-1], unexpected(string, chances, self.surprise)[:-1])
        above = self.upper.chances(one_hot(high))[length - 1, np.arange(string.shape[1])]
        both = np.stack([chances[-1], above])[..., :CUES]
        both /= both.sum(axis=-1, keepdims=True)
        return both.max(axis=0).argmax(axis=-1)

    def passed_up(self, string: np.ndarray) -> float:
        """How many letters of a string go up, on average, the first and the last included."""
        chances = self.lower.chances(one_hot(string[:-1]))
        goes_up = unexpected(string, chances, self.surprise)
        return round(float(goes_up.sum(axis=0).mean()), 2)


def unexpected(string: np.ndarray, chances: Array, surprise: float) -> np.ndarray:
    """Which letters were given a chance below `surprise`: bool, (T + 1, batch); the first always is.

    Args:
        string: letters, (T + 1, batch).
        chances: those of all letters after each step, (T, batch, len(ALPHABET)).
        surprise: from 0 to 1.
    """
    given = np.take_along_axis(chances, string[1:, :, np.newaxis], axis=-1)[..., 0]
    return np.concatenate([np.ones((1, string.shape[1]), bool), given < surprise])


def compressed(string: np.ndarray, goes_up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The letters that go up, moved to the front of each string, and how many they are.

    Returns:
        (longest, batch), filled up with the letter 0, and the lengths, (batch,).
    """
    order = np.argsort(~goes_up, axis=0, kind="stable")
    length = goes_up.sum(axis=0)
    front = np.take_along_axis(string, order, axis=0)
    front[np.arange(len(string))[:, np.newaxis] >= length] = 0
    return front[: length.max()], length


def _learner(settings: BeforeSettings, approach: str, rng: np.random.Generator) -> Single | Chunker:
    one_of("approach", approach, APPROACHES)
    if approach == "chunker":
        return Chunker(rng, settings)
    sizes = (len(ALPHABET), settings.hidden_size)
    model: Recurrent
    if approach == "tanh RNN":
        model = ElmanRNN(*sizes, rng=rng)
    elif approach == "LSTM 1997":
        model = LSTM1997(*sizes, rng=rng, input_gate_bias=settings.input_gate_bias)
    elif approach == "delays":
        model = Forerunner(*sizes, rng=rng, delay=settings.delay)
    else:
        slow = float(approach.split()[-1])
        half = settings.hidden_size // 2
        constants = np.repeat([1.0, slow], [settings.hidden_size - half, half])
        model = Forerunner(*sizes, rng=rng, time_constants=constants)
    return Single(model, rng, settings)
