"""What a row of a table of 1997 consists of: task, net, stopping rules, published figures.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997, section 5 and tables 10 and 11. Chapter 08.
"""

from __future__ import annotations

from dataclasses import dataclass

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
        into_cells: False lets the recurrent connections lead into the gates alone.
        shortcuts: whether the inputs feed the outputs too (experiments 2a, 2b).
        hidden_units: ordinary logistic units beside the memory cells; they feed the outputs too.
        hidden_units_feed_blocks: whether they feed the cells and gates.
        hidden_units_recurrent: whether they see the hidden layer, or the inputs alone.
        hidden_units_bias: "random" or ``None``.
        bias_unit: whether a constant unit in the hidden layer takes the place of the outputs'
            bias; it feeds the whole hidden layer as well.
        start_activation: of every hidden unit before the first step; states begin at 0.
        added_gate_bias: whether given biases of gates are added to random ones.
        weight_grid: how many equally likely values an initial weight has; 0 for any in the range.
        linear_output: whether an output is its net input, not the logistic function of it.
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
    into_cells: bool = True
    shortcuts: bool = False
    hidden_units: int = 0
    hidden_units_feed_blocks: bool = True
    hidden_units_recurrent: bool = True
    hidden_units_bias: Bias = None
    bias_unit: bool = False
    start_activation: float = 0.0
    added_gate_bias: bool = False
    weight_grid: int = 0
    linear_output: bool = False
    g: str = "logistic [-2, 2]"
    h: str = "logistic [-1, 1]"
    init: float = 0.1

    @property
    def dense_inputs(self) -> int:
        """How many input lines take values; none where each line stands for a symbol."""
        return self.inputs if self.inputs <= 2 else 0

    @property
    def cells(self) -> int:
        """How many memory cells."""
        return self.blocks * self.block_size

    @property
    def gates(self) -> int:
        """How many gates."""
        return self.blocks * (2 if self.output_gate else 1)

    @property
    def hidden(self) -> int:
        """The number of hidden units, which are cells, gates and ordinary ones together."""
        return self.cells + self.gates + self.hidden_units

    @property
    def features(self) -> int:
        """The number of hidden units that the outputs see, which are the cells and the ordinary ones."""
        return self.cells + self.hidden_units

    @property
    def bias_of_hidden(self) -> tuple[bool, ...]:
        """Which hidden units have a bias, in the order of their weights."""
        return (
            (self.cell_bias is not None,) * self.cells
            + (self.input_gate_bias is not None,) * self.blocks
            + (self.output_gate_bias is not None,) * (self.gates - self.blocks)
            + (self.hidden_units_bias is not None,) * self.hidden_units
        )

    @property
    def weight_count(self) -> int:
        """How many weights the topology has, biases included."""
        everything = self.hidden + self.bias_unit
        to_blocks = everything - (0 if self.hidden_units_feed_blocks else self.hidden_units)
        fed_back = to_blocks * (self.gates + (self.cells if self.into_cells else 0))
        if self.hidden_units_recurrent:
            fed_back += everything * self.hidden_units
        to_outputs = self.features + (self.inputs if self.shortcuts else 0)
        biases = sum(self.bias_of_hidden) + (self.outputs if self.output_bias else 0)
        to_hidden = self.hidden * self.inputs + (fed_back if self.recurrent else 0)
        return to_hidden + self.outputs * to_outputs + biases


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
