import json
import re
from html.parser import HTMLParser

import pytest

from bookbuild.python.page_cells import cell_html, cells_of, page_json

CODES = [
    "import numpy as np",
    "def f():\n    ...\n\n\nexercises.f(f)",
    "import torch",
    'explorers.show("a")',
]


@pytest.fixture
def cells():
    return cells_of(CODES, ["", "ex-06-unit", "", ""])


class Elements(HTMLParser):
    """Every element of a piece of HTML, with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def elements(cell):
    return Elements(cell_html(cell, "<pre>code</pre>", "lab")).found


def test_an_exercise_is_a_cell_by_the_contract(cells):
    found = elements(cells[1])
    root = found[0][1]
    assert root["class"] == "lab-cell"
    assert (root["data-cell"], root["data-exercise"], root["data-state"]) == (
        "ex-06-unit",
        "ex-06-unit",
        "idle",
    )
    fields = [attributes for tag, attributes in found if tag == "textarea"]
    labels = [attributes for tag, attributes in found if tag == "label"]
    assert [one["id"] for one in fields] == [one["for"] for one in labels]
    assert [a["name"] for tag, a in found if tag == "button"] == ["run", "stop", "reset", "copy"]
    assert [a["aria-live"] for _, a in found if a.get("class") == "lab-output"] == ["polite"]


def test_the_code_is_there_to_read_and_the_controls_wait_for_the_script(cells):
    assert "<pre>code</pre>" in cell_html(cells[1], "<pre>code</pre>", "lab")
    waiting = [a for tag, a in elements(cells[1]) if tag in ("textarea", "label")]
    assert all("hidden" in one and "data-needs-script" in one for one in waiting)


def test_a_cell_that_can_not_run_says_why_and_has_no_controls(cells):
    written = cell_html(cells[2], "", "lab")
    assert "needs PyTorch" in written
    assert "<button" not in written


def test_a_cell_that_only_shows_an_explorer_needs_no_python(cells):
    assert "<button" not in cell_html(cells[3], "", "lab")


def test_an_answer_belongs_to_the_text_of_its_cell(cells):
    edited = cells_of([CODES[0], CODES[1].replace("f", "g")], ["", "ex-06-unit"])
    assert edited[1].hash != cells[1].hash
    assert cells_of(CODES, [""] * 4)[1].hash == cells[1].hash


def test_the_scripts_are_told_of_each_cell_what_it_needs():
    cells = cells_of(["import a", "x = 1", "print(x)"], ["", "", ""])
    told = json.loads(re.search(r">(.*)</script>", page_json("06-x", cells, {}, {}))[1])
    assert told["chapter"] == "06-x"
    assert told["cells"]["cell-3"]["needs"] == ["cell-1", "cell-2"]


def test_no_text_ends_the_script_that_tells():
    assert "</script><b>" not in page_json("</script><b>", [], {}, {})


def test_no_cell_rests_on_the_answer_to_an_exercise():
    cells = cells_of(["def f(): ...", "f()"], ["ex-1", ""])
    assert cells[1].needs == ()


def test_a_cell_that_takes_long_says_so_and_so_does_one_that_needs_it():
    codes = ["import numpy as np", "a = np.ones(10**8)", "a.sum()", "np.pi"]
    cells = cells_of(codes, ["", "", "", ""], [False, True, False, False])
    assert [one.slow for one in cells] == [False, True, True, False]
    told = ["lab-slow" in cell_html(one, "<pre></pre>", "lab") for one in cells]
    assert told == [False, True, True, False]
