"""The figures of the chapters speak one vocabulary: their traces are made by `interact.plots`, none by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import plotly.graph_objects as go
import pytest

import lstm_lab

FIGURES = sorted((Path(lstm_lab.__file__).parent / "chapters").rglob("*.py"))
TRACES = {name for name in dir(go) if isinstance(getattr(go, name), type)} - {"Figure"}


def by_hand(source):
    """The names of Plotly's classes that a source calls itself, other than the figure."""
    names = {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
        if ast.unparse(node.func).rpartition(".")[0] in ("go", "plotly.graph_objects", "graph_objs")
    }
    return names & TRACES


@pytest.mark.parametrize("file", FIGURES, ids=lambda file: "/".join(file.parts[-3:]))
def test_no_trace_is_built_by_hand(file):
    assert by_hand(file.read_text("utf-8")) == set()


@pytest.mark.parametrize("call", ["go.Scatter(x=[1])", "plotly.graph_objects.Heatmap(z=[[1]])"])
def test_one_that_is_would_be_found(call):
    assert by_hand(call)


def test_a_figure_is_no_trace():
    assert by_hand("def f() -> go.Scatter:\n    return go.Figure([plots.line(x, y)])") == set()
