"""Where a page's numbers come from: found in its cells, marked in its text, told at its end."""

from __future__ import annotations

import json
import re

import pytest
from docutils import nodes
from docutils.utils import new_document

from bookbuild.python import numbers
from bookbuild.python.page_cells import cells_of

CODES = [
    "import numpy as np",
    "rng = np.random.default_rng(3)\nglue(ch_a=1, ch_b=2)",
    'glue(**{f"ch_{name}": 3 for name in names})',
    "import torch\nglue(ch_torch=torch.ones(1))",
]
MADE = {"ch_a": "1", "ch_b": "2 < 3", "ch_far": "3", "ch_torch": "4"}


@pytest.fixture
def cells():
    return cells_of(CODES, ["", "", "", ""])


@pytest.fixture
def page():
    tree = new_document("page")
    for text in ("1", "2 < 3", "1"):
        place = nodes.inline(text, text, classes=["pasted-text"])
        tree += nodes.paragraph("", "", place, nodes.Text(" runs"))
    return tree


def test_each_number_belongs_to_the_cell_that_glues_it(cells):
    assert numbers.by_cell(cells, MADE) == {
        "cell-2": {"ch_a": "1", "ch_b": "2 < 3"},
        "cell-3": {"ch_far": "3"},
        "cell-4": {"ch_torch": "4"},
    }


def test_numbers_in_the_text_get_their_names_in_the_order_of_the_source(page):
    source = "{glue:text}`ch_a` runs {glue:text}`ch_b` runs {glue:text}`ch_a` runs"
    assert numbers.mark(page, source, MADE) == 3
    marked = [
        re.search(r'data-number="(\w+)">(.*)</span>', node.astext()).groups()
        for node in page.findall(nodes.raw)
    ]
    assert marked == [("ch_a", "1"), ("ch_b", "2 &lt; 3"), ("ch_a", "1")]


@pytest.mark.parametrize("source", ["{glue:text}`ch_a`", "{glue:text}`ch_b` " * 3])
def test_what_does_not_agree_is_left_alone(page, source):
    assert numbers.mark(page, source, {"ch_a": "1", "ch_b": "no such text"}) == 0
    assert not list(page.findall(nodes.raw))


def test_the_fold_tells_seeds_and_versions_and_which_cell_runs_where(cells):
    found = {"cell-2": {"ch_a": "1", "ch_b": "2 < 3"}, "cell-4": {"ch_torch": "4"}}
    written = numbers.numbers_html(cells, found, {"cell-2"})
    assert "np.random.default_rng(3)" in written
    assert "2 &lt; 3" in written
    assert 'href="#lab-cell-2"' in written
    assert "NumPy" in written
    runs, other = written.split('data-cell-of="cell-4"')
    assert "Compute again" in runs
    assert "PyTorch" in other
    assert "Compute again" not in other
    assert numbers.numbers_html(cells, {}, set()) == ""


def test_the_record_is_read_back_from_what_was_executed(tmp_path):
    (tmp_path / "a.glue.json").write_text(
        json.dumps(
            {"ch_a": {"data": {"text/plain": "'1'"}}, "ch_b": {"data": {"text/plain": "'é'"}}}
        )
    )
    assert numbers.recorded(tmp_path, "a") == {"ch_a": "1", "ch_b": "é"}
    assert numbers.recorded(tmp_path, "b") == {}
    numbers.write_record(
        tmp_path,
        {"b": {"cells": [], "numbers": {}}, "a": {"cells": ["x"], "numbers": {"ch_b": "é"}}},
    )
    written = json.loads((tmp_path / "_static" / "numbers.json").read_text("utf-8"))
    assert list(written["chapters"]) == ["a", "b"]
    assert written["versions"]["Python"]
