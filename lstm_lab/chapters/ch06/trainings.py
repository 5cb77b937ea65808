"""The trainings of chapter 06 that a reader starts."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch06.figures import training
from lstm_lab.interact.training import Field, Training


def latch() -> Training:
    """Hold one bit over a lag: two cells learn it side by side (chapter 06)."""
    return Training(
        training.latch_training,
        "latch",
        "From above: the loss; the share of fresh sequences answered right, of which guessing gets half; and what is "
        "left of the gradient, thin as it was before training. The picture shows how the settings above end.",
        cell=Field("cell", "tanh RNN", training.CELLS),
        beside=Field("beside it", "LSTM 1997", training.CELLS),
        lag=Field("lag, steps", 40, allowed=f"1 to {training.LONGEST}"),
        noise=Field("noise, standard deviation", 1.0, allowed=f"0 to {training.MOST_NOISE:g}"),
        optimiser=Field("optimiser", "SGD", tuple(training.OPTIMISERS)),
        learning_rate=Field("learning rate", 0.1, allowed=f"0.000001 to {training.FASTEST:g}"),
        updates=Field("updates", 400, allowed=f"1 to {training.MOST_UPDATES}"),
        seed=Field("seed", 0, allowed="0 to 1000000"),
    )


TRAININGS: dict[str, Callable[[], Training]] = {"latch": latch}
