"""A training, live in a notebook and for the page: texts become arguments, Stop is heard, a refusal is told."""

from __future__ import annotations

import time

import plotly.graph_objects as go
import pytest

from lstm_lab.interact import theme
from lstm_lab.interact.training import Field, Step, Training, training_page

SECONDS = 20


def climbing(rate: float = 0.5, steps: int = 3, kind: str = "line"):
    """A training that climbs; refuses a rate that is no number before its first step."""
    if not isinstance(rate, int | float):
        raise TypeError(f"rate must be a number, got {rate!r}")

    def all_steps():
        for done in range(steps + 1):
            summary = f"After {done} of {steps} steps of {rate:g}: {done * rate:g}."
            figure = theme.figure([go.Scatter(x=[0, 1], y=[0, done * rate], name=kind)], summary)
            yield Step(done / steps, figure)
            time.sleep(0.01)

    return all_steps()


@pytest.fixture
def training(monkeypatch):
    monkeypatch.delenv("LSTM_LAB_STATIC", raising=False)
    return Training(
        climbing,
        "climbing",
        "It climbs.",
        rate=Field("rate", 0.5, allowed="any"),
        steps=Field("steps", 3, allowed="1 to 9"),
        kind=Field("kind", "line", ("line", "other")),
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("steps", " 7 ", 7),
        ("rate", "1e-3", 1e-3),
        ("rate", "\u22122", -2),
        ("rate", "a", "a"),
        ("rate", "", ""),
        ("kind", "1", "1"),
    ],
)
def test_a_text_becomes_the_number_that_it_is_and_else_stays(training, name, text, value):
    found = training.fields[name].value(text)
    assert (found, type(found)) == (value, type(value))


def finished(box):
    box.thread.join(SECONDS)
    assert not box.thread.is_alive()


def test_in_a_notebook_it_trains_to_the_end_and_says_what_came_out(training):
    box = training.live()
    box.fields["rate"].value, box.fields["steps"].value = "2", "4"
    box.press()
    finished(box)
    assert (box.bar.value, box.said.value) == (1.0, "After 4 of 4 steps of 2: 8.")
    assert tuple(box.children[-1].data[0].y) == (0, 8)


def test_in_a_notebook_stop_is_heard_and_a_refusal_is_told(training):
    box = training.live()
    box.fields["steps"].value = "100000"
    box.press()
    box.stop()
    finished(box)
    assert box.said.value.startswith("Stopped. After ")
    box.fields["rate"].value = "fast"
    box.press()
    finished(box)
    assert box.said.value == "<b>rate must be a number, got &#x27;fast&#x27;</b>"


def test_the_page_gets_the_end_of_the_first_settings_computed_once(training, tmp_path, monkeypatch):
    page = training_page(training, tmp_path)
    assert page["summary"] == "After 3 of 3 steps of 0.5: 1.5."
    assert [field["initial"] for field in page["fields"]] == ["0.5", "3", "line"]
    monkeypatch.setattr(training, "last", None)  # not asked for again
    assert training_page(training, tmp_path) == page


def test_a_field_must_begin_with_one_of_its_choices():
    with pytest.raises(ValueError, match="initial must be one of"):
        Field("kind", "third", ("line", "other"))
    with pytest.raises(ValueError, match="name must be lower-case words"):
        Training(climbing, "Climbing Up", "")
