from itertools import combinations

import numpy as np
import pytest

from lstm_lab.chapters.ch03 import checks
from lstm_lab.models import MLP, load_parameters


def output_delta(y, d):
    """By the model: the net input of a network without weights is its bias."""
    net = one_output(np.zeros((1, 1)), np.zeros(1))
    net.parameters["bias_2"][...] = np.log(y / (1 - y))
    trace = net.forward(np.zeros(1))
    return net.backward(trace, trace.output - d).parameters["bias_2"][0]


def backward(W, V, x, h, y, d):
    net = one_output(W, V)
    trace = net.forward(x)
    return net.backward(trace, trace.output - d).parameters["weights_1"]


def one_output(W, V):
    net = MLP([W.shape[1], len(W), 1], rng=np.random.default_rng(0), activation="logistic")
    load_parameters(
        net,
        {
            "weights_1": W,
            "bias_1": np.zeros(len(W)),
            "weights_2": V[np.newaxis],
            "bias_2": np.zeros(1),
        },
    )
    return net


def central_difference(function, w, step):
    found = np.zeros_like(w)
    for place in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[place] += step
        down[place] -= step
        found[place] = (function(up) - function(down)) / (2 * step)
    return found


def smallest_sum(sizes):
    """The smallest difference between the sums of two groups that share no pair."""
    groups = [set(g) for n in range(len(sizes) + 1) for g in combinations(range(len(sizes)), n)]
    return min(
        abs(sum(sizes[i] for i in one) - sum(sizes[i] for i in other))
        for one in groups
        for other in groups
        if not one & other and one | other
    )


@pytest.mark.parametrize(
    ("check", "solution"),
    [
        (checks.error_of_an_output, output_delta),
        (checks.the_check_itself, central_difference),
        (checks.the_backward_pass, backward),
        (checks.why_random, lambda updates: 1),
        (checks.ratios_of_symmetry, smallest_sum),
    ],
)
def test_the_model_passes_and_an_empty_answer_is_not_answered(check, solution):
    assert check(solution).passed
    assert check(lambda *_: None).passed is None


def changes_its_argument(function, w, step):
    for place in np.ndindex(w.shape):
        w[place] += step
    return np.zeros_like(w)


@pytest.mark.parametrize(
    ("check", "wrong", "cause"),
    [
        (checks.error_of_an_output, lambda y, d: y - d, "the slope y (1 - y) is missing"),
        (checks.error_of_an_output, lambda y, d: -output_delta(y, d), "the sign"),
        (
            checks.the_check_itself,
            lambda function, w, step: 2 * central_difference(function, w, step),
            "divide by 2 step",
        ),
        (checks.the_check_itself, changes_its_argument, "entries differ"),
        (checks.the_backward_pass, lambda *net: backward(*net).T, "delta down, x across"),
        (
            checks.the_backward_pass,
            lambda W, V, x, h, y, d: backward(W, V, x, h, y, d) / (y * (1 - y)),
            "the slope of the output",
        ),
        (checks.why_random, lambda updates: 3, "do they differ?"),
        (checks.ratios_of_symmetry, min, "differences count as well"),
    ],
)
def test_a_mistake_is_named(check, wrong, cause):
    result = check(wrong)
    assert result.passed is False
    assert cause in result.message
