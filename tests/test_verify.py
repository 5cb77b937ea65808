"""Numbers computed again: the same, within their tolerance, different; and the command that does it for chapters."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lstm_lab import verify
from lstm_lab.cli import app
from lstm_lab.interact.theme import power_text

CELL = """
import numpy as np
from lstm_lab.interact.notebook import glue
rng = np.random.default_rng(7)
total = rng.standard_normal(4).sum()
glue(ch99_total=f"{total:.4f}", ch99_count=4)
"""


@pytest.mark.parametrize(
    ("recorded", "computed", "verdict"),
    [
        ("12", "12", verify.SAME),
        ("12", "13", verify.DIFFERENT),
        ("0.123", "0.124", verify.NEAR),
        ("0.123", "0.125", verify.DIFFERENT),
        ("−3.20", "−3.19", verify.NEAR),
        ("−3.20", "3.20", verify.DIFFERENT),
        ("5.8 × 10⁻¹²", "5.9 × 10⁻¹²", verify.NEAR),
        ("5.8 × 10⁻¹²", "5.8 × 10⁻¹¹", verify.DIFFERENT),
        ("1.0 × 10⁻¹¹", "9.9 × 10⁻¹²", verify.NEAR),
        ("12,345.6 runs", "12,345.7 runs", verify.NEAR),
        ("12 of 20", "12 of 21", verify.DIFFERENT),
        ("tanh RNN", "LSTM", verify.DIFFERENT),
        ("1 %", "1", verify.DIFFERENT),
        ("3e-05", "4e-05", verify.DIFFERENT),
        ("3e-05", "3.1e-05", verify.NEAR),
        ("1.5, 2.5", "1.5, 2.6", verify.NEAR),
    ],
)
def test_a_rounded_number_may_differ_in_its_last_place_and_a_count_may_not(
    recorded, computed, verdict
):
    assert verify.compare(recorded, computed) == verdict


@given(st.floats(-1e6, 1e6), st.integers(1, 6), st.floats(-0.4, 0.4))
def test_printing_a_hair_apart_is_near_and_three_steps_apart_is_not(value, places, share):
    step = 10.0**-places
    text = f"{value:.{places}f}"
    assert verify.compare(text, f"{value + share * step:.{places}f}") in (verify.SAME, verify.NEAR)
    assert verify.compare(text, f"{value + 3 * step:.{places}f}") == verify.DIFFERENT


@given(st.floats(-300, 300), st.floats(-1e-4, 1e-4))
def test_powers_of_ten_are_read_as_they_are_printed(log10, shift):
    one, other = power_text(log10), power_text(log10 + shift)
    assert verify.compare(one, other) in (verify.SAME, verify.NEAR)
    assert verify.compare(one, power_text(log10 + 1)) == verify.DIFFERENT or abs(log10) > 299


@pytest.mark.parametrize("value", [None, 3, b"3"])
def test_only_texts_are_compared(value):
    with pytest.raises(TypeError, match="computed must be a text"):
        verify.compare("3", value)


def test_a_cell_is_run_again_in_its_namespace_and_glue_is_as_before():
    space: dict = {}
    exec(CELL, space)
    kept = space["glue"]
    found = verify.again(CELL, {"ch99_total": "0.0000", "ch99_count": "4", "other": "1"}, space)
    assert [(one.name, one.verdict) for one in found] == [
        ("ch99_total", verify.DIFFERENT),
        ("ch99_count", verify.SAME),
    ]
    assert space["glue"] is kept
    assert found[0].why
    assert "<td>different: " in found._repr_html_()
    assert "the book has 0.0000, here " in repr(found)


def test_where_a_number_comes_from_is_read_off_the_cell():
    assert verify.seeds(CELL) == ["np.random.default_rng(7)"]
    assert verify.seeds("seeds = range(3)\nrun(seed=2)") == ["seed=2", "seeds = range(3)"]
    assert verify.seeds("lag, seeds = 5, 20\nrun(seeds=seeds)") == ["seeds = 20"]
    assert verify.reads('a = experiments.load("latch")') == ["results/latch.json"]
    code = 'glue(a=1, **{f"ch_{name}_x": 2 for name in "ab"})\nother(b=3)'
    assert verify.glued(code) == ["a", "ch_.+_x"]


def test_a_chapter_goes_on_after_a_cell_that_fails_and_what_is_missing_is_told():
    cells = ["import no_such_package", "x = 1 / 0", CELL]
    found = list(verify.verify(cells, {"ch99_count": "4", "ch99_lost": "5"}))
    assert [(one.name, one.verdict) for one in found] == [
        ("ch99_count", verify.SAME),
        ("ch99_lost", verify.MISSING),
    ]
    assert "cell 1 failed, ModuleNotFoundError" in found[1].why


# --- The command -----------------------------------------------------------------------------------------------------


def book(folder, **numbers):
    """A book with one chapter, whose record has these numbers."""
    record = {
        "versions": verify.versions() | {"NumPy": "0.1"},
        "chapters": {"99-last": {"cells": [CELL], "numbers": numbers}},
    }
    file = folder / verify.RECORD
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(record))
    return str(folder)


def ran(*arguments):
    done = CliRunner().invoke(app, ["verify", *arguments])
    return done.exit_code, done.output


def total():
    (found, *_) = verify.verify([CELL], {"ch99_total": "0.0000"})
    return float(found.computed)


def test_the_command_says_what_is_the_same_and_ends_with_0(tmp_path):
    code, said = ran(
        "99", "--book", book(tmp_path, ch99_count="4", ch99_total=f"{total() + 1e-4:.4f}")
    )
    assert code == 0, said
    assert "99-last: 1 within its tolerance, 1 the same" in said
    assert "(the book: 0.1)" in said


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"ch99_count": "5"}, "ch99_count: different (the book has 5, here 4)"),
        ({"ch99_gone": "5"}, "ch99_gone: not computed (the book has 5)"),
    ],
)
def test_the_command_names_what_differs_or_is_missing_and_ends_with_1(tmp_path, numbers, words):
    code, said = ran("--book", book(tmp_path, **numbers))
    assert code == 1
    assert words in said


def test_a_wrong_chapter_and_a_folder_that_is_no_book_are_told(tmp_path):
    code, said = ran("12", "--book", book(tmp_path / "book", ch99_count="4"))
    assert code == 2
    assert "99-last" in said
    code, said = ran("--book", str(tmp_path))
    assert code == 1
    assert verify.RECORD in said


def test_a_damaged_record_is_told(tmp_path):
    where = book(tmp_path, ch99_count="4")
    (tmp_path / verify.RECORD).write_text("[]")
    code, said = ran("--book", where)
    assert code == 2
    assert "no record of numbers" in " ".join(said.split())
    assert math.isfinite(total())
