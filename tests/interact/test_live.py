"""What a notebook gets of an explorer: on Colab, without a kernel, and where there are no widgets."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from lstm_lab.interact import explore, theme
from lstm_lab.interact.live import WIDGET_MIME, colab_metadata

MANAGER = "https://colab.example/manager.js"


def line(slope=1):
    return theme.figure([go.Scatter(x=[0, 1], y=[0, slope])], f"A line of slope {slope}.")


@pytest.fixture
def explorer(monkeypatch):
    monkeypatch.delenv("LSTM_LAB_STATIC", raising=False)
    return explore(line, slope=[1, 2, 3, 4])


@pytest.fixture
def colab(monkeypatch):
    """A stand-in for `google.colab.output`, as Colab has loaded it before a cell runs."""
    widgets = SimpleNamespace(_installed_url=None)

    def enable_custom_widget_manager():
        widgets._installed_url = MANAGER

    module = SimpleNamespace(
        enable_custom_widget_manager=enable_custom_widget_manager, _widgets=widgets
    )
    monkeypatch.setitem(sys.modules, "google.colab.output", module)
    return module


def test_the_picture_and_the_sentence_stand_beside_the_widget(explorer):
    data = explorer._repr_mimebundle_()
    assert set(data) == {WIDGET_MIME, "text/html", "text/plain"}
    assert "<svg" in data["text/html"]
    assert "A line of slope 1." in data["text/html"]
    assert "<script" not in data["text/html"]


def test_colab_is_told_where_its_widget_manager_is(explorer, colab):
    data, metadata = explorer._repr_mimebundle_()
    assert WIDGET_MIME in data
    assert metadata == {WIDGET_MIME: {"colab": {"custom_widget_manager": {"url": MANAGER}}}}


def test_a_colab_without_that_address_still_shows_widget_and_picture(explorer, colab):
    colab.enable_custom_widget_manager = lambda: None
    data = explorer._repr_mimebundle_()
    assert {WIDGET_MIME, "text/html"} <= set(data)


def test_nothing_is_switched_on_elsewhere():
    assert "google.colab.output" not in sys.modules
    assert colab_metadata() == {}


@pytest.mark.parametrize("package", ["ipywidgets", "anywidget"])
def test_without_the_packages_of_widgets_the_static_form_takes_over(explorer, monkeypatch, package):
    for name in [
        name for name in sys.modules if name.startswith("plotly.graph_objs._figurewidget")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    if package == "anywidget":

        def without(*_arguments):
            raise ImportError("Please install anywidget to use the FigureWidget class")

        monkeypatch.setattr(go, "FigureWidget", without)
    data = explorer._repr_mimebundle_()
    assert WIDGET_MIME not in data
    assert "A line of slope 1." in data["text/html"]
    assert package in data["text/html"]


def test_a_notebook_shows_it_through_ipython(explorer, colab):
    from IPython.core.formatters import DisplayFormatter

    data, metadata = DisplayFormatter().format(explorer)
    assert metadata[WIDGET_MIME]["colab"]["custom_widget_manager"]["url"] == MANAGER
    assert "text/html" in data
