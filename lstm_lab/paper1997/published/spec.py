"""Every row of the tables of 1997 as data: task, net, rate, stopping rule, trials, figure.

Source: S. Hochreiter & J. Schmidhuber, "Long Short-Term Memory", Neural Computation
9(8):1735-1780, 1997, sections 5.1 to 5.6, tables 1 to 11. Chapter 08.
"""

from __future__ import annotations

import numpy as np

from ... import _validate as check
from .schema import Bias, Net, Published, Quoted, Recent, Row, Stage, Task, TestSet


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


def _signal_net() -> Net:
    return Net(
        1,
        1,
        3,
        1,
        input_gate_bias=(-1.0, -3.0, -5.0),
        output_gate_bias=(-2.0, -4.0, -6.0),
        cell_bias="random",
    )


def _experiment_3ab() -> list[Row]:
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
                net=_signal_net(),
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
    return rows


def _experiment_3c() -> list[Row]:
    rows = []
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
                net=_signal_net(),
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
        *_experiment_3ab(),
        *_experiment_3c(),
        *_experiment_4(),
        *_experiment_5(),
        *_experiment_6(),
    )
}


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


def row(name: str) -> Row:
    """The row of that name.

    Raises:
        TypeError, ValueError: where there is none, with the names there are.
    """
    return ROWS[check.one_of("row", name, ROWS)]


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
    check.integer_in("seed", seed, minimum=0)
    check.integer_in("trial", trial, minimum=0)
    key = (_number(row), trial // 10, 1)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _number(row: Row) -> int:
    return int.from_bytes(row.name.encode(), "big")
