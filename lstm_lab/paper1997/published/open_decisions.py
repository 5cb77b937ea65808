"""What the paper leaves open, as choices with a default, and what each changes of a row.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997, sections 4 and 5, tables 10 and 11, appendix A. Chapter 08.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ... import _validate as check
from .schema import Net, Recent, Row, TestSet

OFTEN = 1000
MOST_HIDDEN_UNITS = 100
LEAST_INIT, MOST_INIT = 1e-9, 100.0
GRID = 2000


@dataclass(frozen=True)
class Decisions:
    """What the paper leaves open. The defaults hold for every row; a departure is named.

    Attributes:
        error_paths: "truncated" (the paper's), "output gates" (error may flow back through the
            net inputs of output gates, and no other way), "full".
        update: "step": weights change at the step at which an error comes in; "sequence": at the
            end of the sequence. One and the same where the only error comes at the end. "late": what
            a sequence contributes is added up and put to the weights after the first step of the
            next one, together with what that step contributes; what the last one of a trial
            contributed is lost.
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
        biases: which units have one: as in "table 10"; "all" but the inputs, against the weight
            count of the paper where table 10 has fewer; or the whole "hidden layer" where table 10
            gives one to any unit of it, and the outputs as in table 10.
        init: replaces the range of the initial weights, 1e-9 to 100; 0 keeps the paper's.
        full_square: descend the whole squared error of equation 16, not half of it, which doubles
            every learning rate.
        hidden_units: ordinary hidden units beside the memory cells, logistic, fully connected, feeding
            the outputs too; their error is truncated like that of a gate.
        hidden_units_feed_blocks: whether they feed the cells and gates.
        hidden_units_recurrent: whether they see the hidden layer, or the inputs alone.
        hidden_units_biased: whether they have a bias of their own.
        output_bias: "plain": a bias of each output is its own; "unit": where outputs have a bias, a
            constant unit in the hidden layer gives it, which also feeds the whole hidden layer.
        start_activation: of every hidden unit before a sequence, 0 to 1 (the paper has 0); the
            internal states are 0.
        gate_bias: a bias that table 10 gives for a gate is its first value ("given"), or is "added"
            to a random one.
        initial_weights: "continuous", or on a "grid" of 2,000 values in [-init, init).
        stop: where a rule asks for a small average error and for flawless sequences, "both" or the
            "average" alone.
        output: "logistic", or "linear": the net input as it is.
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
    hidden_units: int = 0
    hidden_units_feed_blocks: bool = True
    hidden_units_recurrent: bool = True
    hidden_units_biased: bool = False
    output_bias: str = "plain"
    start_activation: float = 0.0
    gate_bias: str = "given"
    initial_weights: str = "continuous"
    stop: str = "both"
    output: str = "logistic"

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            check.one_of(name, getattr(self, name), choices)
        for one in fields(self):
            if isinstance(one.default, bool):
                check.true_or_false(one.name, getattr(self, one.name))
        check.positive_integer("average_window", self.average_window)
        check.integer_in("check_every", self.check_every, minimum=1, maximum=OFTEN)
        if check.number_in("init", self.init, minimum=0.0):
            check.number_in("init", self.init, minimum=LEAST_INIT, maximum=MOST_INIT)
        check.integer_in("hidden_units", self.hidden_units, minimum=0, maximum=MOST_HIDDEN_UNITS)
        check.number_in("start_activation", self.start_activation, minimum=0.0, maximum=1.0)
        if not self.hidden_units:
            self._needs_hidden_units()
        if self.error_paths != "truncated" and self.update != "sequence":
            raise ValueError(
                "update must be 'sequence' where error_paths is not 'truncated' (an error that "
                f"flows back in time meets weights of the past), got {self.update!r}"
            )

    def _needs_hidden_units(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name.startswith("hidden_units_") and value != one.default:
                raise ValueError(
                    f"{one.name} must be {one.default} where hidden_units is 0, got {value}"
                )


CHOICES = {
    "error_paths": ("truncated", "output gates", "full"),
    "update": ("step", "sequence", "late"),
    "first_pair": ("neutral", "replaced", "marked"),
    "exemplars": ("random", "sweeps"),
    "judged": ("all symbols", "remembered"),
    "cell_added": ("stall", "start"),
    "recurrence": ("all", "gates", "none"),
    "biases": ("table 10", "all", "hidden layer"),
    "output_bias": ("plain", "unit"),
    "gate_bias": ("given", "added"),
    "initial_weights": ("continuous", "grid"),
    "stop": ("both", "average"),
    "output": ("logistic", "linear"),
    "error_of_2b": ("every step", "end"),
    "successive": ("learning", "frozen"),
}


def parse_decisions(changes: Sequence[str], reading: str = "paper") -> Decisions:
    """Decisions from texts like "output_slope=false" or "first_pair=marked".

    Args:
        changes: departures as "NAME=VALUE".
        reading: what they depart from, one of `AS`: the "paper", or the "authors-program".

    Raises:
        ValueError: for a name that is not known, or a value of the wrong kind, with what is known.
    """
    default = AS[check.one_of("as", reading, AS)]
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


# What the authors' own program, in the release that survives, does otherwise than the paper says.
# It cannot be told which of the gates alone have a bias, nor to do experiments 2a and 2b.
AS = {
    "paper": Decisions(),
    "authors-program": Decisions(
        update="late",
        biases="hidden layer",
        output_bias="unit",
        start_activation=0.5,
        gate_bias="added",
        initial_weights="grid",
    ),
}
NOT_IN_THE_PROGRAM = ("2a", "2b")


def check_reading(row: str, reading: str) -> None:
    """Make sure that a row can be run by a reading of `AS`.

    Raises:
        ValueError: for experiments 2a and 2b and the authors' program, which cannot express them.
    """
    if reading != "paper" and row in NOT_IN_THE_PROGRAM:
        raise ValueError(
            f"as must be 'paper' for row {row}, whose net the authors' program cannot express, "
            f"got {reading!r}"
        )


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
    if decisions.biases == "hidden layer" and any(net.bias_of_hidden):
        net = replace(
            net,
            input_gate_bias=net.input_gate_bias or "random",
            output_gate_bias=(net.output_gate_bias or "random") if net.output_gate else None,
            cell_bias="random",
        )
    if decisions.biases == "all":
        net = replace(
            net,
            input_gate_bias=net.input_gate_bias or "random",
            output_gate_bias=(net.output_gate_bias or "random") if net.output_gate else None,
            cell_bias="random",
            output_bias="random",
        )
    net = _beginning(_beside_the_cells(net, decisions), decisions)
    if task.name == "marked_pairs":
        code = CHOICES["first_pair"].index(decisions.first_pair)
        task = replace(task, whole=(*task.whole, code))
    if row.name == "2b" and decisions.error_of_2b == "end":
        task = replace(task, whole=(task.whole[0], 2))
    stages = tuple(replace(stage, rule=_decided_rule(stage.rule, decisions)) for stage in stages)
    rate = row.learning_rate * (2.0 if decisions.full_square else 1.0)
    return replace(row, net=net, task=task, stages=stages, learning_rate=rate)


def _beside_the_cells(net: Net, decisions: Decisions) -> Net:
    """The net with ordinary hidden units, the unit of the output's bias, and its kind of output.

    A switch that gives the hidden layer a bias gives it to the ordinary units too.
    """
    biased = decisions.hidden_units_biased or (
        decisions.hidden_units and decisions.biases != "table 10" and any(net.bias_of_hidden)
    )
    return replace(
        net,
        hidden_units=decisions.hidden_units,
        hidden_units_feed_blocks=decisions.hidden_units_feed_blocks,
        hidden_units_recurrent=decisions.hidden_units_recurrent,
        hidden_units_bias="random" if biased else None,
        bias_unit=decisions.output_bias == "unit" and net.output_bias is not None,
        linear_output=decisions.output == "linear",
    )


def _beginning(net: Net, decisions: Decisions) -> Net:
    """The net with the weights and activations that it begins with."""
    return replace(
        net,
        init=decisions.init or net.init,
        start_activation=decisions.start_activation,
        added_gate_bias=decisions.gate_bias == "added",
        weight_grid=GRID if decisions.initial_weights == "grid" else 0,
    )


def _decided_rule(rule: Recent | TestSet, decisions: Decisions) -> Recent | TestSet:
    if isinstance(rule, Recent) and rule.counted_from == "start":
        if decisions.successive == "frozen":
            return TestSet(rule.window, rule.wrong_allowed, check_every=decisions.check_every)
        return rule
    if isinstance(rule, Recent):
        alone = decisions.stop == "average" and rule.average_below is not None
        allowed = rule.window if alone else rule.wrong_allowed
        return replace(rule, average_window=decisions.average_window, wrong_allowed=allowed)
    return replace(rule, check_every=decisions.check_every)
