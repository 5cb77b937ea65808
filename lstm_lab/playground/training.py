"""The playground as a training that a reader starts."""

from __future__ import annotations

from lstm_lab.interact.training import Field, Training
from lstm_lab.playground import task
from lstm_lab.playground.data import BOOKS, OWN
from lstm_lab.playground.figure import learn
from lstm_lab.playground.take_away import notebook


def playground() -> Training:
    """A simple RNN and an LSTM learn the reader's own sequence, side by side."""
    first = task.Task
    return Training(
        learn,
        "playground",
        "From above: the loss on the part of the sequence that is kept for tests, beside the naive rule; what is left "
        "of the gradient, a step back after the other; and what the first units of each network do along the first "
        "steps of the sequence, dark for low and light for high. The picture shows how the settings above end.",
        data=Field("sequence", first.data, (*BOOKS, OWN)),
        own=Field(
            "your own: a text, or a column of numbers",
            "",
            allowed="at least 60 letters or numbers; the first 20,000 count; they stay on your device",
            lines=5,
        ),
        cell=Field("LSTM", first.cell, tuple(task.CELLS)),
        hidden_size=Field("units", first.hidden_size, allowed=f"1 to {task.MOST_UNITS}"),
        steps_back=Field(
            "steps that an error is followed back",
            first.steps_back,
            allowed=f"1 to {task.MOST_BACK}",
        ),
        learning_rate=Field("learning rate", first.learning_rate, allowed="0.000001 to 1"),
        updates=Field("updates", first.updates, allowed=f"1 to {task.MOST_UPDATES}"),
        seed=Field("seed", first.seed, allowed="0 to 1000000"),
    ).that_can_be_taken(notebook)
