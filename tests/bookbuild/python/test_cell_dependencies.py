import pytest

from bookbuild.python import cell_dependencies


@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (["a = 1", "b = 2", "print(a)"], [0]),
        (["a = 1", "a = 2", "print(a)"], [1]),  # the nearest
        (["a = 1", "b = a", "print(b)"], [0, 1]),  # and what that needs
        (["a = 1", "a = 3\nprint(a)"], []),  # defined where it is used
        (["a = 1", "a += 1"], [0]),
        (["a = [0]", "a[0] = 1", "print(a)"], [0, 1]),  # changed in between
        (["a = [0]", "for i in range(3):\n    a.append(i)", "print(a)"], [0, 1]),
        (["a = [0]", "len(a)", "print(a)"], [0]),
        (["net = 1", "train(net, 3)", "print(net)"], [0, 1]),
        (["rng = 1", "x = rng.normal()", "y = rng.normal()"], [0, 1]),
        (["import numpy as np", "b = 1", "print(2)"], [0]),  # an answer may use any import
        (
            ["from m import f", "f.show(1)", "f.show(2)"],
            [0],
        ),  # a module is not changed by its functions
        (["a = 1", "def f(x):\n    return a + x", "f(2)"], [0, 1]),
        (
            ["x = 1", "def f(x):\n    y = x\n    return y", "f(2)"],
            [1],
        ),  # an argument, not the cell's
        (["i = 1", "print([i for i in range(3)])"], []),
        (["def f():\n    return g()\ndef g():\n    return 1", "f()"], [0]),
        (["a = 1", "%matplotlib inline", "print(a)"], [0]),
    ],
)
def test_what_the_last_cell_needs(cells, needed):
    assert cell_dependencies.needs(cells)[-1] == needed


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        (["import torch"], ["torch"]),
        (
            ["import torch\nimport numpy", "torch.ones(1)", "numpy.ones(1)"],
            ["torch", "torch", None],
        ),
        (
            ["import torch", "x = torch.ones(1)", "print(x)", "x = 1", "print(x)"],
            ["torch"] * 3 + [None] * 2,
        ),
        (["from lstm_lab.twins import compare", "compare()"], ["torch", "torch"]),
        (
            ["from lstm_lab.chapters.ch09.experiments.digits import digits", "digits()"],
            [None, None],
        ),
        (["from lstm_lab.models import LSTM", "LSTM(1, 2)"], [None, None]),
    ],
)
def test_what_keeps_a_cell_from_running(cells, missing):
    assert cell_dependencies.missing(cells) == missing
