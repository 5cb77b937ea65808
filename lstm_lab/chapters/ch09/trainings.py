"""The training of chapter 09 that a reader starts."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch09.figures import stream_learnt
from lstm_lab.interact.training import Field, Training


def endless_stream() -> Training:
    """Cells with and without a forget gate learn from a stream that is never reset (chapter 09)."""
    settings = stream_learnt.SETTINGS
    return Training(
        stream_learnt.stream_training,
        "endless-stream",
        "Above: letters that must be remembered over a string, of which guessing gets half (line). Below: how large "
        "the states grow, in powers of ten. The picture shows how the settings above end.",
        variant=Field("cell", "no forget gate", tuple(stream_learnt.VARIANTS)),
        beside=Field("beside it", "forget bias 1", tuple(stream_learnt.VARIANTS)),
        cells=Field("cells", settings.hidden_size, allowed=f"1 to {stream_learnt.MOST_CELLS}"),
        segment=Field(
            "steps that an error is followed back",
            settings.reber_length,
            allowed=f"{stream_learnt.SHORTEST} to {stream_learnt.LONGEST}",
        ),
        learning_rate=Field(
            "learning rate",
            settings.learning_rate,
            allowed=f"0.000001 to {stream_learnt.FASTEST:g}",
        ),
        updates=Field("updates", 400, allowed=f"1 to {stream_learnt.MOST_UPDATES}"),
        seed=Field("seed", 0, allowed="0 to 1000000"),
    )


TRAININGS: dict[str, Callable[[], Training]] = {"endless-stream": endless_stream}
