"""Training that can be watched: networks side by side, and how far each has come, check after check. Chapter 06."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lstm_lab import gradients
from lstm_lab._validate import Array, of_kind, positive_integer
from lstm_lab.models import LSTM1997
from lstm_lab.sequences import Sequence
from lstm_lab.training.loop import Network, Optimiser, train

Seen = TypeVar("Seen")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """How far a network has come.

    Attributes:
        update: after how many updates.
        losses: the loss of every update since the snapshot before; empty at the start.
        right: the share of fresh test sequences whose last output has the sign of the target, 0 to 1.
        profile: log10 of the norm of the full state Jacobian at the lags asked for, on one sequence
            (:func:`lstm_lab.gradients.jacobian_norms`).
        failed: why the training ended here, in words; empty while it goes on.
    """

    update: int
    losses: tuple[float, ...]
    right: float
    profile: Array
    failed: str = ""


def watched(
    network: Network,
    stream: Iterator[Sequence],
    tests: Iterator[Sequence],
    optimiser: Optimiser,
    updates: int,
    *,
    every: int,
    probe: Sequence,
    lags: range,
    clip: float | None = 1.0,
) -> Iterator[Snapshot]:
    """Train, and stop every few updates to look: the arithmetic is that of :func:`lstm_lab.training.train`.

    Args:
        network: its weights are changed in place.
        stream: what it learns from, a batch an update.
        tests: fresh test sequences, a batch a look.
        optimiser: `SGD` or `Adam`.
        updates: so many, unless the loss stops being finite.
        every: updates from look to look.
        probe: one sequence, along which the gradient profile is measured.
        lags: of the profile.
        clip: as in `train`.

    Yields:
        a snapshot before the first update and after every `every` of them, and after the last. A loss that is no
        longer finite is the last snapshot, with the words of the error in `failed`.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range.
    """
    of_kind("network", network, Network)
    positive_integer("updates", updates)
    positive_integer("every", every)

    def looks() -> Iterator[Snapshot]:
        done, failed = 0, ""
        losses: tuple[float, ...] = ()
        while True:
            yield Snapshot(
                done,
                losses,
                share_right(network, next(tests)),
                profile(network, probe, lags),
                failed,
            )
            if failed or done == updates:
                return
            count = min(every, updates - done)
            try:
                losses = tuple(train(network, stream, optimiser, count, clip=clip).losses)
                done += count
            except FloatingPointError as error:
                losses, failed = (), f"{error}, of those since update {done}"

    return looks()


def share_right(network: Network, test: Sequence) -> float:
    """The share of a batch of sequences whose last output has the sign of the target."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean(np.sign(network.outputs(test.x)[-1]) == test.target[-1]))


def profile(network: Network, probe: Sequence, lags: range) -> Array:
    """log10 of the norm of the full state Jacobian at `lags`, along one sequence.

    The LSTM of 1997 may learn by its truncated gradient, but is measured by the full one, as every other cell.
    """
    model = network.model
    learns_by = model.gradient if isinstance(model, LSTM1997) else ""
    trace = model.forward(probe.x)
    if isinstance(model, LSTM1997):
        model.gradient = "full"
    try:
        return gradients.jacobian_norms(model, trace, lags=lags)
    finally:
        if isinstance(model, LSTM1997):
            model.gradient = learns_by


def side_by_side(
    runs: Mapping[str, Callable[[], Iterator[Seen]]],
) -> Iterator[dict[str, list[Seen]]]:
    """Several trainings in turn, a look at each: all that was seen so far, by the names of the runs.

    One that has ended keeps what was seen last while the others go on.
    """
    going = {name: begin() for name, begin in runs.items()}
    seen: dict[str, list[Seen]] = {name: [] for name in runs}
    while going:
        for name, run in list(going.items()):
            snapshot = next(run, None)
            if snapshot is None:
                del going[name]
            else:
                seen[name].append(snapshot)
        if going:
            yield seen
