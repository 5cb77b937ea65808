"""The experiments of chapter 04: feed-forward networks that look at a sequence through a window.

Four questions, each asked over seeds: does a window find the cue that decides what "bank" means
("grid"), does it know a cue again at a place where none stood in training ("shift"), how many
sentences does a wider window need ("cost"), and what does a window of months see of a year in the
carbon dioxide of Mauna Loa ("co2").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab import data
from lstm_lab._validate import Array, finite_array, generator, integer_in, one_of, positive_integer
from lstm_lab.models import MLP, count_parameters
from lstm_lab.models.activations import logistic
from lstm_lab.results import RESULTS, run_trials
from lstm_lab.training import Adam

NEAREST = 4
"""The least distance of a cue: in "boat people near the bank" it stands 4 words before "bank"."""

CUES = {
    "river": ("river", "boat", "ferry", "fishing"),
    "money": ("HDFC", "loan", "cheque", "pension"),
}
NAMES = ("Meena", "Ravi", "Farida", "Joseph", "Gurpreet", "Ananya")
VERBS = ("spoke to", "waited for", "asked about", "wrote to")
PLACES = ("near", "beside", "behind")
FILLERS = {
    1: ("again", "quietly", "twice", "alone"),
    2: ("today itself", "after tiffin", "last Monday", "by phone"),
    3: ("in the rain", "the whole morning", "with a cousin", "before the puja"),
    4: ("during the power cut", "after the cricket match", "between two long meetings",
        "with one small bag"),
}  # fmt: skip
PADDING = "·"
"""Stands where a window reaches back beyond the first word."""

WORDS = (
    PADDING,
    *sorted(
        {word for sense in CUES.values() for word in sense}
        | set(NAMES)
        | set(PLACES)
        | {"the", "people"}
        | {word for phrase in VERBS for word in phrase.split()}
        | {word for phrases in FILLERS.values() for phrase in phrases for word in phrase.split()}
    ),
)
"""Every word that can stand before "bank", and the padding."""

INDEX = {word: place for place, word in enumerate(WORDS)}


@dataclass(frozen=True)
class WindowSettings:
    """Everything that decides the experiments of chapter 04."""

    farthest: int = 16
    windows: tuple[int, ...] = tuple(range(2, 17))
    sentences: int = 3000
    test_sentences: int = 200
    hidden_size: int = 8
    updates: int = 600
    batch: int = 32
    learning_rate: float = 0.01
    seeds: int = 10
    shift_taught: tuple[int, ...] = (4, 6, 8, 10, 12, 14, 16)
    shift_seeds: int = 10
    cost_windows: tuple[int, ...] = (4, 8, 12, 16, 32)
    cost_sentences: tuple[int, ...] = (12, 25, 50, 100, 200, 400, 800, 1600, 3200)
    cost_seeds: int = 7
    cost_right: float = 0.95
    first_year: int = 1965
    held_out_from: int = 1990
    co2_windows: tuple[int, ...] = (*range(1, 15), 16, 18, 21, 24, 30, 36)
    co2_ahead: tuple[int, ...] = (1, 3, 6, 12)
    co2_seeds: int = 7


def sentence(rng: np.random.Generator, distance: int, sense: str) -> list[str]:
    """A sentence up to the word before "bank": its cue stands `distance` words before "bank".

        NAME VERB the CUE people FILLER ... PLACE the [bank]

    The fillers are phrases that say nothing about the sense and fill the gap exactly. Whatever is
    drawn, only the cue depends on the sense.

    Args:
        rng: draws the words.
        distance: 4 or more.
        sense: "river" or "money".

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range.
    """
    generator("rng", rng)
    gap = integer_in("distance", distance, minimum=NEAREST) - NEAREST
    cue = _pick(rng, CUES[one_of("sense", sense, CUES)])
    words = [_pick(rng, NAMES), *_pick(rng, VERBS).split(), "the", cue, "people"]
    last = ""
    while gap:
        length = int(rng.integers(1, min(4, gap) + 1))
        phrase = _pick(rng, [one for one in FILLERS[length] if one != last])
        words += phrase.split()
        gap, last = gap - length, phrase
    return [*words, _pick(rng, PLACES), "the"]


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def draw(
    rng: np.random.Generator, count: int, nearest: int, farthest: int
) -> tuple[list[list[str]], Array]:
    """Sentences with the cue at a distance drawn evenly from nearest..farthest; 1 for the river, 0 for money."""
    generator("rng", rng)
    positive_integer("count", count)
    integer_in("nearest", nearest, minimum=NEAREST)
    integer_in("farthest", farthest, minimum=nearest)
    distances = rng.integers(nearest, farthest + 1, count)
    river = rng.integers(0, 2, count)
    words = [
        sentence(rng, int(distance), "river" if is_river else "money")
        for distance, is_river in zip(distances, river, strict=True)
    ]
    return words, river.astype(float)


def through_window(sentences: Sequence[Sequence[str]], window: int) -> np.ndarray:
    """What a window sees: the numbers of the last `window` words, the nearest to "bank" first."""
    seen = np.full((len(sentences), positive_integer("window", window)), INDEX[PADDING])
    for row, words in zip(seen, sentences, strict=True):
        nearest = [_place(word) for word in words[::-1][:window]]
        row[: len(nearest)] = nearest
    return seen


def _place(word: str) -> int:
    """The number of a word."""
    if word not in INDEX:
        raise ValueError(f"sentences must be made of WORDS, got {word!r}")
    return INDEX[word]


def one_hot(seen: np.ndarray) -> Array:
    """One block of len(WORDS) inputs for each place of the window, a 1 in each: (examples, window * len(WORDS))."""
    return np.eye(len(WORDS))[seen].reshape(len(seen), -1)


def running_sum(sentences: Sequence[Sequence[str]]) -> Array:
    """The sum of the one-hot words of the whole sentence, s_t = s_{t-1} + x_t: (examples, len(WORDS))."""
    total = np.zeros((len(sentences), len(WORDS)))
    for s, words in zip(total, sentences, strict=True):
        for word in words:
            s[_place(word)] += 1
    return total


class Reader:
    """A feed-forward network that reads the words before "bank" and says how likely the river is.

    Args:
        window: how many words it sees; None for the running sum of all of them.
        rng: draws the initial weights.
        hidden_size: tanh units between the words and the one logistic output.
    """

    def __init__(
        self, window: int | None, *, rng: np.random.Generator, hidden_size: int = 8
    ) -> None:
        self.window = window
        self.net = MLP(
            [len(WORDS) * (window or 1), hidden_size, 1], rng=rng, output_activation="identity"
        )

    @property
    def parameter_count(self) -> int:
        """Weights and biases."""
        return count_parameters(self.net)

    def probability(self, sentences: Sequence[Sequence[str]]) -> Array:
        """P(river) for each sentence."""
        x = running_sum(sentences) if self.window is None else one_hot(self._seen(sentences))
        return logistic(self.net.forward(x).output[:, 0])

    def accuracy(self, sentences: Sequence[Sequence[str]], river: Array) -> float:
        """The share of sentences in which the likelier sense is the right one."""
        return float(np.mean((self.probability(sentences) > 0.5) == (river > 0.5)))

    def train(
        self,
        sentences: Sequence[Sequence[str]],
        river: Array,
        rng: np.random.Generator,
        updates: int = 600,
        batch: int = 32,
        learning_rate: float = 0.01,
    ) -> None:
        """Lower the cross entropy by `updates` steps of Adam, each on a batch drawn from the sentences."""
        seen = running_sum(sentences) if self.window is None else self._seen(sentences)
        optimiser = Adam(learning_rate)
        for _ in range(updates):
            chosen = rng.integers(len(seen), size=batch)
            x = seen[chosen] if self.window is None else one_hot(seen[chosen])
            trace = self.net.forward(x)
            d_net = (logistic(trace.output) - river[chosen, None]) / batch
            optimiser.step(self.net.parameters, self.net.backward(trace, d_net).parameters)

    def _seen(self, sentences: Sequence[Sequence[str]]) -> np.ndarray:
        return through_window(sentences, self.window or 1)


@cache
def monthly_co2(first_year: int = 1965) -> tuple[np.ndarray, Array]:
    """Carbon dioxide at Mauna Loa, monthly means of weekly values (:func:`lstm_lab.data.co2`).

    From 1965 to 2001 no month is missing.

    Returns:
        the time of each month in years (the middle of the month) and the concentration in parts per million.

    Source: C. D. Keeling & T. P. Whorf, 2004.
    """
    year, month, values = data.co2()
    later = year >= first_year
    if not np.isfinite(values[later]).all():
        raise ValueError(f"first_year must leave no month missing, got {first_year}")
    return (year + (month - 0.5) / 12)[later], values[later]


def shapes_before(
    values: Array, window: int, ahead: int, months: np.ndarray
) -> tuple[Array, Array]:
    """Inputs and targets for the months `months` (indices into `values`), forecast `ahead` months before.

    The inputs are the `window` latest values, nearest first, less the newest, so that the level itself, which rises
    from year to year, is no input; the first of them is always 0. The target is the change that is to come.

    Raises:
        TypeError, ValueError: for a window or a horizon that is not positive, or months of which the past or the
            value itself is not there.
    """
    before = positive_integer("window", window) + positive_integer("ahead", ahead) - 1
    values, months = finite_array("values", values, ("months",)), np.asarray(months)
    for month in months.flat:
        integer_in("each of months", month, minimum=before, maximum=len(values) - 1)
    newest = months - ahead
    past = np.stack([values[newest - k] for k in range(window)], axis=1)
    return past - past[:, :1], values[months] - values[newest]


def split_months(settings: WindowSettings) -> tuple[np.ndarray, np.ndarray]:
    """The months to learn from and the held-out ones, the same for every window and horizon."""
    years, _ = monthly_co2(settings.first_year)
    start = max(settings.co2_windows) + max(settings.co2_ahead) - 1
    held_out = (settings.held_out_from - settings.first_year) * 12
    return np.arange(start, held_out), np.arange(held_out, len(years))


def naive_errors(settings: WindowSettings, ahead: int) -> dict[str, float]:
    """Root-mean-square errors of three rules that learn nothing, on the held-out months."""
    _, values = monthly_co2(settings.first_year)
    months = split_months(settings)[1]
    newest, year_ago = months - ahead, months - 12
    guesses = {
        "last value": values[newest],
        "same month last year": values[year_ago],
        "last year's change": values[newest] + values[months - 12] - values[newest - 12],
    }
    return {name: root_mean_square(guess - values[months]) for name, guess in guesses.items()}


def root_mean_square(errors: Array) -> float:
    """The root of the mean of the squares."""
    return float(np.sqrt(np.mean(np.square(errors))))


def run(folder: Path = RESULTS, jobs: int = -1, settings: WindowSettings | None = None) -> str:
    """Run the experiments of chapter 04; returns one sentence about the outcome."""
    chosen = settings or WindowSettings()
    keys: list[tuple[Any, ...]] = [
        *product(["grid"], chosen.windows, range(chosen.seeds)),
        *product(["shift"], ["window", "sum"], chosen.shift_taught, range(chosen.shift_seeds)),
        *product(
            ["cost"], ["window", "sum"], chosen.cost_windows, chosen.cost_sentences,
            range(chosen.cost_seeds),
        ),
        *product(["co2"], chosen.co2_ahead, chosen.co2_windows, range(chosen.co2_seeds)),
    ]  # fmt: skip
    trials = run_trials(folder / "windows.json", keys, window_trial, chosen, jobs)
    return f"windows: {len(trials)} trials, in {folder / 'windows.json'}"


def window_trial(settings: WindowSettings, key: Sequence[Any]) -> dict[str, Any]:
    """One trial of one of the four experiments; `key` begins with its name and ends with its seed."""
    what, *details, seed = key
    experiments: dict[str, Callable[..., dict[str, Any]]] = {
        "grid": _grid,
        "shift": _shift,
        "cost": _cost,
        "co2": _co2,
    }
    return {"what": what, "seed": seed, **experiments[what](settings, *details, seed)}


def _grid(settings: WindowSettings, window: int, seed: int) -> dict[str, Any]:
    """A window of each width, taught and tested at every distance."""
    reader = _taught(settings, window, settings.sentences, settings.farthest, seed)
    return {"window": window, "right": _by_distance(settings, reader, seed)}


def _shift(settings: WindowSettings, kind: str, taught: int, seed: int) -> dict[str, Any]:
    """The widest window and the running sum, taught at distances up to `taught`, tested at every distance."""
    window = settings.farthest if kind == "window" else None
    reader = _taught(settings, window, settings.sentences, taught, seed)
    return {"kind": kind, "taught": taught, "right": _by_distance(settings, reader, seed)}


def _cost(
    settings: WindowSettings, kind: str, window: int, sentences: int, seed: int
) -> dict[str, Any]:
    """A cue anywhere in the window: how well does it do after so many different sentences."""
    reader = _taught(settings, window if kind == "window" else None, sentences, window, seed)
    words, river = draw(np.random.default_rng([seed, 2]), 1000, NEAREST, window)
    return {
        "kind": kind,
        "window": window,
        "sentences": sentences,
        "parameters": reader.parameter_count,
        "right": round(reader.accuracy(words, river), 4),
    }


def _co2(settings: WindowSettings, ahead: int, window: int, seed: int) -> dict[str, Any]:
    """A window of months on the years up to the held-out ones; the forecasts of seed 0 are kept."""
    _, values = monthly_co2(settings.first_year)
    learn, held_out = split_months(settings)
    x, change = shapes_before(values, window, ahead, learn)
    centre, spread = x.mean(axis=0), x.std(axis=0) + (x.std(axis=0) == 0)
    level, size = change.mean(), change.std()
    rng = np.random.default_rng([seed, window])
    net = MLP([window, settings.hidden_size, 1], rng=rng, output_activation="identity")
    optimiser = Adam(settings.learning_rate)
    scaled, target = (x - centre) / spread, ((change - level) / size)[:, None]
    for _ in range(settings.updates):
        chosen = rng.integers(len(x), size=settings.batch)
        trace = net.forward(scaled[chosen])
        d_output = (trace.output - target[chosen]) / settings.batch
        optimiser.step(net.parameters, net.backward(trace, d_output).parameters)

    def errors(months: np.ndarray) -> Array:
        inputs, came = shapes_before(values, window, ahead, months)
        return level + size * net.forward((inputs - centre) / spread).output[:, 0] - came

    trial: dict[str, Any] = {
        "ahead": ahead,
        "window": window,
        "learnt": round(root_mean_square(errors(learn)), 4),
        "held_out": round(root_mean_square(errors(held_out)), 4),
    }
    if seed == 0:
        forecast = values[held_out] + errors(held_out)
        trial["forecast"] = [round(float(value), 2) for value in forecast]
    return trial


def _taught(
    settings: WindowSettings, window: int | None, sentences: int, farthest: int, seed: int
) -> Reader:
    """A reader after training on so many sentences, their cues at distances up to `farthest`."""
    reader = Reader(window, rng=np.random.default_rng([seed, 0]), hidden_size=settings.hidden_size)
    rng = np.random.default_rng([seed, 1])
    words, river = draw(rng, sentences, NEAREST, farthest)
    reader.train(words, river, rng, settings.updates, settings.batch, settings.learning_rate)
    return reader


def _by_distance(settings: WindowSettings, reader: Reader, seed: int) -> list[float]:
    """The share of right answers at each distance from the nearest to the farthest."""
    rng = np.random.default_rng([seed, 2])
    shares = []
    for distance in range(NEAREST, settings.farthest + 1):
        words, river = draw(rng, settings.test_sentences, distance, distance)
        shares.append(round(reader.accuracy(words, river), 4))
    return shares
