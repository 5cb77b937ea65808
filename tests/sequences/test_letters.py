import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.sequences.letters import Alphabet

WORDS = st.text("abcdef (\n", min_size=2).filter(lambda text: len(set(text)) > 1)


@given(WORDS)
def test_a_text_comes_back_from_its_numbers_and_its_vectors(text):
    alphabet = Alphabet.of(text)
    numbers = alphabet.numbers(text)
    assert alphabet.text(numbers) == text
    vectors = alphabet.vectors(numbers)
    assert vectors.shape == (len(text), len(alphabet))
    np.testing.assert_array_equal(vectors.argmax(axis=1), numbers)
    np.testing.assert_array_equal(vectors.sum(axis=1), 1)


def test_letters_are_sorted_whatever_the_text():
    assert Alphabet.of("banana").letters == "abn"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Alphabet("a"), "letters must be at least 2"),
        (lambda: Alphabet("aba"), "no one twice, got 'aba'"),
        (lambda: Alphabet(7), "letters must be a text, got int"),
        (lambda: Alphabet.of(7), "text must be a text, got int"),
        (lambda: Alphabet("ab").numbers("abz!"), "text must be written in 'ab', got '!z'"),
        (lambda: Alphabet("ab").numbers(3), "text must be a text, got int"),
    ],
)
def test_a_wrong_argument_is_named(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()
