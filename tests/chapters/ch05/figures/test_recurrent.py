"""The diagrams and the explorers of chapter 05."""

import pytest

from lstm_lab.chapters.ch05 import explorers as chapter05
from lstm_lab.chapters.ch05.explorers import EXPLORERS
from lstm_lab.chapters.ch05.figures import recurrent


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_state_of_an_explorer_that_is_sampled_can_be_drawn(name):
    explorer = EXPLORERS[name]()
    states = list(explorer.states())
    assert len(states) < 300
    for state in states[:: max(1, len(states) // 5)]:
        summary = explorer.figure(**state).layout.meta["summary"]
        assert any(sign.isdigit() for sign in summary)
        assert summary.endswith(".")


@pytest.mark.parametrize(
    "draw", [recurrent.two_feedbacks, recurrent.loop_and_line, recurrent.one_step]
)
def test_diagrams_say_in_words_what_they_show(draw):
    figure = draw()
    assert len(figure.layout.meta["summary"]) > 200
    assert len(figure.layout.annotations) > 6
    assert chapter05.EXPLORERS


def test_the_diagram_unrolls_as_many_steps_as_asked():
    texts = [note.text for note in recurrent.loop_and_line(6).layout.annotations]
    assert "h<sub>6</sub>" in texts
    assert texts.count("U") == 6
