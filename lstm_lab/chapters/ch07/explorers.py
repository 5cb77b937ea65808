"""The explorers of chapter 07, 1997: the constant error carousel."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.chapters.ch07.figures import before_1997 as forerunners
from lstm_lab.chapters.ch07.figures import carousel, memory_cell
from lstm_lab.interact import Explorer, control

STEPS = list(range(1, memory_cell.STEPS + 1))
SEQUENCES = list(memory_cell.SEQUENCES)


def memory_cell_by_hand() -> Explorer:
    """A sequence walks through one cell whose gates the reader sets (chapter 07)."""
    return Explorer(
        memory_cell.by_hand,
        "memory-cell",
        "Top: the cell at this step. Each gate lets through as much as it is open, and the meter is the state. Below: "
        "what came in, what is held and said, and how much of an error at this step comes back to each step before.",
        sequence=SEQUENCES,
        input_gate=list(memory_cell.INPUT_GATES),
        output_gate=list(memory_cell.OUTPUT_GATES),
        step=control(STEPS, initial=11),
    )


def learned_cell() -> Explorer:
    """The same walk through a cell that learns its gates (chapter 07)."""
    return Explorer(
        memory_cell.learned,
        "learned-cell",
        "The same cell and panels, after so many updates of training on random sequences. Rings: what should have been "
        "said.",
        sequence=SEQUENCES,
        updates=control(list(memory_cell.UPDATES), label="updates of training", initial=0),
        step=control(STEPS, initial=11),
    )


def gates_needed() -> Explorer:
    """Which of the two gates the task needs, over seeds (chapter 07)."""
    return Explorer(
        carousel.gates_needed,
        "gates-needed",
        "Bars: the share of test sequences, mean of ten networks. Diamonds: the networks that solved the task. At the "
        "dotted line, half, a sign is guessed.",
        cells=control({"1 cell": 1, "2 cells": 2, "4 cells": 4}, label="memory cells"),
    )


def cell_gradient() -> Explorer:
    """The gradient of chapter 06 for the cell of 1997 (chapter 07)."""
    return Explorer(
        carousel.cell_gradient,
        "cell-gradient",
        "Norm of the full state Jacobian, as in chapter 06: median and 10–90 % band of 20 untrained networks of 16 "
        "cells, inputs of standard deviation 1.",
        gradient=control(list(carousel.GRADIENTS), initial="full"),
        sequence_length=control([10, 50, 100], unit="steps", initial=50),
        recurrent_scale=control([0.5, 1.0, 2.0, 4.0], initial=4.0),
        input_gate_bias=control([0, -3], label="input-gate bias"),
    )


def state_drift() -> Explorer:
    """How far untrained cells drift, and what it does to the slope of h (chapter 07)."""
    return Explorer(
        carousel.state_drift,
        "state-drift",
        "Untrained cells read 100 values. Top: how large the state is. Bottom: the slope of h there, which every error "
        "has to pass. Median and 10–90 % band of 100 cells.",
        mean=control([0.0, 0.5, 1.0], label="mean of the values", initial=1.0),
        input_gate_bias=control([0, -1, -3, -6], label="input-gate bias"),
        squash=control(list(carousel.SQUASH), label="squashing of the state"),
        left_out=control(list(carousel.LEFT_OUT), label="left out", mean=0.0),
    )


def before_1997() -> Explorer:
    """Delays, time constants and the chunker beside the cell, on one task (chapter 07)."""
    return Explorer(
        forerunners.before_1997,
        "before-1997",
        "Each point: the share of five networks, trained from fresh weights, that know at the end which letter came "
        "first. The points of one lag stand side by side.",
        between=control(list(forerunners.BETWEEN), label="letters between"),
        updates=control([200, 500, 1000], label="updates of training", initial=1000),
    )


EXPLORERS: dict[str, Callable[[], Explorer]] = {
    "memory-cell": memory_cell_by_hand,
    "learned-cell": learned_cell,
    "gates-needed": gates_needed,
    "cell-gradient": cell_gradient,
    "state-drift": state_drift,
    "before-1997": before_1997,
}

EXACT = {
    "cell-gradient": {
        "sequence_length": (1, 200),
        "recurrent_scale": (0.0, 8.0),
        "input_gate_bias": (-10.0, 5.0),
    },
    "state-drift": {"mean": (-2.0, 2.0), "input_gate_bias": (-10.0, 5.0)},
}
"""What may take any number, and from where to where; see :mod:`lstm_lab.chapters.exactly`."""
