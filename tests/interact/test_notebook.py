from html.parser import HTMLParser
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.interact import notebook
from lstm_lab.interact.notebook import Table


def test_a_table_has_headers_for_columns_and_rows_and_escapes():
    shown = Table(["cell", "steps"], [("tanh <RNN>", 17), ("LSTM", 50)])._repr_html_()
    assert shown.count('<th scope="col">') == 2
    assert shown.count('<th scope="row">') == 2
    assert "tanh &lt;RNN&gt;" in shown


def test_a_table_as_text_stands_in_columns():
    assert repr(Table(["a", "b"], [("long", 1)])) == "a     b\nlong  1"


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="rows must have 2 cells"):
        Table(["a", "b"], [(1, 2, 3)])


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
columns = st.integers(1, 4)


class Cells(HTMLParser):
    """The texts of the cells of a table, by the role of the cell."""

    def __init__(self, page):
        super().__init__()
        self.found, self.kind = {}, None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.kind = dict(attrs).get("scope", "cell")
            self.found.setdefault(self.kind, []).append("")

    def handle_endtag(self, tag):
        self.kind = None if tag in ("td", "th") else self.kind

    def handle_data(self, data):
        if self.kind:
            self.found[self.kind][-1] += data


@given(columns, st.integers(0, 4), st.data())
def test_a_table_shows_every_cell_as_it_is(width, height, data):
    row = st.lists(cells, min_size=width, max_size=width)
    header, rows = data.draw(row), data.draw(st.lists(row, min_size=height, max_size=height))
    table = Table(header, rows)
    shown = Cells(table._repr_html_()).found
    assert shown["col"] == header
    assert shown.get("row", []) == [first for first, *_ in rows]
    assert shown.get("cell", []) == [cell for _, *rest in rows for cell in rest]
    assert len(repr(table).split("\n")) == height + 1


@given(
    st.dictionaries(
        st.sampled_from(["lag", "steps", "gap"]), st.text() | st.integers() | st.floats()
    )
)
def test_what_is_glued_is_recorded_under_its_name(values):
    with mock.patch("IPython.display.display") as shown:
        notebook.glue(**values)
    found = {}
    for call in shown.call_args_list:
        assert call.kwargs["raw"] is True
        found[call.kwargs["metadata"]["scrapbook"]["name"]] = call.args[0]
    assert found == {name: {notebook.RECORD: repr(str(value))} for name, value in values.items()}
