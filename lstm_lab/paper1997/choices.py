"""What the paper leaves open, as choices with a default, and what each changes of a row.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997, sections 4 and 5, tables 10 and 11, appendix A. Chapter 08.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .. import _validate as check
from .kinds import Recent, Row, TestSet

OFTEN = 1000


@dataclass(frozen=True)
class Decisions:
    """What the paper leaves open. The defaults hold for every row; a departure is named.

    Attributes:
        error_paths: "truncated" (the paper's), "output gates" (error may flow back through the
            net inputs of output gates, and no other way), "full".
        update: "step": weights change at the step at which an error comes in; "sequence": at the
            end of the sequence. One and the same where the only error comes at the end.
        output_slope: whether the error of an output has the factor f'(net), as in equation 19.
        first_pair: "marked" (the most literal), "replaced" or "neutral"; what they mean stands in
            `lstm_lab.sequences.adding`.
        average_window: over how many training sequences the "average training error" is taken.
        exemplars: experiment 1 draws training strings at "random", or in "sweeps".
        judged: in experiment 1, "all symbols" of a string, or only the one to be "remembered".
        cell_added: in 2a and 2b, at the "stall" of the error (the paper's), or at the "start".
        error_of_2b: at "every step", as the paper has it for 2b too, or only at the "end", by which
            it is judged. (Nothing that the net sees tells it when the end comes.)
        successive: whether the 10,000 successive sequences of experiment 2 come while "learning"
            goes on, or to a "frozen" net, every `check_every` training sequences.
        shortcuts: inputs feed the outputs too, against the weight count of the paper.
        recurrence: the hidden layer feeds back into "all" of itself (the paper's weight count), into
            the "gates" alone, or not at all ("none"), which leaves the carousels.
        swapped_ranges: the ranges of g and h as printed in the caption of table 10.
        biases: which units have one: as in "table 10", or "all" but the inputs, against the weight
            count of the paper where table 10 has fewer.
        init: replaces the range of the initial weights; 0 keeps the paper's.
        full_square: descend the whole squared error of equation 16, not half of it, which doubles
            every learning rate.
        check_every: how often test sets are looked at, in training sequences, 1 to 1,000 (so many
            are in memory at once).
    """

    error_paths: str = "truncated"
    update: str = "step"
    output_slope: bool = True
    first_pair: str = "marked"
    average_window: int = 2000
    exemplars: str = "random"
    judged: str = "all symbols"
    cell_added: str = "stall"
    error_of_2b: str = "every step"
    successive: str = "learning"
    shortcuts: bool = False
    recurrence: str = "all"
    swapped_ranges: bool = False
    biases: str = "table 10"
    init: float = 0.0
    full_square: bool = False
    check_every: int = 100

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            check.one_of(name, getattr(self, name), choices)
        for name in ("output_slope", "shortcuts", "swapped_ranges", "full_square"):
            check.true_or_false(name, getattr(self, name))
        check.positive_integer("average_window", self.average_window)
        check.integer_in("check_every", self.check_every, minimum=1, maximum=OFTEN)
        check.number_in("init", self.init, minimum=0.0)
        if self.error_paths != "truncated" and self.update == "step":
            raise ValueError(
                "update must be 'sequence' where error_paths is not 'truncated' (an error that "
                f"flows back in time meets weights of the past), got {self.update!r}"
            )


CHOICES = {
    "error_paths": ("truncated", "output gates", "full"),
    "update": ("step", "sequence"),
    "first_pair": ("neutral", "replaced", "marked"),
    "exemplars": ("random", "sweeps"),
    "judged": ("all symbols", "remembered"),
    "cell_added": ("stall", "start"),
    "recurrence": ("all", "gates", "none"),
    "biases": ("table 10", "all"),
    "error_of_2b": ("every step", "end"),
    "successive": ("learning", "frozen"),
}


def parse_decisions(changes: Sequence[str]) -> Decisions:
    """Decisions from texts like "output_slope=false" or "first_pair=marked".

    Raises:
        ValueError: for a name that is not known, or a value of the wrong kind, with what is known.
    """
    default = Decisions()
    names = [one.name for one in fields(Decisions)]
    chosen: dict[str, Any] = {}
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise ValueError(f"decision must be written NAME=VALUE, got {change!r}")
        kind = type(getattr(default, check.one_of("decision", name, names)))
        if kind is bool:
            chosen[name] = check.one_of(name, text.lower(), ("true", "false")) == "true"
            continue
        try:
            chosen[name] = kind(text)
        except ValueError:
            raise ValueError(f"{name} must be of kind {kind.__name__}, got {text!r}") from None
    return replace(default, **chosen)


# Decisions without a switch, in words, for the record that goes with every result.
FIXED_DECISIONS = {
    "ranges": "h in [-1, 1], g in [-2, 2] (sections 5.1-5.6, against the caption of table 10)",
    "random bias": "uniform in the range of the initial weights",
    "output gate bias": "as in table 10, against section 4 (experiments 4-6) and 5.1 (-4)",
    "stages": "three stages within a time step, as section 5 says; y(t-1) everywhere, as the "
    "appendix writes, is the same net with its answer two steps later",
    "second mark": "uniform over the unmarked of the first T/2 - 1 pairs, T the minimal length",
    "2c": "distractor indices run to p; the two outputs stand for x and y",
    "10,000 successive sequences": "success counts up to their start, since the paper's counts "
    "are smaller than 10,000",
    "2a, 2b": "all sequences count, those before the cell was added too; the error has stalled "
    "when its mean over 100 sequences is above 0.95 times that over the 100 before",
    "3": "one test set of 256 per trial",
    "1": "3 pairs of sets, 10 nets on each; "
    "a string may come twice in a set, but none of the test is in the training set",
    "average training error": "mean absolute error, as the error of each sequence before it is "
    "learnt",
    "table 8": "its 'MSE' is compared with our mean absolute error (it cannot be a mean square)",
}


def decided(row: Row, decisions: Decisions) -> Row:
    """The row with those decisions carried out that change its net, task or rule.

    Raises:
        ValueError: for shortcuts from inputs that are values; the engine has them from symbols alone.
    """
    net, task, stages = row.net, row.task, row.stages
    if decisions.shortcuts:
        if net.dense_inputs:
            raise ValueError(
                f"shortcuts must be False for row {row.name}, whose inputs are values "
                "(connections from inputs to outputs are for rows of symbols), got True"
            )
        net = replace(net, shortcuts=True)
    if decisions.recurrence != "all":
        net = replace(net, recurrent=net.recurrent and decisions.recurrence == "gates")
        net = replace(net, into_cells=not net.recurrent)
    if decisions.swapped_ranges and net.h != "identity":
        net = replace(net, g="logistic [-1, 1]", h="logistic [-2, 2]")
    if decisions.biases == "all":
        net = replace(
            net,
            input_gate_bias=net.input_gate_bias or "random",
            output_gate_bias=(net.output_gate_bias or "random") if net.output_gate else None,
            cell_bias="random",
            output_bias="random",
        )
    if decisions.init:
        net = replace(net, init=decisions.init)
    if task.name == "marked_pairs":
        code = CHOICES["first_pair"].index(decisions.first_pair)
        task = replace(task, whole=(*task.whole, code))
    if row.name == "2b" and decisions.error_of_2b == "end":
        task = replace(task, whole=(task.whole[0], 2))
    stages = tuple(replace(stage, rule=_decided_rule(stage.rule, decisions)) for stage in stages)
    rate = row.learning_rate * (2.0 if decisions.full_square else 1.0)
    return replace(row, net=net, task=task, stages=stages, learning_rate=rate)


def _decided_rule(rule: Recent | TestSet, decisions: Decisions) -> Recent | TestSet:
    if isinstance(rule, Recent) and rule.counted_from == "start":
        if decisions.successive == "frozen":
            return TestSet(rule.window, rule.wrong_allowed, check_every=decisions.check_every)
        return rule
    if isinstance(rule, Recent):
        return replace(rule, average_window=decisions.average_window)
    return replace(rule, check_every=decisions.check_every)
