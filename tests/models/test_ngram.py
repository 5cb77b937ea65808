import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.models.ngram import NGram

TEXTS = st.lists(st.integers(0, 3), min_size=1, max_size=40)


def by_the_formula(text, before, order, letters):
    """Witten and Bell's mixture, told from its definition: the odds after `before`."""
    odds = np.full(letters, 1 / letters)
    for length in range(order):
        if length > len(before):
            break
        context = list(before[len(before) - length :])
        followed = [
            text[k] for k in range(length, len(text)) if list(text[k - length : k]) == context
        ]
        if not followed:
            break
        kinds = len(set(followed))
        odds = np.array(
            [
                (followed.count(k) + kinds * odds[k]) / (len(followed) + kinds)
                for k in range(letters)
            ]
        )
    return odds


@given(TEXTS, st.lists(st.integers(0, 3), max_size=5), st.integers(0, 5))
def test_odds_are_those_of_the_formula(text, before, order):
    model = NGram(4, order).fit(np.array(text))
    odds = model.odds(np.array(before, dtype=int))
    np.testing.assert_allclose(odds, by_the_formula(text, before, order, 4), rtol=1e-12)
    assert odds.sum() == pytest.approx(1)
    assert (odds > 0).all()


@given(TEXTS, TEXTS, st.integers(0, 4))
def test_bits_are_those_of_the_odds_letter_by_letter(learnt, text, order):
    model = NGram(4, order).fit(np.array(learnt))
    each = [
        -np.log2(model.odds(np.array(text[:place], dtype=int))[text[place]])
        for place in range(1, len(text))
    ]
    np.testing.assert_allclose(model.bits(np.array(text)), each)


def test_order_0_gives_all_letters_equal_odds_and_order_1_counts():
    text = np.array([0, 0, 0, 1])
    np.testing.assert_array_equal(NGram(5, 0).odds(text), np.full(5, 0.2))
    odds = NGram(2, 1).fit(text).odds(text)
    np.testing.assert_allclose(odds, [(3 + 2 * 0.5) / 6, (1 + 2 * 0.5) / 6])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: NGram(0, 1), "letters must be"),
        (lambda: NGram(3, -1), "order must be"),
        (lambda: NGram(3, 2).fit(np.array([0.5])), "numbers must be whole numbers in a row"),
        (lambda: NGram(3, 2).fit(np.array([3])), "numbers must be from 0 to 2, got 3 to 3"),
        (lambda: NGram(3, 2).odds(np.array([0])), "fit must be called before odds"),
        (lambda: NGram(3, 0).odds(np.array([[0]])), "before must be whole numbers"),
    ],
)
def test_a_wrong_argument_is_named(call, words):
    with pytest.raises((TypeError, ValueError, RuntimeError), match=words):
        call()
