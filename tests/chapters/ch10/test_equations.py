"""The labelled equations of chapter 10, written out by hand and held against the code they describe."""

from __future__ import annotations

import numpy as np
from equations import Equations, assert_near

from lstm_lab.chapters.ch10 import checks, writer
from lstm_lab.models.ngram import NGram
from lstm_lab.sequences.letters import Alphabet

EQUATIONS = Equations("10")
equation = EQUATIONS.equation


def test_every_labelled_equation_is_tested_or_a_definition():
    EQUATIONS.assert_complete(at_least=2)


@equation("eq-10-bits")
def test_bits_and_perplexity(rng):
    alphabet = Alphabet("abcd")
    text = rng.integers(0, 4, 30)
    model = NGram(4, 3).fit(rng.integers(0, 4, 200))
    odds = np.array([model.odds(text[:t])[text[t]] for t in range(1, len(text))])
    H = -np.sum(np.log2(odds)) / (len(text) - 1)
    assert_near(H, model.bits(text).mean())
    network = writer.fresh("LSTM", 5, alphabet, rng)
    each = 2.0 ** -network.bits(alphabet.text(text))
    H = -np.sum(np.log2(each)) / (len(text) - 1)
    loss, _, _ = network.learn_from(text[:, np.newaxis], None)
    assert_near(H, loss / np.log(2))
    assert checks.perplexity(lambda p: 2 ** np.mean(-np.log2(p))).passed


@equation("eq-10-temperature")
def test_temperature(rng):
    a, tau = 3 * rng.standard_normal(6), rng.uniform(0.3, 3)
    p = np.exp(a / tau) / np.sum(np.exp(a / tau))
    assert checks.temperature(
        lambda a, tau: np.exp((a - a.max()) / tau) / np.sum(np.exp((a - a.max()) / tau))
    ).passed
    count, draws = np.zeros(6), 4000
    for _ in range(draws):
        count[writer.draw(a, tau, rng)] += 1
    assert (np.abs(count / draws - p) < 4.5 * np.sqrt(p * (1 - p) / draws) + 1e-9).all()
