"""Off the grid: what a chapter says may take any number takes it, the grid's own values give the grid's figures."""

from __future__ import annotations

import json
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookbuild.python.importable_modules import missing_package
from lstm_lab.chapters import exactly, explorers, parts
from lstm_lab.interact.static import figure_json

RANGED = [
    (name, argument)
    for name in sorted(explorers.EXPLORERS)
    for argument in sorted(exactly.ranges(name))
]


def made(name):
    return explorers.EXPLORERS[name]()


def where(name, argument):
    """The first positions of the controls, with those changed on which the argument depends."""
    explorer = made(name)
    positions = {other: control.initial for other, control in explorer.controls.items()}
    for other, allowed in explorer.controls[argument].only.items():
        positions[other] = explorer.controls[other].values.index(allowed[0])
    return positions


def plain(figure):
    return json.dumps(figure_json(figure), default=lambda array: array.tolist())


def test_ranges_belong_to_explorers_and_hold_their_grid():
    assert len(RANGED) > 20
    for chapter in parts("explorers"):
        if missing_package(f"lstm_lab.chapters.{chapter}.explorers"):
            continue
        module = explorers.explorers_of(chapter)
        declared = exactly._exact(chapter)
        assert set(declared) <= set(module), chapter
    for name, argument in RANGED:
        low, high = exactly.ranges(name)[argument]
        grid = made(name).controls[argument].values
        assert low <= min(grid), (name, argument)
        assert max(grid) <= high or name == "bptt-or-rtrl", (name, argument)
        assert type(low) is type(high), (name, argument)


@pytest.mark.parametrize(("name", "argument"), RANGED)
def test_a_value_of_the_grid_gives_the_figure_of_the_grid(name, argument):
    explorer, positions = made(name), where(name, argument)
    value = explorer.controls[argument].values[positions[argument]]
    found = exactly.figure(name, positions, {argument: str(value)})
    assert plain(found) == plain(explorer.figure(**explorer.settings(positions)))


@pytest.mark.parametrize(("name", "argument"), RANGED)
def test_any_value_of_a_range_is_drawn_and_none_beyond(name, argument):
    positions = where(name, argument)
    low, high = exactly.ranges(name)[argument]
    explorer = made(name)
    traces = len(explorer.figure(**explorer.settings(positions)).data)

    @settings(max_examples=2, deadline=None)
    @given(st.integers(low, high) if isinstance(low, int) else st.floats(low, high))
    def drawn(value):
        figure = exactly.figure(name, positions, {argument: repr(value)})
        assert len(figure.data) == traces
        assert figure.layout.meta["summary"]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        drawn()
    for beyond in (low - 1, high + 1):
        with pytest.raises(ValueError, match=rf"^{argument} must be .*, got {beyond}$"):
            exactly.figure(name, positions, {argument: str(beyond)})


@pytest.mark.parametrize(
    ("argument", "text", "words"),
    [
        (
            "sequence_length",
            "many",
            r"sequence_length must be an integer from 1 to 300, got 'many'",
        ),
        ("sequence_length", "1.5", r"sequence_length must be an integer from 1 to 300, got 1\.5"),
        (
            "recurrent_scale",
            "nan",
            r"recurrent_scale must be a finite number from 0\.0 to 4\.0, got nan",
        ),
        ("cell", "3", r"argument must be one of 'sequence_length'"),
    ],
)
def test_what_is_no_number_of_the_range_is_refused_in_words(argument, text, words):
    with pytest.raises((TypeError, ValueError), match=words):
        exactly.figure("gradient-flow", where("gradient-flow", "sequence_length"), {argument: text})


def test_a_number_for_a_control_that_does_not_apply_changes_nothing():
    positions = where("gradient-flow", "sequence_length")
    with_it = exactly.figure("gradient-flow", positions, {"forget_bias": "2.5"})
    assert plain(with_it) == plain(exactly.figure("gradient-flow", positions, {}))
