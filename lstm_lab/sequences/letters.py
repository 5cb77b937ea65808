"""Text as a sequence of letters: an alphabet, and the one-hot vectors that a network reads. Chapter 10."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_lab._validate import Array


@dataclass(frozen=True)
class Alphabet:
    """The letters of a text in a fixed order: letter k is the k-th unit vector, and k its number.

    Raises:
        TypeError, ValueError: if `letters` is no text, is shorter than 2, or has a letter twice.

    Chapter 10.
    """

    letters: str

    def __post_init__(self) -> None:
        if not isinstance(self.letters, str):
            raise TypeError(f"letters must be a text, got {type(self.letters).__name__}")
        if len(self.letters) < 2 or len(set(self.letters)) < len(self.letters):
            raise ValueError(f"letters must be at least 2, no one twice, got {self.letters!r}")

    @classmethod
    def of(cls, text: str) -> Alphabet:
        """The letters that a text has, sorted."""
        if not isinstance(text, str):
            raise TypeError(f"text must be a text, got {type(text).__name__}")
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.letters)

    def numbers(self, text: str) -> np.ndarray:
        """The number of each letter, (T,).

        Raises:
            TypeError, ValueError: if `text` is no text, or has a letter that is not in the alphabet.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be a text, got {type(text).__name__}")
        places = {letter: number for number, letter in enumerate(self.letters)}
        strange = sorted(set(text) - set(places))
        if strange:
            raise ValueError(f"text must be written in {self.letters!r}, got {''.join(strange)!r}")
        return np.array([places[letter] for letter in text], dtype=int)

    def text(self, numbers: np.ndarray) -> str:
        """The text of these numbers."""
        return "".join(self.letters[number] for number in numbers)

    def vectors(self, numbers: np.ndarray) -> Array:
        """One-hot vectors, in the shape of `numbers` with an axis more."""
        return np.asarray(np.eye(len(self))[numbers])
