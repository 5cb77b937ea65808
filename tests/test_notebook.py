import pytest

from lstm_lab.notebook import Table


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
