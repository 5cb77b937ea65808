"""The figures of chapter 10 draw what the kept networks give, and say what is so."""

import re
from itertools import islice

import numpy as np
import pytest

from lstm_lab.chapters import experiments, trainings
from lstm_lab.chapters.ch10 import corpus
from lstm_lab.chapters.ch10.figures import kept, lit, next_letter, scoreboard, slips, writing
from lstm_lab.chapters.ch10.writer import CELLS
from lstm_lab.models.ngram import NGram
from lstm_lab.training import output_part


def numbers_in(text):
    return [float(one) for one in re.findall(r"\d+\.\d+", text)]


def test_a_kept_network_needs_the_bits_that_were_recorded():
    for cell, trials in kept.best().items():
        recorded = next(trial for trial in trials if trial["kept"])
        bits = kept.writer(cell).bits(corpus.parts().test).mean()
        assert bits == pytest.approx(recorded["test_bits"], abs=1e-3)
        assert kept.writer(cell).size == recorded["weights"]


def test_the_rate_of_each_cell_is_the_one_that_did_best_where_settings_are_chosen():
    trials = experiments.load("writing")["trials"]
    for cell, best in kept.best().items():
        means = {
            rate: np.mean(
                [
                    one["choose_bits"]
                    for one in trials
                    if (one["cell"], one["learning_rate"]) == (cell, rate)
                ]
            )
            for rate in {one["learning_rate"] for one in trials}
        }
        assert best[0]["learning_rate"] == min(means, key=means.get)
        assert [one["seed"] for one in best] == sorted({one["seed"] for one in trials})


def test_the_recorded_counts_are_those_of_the_n_gram():
    alphabet, text = corpus.alphabet(), corpus.parts()
    model = NGram(len(alphabet), 2).fit(alphabet.numbers(text.learn))
    found = next(one for one in scoreboard.counted() if one["order"] == 2)
    assert model.bits(alphabet.numbers(text.test)).mean() == pytest.approx(
        found["test_bits"], abs=1e-3
    )


def test_the_scoreboard_shows_every_trial_and_names_the_lowest():
    figure = scoreboard.scoreboard()
    summary = figure.layout.meta["summary"]
    means = {}
    for cell, trials in kept.best().items():
        (trace,) = [one for one in figure.data if one.name == cell]
        np.testing.assert_array_equal(trace.y, [trial["test_bits"] for trial in trials])
        means[cell] = np.mean(trace.y)
        assert f"{cell} {means[cell]:.2f}" in summary
    assert f"lowest is the {min(means, key=means.get)}." in summary
    best = min(scoreboard.counted(), key=lambda one: one["choose_bits"])
    assert f"of order {best['order']}, needs {best['test_bits']:.2f}" in summary


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.0])
def test_the_bars_are_the_odds_at_that_temperature(cell, temperature):
    beginning = "the forget gat"
    figure = next_letter.next_letter(beginning, temperature, cell)
    made = kept.writer(cell)
    trace = made.network.model.forward(made.alphabet.vectors(made.alphabet.numbers(beginning)))
    net = made.network.readout.forward(trace.state[-1][output_part(made.network.model)]).net
    odds = np.exp(net / temperature) / np.exp(net / temperature).sum()
    np.testing.assert_allclose(figure.data[0].y, 100 * np.sort(odds)[::-1][: next_letter.BARS])
    likeliest = next_letter.shown(made.alphabet.letters[int(odds.argmax())])
    assert f"gives {likeliest} {100 * odds.max():.0f} %" in figure.layout.meta["summary"]
    doubt = -(odds * np.log2(odds)).sum()
    assert f"{doubt:.2f} bits" in figure.layout.meta["summary"]


@pytest.mark.parametrize(
    ("sought", "text", "wanted"),
    [
        ("inside brackets", "a(b(c)d)e\n(f\ng)", [0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0]),
        ("inside a formula", "x $a$ y$b", [0, 0, 1, 1, 0, 0, 0, 1, 1]),
        (
            "letters of the word so far",
            "ab, c abcdefghij",
            [1, 2, 0, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8],
        ),
    ],
)
def test_what_is_sought_holds_where_it_should(sought, text, wanted):
    np.testing.assert_array_equal(lit.SOUGHT[sought](text), wanted)


@pytest.mark.parametrize("cell", CELLS)
def test_the_unit_is_the_one_that_goes_most_with_what_is_sought(cell):
    for sought, holds in lit.SOUGHT.items():
        text, values = lit.units(cell, "learn")
        wanted = holds(text)
        each = [np.corrcoef(column, wanted)[0, 1] for column in values.T]
        unit, learnt, tested = lit.found(cell, sought)
        assert unit == np.nanargmax(np.abs(each))
        assert learnt == pytest.approx(each[unit])
        text, values = lit.units(cell, "test")
        assert tested == pytest.approx(np.corrcoef(values[:, unit], holds(text))[0, 1])


def test_a_lit_passage_is_that_of_the_tests_with_the_unit_s_values():
    figure = lit.lit("inside a formula", "GRU", 3)
    fields, underlined, *words = figure.data
    text = corpus.parts().test
    start = lit.passages("inside a formula")[2]
    passage = text[start : start + lit.WIDTH * lit.LINES]
    unit, learnt, tested = lit.found("GRU", "inside a formula")
    _, values = lit.units("GRU", "test")
    own = values[start : start + len(passage), unit] * np.sign(learnt)
    np.testing.assert_array_equal(np.array(fields.z).ravel(), own)
    shown = {
        (x, y): letter
        for trace in words
        for x, y, letter in zip(trace.x, trace.y, trace.text, strict=True)
    }
    read = "".join(shown[x, y] or " " for y in reversed(range(lit.LINES)) for x in range(lit.WIDTH))
    assert read == "".join(" " if one.isspace() else one for one in passage)
    assert (
        np.isnan(underlined.x).sum()
        == lit.SOUGHT["inside a formula"](text)[start:][: len(passage)].sum()
    )
    assert f"correlation {learnt:.2f}" in figure.layout.meta["summary"]
    assert f"{tested:.2f} in the tests" in figure.layout.meta["summary"]


@pytest.mark.parametrize("cell", CELLS)
def test_a_slip_costs_what_reading_on_from_it_costs(cell):
    costs = slips.extra_bits(cell)
    made, rng = kept.writer(cell), np.random.default_rng(0)
    numbers = made.alphabet.numbers(corpus.parts().test)
    starts = rng.integers(0, len(numbers) - slips.BEFORE - slips.AFTER - 1, slips.PLACES)
    wrong = rng.choice(numbers, slips.PLACES)
    extra = []
    for start, letter in zip(starts[:40], wrong[:40], strict=True):
        right = numbers[start : start + slips.BEFORE + slips.AFTER + 1]
        if right[slips.BEFORE - 1] == letter:
            continue
        spoilt = right.copy()
        spoilt[slips.BEFORE - 1] = letter
        state = made.network.model.forward(made.alphabet.vectors(spoilt[:-1])).state[1:]
        odds = made.network.readout.forward(state[:, output_part(made.network.model)]).output
        after = -np.log2(odds[np.arange(len(odds)), right[1:]])
        extra.append((after - made.bits(made.alphabet.text(right)))[slips.BEFORE - 1 :])
    assert len(costs) == slips.AFTER
    assert np.mean(extra, axis=0)[0] == pytest.approx(costs[0], abs=1.5)
    assert f"{cell} {costs[0]:.1f}" in slips.one_slip().layout.meta["summary"]


def test_shares_of_words_count_words():
    known, new = slips.word_shares("x the gradient zzqq the gradient y")
    assert known == pytest.approx(4 / 5)
    assert new == pytest.approx(3 / 5)


def test_what_is_written_does_not_depend_on_how_far_one_looks():
    whole = slips.written("GRU", 0.8)
    assert len(whole) == slips.WRITTEN
    assert whole == slips.written.__wrapped__("GRU", 0.8)


def test_writing_on_shows_beginning_and_letters_on_the_unit_s_values():
    steps = list(trainings.show("write-on").run(letters=20, cell="GRU", beginning="An over "))
    assert [round(step.share, 2) for step in steps] == [0.4, 0.8, 1.0]
    made = kept.writer("GRU")
    letters = made.write("An over ", 0.6, np.random.default_rng([0, 7]))
    said = "An over " + "".join(letter for letter, _ in islice(letters, 20))
    assert f'"{said}"' in steps[-1].figure.layout.meta["summary"]
    state = made.network.model.forward(made.alphabet.vectors(made.alphabet.numbers(said))).state
    unit, learnt, _ = lit.found("GRU", "inside brackets")
    values = lit.value_of(made.network.model, state[1:])[:, unit] * np.sign(learnt)
    drawn = np.array(steps[-1].figure.data[0].z, dtype=float).ravel()
    np.testing.assert_allclose(drawn[: len(said)], values, atol=1e-9)
    assert np.isnan(drawn[len(said) :]).all()


def test_a_small_network_learns_below_what_counting_letters_pays():
    *_, last = trainings.show("learn-to-write").run(updates=120, cell="GRU")
    line = last.figure.data[0]
    assert line.y[-1] < scoreboard.short_counts()[1] < line.y[0]
    assert f"{line.y[-1]:.2f} bits a letter" in last.figure.layout.meta["summary"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: next_letter.next_letter("", 1.0), "beginning must be a text of at least one"),
        (lambda: next_letter.next_letter("é", 1.0), "text must be written in"),
        (lambda: next_letter.next_letter("a", 0.0), "temperature must be"),
        (lambda: next_letter.next_letter("a", 1.0, "LSTM 1997"), "cell must be one of"),
        (lambda: lit.lit("rhymes"), "sought must be one of"),
        (lambda: lit.lit(passage=7), "passage must be"),
        (lambda: writing.write_on(beginning=""), "beginning must be a text of 1 to 80"),
        (lambda: writing.write_on(letters=601), "letters must be"),
        (lambda: writing.write_on(temperature=11.0), "temperature must be"),
        (lambda: writing.learn_to_write(hidden_size=65), "hidden_size must be"),
        (lambda: writing.learn_to_write(cell="perceptron"), "cell must be one of"),
        (lambda: writing.learn_to_write(learning_rate=0.0), "learning_rate must be"),
    ],
)
def test_a_wrong_argument_is_named(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()


def test_one_presses_write_and_the_beginning_stands_in_its_field(tmp_path):
    from bookbuild.python.trainings import training_html
    from lstm_lab.interact.training import training_page

    page = training_html(training_page(trainings.show("write-on"), tmp_path), runs=True)
    assert 'data-lab-press="train">Write</button>' in page
    assert ">The gradient </textarea>" in page
    learns = training_page(trainings.show("learn-to-write"), tmp_path)
    assert learns["verb"] == "Train"
