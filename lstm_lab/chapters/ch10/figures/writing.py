"""Writing while one looks on: a kept network letter by letter, a small one that learns from scratch (chapter 10)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, number_in, one_of
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.experiments.writing import WritingSettings, learn
from lstm_lab.chapters.ch10.figures import kept, lit
from lstm_lab.chapters.ch10.writer import Writer, fresh
from lstm_lab.interact import plots, theme
from lstm_lab.interact.training import Step

MOST_LETTERS, MOST_UNITS, MOST_UPDATES = 600, 64, 1000
LETTERS_A_STEP, LOOKS = 8, 25
SAMPLE = 96
ORDERS = {
    "which letters there are": 0,
    "how often each letter comes": 1,
    "what follows a letter": 2,
}


def write_on(
    beginning: str = "The gradient ",
    temperature: float = 0.6,
    cell: str = "LSTM",
    letters: int = 160,
    sought: str = "inside brackets",
    seed: int = 0,
) -> Iterator[Step]:
    """A network that has learnt from this book goes on with a beginning; each field shows one of its units.

    Args:
        beginning: letters of the book's alphabet, at most 80.
        temperature: 0 to 10.
        cell: "tanh RNN", "GRU" or "LSTM", as `lstm-lab measure writing` has kept them.
        letters: how many are written.
        sought: the unit is the one that goes most with it, one of `lit.SOUGHT`.
        seed: of the draws.

    Yields:
        how far it is, and the text so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is written.
    """
    one_of("sought", sought, lit.SOUGHT)
    writer = kept.writer(cell)
    count = integer_in("letters", letters, minimum=1, maximum=MOST_LETTERS)
    integer_in("seed", seed, minimum=0, maximum=10**6)
    if not isinstance(beginning, str) or not 1 <= len(beginning) <= 80:
        raise ValueError(f"beginning must be a text of 1 to 80 letters, got {beginning!r}")
    letters_of = writer.write(beginning, temperature, np.random.default_rng([seed, 7]))
    unit, learnt, _ = lit.found(cell, sought)

    def steps() -> Iterator[Step]:
        model = writer.network.model
        _, states = writer.read(writer.alphabet.numbers(beginning))
        values = [lit.value_of(model, state)[unit] * np.sign(learnt) for state in states]
        said = ""
        for done, (letter, state) in enumerate(letters_of, start=1):
            said += letter
            values.append(lit.value_of(model, state)[unit] * np.sign(learnt))
            if done % LETTERS_A_STEP == 0 or done == count:
                told = f'{cell}, temperature {temperature:g}, unit {unit + 1}: "{beginning}{said}"'
                yield Step(done / count, page(beginning + said, np.array(values), told))
            if done == count:
                return

    return steps()


def page(text: str, values: Array, summary: str) -> go.Figure:
    """A text in lines, each letter on a field whose brightness is a value from -1 to 1."""
    lines = max(4, -(-(MOST_LETTERS if len(text) > 320 else 320) // lit.WIDTH))
    full = np.full(lines * lit.WIDTH, np.nan)
    full[: len(values)] = values[: len(full)]
    return theme.figure(
        lit.lit_text(text[: len(full)], full.reshape(lines, lit.WIDTH), -0.6, 0.9),
        summary,
        xaxis=plots.no_axis(-0.5, lit.WIDTH - 0.5),
        yaxis=plots.no_axis(-0.5, lines - 0.5),
        showlegend=False,
        height=40 + 24 * lines,
    )


def learn_to_write(
    cell: str = "LSTM",
    hidden_size: int = 32,
    window: int = 30,
    learning_rate: float = 0.02,
    updates: int = 200,
    temperature: float = 0.6,
    seed: int = 0,
) -> Iterator[Step]:
    """A small network learns the letters of this book from scratch, and writes a line every now and then.

    Args:
        cell: "tanh RNN", "GRU" or "LSTM".
        hidden_size: its units.
        window: letters that an error is followed back.
        learning_rate: of Adam, at the beginning; it falls to a tenth.
        updates: on 16 windows each.
        temperature: of what it writes.
        seed: of weights, windows and draws.

    Yields:
        how far it is, and the figure so far.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name, before anything is learnt.
    """
    integer_in("hidden_size", hidden_size, minimum=1, maximum=MOST_UNITS)
    integer_in("window", window, minimum=1, maximum=100)
    rate = number_in("learning_rate", learning_rate, minimum=1e-6, maximum=1)
    count = integer_in("updates", updates, minimum=1, maximum=MOST_UPDATES)
    number_in("temperature", temperature, minimum=0, maximum=10)
    integer_in("seed", seed, minimum=0, maximum=10**6)
    writer = fresh(cell, hidden_size, corpus.alphabet(), np.random.default_rng([seed, 0]))
    settings = WritingSettings(updates=count, window=window, batch=16)
    every = -(-count // LOOKS)

    def steps() -> Iterator[Step]:
        losses: list[float] = []
        for done, loss in enumerate(learn(writer, settings, rate, seed), start=1):
            losses.append(loss)
            if done % every == 0 or done == count:
                line = sample(writer, temperature, seed)
                yield Step(done / count, progress(cell, losses, every, count, line))

    return steps()


def sample(writer: Writer, temperature: float, seed: int) -> str:
    """A line that a network writes."""
    letters = writer.write("The ", temperature, np.random.default_rng([seed, 3]))
    said = "".join(letter for (letter, _), _ in zip(letters, range(SAMPLE), strict=False))
    return "The " + said.replace("\n", " ")


def progress(cell: str, losses: list[float], every: int, updates: int, line: str) -> go.Figure:
    """Bits a letter so far, beside what counting gives, and the line that was written last."""
    from lstm_lab.chapters.ch10.figures.scoreboard import short_counts

    means = [float(np.mean(losses[at : at + every])) for at in range(0, len(losses), every)]
    looks = [min(at + every, len(losses)) for at in range(0, len(losses), every)]
    colour, dash, symbol = plots.CELL_STYLE[cell]
    counts = short_counts()
    notes = [
        {
            "text": name, "x": 1, "xref": "paper", "y": counts[order], "yref": "y", "xanchor": "right",
            "yanchor": "bottom", "showarrow": False, "font": {"size": 11},
        }
        for name, order in ORDERS.items()
    ]  # fmt: skip
    half = line[: SAMPLE // 2].rpartition(" ")[0]
    return theme.figure(
        [plots.line(looks, means, cell, colour, dash, symbol)],
        f"{cell}: after {len(losses)} updates {means[-1]:.2f} bits a letter. It writes: \"{line}\"",
        xaxis={"title": "updates", "range": [0, updates]},
        yaxis={"title": "bits a letter", "range": [0, 7]},
        shapes=[theme.across(counts[order]) for order in ORDERS.values()],
        annotations=[
            *notes,
            *(
                {
                    "text": f"<i>{part}</i>", "x": 0, "xref": "paper", "y": height, "yref": "paper",
                    "xanchor": "left", "yanchor": "bottom", "showarrow": False, "font": {"size": 12},
                }
                for part, height in ((half, 0.08), (line[len(half) :], 0.01))
            ),
        ],
        showlegend=False,
        height=400,
    )  # fmt: skip
