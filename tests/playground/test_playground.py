"""The playground: what may be pasted, what is learnt from it, and that the notebook to take away learns the same."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters import trainings
from lstm_lab.playground import data
from lstm_lab.playground.data import BOOKS, LEAST, MOST, OTHER, OWN, read
from lstm_lab.playground.figure import learn
from lstm_lab.playground.take_away import notebook
from lstm_lab.playground.task import CLIP, Task
from lstm_lab.training import Adam, train

SMALL = {"hidden_size": 4, "steps_back": 5, "updates": 6}
HEBREW = "בראשית ברא אלהים את השמים ואת הארץ " * 3


# --- What is pasted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the quick brown fox " * 5, "letters"),
        (HEBREW, "letters"),
        ("\n".join(map(str, range(80))), "numbers"),
        ("month,rain\n" + "\n".join(f"{n},{n % 12}" for n in range(80)), "numbers"),
        (" ".join(f"{n % 7}" for n in range(80)), "numbers"),
        ("\n".join(f"\u2212{n}.5" for n in range(80)), "numbers"),
        ("1 for the money, 2 for the show. " * 4, "letters"),
    ],
)
def test_a_text_and_a_column_of_numbers_are_told_apart(text, kind):
    found = read(text)
    assert bool(found.letters) == (kind == "letters")
    if kind == "letters":
        assert "".join(found.letters[place] for place in found.x.argmax(axis=1)) == found.symbols
    else:
        assert found.x.shape == (80, 1)
        assert found.x.mean() == pytest.approx(0, abs=1e-12)
        assert found.x.std() == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", f"a text must have at least {LEAST} letters, got 0"),
        ("short", f"a text must have at least {LEAST} letters, got 5"),
        ("a" * 100, "a text must have at least 2 different letters, got 'a' alone"),
        ("\n".join(["3"] * 100), "the numbers must not all be the same, got 100 times 3"),
        ("1\n2\n3", f"a column must have at least {LEAST} numbers, got 3"),
        (
            "\n".join([*map(str, range(70)), "nan"]),
            "line 71 must end in a finite number, got 'nan'",
        ),
        (
            "\n".join([*map(str, range(70)), "rain"]),
            "line 71 must end in a finite number, got 'rain'",
        ),
        (
            "\n".join(["1e300", "-1e300"] * 40),
            "the numbers must be small enough to be squared, below 1e150",
        ),
        ("\x00" * 100, f"a text must have at least {LEAST} letters, got 0"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        read(text)


def test_too_much_is_cut_and_said_so():
    found = read("ab " * MOST)
    assert len(found.symbols) <= MOST
    assert found.note.startswith(f"Of {3 * MOST:,} letters")
    found = read("\n".join(str(n % 9) for n in range(MOST + 5)))
    assert (len(found.x), found.note) == (
        MOST,
        f"Of {MOST + 5:,} numbers the first {MOST:,} are used.",
    )
    many = "".join(chr(0x4E00 + n) for n in range(200)) + "ab" * 30
    found = read(many)
    assert len(found.letters) <= data.MOST_LETTERS
    assert OTHER in found.letters
    assert "the rarest are written as" in found.note


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text):
    refused = ""
    try:
        found = read(text)
    except ValueError as error:
        refused = str(error)
    assert len(refused) > 20 or (np.isfinite(found.x).all() and len(found.x) >= LEAST)


# --- What is learnt --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOOKS)
def test_both_networks_beat_the_naive_rule_on_the_books_sequences(name):
    *_, step = learn(data=name, updates=120)
    summary = step.figure.layout.meta["summary"]
    first, second, naive = map(
        float,
        re.search(
            r"tanh RNN ([\d.]+), .*LSTM 2000 ([\d.]+), .* step?.*, ([\d.]+)\.", summary
        ).groups(),
    )
    assert max(first, second) < naive


@pytest.mark.parametrize("own", [HEBREW, "\n".join(f"{n % 5}" for n in range(80))])
@pytest.mark.parametrize("cell", ["LSTM 2000", "LSTM 1997"])
def test_the_readers_own_is_learnt_from_start_to_end(own, cell):
    steps = list(learn(data=OWN, own=own, cell=cell, **SMALL))
    assert (steps[0].share, steps[-1].share) == (0, 1)
    assert len({len(step.figure.data) for step in steps}) == 1
    assert all(step.figure.layout.meta["summary"] for step in steps)


def test_the_naive_rule_of_numbers_says_the_last_one_again():
    task = Task(data=OWN, own="\n".join(str(n) for n in range(100)), **SMALL)
    assert task.naive() == pytest.approx(1 / np.arange(100).std() ** 2)


def test_windows_hold_what_comes_next_and_tests_what_was_not_learnt():
    task = Task(data=OWN, own="\n".join(str(n) for n in range(100)), **SMALL)
    step = task.given.x[1] - task.given.x[0]
    window = next(task.batches())
    assert window.target - window.x == pytest.approx(np.broadcast_to(step, window.x.shape))
    assert window.target.max() <= task.given.x[task.cut - 1]
    assert task.tests().x.min() >= task.given.x[task.cut]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"steps_back": 0}, "steps_back must be an integer from 1 to 60, got 0"),
        ({"hidden_size": 1000}, "hidden_size must be an integer from 1 to 64, got 1000"),
        ({"data": "mine"}, "data must be one of"),
        ({"cell": "GRU"}, "cell must be one of 'LSTM 2000', 'LSTM 1997', got 'GRU'"),
        ({"data": OWN, "own": "ab" * 40, "steps_back": 30}, "steps_back must be below 16"),
    ],
)
def test_settings_out_of_range_are_refused_before_anything_is_learnt(setting, words):
    with pytest.raises(ValueError, match=words):
        learn(**setting)


# --- To take away ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "setting",
    [{}, {"data": "a sum of two waves", "cell": "LSTM 1997"}, {"data": OWN, "own": HEBREW + '"\\'}],
)
def test_the_notebook_learns_the_same_in_numpy_and_in_pytorch(setting, capsys):
    chosen = SMALL | setting
    file = notebook(**chosen)
    assert file.file_name == "playground.ipynb"
    whole = json.loads(file.content)
    space: dict = {}
    for cell in whole["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    task = Task(**chosen)
    for name, network in task.networks().items():
        learnt = train(network, task.batches(), Adam(task.learning_rate), task.updates, clip=CLIP)
        assert space["losses"][name] == [task.per_step(loss) for loss in learnt.losses]
        assert space["in_torch"][name] == pytest.approx(space["losses"][name], rel=1e-6)
    assert "differ by" in capsys.readouterr().out


def test_the_notebook_is_one_that_jupyter_reads():
    import nbformat

    made = nbformat.reads(
        trainings.show("playground").take_away({"updates": "5"}).content, as_version=4
    )
    nbformat.validate(made)
    assert "updates=5" in made.cells[1].source


def test_what_others_cannot_be_taken_is_told():
    with pytest.raises(TypeError, match="latch writes no file to take away"):
        trainings.show("latch").take_away({})
