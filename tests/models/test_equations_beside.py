"""The models beside the chapters: the labels in their comments are equations of the book, and none is left out."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from pathlib import Path

import pytest
from equations import CHAPTERS, labels_of

from lstm_lab import models
from lstm_lab.models import (
    GRU,
    LSTM,
    LSTM1997,
    MLP,
    ElmanRNN,
    Perceptron,
    Readout,
    VariantLSTM,
    attention,
    ctc,
)
from lstm_lab.models import linear_recurrence as linear

FOLDER = Path(models.__file__).parent
LABEL = re.compile(r"\beq-\d\d-[a-z-]+\b")
EVERY = {label for file in CHAPTERS.glob("[0-9]*.md") for label in labels_of(file.name[:2])}
BESIDE = {
    Perceptron.activation: {"eq-01-net"},
    Perceptron.correct: {"eq-01-rule"},
    MLP.forward: {"eq-03-forward"},
    MLP.backward: {"eq-03-delta-out", "eq-03-delta-hidden", "eq-03-gradient"},
    Readout.loss: {"eq-03-loss"},
    Readout.backward: {"eq-03-cross"},
    ElmanRNN.forward: {"eq-05-elman"},
    ElmanRNN._step_backward: {"eq-05-net", "eq-05-meet"},
    LSTM1997.forward: {"eq-07-cell", "eq-07-gates"},
    LSTM1997._step_backward: {"eq-07-cell", "eq-07-gates", "eq-07-truncation"},
    LSTM.forward: {"eq-09-lstm", "eq-09-forget"},
    LSTM._step_backward: {"eq-09-lstm"},
    VariantLSTM.forward: {"eq-09-lstm", "eq-09-peepholes"},
    GRU.forward: {"eq-09-gru"},
    GRU._step_backward: {"eq-09-gru"},
    ctc.forward_table: {"eq-09-ctc"},
    attention.attention: {"eq-11-qkv", "eq-11-attention"},
    linear.loop: {"eq-11-linear"},
    linear.scan_rounds: {"eq-11-combine"},
}
RECURRENT = (ElmanRNN, LSTM1997, LSTM, VariantLSTM, GRU)
SCREEN = 40
"""Lines of code on a screen."""


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.stem)
def test_a_label_in_a_model_is_an_equation_of_the_book(file: Path) -> None:
    assert set(LABEL.findall(file.read_text("utf-8"))) <= EVERY


def test_a_label_that_is_no_equation_would_be_found() -> None:
    assert "eq-09-lstm" in EVERY
    assert set(LABEL.findall("h[t] = 0  # eq-09-lsmt")) - EVERY == {"eq-09-lsmt"}


@pytest.mark.parametrize("function", BESIDE, ids=lambda function: function.__qualname__)
def test_a_pass_stands_beside_its_equations(function) -> None:
    assert BESIDE[function] <= set(LABEL.findall(inspect.getsource(function)))


@pytest.mark.parametrize("model", RECURRENT, ids=lambda model: model.__name__)
@pytest.mark.parametrize("name", ["forward", "_step_backward", "backward"])
def test_a_pass_fits_on_a_screen(model: type, name: str) -> None:
    (node,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(getattr(model, name)))).body
    assert isinstance(node, ast.FunctionDef)
    assert node.end_lineno - node.lineno < SCREEN


@pytest.mark.parametrize("model", RECURRENT, ids=lambda model: model.__name__)
def test_a_step_counts_from_one_origin(model: type) -> None:
    """In the loop over t nothing is shifted but to the step before, and only what the state carries."""
    source = inspect.getsource(model.forward) + inspect.getsource(model._step_backward)
    shifted = set(re.findall(r"(\w+)\[t - 1", source))
    assert shifted <= {"h", "c", "z", "state"}
    assert not re.search(r"\[t \+", source)
    words = [token.string for token in tokenize.generate_tokens(io.StringIO(source).readline)]
    assert "kron" not in words
