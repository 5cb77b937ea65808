"""The explorers of chapter NN, YEAR: the idea in a few words."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.chNN.figures import fading
from lstm_lab.interact import Explorer, control


def how_it_fades() -> Explorer:
    """What is left of what entered once (chapter NN)."""
    return Explorer(
        fading.fading,
        "fading-NN",
        "The line starts at 1 and shows what is left after each step.",
        decay=control([0.5, 0.8, 0.9, 0.99, 1.0], initial=0.9),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {"fading-NN": how_it_fades}
