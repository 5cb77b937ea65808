"""Every row of the tables of 1997 as data: task, net, rate, stopping rule, trials, figure.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997, sections 5.1 to 5.6, tables 1 to 11. Chapter 08.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from .. import _validate as check

Bias = tuple[float, ...] | str | None


@dataclass(frozen=True)
class Net:
    """The topology of a net and how its weights begin.

    Attributes:
        inputs, outputs: sizes of the outer layers.
        blocks, block_size: memory cell blocks and cells in each.
        input_gate_bias, output_gate_bias: initial values, one a block; "random" for uniform in
            [-init, init]; ``None`` for no bias.
        cell_bias, output_bias: "random" or ``None``.
        output_gate: False leaves the output gates out (experiments 2a, 2b).
        recurrent: False leaves only the carousels recurrent (experiments 2a, 2b).
        shortcuts: whether the inputs feed the outputs too (experiments 2a, 2b).
        g, h: names in `lstm_lab.models.activations.ACTIVATIONS`.
        init: initial weights are uniform in [-init, init].
    """

    inputs: int
    outputs: int
    blocks: int
    block_size: int
    input_gate_bias: Bias = None
    output_gate_bias: Bias = None
    cell_bias: Bias = None
    output_bias: Bias = None
    output_gate: bool = True
    recurrent: bool = True
    shortcuts: bool = False
    g: str = "logistic [-2, 2]"
    h: str = "logistic [-1, 1]"
    init: float = 0.1

    @property
    def cells(self) -> int:
        """How many memory cells."""
        return self.blocks * self.block_size

    @property
    def hidden(self) -> int:
        """How many hidden units, cells and gates together."""
        return self.cells + self.blocks * (2 if self.output_gate else 1)

    @property
    def bias_of_hidden(self) -> tuple[bool, ...]:
        """Which hidden units have a bias, in the order cells, input gates, output gates."""
        return (
            (self.cell_bias is not None,) * self.cells
            + (self.input_gate_bias is not None,) * self.blocks
            + (self.output_gate_bias is not None,) * (self.hidden - self.cells - self.blocks)
        )

    @property
    def weight_count(self) -> int:
        """How many weights the topology has, biases included."""
        sources = self.inputs + (self.hidden if self.recurrent else 0)
        to_outputs = self.cells + (self.inputs if self.shortcuts else 0)
        biases = sum(self.bias_of_hidden) + (self.outputs if self.output_bias else 0)
        return self.hidden * sources + self.outputs * to_outputs + biases


@dataclass(frozen=True)
class Task:
    """Which sequences, by the name of a draw and its parameters.

    Attributes:
        name: "embedded_reber", "long_lag", "distractors", "two_classes", "marked_pairs" or
            "temporal_order", as in `lstm_lab.sequences.draw`.
        whole, real: the parameters of the draw, in its order.
        typical_length: steps of a long sequence, for the size of buffers.
    """

    name: str
    whole: tuple[int, ...] = ()
    real: tuple[float, ...] = ()
    typical_length: int = 40


@dataclass(frozen=True)
class Recent:
    """Stop by the training sequences themselves, judged before each is learnt.

    Fulfilled as soon as, of the last `window` sequences, no more than `wrong_allowed` were wrong
    and, if given, the mean absolute error over the last `average_window` is below `average_below`.

    Attributes:
        counted_from: "end": sequences until the rule was fulfilled; "start": until the flawless
            run began, which is how 5,040 sequences can be fewer than the 10,000 that were judged.
    """

    window: int
    wrong_allowed: int = 0
    average_below: float | None = None
    average_window: int = 2000
    counted_from: str = "end"


@dataclass(frozen=True)
class TestSet:
    """Stop by a set of test sequences, looked at every `check_every` training sequences.

    Fulfilled when at most `wrong_allowed` of `size` sequences are wrong and, if given, the mean
    absolute error is below `average_below`.
    """

    __test__ = False

    size: int
    wrong_allowed: int = 0
    average_below: float | None = None
    check_every: int = 100


@dataclass(frozen=True)
class Published:
    """What a table says about one stopping rule of one row.

    Attributes:
        sequences: "success after", the mean over trials.
        percent: of trials that succeed.
        wrong: of the final test set, how many were wrong, on average.
        test_error: the mean absolute error there, where the paper gives it.
    """

    sequences: float
    percent: float = 100.0
    wrong: float | None = None
    test_error: float | None = None


@dataclass(frozen=True)
class Stage:
    """One stopping rule with its name in the paper and its published figures."""

    name: str
    rule: Recent | TestSet
    published: Published


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
        swapped_ranges: the ranges of g and h as printed in the caption of table 10.
        biases: which units have one: as in "table 10", or "all" but the inputs, against the weight
            count of the paper where table 10 has fewer.
        init: replaces the range of the initial weights; 0 keeps the paper's.
        full_square: descend the whole squared error of equation 16, not half of it, which doubles
            every learning rate.
        check_every: how often test sets are looked at, in training sequences.
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
        check.positive_integer("check_every", self.check_every)
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


@dataclass(frozen=True)
class Row:
    """One row of a table of the paper.

    Attributes:
        name: what the command calls it.
        table, section: where it stands.
        title: in words.
        task, net, learning_rate, trials: what is run.
        tolerance: a sequence is wrong where an output is off by this much or more.
        stages: the stopping rules; the last one ends a trial.
        weights: the paper's count.
        cap: training sequences after which a trial has failed.
        test_size: sequences in the final test; 0 where the paper has none.
    """

    name: str
    table: int | None
    section: str
    title: str
    task: Task
    net: Net
    learning_rate: float
    trials: int
    tolerance: float
    stages: tuple[Stage, ...]
    weights: int
    cap: int
    test_size: int = 2560


def _experiment_1() -> list[Row]:
    rows = [
        ("1-1", 4, 1, 0.1, 264, Published(39_740)),
        ("1-2", 3, 2, 0.1, 276, Published(21_730)),
        ("1-3", 3, 2, 0.2, 276, Published(14_060, percent=97)),
        ("1-4", 4, 1, 0.5, 264, Published(9_500, percent=97)),
        ("1-5", 3, 2, 0.5, 276, Published(8_440)),
    ]
    return [
        Row(
            name,
            table=1,
            section="5.1",
            title=f"Embedded Reber grammar, {blocks} blocks of size {size}",
            task=Task("embedded_reber"),
            net=Net(
                7,
                7,
                blocks,
                size,
                input_gate_bias="random",
                output_gate_bias=tuple(-float(b + 1) for b in range(blocks)),
                init=0.2,
            ),
            learning_rate=rate,
            trials=30,
            tolerance=0.5,
            stages=(Stage("all 512 strings", TestSet(512), published),),
            weights=weights,
            cap=200_000,
            test_size=0,
        )
        for name, blocks, size, rate, weights, published in rows
    ]


def _experiment_2ab() -> list[Row]:
    rows = [("2a", 2, 0, "fixed middle", 5_040), ("2b", None, 1, "random middle", 5_680)]
    return [
        Row(
            name,
            table=table,
            section="5.2",
            title=f"Lag of 100, {middle}",
            task=Task("long_lag", (100, random_middle), typical_length=101),
            net=Net(
                101,
                101,
                1,
                1,
                output_gate=False,
                recurrent=False,
                shortcuts=True,
                g="logistic",
                h="identity",
                init=0.2,
            ),
            learning_rate=1.0,
            trials=18,
            tolerance=0.25,
            stages=(
                Stage(
                    "10,000 in a row",
                    Recent(10_000, counted_from="start"),
                    Published(published),
                ),
            ),
            weights=10_504,
            cap=5_000_000,
            test_size=10_000,
        )
        for name, table, random_middle, middle, published in rows
    ]


def _experiment_2c() -> list[Row]:
    rows = [
        (50, 50, 364, 30_000),
        (100, 100, 664, 31_000),
        (200, 200, 1264, 33_000),
        (500, 500, 3064, 38_000),
        (1000, 1000, 6064, 49_000),
        (1000, 500, 3064, 49_000),
        (1000, 200, 1264, 75_000),
        (1000, 100, 664, 135_000),
        (1000, 50, 364, 203_000),
    ]
    return [
        Row(
            f"2c-{number}",
            table=3,
            section="5.2",
            title=f"Distractors, q = {q}, p = {p}",
            task=Task("distractors", (p, q), typical_length=q + 40),
            net=Net(p + 4, 2, 2, 1, init=0.2),
            learning_rate=0.01,
            trials=20,
            tolerance=0.2,
            stages=(
                Stage(
                    "10,000 in a row",
                    Recent(10_000, counted_from="start"),
                    Published(published),
                ),
            ),
            weights=weights,
            cap=5_000_000,
            test_size=10_000,
        )
        for number, (q, p, weights, published) in enumerate(rows, 1)
    ]


def _experiment_3() -> list[Row]:
    net = Net(
        1,
        1,
        3,
        1,
        input_gate_bias=(-1.0, -3.0, -5.0),
        output_gate_bias=(-2.0, -4.0, -6.0),
        cell_bias="random",
    )
    rows = []
    for name, table, (length, steps), (first, second), misclassified in [
        ("3a-1", 4, (100, 3), (27_380, 39_850), 0.000195),
        ("3a-2", 4, (100, 1), (58_370, 64_330), 0.000117),
        ("3a-3", 4, (1000, 3), (446_850, 452_460), 0.000078),
        ("3b-1", 5, (100, 3), (41_740, 43_250), 0.00828),
        ("3b-2", 5, (100, 1), (74_950, 78_430), 0.01500),
        ("3b-3", 5, (1000, 1), (481_060, 485_080), 0.01207),
    ]:
        noisy = table == 5
        allowed, bound = (5, 0.04) if noisy else (0, 0.01)
        rows.append(
            Row(
                name,
                table=table,
                section="5.3",
                title=f"Two classes{', noisy signal' if noisy else ''}, T = {length}, N = {steps}",
                task=Task(
                    "two_classes",
                    (length, steps, int(noisy)),
                    (0.2**0.5, 1.0, 0.0, 0.0),
                    typical_length=length + length // 10,
                ),
                net=net,
                learning_rate=1.0,
                trials=10,
                tolerance=0.2,
                stages=(
                    Stage("ST1", TestSet(256, allowed), Published(first)),
                    Stage(
                        "ST2",
                        TestSet(256, allowed, bound),
                        Published(second, wrong=2560 * misclassified),
                    ),
                ),
                weights=102,
                cap=20 * second,
            )
        )
    for name, steps, sequences, misclassified, error in [
        ("3c-1", 3, 269_650, 0.00558, 0.014),
        ("3c-2", 1, 565_640, 0.00441, 0.012),
    ]:
        rows.append(
            Row(
                name,
                table=6,
                section="5.3",
                title=f"Two classes, noisy targets, T = 100, N = {steps}",
                task=Task(
                    "two_classes",
                    (100, steps, 0),
                    (0.2**0.5, 0.2, 0.8, 0.1**0.5),
                    typical_length=110,
                ),
                net=net,
                learning_rate=0.1,
                trials=10,
                tolerance=0.1,
                stages=(
                    Stage(
                        "ST",
                        TestSet(256, 0, 0.015),
                        Published(sequences, wrong=2560 * misclassified, test_error=error),
                    ),
                ),
                weights=102,
                cap=10 * sequences,
            )
        )
    return rows


def _pairs_net(input_gate_bias: Bias) -> Net:
    return Net(
        2,
        1,
        2,
        2,
        input_gate_bias=input_gate_bias,
        output_gate_bias="random",
        cell_bias="random",
        output_bias="random",
    )


def _experiment_4() -> list[Row]:
    rows = [
        ("4-1", 100, 74_000, 1, 2_000_000),
        ("4-2", 500, 209_000, 0, 3_000_000),
        ("4-3", 1000, 853_000, 1, 8_000_000),
    ]
    return [
        Row(
            name,
            table=7,
            section="5.4",
            title=f"Adding problem, T = {length}",
            task=Task("marked_pairs", (length, 0), (-1.0,), typical_length=length + length // 10),
            net=_pairs_net((-3.0, -6.0)),
            learning_rate=0.5,
            trials=10,
            tolerance=0.04,
            stages=(
                Stage(
                    "2000 in a row",
                    Recent(2000, 0, average_below=0.01),
                    Published(sequences, wrong=wrong),
                ),
            ),
            weights=93,
            cap=cap,
        )
        for name, length, sequences, wrong, cap in rows
    ]


def _experiment_5() -> list[Row]:
    # "fewer than n_seq": one less is allowed.
    stages = tuple(
        Stage(
            f"n_seq = {wrong}",
            Recent(2000, wrong - 1),
            Published(sequences, wrong=test_wrong, test_error=error),
        )
        for wrong, sequences, test_wrong, error in [
            (140, 482_000, 139, 0.0223),
            (13, 1_273_000, 14, 0.0139),
        ]
    )
    return [
        Row(
            "5",
            table=8,
            section="5.5",
            title="Multiplication problem, T = 100",
            task=Task("marked_pairs", (100, 1), (0.0,), typical_length=110),
            net=_pairs_net("random"),
            learning_rate=0.1,
            trials=10,
            tolerance=0.04,
            stages=stages,
            weights=93,
            cap=12_000_000,
        )
    ]


def _experiment_6() -> list[Row]:
    rows = [
        ("6a", 2, 0.5, 156, 20, 31_390, 1, 1_000_000),
        ("6b", 3, 0.1, 308, 10, 571_100, 2, 6_000_000),
    ]
    windows = {2: (10, 20, 50, 60), 3: (10, 20, 33, 43, 66, 76)}
    return [
        Row(
            name,
            table=9,
            section="5.6",
            title=f"Temporal order, {blocks} symbols",
            task=Task("temporal_order", windows[blocks], typical_length=110),
            net=Net(
                8,
                2**blocks,
                blocks,
                2,
                input_gate_bias=tuple(-2.0 * (b + 1) for b in range(blocks)),
                output_gate_bias="random",
                cell_bias="random",
                output_bias="random",
            ),
            learning_rate=rate,
            trials=trials,
            tolerance=0.3,
            stages=(
                Stage(
                    "2000 in a row",
                    Recent(2000, 0, average_below=0.1),
                    Published(sequences, wrong=wrong),
                ),
            ),
            weights=weights,
            cap=cap,
        )
        for name, blocks, rate, weights, trials, sequences, wrong, cap in rows
    ]


ROWS: dict[str, Row] = {
    row.name: row
    for row in (
        *_experiment_1(),
        *_experiment_2ab(),
        *_experiment_2c(),
        *_experiment_3(),
        *_experiment_4(),
        *_experiment_5(),
        *_experiment_6(),
    )
}


@dataclass(frozen=True)
class Quoted:
    """A row about another method, as the paper gives it.

    Attributes:
        table: 1 or 2. Those of table 1 the authors quoted from other papers and did not rerun;
            their weight counts are the authors' estimates.
        method, hidden, learning_rate: what was run, in the paper's words.
        weights: least and largest count.
        percent: of trials that succeeded; ``None`` where it says "some fraction".
        sequences: success after, or how many sequences were not enough.
        lag: p of task 2a.
    """

    table: int
    method: str
    hidden: str
    learning_rate: str
    weights: tuple[int, int]
    percent: float | None
    sequences: float
    lag: int | None = None


QUOTED = (
    Quoted(1, "RTRL", "3", "0.05", (170, 170), None, 173_000),
    Quoted(1, "RTRL", "12", "0.1", (494, 494), None, 25_000),
    Quoted(1, "ELM", "15", "", (435, 435), 0, 200_000),
    Quoted(1, "RCC", "7-9", "", (119, 198), 50, 182_000),
    Quoted(2, "RTRL", "1", "1.0", (36, 36), 78, 1_043_000, lag=4),
    Quoted(2, "RTRL", "1", "4.0", (36, 36), 56, 892_000, lag=4),
    Quoted(2, "RTRL", "1", "10.0", (36, 36), 22, 254_000, lag=4),
    Quoted(2, "RTRL", "1", "1.0-10.0", (144, 144), 0, 5_000_000, lag=10),
    Quoted(2, "RTRL", "1", "1.0-10.0", (10_404, 10_404), 0, 5_000_000, lag=100),
    Quoted(2, "BPTT", "1", "1.0-10.0", (10_404, 10_404), 0, 5_000_000, lag=100),
    Quoted(2, "CH", "1 + 1", "1.0", (10_506, 10_506), 33, 32_400, lag=100),
)


def one_unit_net_weights(lag: int) -> int:
    """Weights of table 2's recurrent net: one self-recurrent unit, and shortcuts around it.

    With n = lag + 1 symbols, the unit sees n inputs and itself, each of n outputs n inputs and the
    unit: ``(n + 1) + n (n + 1)``.
    """
    symbols = check.positive_integer("lag", lag) + 1
    return (symbols + 1) + symbols * (symbols + 1)


def chunker_weights(lag: int) -> int:
    """Weights of one of the chunker's two nets: the recurrent net with one output more."""
    return one_unit_net_weights(lag) + check.positive_integer("lag", lag) + 2


def row(name: str) -> Row:
    """The row of that name.

    Raises:
        TypeError, ValueError: where there is none, with the names there are.
    """
    return ROWS[check.one_of("row", name, ROWS)]


def decided(row: Row, decisions: Decisions) -> Row:
    """The row with those decisions carried out that change its net, task or rule."""
    net, task, stages = row.net, row.task, row.stages
    if decisions.shortcuts:
        net = replace(net, shortcuts=True)
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


def trial_generators(row: Row, seed: int, trial: int) -> tuple[np.random.Generator, ...]:
    """Where one trial's randomness comes from: initial weights, training, test.

    They depend on the seed, the row's name and the trial's number, on nothing else.
    """
    check.integer_in("seed", seed, minimum=0)
    check.integer_in("trial", trial, minimum=0)
    sequence = np.random.SeedSequence(seed, spawn_key=(_number(row), trial))
    return tuple(np.random.default_rng(child) for child in sequence.spawn(3))


def strings_generator(row: Row, seed: int, trial: int) -> np.random.Generator:
    """Where experiment 1's sets of strings come from: one pair of sets for ten trials."""
    key = (_number(row), trial // 10, 1)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _number(row: Row) -> int:
    return int.from_bytes(row.name.encode(), "big")
