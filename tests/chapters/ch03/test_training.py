"""The training of chapter 03 is the network of its figures, and what it says is what it draws."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import trainings
from lstm_lab.chapters.ch03.figures.hidden_units import XOR_INPUTS, train_xor
from lstm_lab.chapters.ch03.figures.table_learnt import TABLES, learn_table
from lstm_lab.training import LOSSES


def curve(figure):
    """Updates and losses as they are drawn."""
    (drawn,) = (trace for trace in figure.data if trace.name == "loss")
    return list(drawn.x), list(drawn.y)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("units", "seed"), [(2, 1), (2, 2), (3, 7)])
def test_it_is_the_network_of_the_figures_update_for_update(units, seed, loss):
    figure = trainings.show("two-switches").last(
        hidden_units=units, seed=seed, updates=317, loss=loss
    )
    runs = train_xor(units, (seed,), 317, loss)
    places, losses = curve(figure)
    assert losses == pytest.approx(runs.losses[places, 0].tolist(), rel=1e-12)
    output = runs.network(seed, 317).forward(XOR_INPUTS).output[:, 0]
    said = re.findall(r"gives (\d\.\d\d)", figure.layout.meta["summary"])
    assert said == [f"{value:.2f}" for value in output]


@settings(deadline=None, max_examples=12)
@given(
    st.sampled_from(sorted(TABLES)),
    st.integers(1, 16),
    st.floats(1e-6, 20),
    st.floats(0, 10),
    st.integers(1, 90),
)
def test_every_run_goes_from_0_to_1_and_says_what_it_draws(table, units, rate, uniform, updates):
    steps = list(learn_table(table, units, rate, uniform, updates=updates))
    shares = [step.share for step in steps]
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(set(shares))
    for step in (steps[0], steps[-1]):
        places, losses = curve(step.figure)
        said = step.figure.layout.meta["summary"]
        assert f"after {places[-1]:,} updates" in said
        assert f"the loss is {losses[-1]:.3f}, from {losses[0]:.3f}" in said
        outputs = np.array(re.findall(r"gives (\d\.\d\d)", said), dtype=float)
        clear = np.abs(outputs - 0.5) > 0.005  # what is rounded to one half is on either side
        right = (outputs > 0.5) == np.array(TABLES[table], dtype=bool)
        counted = int(re.search(r"(\d) of 4", said).group(1))
        assert right[clear].sum() <= counted <= right[clear].sum() + (~clear).sum()


def test_units_that_start_alike_learn_what_one_unit_can_and_no_more():
    """The first two things that the chapter says to try."""
    said = {
        table: trainings.show("two-switches").last(table=table, uniform=0.0).layout.meta["summary"]
        for table in TABLES
    }
    solved = {table.partition(":")[0] for table, words in said.items() if "4 of 4" in words}
    assert solved == {"AND", "OR", "NAND"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"table": "NOR"}, "table must be one of"),
        ({"hidden_units": 17}, "hidden_units must be an integer from 1 to 16, got 17"),
        ({"learning_rate": 0.0}, "learning_rate must be"),
        ({"learning_rate": float("nan")}, "learning_rate must be"),
        ({"uniform": 10.5}, "uniform must be"),
        ({"loss": "error"}, "loss must be one of"),
        ({"updates": 20_001}, "updates must be an integer from 1 to 20000"),
        ({"seed": -1}, "seed must be an integer from 0 to 1000000, got -1"),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_trained(given, words):
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        trainings.show("two-switches").run(**given)
