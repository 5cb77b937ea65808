"""What the boxes "Predict" of chapter 10 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters.ch10.figures import kept, lit, scoreboard, slips
from lstm_lab.training import output_part

FELT = 0.1  # bits


def test_four_letters_of_context_are_the_best_that_counting_can_use():
    orders = {one["order"]: one["test_bits"] for one in scoreboard.counted()}
    best = min(orders, key=orders.get)
    assert best == scoreboard.best_count()["order"]
    assert_computed(
        "10",
        "best-order",
        {
            "2: one letter of context.": best == 2,
            "5: four letters.": best == 5,
            "8, the longest tried.": best == 8 == max(orders),
        },
    )


def test_who_needs_the_fewest_bits():
    bits = {
        cell: np.mean([trial["test_bits"] for trial in trials])
        for cell, trials in kept.best().items()
    }
    bits["n-gram"] = scoreboard.best_count()["test_bits"]
    lowest = min(bits, key=bits.get)
    assert_computed(
        "10",
        "cheapest-letter",
        {
            "The LSTM.": lowest == "LSTM",
            "The GRU.": lowest == "GRU",
            "The simple network.": lowest == "tanh RNN",
            "None of them: the n-gram.": lowest == "n-gram",
        },
    )


def odds_at(temperature):
    made = kept.writer("LSTM")
    numbers = made.alphabet.numbers("the forget gat")
    state = made.network.model.forward(made.alphabet.vectors(numbers)).state[-1]
    net = made.network.readout.forward(state[output_part(made.network.model)]).net / temperature
    odds = np.exp(net - net.max())
    return odds / odds.sum()


def test_a_higher_temperature_takes_from_the_likeliest():
    cold, warm = odds_at(1.0), odds_at(2.0)
    top, second = np.argsort(-cold)[:2]
    others = np.arange(len(cold)) != top
    assert kept.writer("LSTM").alphabet.letters[top] == "e"
    assert_computed(
        "10",
        "temperature-of-doubt",
        {
            "They stay: it is sure at any temperature.": abs(warm[top] - cold[top]) < 0.01,
            "They fall, and all others rise.": warm[top] < cold[top] - 0.01
            and bool((warm[others] > cold[others]).all()),
            "They halve, and the second letter gets the other half.": np.isclose(
                warm[second] - cold[second], cold[top] / 2, atol=0.05
            ),
        },
    )


def test_which_network_has_the_best_unit_for_brackets():
    tested = {cell: abs(lit.found(cell, "inside brackets")[2]) for cell in kept.best()}
    best = max(tested, key=tested.get)
    names = {"The simple one.": "tanh RNN", "The GRU.": "GRU", "The LSTM.": "LSTM"}
    assert_computed(
        "10", "which-network-has-brackets", {said: best == cell for said, cell in names.items()}
    )


def test_a_slip_is_paid_for_a_few_letters():
    costs = slips.extra_bits("LSTM")
    felt = np.flatnonzero(costs > FELT)
    assert_computed(
        "10",
        "after-a-slip",
        {
            "Not at all: the next letter costs no more.": len(felt) == 0,
            "For some letters, then it is forgotten.": bool(len(felt)) and 1 <= felt[-1] < 20,
            "For all of the next thirty letters.": bool(costs[-1] > FELT),
        },
    )
