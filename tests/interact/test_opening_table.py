"""A table whose rows open: header and cells for the eye, names for the ear, and everything behind a row in it."""

import re

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.interact import plots, theme
from lstm_lab.interact.notebook import OpeningTable

FIGURE = theme.figure([plots.line([0, 1], [0, 1], "a", theme.BLUE)], "It rises from 0 to 1.")


def test_a_row_opens_its_sentences_its_address_and_its_figure():
    made = OpeningTable(
        ("row", "paper"), [("One", [(("1-1", "39,740"), ["A net.", ("#a&b", "trials"), FIGURE])])]
    )._repr_html_()
    opened = re.search(r"<details><summary>(.*?)</summary>(.*?)</details>", made)
    assert re.sub(r"<[^>]*>", "", opened[1]).split() == ["1-1", "paper:", "39,740"]
    assert "<p>A net.</p>" in opened[2]
    assert '<a href="#a&amp;b">trials</a>' in opened[2]
    assert 'aria-label="It rises from 0 to 1."' in opened[2]
    assert opened[2].count('<svg role="img"') == 1


@given(st.lists(st.text("<a&b>", min_size=1, max_size=3), min_size=2, max_size=4))
def test_what_is_written_is_text(cells):
    made = OpeningTable(cells, [("<h>", [(cells, cells)])])._repr_html_()
    assert set(re.findall(r"</?(\w+)", made)) == {"details", "summary", "span", "b", "p", "div"}


def test_without_html_it_is_a_plain_table():
    said = repr(OpeningTable(("row", "paper"), [("One", [(("1-1", "39,740"), [])])]))
    assert said.splitlines() == ["One", "row  paper", "1-1  39,740"]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"rows must have 2 cells, as the header, got 1"):
        OpeningTable(("row", "paper"), [("One", [(("1-1",), [])])])


def test_a_figure_without_a_sentence_has_an_empty_name():
    made = OpeningTable(("row",), [("One", [(("1",), [go.Figure()])])])._repr_html_()
    assert 'aria-label=""' in made
