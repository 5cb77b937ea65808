"""The explorers of chapter 04, Why sequences."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch04.experiments.windows import WindowSettings
from lstm_lab.chapters.ch04.figures import months, ordered, windows
from lstm_lab.interact import Explorer, control


def in_order() -> Explorer:
    """Four small sequences, and the same values in another order (chapter 04)."""
    return Explorer(
        ordered.in_order,
        "in-order",
        "The same values each time; only their order changes. All four examples are made up.",
        name=control(list(ordered.KINDS), label="sequence"),
        order=list(ordered.ORDERS),
    )


def window_and_cue() -> Explorer:
    """Window against distance of the cue (chapter 04)."""
    return Explorer(
        windows.window_and_cue,
        "window-and-cue",
        "Left: a sentence, read from top to bottom; the shaded part is what the network sees. Right, at the same "
        "height: how often ten trained networks are right when the cue stands there; the band goes from the worst to "
        "the best. The dotted line is guessing.",
        window=control(list(WindowSettings().windows), unit="words", initial=8),
        distance=control(list(range(4, 17)), unit="words", label="distance of the cue", initial=6),
        cue=["boat", "loan"],
    )


def absolute_position() -> Explorer:
    """A cue at a place where none stood in training (chapter 04)."""
    return Explorer(
        windows.absolute_position,
        "absolute-position",
        "Median of ten networks; the band goes from the worst to the best. Right of the dotted line the cue stands "
        "farther away than in any training sentence, but still inside the window.",
        taught=control(
            list(WindowSettings().shift_taught),
            unit="words",
            label="taught with cues up to",
            initial=8,
        ),
    )


def co2_window() -> Explorer:
    """A window of months on the carbon dioxide of Mauna Loa (chapter 04)."""
    return Explorer(
        months.co2_window,
        "co2-window",
        "Above: the last six held-out years. Below: the error on all twelve, against the window; the band goes from "
        "the worst to the best of the networks, and the dotted upright line marks one year.",
        ahead=control(
            {"1 month": 1, "3 months": 3, "6 months": 6, "12 months": 12},
            label="forecast ahead",
            initial=3,
        ),
        window=control(list(WindowSettings().co2_windows), unit="months", initial=6),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "in-order": in_order,
    "window-and-cue": window_and_cue,
    "absolute-position": absolute_position,
    "co2-window": co2_window,
}
