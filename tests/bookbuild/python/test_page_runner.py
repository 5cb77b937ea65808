import builtins
import sys

import pytest

from bookbuild.python import page_runner
from bookbuild.python.page_runner import MOST_LETTERS, MOST_SHOWN, LeftOut, Runner
from lstm_lab.check import Result
from lstm_lab.interact.notebook import Table, glue

LONG = "x" * (MOST_LETTERS + 9)


@pytest.fixture
def page(monkeypatch):
    """A runner, and what it has sent; the test's own Python gets back what the runner takes over."""
    monkeypatch.setattr(builtins, "input", builtins.input)
    for name in ("IPython", "IPython.display"):
        monkeypatch.setitem(sys.modules, name, sys.modules.get(name))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    sent = []
    runner = Runner(sent.append)
    return runner, sent


def test_what_is_printed_and_the_last_value_are_sent_in_order(page):
    runner, sent = page
    assert runner.run("print('a')\nx = 2\nx + 1", "c")
    assert sent == [{"kind": "print", "text": "a\n"}, {"kind": "text", "text": "3"}]


def test_cells_share_their_names(page):
    runner, sent = page
    runner.run("def f(x):\n    return y * x\ny = 2", "a")
    runner.run("y = 5\nf(2)", "b")
    assert sent[-1] == {"kind": "text", "text": "10"}


@pytest.mark.parametrize("code", ["None", "3;", "x = 3", ""])
def test_nothing_is_shown_of_what_has_no_value(page, code):
    runner, sent = page
    assert runner.run(code, "c")
    assert sent == []


def test_an_error_is_told_with_the_readers_own_lines(page):
    runner, sent = page
    assert not runner.run("import json\n\n\njson.loads('{')", "one")
    assert sent[0]["text"].startswith("JSONDecodeError: Expecting property name")
    assert 'File "<one>", line 4' in sent[0]["trace"]
    assert sent[0]["trace"].count("File ") == 2  # and the one where it happened


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys\nsys.exit(3)", "asked Python to end"),
        ("raise KeyboardInterrupt", "Stopped."),
        ("raise MemoryError", "MemoryError (the page's Python has"),
        ("input('?')", "has nobody to ask"),
        ("x = (", "SyntaxError: '(' was never closed"),
        ("def f(): return f()\nf()", "RecursionError"),
        (
            "import torch_of_the_page",
            "torch_of_the_page is not in this page's Python. The cell runs in",
        ),
        ("import lstm_lab.no_such", "No module named 'lstm_lab.no_such'"),
    ],
)
def test_every_end_is_a_sentence(page, code, words):
    runner, sent = page
    assert not runner.run(code, "c")
    assert sent[-1]["kind"] == "error"
    assert words in sent[-1]["text"]
    assert runner.run("1", "c")  # and Python goes on


def test_printing_without_end_is_cut(page):
    runner, sent = page
    runner.run("for i in range(100_000): print('line', i)", "c")
    printed = "".join(one["text"] for one in sent if one["kind"] == "print")
    assert len(printed) == MOST_LETTERS
    assert [one["text"] for one in sent if one["kind"] == "text"] == [
        f"… more is printed; this page shows the first {MOST_LETTERS:,} letters."
    ]
    assert len(sent) < 20
    sent.clear()
    runner.run("print('again')", "c")
    assert sent == [{"kind": "print", "text": "again\n"}]


def test_showing_without_end_is_cut(page):
    runner, sent = page
    runner.run("for i in range(1000): display(i)", "c")
    assert len(sent) == MOST_SHOWN + 1
    assert "more was shown" in sent[-1]["text"]


def test_what_is_run_first_shows_nothing_and_tries_each_import_alone(page):
    runner, sent = page
    sys.meta_path.append(LeftOut({"lstm_lab.far_away": "numba"}))
    code = "from lstm_lab import check, far_away\nprint(2)\nx = far_away.y\nz = x + 1\nimport math\nmath.pi"
    assert runner.run(code, "c", quiet=True)
    assert sent == []
    assert runner.run("check.value(math.floor(3.5), 3).passed", "c")
    assert sent == [{"kind": "text", "text": "True"}]


def test_a_name_that_could_not_be_imported_is_told_with_the_reason(page):
    runner, sent = page
    sys.meta_path.append(LeftOut({"lstm_lab.far_away": "numba"}))
    runner.run("from lstm_lab import far_away", "c", quiet=True)
    assert not runner.run("far_away.show()", "c")
    assert sent[-1]["text"].startswith("NameError: name 'far_away' is not defined (numba compiles")


def test_an_error_in_what_is_run_first_is_told(page):
    runner, sent = page
    assert not runner.run("1 / 0", "c", quiet=True)
    assert sent[0]["text"] == "ZeroDivisionError: division by zero"


def test_the_last_value_of_what_is_run_first_is_computed(page):
    runner, sent = page
    runner.run("seen = []", "a")
    runner.run("seen.append(1)", "b", quiet=True)
    runner.run("seen", "c")
    assert sent == [{"kind": "text", "text": "[1]"}]


@pytest.mark.parametrize(
    ("thing", "output"),
    [
        (Result(True, "Right."), {"kind": "check", "passed": True, "text": "✓ Right."}),
        (Result(None, "Not yet."), {"kind": "check", "passed": None, "text": "… Not yet."}),
        (
            Table(["a"], [[1]]),
            {"kind": "html", "html": Table(["a"], [[1]])._repr_html_(), "text": ""},
        ),
        (LONG, {"kind": "text", "text": f"{repr(LONG)[:MOST_LETTERS]} …"}),
    ],
    ids=["right", "not yet", "table", "long"],
)
def test_what_a_value_looks_like(page, thing, output):
    runner, sent = page
    runner.space["thing"] = thing
    runner.run("thing", "c")
    assert sent == [output]


def test_numbers_for_the_text_are_shown(page):
    runner, sent = page
    runner.space["glue"] = glue
    runner.run("glue(ch_lag=12, ch_cell='LSTM')", "c")
    assert [one["text"] for one in sent] == ["ch_lag = 12", "ch_cell = LSTM"]


def test_every_reason_is_a_sentence_with_its_package():
    assert all(why.split()[0] in ("compiles", "is") for why in page_runner.WHY_NOT.values())
