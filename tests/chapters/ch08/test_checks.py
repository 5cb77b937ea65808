import itertools

import numpy as np
import pytest

from lstm_lab.chapters.ch08 import checks
from lstm_lab.paper1997.published import spec
from lstm_lab.sequences import embedded_reber, legal_next_symbols

NODES = {
    1: {"T": 2, "P": 3},
    2: {"S": 2, "X": 4},
    3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6},
    5: {"P": 4, "V": 6},
}


def weights(inputs, outputs, blocks, size, biases):
    hidden = blocks * size + 2 * blocks
    return hidden * (inputs + hidden) + outputs * blocks * size + biases


def successors(prefix):
    if len(prefix) == 1:
        return "TP"
    if len(prefix) == 2:
        return "B"
    node, rest = 1, prefix[3:]
    while rest and node != 6:
        node, rest = NODES[node][rest[0]], rest[1:]
    if node != 6:
        return "".join(NODES[node])
    return ["E", prefix[1], "E"][len(rest)]


def most(wrong, total, tolerance):
    return (wrong * 1.0**2 + (total - wrong) * tolerance**2) / total


def wait(p, n):
    q = 1 - p
    return (1 - q**n) / (p * q**n)


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.weight_count, weights),
        (checks.legal_successors, successors),
        (checks.mean_square_bound, most),
        (checks.expected_wait, wait),
    ],
)
def test_the_solution_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed, check(solution)
    assert check(lambda *_: None).passed is None
    assert check(...).passed is None


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (
            checks.weight_count,
            lambda n, m, b, s, k: weights(n, m, b, s, 0),
            "biases are missing",
        ),
        (
            checks.weight_count,
            lambda n, m, b, s, k: (b * s + 2 * b) * (n + b * s) + m * b * s + k,
            "also see all gates",
        ),
        (
            checks.legal_successors,
            lambda p: "TP" if successors(p) in ("T", "P") else successors(p),
            "stood second",
        ),
        (checks.mean_square_bound, lambda w, n, t: w / n, "have an error too"),
        (checks.mean_square_bound, lambda w, n, t: (w + (n - w) * t) / n, "its square"),
        (checks.expected_wait, lambda p, n: (1 - p) ** n, "all right"),
        (checks.expected_wait, lambda p, n: 1 / (1 - p) ** n, "attempts"),
        (checks.expected_wait, lambda p, n: wait(p, n) - n, "itself"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message


def test_the_weights_are_those_of_the_paper():
    counted = [checks.NETS, [spec.ROWS[name].weights for name in checks.NETS]]
    for name, expected in zip(*counted, strict=True):
        net = spec.ROWS[name].net
        biases = sum(net.bias_of_hidden) + (net.outputs if net.output_bias else 0)
        assert weights(net.inputs, net.outputs, net.blocks, net.block_size, biases) == expected


def test_the_successors_are_those_of_the_grammar():
    for sequence in itertools.islice(embedded_reber(np.random.default_rng(3)), 30):
        legal = legal_next_symbols(sequence.symbols)
        for t, allowed in enumerate(legal):
            prefix = "".join(sequence.symbols[: t + 1])
            wanted = {"BTSXPVE"[k] for k in np.flatnonzero(allowed)}
            assert set(checks._successors(prefix)) == wanted
            assert set(successors(prefix)) == wanted


@pytest.mark.parametrize(
    "as_given",
    [str, list, tuple, set, frozenset, np.array, lambda text: np.array(list(text))],
)
def test_successors_may_be_given_as_any_collection_in_any_order(as_given):
    result = checks.legal_successors(lambda prefix: as_given(successors(prefix)[::-1]))
    assert result.passed, result


@pytest.mark.parametrize(
    "strange", [3, [1, 2], b"TP", np.array([1.0, 2.0]), [None], {"T": "P"}, []]
)
def test_successors_of_another_kind_are_wrong_and_shown(strange):
    result = checks.legal_successors(lambda prefix: strange)
    assert result.passed is False
    assert "Expected 'PT', got" in result.message


def test_the_wait_is_what_a_coin_shows():
    rng = np.random.default_rng(5)
    waits = []
    for _ in range(4000):
        run = count = 0
        while run < 4:
            count += 1
            run = run + 1 if rng.random() >= 0.3 else 0
        waits.append(count)
    assert np.mean(waits) == pytest.approx(wait(0.3, 4), rel=0.06)
